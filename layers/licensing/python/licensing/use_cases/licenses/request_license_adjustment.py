"""Asking for more or fewer licenses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from licensing.domain.adjustments import Adjustment, AdjustmentRequest, require_explanation
from licensing.domain.beside import Answer
from licensing.domain.changes import Insert
from licensing.domain.clinics import Clinic
from licensing.domain.history import adjustment_event
from licensing.domain.scheduled import decide_request
from licensing.use_cases.access import Caller, as_manager, require_version
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
) -> Answer:
    """Apply or schedule the request; the same one again is answered as the first time."""
    require_explanation(request)
    opened = as_manager(store, caller, clinic_id, *once.keys)
    if replay := once.replay(opened):
        return replay
    opened.up_to_date()
    require_version(caller, opened.clinic)
    after, adjustment = decide_request(opened.clinic, request, actor=opened.actor, now=caller.now)
    answer = once.render((after, adjustment))
    opened.commit(
        after,
        adjustment_event(opened.clinic, after, adjustment),
        Insert(adjustment),
        *once.store(opened, answer, adjustment.requested_at),
    )
    return answer
