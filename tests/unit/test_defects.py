"""The seeded defects fit the code that they are seeded in."""

import pytest

from docs.template import ROOT
from tests.defects.seeded import DEFECTS, Defect


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.what)
def test_each_defect_has_its_one_place(defect: Defect) -> None:
    """Else `make defects` would stop halfway, long after the code was changed."""
    assert (ROOT / defect.path).read_text().count(defect.before) == 1
    assert defect.before != defect.after


@pytest.mark.parametrize("test", sorted({defect.test for defect in DEFECTS}))
def test_each_defect_names_tests_that_are_there(test: str) -> None:
    """By file; the run itself tells a wrong name within."""
    assert (ROOT / test.partition("::")[0]).exists()
