"""What the nightly reconciliation leaves: findings, repairs, and a report per night."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

NEXT_NIGHT = timedelta(hours=26)
"""What falls due later than this is looked at again before."""
FINDINGS_KEPT_FOR = timedelta(days=90)
"""How long findings are kept that name an address; what the books say is kept for good."""
NO_CLINIC = "-"
"""Stands where a finding's clinic would, if it is of none."""


class Invariant(StrEnum):
    """What a finding says is broken."""

    I1 = "I1"
    I2 = "I2"
    I3 = "I3"
    I4 = "I4"
    DEADLINE = "deadline"
    """A confirmation later than 24 business hours after the request."""
    CANCELLED_ADDITIONS = "cancelled_additions"
    """More additions cancelled or released in one billing period than anybody needs."""
    MAIL_ADDRESS = "mail_address"
    """A user's address that bounced or complained, so that it gets no more mail."""
    RECORDS = "records"
    """Records without a clinic, or a clinic that never holds still or cannot be checked or read."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be so, and what staff can do about it."""

    clinic_id: str
    invariant: Invariant
    subject: str
    expected: str
    actual: str
    advice: str

    @property
    def where(self) -> str:
        """Return of which clinic it is, as people read it."""
        return "No clinic" if self.clinic_id == NO_CLINIC else self.clinic_id


@dataclass(frozen=True, slots=True)
class NightlyFinding:
    """A finding of one night; the same one is written once, whoever finds it again."""

    night: date
    finding: Finding


@dataclass(frozen=True, slots=True)
class Repair:
    """A safe repair of one night: the update of an adjustment started again."""

    night: date
    clinic_id: str
    adjustment_id: str


class Stage(StrEnum):
    """How far a night has come."""

    RUNNING = "running"
    COMPLETE = "complete"


class StaffMail(StrEnum):
    """How far the night's mail to staff has come; see ``use_cases.send_confirmation``."""

    NONE = "none"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"


class Sums(NamedTuple):
    """What clinics add up to on a night."""

    clinics: int = 0
    purchased: Mapping[str, int] = {}
    """Licenses by type."""
    in_use: Mapping[str, int] = {}
    monthly_cents: Mapping[str, int] = {}
    """What all licenses cost each month, by currency."""
    open: int = 0
    """Adjustments that wait for their invoice or their confirmation."""
    overdue: int = 0
    """Those of them whose confirmation is late."""
    parked: int = 0
    """Those of which nobody knows whether their confirmation was sent."""
    closed: int = 0
    """The clinics that have closed: all that is kept of them is checked as well."""

    @property
    def customers(self) -> int:
        """The clinics that are open."""
        return self.clinics - self.closed

    def and_also(self, other: "Sums") -> "Sums":
        """Return both together."""
        return Sums(*map(_together, self, other))


def _together(one: Any, other: Any) -> Any:
    if isinstance(one, int):
        return one + other
    return {name: one.get(name, 0) + other.get(name, 0) for name in dict.fromkeys((*one, *other))}


@dataclass(frozen=True, slots=True)
class Report:
    """One night's result; its findings are records of their own."""

    night: date
    at: datetime
    """The moment for which the books were checked."""
    stage: Stage = Stage.RUNNING
    clinics: int = 0
    findings: int = 0
    overdue: int = 0
    """Findings of confirmations past their deadline."""
    blocked: int = 0
    """Findings of addresses that take no mail: the books may agree all the same."""
    repairs: int = 0
    mail: StaffMail = StaffMail.NONE
    sums: Sums | None = None
    """Absent before the night's end."""
    version: int = 1
