"""What makes two deliveries the same mail: its Message-ID, or its moment and words."""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from licensing.mail.reading.headers import Field, first, header_fields
from licensing.mail.reading.read_mail import ReadMail


def claim_key(address: str, raw: bytes, fields: Sequence[Field] | None = None) -> str:
    """Return what makes two deliveries the same mail: a hash of sender and Message-ID.

    Without a Message-ID, of sender and the raw mail below what SES put on top.
    """
    fields = header_fields(raw) if fields is None else fields
    message_id = first(fields, "message-id").strip()
    what = message_id.encode() if message_id else b"\0" + _TRACE.sub(b"", raw, count=1)
    return _hash(address.lower().encode(), what)


def words_key(address: str, fields: Sequence[Field], mail: ReadMail) -> str:
    """Return what a mail keeps under another Message-ID: a hash of sender, Date and words.

    Whoever sends a signed mail again can choose a Message-ID if the signature leaves it out.
    """
    date = " ".join(first(fields, "date").split())
    return _hash(address.lower().encode(), b"\1", date.encode(), fingerprint(mail).encode())


def fingerprint(mail: ReadMail) -> str:
    """Return a hash of the sender's own words, the same whenever they are sent again."""
    said = "\n".join((mail.subject, *(text.text for text in mail.texts)))
    return _hash(" ".join(said.casefold().split()).encode("utf-8", "surrogatepass"))


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


_TRACE: Final = re.compile(
    rb"(?:(?:Return-Path|Received|X-SES-[A-Za-z-]+|Received-SPF|Authentication-Results)[ \t]*:"
    rb"[^\r\n]*(?:\r\n|\n)(?:[ \t][^\r\n]*(?:\r\n|\n))*)*",
    re.IGNORECASE,
)
