"""Users who start on a later day: what waits for it, and what comes of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from licensing.domain.activation import with_license_type
from licensing.domain.adjustments import Action, Line, Status
from licensing.domain.clinics import MOST_SCHEDULED, Closing, ScheduledChange
from licensing.domain.errors import InvalidRequestError
from licensing.domain.forecast import forecast, prevented
from licensing.domain.ids import moment_of, new_id
from licensing.domain.licenses import License
from licensing.domain.starts import reschedule_start, schedule_start, start
from tests.unit.domain.builders import (
    BEGIN,
    BILLING,
    DANA,
    END,
    HALF,
    MILLISECOND,
    THERAPIST,
    clinic,
    license,
    refused,
    user,
)

ASKED = BEGIN + timedelta(days=7)
ANA = user(active=False)
FULL = clinic(license(5, 5))


def test_a_start_waits_while_a_license_will_be_left() -> None:
    after, ana, adjustment = schedule_start(clinic(), ANA, HALF.date(), actor=DANA, now=ASKED)

    (noted,) = after.scheduled
    assert adjustment is None
    assert noted == ScheduledChange(noted.adjustment_id, {THERAPIST: 0}, "ana")
    assert moment_of(noted.adjustment_id) == HALF
    assert ana == replace(ANA, starts=noted.adjustment_id)
    assert replace(after, scheduled=()) == replace(clinic(), updated_at=ASKED)


def test_a_license_is_added_on_the_day_where_none_will_be_left() -> None:
    after, ana, adjustment = schedule_start(FULL, ANA, HALF.date(), actor=DANA, now=ASKED)

    assert adjustment is not None
    assert (adjustment.status, adjustment.requested_by) == (Status.SCHEDULED, DANA)
    assert adjustment.lines == (Line(Action.ADD, THERAPIST, 1),)
    assert adjustment.explanation == "Ana Silva starts."
    assert (adjustment.applies_at, adjustment.requested_at) == (HALF, ASKED)
    assert ana == replace(ANA, starts=adjustment.adjustment_id)
    assert after.scheduled == (ScheduledChange(adjustment.adjustment_id, {THERAPIST: 1}, "ana"),)


def test_each_start_of_a_day_takes_a_license_of_its_own() -> None:
    one_left, bo = clinic(license(5, 4)), replace(ANA, user_id="bo", name="Bo")
    first, _, none = schedule_start(one_left, ANA, HALF.date(), actor=DANA, now=ASKED)
    both, _, added = schedule_start(first, bo, HALF.date(), actor=DANA, now=ASKED)

    assert none is None
    assert added is not None
    assert [one.starts for one in both.scheduled] == ["ana", "bo"]
    assert moment_of(added.adjustment_id) == HALF + MILLISECOND


def test_who_starts_sooner_takes_no_license_from_who_starts_later() -> None:
    """Though it is still left on the day, and whoever was hired first has it."""
    one_left, bo = clinic(license(5, 4)), replace(ANA, user_id="bo", name="Bo")
    later, _, none = schedule_start(one_left, ANA, END.date(), actor=DANA, now=ASKED)
    both, _, added = schedule_start(later, bo, HALF.date(), actor=DANA, now=ASKED)

    assert none is None
    assert added is not None
    by_then, _ = forecast(both, END)
    assert by_then.licenses[THERAPIST]._replace(idle_since=None) == license(
        6, 6, invoiced=5, idle_since=None
    )


def test_who_starts_takes_a_license_that_is_to_be_released_later() -> None:
    """Who asked for the release hears of it."""
    leaving = ScheduledChange(new_id(END), {THERAPIST: -1})
    one_left = clinic(license(5, 4), scheduled=(leaving,))
    assert schedule_start(one_left, ANA, HALF.date(), actor=DANA, now=ASKED)[2] is None


def test_who_starts_after_the_end_needs_no_license() -> None:
    """What was scheduled before the end was planned stays until it comes."""
    later, _, _ = schedule_start(clinic(license(5, 4)), ANA, END.date(), actor=DANA, now=ASKED)
    ending = replace(later, closing=Closing(END.date(), END))
    _, _, added = schedule_start(
        ending, replace(ANA, user_id="bo"), HALF.date(), actor=DANA, now=ASKED
    )

    assert added is None


def test_who_starts_on_another_day_takes_along_the_license_that_is_added() -> None:
    waiting, ana, added = schedule_start(FULL, ANA, HALF.date(), actor=DANA, now=ASKED)
    after, moved, instead = reschedule_start(waiting, ana, END.date(), actor=DANA, now=ASKED)

    assert added is not None
    assert instead is not None
    assert instead.requested_by == DANA
    assert moved == replace(ANA, starts=instead.adjustment_id)
    assert reschedule_start(after, moved, None, actor=DANA, now=ASKED)[1:] == (ANA, None)
    assert after.scheduled == (ScheduledChange(instead.adjustment_id, {THERAPIST: 1}, "ana"),)
    assert after.scheduled[0].applies_at == END


def test_a_full_clinic_has_room_for_another_day_of_who_waits() -> None:
    waiting, ana, _ = schedule_start(clinic(), ANA, HALF.date(), actor=DANA, now=ASKED)
    others = tuple(ScheduledChange(new_id(END), {BILLING: 1}) for _ in range(MOST_SCHEDULED - 1))
    full = replace(waiting, scheduled=waiting.scheduled + others)

    after, moved, _ = reschedule_start(full, ana, END.date(), actor=DANA, now=ASKED)

    assert (len(after.scheduled), moved.starts_at) == (MOST_SCHEDULED, END)


def test_the_day_is_the_one_of_the_clinic_and_within_reach() -> None:
    far = clinic(time_zone="America/New_York")
    after, _, _ = schedule_start(far, ANA, HALF.date(), actor=DANA, now=ASKED)
    assert after.scheduled[0].applies_at == datetime(2026, 4, 16, 4, tzinfo=UTC)

    with pytest.raises(InvalidRequestError) as refused:
        schedule_start(clinic(), ANA, date(2026, 4, 8), actor=DANA, now=ASKED)
    assert refused.value.errors[0].field == "starts_on"


def test_nobody_starts_in_a_clinic_that_is_closed_by_then() -> None:
    ending = clinic(closing=Closing(HALF.date(), HALF))
    with refused("clinic_closed"):
        schedule_start(ending, ANA, HALF.date(), actor=DANA, now=ASKED)


def test_no_more_starts_wait_than_a_clinic_may_have_changes() -> None:
    others = tuple(
        ScheduledChange(new_id(HALF), {THERAPIST: 0}, f"u{number}")
        for number in range(MOST_SCHEDULED)
    )
    with refused(
        "too_many_scheduled",
        "10 changes and first days of users are scheduled already. Cancel a change, take back a "
        "first day, or wait until one of the days has come.",
    ):
        schedule_start(
            clinic(license(99), scheduled=others), ANA, HALF.date(), actor=DANA, now=ASKED
        )


def test_a_start_is_never_before_its_day() -> None:
    waiting, ana, _ = schedule_start(clinic(), ANA, HALF.date(), actor=DANA, now=ASKED)

    _, active = start(waiting, ana, waiting.scheduled[0], now=ASKED)

    assert active is not None
    assert active.active_since == HALF


def test_a_start_that_no_longer_holds_leaves_everybody_as_they_are() -> None:
    waiting, ana, _ = schedule_start(clinic(), ANA, HALF.date(), actor=DANA, now=ASKED)

    for user_now in (None, replace(ana, starts=None), replace(ana, starts="other")):
        after, active = start(waiting, user_now, waiting.scheduled[0], now=HALF)
        assert active is None
        assert after == replace(clinic(), updated_at=HALF)


def test_a_start_that_a_change_would_prevent_is_told_once() -> None:
    """What would not have happened anyhow is not prevented."""
    before, *_ = schedule_start(clinic(license(5, 4)), ANA, HALF.date(), actor=DANA, now=ASKED)
    after = before.with_use(THERAPIST, 1, ASKED)
    (noted,) = before.scheduled
    assert prevented(before, after) == [(noted, "No therapist license will be available.")]
    assert prevented(before, before) == prevented(after, after) == []


@pytest.mark.parametrize("therapists", [license(5, 4), license(5, 5)])
def test_who_gets_another_type_while_they_wait_leaves_the_licenses_of_the_first(
    therapists: License,
) -> None:
    """Also the one that was to be added for them."""
    here = clinic(therapists)
    waiting, ana, _ = schedule_start(here, ANA, HALF.date(), actor=DANA, now=ASKED)
    changed, _ = with_license_type(waiting, ana, BILLING, now=ASKED)

    by_then, _ = forecast(changed, HALF)

    assert by_then.licenses[BILLING].in_use == 1
    assert by_then.licenses[THERAPIST].in_use == therapists.in_use
    assert by_then.scheduled == ()
    assert by_then.licenses[THERAPIST].purchased == therapists.purchased


def test_a_start_without_a_license_is_refused() -> None:
    waiting, ana, _ = schedule_start(clinic(), ANA, HALF.date(), actor=DANA, now=ASKED)
    full = waiting.with_license(THERAPIST, license(5, 5))

    with refused("licenses_unavailable"):
        start(full, ana, waiting.scheduled[0], now=HALF)
