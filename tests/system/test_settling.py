"""A confirmation that nobody can take: parked, and settled by staff, on the deployed system."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local import inbox
from local.clients import Clients
from local.place import ROOT, STACK_NAME, Place
from local.sign_in import SignIn
from local.stack import Stack
from tests.system.api import Answer, Api, eventually

CLINIC = "/clinics/clinic-settling"
LEE = "lee.park@settling.example"
PASSWORD = "Settling-test-1"
STAFF = "sam.rivera@clinicapp.example"


@pytest.fixture
def staff(stack: Stack, id_token: Callable[[str], str]) -> Api:
    """The API as staff see it."""
    return Api(stack["api_url"], id_token(STAFF))


@pytest.fixture
def lee(stack: Stack, clients: Clients, staff: Api) -> Api:
    """The API as the only User Manager of a clinic of this test sees it."""
    registration = {
        "name": "Settling Clinic",
        "time_zone": "America/Denver",
        "currency": "USD",
        "billing_day": 1,
        "licenses": [{"license_type": "therapist", "purchased": 1, "unit_price_cents": 4900}],
        "user_managers": [{"name": "Lee Park", "email": LEE, "license_type": "therapist"}],
    }
    registered = staff.call("PUT", CLINIC, registration)
    assert registered.status == 201, registered.text
    sign_in = SignIn(clients, stack["user_pool_id"], stack["user_pool_client_id"])
    sign_in.set_password(LEE, PASSWORD)
    return Api(stack["api_url"], sign_in.id_token(LEE, PASSWORD))


def test_staff_settle_each_parked_confirmation_once(
    staff: Api, lee: Api, clients: Clients, place: Place
) -> None:
    """The address bounced: one is settled as sent without a mail, the other by one mail."""
    bounce(clients, LEE)
    told, mailed = (added(lee, quantity) for quantity in (1, 2))
    for adjustment_id in (told, mailed):
        assert eventually(lambda wanted=adjustment_id: parked(lee, wanted))  # type: ignore[misc]

    cleared = settle_repeatedly(staff, "DELETE", f"/suppressed-addresses/{LEE}", None)
    assert cleared.status == 200, cleared.text
    sent = settle_repeatedly(staff, "POST", path(told), {"outcome": "sent", "reason": "By phone."})
    assert (sent.body["status"], sent.body["confirmation"]) == ("confirmed", "sent")
    again = {"outcome": "resend", "reason": "The address works again."}
    queued = settle_repeatedly(staff, "POST", path(mailed), again)
    assert (queued.body["status"], queued.body["confirmation"]) == ("invoiced", "queued")

    assert eventually(lambda: confirmed(lee, mailed))
    assert staff.call("POST", path(mailed), again).text == queued.text
    mails = [mail for mail in inbox.messages(place) if mail["To"] == [LEE]]
    assert [mailed in mail["BodyText"] for mail in mails] == [True]


def bounce(clients: Clients, address: str) -> None:
    """Let the mail service tell that the address bounced for good."""
    event = json.loads((ROOT / "events" / "record_mail_event.json").read_text())
    event["detail"]["bounce"]["bouncedRecipients"][0]["emailAddress"] = address
    told = clients.functions().invoke(
        FunctionName=f"{STACK_NAME}-record_mail_event", Payload=json.dumps(event).encode()
    )
    assert "FunctionError" not in told, told["Payload"].read()


def added(lee: Api, quantity: int) -> str:
    """Add licenses; returns the adjustment's id."""
    line = {"action": "add", "license_type": "therapist", "quantity": quantity}
    answer = lee.call(
        "POST", f"{CLINIC}/license-adjustments", {"lines": [line]}, key=f"settling-{quantity}"
    )
    assert answer.status == 201, answer.text
    return str(answer.body["adjustment_id"])


def path(adjustment_id: str) -> str:
    """Return where a confirmation is settled."""
    return f"{CLINIC}/license-adjustments/{adjustment_id}/confirmation"


def parked(lee: Api, adjustment_id: str) -> bool | None:
    """Return True once nobody can tell whether the mail went out."""
    return look(lee, adjustment_id)["confirmation"] == "unknown" or None


def confirmed(lee: Api, adjustment_id: str) -> bool | None:
    """Return True once the mail went out."""
    return look(lee, adjustment_id)["status"] == "confirmed" or None


def look(lee: Api, adjustment_id: str) -> dict[str, Any]:
    """Return the adjustment as it is now."""
    body: dict[str, Any] = lee.call("GET", f"{CLINIC}/license-adjustments/{adjustment_id}").body
    return body


def settle_repeatedly(staff: Api, method: str, where: str, body: object) -> Answer:
    """Send the same three times at once and three times in turn: all answers are one (I7)."""

    def send(_: int) -> Answer:
        return staff.call(method, where, body)

    with ThreadPoolExecutor(3) as pool:
        answers = [*pool.map(send, range(3)), *map(send, range(3))]
    assert len({answer.text for answer in answers}) == 1, [answer.text for answer in answers]
    return answers[0]
