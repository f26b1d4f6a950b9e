"""Asking for more or fewer licenses."""

from datetime import datetime

from licensing import answers
from licensing.domain.adjustments import (
    Adjustment,
    AdjustmentRequest,
    request_adjustment,
    require_explanation,
)
from licensing.domain.changes import Change, Insert, Replace, Unchanged
from licensing.domain.clinics import Clinic
from licensing.domain.errors import PreconditionFailedError
from licensing.domain.history import happened, license_counts
from licensing.use_cases.access import Caller, acting, managed
from licensing.use_cases.committing import until_committed
from licensing.use_cases.idempotency import Answer, RequestOnce
from licensing.use_cases.ports import Store
from licensing.use_cases.reading import load_clinic


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

    def attempt() -> Answer:
        loaded, membership, (stored,) = load_clinic(store, caller, clinic_id, once.key)
        clinic, manager = managed(loaded, caller, membership)
        replay = once.replay(stored)
        if replay is not None:
            return replay
        require_match(clinic, if_match)
        after, adjustment = request_adjustment(
            clinic, request, actor=acting(manager, caller), now=now
        )
        answer = Answer(201, dict(answers.adjustment(adjustment)))
        store.commit(
            [
                Replace(clinic, after),
                Unchanged(manager),
                *adjusted(clinic, after, adjustment),
                Insert(once.answered(answer, adjustment.requested_at)),
            ]
        )
        return answer

    return until_committed(attempt)


def adjusted(before: Clinic, after: Clinic, adjustment: Adjustment) -> list[Change]:
    """Return what is written beside the clinic when an adjustment is applied."""
    counts_before, counts_after = license_counts(before, after)
    return [
        Insert(adjustment),
        Insert(
            happened(
                after,
                "licenses_adjusted",
                actor=adjustment.requested_by,
                subject=adjustment.adjustment_id,
                before=counts_before,
                after=counts_after,
                why=adjustment.explanation,
            )
        ),
    ]


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
