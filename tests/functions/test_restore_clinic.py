"""A clinic put back from a restored table, by the script that operators run."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.memory.tables import key_of
from operations import restore_clinic
from tests.functions.conftest import CLINIC, OTHER_CLINIC, TABLE, World

RESTORED = "licenses-restored"


@pytest.fixture
def restored(world: World) -> Iterator[World]:
    """A table restored to now, and a clinic that was damaged and used since then."""
    world.adjust([("add", "therapist", 2)], key="k1")
    table = world.cloud.tables[TABLE]
    world.cloud.tables[RESTORED] = replace(table, partitions=table.snapshot())
    world.adjust([("add", "therapist", 3)], key="k2")
    for item in world.items(begins="INVOICE#"):
        world.delete(item)
    yield world
    del world.cloud.tables[RESTORED]


def restore(world: World, kept: Path, *options: str, source: str = RESTORED) -> int:
    given = ["--from", source, "--to", "licenses", "--clinic", CLINIC, "--kept", str(kept)]
    return restore_clinic.main([*given, *options], world.aws("dynamodb"))


def version(world: World) -> int:
    """Return the clinic's version, of which its ETag is made."""
    return int(world.items(begins="CLINIC")[0]["version"]["N"])


def without_version(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return items but for the clinic's version, which never goes back."""
    found = copy.deepcopy(items)
    for item in found:
        if item["sk"]["S"] == "CLINIC":
            del item["version"]
    return found


def test_a_clinic_is_as_it_was_and_the_others_as_they_are(restored: World, tmp_path: Path) -> None:
    """With a version that no caller has seen."""
    tables = restored.aws("dynamodb")
    wanted = restore_clinic.items_of(tables, RESTORED, CLINIC)
    others, before = restored.items(OTHER_CLINIC), version(restored)
    assert restore(restored, tmp_path / "kept", "--write") == 0
    now = restore_clinic.items_of(tables, "licenses", CLINIC)
    assert without_version(now) == without_version(wanted)
    assert restored.counts("therapist") == (7, 1, 6)
    assert restored.items(OTHER_CLINIC) == others
    assert version(restored) > before


def test_without_write_it_only_tells(
    restored: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """How many items would be put back, and how many newer ones would go."""
    before = restored.table()
    assert restore(restored, tmp_path / "kept") == 0
    assert restored.table() == before
    assert "newer ones to delete" in capsys.readouterr().out
    assert not (tmp_path / "kept").exists()


def test_what_the_clinic_had_can_be_put_back_in_turn(restored: World, tmp_path: Path) -> None:
    """From the file that the script has kept."""
    before = restored.items()
    assert restore(restored, tmp_path / "kept", "--write") == 0
    source = str(tmp_path / "kept")
    assert restore(restored, tmp_path / "again", "--write", source=source) == 0
    assert without_version(restored.items()) == without_version(before)


def test_a_clinic_that_changes_meanwhile_is_left_alone(restored: World) -> None:
    """What somebody has just done would be lost unseen."""
    tables = restored.aws("dynamodb")
    wanted = restore_clinic.items_of(tables, RESTORED, CLINIC)
    found = restore_clinic.plan(wanted, restore_clinic.items_of(tables, "licenses", CLINIC))
    restored.adjust([("add", "therapist", 1)], key="k3")
    before = restored.table()
    with pytest.raises(restore_clinic.RestoreError):
        restore_clinic.carry_out(tables, "licenses", found)
    assert restored.table() == before


def test_one_that_was_cut_off_is_carried_out_again(restored: World, tmp_path: Path) -> None:
    """The clinic is not found until then, and nobody sees half of it."""
    tables = restored.aws("dynamodb")
    wanted = restore_clinic.items_of(tables, RESTORED, CLINIC)
    before = version(restored)
    restored.delete(restored.items(begins="CLINIC")[0])
    assert restored.call("get_license_status").status == 404
    assert restore(restored, tmp_path / "kept", "--write") == 0
    now = restore_clinic.items_of(tables, "licenses", CLINIC)
    assert without_version(now) == without_version(wanted)
    assert version(restored) > before


def test_a_clinic_that_was_not_there_yet_is_not_deleted(restored: World, tmp_path: Path) -> None:
    """A wrong table or moment changes nothing."""
    tables = restored.aws("dynamodb")
    for item in restore_clinic.items_of(tables, RESTORED, CLINIC):
        restored.cloud.tables[RESTORED].put(key_of(item), None)
    before = restored.table()
    assert restore(restored, tmp_path / "kept", "--write") == 1
    assert restored.table() == before
