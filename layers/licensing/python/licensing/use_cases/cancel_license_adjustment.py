"""Taking a license adjustment back before it is on the invoice."""

from datetime import datetime

from licensing.domain.adjustments import Adjustment, Status, cancel_adjustment
from licensing.domain.changes import Insert, Replace, Unchanged
from licensing.domain.history import happened, license_counts
from licensing.domain.keys import ADJUSTMENT, adjustment_key
from licensing.use_cases.access import Caller, acting, managed
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store
from licensing.use_cases.reading import known_adjustment, load_clinic


def cancel_license_adjustment(
    store: Store, caller: Caller, clinic_id: str, adjustment_id: str, *, now: datetime
) -> Adjustment:
    """Cancel an applied adjustment and return it; a cancelled one is returned as it is."""
    key = adjustment_key(clinic_id, adjustment_id)

    def attempt() -> Adjustment:
        loaded, membership, (found,) = load_clinic(store, caller, clinic_id, key)
        clinic, manager = managed(loaded, caller, membership)
        adjustment = known_adjustment(found)
        if adjustment.status is Status.CANCELLED:
            return adjustment
        later = store.all(clinic_id, ADJUSTMENT, after=key.sort)
        after, cancelled = cancel_adjustment(clinic, adjustment, later=later, now=now)
        before_counts, after_counts = license_counts(clinic, after)
        store.commit(
            [
                Replace(clinic, after),
                Unchanged(manager),
                Replace(adjustment, cancelled),
                Insert(
                    happened(
                        after,
                        "adjustment_cancelled",
                        actor=acting(manager, caller),
                        subject=adjustment_id,
                        before=before_counts,
                        after=after_counts,
                    )
                ),
            ]
        )
        return cancelled

    return until_committed(attempt)
