"""A confirmation that bounces goes to the clinic's other User Managers, once."""

from typing import Any

import pytest

from tests.functions.conftest import World
from tests.functions.mailing import DANA, Sent
from tests.invariants import violations

EVA = "eva.holm@mainstreetpt.example"
NEW = "eva@new.example"


def confirmed(world: World) -> dict[str, str]:
    """Have an adjustment confirmed to Dana, and return its task."""
    task = world.invoiced(world.adjust([("add", "billing", 1)], key="k1").body)
    assert world.invoke("send_confirmation", task) == {"outcome": "sent"}
    return task


def bounced(world: World, mail: dict[str, Any], kind: str = "Permanent") -> Any:
    """Deliver the event that a confirmation bounced."""
    (to,) = mail["Destination"]["ToAddresses"]
    return world.bounce(to, kind, **{tag["Name"]: [tag["Value"]] for tag in mail["EmailTags"]})


def of(world: World, task: dict[str, str]) -> tuple[str, str, int]:
    """Return how far the adjustment has come, and how many are open."""
    one = world.adjustment(task)
    count = world.status(who="staff")["open_adjustments"]["count"]
    return one["status"], one["confirmation"], count


@pytest.mark.parametrize("kind", ["Permanent", "Transient"])
def test_it_goes_to_each_of_the_others_by_a_mail_of_its_own(
    world: World, outbox: Sent, kind: str
) -> None:
    """Also where the mail service has given up; a repeat of the event changes nothing.

    With the last of them it is parked, though none of the addresses need be wrong.
    """
    world.add_manager("Eva Holm")
    world.add_manager("Gus Kane")
    task = confirmed(world)
    assert of(world, task) == ("confirmed", "sent", 0)
    bounced(world, outbox[0], kind)
    before = world.table()
    bounced(world, outbox[0], kind)
    assert world.table() == before
    assert of(world, task) == ("invoiced", "queued", 1)
    assert world.invoke("send_confirmation", task) == {"outcome": "sent"}
    told = [mail["Destination"]["ToAddresses"] for mail in outbox]
    assert sorted(told[1:]) == [[EVA], ["gus.kane@mainstreetpt.example"]]
    assert of(world, task) == ("confirmed", "sent", 0)
    for _ in range(2):
        bounced(world, outbox[1], kind)
        assert of(world, task) == ("confirmed", "sent", 0)
    bounced(world, outbox[2], kind)
    assert of(world, task) == ("invoiced", "unknown", 1)
    judged = violations(world.table(), staff=[world.accounts["staff"]])
    # The outbox of this test is none that the judge sees.
    assert [said for said in judged if "without a mail" not in said] == []


def test_with_nobody_left_it_is_parked_and_staff_can_resend(world: World, outbox: Sent) -> None:
    """The reason stands in history; once the address takes mail again, it goes there."""
    task = confirmed(world)
    bounced(world, outbox[0])
    assert of(world, task) == ("invoiced", "unknown", 1)
    newest = world.listed("list_history", who="staff")[0]
    assert (newest["action"], "accepts email" in newest["why"]) == ("confirmation_parked", True)
    world.call("clear_mail_address", who="staff", address=DANA)
    body = {"outcome": "resend", "reason": "The address is right again."}
    world.call("settle_confirmation", who="staff", body=body, adjustment_id=task["adjustment_id"])
    assert world.invoke("send_confirmation", task) == {"outcome": "sent"}
    assert outbox[-1]["Destination"]["ToAddresses"] == [DANA]


@pytest.mark.parametrize("removed", [False, True])
def test_who_asked_has_another_address_by_then_or_is_gone(
    world: World, outbox: Sent, removed: bool
) -> None:
    """It went to them alone: they hear of it there, or the others do."""
    world.add_manager("Eva Holm")
    eva = world.accounts["eva"]
    task = world.invoiced(world.adjust([("add", "billing", 1)], key="k1", who="eva").body)
    assert world.invoke("send_confirmation", task) == {"outcome": "sent"}
    if removed:
        assert world.activate(eva, active=False).status == 200
        assert world.call("remove_user", user_id=eva).status == 200
    else:
        assert world.call("change_user", user_id=eva, body={"email": NEW}).status == 200
    bounced(world, outbox[0])
    assert of(world, task) == ("invoiced", "queued", 1)
    assert world.invoke("send_confirmation", task) == {"outcome": "sent"}
    told = [mail["Destination"]["ToAddresses"] for mail in outbox]
    assert told == [[EVA], [DANA if removed else NEW]]


def test_a_suppressed_address_is_shown_at_its_user(world: World) -> None:
    assert [user["mail_suppressed"] for user in world.listed("list_users")] == [None]
    world.bounce(DANA)
    (dana,) = world.listed("list_users")
    assert dana["mail_suppressed"] == "bounce"
    world.call("clear_mail_address", who="staff", address=DANA)
    assert world.listed("list_users")[0]["mail_suppressed"] is None
