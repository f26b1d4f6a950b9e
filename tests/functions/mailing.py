"""Mails to the function as SES hands them over, and what it sends."""

import email
import email.policy
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from local.ses_inbound import Arrival, as_ses

DANA, PAT = "dana.reyes@mainstreetpt.example", "pat.cole@lakesiderehab.example"
BUCKET = "mails"
REQUESTS = "licenses@requests.vendor.example"
Sent = list[dict[str, Any]]


def arrive(world: Any, raw: bytes, *, sender: str, to: str, at: datetime) -> dict[str, Any]:
    """Let a mail arrive: it is stored where SES stores it, and the function is called."""
    return deliver(world, *as_ses(Arrival(raw, sender, (to,)), at))


def deliver(world: Any, event: dict[str, Any], stored: bytes) -> dict[str, Any]:
    """Store a mail where SES would and call the function."""
    world.cloud.objects["raw/" + event["Records"][0]["ses"]["mail"]["messageId"]] = stored
    answer: dict[str, Any] = world.invoke("receive_email_request", event)
    return answer


def plain_mail(
    text: str,
    *,
    sender: str,
    to: str,
    date: datetime,
    message_id: str,
    headers: str,
) -> bytes:
    """Return a mail of plain text; ``X-Local-Verdicts`` among its headers is what SES finds."""
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: Licenses\r\n"
        f"Date: {date:%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: {message_id}\r\n{headers}"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


class Mailbox:
    """Writes to the function, and keeps what it sends."""

    def __init__(self, world: Any, sent: Sent) -> None:
        self.world = world
        self.sent = sent
        self.delivered = 0

    def write(
        self,
        text: str,
        *,
        sender: str = DANA,
        message_id: str | None = None,
        minutes: int = 0,
        date: datetime | None = None,
        to: str = REQUESTS,
        verdicts: str = "",
    ) -> dict[str, Any]:
        """Let a plain mail arrive some minutes from now; each has a date of its own."""
        self.delivered += 1
        now = datetime.now(UTC) + timedelta(minutes=minutes)
        date = date or now + timedelta(seconds=self.delivered)
        message_id = message_id or f"<{self.delivered}@mail.example>"
        raw = plain_mail(
            text,
            sender=sender,
            to=to,
            date=date,
            message_id=message_id,
            headers=f"X-Local-Verdicts: {verdicts}\r\n",
        )
        return arrive(self.world, raw, sender=sender, to=to, at=now)


def refused(status: int, code: str) -> ClientError:
    """Return an answer of the mail service that was received and parsed."""
    error: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(error, "SendEmail")


def told(mail: dict[str, Any]) -> str:
    """Return a sent mail's headers and both its texts, as they are read."""
    parsed = email.message_from_bytes(mail["Content"]["Raw"]["Data"], policy=email.policy.default)
    headers = [f"{name}: {value}" for name, value in parsed.items()]
    return "\n".join([*headers, "", words_of(mail), words_of(mail, "html")])


def words_of(mail: dict[str, Any], kind: str = "plain") -> str:
    """Return a sent mail's plain text, or its HTML."""
    parsed = email.message_from_bytes(mail["Content"]["Raw"]["Data"], policy=email.policy.default)
    body = parsed.get_body((kind,))
    assert body is not None
    text: str = body.get_content()
    return text


def reply_to(mail: dict[str, Any]) -> str:
    """Return where a mail program sends the reply to a mail."""
    data = mail["Content"]["Raw"]["Data"]
    return str(email.message_from_bytes(data, policy=email.policy.default)["Reply-To"])
