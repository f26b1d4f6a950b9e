"""Asking for more or fewer licenses."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from licensing.domain.adjustments import Adjustment, AdjustmentRequest, require_explanation
from licensing.domain.beside import Answer
from licensing.domain.changes import Insert
from licensing.domain.clinics import Clinic
from licensing.domain.errors import PreconditionFailedError
from licensing.domain.history import adjustment_event
from licensing.domain.scheduled import decide_request
from licensing.use_cases.access import Caller, as_manager
from licensing.use_cases.committing import until_committed
from licensing.use_cases.idempotency import RequestOnce

if TYPE_CHECKING:
    from licensing.use_cases.ports import Store


@until_committed
def request_license_adjustment(
    store: Store,
    caller: Caller,
    clinic_id: str,
    request: AdjustmentRequest,
    *,
    once: RequestOnce[tuple[Clinic, Adjustment]],
    versions: Collection[int] | None = None,
) -> Answer:
    """Apply or schedule the request; the same one again is answered as the first time.

    Raises PreconditionFailedError if the clinic's version is not among those given.
    """
    require_explanation(request)
    opened = as_manager(store, caller, clinic_id, *once.keys)
    if replay := once.replay(opened):
        return replay
    opened.up_to_date()
    require_version(opened.clinic, versions)
    after, adjustment = decide_request(opened.clinic, request, actor=opened.actor, now=caller.now)
    answer = once.render((after, adjustment))
    opened.commit(
        after,
        adjustment_event(opened.clinic, after, adjustment),
        Insert(adjustment),
        *once.store(opened, answer, adjustment.requested_at),
    )
    return answer


def require_version(clinic: Clinic, versions: Collection[int] | None) -> None:
    """Raise PreconditionFailedError if the caller decided on an older version."""
    if versions is not None and clinic.version not in versions:
        raise PreconditionFailedError(
            "The clinic changed since you read its license status. Read it again, look at the "
            "new numbers, and repeat the request if it is still right."
        )
