"""Which notices are due in which night, and when few licenses are left."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from licensing.domain.billing import is_renewal_due
from licensing.domain.clinics import Clinic, Closing
from licensing.domain.due_notices import (
    Due,
    due_before_a_night,
    due_notices,
)
from licensing.domain.notices import Kind
from licensing.domain.reconciliation import NEXT_NIGHT
from tests.unit.domain.builders import (
    ASSISTANT,
    BEGIN,
    HALF,
    MILLISECOND,
    THERAPIST,
    clinic,
    coming_terms,
    license,
)

DAY = timedelta(days=1)
APRIL_28 = datetime(2026, 4, 28, tzinfo=UTC)
"""A Tuesday: three business days before May 1, a Friday."""
MAY_1 = datetime(2026, 5, 1, tzinfo=UTC)


def causes(of: Clinic, since: datetime | None, at: datetime) -> list[str]:
    """Return what is due in a night."""
    return [due.cause for due in due_notices(of, since=since, at=at)]


def nights(of: Clinic, first: datetime, count: int) -> dict[date, list[str]]:
    """Return what is due in each of so many nights at 7, of those with something due."""
    found = {}
    for number in range(count):
        at = first + number * DAY + timedelta(hours=7)
        while is_renewal_due(of, at):
            of = replace(of, next_renewal=of.coming_period.until)
        if due := causes(of, at - DAY, at):
            found[at.date()] = due
    return found


def test_in_a_quarter_each_renewal_is_told_before_and_its_invoice_after() -> None:
    assert nights(clinic(), BEGIN + DAY, 90) == {
        date(2026, 4, 28): ["before_renewal-2026-05-01"],
        date(2026, 5, 1): ["invoice_finalized-2026-05"],
        date(2026, 5, 27): ["before_renewal-2026-06-01"],
        date(2026, 6, 1): ["invoice_finalized-2026-06"],
        date(2026, 6, 26): ["before_renewal-2026-07-01"],
    }


def test_the_days_are_those_of_the_clinic() -> None:
    """In Honolulu, where a night of 7 o'clock UTC comes before midnight, a day later."""
    far = clinic(time_zone="Pacific/Honolulu", registered_at=BEGIN + DAY)
    assert list(nights(far, BEGIN + DAY, 31)) == [date(2026, 4, 29), date(2026, 5, 2)]


def test_east_of_utc_a_day_begins_in_the_one_before() -> None:
    """In Kiritimati, at 10 o'clock UTC."""
    of = clinic(time_zone="Pacific/Kiritimati")
    renewed = replace(of, next_renewal=date(2026, 6, 1))
    told, begun = (day - DAY + timedelta(hours=10) for day in (APRIL_28, MAY_1))
    assert causes(of, told - DAY, told) == ["before_renewal-2026-05-01"]
    assert causes(renewed, begun - DAY, begun) == ["invoice_finalized-2026-05"]


def test_a_renewal_is_told_from_its_local_midnight_until_it_comes() -> None:
    cause = ["before_renewal-2026-05-01"]
    assert causes(clinic(), APRIL_28 - DAY, APRIL_28) == cause
    assert causes(clinic(), APRIL_28 - DAY, APRIL_28 - MILLISECOND) == []
    assert causes(clinic(), APRIL_28, APRIL_28 + DAY) == []
    assert causes(clinic(), APRIL_28 - MILLISECOND, MAY_1 - MILLISECOND) == cause
    assert causes(clinic(), APRIL_28 - MILLISECOND, MAY_1) == []
    assert causes(clinic(), None, APRIL_28) == cause


def test_nights_that_were_missed_are_made_up_for() -> None:
    at = MAY_1 + 3 * DAY
    renewed = clinic(next_renewal=date(2026, 6, 1))
    assert causes(renewed, MAY_1 - 3 * DAY, at) == ["invoice_finalized-2026-05"]
    assert causes(renewed, MAY_1, at) == []
    assert causes(renewed, MAY_1 - DAY, MAY_1) == ["invoice_finalized-2026-05"]


def dearer(first: date, announced_at: datetime = BEGIN) -> Clinic:
    """Return the clinic with a higher price for therapists from a renewal on."""
    terms = coming_terms(first, {THERAPIST: 1_200}, announced_at=announced_at)
    return clinic(coming_terms=(terms,))


def test_a_price_rise_that_is_announced_later_is_told_at_once() -> None:
    announced = dearer(date(2026, 5, 1), announced_at=HALF)
    assert causes(announced, HALF - DAY, HALF + DAY) == ["price_rise-2026-05-01-20260416000000000"]
    assert causes(announced, HALF, HALF + DAY) == []


