"""Who sent a mail, and whether that may be believed.

What SES found out stands in its event and in the Authentication-Results header that it puts on
top of the stored mail. Everything below that header came with the mail and proves nothing.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.reading.headers import Field, first, is_damaged, own_subject, values

OLDEST: Final = timedelta(days=7)
"""A signed mail can be sent again by anybody who has it: an older one must be confirmed."""
_CLOCKS_DIFFER: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Trusted:
    """The sender is proven to own the address."""

    address: str
    doubt: Doubt | None = None
    """Why the mail must be asked back all the same."""


@dataclass(frozen=True, slots=True)
class Unproven:
    """Nobody knows who sent it, or it is dangerous: no change, and no answer to a stranger."""

    reason: str


@dataclass(frozen=True, slots=True)
class Automatic:
    """A machine sent it: answering may start a loop."""

    reason: str


Verdict = Trusted | Unproven | Automatic


def judge_sender(
    ses: Mapping[str, Any], fields: Sequence[Field], *, own_addresses: Collection[str]
) -> Verdict:
    """Judge a mail by the ``ses`` part of its event and the headers of the stored object.

    ``own_addresses`` are those that this system sends from and receives at.
    """
    receipt = _part(ses, "receipt")
    if _status(receipt, "virus") == "FAIL":
        return Unproven("virus")
    automatic = _automatic(_part(ses, "mail"), fields)
    if automatic is not None:
        return Automatic(automatic)
    address = sole_address(values(fields, "from"))
    if address is None or is_damaged(fields) or not _read_alike(_part(ses, "mail"), address):
        return Unproven("from_header")
    if address in {own.lower() for own in own_addresses}:
        return Automatic("own_address")
    unproven = _unproven(ses, receipt, fields, address.rpartition("@")[2])
    if unproven is not None:
        return Unproven(unproven)
    return Trusted(address, _doubt(ses, receipt, fields))


def _part(ses: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = ses.get(name)
    return part if isinstance(part, Mapping) else {}


def _status(receipt: Mapping[str, Any], check: str) -> str:
    verdict = receipt.get(f"{check}Verdict")
    status = verdict.get("status") if isinstance(verdict, Mapping) else None
    return status if isinstance(status, str) else ""


# The one address of From

_ATOM: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_QUOTED: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\[^\x00-\x1f])*"')
_PHRASE: Final = re.compile(r"[^<>()\[\]:;@\\,\"\x00-\x1f\x7f]*")
_COMMENT: Final = re.compile(r"(?P<address>\S+)[ \t]+\([^<>()\[\]:;@\\,\"\x00-\x1f\x7f]*\)")


def sole_address(from_values: Sequence[str]) -> str | None:
    """Return the address of a single, plain From header in lower case, or None.

    No groups, quoted local parts, or second author: mail programs and mail servers disagree about
    which of them is the sender. The address itself may stand where the name does, and a name in
    parentheses behind the address.
    """
    if len(from_values) != 1 or len(from_values[0]) > 1000:
        return None
    value = from_values[0].strip()
    if "<" in value:
        phrase, _, rest = value.rpartition("<")
        if not rest.endswith(">"):
            return None
        value = rest[:-1]
        repeated = phrase.strip().lower() == value.lower()
        if not repeated and not _PHRASE.fullmatch(_QUOTED.sub("", phrase)):
            return None
    elif match := _COMMENT.fullmatch(value):
        value = match["address"]
    return value.lower() if len(value) <= 254 and _ADDRESS.fullmatch(value) else None


def _read_alike(mail: Mapping[str, Any], address: str) -> bool:
    """Whether SES read the same single author; it decodes names, so they are not looked at."""
    authors = _part(mail, "commonHeaders").get("from")
    if not isinstance(authors, list) or len(authors) != 1 or not isinstance(authors[0], str):
        return False
    author = authors[0].strip().lower()
    bare = author.rpartition("<")[2].removesuffix(">") if "<" in author else author
    return bare.partition(" (")[0] == address


# Machines

_LISTS: Final = lexicon.words("structure", "headers of lists")
_MACHINES: Final = lexicon.words("structure", "headers of machines")
_MACHINE_SUBJECTS: Final = re.compile(
    rf"(?:{lexicon.pattern('structure', 'away subjects')})"
    rf"(?=\s*(?:[:\uff1a(\[/!.,\u2013\u2014-]|re\b|$))"
    rf"|(?:{lexicon.pattern('structure', 'meeting subjects')}) ?[:\uff1a]"
    rf"|(?:{lexicon.pattern('structure', 'undelivered subjects')})",
    re.IGNORECASE,
)
_MACHINE_NAMES: Final = lexicon.words("structure", "machine names")


def _automatic(mail: Mapping[str, Any], fields: Sequence[Field]) -> str | None:
    """Why a mail is a machine's, or None (RFC 3834)."""
    envelope = mail.get("source")
    address = sole_address(values(fields, "from")) or ""
    subject, _ = own_subject(first(fields, "subject"))
    names = {field.name for field in fields}
    signs = {
        "empty_envelope_sender": not isinstance(envelope, str)
        or envelope.strip() in ("", "<>")
        or first(fields, "return-path").strip() == "<>",
        "auto_submitted": _keywords(fields, "auto-submitted") - {"", "no"},
        "mailing_list": names & _LISTS,
        "precedence": _keywords(fields, "precedence") & {"bulk", "list", "junk", "auto_reply"},
        "report": "multipart/report" in _keywords(fields, "content-type"),
        "automatic_reply": names & _MACHINES,
        "automatic_sender": address.partition("@")[0] in _MACHINE_NAMES,
        "automatic_subject": _MACHINE_SUBJECTS.match(subject),
    }
    return next((reason for reason, shown in signs.items() if shown), None)


