"""Records that stand beside the business, and the changes of which one write consists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from licensing.domain.clinic_words import ClinicWord
    from licensing.domain.clinics import Clinic
    from licensing.domain.provisioning_tokens import ProvisioningToken
    from licensing.domain.reconciliation import NightlyFinding
    from licensing.domain.records import Beside, Record, Versioned
    from licensing.domain.users import Actor, User


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
    email: str
    version: int = 1

    @property
    def addresses(self) -> list[str]:
        """All addresses that they had."""
        return [word for word in self.words if "@" in word]


class Insert(NamedTuple):
    """Write a record that must not be there yet."""

    record: Record


class Replace(NamedTuple):
    """Write a record over the one that was read, if nobody wrote it meanwhile."""

    before: Versioned
    after: Versioned


class Put(NamedTuple):
    """Write a record that follows from others, with which it is written."""

    record: ClinicWord | NightlyFinding


class ReplaceClinic(NamedTuple):
    """Write a clinic over the one that was read, and its history with it (I6).

    Nothing else replaces a clinic. ``relying_on`` must still be as it was read.
    """

    before: Clinic
    after: Clinic
    history: History
    relying_on: User | ProvisioningToken | None = None


class Unchanged(NamedTuple):
    """Write nothing, but refuse the whole write if this record was changed meanwhile."""

    record: Clinic | Versioned


class Rewrite(NamedTuple):
    """Write a record that otherwise never changes, if what differs is still as it was read."""

    before: Beside
    after: Beside


class Delete(NamedTuple):
    """Delete a record, if nobody wrote it meanwhile; what follows from others, with them."""

    record: Versioned | ClinicWord | NightlyFinding


Change = Insert | Replace | ReplaceClinic | Unchanged | Put | Rewrite | Delete
