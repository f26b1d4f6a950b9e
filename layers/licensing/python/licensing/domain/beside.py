"""Records that stand beside the business: what was done, answered and erased."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from licensing.domain.users import Actor


class History(NamedTuple):
    """What was changed: who, when, by which channel, before, after, why (I6)."""

    clinic_id: str
    history_id: str
    at: datetime
    action: str
    actor: Actor
    subject: str
    """The id of what was changed: a user, an adjustment, an invoice or the clinic."""
    before: dict[str, Any]
    after: dict[str, Any]
    why: str | None = None


class Answer(NamedTuple):
    """What a caller was told: an HTTP status and the body as plain data."""

    status: int
    body: dict[str, Any]


class StoredAnswer(NamedTuple):
    """The answer to a request that came with an Idempotency-Key (I7)."""

    clinic_id: str
    digest: str
    """Stands for caller, route and key; see ``use_cases.idempotency``."""
    body_digest: str
    status: int
    body: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Erasure:
    """Somebody who was removed, for as long as other records may still name them."""

    clinic_id: str
    user_id: str
    words: tuple[str, ...]
    """Every name and address that they had."""
    since: tuple[datetime, ...]
    """From when on each of the words was theirs."""
    version: int = 1

    @property
    def addresses(self) -> list[str]:
        """All addresses that they had."""
        return [word for word in self.words if "@" in word]
