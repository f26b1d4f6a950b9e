"""`make faults` goes on where it stopped, as long as the code is the same."""

from pathlib import Path

import pytest

from tests import campaign
from tests.campaign import JUDGED, ROOT, digest

PIECES = """
import pytest
from pathlib import Path
from tests.campaign import campaign

@campaign("letters", "letters", usual="a", whole="abc")
def test_letters(piece):
    piece.count(7 if piece.whole else 1, faults=2)
    assert piece.of != "b" or Path("cured").exists(), "b is broken"

def test_short():
    pass
"""


@pytest.fixture
def long_run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with a test that has a long run."""
    monkeypatch.setattr(campaign, "JUDGED", ())
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(PIECES)
    return pytester


def run(long_run: pytest.Pytester, *options: str) -> pytest.RunResult:
    return long_run.runpytest_inprocess("-p", "tests.campaign", *options)


def test_usually_the_usual_pieces_run(long_run: pytest.Pytester) -> None:
    run(long_run).assert_outcomes(passed=2)


def test_what_is_done_is_not_done_again(long_run: pytest.Pytester) -> None:
    """It still counts in the table; what failed runs again."""
    first = run(long_run, "--campaign")
    first.assert_outcomes(passed=2, failed=1, deselected=1)
    first.stdout.fnmatch_lines(["*test_letters?b?: AssertionError: b is broken"])
    first.stdout.fnmatch_lines(["| letters | 21 letters | 6 | 1 | 0.0 min |"])
    long_run.path.joinpath("cured").touch()
    again = run(long_run, "--campaign")
    again.assert_outcomes(passed=1, deselected=3)
    again.stdout.fnmatch_lines(["| letters | 21 letters | 6 | 0 | 0.0 min |"])
    assert run(long_run, "--campaign").ret == pytest.ExitCode.OK


def test_no_piece_begins_after_the_time(long_run: pytest.Pytester) -> None:
    run(long_run, "--campaign", "-k", "[a]").assert_outcomes(passed=1, deselected=3)
    stopped = run(long_run, "--campaign", "--minutes=1e-9")
    stopped.assert_outcomes(skipped=2, deselected=2)
    stopped.stdout.fnmatch_lines(["| letters (1 of 3 pieces) | 7 letters | 2 | 0 | 0.0 min |"])


def test_other_code_begins_anew(long_run: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Figures of two versions in one table would be about neither."""
    run(long_run, "--campaign")
    monkeypatch.setattr(campaign, "JUDGED", ("template.yaml",))
    run(long_run, "--campaign").assert_outcomes(passed=2, failed=1, deselected=1)


def test_the_code_that_is_judged_is_all_of_it(tmp_path: Path) -> None:
    """A changed handler, rule or test makes it another code; bytecode does not."""
    assert all(list(ROOT.glob(pattern)) for pattern in JUDGED)
    handler = tmp_path / "functions" / "one" / "handler.py"
    handler.parent.mkdir(parents=True)
    handler.write_text("before")
    before = digest(tmp_path, JUDGED)
    handler.with_suffix(".pyc").write_text("compiled")
    assert digest(tmp_path, JUDGED) == before
    handler.write_text("after")
    assert digest(tmp_path, JUDGED) != before
