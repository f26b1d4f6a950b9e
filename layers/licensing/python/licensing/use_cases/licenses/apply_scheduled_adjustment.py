"""Applying a scheduled adjustment when its day has come."""

from datetime import datetime

from licensing.domain.adjustments import Status
from licensing.domain.ids import moment_of
from licensing.domain.keys import ADJUSTMENT
from licensing.use_cases.ports import Store
from licensing.use_cases.renewals import apply_due


def apply_scheduled_adjustment(
    store: Store, clinic_id: str, adjustment_id: str, *, now: datetime
) -> str:
    """Return ``applied``, ``lapsed`` or ``cancelled``; a repeat returns the same.

    What was scheduled for earlier is applied before it. Whether its day has come is the
    workflow's judgement, so that a day can pass in seconds where nobody is billed.
    """
    key = ADJUSTMENT.key(clinic_id, adjustment_id)
    (adjustment,) = store.load(key)
    if adjustment is None or adjustment.status in (Status.SCHEDULED, Status.CANCELLED):
        # Without an adjustment, or with one that was cancelled, a user may start all the same.
        apply_due(store, clinic_id, now=max(now, moment_of(adjustment_id)))
        (adjustment,) = store.load(key)
    if adjustment is not None and adjustment.status in (Status.LAPSED, Status.CANCELLED):
        return adjustment.status.value
    return "applied"
