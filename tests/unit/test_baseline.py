"""The gate on what is counted: 3 % of slack, and a sentence for what has grown."""

from pathlib import Path

import pytest

from benchmarks import baseline
from benchmarks.figures import Figure, compared, counted


@pytest.fixture(autouse=True)
def accepted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A baseline in which the cold start executes 1.1 times what plain does."""
    monkeypatch.setattr(baseline, "FILE", tmp_path / "baseline.json")
    baseline.FILE.write_text("{}")
    baseline.accept([instructions(110), counted("round trips", 1, 1)])


def instructions(ours: float) -> Figure:
    """Return a cold start against 100 instructions of plain."""
    return compared("cold instructions", [ours], [100], None)


@pytest.mark.parametrize("ours", [90, 110, 113.2])
def test_three_percent_more_is_let_through(ours: float) -> None:
    """Less is no reason to stop either."""
    assert baseline.grown([instructions(ours)]) == []


def test_more_than_that_is_named() -> None:
    """With the two figures and what to do."""
    (sentence,) = baseline.grown([instructions(114)])
    assert sentence.startswith("cold instructions: 1.140, accepted was 1.100.")


def test_another_version_of_python_is_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(baseline, "VERSION", "3.99")
    assert baseline.grown([instructions(200)]) == []
    assert baseline.missing([instructions(200)]) == (
        "no baseline of 1 instruction counts on Python 3.99"
    )
