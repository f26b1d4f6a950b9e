"""Plays SES for mail that arrives: an SMTP listener, the stored mail, the event.

It evaluates no DNS. A local sender counts as authenticated, unless a header such as
``X-Local-Verdicts: dmarc=FAIL dkim=FAIL`` asks for other verdicts.
"""

import email
import email.policy
import hashlib
import json
import re
import smtplib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from local.clients import Clients
from local.failures import LocalCloudError
from local.place import STACK_NAME, Place

FUNCTION = f"{STACK_NAME}-receive_email_request"
PREFIX = "raw/"
LARGEST_MAIL = 40 * 1024 * 1024
# In a mapping's literal a scanner takes "PASS" for the name of a password.
WORDS = dict(
    zip(
        ("PASS", "FAIL", "GRAY", "PROCESSING_FAILED"),
        ("pass", "fail", "none", "temperror"),
        strict=True,
    )
)
RECIPIENT = "licenses@requests.clinicapp.example"
"""Where a mail goes whose headers don't say; any other address is taken in as well."""
TAKEN = 250
CHECKS = ("spf", "dkim", "dmarc", "spam", "virus")


@dataclass(frozen=True)
class Arrival:
    """A mail as a sender's server hands it over."""

    raw: bytes
    envelope_from: str
    recipients: tuple[str, ...]
    verdicts: Mapping[str, str] = field(default_factory=dict)
    """What is found of it, where that is not told by a header and not ``PASS``."""
    signed_by: tuple[str, ...] | None = None
    """The domains of its DKIM signatures, if not the sender's own."""


class Intake:
    """Takes mails in by SMTP and hands each to the function, as SES would."""

    def __init__(self, clients: Clients, bucket: str) -> None:
        self._clients = clients
        self._bucket = bucket

    async def handle_DATA(  # noqa: N802  aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Accept one mail; the answer names the message id that SES would give it."""
        del server, session
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        # swaks writes the empty sender as a literal <>.
        sender = (envelope.mail_from or "").strip("<>")
        arrival = Arrival(raw, sender, tuple(envelope.rcpt_tos))
        return f"250 OK {self.accept(arrival, datetime.now(UTC))}"

    def accept(self, arrival: Arrival, now: datetime) -> str:
        """Store the mail and call the function without waiting; return the message id."""
        event, stored = as_ses(arrival, now)
        message_id: str = event["Records"][0]["ses"]["mail"]["messageId"]
        self._clients.buckets().put_object(
            Bucket=self._bucket, Key=PREFIX + message_id, Body=stored
        )
        self._clients.functions().invoke(
            FunctionName=FUNCTION, InvocationType="Event", Payload=json.dumps(event).encode()
        )
        return message_id


@contextmanager
def listening(place: Place, clients: Clients, bucket: str) -> Iterator[None]:
    """Take mails in on the place's mail port for as long as the block runs."""
    controller = Controller(
        Intake(clients, bucket),
        hostname="127.0.0.1",
        port=place.mail_port,
        data_size_limit=LARGEST_MAIL,
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop()


def hand_over(place: Place, raw: bytes) -> str:
    """Send a mail as its sender's server would; return what the listener answers."""
    message = email.message_from_bytes(raw)
    sender = parseaddr(str(message.get("From", "")))[1]
    # A reply to an answer goes to the address of that answer.
    recipient = parseaddr(str(message.get("To", "")))[1] or RECIPIENT
    with smtplib.SMTP("127.0.0.1", place.mail_port, timeout=30) as server:
        server.ehlo_or_helo_if_needed()
        server.mail(sender)
        server.rcpt(recipient)
        code, answer = server.data(raw)
    if code != TAKEN:
        raise LocalCloudError(f"The mail was not taken in: {answer.decode(errors='replace')}.")
    return answer.decode().removeprefix("OK ")


def as_ses(arrival: Arrival, now: datetime) -> tuple[dict[str, Any], bytes]:
    """Return the event that SES would send, and the object that it would store."""
    parsed = email.message_from_bytes(arrival.raw, policy=email.policy.compat32)
    verdicts = dict.fromkeys(CHECKS, "PASS")
    told = re.findall(r"(\w+)=(\w+)", str(parsed.get("X-Local-Verdicts", "")))
    for name, verdict in (*told, *arrival.verdicts.items()):
        if name in verdicts:
            verdicts[name] = verdict.upper()
    seed = arrival.raw + now.isoformat().encode()
    message_id = hashlib.sha256(seed).hexdigest()[:40]
    stored = _trace(arrival, verdicts, str(parsed.get("From", "")), now) + arrival.raw
    headers = [
        {"name": name, "value": re.sub(r"\r?\n[ \t]+", " ", str(value))}
        for name, value in email.message_from_bytes(stored, policy=email.policy.compat32).items()
    ]
    moment = f"{now:%Y-%m-%dT%H:%M:%S}.000Z"
    mail = {
        "timestamp": moment,
        "source": arrival.envelope_from,
        "messageId": message_id,
        "destination": list(arrival.recipients),
        "headersTruncated": False,
        "headers": headers,
        "commonHeaders": {
            "returnPath": arrival.envelope_from,
            "from": [str(value) for value in parsed.get_all("From", [])],
            "to": [str(value) for value in parsed.get_all("To", [])],
            "date": str(parsed.get("Date", "")),
            "messageId": str(parsed.get("Message-ID", "")),
            "subject": str(parsed.get("Subject", "")),
        },
    }
    receipt = {
        "timestamp": moment,
        "processingTimeMillis": 1,
        "recipients": list(arrival.recipients),
        **{f"{name}Verdict": {"status": verdict} for name, verdict in verdicts.items()},
        "action": {
            "type": "Lambda",
            "functionArn": f"arn:aws:lambda:us-east-1:000000000000:function:{FUNCTION}",
            "invocationType": "Event",
        },
    }
    record = {
        "eventSource": "aws:ses",
        "eventVersion": "1.0",
        "ses": {"mail": mail, "receipt": receipt},
    }
    return {"Records": [record]}, stored


def _trace(arrival: Arrival, verdicts: dict[str, str], sender: str, now: datetime) -> bytes:
    found = re.search(r"@([A-Za-z0-9.-]+)", sender)
    domain = found.group(1) if found else "unknown.invalid"
    words = {name: WORDS.get(verdict, "none") for name, verdict in verdicts.items()}
    signers = (domain,) if arrival.signed_by is None else arrival.signed_by
    signed = "".join(f"\r\n dkim={words['dkim']} header.i=@{each};" for each in signers)
    lines = [
        f"Return-Path: <{arrival.envelope_from}>",
        (
            "Received: from local (local [127.0.0.1])\r\n by inbound-smtp.local with SMTP;\r\n"
            f" {now:%a, %d %b %Y %H:%M:%S} +0000 (UTC)"
        ),
        f"X-SES-Spam-Verdict: {verdicts['spam']}",
        f"X-SES-Virus-Verdict: {verdicts['virus']}",
        (
            f"Authentication-Results: amazonses.com;\r\n spf={words['spf']};{signed}\r\n"
            f" dmarc={words['dmarc']} header.from={domain};"
        ),
    ]
    return "\r\n".join(lines).encode("utf-8", "replace") + b"\r\n"
