"""Mails to the function as SES hands them over, and what it sends."""

import email
import email.policy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

EVENT = Path(__file__).parents[2] / "events" / "receive_email_request.json"
DANA, PAT = "dana.reyes@mainstreetpt.example", "pat.cole@lakesiderehab.example"
BUCKET = "mails"
REQUESTS = "licenses@requests.vendor.example"
Sent = list[dict[str, Any]]


class Mailbox:
    """Plays SES in front of the function, and keeps what it sends."""

    def __init__(self, world: Any, sent: Sent) -> None:
        self.world = world
        self.sent = sent
        self.delivered = 0

    def deliver(self, event: dict[str, Any], stored: bytes) -> dict[str, Any]:
        """Store a mail where SES would and call the function."""
        key = "raw/" + event["Records"][0]["ses"]["mail"]["messageId"]
        self.world.cloud.objects[key] = stored
        answer: dict[str, Any] = self.world.invoke("receive_email_request", event)
        return answer

    def write(
        self,
        text: str,
        *,
        sender: str = DANA,
        subject: str = "Licenses",
        message_id: str | None = None,
        verdicts: dict[str, str] | None = None,
        headers: str = "",
        minutes: int = 0,
        date: datetime | None = None,
        to: str = REQUESTS,
    ) -> dict[str, Any]:
        """Deliver a plain mail that arrives some minutes from now; each has a date of its own."""
        self.delivered += 1
        now = datetime.now(UTC) + timedelta(minutes=minutes)
        date = date or now + timedelta(seconds=self.delivered)
        message_id = message_id or f"<{self.delivered}@mail.example>"
        domain = sender.rpartition("@")[2]
        judged = dict.fromkeys(("spf", "dkim", "dmarc", "spam", "virus"), "PASS")
        judged |= verdicts or {}
        trace = (
            f"Return-Path: <{sender}>\r\n"
            f"Authentication-Results: amazonses.com; spf=pass; dkim=pass header.i=@{domain};"
            f" dmarc=pass header.from={domain};\r\n"
        )
        raw = (
            f"From: {sender}\r\nTo: {to}\r\nSubject: {subject}\r\n"
            f"Date: {date:%a, %d %b %Y %H:%M:%S} +0000\r\nMessage-ID: {message_id}\r\n{headers}"
            f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        )
        event = json.loads(EVENT.read_text())
        mail = event["Records"][0]["ses"]["mail"]
        mail["commonHeaders"]["from"] = [sender]
        mail |= {"source": sender, "messageId": f"m{self.delivered}"}
        mail["destination"] = [to]
        mail["timestamp"] = f"{now:%Y-%m-%dT%H:%M:%S}.000Z"
        receipt = event["Records"][0]["ses"]["receipt"]
        receipt |= {"timestamp": mail["timestamp"], "recipients": [to]}
        receipt |= {f"{name}Verdict": {"status": verdict} for name, verdict in judged.items()}
        return self.deliver(event, (trace + raw).encode())


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
