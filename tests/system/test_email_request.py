"""A mail by SMTP to the running local cloud: the change, the reply, the confirmation."""

import smtplib
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from typing import Any

from local import inbox
from local.place import Place
from local.stack import Stack
from tests.system.api import Api, eventually

CLINIC = "/clinics/clinic-main-street"
DANA = "dana.reyes@mainstreetpt.example"


def test_a_mailed_request_changes_licenses_once(
    stack: Stack, place: Place, id_token: Callable[[str], str]
) -> None:
    """Licenses change, the reply comes within seconds, the confirmation follows."""
    dana = Api(stack["api_url"], id_token(DANA))
    before = purchased(dana)
    mail = EmailMessage()
    mail["From"] = f"Dana Reyes <{DANA}>"
    mail["To"] = "requests@clinicapp.example"
    mail["Subject"] = "More licenses"
    mail["Date"] = datetime.now(UTC)
    mail["Message-ID"] = f"<{datetime.now(UTC).timestamp()}@mainstreetpt.example>"
    mail.set_content("Please add three therapist licenses at Main Street, we hired.")

    send(place, mail)
    eventually(lambda: purchased(dana) == before + 3 or None)
    reply = eventually(lambda: find(place, mail["Subject"]))
    assert reply["To"] == [DANA]
    assert "add 3 therapist licenses" in reply["BodyText"]
    adjustment = dana.call("GET", f"{CLINIC}/license-adjustments").body["license_adjustments"][0]
    assert adjustment["channel"] == "email"

    send(place, mail)
    eventually(lambda: confirmed(dana, adjustment["adjustment_id"]))
    assert purchased(dana) == before + 3
    assert len([sent for sent in inbox.messages(place) if mail["Subject"] in sent["Subject"]]) == 1


def send(place: Place, mail: EmailMessage) -> None:
    """Hand the mail to the local intake as a mail program would."""
    with smtplib.SMTP("127.0.0.1", place.mail_port, timeout=30) as server:
        server.send_message(mail)


def purchased(dana: Api) -> int:
    """Return the purchased therapist licenses."""
    licenses = dana.call("GET", f"{CLINIC}/licenses").body["licenses"]
    return int(licenses[0]["purchased"])


def find(place: Place, subject: str) -> dict[str, Any] | None:
    """Return the answer to the mail of this subject."""
    replies = [
        mail for mail in inbox.messages(place) if mail["Subject"].strip() == f"Re: {subject}"
    ]
    return replies[0] if replies else None


def confirmed(dana: Api, adjustment_id: str) -> bool | None:
    """Return True once the confirmation went out."""
    found = dana.call("GET", f"{CLINIC}/license-adjustments/{adjustment_id}").body
    return True if found["status"] == "confirmed" else None
