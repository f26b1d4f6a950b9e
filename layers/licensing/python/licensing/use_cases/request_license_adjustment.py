"""Asking for more or fewer licenses."""

from datetime import datetime

from licensing import answers
from licensing.domain.adjustments import (
    Adjustment,
    AdjustmentRequest,
    request_adjustment,
    require_explanation,
)
from licensing.domain.changes import Insert
from licensing.domain.clinics import Clinic
from licensing.domain.errors import PreconditionFailedError
from licensing.domain.history import Event, license_counts
from licensing.use_cases.access import Caller, as_manager
from licensing.use_cases.committing import until_committed
from licensing.use_cases.idempotency import Answer, RequestOnce
from licensing.use_cases.ports import Store


def request_license_adjustment(
    store: Store,
    caller: Caller,
    clinic_id: str,
    request: AdjustmentRequest,
    *,
    once: RequestOnce,
    now: datetime,
    if_match: str | None = None,
) -> Answer:
    """Apply the request at once and return the adjustment; the same one again returns it again."""
    require_explanation(request)
    return _apply(store, caller, clinic_id, request, once, now, if_match)


@until_committed
def _apply(
    store: Store,
    caller: Caller,
    clinic_id: str,
    request: AdjustmentRequest,
    once: RequestOnce,
    now: datetime,
    if_match: str | None,
) -> Answer:
    opened = as_manager(store, caller, clinic_id, once.key)
    replay = once.replay(opened.record(once.key))
    if replay is not None:
        return replay
    require_match(opened.clinic, if_match)
    after, adjustment = request_adjustment(opened.clinic, request, actor=opened.actor, now=now)
    answer = Answer(201, dict(answers.adjustment(adjustment)))
    opened.commit(
        after,
        adjusted(opened.clinic, after, adjustment),
        Insert(adjustment),
        Insert(once.answered(answer, adjustment.requested_at)),
        now=now,
    )
    return answer


def adjusted(before: Clinic, after: Clinic, adjustment: Adjustment) -> Event:
    """Return what history tells of an adjustment that was applied."""
    counts = license_counts(before, after)
    return Event("licenses_adjusted", adjustment.adjustment_id, *counts, why=adjustment.explanation)


def require_match(clinic: Clinic, if_match: str | None) -> None:
    """Raise PreconditionFailedError if the caller decided on an older version."""
    if if_match is None or if_match.strip() == "*":
        return
    tags = {tag.strip().removeprefix("W/") for tag in if_match.split(",")}
    if answers.etag(clinic) not in tags:
        raise PreconditionFailedError(
            "The clinic changed since you read its license status. Read it again, look at the "
            "new numbers, and repeat the request if it is still right."
        )
