"""Transferring licenses from one clinic to another."""

from typing import Any

import pytest

from tests.functions.conftest import CLINIC, OTHER_CLINIC, Answer, World
from tests.functions.mailing import Sent, words_of
from tests.functions.test_invoice_update import applied
from tests.functions.test_round_trips import recorded
from tests.write_units import write_units

WHY = "One therapist fewer here, one more there."


def body(*lines: tuple[str, int], users: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    """Return the body of a transfer from Main Street to Lakeside."""
    wanted = [{"license_type": kind, "quantity": number} for kind, number in lines]
    moved = {"users": [{"user_id": user_id} for user_id in users]} if users else {}
    return {
        "from_clinic_id": CLINIC,
        "to_clinic_id": OTHER_CLINIC,
        "lines": wanted or [{"license_type": "therapist", "quantity": 1}],
        "explanation": WHY,
        **moved,
        **more,
    }


def transfer(world: World, *lines: tuple[str, int], key: str = "t1", **more: Any) -> Answer:
    who = more.pop("who", "dana")
    return world.call("transfer_licenses", who=who, key=key, body=body(*lines, **more))


def preview(world: World, *lines: tuple[str, int], **more: Any) -> Answer:
    return world.call("preview_license_transfer", body=body(*lines, **more))


def cancel(world: World, half: dict[str, Any], who: str = "dana") -> Answer:
    return world.call(
        "cancel_license_adjustment",
        who=who,
        clinic=half["clinic_id"],
        adjustment_id=half["adjustment_id"],
    )


def test_what_one_clinic_gives_the_other_one_gets(world: World) -> None:
    """Both adjustments are answered, and each names the other."""
    before = world.counts("therapist"), world.counts("therapist", OTHER_CLINIC)
    answer = transfer(world, ("therapist", 2))
    assert answer.status == 201, answer.text
    given, taken = answer.body["from"], answer.body["to"]
    assert [line["action"] for line in given["lines"] + taken["lines"]] == ["remove", "add"]
    assert given["transfer"] == {
        "clinic_id": OTHER_CLINIC,
        "adjustment_id": taken["adjustment_id"],
        "name": "Lakeside Rehab",
    }
    assert taken["transfer"]["adjustment_id"] == given["adjustment_id"]
    assert "transferred to Lakeside Rehab" in given["message"]
    assert (given["explanation"], taken["explanation"]) == (WHY, WHY)
    assert world.counts("therapist")[0] == before[0][0] - 2
    assert world.counts("therapist", OTHER_CLINIC)[0] == before[1][0] + 2
    for half in (given, taken):
        assert world.adjustment(half) == half


@pytest.mark.parametrize("who", ["pat", "max", "nobody"])
def test_who_does_not_know_both_clinics_gets_one_answer(world: World, who: str) -> None:
    """Pat manages the second one alone, Max belongs to the first one."""
    world.add_user("Max Moor", active=True)
    world.accounts["nobody"] = "4d7c1f2e-0000-4000-8000-0000000000aa"
    before = world.table()
    for wrong in ({}, {"to_clinic_id": "clinic-nowhere"}, {"from_clinic_id": "clinic-nowhere"}):
        refused = transfer(world, who=who, **wrong)
        assert (refused.status, refused.code) == (404, "not_found")
        assert refused.body["detail"].startswith("Clinic not found.")
    assert world.table() == before


def test_a_member_of_both_needs_the_permission_in_both(world: World) -> None:
    """Staff read all clinics and act for none."""
    world.add_manager("Eva Holm")
    world.add_user("Eva Holm", clinic=OTHER_CLINIC, active=True)
    before = world.table()
    for who in ("eva", "staff"):
        refused = transfer(world, who=who)
        assert (refused.status, refused.code) == (403, "forbidden")
    assert world.table() == before


def test_a_transfer_to_the_same_clinic_is_refused(world: World) -> None:
    refused = transfer(world, to_clinic_id=CLINIC)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert [error["field"] for error in refused.body["errors"]] == ["to_clinic_id"]


def test_a_user_moves_along(world: World) -> None:
    """Inactive here; there a new membership, active and without permissions."""
    ana = world.add_manager("Ana Silva")
    counts = world.counts("therapist"), world.counts("therapist", OTHER_CLINIC)
    answer = transfer(world, ("therapist", 1), users=(ana["user_id"],))
    assert answer.status == 201, answer.text
    assert answer.body["moved_users"] == [ana["user_id"]]
    total, used, free = counts[0]
    assert world.counts("therapist") == (total - 1, used - 1, free)
    total, used, free = counts[1]
    assert world.counts("therapist", OTHER_CLINIC) == (total + 1, used + 1, free)
    for clinic, active, permissions in (
        (CLINIC, False, ["user_manager"]),
        (OTHER_CLINIC, True, []),
    ):
        users = world.listed("list_users", clinic=clinic)
        (user,) = (user for user in users if user["user_id"] == ana["user_id"])
        assert (user["active"], user["permissions"]) == (active, permissions)
    told = [
        [row["action"] for row in world.listed("list_history", clinic=clinic)]
        for clinic in (CLINIC, OTHER_CLINIC)
    ]
    assert told[0][:2] == ["licenses_transferred", "user_deactivated"]
    assert told[1][:2] == ["user_added", "licenses_transferred"]
    again = transfer(world, ("therapist", 1), users=(ana["user_id"],))
    assert again.body == answer.body


def test_a_user_who_was_there_before_is_active_there_again(world: World) -> None:
    """Moved there, back, and there once more."""
    ana = world.add_user("Ana Silva", active=True)
    ends = {"from_clinic_id": OTHER_CLINIC, "to_clinic_id": CLINIC}
    for number, way in enumerate(({}, ends, {})):
        moved = transfer(world, users=(ana["user_id"],), key=f"k{number}", **way)
        assert moved.status == 201, moved.text
    told = world.listed("list_history", clinic=OTHER_CLINIC)
    assert [row["action"] for row in told][:2] == ["user_activated", "licenses_transferred"]


def test_who_cannot_move_is_told_why(world: World) -> None:
    """Nobody, somebody inactive, the last User Manager."""
    ina = world.add_user("Ina Gone")
    before = world.table()
    wanted = {
        ina["user_id"]: (409, "user_inactive"),
        world.accounts["dana"]: (409, "last_user_manager"),
    }
    for user_id, answer in wanted.items():
        refused = transfer(world, users=(user_id,))
        assert (refused.status, refused.code) == answer
    nobody = transfer(world, users=("nobody",))
    assert (nobody.status, nobody.code) == (422, "validation_failed")
    assert [wrong["field"] for wrong in nobody.body["errors"]] == ["users[0].user_id"]
    assert world.table() == before


def test_cancelling_one_half_takes_both_back(world: World) -> None:
    """By whoever manages both, from either side; again it answers the same."""
    before = world.counts("therapist"), world.counts("therapist", OTHER_CLINIC)
    given, taken = (transfer(world).body[half] for half in ("from", "to"))
    cancelled = cancel(world, taken)
    assert (cancelled.status, cancelled.body["adjustment_id"]) == (200, taken["adjustment_id"])
    for half in (given, taken):
        now = world.adjustment(half)
        assert now["status"] == "cancelled"
        told, *_ = world.listed("list_history", clinic=half["clinic_id"])
        assert told["action"] == "adjustment_cancelled"
    assert (world.counts("therapist"), world.counts("therapist", OTHER_CLINIC)) == before
    assert cancel(world, given).body["status"] == "cancelled"


def test_who_manages_one_half_only_cannot_take_it_back(world: World) -> None:
    taken = transfer(world).body["to"]
    before = world.table()
    refused = cancel(world, taken, who="pat")
    assert (refused.status, refused.code) == (409, "part_of_transfer")
    assert refused.body["detail"] == (
        "This is one half of a transfer from Main Street Physical Therapy, which can only be "
        "canceled as a whole. Ask a User Manager of both clinics, or request the reverse change."
    )
    assert world.table() == before


def test_what_one_clinic_has_on_its_invoice_is_not_taken_back_in_the_other(world: World) -> None:
    given, taken = (transfer(world).body[half] for half in ("from", "to"))
    world.invoiced(given)
    before = world.table()
    refused = cancel(world, taken)
    assert (refused.status, refused.code) == (409, "already_invoiced")
    assert refused.body["detail"].startswith("Main Street Physical Therapy: This adjustment is")
    assert world.table() == before


def test_what_a_later_request_builds_on_is_not_taken_back(world: World) -> None:
    """Nor is a transfer, of which one half is such."""
    added = world.adjust([("add", "therapist", 1)], key="k1").body
    taken = transfer(world).body["to"]
    world.adjust([("add", "therapist", 1)], key="k2")
    for one, told in ((added, "A later request"), (taken, "Main Street Physical Therapy: A later")):
        refused = cancel(world, one)
        assert (refused.status, refused.code) == (409, "later_adjustment")
        assert refused.body["detail"].startswith(told)


def test_each_half_is_confirmed_by_itself_and_names_the_other_clinic(
    world: World, outbox: Sent
) -> None:
    done = transfer(world).body
    for half, other in (("from", "to Lakeside Rehab"), ("to", "from Main Street Physical Therapy")):
        world.invoke("send_confirmation", world.invoiced(done[half]))
        assert f"Transferred: {other}" in words_of(outbox[-1])
    assert len(outbox) == 2


def test_a_preview_says_what_the_transfer_will_do_and_does_nothing(world: World) -> None:
    """Both clinics' counts, lines and totals, as a preview in each would."""
    applied(world, ("add", "therapist", 1))
    before = world.table()
    both = preview(world, ("therapist", 1)).body
    assert world.table() == before
    for half, clinic in (("from", CLINIC), ("to", OTHER_CLINIC)):
        expected = world.invoice(clinic)["expected_total_cents"]
        assert both[half]["next_invoice_total_before_cents"] == expected
    done = transfer(world, ("therapist", 1)).body
    for half in ("from", "to"):
        now = {row["license_type"]: row for row in done[half]["licenses"]}
        for row in both[half]["licenses_after"]:
            assert row["purchased"] == now[row["license_type"]]["purchased"]


def test_a_transfer_is_two_round_trips(world: World) -> None:
    """One read of both clinics, one transaction; a preview is one read."""
    with recorded(world, "transfer_licenses", "preview_license_transfer") as calls:
        transfer(world, ("therapist", 1))
        assert [name for name, _ in calls] == ["BatchGetItem", "TransactWriteItems"]
        assert write_units(calls[1][1]) <= 20
        calls.clear()
        preview(world, ("therapist", 1))
        assert [name for name, _ in calls] == ["BatchGetItem"]
