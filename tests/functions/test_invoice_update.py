"""From the table's stream to the confirmed adjustment: the workflow's three functions."""

import json
from contextlib import suppress

import pytest

from licensing.adapters.workflows import NameTakenError
from tests.functions.conftest import CLINIC, ENVIRONMENT, Answer, World
from tests.functions.mailing import Sent, refused, told


def applied(world: World, *lines: tuple[str, str, int]) -> dict[str, str]:
    """Request an adjustment and return what the workflow is given."""
    body = world.adjust(list(lines), key=f"k{len(world.items())}").body
    return {"clinic_id": body["clinic_id"], "adjustment_id": body["adjustment_id"]}


def test_a_new_adjustment_starts_its_update_once(world: World) -> None:
    """The stream may deliver twice; the execution's name makes it one."""
    task = applied(world, ("add", "therapist", 2))
    image = world.items(begins="ADJUSTMENT#")[0]
    world.stream(image)
    world.stream(image)
    (run,) = world.cloud.executions.values()
    assert run.name == task["adjustment_id"]
    given = json.loads(run.text)
    assert given["clinic_id"] == CLINIC
    assert given["invoice_update_due_at"] == world.adjustment(task)["invoice_update_due_at"]


def test_what_is_done_with_starts_nothing(world: World) -> None:
    """In a clinic that was put back from a backup, nearly all is."""
    applied(world, ("add", "therapist", 2))
    (image,) = world.items(begins="ADJUSTMENT#")
    for status in ("confirmed", "cancelled"):
        world.stream({**image, "status": {"S": status}})
    assert world.cloud.executions == {}


def test_a_name_taken_by_another_update_is_an_error(world: World) -> None:
    """Taking it for a success would lose the adjustment."""
    task = applied(world, ("add", "therapist", 2))
    arn = ENVIRONMENT["INVOICE_UPDATE_ARN"]
    states = world.aws("stepfunctions")
    states.start_execution(stateMachineArn=arn, name=task["adjustment_id"], input="{}")
    with pytest.raises(NameTakenError):
        world.stream(world.items(begins="ADJUSTMENT#")[0])


def test_an_invoiced_adjustment_is_on_the_upcoming_invoice(world: World) -> None:
    """Its lines say how the amounts came about, and the renewal will bill the new quantity."""
    before = world.invoice()
    task = applied(world, ("add", "therapist", 2), ("remove", "assistant", 1))
    waiting = world.invoice()
    assert (waiting["lines"], waiting["total_cents"]) == (before["lines"], before["total_cents"])
    assert world.invoke("update_invoice", task) == {"outcome": "invoiced"}
    after = world.invoice()
    charge, credit = (
        line for line in after["lines"] if line["adjustment_id"] == task["adjustment_id"]
    )
    assert (charge["kind"], charge["quantity"]) == ("proration_charge", 2)
    assert (credit["kind"], credit["explanation"]) == ("proration_credit", "They left the clinic.")
    assert charge["amount_cents"] > 0 > credit["amount_cents"]
    recurring = {
        line["license_type"]: line["quantity"]
        for line in after["lines"]
        if line["kind"] == "recurring"
    }
    assert (recurring["therapist"], recurring["assistant"]) == (7, 1)
    assert after["total_cents"] == sum(line["amount_cents"] for line in after["lines"])
    (listed,) = world.listed("list_invoices", resource="/clinics/{clinic_id}/invoices")
    assert {name: after[name] for name in listed} == listed


def test_an_adjustment_brings_older_ones_of_its_types_to_the_invoice(world: World) -> None:
    """Each was priced upon those before it, and can no longer be cancelled; others still can."""
    oldest = applied(world, ("add", "billing", 1))
    older = applied(world, ("remove", "therapist", 1), ("remove", "billing", 1))
    other = applied(world, ("add", "assistant", 1))
    # More than the clinic's own record names.
    last = [applied(world, ("add", "therapist", 1)) for _ in range(12)][-2]
    assert world.invoke("update_invoice", last) == {"outcome": "invoiced"}
    billed = [line["adjustment_id"] for line in world.invoice()["lines"] if line["adjustment_id"]]
    assert list(dict.fromkeys(billed))[:2] == [oldest["adjustment_id"], older["adjustment_id"]]
    assert len(set(billed)) == 2 + 11
    statuses = [world.adjustment(task)["status"] for task in (oldest, older, other, last)]
    assert statuses == ["invoiced", "invoiced", "applied", "invoiced"]
    before = world.table()
    assert world.invoke("update_invoice", older) == {"outcome": "invoiced"}
    assert world.table() == before
    answer = world.call("cancel_license_adjustment", adjustment_id=other["adjustment_id"])
    assert answer.status == 200


def test_a_cancelled_adjustment_ends_quietly(world: World, outbox: Sent) -> None:
    """It is not billed, not confirmed, and the licenses are as before."""
    before = world.invoice()
    task = applied(world, ("add", "therapist", 2))
    answer = world.call("cancel_license_adjustment", adjustment_id=task["adjustment_id"])
    assert (answer.status, answer.body["status"]) == (200, "cancelled")
    table = world.table()
    again = world.call("cancel_license_adjustment", adjustment_id=task["adjustment_id"])
    assert again.text == answer.text
    assert world.counts("therapist") == (5, 1, 4)
    assert world.invoke("update_invoice", task) == {"outcome": "cancelled"}
    assert world.invoke("send_confirmation", task) == {"outcome": "cancelled"}
    assert world.table() == table
    assert outbox == []
    assert world.invoice() == before
    assert world.status()["open_adjustments"]["count"] == 0


