"""`make faults` goes on where it stopped, as long as the code is the same."""

from pathlib import Path

import pytest

from docs.template import ROOT
from tests.campaign import progress as progress_module
from tests.campaign.pieces import Part, Result
from tests.campaign.progress import Progress

pytestmark = pytest.mark.faults

PART = Part("single faults", "plans", [("single", "a"), ("single", "b")])


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of its own, and code that stays the same."""
    monkeypatch.setattr(progress_module, "STATE", tmp_path / "local" / "faults.json")
    monkeypatch.setattr(progress_module, "_digest", lambda: "one")


def stopped_halfway() -> None:
    """Run the first piece of two."""
    first = Progress(fresh=False)
    assert first.left(PART) == PART.pieces
    first.add(PART, ("single", "a"), Result(7, 9, ["a: it broke"]), seconds=60.0, left=60.0)


def test_what_is_done_is_not_done_again(capfd: pytest.CaptureFixture[str]) -> None:
    """And still counts in the table, violations first of all."""
    stopped_halfway()
    again = Progress(fresh=False)
    assert again.left(PART) == [("single", "b")]
    assert not again.table()
    said = capfd.readouterr().out
    assert "VIOLATION  a: it broke" in said
    assert "| single faults (1 of 2 pieces) | 7 plans | 9 | 1 | 1.0 min |" in said


@pytest.mark.parametrize(("code", "fresh"), [("two", False), ("one", True)])
def test_other_code_begins_anew(monkeypatch: pytest.MonkeyPatch, code: str, fresh: bool) -> None:
    """Figures of two versions in one table would be about neither."""
    stopped_halfway()
    monkeypatch.setattr(progress_module, "_digest", lambda: code)
    again = Progress(fresh=fresh)
    assert again.left(PART) == PART.pieces
    assert again.table()


def test_the_code_that_is_judged_is_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A changed handler, rule or test makes it another code; bytecode does not."""
    monkeypatch.undo()
    for name in progress_module.JUDGED:
        assert (ROOT / name).exists()
    monkeypatch.setattr("tests.campaign.progress.ROOT", tmp_path)
    monkeypatch.setattr(progress_module, "JUDGED", ("functions",))
    handler = tmp_path / "functions" / "one" / "handler.py"
    handler.parent.mkdir(parents=True)
    handler.write_text("before")
    before = progress_module._digest()
    handler.with_suffix(".pyc").write_text("compiled")
    assert progress_module._digest() == before
    handler.write_text("after")
    assert progress_module._digest() != before
