"""A clinic's state for staff."""

from typing import Any

import pytest

from tests.functions.conftest import CLINIC, OTHER_CLINIC, World
from tests.functions.mailing import DANA, Mailbox
from tests.functions.test_list_licenses import put
from tests.functions.test_notices import USUAL, cause, choose
from tests.functions.test_reconciliation import soon


def state(world: World, clinic: str = CLINIC) -> Any:
    """Return what staff see of a clinic."""
    return world.read("get_clinic_state", who="staff", clinic=clinic)


def test_a_sound_clinic_has_nothing_to_do(world: World) -> None:
    assert state(world) == {
        "clinic_id": CLINIC,
        "checked_at": None,
        "notices": [{"user_id": world.accounts["dana"], "name": "Dana Reyes", **USUAL}],
        "findings": [],
        "confirmations": [],
        "mails": [],
        "blocked_addresses": [],
    }


def test_findings_confirmations_and_blocked_addresses_of_this_clinic_only(world: World) -> None:
    """As the last night found them, and as mail events told them."""
    made = world.adjust([("add", "therapist", 1)], key="k").body
    (item,) = world.items(CLINIC, "ADJUSTMENT#")
    parked = {"confirmation": "unknown", "status": "invoiced", "parked_reason": "nobody is left"}
    put(world, item, **parked)
    assert world.bounce(DANA) == {"outcome": "suppressed"}
    world.reconcile(soon())

    found = state(world)

    assert found["checked_at"] is not None
    subjects = {finding["subject"] for finding in found["findings"]}
    assert {made["adjustment_id"], DANA} <= subjects
    assert {finding["clinic_id"] for finding in found["findings"]} == {CLINIC}
    (mail,) = found["confirmations"]
    assert (mail["confirmation"], mail["parked_reason"]) == ("unknown", "nobody is left")
    assert [one["address"] for one in found["blocked_addresses"]] == [DANA]
    other = state(world, OTHER_CLINIC)
    assert other["confirmations"] == []
    assert {finding["invariant"] for finding in other["findings"]} <= {"mail_address"}


def test_staff_see_what_each_user_manager_is_told(world: World) -> None:
    chosen = choose(world)
    (dana,) = state(world)["notices"]
    assert {name: dana[name] for name in chosen} == chosen


def test_answers_and_notices_tell_whom_they_went_to_and_how_they_fared(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest first, in each clinic that a mail names, if none in each that it may be of."""
    world = mailbox.world
    outbox = world.sent_by("send_notice", monkeypatch)
    mailbox.write("Please add 1 billing license at Main Street.")
    world.invoke("send_notice", cause(world))
    mailbox.write("Please add a license.")

    question, notice, done = state(world)["mails"]

    assert (question["kind"], question["intent"]) == ("answer", "ask_back")
    assert (notice["kind"], notice["intent"]) == ("news", None)
    assert (done["kind"], done["intent"]) == ("answer", "add")
    assert {(one["to"]["name"], one["delivery"]) for one in (question, notice, done)} == {
        ("Dana Reyes", "sent")
    }
    assert len(outbox) == 1
    assert [one["intent"] for one in state(world, OTHER_CLINIC)["mails"]] == ["ask_back"]


def test_an_unknown_clinic_has_no_state(world: World) -> None:
    unknown = world.call("get_clinic_state", who="staff", clinic="clinic-nowhere")
    assert (unknown.status, unknown.code) == (404, "not_found")
    assert "User Manager" not in unknown.body["detail"]
