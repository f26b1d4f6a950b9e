"""No cycle of adding and releasing gives licenses away, and what comes close is noticed."""

from dataclasses import replace
from datetime import datetime, timedelta

from licensing.domain.adjustments import (
    Adjustment,
    AdjustmentRequest,
    Line,
    cancel_adjustment,
    request_adjustment,
)
from licensing.domain.books import Books
from licensing.domain.clinics import Clinic
from licensing.domain.facts import AdjustmentFact
from licensing.domain.ids import milliseconds, new_id
from licensing.domain.reconciliation import Invariant
from tests.unit.domain.builders import (
    BEGIN,
    BILLING,
    DANA,
    DAY,
    END,
    HALF,
    THERAPIST,
    add,
    clinic,
)

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
EVENING = HALF + 23 * HOUR
BY_DAY = clinic(proration_unit=DAY)


def ask(
    of: Clinic, line: Line, at: datetime, priced_at: datetime | None = None
) -> tuple[Clinic, Adjustment]:
    """Request a line with an explanation."""
    request = AdjustmentRequest((line,), "They left.", priced_at)
    return request_adjustment(of, request, actor=DANA, now=at)


def cents(*lines: tuple[Line, datetime], of: Clinic = BY_DAY) -> list[int]:
    """Return what each change of therapist licenses, at 10.00 a month, is billed."""
    billed = []
    for line, at in lines:
        of, adjustment = ask(of, line, at)
        billed += [priced.amount_cents for priced in adjustment.priced]
    return billed


def test_a_change_that_is_cancelled_later_leaves_the_later_day_alone() -> None:
    _, first = ask(BY_DAY, add(2), HALF)
    next_day, _ = ask(BY_DAY, add(2, BILLING), EVENING + 2 * HOUR)

    after, _ = cancel_adjustment(
        replace(next_day, licenses=next_day.licenses | {THERAPIST: next_day.licenses[THERAPIST]}),
        first,
        later=(),
        now=EVENING + 3 * HOUR,
    )

    assert after.added == next_day.added


def fact(at: datetime, *deltas: tuple[str, int]) -> AdjustmentFact:
    """Return a change that is through."""
    moment = milliseconds(at)
    return AdjustmentFact(
        new_id(at), deltas, moment, moment, moment, "confirmed", "sent", None, moment, None
    )


def noticed(*facts: AdjustmentFact) -> list[str]:
    """Return what is found of additions that were taken back."""
    books = Books(clinic(), at=END, since=BEGIN)
    for one in facts:
        books.add_adjustment(one)
    return [
        one.actual
        for one in books.close().findings
        if one.invariant is Invariant.CANCELLED_ADDITIONS
    ]


def cycles(times: int, quantity: int = 1) -> list[AdjustmentFact]:
    """Return additions, each released an hour later."""
    return [
        fact(HALF + number * HOUR, ("therapist", quantity * (-1) ** number))
        for number in range(2 * times)
    ]


def test_many_licenses_count_however_seldom() -> None:
    assert noticed(*cycles(1, 50)) == []
    assert noticed(*cycles(1, 51)) == ["1 time, 51 licenses in all"]


def test_what_is_taken_back_before_its_day_was_never_used() -> None:
    """Such as four new hires who start a week later."""
    planned = [
        fact(HALF + number * HOUR, ("therapist", 1))._replace(
            status="cancelled", confirmation="queued", cancelled=milliseconds(BEGIN + MINUTE)
        )
        for number in range(4)
    ]
    assert noticed(*planned) == []
    taken = [one._replace(cancelled=milliseconds(END)) for one in planned]
    assert noticed(*taken) == ["4 times, 4 licenses in all"]
