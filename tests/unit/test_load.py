"""The clinics that `python -m local load` writes: many of them, each with books that agree."""

from datetime import UTC, datetime

from licensing.use_cases.nights.nights import begin_night
from local.load import _items, clinic
from local.memory.store import Store
from local.memory.tables import key_of
from tests.invariants import violations

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_the_books_of_loaded_clinics_agree() -> None:
    items = list(_items(50, NOW))

    said = violations(items, staff=["load"])
    assert [one for one in said if "confirmed without a mail" not in one] == []
    kinds = {item["sk"]["S"].partition("#")[0] for item in items}
    assert kinds >= {"CLINIC", "USER", "INVOICE", "HISTORY", "NAME", "ADJUSTMENT"}
    assert kinds >= {"REPORT", "FINDING"}
    (tonight,) = (item for item in items if item["sk"]["S"] == f"REPORT#{NOW.date()}")
    assert (tonight["checked"], tonight["findings"]) == ({"N": "50"}, {"N": "2"})


def test_a_night_after_loading_makes_up_for_none_before() -> None:
    """Else it would tell every clinic of what became due since the last one."""
    store = Store()
    for item in _items(1, NOW):
        store.table.put(key_of(item), item)
    assert begin_night(store, NOW) == datetime(2026, 11, 24, tzinfo=UTC)


def test_a_clinic_is_the_same_each_time_and_unlike_the_next() -> None:
    names = [
        next(
            item["name"]["S"]
            for item in clinic(number, NOW).table.items()
            if item["sk"]["S"] == "CLINIC"
        )
        for number in (7, 7, 8)
    ]
    assert names[0] == names[1] != names[2]
