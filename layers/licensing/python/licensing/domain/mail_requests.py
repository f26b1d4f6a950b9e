"""A mail that was understood, what became of it, and the letters it caused."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from licensing.domain.letter import Letter

KEPT_FOR = timedelta(days=400)
"""How long a mail is known again when it is delivered twice."""


class Delivery(StrEnum):
    """How far a letter has come; ``unknown`` is never sent again."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter that is written in the transaction of the change that it speaks of."""

    recipients: tuple[str, ...]
    letter: Letter
    headers: dict[str, str]
    delivery: Delivery = Delivery.QUEUED


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
    version: int = 1

    def with_delivery(self, number: int, delivery: Delivery) -> Self:
        """Return the mail with one letter having come so far."""
        letters = list(self.letters)
        letters[number] = replace(letters[number], delivery=delivery)
        return replace(self, letters=tuple(letters))
