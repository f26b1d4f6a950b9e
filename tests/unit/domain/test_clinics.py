"""A clinic: its clock, the terms of its periods, and the adjustments that it names."""

from dataclasses import replace
from datetime import timedelta

import pytest

from licensing.domain.clinics import (
    Closing,
    OpenAdjustment,
    ScheduledChange,
)
from licensing.domain.ids import new_id
from licensing.domain.periods import local_midnight
from tests.unit.domain.builders import (
    ASSISTANT,
    BEGIN,
    BILLING,
    HALF,
    MILLISECOND,
    THERAPIST,
    clinic,
    entry,
    license,
    month,
    user,
)

APRIL, MAY, JUNE = (month(number) for number in (4, 5, 6))


def test_moments_are_whole_milliseconds() -> None:
    now = HALF.replace(microsecond=123_987)

    assert clinic().moment(now) == HALF.replace(microsecond=123_000)
    assert clinic().moment(HALF + MILLISECOND) == HALF + MILLISECOND


def test_a_new_period_begins_with_what_the_clinic_has() -> None:
    before = clinic(license(3, paid_maximum=5))

    assert before.in_period(APRIL) is before
    assert before.in_period(month(3)) is before
    assert before.in_period(MAY) == clinic(license(3), maximum_first=MAY.first)


def test_an_invoiced_adjustment_is_shown_as_such_and_stays_open() -> None:
    after = clinic(
        open_adjustments=(entry("b"), entry("a")), open_count=2
    ).with_adjustment_invoiced("a")

    assert after.open_adjustments == (entry("b"), entry("a", invoiced=True))
    assert after.open_count == 2


@pytest.mark.parametrize("named", [(entry("b"), entry("a")), (entry("b"),)])
def test_a_closed_adjustment_is_no_longer_named_or_counted(named: tuple[OpenAdjustment]) -> None:
    """Whether it was named or only counted."""
    after = clinic(open_adjustments=named, open_count=2).without_open_adjustment("a")

    assert (after.open_adjustments, after.open_count) == ((entry("b"),), 1)


@pytest.mark.parametrize(
    ("named", "count", "of", "older"),
    [
        ([entry("a")], 1, "a", 0),
        ([entry("b"), entry("a")], 2, "b", 1),
        ([entry("b"), entry("a", invoiced=True)], 2, "b", 0),
        ([entry("c"), entry("b"), entry("a")], 3, "b", 1),
        ([entry("c"), entry("b"), entry("a", invoiced=True)], 3, "c", 2),
        # Five that are only counted are the oldest, invoiced or not.
        ([entry("c"), entry("b", invoiced=True)], 7, "c", 6),
        ([entry("c"), entry("b")], 7, "b", 5),
        ([entry("c"), entry("b")], 7, "a", 4),
    ],
)
def test_older_open_adjustments_are_counted_unless_all_are_invoiced(
    named: list[object], count: int, of: str, older: int
) -> None:
    assert clinic(open_adjustments=tuple(named), open_count=count).open_before(of) == older


@pytest.mark.parametrize(
    ("named", "count", "may_wait"),
    [
        ([], 0, False),
        ([entry("a", at=HALF - MILLISECOND)], 1, True),
        ([entry("a", at=HALF)], 1, False),
        ([entry("a", at=BEGIN, invoiced=True)], 1, False),
        ([entry("b", at=HALF), entry("a", at=BEGIN)], 2, True),
        # One that is only counted may be of any time.
        ([entry("a", at=HALF + timedelta(days=1))], 2, True),
    ],
)
def test_an_old_adjustment_may_wait_for_its_invoice(
    named: list[object], count: int, may_wait: bool
) -> None:
    waiting = clinic(open_adjustments=tuple(named), open_count=count)

    assert waiting.may_wait_since_before(HALF) is may_wait


def test_what_is_due_at_the_renewal_may_miss_its_invoice() -> None:
    due = entry("a").invoice_update_due_at

    assert clinic(open_adjustments=(entry("a"),), open_count=1).may_wait_until(due)
    later = due + MILLISECOND
    assert not clinic(open_adjustments=(entry("a"),), open_count=1).may_wait_until(later)
    invoiced = clinic(open_adjustments=(entry("a", invoiced=True),), open_count=1)
    assert not invoiced.may_wait_until(due)
    assert clinic(open_adjustments=(entry("a"),), open_count=2).may_wait_until(later)


