"""What a night of reconciliation leaves, as plain attributes and back."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from licensing.adapters.attributes import from_milliseconds, to_milliseconds
from licensing.domain.keys import (
    FINDING,
    REPAIR,
    REPORT,
    Key,
    finding_key,
    repair_key,
    report_key,
)
from licensing.domain.reconciliation import (
    FINDINGS_KEPT_FOR,
    Finding,
    Invariant,
    NightlyFinding,
    Repair,
    Report,
    StaffMail,
    Stage,
    Sums,
)

Plain = dict[str, Any]
Nightly = NightlyFinding | Repair | Report


def key_of(record: Nightly) -> Key[Any]:
    """Return the primary key of a record."""
    match record:
        case NightlyFinding(night, finding):
            return finding_key(night, finding.clinic_id, finding.invariant, finding.subject)
        case Repair(night, clinic_id, adjustment_id):
            return repair_key(night, clinic_id, adjustment_id)
        case Report():
            return report_key(record.night)


def to_plain(record: Nightly) -> Plain:
    """Return the record's attributes, without its key."""
    match record:
        case NightlyFinding(night, finding):
            named = finding.invariant is Invariant.MAIL_ADDRESS
            return {
                "expires_at": _expiry(night) if named else None,
                "clinic": finding.clinic_id,
                "invariant": finding.invariant,
                "subject": finding.subject,
                "expected": finding.expected,
                "actual": finding.actual,
                "advice": finding.advice,
            }
        case Repair():
            return {}
        case Report():
            return {
                "at": to_milliseconds(record.at),
                "stage": record.stage,
                "checked": record.clinics,
                "findings": record.findings,
                "overdue": record.overdue,
                "repairs": record.repairs,
                "mail": record.mail,
                "sums": None if record.sums is None else plain_sums(record.sums),
                "version": record.version,
            }


def _expiry(night: date) -> int:
    gone = datetime.combine(night, datetime.min.time(), UTC) + FINDINGS_KEPT_FOR
    return int(gone.timestamp())


def plain_sums(sums: Sums) -> list[Any]:
    """Return sums as they lie in the table, and in the state of the night's workflow."""
    return [dict(value) if isinstance(value, Mapping) else value for value in sums]


def sums_from(plain: list[Any]) -> Sums:
    """Return sums that were kept so."""
    return Sums(*plain)


def _read_finding(key: Key[Any], item: Plain) -> NightlyFinding:
    return NightlyFinding(
        _night(key),
        Finding(
            clinic_id=item["clinic"],
            invariant=Invariant(item["invariant"]),
            subject=item["subject"],
            expected=item["expected"],
            actual=item["actual"],
            advice=item["advice"],
        ),
    )


def _read_repair(key: Key[Any], _: Plain) -> Repair:
    clinic_id, _mark, adjustment_id = key.sort.removeprefix(REPAIR).rpartition("#")
    return Repair(_night(key), clinic_id, adjustment_id)


def _read_report(key: Key[Any], item: Plain) -> Report:
    return Report(
        night=date.fromisoformat(key.sort.removeprefix(REPORT)),
        at=from_milliseconds(item["at"]),
        stage=Stage(item["stage"]),
        clinics=item["checked"],
        findings=item["findings"],
        overdue=item["overdue"],
        repairs=item["repairs"],
        mail=StaffMail(item["mail"]),
        sums=None if item.get("sums") is None else sums_from(item["sums"]),
        version=item["version"],
    )


def _night(key: Key[Any]) -> date:
    return date.fromisoformat(key.partition.partition("#")[2])


READERS: dict[str, Callable[[Key[Any], Plain], Nightly]] = {
    FINDING: _read_finding,
    REPAIR: _read_repair,
    REPORT: _read_report,
}
"""What reads a record, by how its sort key begins."""
