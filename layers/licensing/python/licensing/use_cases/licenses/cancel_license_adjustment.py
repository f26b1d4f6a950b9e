"""Taking a license adjustment back before it is on the invoice."""

from collections.abc import Sequence

from licensing.domain.adjustments import Adjustment, OtherHalf, Status, cancel_adjustment
from licensing.domain.changes import Change, Replace
from licensing.domain.errors import ForbiddenError, NotFoundError, RefusedError, refused_at
from licensing.domain.history import cancellation_event
from licensing.domain.keys import ADJUSTMENT
from licensing.use_cases.access import (
    Caller,
    Opened,
    as_manager,
    as_manager_of_both,
    require_adjustment,
    require_version,
)
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store


@until_committed
def cancel_license_adjustment(
    store: Store, caller: Caller, clinic_id: str, adjustment_id: str
) -> Adjustment:
    """Cancel an applied or scheduled adjustment and return it.

    One that was cancelled, or that lapsed and thus changed nothing, is returned as it is. Half
    of a transfer is cancelled together with the other half.
    """
    key = ADJUSTMENT.key(clinic_id, adjustment_id)
    opened = as_manager(store, caller, clinic_id, key)
    adjustment = require_adjustment(opened.record(key))
    if adjustment.status in (Status.CANCELLED, Status.LAPSED):
        return adjustment
    require_version(caller, opened.clinic)
    if adjustment.transfer is not None:
        return _cancel_transfer(store, caller, adjustment, adjustment.transfer)
    changes, cancelled = _cancelled(opened, adjustment)
    store.commit(changes)
    return cancelled


def _cancelled(opened: Opened, adjustment: Adjustment) -> tuple[Sequence[Change], Adjustment]:
    """Return what a commit writes, and the adjustment as it is then."""
    clinic = opened.up_to_date().clinic
    key = ADJUSTMENT.key(clinic.clinic_id, adjustment.adjustment_id)
    later = opened.store.all(clinic.clinic_id, ADJUSTMENT, after=key.sort)
    after, cancelled = cancel_adjustment(clinic, adjustment, later=later, now=opened.now)
    event = cancellation_event(clinic, after, adjustment)
    return opened.written(after, event, Replace(adjustment, cancelled)), cancelled


def _cancel_transfer(
    store: Store, caller: Caller, half: Adjustment, other: OtherHalf
) -> Adjustment:
    """Cancel both halves in one transaction; raises RefusedError ``part_of_transfer``."""
    keys = [
        ADJUSTMENT.key(half.clinic_id, half.adjustment_id),
        ADJUSTMENT.key(other.clinic_id, other.adjustment_id),
    ]
    try:
        both = as_manager_of_both(store, caller, half.clinic_id, other.clinic_id, *keys)
    except (NotFoundError, ForbiddenError):
        raise RefusedError(
            "part_of_transfer",
            f"This is one half of a transfer {half.transfer_in_words}, which can only be "
            "canceled as a whole. Ask a User Manager of both clinics, or request the reverse "
            "change.",
        ) from None
    found = require_adjustment(both[0].record(keys[0]))
    if found.status is Status.CANCELLED:
        # By somebody else, since it was read alone.
        return found
    cancelled: list[Adjustment] = []
    changes: list[Change] = []
    for opened, key in zip(both, keys, strict=True):
        with refused_at(opened.clinic.name):
            written, taken_back = _cancelled(opened, require_adjustment(opened.record(key)))
        changes += written
        cancelled.append(taken_back)
    store.commit(changes)
    return cancelled[0]
