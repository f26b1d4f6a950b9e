"""Mails by SMTP to the running local cloud: changes, replies, confirmations."""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from itertools import count
from typing import Any

import pytest

from local import inbox
from local.place import Place
from local.ses_inbound import RECIPIENT
from local.stack import Stack
from tests.system.api import Api, eventually

SECONDS = count()
MAIN_STREET, LAKESIDE = "clinic-main-street", "clinic-lakeside"
DANA, PAT = "dana.reyes@mainstreetpt.example", "pat.cole@lakesiderehab.example"


@dataclass(frozen=True)
class Manager:
    """A User Manager's mail program and sign-in."""

    place: Place
    api: Api
    address: str

    def write(self, text: str, *, subject: str, to: str = RECIPIENT) -> EmailMessage:
        """Send a mail and return it."""
        moment = datetime.now(UTC)
        mail = EmailMessage()
        mail["From"] = self.address
        mail["To"] = to
        mail["Subject"] = subject
        # No two of its mails have one date: with the same words they would be copies.
        mail["Date"] = moment + timedelta(seconds=next(SECONDS))
        mail["Message-ID"] = f"<{moment.timestamp()}@{self.address.partition('@')[2]}>"
        mail.set_content(text)
        self.send(mail)
        return mail

    def send(self, mail: EmailMessage) -> None:
        """Hand the mail to the local intake as a mail program would."""
        with smtplib.SMTP("127.0.0.1", self.place.mail_port, timeout=30) as server:
            server.send_message(mail)

    def replies(self, subject: str) -> list[dict[str, Any]]:
        """Return the answers to mails of this subject, oldest first."""
        wanted = f"Re: {subject}"
        return [mail for mail in inbox.messages(self.place) if mail["Subject"].strip() == wanted]

    def answer(self, subject: str, number: int = 0) -> dict[str, Any]:
        return eventually(lambda: next(iter(self.replies(subject)[number:]), None))

    def purchased(self, clinic: str, license_type: str) -> int:
        licenses = self.api.call("GET", f"/clinics/{clinic}/licenses").body["licenses"]
        return int(next(of["purchased"] for of in licenses if of["license_type"] == license_type))

    def newest(self, clinic: str) -> dict[str, Any]:
        path = f"/clinics/{clinic}/license-adjustments"
        newest: dict[str, Any] = self.api.call("GET", path).body["license_adjustments"][0]
        return newest


@pytest.fixture
def manager(stack: Stack, place: Place, id_token: Callable[[str], str]) -> Callable[[str], Manager]:
    """Return a User Manager by address; only so many mails of one are answered in an hour."""
    return lambda address: Manager(place, Api(stack["api_url"], id_token(address)), address)


@pytest.mark.usefixtures("fast_clock")
def test_a_chatty_request_is_done_once(manager: Callable[[str], Manager]) -> None:
    """Licenses change, the reply comes within seconds, the confirmation follows."""
    dana = manager(DANA)
    before = dana.purchased(MAIN_STREET, "therapist")
    mail = dana.write(
        "Hi there,\n\nhope you had a great weekend! We finally hired two new PTs, and the whole "
        "team is thrilled. Could you please add two therapist licenses for Main Street? Thank you "
        "so much!\n\nDana\n",
        subject="Good news",
    )
    said = " ".join(dana.answer("Good news")["BodyText"].split())
    assert "Done: 2 therapist licenses added at Main Street Physical Therapy." in said
    assert "Reply UNDO" in said
    assert f"/#/clinics/{MAIN_STREET}/adjustments" in said
    assert dana.purchased(MAIN_STREET, "therapist") == before + 2
    adjustment = dana.newest(MAIN_STREET)
    assert adjustment["channel"] == "email"
    dana.send(mail)
    eventually(lambda: dana.newest(MAIN_STREET)["status"] == "confirmed" or None)
    assert dana.purchased(MAIN_STREET, "therapist") == before + 2
    assert len(dana.replies("Good news")) == 1


@pytest.mark.usefixtures("slow_clock")
def test_a_hedged_request_is_done_after_yes_and_taken_back_by_undo(
    manager: Callable[[str], Manager],
) -> None:
    """Nothing changes before YES; a second YES changes nothing."""
    pat = manager(PAT)
    before = pat.purchased(LAKESIDE, "therapist")
    pat.write("Tentatively: +1 OT license, Lakeside. I'd say 90% sure.\n\nD.\n", subject="OT")
    proposal = pat.answer("OT")
    said = " ".join(proposal["BodyText"].split())
    assert "Reply YES" in said
    assert "Lakeside Rehab: Add 1 therapist license" in said
    assert f"/#/clinics/{LAKESIDE}?add=therapist:1" in said
    assert pat.purchased(LAKESIDE, "therapist") == before

    for _ in range(2):
        pat.write("Yes", subject="Re: OT", to=inbox.reply_address(proposal))
    done = pat.answer("OT", 1)
    pat.answer("OT", 2)
    assert pat.purchased(LAKESIDE, "therapist") == before + 1
    answers = [mail["BodyText"] for mail in pat.replies("OT")[1:]]
    assert sorted("Done: 1 therapist license added" in text for text in answers) == [False, True]

    done = next(mail for mail in pat.replies("OT") if "Done:" in mail["BodyText"])
    pat.write("UNDO", subject="Re: OT", to=inbox.reply_address(done))
    assert "Undone:" in pat.answer("OT", 3)["BodyText"]
    assert pat.purchased(LAKESIDE, "therapist") == before
    assert pat.newest(LAKESIDE)["status"] == "cancelled"
