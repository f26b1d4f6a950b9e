"""Adjustments that are on no invoice yet, without reading those that have long been."""

from collections.abc import Iterator

from licensing.domain.adjustments import Adjustment, Status
from licensing.domain.clinics import Clinic
from licensing.domain.keys import ADJUSTMENT
from licensing.use_cases.ports import Store


def uninvoiced(
    store: Store, clinic: Clinic, *, before: Adjustment | None = None
) -> Iterator[Adjustment]:
    """Yield the clinic's applied adjustments, newest first, those older than ``before`` if given.

    The clinic counts its open adjustments, so the reading ends with the oldest of them; there
    is none where the clinic's own record tells that all of them are invoiced.
    """
    still_open, after = clinic.open_count, None
    if before is not None:
        still_open = clinic.open_before(before.adjustment_id)
        after = ADJUSTMENT.key(clinic.clinic_id, before.adjustment_id).sort
    if not still_open:
        return
    for one in store.all(clinic.clinic_id, ADJUSTMENT, after=after, newest_first=True):
        # What came after the clinic was read is not among those that it counts.
        if not one.is_open or one.requested_at > clinic.updated_at:
            continue
        if one.status is Status.APPLIED:
            yield one
        still_open -= 1
        if not still_open:
            return
