"""Letters that are to go out: what they say, to whom, and how far each has come."""

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Self


class Letter(NamedTuple):
    """What a mail says, as text and as HTML."""

    subject: str
    text: str
    html: str


class Said(NamedTuple):
    """What a mail of ours says; a line of its opening or its closing is a paragraph."""

    subject: str
    opening: str
    facts: Sequence[tuple[str, str]] = ()
    closing: str = ""
    links: Sequence[tuple[str, str]] = ()
    """Labels and addresses: of a notice within the page, such as ``#/clinics/main-street``."""


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


class Outgoing(NamedTuple):
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
            return self._replace(delivery=delivery) if told else self
        moved = self._replace(delivery=delivery)
        if moved.is_open:
            return moved
        return moved._replace(
            recipients=tuple(stand_in(recipient) for recipient in self.recipients),
            letter=Letter("", "", ""),
            headers={},
        )
