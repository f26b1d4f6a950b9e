"""The vendor's overview: what the nights added up, and the confirmations that wait."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.functions.conftest import CLINIC, OTHER_CLINIC, World, today
from tests.functions.test_reconciliation import reconcile, soon


def overview(world: World) -> Any:
    """Return what staff see."""
    return world.read("get_overview", who="staff")


def test_before_the_first_night_there_is_nothing_to_see(world: World) -> None:
    assert overview(world) == {"months": [], "waiting_confirmations": []}


def test_the_night_adds_up_all_clinics_without_reading_more(world: World) -> None:
    """Licenses, prices and what is open, as each clinic says of itself."""
    assert world.adjust([("add", "therapist", 2)], key="k").status == 201
    reconcile(world, soon())
    reconcile(world, soon())

    (month,) = overview(world)["months"]

    statuses = [world.status(clinic, who="staff") for clinic in (CLINIC, OTHER_CLINIC)]
    for row in month["licenses"]:
        both = [
            entry
            for status in statuses
            for entry in status["licenses"]
            if entry["license_type"] == row["license_type"]
        ]
        assert row["purchased"] == sum(entry["purchased"] for entry in both)
        assert row["in_use"] == sum(entry["in_use"] for entry in both)
        assert row["idle"] == row["purchased"] - row["in_use"]
    assert month["recurring"] == [
        {
            "currency": "USD",
            "monthly_cents": sum(
                entry["purchased"] * entry["unit_price_cents"]
                for status in statuses
                for entry in status["licenses"]
            ),
        }
    ]
    assert (month["clinics"], month["open_adjustments"]) == (2, 1)
    assert (month["overdue_confirmations"], month["parked_confirmations"]) == (0, 0)


def test_clinics_that_have_closed_are_not_among_the_open_ones(world: World) -> None:
    """Though the night checks their books as well."""
    assert world.close(today()).status == 200
    assert reconcile(world, soon())["clinics"] == 2

    assert overview(world)["months"][0]["clinics"] == 1


def test_what_is_overdue_waits_until_it_is_settled(world: World) -> None:
    """As the night found it, but without what was done since."""
    made = world.adjust([("add", "therapist", 1)], key="k").body
    late = datetime.now(UTC) + timedelta(days=12)
    reconcile(world, late)

    found = overview(world)
    assert found["months"][0]["overdue_confirmations"] == 1
    # The night was run for a day to come: by the clock of this call nothing is late yet.
    assert found["waiting_confirmations"] == []

    item = world.items(CLINIC, "ADJUSTMENT#")[0]
    item |= {"confirmation": {"S": "unknown"}, "status": {"S": "invoiced"}}
    world.write(item)
    (waiting,) = overview(world)["waiting_confirmations"]
    assert (waiting["clinic_id"], waiting["adjustment_id"]) == (CLINIC, made["adjustment_id"])
    assert (waiting["confirmation"], waiting["overdue"]) == ("unknown", False)

    item |= {"confirmation": {"S": "sent"}, "status": {"S": "confirmed"}}
    world.write(item)
    assert overview(world)["waiting_confirmations"] == []