def test_the_confirmation_says_what_changed_by_whom_and_the_new_total(
    world: World, outbox: Sent
) -> None:
    """One mail to the requester, as text and HTML, every value escaped."""
    asked = world.adjust([("remove", "therapist", 1)], key="k1", explanation="<b>Bo</b> & Cy left")
    task = world.invoiced(asked.body)
    assert world.invoke("send_confirmation", task) == {"outcome": "sent"}
    (mail,) = outbox
    assert mail["Destination"] == {"ToAddresses": ["dana.reyes@mainstreetpt.example"]}
    text = told(mail)
    total = world.invoice()["total_cents"]
    assert "Change: 1 therapist license released" in text
    assert "Dana Reyes" in text
    assert f"invoice: ${total // 100}.{total % 100:02}" in text
    assert "<b>Bo</b> & Cy left" in text
    assert "&lt;b&gt;Bo&lt;/b&gt; &amp; Cy left" in text
    done = world.adjustment(task)
    assert (done["status"], done["confirmation"]) == ("confirmed", "sent")
    assert world.status()["open_adjustments"]["count"] == 0


def test_a_refused_mail_is_tried_again(world: World, outbox: Sent) -> None:
    """A parsed refusal proves that nothing went out: the claim is given back."""
    task = world.invoiced(world.adjust([("add", "therapist", 2)], key="k1").body)
    busy = refused(429, "TooManyRequestsException")
    with (
        world.mail_fails("send_confirmation", busy),
        pytest.raises(Exception, match="TooManyRequests"),
    ):
        world.invoke("send_confirmation", task)
    assert world.adjustment(task)["confirmation"] == "queued"
    assert world.invoke("send_confirmation", task) == {"outcome": "sent"}
    assert len(outbox) == 1


class KilledError(BaseException):
    """No code of the function runs after this."""


@pytest.mark.parametrize(
    "error", [refused(500, "InternalServerError"), ConnectionResetError(), KilledError()]
)
def test_a_mail_of_unknown_fate_is_parked(world: World, outbox: Sent, error: BaseException) -> None:
    """Nobody can know whether it went out, so no second one goes out."""
    task = world.invoiced(world.adjust([("add", "therapist", 2)], key="k1").body)
    with world.mail_fails("send_confirmation", error), suppress(KilledError):
        assert world.invoke("send_confirmation", task) == {"outcome": "parked"}
    killed = isinstance(error, KilledError)
    assert world.adjustment(task)["confirmation"] == ("sending" if killed else "unknown")
    assert world.invoke("send_confirmation", task) == {"outcome": "parked"}
    parked = world.adjustment(task)
    assert (parked["status"], parked["confirmation"]) == ("invoiced", "unknown")
    assert outbox == []


@pytest.mark.parametrize(("outcome", "mails"), [("sent", 0), ("resend", 1)])
def test_staff_settle_what_nobody_knows(
    world: World, outbox: Sent, outcome: str, mails: int
) -> None:
    """As sent, or by another mail; a repeat changes nothing more."""
    task = world.invoiced(world.adjust([("add", "therapist", 2)], key="k1").body)
    with world.mail_fails("send_confirmation", refused(500, "InternalServerError")):
        world.invoke("send_confirmation", task)
    body = {"outcome": outcome, "reason": "Asked the clinic."}

    def settle() -> Answer:
        adjustment_id = task["adjustment_id"]
        return world.call(
            "settle_confirmation", who="staff", body=body, adjustment_id=adjustment_id
        )

    first = settle()
    again = settle()
    assert (first.status, again.text) == (200, first.text)
    world.invoke("send_confirmation", task)
    assert len(outbox) == mails
    assert world.adjustment(task)["status"] == "confirmed"
    assert settle().text == first.text
    assert len(outbox) == mails


def test_only_an_unknown_confirmation_can_be_settled(world: World) -> None:
    """A queued one is on its way."""
    task = applied(world, ("add", "therapist", 2))
    body = {"outcome": "sent", "reason": "Asked the clinic."}
    refused = world.call(
        "settle_confirmation", who="staff", body=body, adjustment_id=task["adjustment_id"]
    )
    assert (refused.status, refused.code) == (409, "not_parked")


def test_the_mail_goes_to_the_other_managers_when_the_requester_is_gone(
    world: World, outbox: Sent
) -> None:
    """As one message; and with nobody left it is parked with the reason."""
    world.add_manager("Eva Holm")
    task = world.invoiced(world.adjust([("add", "therapist", 2)], key="k1").body)
    assert world.activate(world.accounts["dana"], active=False, who="eva").status == 200
    assert world.invoke("send_confirmation", task) == {"outcome": "sent"}
    assert outbox[0]["Destination"] == {"ToAddresses": ["eva.holm@mainstreetpt.example"]}


def test_an_unknown_adjustment_is_not_found(world: World) -> None:
    """A task that names nothing ends without an effect."""
    task = {"clinic_id": CLINIC, "adjustment_id": "01KAQ3V7M0ZZZZZZZZZZZZZZZZ"}
    assert world.invoke("update_invoice", task) == {"outcome": "not_found"}
    assert world.invoke("send_confirmation", task) == {"outcome": "not_found"}
