"""Taking a license adjustment back before it is on the invoice."""

from datetime import datetime

from licensing.domain.adjustments import Adjustment, Status, cancel_adjustment
from licensing.domain.changes import Replace
from licensing.domain.clinics import Clinic
from licensing.domain.history import Event, license_counts
from licensing.domain.keys import ADJUSTMENT, adjustment_key
from licensing.use_cases.access import Caller, as_manager, require_adjustment
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store


@until_committed
def cancel_license_adjustment(
    store: Store, caller: Caller, clinic_id: str, adjustment_id: str, *, now: datetime
) -> Adjustment:
    """Cancel an applied or scheduled adjustment and return it.

    One that was cancelled, or that lapsed and thus changed nothing, is returned as it is.
    """
    key = adjustment_key(clinic_id, adjustment_id)
    opened = as_manager(store, caller, clinic_id, key)
    adjustment = require_adjustment(opened.record(key))
    if adjustment.status in (Status.CANCELLED, Status.LAPSED):
        return adjustment
    opened.up_to_date(now)
    later = store.all(clinic_id, ADJUSTMENT, after=key.sort)
    after, cancelled = cancel_adjustment(opened.clinic, adjustment, later=later, now=now)
    event = cancellation_event(opened.clinic, after, adjustment)
    opened.commit(after, event, Replace(adjustment, cancelled), now=now)
    return cancelled


def cancellation_event(before: Clinic, after: Clinic, adjustment: Adjustment) -> Event:
    """Return what history tells of an adjustment that was cancelled."""
    counts = license_counts(before, after)
    return Event("adjustment_cancelled", adjustment.adjustment_id, *counts)
