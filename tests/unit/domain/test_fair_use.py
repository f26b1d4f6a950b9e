"""No cycle of adding and releasing gives licenses away, and what comes close is noticed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

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
    NONE,
    THERAPIST,
    add,
    clinic,
    remove,
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


def test_a_release_is_credited_from_its_preview_if_nothing_was_changed_since() -> None:
    added, _ = ask(clinic(), add(1), HALF)

    _, released = ask(added, remove(1), HALF + 5 * MINUTE, priced_at=HALF + MINUTE)

    assert released.effective_at == HALF + MINUTE


TWICE = [(add(3), HALF), (remove(3), EVENING)] * 2


@pytest.mark.parametrize(
    ("changes", "of", "billed"),
    [
        ([(add(3), HALF + MINUTE), (remove(3), EVENING)], BY_DAY, [1_500, -1_400]),
        # A release of the next day is credited for it.
        ([(add(3), EVENING), (remove(3), HALF + 25 * HOUR)], BY_DAY, [1_500, -1_400]),
        # Every addition of a day is billed for it.
        (TWICE, BY_DAY, [1_500, -1_400, 1_500, -1_400]),
        # One stays billed for the day: 15/30 of one, and 14/30 of the other.
        ([(add(1), HALF), (remove(2), EVENING)], BY_DAY, [500, -967]),
        ([(add(2), HALF), (remove(1), EVENING), (remove(2), EVENING)], BY_DAY, [1_000, -467, -967]),
        # Other types are credited for the day.
        ([(add(1), HALF), (remove(2, BILLING), EVENING)], BY_DAY, [500, -500]),
        # Nothing is left to be credited for the last day of a period.
        ([(add(3), END - HOUR), (remove(3), END - MINUTE)], BY_DAY, [100, 0]),
        # Without credits, or by the second, a day makes no difference.
        ([*TWICE[:2], (add(3), EVENING)], replace(BY_DAY, release_credit=NONE), [1_500, 0, 0]),
        ([(add(3), HALF), (remove(3), HALF + MINUTE)], clinic(), [1_500, -1_500]),
    ],
)
def test_what_was_added_on_a_day_is_billed_for_that_day(
    changes: list[tuple[Line, datetime]], of: Clinic, billed: list[int]
) -> None:
    assert cents(*changes, of=of) == billed


def test_a_cancelled_change_was_never_made_on_its_day() -> None:
    added, _ = ask(BY_DAY, add(2), HALF)
    more, second = ask(added, add(1), HALF + HOUR)
    fewer, third = ask(more, remove(1), HALF + 2 * HOUR)
    back, _ = cancel_adjustment(fewer, third, later=(), now=HALF + 3 * HOUR)
    first_only, _ = cancel_adjustment(back, second, later=(), now=HALF + 4 * HOUR)

    assert back.added == more.added
    assert first_only.added == added.added
    assert cents((remove(3), EVENING), of=first_only) == [-1433]


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


def fact(at: datetime, *deltas: tuple[str, int], status: str = "confirmed") -> AdjustmentFact:
    """Return a change that is through, or was cancelled."""
    moment = milliseconds(at)
    sent = "queued" if status == "cancelled" else "sent"
    return AdjustmentFact(
        new_id(at), deltas, moment, moment, moment, status, sent, None, moment, moment
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


def test_additions_that_are_released_in_their_period_count_like_cancelled_ones() -> None:
    cancelled = fact(HALF - HOUR, ("therapist", 2), status="cancelled")

    assert noticed(*cycles(3)) == []
    assert noticed(*cycles(4)) == ["4 times, 4 licenses in all"]
    assert noticed(cancelled, *cycles(3)) == ["4 times, 5 licenses in all"]


def test_many_licenses_count_however_seldom() -> None:
    assert noticed(*cycles(1, 50)) == []
    assert noticed(*cycles(1, 51)) == ["1 time, 51 licenses in all"]


def test_releases_of_what_the_period_did_not_add_do_not_count() -> None:
    releases = [fact(HALF + number * HOUR, ("therapist", -20)) for number in range(5)]
    other = [
        fact(HALF + number * HOUR, ("billing" if number % 2 else "therapist", 9 * (-1) ** number))
        for number in range(12)
    ]

    assert noticed(*releases) == []
    assert noticed(*other) == []
