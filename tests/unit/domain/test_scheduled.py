"""License adjustments for a later day: noted, applied to the cent, or lapsed with a reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from licensing.domain.adjustments import (
    RENEWAL,
    Adjustment,
    AdjustmentRequest,
    EffectiveOn,
    Line,
    Status,
    cancel_adjustment,
)
from licensing.domain.billing import open_invoice, renew
from licensing.domain.business_time import Calendar
from licensing.domain.clinics import MOST_SCHEDULED, Clinic, Closing
from licensing.domain.errors import FieldError, InvalidRequestError, RefusedError
from licensing.domain.forecast import coming_failures, forecast, with_room
from licensing.domain.invoices import LineKind, total
from licensing.domain.scheduled import apply_scheduled, cannot_apply, decide_request
from licensing.domain.starts import schedule_start
from licensing.domain.users import SYSTEM
from tests.unit.domain.builders import (
    BEGIN,
    BILLING,
    DANA,
    DAY,
    END,
    HALF,
    MILLISECOND,
    NONE,
    PRORATED,
    SECOND,
    THERAPIST,
    add,
    clinic,
    coming_terms,
    license,
    refused,
    remove,
    request,
    requested,
    user,
)

ASKED = datetime(2026, 4, 8, 15, 0, tzinfo=UTC)
MID_MAY = datetime(2026, 5, 16, 12, tzinfo=UTC)


def scheduled(
    of: Clinic, *lines: Line, on: EffectiveOn = RENEWAL, now: datetime = ASKED
) -> tuple[Clinic, Adjustment]:
    wanted = AdjustmentRequest(lines, "They leave.", effective_on=on)
    return decide_request(of, wanted, actor=DANA, now=now)


def applied(of: Clinic, *lines: Line, on: EffectiveOn = RENEWAL, **given: Any) -> Any:
    """Schedule, and apply it when the day has come or later."""
    noted, adjustment = scheduled(of, *lines, on=on)
    return apply_scheduled(noted, adjustment, now=given.get("now", adjustment.effective_at))


def test_until_its_day_nothing_changes_but_that_it_is_noted() -> None:
    before = clinic()
    after, adjustment = scheduled(before, add(2), on=HALF.date())

    assert (adjustment.status, adjustment.applies_at) == (Status.SCHEDULED, HALF)
    assert adjustment.priced == ()
    assert adjustment.invoice_update_due_at == HALF + timedelta(hours=20)
    assert (adjustment.requested_at, adjustment.requested_by) == (ASKED, DANA)
    (noted,) = after.scheduled
    assert (noted.adjustment_id, noted.applies_at) == (adjustment.adjustment_id, HALF)
    assert noted.deltas == {THERAPIST: 2}
    assert replace(after, scheduled=(), updated_at=BEGIN) == before


@pytest.mark.parametrize(
    "on", [date(2026, 4, 8), date(2026, 4, 7), date(2027, 4, 9)], ids=["today", "past", "too far"]
)
def test_a_day_that_is_out_of_reach_is_refused(on: date) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        scheduled(clinic(), add(1), on=on)
    message = "Choose a day from tomorrow to Apr 8, 2027, in the clinic's time zone."
    assert refused.value.detail == message
    assert refused.value.errors == (FieldError("effective_on", message),)


def test_the_price_of_a_preview_does_not_hold_on_a_later_day() -> None:
    wanted = AdjustmentRequest((add(1),), priced_at=ASKED, effective_on=RENEWAL)
    with pytest.raises(InvalidRequestError) as refused:
        decide_request(clinic(), wanted, actor=DANA, now=ASKED)
    message = "A later day is billed at its own prices. Leave priced_at out."
    assert refused.value.errors == (FieldError("priced_at", message),)


def test_a_year_after_a_leap_day_ends_on_the_28th() -> None:
    leap = datetime(2028, 2, 29, 12, tzinfo=UTC)
    with pytest.raises(InvalidRequestError, match="Feb 28, 2029"):
        scheduled(clinic(), add(1), on=date(2029, 3, 1), now=leap)


def test_the_day_is_the_one_of_the_clinic() -> None:
    """In New York it is still April 15, so that the 16th is tomorrow."""
    here = clinic(time_zone="America/New_York")
    _, adjustment = scheduled(
        here, add(1), on=HALF.date(), now=datetime(2026, 4, 16, 3, tzinfo=UTC)
    )
    assert adjustment.effective_at == datetime(2026, 4, 16, 4, tzinfo=UTC)


def test_no_more_than_ten_wait_at_a_time() -> None:
    of = clinic()
    for _ in range(MOST_SCHEDULED):
        of, _ = scheduled(of, add(1))
    with refused(
        "too_many_scheduled",
        "10 changes are scheduled already. Cancel one of them, or wait until one has been applied.",
    ):
        scheduled(of, add(1))


def test_more_than_the_clinic_will_have_cannot_be_released() -> None:
    of, _ = scheduled(clinic(), remove(2))
    with refused(
        "licenses_unavailable",
        "You asked to release 4 therapist licenses, but the clinic will have only 3 on that day. "
        "Release fewer.",
    ):
        scheduled(of, remove(4))
    none, _ = scheduled(of, remove(3))
    with pytest.raises(RefusedError, match="will have none then"):
        scheduled(none, remove(1))
    # Changes of other types are none of its business.
    with pytest.raises(RefusedError, match="will have only 1 on that day"):
        scheduled(of.with_license(BILLING, license(1)), remove(2, BILLING))
    scheduled(of, remove(3))
    scheduled(of, remove(5), on=HALF.date())


@pytest.mark.parametrize("on", [RENEWAL, END.date()])
@pytest.mark.parametrize("credit", [PRORATED, NONE])
@pytest.mark.parametrize("unit", [SECOND, DAY])
def test_at_a_renewal_the_period_is_billed_by_the_new_quantity(
    on: Any, credit: Any, unit: Any
) -> None:
    """Five less one therapists at 10.00 and two billing licenses at 5.00, and nothing else."""
    before = clinic(release_credit=credit, proration_unit=unit)
    after, adjustment = applied(before, remove(1), on=on)

    assert (adjustment.status, adjustment.invoice_id) == (Status.INVOICED, "2026-05")
    assert adjustment.priced == ()
    assert after.licenses[THERAPIST].invoiced == after.licenses[THERAPIST].paid_maximum == 4
    assert after.uninvoiced_cents == 0
    renewal = renew(after, open_invoice(after, BEGIN), END)
    assert [(line.kind, line.quantity, line.amount_cents) for line in renewal.lines] == [
        (LineKind.RECURRING, 4, 4_000),
        (LineKind.RECURRING, 2, 1_000),
    ]
    assert total(renewal.lines) == renewal.finalized.total_cents == 5_000


def test_a_price_that_is_announced_holds_from_its_renewal() -> None:
    dearer = coming_terms(END.date(), {THERAPIST: 2_000, BILLING: 500})
    of = clinic(coming_terms=(dearer,))
    _, april = applied(of, add(1), on=HALF.date())
    _, may = applied(of, add(1), on=MID_MAY.date())

    assert [line.amount_cents for line in april.priced] == [500]
    assert [line.unit_price_cents for line in may.priced] == [2_000]


def test_a_release_that_finds_too_few_available_changes_nothing() -> None:
    noted, release = scheduled(clinic(), add(1, BILLING), remove(3))
    assert cannot_apply(noted, release) == (
        "3 therapist licenses were to be released, but 2 were available."
    )
    after, lapsed = apply_scheduled(noted, release, now=END)

    assert lapsed.status is Status.LAPSED
    assert lapsed.lapsed_because == cannot_apply(noted, release)
    assert replace(after, updated_at=BEGIN) == clinic()
    assert lapsed.confirmation == "queued"


def test_it_can_be_cancelled_until_then() -> None:
    noted, adjustment = scheduled(clinic(), add(2))
    after, cancelled = cancel_adjustment(noted, adjustment, later=(), now=HALF)

    assert (cancelled.status, cancelled.cancelled_at) == (Status.CANCELLED, HALF)
    assert after == clinic(updated_at=HALF)


def test_nothing_is_taken_back_in_a_clinic_that_has_closed() -> None:
    of, adjustment = scheduled(clinic(closing=Closing(MID_MAY.date(), MID_MAY)), add(2))

    cancel_adjustment(of, adjustment, later=(), now=MID_MAY - MILLISECOND)
    with pytest.raises(RefusedError, match="closed on May 16"):
        cancel_adjustment(of, adjustment, later=(), now=MID_MAY)


def test_what_is_scheduled_or_came_to_nothing_is_no_later_change_of_what_is_cancelled() -> None:
    of, added = request(clinic(), add(2), now=ASKED)
    of, later = scheduled(of, add(1), now=HALF)
    gone = [replace(later, status=status) for status in (Status.LAPSED, Status.CANCELLED)]
    assert cancel_adjustment(of, added, later=[later, *gone], now=HALF)[1].cancelled_at
    with pytest.raises(RefusedError, match="A later request changed the same licenses"):
        cancel_adjustment(of, added, later=[replace(later, status=Status.INVOICED)], now=HALF)


def test_the_forecast_applies_what_can_be_applied() -> None:
    of, first = scheduled(clinic(), add(1), on=HALF.date())
    of, _ = scheduled(of, remove(4), on=HALF.date())
    of, last = scheduled(of, remove(2))
    after, found = forecast(of, END)

    assert [one.adjustment_id for one in found] == [last.adjustment_id, first.adjustment_id]
    assert after.licenses[THERAPIST].purchased == 4
    assert (found[0].requested_by, found[0].applies_at) == (SYSTEM, END)
    assert found[1].requested_at == of.updated_at
    assert forecast(of, HALF - MILLISECOND) == (of, [])


def test_the_forecast_ends_with_the_clinic() -> None:
    """All users leave then, and what was scheduled for later comes to nothing."""
    of, added = scheduled(clinic(), add(1), on=HALF.date())
    of, _ = scheduled(of, add(1), on=MID_MAY.date())
    at = END + timedelta(days=2)
    ending = replace(of, closing=Closing(at.date(), at))

    after, (released, applied_before) = forecast(ending, at)

    assert applied_before.adjustment_id == added.adjustment_id
    assert released.deltas == {THERAPIST: -6, BILLING: -2}
    assert released.effective_at == at
    assert {(one.purchased, one.in_use) for one in after.licenses.values()} == {(0, 0)}
    assert after.next_renewal == date(2026, 6, 1)
    assert total(released.priced) < 0
    assert [one.adjustment_id for one in forecast(ending, at - MILLISECOND)[1]] == [
        added.adjustment_id
    ]


def test_an_end_on_a_renewal_bills_no_further_period() -> None:
    after, (released,) = forecast(clinic(closing=Closing(END.date(), END)), END)

    assert (after.next_renewal, released.priced) == (END.date(), ())


def test_nothing_more_comes_of_a_clinic_that_has_ended() -> None:
    none = clinic(licenses={THERAPIST: license(0)}, closing=Closing(HALF.date(), HALF))
    assert forecast(none, END) == (none, [])
    closed = clinic(closing=Closing(HALF.date(), HALF, True))
    assert forecast(closed, END) == (closed, [])


def test_room_is_made_by_no_more_users_than_there_are() -> None:
    """Five licenses, three in use: a preview shows what a release would cost all the same."""
    for quantity, in_use in ((1, 3), (2, 3), (3, 2), (5, 0), (6, 0)):
        release = requested(remove(quantity))
        assert with_room(clinic(), release) == clinic(license(5, in_use, idle_since=BEGIN))
    assert with_room(clinic(), requested(add(2))) == clinic()


def test_what_would_lapse_is_foretold_two_business_days_before() -> None:
    """The renewal is on a Friday; on Tuesday three business days are left."""
    of, release = scheduled(clinic(), remove(3))
    of, _ = scheduled(of, add(1, BILLING), on=date(2026, 4, 29))
    assert list(coming_failures(of, END - timedelta(days=3, seconds=1))) == []
    ((change, reason),) = coming_failures(of, END - timedelta(days=3))
    assert change.adjustment_id == release.adjustment_id
    assert reason == "3 therapist licenses are to be released, but 2 are available."
    assert list(coming_failures(of, END)) == []
    for at, warned in ((END, 0), (END + MILLISECOND, 1)):
        ending = replace(of, closing=Closing(at.date(), at))
        assert len(list(coming_failures(ending, END - timedelta(days=3)))) == warned


def test_a_license_that_somebody_will_start_with_is_not_there_to_be_released() -> None:
    for in_use in (3, 5):
        of = clinic(license(5, in_use))
        starts = date(2026, 4, 30)
        of, _, _ = schedule_start(of, user(active=False), starts, actor=DANA, now=ASKED)
        of, release = scheduled(of, remove(2))
        ((change, reason),) = coming_failures(of, END - timedelta(days=3))
        assert change.adjustment_id == release.adjustment_id
        left = "1 is" if in_use == 3 else "0 are"
        assert reason == f"2 therapist licenses are to be released, but {left} available."


def test_a_start_takes_its_license_and_waits_no_longer() -> None:
    of, _, _ = schedule_start(clinic(), user(active=False), HALF.date(), actor=DANA, now=ASKED)

    after, found = forecast(of, HALF)

    assert (after.licenses[THERAPIST].in_use, after.scheduled, found) == (4, (), [])


def test_business_days_are_those_of_the_clinic() -> None:
    """It is Saturday in New York as well: of three business days none has begun."""
    of, _ = scheduled(clinic(time_zone="America/New_York"), remove(3), on=date(2026, 4, 23))
    saturday = datetime(2026, 4, 18, 4, tzinfo=UTC)

    assert len(list(coming_failures(of, saturday))) == 1
    assert list(coming_failures(of, saturday - MILLISECOND)) == []


def test_a_request_without_a_day_is_done_at_once() -> None:
    wanted = AdjustmentRequest((add(1),))
    after, adjustment = decide_request(clinic(), wanted, actor=DANA, now=ASKED)

    assert (adjustment.status, adjustment.requested_by) == (Status.APPLIED, DANA)
    assert after.licenses[THERAPIST].purchased == 6


def test_nothing_is_scheduled_for_a_day_on_which_the_clinic_is_closed() -> None:
    ending = clinic(closing=Closing(HALF.date(), HALF))
    with refused("clinic_closed", "This clinic closes on Apr 16, 2026. Choose an earlier day."):
        scheduled(ending, add(1), on=HALF.date())
    assert scheduled(ending, add(1), on=date(2026, 4, 15))[1].status is Status.SCHEDULED
    with pytest.raises(RefusedError, match="closed on Apr 16"):
        scheduled(ending, add(1), on=END.date(), now=HALF)


def test_its_invoice_follows_by_the_calendar_of_its_day() -> None:
    noted, adjustment = scheduled(clinic(), add(2), on=HALF.date())
    changed = replace(noted, calendar=Calendar.OFFICE_HOURS)

    _, late = apply_scheduled(changed, adjustment, now=HALF)

    # Eight hours a day, from 9 to 17.
    assert late.invoice_update_due_at == datetime(2026, 4, 20, 13, tzinfo=UTC)
    assert late.confirmation_due_by == datetime(2026, 4, 20, 17, tzinfo=UTC)


def test_why_it_lapses_is_told_in_good_grammar() -> None:
    one_left = clinic(license(5, 4))
    _, two = scheduled(one_left, remove(2))
    _, one = scheduled(one_left, remove(1))

    assert cannot_apply(one_left, two) == (
        "2 therapist licenses were to be released, but 1 was available."
    )
    assert cannot_apply(one_left, two, yet=True) == (
        "2 therapist licenses are to be released, but 1 is available."
    )
    assert cannot_apply(clinic(license(5, 5)), one, yet=True) == (
        "1 therapist license is to be released, but 0 are available."
    )


def test_at_a_renewal_it_is_invoiced_at_once_and_the_maximum_begins_with_it() -> None:
    of = clinic(license(2))
    _, asked = scheduled(of, remove(2))
    after, release = applied(of, remove(2))

    assert (asked.licenses[THERAPIST].purchased, asked.paid_maximum_before) == (2, {})
    assert release.invoiced_at == after.updated_at
    assert after.licenses[THERAPIST].paid_maximum == 0
