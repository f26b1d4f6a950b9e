"""Taking a license adjustment back before it is on the invoice."""

from datetime import datetime

from licensing.domain.adjustments import Adjustment, Status, cancel_adjustment
from licensing.domain.changes import Replace
from licensing.domain.history import Event, license_counts
from licensing.domain.keys import ADJUSTMENT, adjustment_key
from licensing.use_cases.access import Caller, as_manager, require_adjustment
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store


@until_committed
def cancel_license_adjustment(
    store: Store, caller: Caller, clinic_id: str, adjustment_id: str, *, now: datetime
) -> Adjustment:
    """Cancel an applied adjustment and return it; a cancelled one is returned as it is."""
    key = adjustment_key(clinic_id, adjustment_id)
    opened = as_manager(store, caller, clinic_id, key)
    adjustment = require_adjustment(opened.record(key))
    if adjustment.status is Status.CANCELLED:
        return adjustment
    later = store.all(clinic_id, ADJUSTMENT, after=key.sort)
    after, cancelled = cancel_adjustment(opened.clinic, adjustment, later=later, now=now)
    event = Event("adjustment_cancelled", adjustment_id, *license_counts(opened.clinic, after))
    opened.commit(after, event, Replace(adjustment, cancelled), now=now)
    return cancelled
