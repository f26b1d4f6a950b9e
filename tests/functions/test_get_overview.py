"""The vendor's overview: what the nights added up, and the confirmations that wait."""

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from tests.functions.conftest import CLINIC, OTHER_CLINIC, World, today
from tests.functions.test_list_licenses import put
from tests.functions.test_reconciliation import soon


def overview(world: World) -> Any:
    return world.read("get_overview", who="staff")


def test_before_the_first_night_there_is_nothing_to_see(world: World) -> None:
    assert overview(world) == {"months": [], "waiting_confirmations": []}


def test_the_night_adds_up_all_clinics_without_reading_more(world: World) -> None:
    """Licenses, prices and what is open, as each clinic says of itself."""
    assert world.adjust([("add", "therapist", 2)], key="k").status == 201
    world.reconcile(soon())
    world.reconcile(soon())

    (month,) = overview(world)["months"]

    both = [world.status(clinic, who="staff")["licenses"] for clinic in (CLINIC, OTHER_CLINIC)]
    therapist = next(row for row in month["licenses"] if row["license_type"] == "therapist")
    # Five in each clinic, and two more; Dana uses one in each, Pat one.
    assert therapist == {"license_type": "therapist", "purchased": 12, "in_use": 3, "idle": 9}
    cents = sum(row["purchased"] * row["unit_price_cents"] for row in chain(*both))
    assert month["recurring"] == [{"currency": "USD", "monthly_cents": cents}]
    assert (month["clinics"], month["open_adjustments"]) == (2, 1)
    assert (month["overdue_confirmations"], month["parked_confirmations"]) == (0, 0)


def test_clinics_that_have_closed_are_not_among_the_open_ones(world: World) -> None:
    """Though the night checks their books as well."""
    assert world.close(today()).status == 200
    assert world.reconcile(soon())["clinics"] == 2

    assert overview(world)["months"][0]["clinics"] == 1


def test_what_is_overdue_waits_until_it_is_settled(world: World) -> None:
    """As the night found it, but without what was done since."""
    made = world.adjust([("add", "therapist", 1)], key="k").body
    late = datetime.now(UTC) + timedelta(days=12)
    world.reconcile(late)

    found = overview(world)
    assert found["months"][0]["overdue_confirmations"] == 1
    # The night was run for a day to come: by the clock of this call nothing is late yet.
    assert found["waiting_confirmations"] == []

    (item,) = world.items(CLINIC, "ADJUSTMENT#")
    put(world, item, confirmation="unknown", status="invoiced")
    (waiting,) = overview(world)["waiting_confirmations"]
    assert (waiting["clinic_id"], waiting["adjustment_id"]) == (CLINIC, made["adjustment_id"])
    assert waiting["clinic_name"] == world.status(CLINIC)["name"]
    assert (waiting["confirmation"], waiting["overdue"]) == ("unknown", False)

    put(world, item, confirmation="sent", status="confirmed")
    assert overview(world)["waiting_confirmations"] == []
