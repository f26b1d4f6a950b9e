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
    reply = eventually(lambda: next(iter(replies(place, mail["Subject"])), None))
    assert reply["To"] == [DANA]
    assert "add 3 therapist licenses" in reply["BodyText"]
    adjustment = dana.call("GET", f"{CLINIC}/license-adjustments").body["license_adjustments"][0]
    assert adjustment["channel"] == "email"

    send(place, mail)
    eventually(lambda: confirmed(dana, adjustment["adjustment_id"]))
    assert purchased(dana) == before + 3
    assert len(replies(place, mail["Subject"])) == 1

    mail.replace_header("Message-ID", f"<{datetime.now(UTC).timestamp()}@mainstreetpt.example>")
    send(place, mail)
    asked = eventually(lambda: next(iter(replies(place, mail["Subject"])[1:]), None))
    assert "sent twice" in asked["BodyText"]
    assert purchased(dana) == before + 3


def send(place: Place, mail: EmailMessage) -> None:
    """Hand the mail to the local intake as a mail program would."""
    with smtplib.SMTP("127.0.0.1", place.mail_port, timeout=30) as server:
        server.send_message(mail)


def purchased(dana: Api) -> int:
    """Return the purchased therapist licenses."""
    licenses = dana.call("GET", f"{CLINIC}/licenses").body["licenses"]
    return int(licenses[0]["purchased"])


def replies(place: Place, subject: str) -> list[dict[str, Any]]:
    """Return the answers to mails of this subject, oldest first."""
    return [mail for mail in inbox.messages(place) if mail["Subject"].strip() == f"Re: {subject}"]


def confirmed(dana: Api, adjustment_id: str) -> bool | None:
    """Return True once the confirmation went out."""
    found = dana.call("GET", f"{CLINIC}/license-adjustments/{adjustment_id}").body
    return True if found["status"] == "confirmed" else None
