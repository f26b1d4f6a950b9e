"""Asking for more or fewer licenses."""

from datetime import datetime

from licensing import answers
from licensing.domain.adjustments import Adjustment, Line, request_adjustment
from licensing.domain.changes import Change, Insert, Replace, StoredAnswer, Unchanged
from licensing.domain.clinics import Clinic
from licensing.domain.errors import FieldError, InvalidRequestError, PreconditionFailedError
from licensing.domain.history import happened, license_counts
from licensing.use_cases.access import Caller, acting, managed
from licensing.use_cases.committing import until_committed
from licensing.use_cases.idempotency import Answer, RequestOnce
from licensing.use_cases.ports import Store
from licensing.use_cases.reading import expect, load_clinic


def request_license_adjustment(
    store: Store,
    caller: Caller,
    clinic_id: str,
    lines: tuple[Line, ...],
    *,
    request: RequestOnce,
    now: datetime,
    explanation: str | None = None,
    priced_at: datetime | None = None,
    if_match: str | None = None,
) -> Answer:
    """Apply the lines at once and return the adjustment; the same request returns it again."""
    require_explanation(lines, explanation)

    def attempt() -> Answer:
        loaded, membership, (stored,) = load_clinic(store, caller, clinic_id, request.key)
        clinic, manager = managed(loaded, caller, membership)
        replay = request.replay(expect(StoredAnswer, stored))
        if replay is not None:
            return replay
        require_match(clinic, if_match)
        after, adjustment = request_adjustment(
            clinic,
            lines,
            actor=acting(manager, caller),
            now=now,
            explanation=explanation,
            priced_at=priced_at,
        )
        answer = Answer(201, dict(answers.adjustment(adjustment)))
        store.commit(
            [
                Replace(clinic, after),
                Unchanged(manager),
                *adjusted(clinic, after, adjustment),
                Insert(request.answered(answer, adjustment.requested_at)),
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


def require_explanation(lines: tuple[Line, ...], explanation: str | None) -> None:
    """Raise InvalidRequestError where licenses are released without an explanation."""
    if explanation is None and any(line.delta < 0 for line in lines):
        message = "Releasing licenses needs an explanation of 3 to 1000 characters."
        raise InvalidRequestError(message, (FieldError("explanation", message),))


def etag_matches(etag: str, if_match: str | None) -> bool:
    """Return whether If-Match, which may be absent, allows a change of what has this tag."""
    if if_match is None or if_match.strip() == "*":
        return True
    return etag in {tag.strip().removeprefix("W/") for tag in if_match.split(",")}


def require_match(clinic: Clinic, if_match: str | None) -> None:
    """Raise PreconditionFailedError if the caller decided on an older version."""
    if not etag_matches(answers.etag(clinic), if_match):
        raise PreconditionFailedError(
            "The clinic changed since you read its license status. Read it again, look at the "
            "new numbers, and repeat the request if it is still right."
        )
