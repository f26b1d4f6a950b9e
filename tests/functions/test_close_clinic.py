"""The end of a clinic: planned, taken back, carried out, and what is left of it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from docs.routes import ROUTES, Who
from licensing.use_cases.clinics import close_clinic
from tests.functions.conftest import CLINIC, OTHER_CLINIC, Answer, World, today
from tests.functions.mailing import Mailbox, words_of
from tests.functions.test_reconciliation import findings
from tests.invariants import violations


def night(world: World, at: datetime) -> list[dict[str, Any]]:
    """Run a night and return what it found in this clinic but broken promises."""
    world.reconcile(at)
    return [
        found
        for found in findings(world, at)
        if found["clinic_id"] == CLINIC and found["invariant"] != "deadline"
    ]


def close(world: World, days: int = 0) -> Answer:
    """Plan the clinic's end as staff."""
    return world.close(today(days))


def test_a_planned_end_is_shown_moved_and_taken_back(world: World) -> None:
    """Until its day has come the clinic is as it was."""
    assert world.status()["closure"] is None
    planned = close(world, 30)
    assert (planned.status, planned.body["closure"]) == (
        200,
        {"closes_on": today(30), "closed": False},
    )
    assert world.status()["closure"] == planned.body["closure"]
    assert world.adjust([("add", "therapist", 1)], key="still").status == 201
    newest = world.listed("list_history", who="staff")[1]
    assert (newest["action"], newest["why"]) == ("closure_planned", "The practice retires.")
    assert close(world, 40).body["closure"]["closes_on"] == today(40)
    kept = world.call("close_clinic", who="staff", method="DELETE")
    assert (kept.status, kept.body["closure"]) == (200, None)


def test_a_mail_changes_nothing_between_the_end_and_the_night_after_it(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The night carries the end out, hours after the page and the API know of it."""
    world = mailbox.world
    close(world, 1)
    days_later = Mock(now=lambda zone: datetime.now(zone) + timedelta(days=2))
    monkeypatch.setattr(world.handler("receive_email_request"), "datetime", days_later)
    answer = mailbox.write("Please add 2 billing licenses at Main Street.", minutes=2 * 24 * 60)
    assert answer["lines"] == []
    assert world.counts("billing")[0] == 1
    assert "This clinic closed on" in words_of(mailbox.sent[-1])


def test_a_clinic_that_closes_today_is_closed_at_once(world: World) -> None:
    """All licenses are released, all users inactive, what waited is billed, and it adds up."""
    world.add_user("Ana Silva", active=True)
    world.adjust([("add", "billing", 2)], key="waits")
    closed = close(world)
    assert closed.body["closure"] == {"closes_on": today(), "closed": True}
    assert {row["purchased"] for row in closed.body["licenses"]} == {0}
    users = world.listed("list_users", who="staff")
    assert [user["active"] for user in users] == [False, False]
    found = world.listed("list_license_adjustments", who="staff")
    assert [one["status"] for one in found] == ["invoiced", "invoiced"]
    last = world.invoice(who="staff")
    assert last["status"] == "finalized"
    assert not [line for line in last["lines"] if line["kind"] == "recurring"]
    assert violations(world.table(), staff=[world.accounts["staff"]]) == []
    assert close(world).text == closed.text


def test_a_planned_end_is_carried_out_by_the_night(world: World) -> None:
    """And the night has nothing to find fault with, then and later."""
    close(world, 3)
    at = datetime.now(UTC) + timedelta(days=5)
    assert night(world, at) == []
    assert world.status(who="staff")["closure"]["closed"]
    assert world.counts("therapist") == (0, 0, 0)
    assert violations(world.table(), staff=[world.accounts["staff"]]) == []
    assert night(world, at + timedelta(days=40)) == []


CLOSING = [
    route
    for route in ROUTES
    # What a token or a file is named by is not made here; they rely on a member, as others do.
    if "clinic_closed" in route.conflicts
    and route.name not in ("import_users", "revoke_provisioning_token")
]


def test_nothing_can_be_changed_in_a_closed_clinic(world: World) -> None:
    """Whatever the route: 409, and nothing is written."""
    ana = world.add_user("Ana Silva")
    asked = world.adjust([("add", "billing", 2)], key="waits")
    close(world)
    before = world.table()
    changed = {"name": "Somebody Else", "closes_on": today(9)}
    for route in CLOSING:
        body = {name: changed.get(name, value) for name, value in route.sample.items()}
        for name in ("replaces", "priced_at", "effective_on"):
            body.pop(name, None)
        refused = world.call(
            route.folder,
            who="staff" if route.who is Who.STAFF else "dana",
            resource=route.path,
            method=route.method,
            body=body or None,
            key="another",
            user_id=ana["user_id"],
            adjustment_id=asked.body["adjustment_id"],
            invoice_id="upcoming",
        )
        assert (route.name, refused.status, refused.code) == (route.name, 409, "clinic_closed")
    assert world.table() == before


def test_former_user_managers_may_look_for_a_time(world: World) -> None:
    """Members and those who left before may not."""
    world.add_user("Ana Silva", active=True)
    eva = world.add_manager("Eva Holm")
    world.activate(eva["user_id"], active=False)
    close(world)
    assert world.status()["closure"]["closed"]
    assert world.call("list_history").status == 200
    clinics = world.listed("list_clinics")
    assert [row["closed"] for row in clinics if row["clinic_id"] == CLINIC] == [True]
    for who in ("ana", "eva"):
        assert world.call("get_license_status", who=who).status == 404
    (clinic,) = world.items(CLINIC, "CLINIC")
    clinic["closing"]["L"][1] = {
        "N": f"{(datetime.now(UTC) - timedelta(days=401)).timestamp():.0f}000"
    }
    world.write(clinic)
    assert world.call("get_license_status").status == 404
    assert world.call("get_license_status", who="staff").status == 200
    assert world.call("get_license_status", clinic=OTHER_CLINIC).status == 200


def test_a_clinic_with_many_users_is_closed_in_several_transactions(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction takes a hundred records."""
    monkeypatch.setattr(close_clinic, "_MOST_LEAVING", 2)
    for number in range(4):
        world.add_user(f"User Number{number}", active=True)
    assert close(world).body["closure"]["closed"]
    assert world.counts("therapist") == (0, 0, 0)
    assert violations(world.table(), staff=[world.accounts["staff"]]) == []
