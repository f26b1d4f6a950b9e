"""The words under which staff find clinics, written by the script that operators run."""

from licensing.adapters.store import Store
from operations.fill_search import fill_search
from tests.functions.conftest import CLINIC, OTHER_CLINIC, World


def found(world: World, text: str) -> list[str]:
    """Return the clinics that staff find."""
    answer = world.call("list_clinics", who="staff", query={"q": text})
    return [clinic["clinic_id"] for clinic in answer.body["clinics"]]


def test_clinics_without_words_are_found_again_and_nothing_else_changes(world: World) -> None:
    before = sorted(world.table(), key=str)
    for item in before:
        if item["pk"]["S"].startswith("NAMES#") and CLINIC in item["sk"]["S"]:
            world.delete(item)
    assert (found(world, "physical"), found(world, "lakeside")) == ([], [OTHER_CLINIC])

    store: Store = world.handler("list_clinics").store
    assert [fill_search(store), fill_search(store)] == [2, 2]

    assert found(world, "physical") == [CLINIC]
    assert sorted(world.table(), key=str) == before
