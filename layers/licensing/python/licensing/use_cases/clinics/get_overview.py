"""The vendor's overview: all clinics as of the last night, and what waits for staff."""

from datetime import datetime

from licensing.domain import keys
from licensing.domain.adjustments import Confirmation
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
        keys.ADJUSTMENT.key(finding.clinic_id, finding.subject)
        for finding in (record.finding for record in page.records)
        if finding.invariant in (Invariant.DEADLINE, Invariant.I4)
    )
    found = store.load(*list(named)[:MOST_WAITING])
    waiting = [Waiting(one, one.confirmation_due_by < now) for one in found if one is not None]
    still = [
        of
        for of in waiting
        if of.adjustment.confirmation is Confirmation.UNKNOWN
        or (of.is_overdue and of.adjustment.is_open)
    ]
    return sorted(still, key=lambda of: of.adjustment.confirmation_due_by)
