"""A mail that was understood, what became of it, and the letters it caused."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from licensing.domain.notices import Letter

KEPT_FOR = timedelta(days=400)
"""How long a mail is known again when it is delivered twice."""
WORDS_KEPT_FOR = timedelta(days=7)
"""How long it is known again by its date and words, should its Message-ID have changed."""
ANSWERABLE_FOR = timedelta(days=7)
"""How long a reply may refer to what an answer of ours said."""
ANSWERS_KEPT_FOR = timedelta(days=30)
"""How long a reply that comes too late is told so, instead of being read as a new request."""


class Delivery(StrEnum):
    """How far a letter has come; ``unknown`` is never sent again.

    ``dropped``: nobody takes mail that it was for, all had their share of mail that day, or it
    could not be sent for too long.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


def stand_in(address: str) -> str:
    """Return what stands for an address where nobody is written to any more."""
    return hashlib.sha256(address.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter that is written in the transaction of the change that it speaks of."""

    recipients: tuple[str, ...]
    letter: Letter
    headers: dict[str, str]
    delivery: Delivery = Delivery.QUEUED
    uncounted: bool = False
    """News, yet to be counted against what its recipients get in a day."""

    @property
    def is_open(self) -> bool:
        """Whether it is yet to be sent, or to be parked."""
        return self.delivery in (Delivery.QUEUED, Delivery.SENDING)

    def come_to(self, delivery: Delivery) -> Self:
        """Return the letter having come so far; once nothing more is sent, nobody reads it.

        Its text is gone, and instead of addresses there is what stands for them. Of what nobody
        can tell any more, who sent it still can.
        """
        if not self.is_open:
            told = self.delivery is Delivery.UNKNOWN and delivery is Delivery.SENT
            return replace(self, delivery=delivery) if told else self
        moved = replace(self, delivery=delivery)
        if moved.is_open:
            return moved
        return replace(
            moved,
            recipients=tuple(stand_in(recipient) for recipient in self.recipients),
            letter=Letter("", "", ""),
            headers={},
        )


@dataclass(frozen=True, slots=True)
class MailRequest:
    """One claimed mail. It holds none of the mail's text."""

    digest: str
    """Stands for the sender and the mail's own identity."""
    sender_id: str
    """The user id of the sender."""
    received_at: datetime
    object_key: str
    verdicts: dict[str, str]
    outcome: dict[str, Any]
    letters: tuple[Outgoing, ...] = ()
    replied_to: str | None = None
    """The digest of what it replied to, if that had an effect."""
    version: int = 1

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is left to send."""
        return not any(letter.is_open for letter in self.letters)

    def given_up(self) -> Self:
        """Return the mail with nothing left to send."""
        return replace(
            self, letters=tuple(letter.come_to(Delivery.DROPPED) for letter in self.letters)
        )


@dataclass(frozen=True, slots=True)
class ClaimedWords:
    """The words of a claimed mail, under which a copy with another Message-ID is known."""

    digest: str
    """Stands for the sender, the mail's date and its words."""
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Answerable:
    """What an answer of ours was about, for the reply to it.

    It lies under the hash of the token in that answer's Reply-To, so the table tells nobody
    how to reply.
    """

    digest: str
    """Stands for the token."""
    sender_id: str
    """The user id of the only person whose reply counts."""
    written_at: datetime
    pending: bytes
    """What a reply can accept or complete, as the use case writes it: under the token.

    It holds words of the mail.
    """
    adjustments: tuple[tuple[str, str], ...] = ()
    """What was done, to be undone: clinic and adjustment."""
    used: bool = False
    """Whether a reply had its effect; no other one has."""
    version: int = 1

    def is_open(self, now: datetime) -> bool:
        """Whether a reply may still have an effect."""
        return not self.used and now - self.written_at < ANSWERABLE_FOR
