"""The people who write in these tests, and SES as far as a test needs it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from typing import Any

from licensing.domain.adjustments import Line
from licensing.domain.licenses import LicenseType
from licensing.mail.language.clinic_names import NamedClinic
from licensing.mail.outcomes.judgment import understand_text
from licensing.mail.outcomes.outcome import Outcome
from licensing.mail.reading.headers import header_fields
from licensing.mail.reading.headers import values as header_values
from licensing.mail.reading.read_mail import read_mail
from licensing.mail.reading.trust import Trusted, judge_sender
from licensing.mail.understanding import understand

Lines = Counter[tuple[str, str, str]]

PURCHASED = dict.fromkeys(LicenseType, 20)
MAIN_STREET = NamedClinic("clinic-main-street", "Main Street Physical Therapy", PURCHASED)
LAKESIDE = NamedClinic("clinic-lakeside", "Lakeside Rehab", PURCHASED)
DANA = "dana.reyes@mainstreetpt.example"
PAT = "pat.cole@lakesiderehab.example"
MANAGED = {DANA: [MAIN_STREET, LAKESIDE], PAT: [LAKESIDE]}
MAILBOX = "licenses@requests.clinicapp.example"
OWN = (MAILBOX, "no-reply@clinicapp.example")
RECEIVED = "2026-11-02T13:14:11.000Z"
SENT = "Mon, 02 Nov 2026 08:12:41 -0500"


def clinics_of(address: str) -> list[NamedClinic]:
    """Return the clinics in which an address is an active User Manager."""
    return MANAGED.get(address, [])


@dataclass
class Delivery:
    """A mail on its way through SES: raw bytes and what SES found out."""

    raw: bytes
    envelope: str = DANA
    domain: str = "mainstreetpt.example"
    dkim_domains: tuple[str, ...] = ("mainstreetpt.example",)
    spf: str = "PASS"
    dkim: str = "PASS"
    dmarc: str = "PASS"
    spam: str = "PASS"
    virus: str = "PASS"
    helo: str = "mail.mainstreetpt.example"
    received: str = RECEIVED
    common_from: list[str] | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def ses(self) -> dict[str, Any]:
        """The event's part that tells of the mail."""
        statuses = {
            f"{check}Verdict": {"status": getattr(self, check)}
            for check in ("spf", "dkim", "dmarc", "spam", "virus")
        }
        read = header_values(header_fields(self.raw), "from")[:1]
        common = {"from": read if self.common_from is None else self.common_from}
        mail = {"source": self.envelope, "timestamp": self.received, "commonHeaders": common}
        return {"mail": mail, "receipt": {**statuses, **self.extra}}

    @property
    def stored(self) -> bytes:
        """The S3 object: the mail below SES's own headers."""
        word = {"PASS": "pass", "FAIL": "fail", "GRAY": "none"}
        signed = "".join(
            f" dkim={word.get(self.dkim, 'temperror')} header.i=@{domain};\r\n"
            for domain in self.dkim_domains
        )
        trace = (
            f"Return-Path: <{self.envelope}>\r\n"
            f"Received: from {self.helo} by inbound-smtp.us-east-1.amazonaws.com\r\n"
            f"Authentication-Results: amazonses.com;\r\n spf={word.get(self.spf, 'none')}"
            f" (spfCheck: domain of {self.domain}) client-ip=203.0.113.9;"
            f" envelope-from={self.envelope}; helo={self.helo};\r\n{signed}"
            f" dmarc={word.get(self.dmarc, 'none')} header.from={self.domain};\r\n"
        )
        return trace.encode() + self.raw

    def outcome(self) -> Outcome:
        """Return what comes of the mail, as the use case puts the steps together."""
        fields = header_fields(self.stored)
        sender = judge_sender(self.ses, fields, own_addresses=list(OWN))
        if not isinstance(sender, Trusted):
            return Outcome("ignore", reason=sender.reason)
        clinics = clinics_of(sender.address)
        if not clinics:
            return Outcome("ignore", reason="unknown_sender")
        letter = read_mail(self.stored, fields)
        return understand(replace(letter, doubt=sender.doubt or letter.doubt), clinics)


def mail(
    text: str | None = None,
    *,
    html: str | None = None,
    subject: str = "licenses",
    sender: str = f"Dana Reyes <{DANA}>",
    headers: dict[str, str] | None = None,
) -> bytes:
    """Return a well-formed mail with plain text, HTML, or both."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = MAILBOX
    message["Subject"] = subject
    message["Date"] = SENT
    message["Message-ID"] = "<1@mainstreetpt.example>"
    for name, value in (headers or {}).items():
        message[name] = value
    if text is not None:
        message.set_content(text)
        if html is not None:
            message.add_alternative(html, subtype="html")
    elif html is not None:
        message.set_content(html, subtype="html")
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def raw_mail(head: Iterable[str], body: str = "Please add 2 PT licenses at Lakeside.") -> bytes:
    """Return a mail of exactly these header lines."""
    return ("\r\n".join([*head, "", body]) + "\r\n").encode("utf-8", "surrogateescape")


def ordinary_head(**changed: str | None) -> list[str]:
    """Return the header lines of an ordinary mail of Dana's; None leaves one out."""
    lines = {
        "From": f"Dana Reyes <{DANA}>",
        "To": MAILBOX,
        "Subject": "licenses",
        "Date": SENT,
        "Message-ID": "<1@mainstreetpt.example>",
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    return [f"{name}: {value}" for name, value in lines.items() if value is not None]


def says(text: str, subject: str = "", sender: str = DANA, after: str = "") -> Outcome:
    """Return what comes of the sender's own words, and of words ``after`` that may be theirs."""
    names = sender.split("@", maxsplit=1)[0].split(".")
    return understand_text(text, subject, clinics_of(sender), names=names, after=after)


def lines_of(outcome: Outcome) -> Lines:
    """Return the licenses of an outcome by clinic, action and type."""
    found = Lines()
    for change in outcome.changes:
        for line in change.lines:
            found[change.clinic_id, str(line.action), str(line.license_type)] += line.quantity
    return found


def summed(lines: Iterable[Mapping[str, Any]]) -> Lines:
    """Return the same of lines as labels have them."""
    found = Lines()
    for line in lines:
        found[line["clinic"], line["action"], line["license_type"]] += line["quantity"]
    return found


def in_short(outcome: Outcome) -> str:
    """Return an outcome as sentences.txt writes it."""
    parts = []
    for change in outcome.changes:
        why = f' "{change.explanation}"' if change.explanation else ""
        lines = " ".join(map(_signed, change.lines))
        parts.append(f"{change.clinic_id.removeprefix('clinic-')} {lines}{why}")
    what = "; ".join(parts)
    return what if outcome.verdict == "apply" else f"{outcome.verdict} {what}".strip()


def _signed(line: Line) -> str:
    return f"{line.delta:+d} {line.license_type}"
