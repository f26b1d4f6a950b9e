"""What a night of reconciliation leaves, as plain attributes and back."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from licensing.adapters.forms import (
    VERSION,
    Form,
    Plain,
    Within,
    attribute,
    by_kind,
    by_sort,
    expiry,
)
from licensing.domain import reconciliation
from licensing.domain.keys import FINDING, REPAIR, REPORT, finding_key, repair_key, report_key


def plain_sums(sums: reconciliation.Sums) -> list[Any]:
    """Return sums as they lie in the table, and in the state of the night's workflow."""
    return [dict(value) if isinstance(value, Mapping) else value for value in sums]


def sums_from(plain: list[Any]) -> reconciliation.Sums:
    """Return sums that were kept so."""
    return reconciliation.Sums(*plain)


_FINDING = Form(
    reconciliation.Finding,
    "",
    (),
    *("invariant", "subject", "expected", "actual", "advice"),
    attribute("clinic", "clinic_id"),
)


def _expiry_of(record: reconciliation.NightlyFinding) -> int | None:
    """Those that name an address are not kept for good."""
    if record.finding.invariant is not reconciliation.Invariant.MAIL_ADDRESS:
        return None
    night = datetime.combine(record.night, datetime.min.time(), UTC)
    return expiry(night, reconciliation.FINDINGS_KEPT_FOR)


def _key_of_finding(record: reconciliation.NightlyFinding) -> Any:
    found = record.finding
    return finding_key(record.night, found.clinic_id, found.invariant, found.subject)


def _read_finding(night: str, _: str, item: Plain) -> reconciliation.NightlyFinding:
    return reconciliation.NightlyFinding(date.fromisoformat(night), _FINDING.read(item))


_REPAIR = Form(
    reconciliation.Repair,
    REPAIR,
    ("night", "clinic_id", "adjustment_id"),
    key=repair_key,
    told=lambda night, name: (date.fromisoformat(night), *name.rpartition("#")[::2]),
)

_REPORT = Form(
    reconciliation.Report,
    REPORT,
    ("night",),
    *("at", "blocked"),
    *(attribute(name, always=True) for name in ("stage", "findings", "overdue", "repairs", "mail")),
    attribute("checked", "clinics", always=True),
    attribute("sums", "", plain_sums, sums_from),
    VERSION,
    key=report_key,
    told=lambda _, night: (date.fromisoformat(night),),
)

_NIGHTLY = Within(
    reconciliation.NightlyFinding,
    "finding",
    (_FINDING,),
    _key_of_finding,
    {"expires_at": _expiry_of},
)
FORMS = by_kind(_NIGHTLY, _REPAIR, _REPORT)
READERS = by_sort(_REPAIR, _REPORT) | {FINDING: _read_finding}
