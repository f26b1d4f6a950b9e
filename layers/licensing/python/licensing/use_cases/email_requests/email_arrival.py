"""A mail as it arrived, and what tells it from every other one."""

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from licensing.mail.reading.headers import Field, values
from licensing.mail.reading.identity import claim_key, words_key
from licensing.mail.reading.read_mail import ReadMail, read_mail
from licensing.mail.reading.trust import Trusted, arrival
from licensing.use_cases.email_requests.email_decisions import Rules

LARGEST_READ = 5 * 1024 * 1024
"""Bytes of a mail that are read at the most; SES takes in eight times as many."""

VERDICTS = ("spf", "dkim", "dmarc", "spam", "virus")
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as SES handed it over."""

    ses: Mapping[str, Any]
    raw: bytes
    whole: bool
    """False if only the beginning was read, since it is larger than any request."""
    object_key: str
    own_addresses: Collection[str]
    request_address: str
    """What requests are sent to; with ``+`` and a token in it, replies to our answers."""
    page: str
    """The address of the User Manager page; empty if it has none."""
    rules: Rules


@dataclass(frozen=True)
class Mail:
    """A mail of a proven sender."""

    received: Received
    fields: Sequence[Field]
    sender: Trusted
    now: datetime

    @property
    def arrived_at(self) -> datetime:
        """When SES took the mail in."""
        return arrival(self.received.ses) or self.now

    @property
    def verdicts(self) -> dict[str, str]:
        """What SES found out about the mail."""
        receipt = self.received.ses.get("receipt") or {}
        return {
            name: str((receipt.get(f"{name}Verdict") or {}).get("status", "")) for name in VERDICTS
        }

    @cached_property
    def digest(self) -> str:
        """What makes two deliveries the same mail."""
        return claim_key(self.sender.address, self.received.raw, self.fields)

    @cached_property
    def read(self) -> ReadMail:
        """What the mail says; read only once it is known that its sender matters."""
        letter = read_mail(self.received.raw, self.fields, whole=self.received.whole)
        return replace(letter, doubt=self.sender.doubt or letter.doubt)

    @cached_property
    def words(self) -> str | None:
        """Stands for sender, date and words: a copy with another Message-ID has the same."""
        if len(values(self.fields, "date")) != 1 or not self.read.texts:
            return None
        return words_key(self.sender.address, self.fields, self.read)

    @cached_property
    def token(self) -> str | None:
        """The token of the address that the mail was sent to, if that is a reply's address."""
        own, _, domain = self.received.request_address.lower().rpartition("@")
        for recipient in _recipients(self.received.ses):
            name, _, at = recipient.lower().rpartition("@")
            label = name.removeprefix(f"{own}+")
            if own and at == domain and label != name and _TOKEN.fullmatch(label):
                return label
        return None


def hashed(*parts: str) -> str:
    """Return what stands for the parts, which can't be read from it."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _recipients(ses: Mapping[str, Any]) -> Iterable[str]:
    """The addresses that the mail was handed over for, not those that its headers claim."""
    for part, name in (("receipt", "recipients"), ("mail", "destination")):
        found = (ses.get(part) or {}).get(name)
        yield from (each for each in found or () if isinstance(each, str))