def test_a_price_rise_that_no_night_comes_before_is_due_as_it_is_announced() -> None:
    """Only then: any other one is told by the night."""
    last = MAY_1 - NEXT_NIGHT
    cause = "price_rise-2026-05-01-20260429220000000"
    of = dearer(date(2026, 5, 1), announced_at=last)
    assert due_before_a_night(of, announced_at=last) == [Due(Kind.PRICE_RISE, cause)]
    assert due_before_a_night(of, announced_at=last + MILLISECOND) == []
    assert due_before_a_night(replace(of, time_zone="Pacific/Honolulu"), announced_at=last) == []
    before = dearer(date(2026, 5, 1), announced_at=last - MILLISECOND)
    assert due_before_a_night(before, announced_at=last - MILLISECOND) == []
    terms = coming_terms(date(2026, 5, 1), {THERAPIST: 900}, announced_at=last)
    assert due_before_a_night(clinic(coming_terms=(terms,)), announced_at=last) == []


def test_a_clinic_that_ends_is_not_told_of_what_comes_after() -> None:
    """Nor, once it has ended, of anything."""
    announced = dearer(date(2026, 5, 1), announced_at=HALF)
    for ends, renewal, prices in ((BEGIN, [], []), (MAY_1, [], []), (MAY_1 + DAY, [1], [1])):
        closing = Closing(ends.date(), ends)
        ending = replace(announced, closing=closing, few_due={})
        assert len(causes(ending, APRIL_28 - DAY, APRIL_28)) == len(renewal)
        assert len(causes(ending, HALF - DAY, HALF)) == len(prices)
    far = replace(announced, time_zone="Pacific/Honolulu")
    ending = replace(far, closing=Closing(date(2026, 4, 30), MAY_1 + timedelta(hours=5)))
    assert causes(far, HALF - DAY, HALF) != causes(ending, HALF - DAY, HALF) == []
    closed = clinic(closing=Closing(BEGIN.date(), BEGIN), few_due={THERAPIST: (3, 2)})
    assert causes(closed, HALF - DAY, HALF) == []
    left = clinic(license(5, 2), few_levels={THERAPIST: (1,)}, closing=closed.closing)
    assert changed(left, 0).few_due == {}


def changed(before: Clinic, available: int) -> Clinic:
    """Return the clinic with so many therapist licenses available after a change."""
    return before.with_license(THERAPIST, license(5, 5 - available)).with_few_left_since(before)


def test_a_level_is_crossed_once_however_often_the_number_changes_below_it() -> None:
    told = clinic(license(5, 2), few_levels={THERAPIST: (1, 2)})

    crossed = changed(told, 2)
    assert crossed.few_due == {THERAPIST: (3, 2)}
    again = changed(replace(crossed, few_due={}), 2)
    assert again.few_due == {}
    assert changed(again, 1).few_due == {THERAPIST: (2, 1)}
    assert changed(again, 4).few_due == {}


def test_what_waits_is_told_with_what_is_crossed_next() -> None:
    waiting = clinic(license(5, 3), few_levels={THERAPIST: (1, 2)}, few_due={THERAPIST: (3, 2)})
    assert changed(waiting, 0).few_due == {THERAPIST: (3, 0)}


def test_a_type_that_is_new_crosses_nothing() -> None:
    before = clinic(few_levels={ASSISTANT: (0,)})
    assert before.with_types({ASSISTANT: 900}).with_few_left_since(before).few_due == {}


def test_a_type_that_is_gone_hides_no_other() -> None:
    of = clinic(license(5, 2), few_levels={ASSISTANT: (1,), THERAPIST: (2,)})
    assert changed(of, 2).few_due == {THERAPIST: (3, 2)}


def test_a_change_that_crosses_nothing_makes_no_other_clinic() -> None:
    of = clinic(few_levels={THERAPIST: (0,)})
    assert of.with_few_left_since(of) is of


def test_what_waits_to_be_told_is_due_every_night() -> None:
    waiting = clinic(few_due={THERAPIST: (3, 2)})
    assert causes(waiting, HALF - DAY, HALF) == ["few_left-2026-04-16"]
    far = replace(waiting, time_zone="Pacific/Honolulu")
    assert causes(far, HALF - DAY, HALF) == ["few_left-2026-04-15"]


def test_each_notice_says_of_what_kind_it_is() -> None:
    terms = coming_terms(date(2026, 6, 1), {THERAPIST: 1_200}, announced_at=MAY_1)
    of = clinic(few_due={THERAPIST: (3, 2)}, coming_terms=(terms,), next_renewal=date(2026, 6, 1))
    kinds = [due.kind for due in due_notices(of, since=APRIL_28, at=MAY_1 + DAY)]
    assert kinds == [Kind.FEW_LEFT, Kind.INVOICE_FINALIZED, Kind.PRICE_RISE]
    (renewal,) = due_notices(clinic(), since=APRIL_28 - DAY, at=APRIL_28)
    assert renewal.kind is Kind.BEFORE_RENEWAL


def test_a_price_rise_is_told_as_the_clinics_own_day_begins() -> None:
    far = replace(dearer(date(2026, 6, 1)), time_zone="Pacific/Honolulu")
    told = datetime(2026, 5, 2, 10, tzinfo=UTC)
    assert causes(far, told - DAY, told) == ["price_rise-2026-06-01-20260401000000000"]
    assert causes(far, told - DAY, told - MILLISECOND) == []
