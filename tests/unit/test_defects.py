"""The seeded defects fit the code that they are seeded in."""

from docs.template import ROOT
from tests.defects.seeded import DEFECTS


def test_each_defect_has_its_one_place() -> None:
    """Else `make defects` would stop halfway, long after the code was changed."""
    for defect in DEFECTS:
        assert (ROOT / defect.path).read_text().count(defect.before) == 1, defect.what
        assert defect.before != defect.after


def test_each_defect_names_tests_that_are_there() -> None:
    """By file; the run itself tells a wrong name within."""
    for test in {defect.test for defect in DEFECTS}:
        assert (ROOT / test.partition("::")[0]).exists(), test
