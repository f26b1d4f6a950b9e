"""What the nightly reconciliation leaves: findings, repairs, and a report per night."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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
    """Records without a clinic, or a clinic that never holds still."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not be so, and what staff can do about it."""

    clinic_id: str
    invariant: Invariant
    subject: str
    expected: str
    actual: str
    advice: str


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
    repairs: int = 0
    mail: StaffMail = StaffMail.NONE
    version: int = 1
