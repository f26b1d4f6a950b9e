"""`make faults` runs all pieces of the long runs and adds up what they come to."""

import pytest

PIECES = """
from tests.campaign import campaign

@campaign("letters", "letters", usual="a", whole="abc")
def test_letters(piece):
    piece.count(7 if piece.whole else 1, faults=2)
    assert piece.of != "b", "b is broken"

def test_short():
    pass
"""


@pytest.mark.parametrize("options", [[], ["--campaign"]])
def test_the_long_run_has_all_pieces_and_no_other_test(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    """Usually the usual pieces run; what fails is told at once, and counts in the table."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(PIECES)
    ran = pytester.runpytest_inprocess("-p", "tests.campaign", *options)
    if not options:
        ran.assert_outcomes(passed=2)
        return
    ran.assert_outcomes(passed=2, failed=1, deselected=1)
    ran.stdout.fnmatch_lines(["*test_letters?b?: AssertionError: b is broken"])
    ran.stdout.fnmatch_lines(["| letters | 21 letters | 6 | 1 | 0.0 min |"])
