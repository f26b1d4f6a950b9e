"""What a night of reconciliation leaves, as plain attributes and back."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from licensing.adapters.forms import (
    MOMENT,
    VERSION,
    Form,
    Plain,
    Within,
    attribute,
    by_kind,
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
    (),
    attribute("clinic", "clinic_id"),
    attribute("invariant", read=reconciliation.Invariant),
    attribute("subject"),
    attribute("expected"),
    attribute("actual"),
    attribute("advice"),
)


class _Findings(Within):
    """Those that name an address are not kept for good."""

    def write(self, record: reconciliation.NightlyFinding) -> Plain:
        """Return the attributes."""
        plain = super().write(record)
        if record.finding.invariant is reconciliation.Invariant.MAIL_ADDRESS:
            night = datetime.combine(record.night, datetime.min.time(), UTC)
            plain["expires_at"] = expiry(night, reconciliation.FINDINGS_KEPT_FOR)
        return plain


def _key_of_finding(record: reconciliation.NightlyFinding) -> Any:
    found = record.finding
    return finding_key(record.night, found.clinic_id, found.invariant, found.subject)


def _read_finding(night: str, _: str, item: Plain) -> reconciliation.NightlyFinding:
    return reconciliation.NightlyFinding(date.fromisoformat(night), _FINDING.read(item))


_REPAIR = Form(
    reconciliation.Repair,
    ("night", "clinic_id", "adjustment_id"),
    key=repair_key,
    told=lambda night, name: (date.fromisoformat(night), *name.rpartition("#")[::2]),
)

_REPORT = Form(
    reconciliation.Report,
    ("night",),
    attribute("at", "", *MOMENT),
    attribute("stage", read=reconciliation.Stage, always=True),
    attribute("checked", "clinics", always=True),
    attribute("findings", always=True),
    attribute("overdue", always=True),
    attribute("blocked"),
    attribute("repairs", always=True),
    attribute("mail", read=reconciliation.StaffMail, always=True),
    attribute("sums", "", plain_sums, sums_from),
    VERSION,
    key=report_key,
    told=lambda _, night: (date.fromisoformat(night),),
)

FORMS = by_kind(
    _Findings(reconciliation.NightlyFinding, "finding", _FINDING, _key_of_finding), _REPAIR, _REPORT
)
READERS = {FINDING: _read_finding, REPAIR: _REPAIR.read_at, REPORT: _REPORT.read_at}
"""What reads a record, by how its sort key begins."""
