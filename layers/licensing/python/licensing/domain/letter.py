"""A mail before it has an address."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says, as text and as HTML."""

    subject: str
    text: str
    html: str
