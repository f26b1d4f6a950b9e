"""A confirmation that bounces goes to the clinic's other User Managers, once."""

from typing import Any

import pytest

from tests.functions.conftest import World, load_event
from tests.invariants import violations

DANA = "dana.reyes@mainstreetpt.example"
EVA = "eva.holm@mainstreetpt.example"
NEW = "eva@new.example"
Mail = dict[str, Any]


def confirmed(world: World, key: str = "k1") -> dict[str, str]:
    """Have an adjustment confirmed to Dana, and return its task."""
    task = world.invoiced(world.adjust([("add", "billing", 1)], key=key).body)
    assert world.invoke("send_confirmation", task) == {"outcome": "sent"}
    return task


def managed_by(world: World, *names: str) -> None:
    """Let more people manage the clinic."""
    for name in names:
        world.add_manager(name)


def bounced(world: World, mail: Mail, kind: str = "Permanent") -> Any:
    """Deliver the event that a confirmation bounced."""
    event = load_event("record_mail_event")
    detail = event["detail"]
    (to,) = mail["Destination"]["ToAddresses"]
    detail["bounce"] |= {"bounceType": kind, "bouncedRecipients": [{"emailAddress": to}]}
    detail["mail"]["tags"] |= {tag["Name"]: [tag["Value"]] for tag in mail["EmailTags"]}
    return world.invoke("record_mail_event", event)


def of(world: World, task: dict[str, str]) -> tuple[str, str, int]:
    """Return how far the adjustment has come, and how many are open."""
    listed = world.listed("list_license_adjustments", who="staff")
    one = next(one for one in listed if one["adjustment_id"] == task["adjustment_id"])
    count = world.status(who="staff")["open_adjustments"]["count"]
    return one["status"], one["confirmation"], count


@pytest.mark.parametrize("kind", ["Permanent", "Transient"])
def test_it_goes_to_each_of_the_others_by_a_mail_of_its_own(
    world: World, outbox: list[Mail], kind: str
) -> None:
    """Also where the mail service has given up; a repeat of the event changes nothing.

    With the last of them it is parked, though none of the addresses need be wrong.
    """
    managed_by(world, "Eva Holm", "Gus Kane")
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
    bounced(world, outbox[1], kind)
    assert of(world, task) == ("confirmed", "sent", 0)
    bounced(world, outbox[1], kind)
    assert of(world, task) == ("confirmed", "sent", 0)
    bounced(world, outbox[2], kind)
    assert of(world, task) == ("invoiced", "unknown", 1)
    judged = violations(world.table(), staff=[world.accounts["staff"]])
    # The outbox of this test is none that the judge sees.
    assert [said for said in judged if "without a mail" not in said] == []


def test_with_nobody_left_it_is_parked_and_staff_can_resend(
    world: World, outbox: list[Mail]
) -> None:
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


def test_the_last_of_the_others_bounces_as_well(world: World, outbox: list[Mail]) -> None:
    """Then it is parked: a confirmation is passed on once."""
    managed_by(world, "Eva Holm")
    task = confirmed(world)
    bounced(world, outbox[0])
    world.invoke("send_confirmation", task)
    bounced(world, outbox[1])
    assert of(world, task) == ("invoiced", "unknown", 1)
    assert violations(world.table(), staff=[world.accounts["staff"]]) == []


@pytest.mark.parametrize("removed", [False, True])
def test_who_asked_has_another_address_by_then_or_is_gone(
    world: World, outbox: list[Mail], removed: bool
) -> None:
    """It went to them alone: they hear of it there, or the others do."""
    managed_by(world, "Eva Holm")
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


def test_fifty_managers_are_no_limit(
    world: World, outbox: list[Mail], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each gets a mail of their own, so that a complaint concerns the complainer only."""
    managers = world.handler("send_confirmation").use_case
    told = [f"manager{number}@mainstreetpt.example" for number in range(52)]
    monkeypatch.setattr(managers, "reachable_managers", lambda *_, **__: told)
    managed_by(world, "Eva Holm")
    task = confirmed(world)
    bounced(world, outbox[0])
    assert world.invoke("send_confirmation", task) == {"outcome": "sent"}
    assert len(outbox) == 53
    assert {len(mail["Destination"]["ToAddresses"]) for mail in outbox} == {1}


def test_a_suppressed_address_is_shown_at_its_user(world: World) -> None:
    assert [user["mail_suppressed"] for user in world.listed("list_users")] == [None]
    world.invoke("record_mail_event", load_event("record_mail_event"))
    (dana,) = world.listed("list_users")
    assert dana["mail_suppressed"] == "bounce"
    world.call("clear_mail_address", who="staff", address=DANA)
    assert world.listed("list_users")[0]["mail_suppressed"] is None