def test_an_adjustment_that_is_open_again_has_its_place_among_the_named_ones() -> None:
    all_named = clinic(open_adjustments=(entry("c"), entry("a")), open_count=2)
    after = all_named.with_adjustment_reopened(entry("b"))

    assert [one.adjustment_id for one in after.open_adjustments] == ["c", "b", "a"]
    assert after.open_count == 3


def test_those_that_are_not_named_stay_the_oldest() -> None:
    more = clinic(open_adjustments=(entry("c"), entry("b")), open_count=3)

    assert more.with_adjustment_reopened(entry("a")).open_adjustments == more.open_adjustments
    assert more.with_adjustment_reopened(entry("a")).open_count == 4
    assert [
        one.adjustment_id
        for one in clinic(open_adjustments=(entry("c"), entry("b")), open_count=2)
        .with_adjustment_reopened(entry("a"))
        .open_adjustments
    ] == ["c", "b", "a"]
    full = clinic(open_adjustments=tuple(entry(name) for name in "kjihgfedcb"), open_count=10)
    after = full.with_adjustment_reopened(entry("a"))
    assert after.open_adjustments == full.open_adjustments
    assert len(full.with_adjustment_reopened(entry("z")).open_adjustments) == 10


def test_what_waits_may_all_be_due_from_a_moment_on() -> None:
    due = entry("a").invoice_update_due_at
    waiting = clinic(open_adjustments=(entry("a"), entry("b", at=BEGIN, invoiced=True)))

    assert replace(waiting, open_count=2).waits_only_from(due)
    assert not replace(waiting, open_count=2).waits_only_from(due + MILLISECOND)
    assert not replace(waiting, open_count=3).waits_only_from(due)


def test_what_is_to_be_released_and_what_somebody_starts_with_is_spoken_for() -> None:
    """Not by who starts with a license that is added for them."""
    changes = ({THERAPIST: -2, BILLING: 1}, {BILLING: -1}, {THERAPIST: -1})
    starts = ({THERAPIST: 0}, {THERAPIST: 1}, {BILLING: 0}, {BILLING: 0})
    noted = clinic(
        license(9, 3),
        scheduled=(
            *(ScheduledChange(new_id(HALF), each) for each in changes),
            *(ScheduledChange(new_id(HALF), each, "ana") for each in starts),
        ),
    )

    assert noted.spoken_for(THERAPIST) == 4
    assert noted.spoken_for(BILLING) == 3
    assert noted.spoken_for(ASSISTANT) == 0
    assert (noted.spare(THERAPIST), noted.spare(BILLING)) == (2, 0)


def test_a_first_day_is_one_of_the_clinics_time_zone() -> None:
    tokyo = clinic(time_zone="Asia/Tokyo")
    waits = user(active=False, starts=new_id(local_midnight(HALF.date(), tokyo.zone)))
    assert (tokyo.first_day_of(waits), tokyo.first_day_of(user())) == (HALF.date(), None)


def test_who_no_longer_waits_for_a_day_leaves_what_is_added_for_it() -> None:
    alone, other = (ScheduledChange(new_id(HALF), {THERAPIST: 0}, who) for who in ("ana", "bo"))
    added = ScheduledChange(new_id(HALF), {THERAPIST: 1}, "ana")

    def left(change: ScheduledChange) -> tuple[ScheduledChange, ...]:
        noted = clinic(scheduled=(change, other))
        return noted.without_first_day(user(active=False, starts=change.adjustment_id)).scheduled

    assert left(alone) == (other,)
    assert left(added) == (added._replace(starts=None), other)
    assert clinic(scheduled=(alone,)).without_first_day(user()).scheduled == (alone,)


def test_the_first_scheduled_change_is_due_on_its_day_while_the_clinic_is_open() -> None:
    first, last = (ScheduledChange(new_id(day), {THERAPIST: 1}) for day in (HALF, MAY.start))
    noted = clinic(scheduled=(first, last))

    assert noted.due_change(HALF) == first
    assert noted.due_change(HALF - MILLISECOND) is None
    assert clinic().due_change(HALF) is None
    assert replace(noted, closing=Closing(MAY.first, MAY.start)).due_change(MAY.start) == first
    assert replace(noted, closing=Closing(HALF.date(), HALF)).due_change(HALF) is None
