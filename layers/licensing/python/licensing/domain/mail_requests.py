"""A mail that was understood, and what became of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from licensing.domain.outgoing import Delivery, Outgoing

KEPT_FOR = timedelta(days=400)
"""How long a mail is known again when it is delivered twice."""
WORDS_KEPT_FOR = timedelta(days=7)
"""How long it is known again by its date and words, should its Message-ID have changed."""
ANSWERABLE_FOR = timedelta(days=7)
"""How long a reply may refer to what an answer of ours said."""
ANSWERS_KEPT_FOR = timedelta(days=30)
"""How long a reply that comes too late is told so, instead of being read as a new request."""


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
