"""The vendor's overview: all clinics as of the last night, and what waits for staff."""

from datetime import datetime

from licensing.domain import keys
from licensing.domain.adjustments import Adjustment, Confirmation, Status
from licensing.domain.overview import Overview, Waiting, months_of
from licensing.domain.reconciliation import Invariant, Report
from licensing.use_cases.access import Caller, require_staff
from licensing.use_cases.clinics.find_clinics import names_of
from licensing.use_cases.ports import Store

NIGHTS = 400
"""How many nights are read: those of twelve months, and some."""
MOST_FINDINGS = 1000
MOST_WAITING = 100


def get_overview(store: Store, caller: Caller) -> Overview:
    """Return the sums of the nights, and those of the last night's confirmations that still wait.

    The nights are one query, what they found another, and its adjustments are read as they are now.
    """
    require_staff(caller)
    nights = store.page(keys.REPORTS, keys.REPORT, limit=NIGHTS, newest_first=True)
    months = months_of(nights.records)
    waiting = _waiting(store, months[0], caller.now) if months else []
    return Overview(months, waiting, names_of(store, (one.adjustment.clinic_id for one in waiting)))


def _waiting(store: Store, night: Report, now: datetime) -> list[Waiting]:
    page = store.page(keys.night_partition(night.night), keys.FINDING, limit=MOST_FINDINGS)
    named = dict.fromkeys(
        keys.adjustment_key(finding.clinic_id, finding.subject)
        for finding in (record.finding for record in page.records)
        if finding.invariant in (Invariant.DEADLINE, Invariant.I4)
    )
    found = store.load(*list(named)[:MOST_WAITING])
    waiting = [
        Waiting(adjustment, adjustment.confirmation_due_by < now)
        for adjustment in found
        if adjustment is not None and _waits(adjustment, now)
    ]
    return sorted(waiting, key=lambda one: one.adjustment.confirmation_due_by)


def _waits(adjustment: Adjustment, now: datetime) -> bool:
    if adjustment.confirmation is Confirmation.UNKNOWN:
        return True
    is_open = adjustment.status in (Status.APPLIED, Status.INVOICED)
    return is_open and adjustment.confirmation_due_by < now