def _keywords(fields: Sequence[Field], name: str) -> set[str]:
    """The first word of each value of a header, without comment or parameters."""
    found = (value.strip().lower() for value in values(fields, name))
    return {re.split(r"[;\s(]", value, maxsplit=1)[0] for value in found}


# Proof

_RESULT: Final = re.compile(r"([a-z]+)=([a-z]+)\b(.*)", re.DOTALL | re.IGNORECASE)
_SIGNED_BY: Final = re.compile(r"\bheader\.[id]=(?:[^\s;@]*@)?([A-Za-z0-9.-]+)")
_HEADER_FROM: Final = re.compile(r"\bheader\.from=([A-Za-z0-9.-]+)")


def _unproven(
    ses: Mapping[str, Any], receipt: Mapping[str, Any], fields: Sequence[Field], domain: str
) -> str | None:
    """Why the From domain is not proven, or None."""
    results = _results(fields)
    judged = next((_HEADER_FROM.search(rest) for name, _, rest in results if name == "dmarc"), None)
    if judged is not None and judged[1].lower() != domain:
        return "judged_other_domain"
    dmarc = _status(receipt, "dmarc")
    if dmarc == "PASS":
        return None
    if dmarc in ("GRAY", "PROCESSING_FAILED") and _signed(ses, receipt, fields, domain):
        return None
    return f"dmarc_{dmarc.lower() or 'missing'}"


def _signed(
    ses: Mapping[str, Any], receipt: Mapping[str, Any], fields: Sequence[Field], domain: str
) -> bool:
    """Whether SES found a good signature of exactly the From domain, and no bad one.

    A sender chooses envelope sender and greeting, which SES repeats in the same header. So the
    signature itself must be there too, and each one that is there must have one result.
    """
    envelope = _part(ses, "mail").get("source")
    if not isinstance(envelope, str) or not _ADDRESS.fullmatch(envelope.strip("<>")):
        return False
    judged = [(result, rest) for name, result, rest in _results(fields) if name == "dkim"]
    signers = [(result, _SIGNED_BY.search(rest)) for result, rest in judged]
    found = {result for result, by in signers if by and by[1].lower() == domain}
    signatures = values(fields, "dkim-signature")
    signed = any(
        re.search(rf"(?:^|;)\s*d\s*=\s*{re.escape(domain)}\s*(?:;|$)", value, re.IGNORECASE)
        for value in signatures
    )
    once = len(judged) == len(signatures)
    return found == {"pass"} and once and signed and _status(receipt, "dkim") == "PASS"


def _results(fields: Sequence[Field]) -> list[tuple[str, str, str]]:
    """Method, result and the rest from SES's own topmost Authentication-Results."""
    value = _without_comments(first(fields, "authentication-results"))
    service, *parts = [part.strip() for part in value.split(";")]
    if service.split()[:1] != ["amazonses.com"] or '"' in value:
        return []
    matches = (_RESULT.match(part) for part in parts)
    return [(match[1].lower(), match[2].lower(), match[3]) for match in matches if match]


def _without_comments(value: str) -> str:
    kept: list[str] = []
    depth = 0
    for character in value:
        depth += (character == "(") - (character == ")")
        if depth <= 0 and character != ")":
            kept.append(character)
        depth = max(depth, 0)
    return "".join(kept)


# Doubts about a proven sender's mail


def _doubt(
    ses: Mapping[str, Any], receipt: Mapping[str, Any], fields: Sequence[Field]
) -> Doubt | None:
    fine = ("PASS", "DISABLED", "")
    spam, virus, dmarc = (_status(receipt, check) for check in ("spam", "virus", "dmarc"))
    if spam not in (*fine, "GRAY") or virus not in fine or dmarc == "PROCESSING_FAILED":
        return Doubt.SPAM
    once = ("date", "subject", "message-id", "content-type")
    if any(len(values(fields, name)) > 1 for name in once):
        return Doubt.REPEATED_HEADERS
    return None if _fresh(ses, fields) else Doubt.OLD


def _fresh(ses: Mapping[str, Any], fields: Sequence[Field]) -> bool:
    received = arrival(ses)
    sent = _sent(first(fields, "date"))
    if received is None or sent is None:
        return False
    return received - OLDEST <= sent <= received + _CLOCKS_DIFFER


def arrival(ses: Mapping[str, Any]) -> datetime | None:
    """Return when SES took the mail in; None if the event does not say."""
    try:
        moment = datetime.fromisoformat(_part(ses, "mail")["timestamp"])
    except (KeyError, TypeError, ValueError):
        return None
    return moment if moment.tzinfo is not None else None


def _sent(date: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(date[:100])
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
