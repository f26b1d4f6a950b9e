"""All clinics of one person at a glance."""

from typing import Any

from tests.functions.conftest import CLINIC, OTHER_CLINIC, World, today
from tests.functions.test_invoice_update import applied
from tests.functions.test_round_trips import Calls, recorded


def glance(world: World, who: str = "dana", **query: str) -> Any:
    """Return what GET /licenses answers."""
    return world.read("list_licenses", who=who, query=query or None)


def put(world: World, item: dict[str, Any], **changed: str) -> None:
    """Write an item with some of its texts changed."""
    texts = {name: {"S": text} for name, text in changed.items()}
    world.write(item | texts)


def many_clinics(world: World, count: int) -> None:
    """Let Dana manage so many clinics in all: copies of the first one."""
    for item in world.items():
        for number in range(count - 2):
            put(world, item, pk=f"CLINIC#clinic-{number:03}")


def test_each_row_says_what_the_clinics_own_status_says(world: World) -> None:
    """Counts, idle cost, renewal, open requests, and the invoice's expected total."""
    applied(world, ("add", "therapist", 2), ("remove", "billing", 1))
    rows = {row["clinic_id"]: row for row in glance(world)["clinics"]}
    assert set(rows) == {CLINIC, OTHER_CLINIC}
    for clinic_id, row in rows.items():
        status = world.status(clinic_id)
        for name in ("purchased", "in_use", "available", "idle_monthly_cost_cents"):
            assert row[name] == status["totals"][name]
        for name in ("name", "currency", "licenses", "next_renewal"):
            assert row[name] == status[name]
        assert row["open_adjustments"] == status["open_adjustments"]["count"]
        expected = world.invoice(clinic_id)["expected_total_cents"]
        assert row["expected_total_cents"] == expected
    assert rows[CLINIC]["open_adjustments"] == 1


def test_the_sums_are_over_all_rows_and_money_by_currency(world: World) -> None:
    """Dollars and euros are not added up."""
    (item,) = world.items(OTHER_CLINIC, "CLINIC")
    put(world, item, currency="EUR")
    body = glance(world)
    rows, totals = body["clinics"], body["totals"]
    assert totals["clinics"] == 2
    for name in ("purchased", "in_use", "available", "open_adjustments"):
        assert totals[name] == sum(row[name] for row in rows)
    assert [entry["currency"] for entry in totals["money"]] == ["EUR", "USD"]
    for entry in totals["money"]:
        (row,) = (row for row in rows if row["currency"] == entry["currency"])
        assert entry["expected_total_cents"] == row["expected_total_cents"]
        assert entry["idle_monthly_cost_cents"] == row["idle_monthly_cost_cents"]


def test_a_clinic_that_has_closed_is_shown_as_closed(world: World) -> None:
    """To whom may still read it, with nothing more to come."""
    for days, closed in ((5, False), (0, True)):
        assert world.close(today(days)).status == 200
        row, other = sorted(glance(world)["clinics"], key=lambda one: one["clinic_id"] != CLINIC)
        assert row["closure"] == {"closes_on": today(days), "closed": closed}
        coming = (row["next_renewal"], row["expected_total_cents"])
        assert [one is None for one in coming] == [closed, closed]
        assert (other["clinic_id"], other["closure"]) == (OTHER_CLINIC, None)
    assert row["purchased"] == 0


def test_a_plain_member_sees_counts_but_no_invoices(world: World) -> None:
    world.add_user("Max Moor", active=True)
    (row,) = glance(world, "max")["clinics"]
    assert (row["clinic_id"], row["permissions"]) == (CLINIC, [])
    assert row["expected_total_cents"] is None
    (money,) = glance(world, "max")["totals"]["money"]
    assert money["expected_total_cents"] is None


def test_only_clinics_of_which_the_caller_is_an_active_member(world: World) -> None:
    """Pat sees the one of hers, staff none that are not their own, an inactive user none."""
    world.add_user("Ina Gone", permissions=["user_manager"])
    for who, mine in (("pat", [OTHER_CLINIC]), ("staff", []), ("ina", [])):
        assert [row["clinic_id"] for row in glance(world, who)["clinics"]] == mine
    none = glance(world, "staff")
    assert none["totals"].pop("money") == []
    assert set(none["totals"].values()) == {0}


def test_what_is_scheduled_is_counted_and_expected(world: World) -> None:
    """From the renewal on it is billed."""
    before = glance(world)["totals"]
    asked = world.adjust([("add", "therapist", 2)], key="k1", effective_on="renewal")
    assert (asked.status, asked.body["status"]) == (201, "scheduled")
    rows = {row["clinic_id"]: row for row in glance(world)["clinics"]}
    assert (rows[CLINIC]["open_adjustments"], rows[CLINIC]["scheduled_adjustments"]) == (0, 1)
    assert rows[CLINIC]["expected_total_cents"] == world.invoice()["expected_total_cents"]
    after = glance(world)["totals"]
    assert after["scheduled_adjustments"] == 1
    assert after["money"][0]["expected_total_cents"] > before["money"][0]["expected_total_cents"]


def test_fifty_clinics_are_two_round_trips(world: World) -> None:
    """The index, then all clinics, memberships and invoices in batches at the same time."""
    many_clinics(world, 50)
    calls: Calls
    with recorded(world, "list_licenses") as calls:
        body = glance(world)
    assert len(body["clinics"]) == body["totals"]["clinics"] == 50
    assert body["next_cursor"] is None
    assert calls[0][0] == "Query"
    assert {name for name, _ in calls[1:]} == {"BatchGetItem"}
    batches = (call["RequestItems"].values() for _, call in calls[1:])
    assert [len(wanted["Keys"]) for batch in batches for wanted in batch] == [100, 100]


def test_more_than_fifty_come_in_pages(world: World) -> None:
    """A cursor leads through all of them, each once."""
    many_clinics(world, 60)
    assert len(glance(world)["clinics"]) == 50
    ids = [row["clinic_id"] for row in world.leafed("list_licenses")]
    assert len(ids) == len(set(ids)) == 60
