"""The greatest counts of each period, whenever its renewal comes, and advice from them."""

from datetime import UTC, date, datetime, timedelta

from licensing.domain.billing import open_invoice, renew
from licensing.domain.clinics import Clinic, ScheduledChange
from licensing.domain.licenses import Counts, License
from licensing.domain.usage import MOST_WAITING, Advice, Peaks, advise, peaks_of, with_peaks
from tests.unit.domain.builders import (
    ASSISTANT,
    BEGIN,
    BILLING,
    END,
    HALF,
    MILLISECOND,
    THERAPIST,
    clinic,
    coming_terms,
    license,
)

APRIL = clinic().billing_calendar.period_at(BEGIN)
MAY = clinic().billing_calendar.period_at(END)
JUNE = clinic().billing_calendar.period_on(MAY.until)
IN_MAY, IN_JUNE = END + timedelta(days=9), JUNE.start + timedelta(days=9)


def changed(before: Clinic, therapist: License, moment: datetime) -> Clinic:
    """Return the clinic as a transaction leaves it that changes its therapist licenses."""
    after = before.with_license(THERAPIST, therapist._replace(peak=99)).touched(moment)
    return with_peaks(before, after)


def renewed(before: Clinic, moment: datetime) -> tuple[Peaks, Clinic]:
    """Return what a renewal puts on the invoice, and the clinic after it."""
    renewal = renew(before, open_invoice(before, BEGIN), moment)
    return renewal.finalized.peaks or {}, with_peaks(before, renewal.clinic)


def test_a_type_that_is_new_has_its_own_first_peak() -> None:
    after = clinic().with_types({ASSISTANT: 900})
    assert with_peaks(clinic(), after).licenses[ASSISTANT].peak == 0


def test_the_peaks_of_a_period_are_those_of_its_changes() -> None:
    after = changed(clinic(license(5, 4)), license(3, 2, paid_maximum=5), HALF)
    assert peaks_of(after, APRIL) == {THERAPIST: Counts(5, 4), BILLING: Counts(2, 0)}
    assert peaks_of(after, MAY) == {THERAPIST: Counts(3, 2), BILLING: Counts(2, 0)}


def test_a_maximum_of_an_earlier_period_says_nothing() -> None:
    """Users were switched in May, the licenses not adjusted since April."""
    after = changed(clinic(license(3, 2, paid_maximum=9)), license(3, 1, paid_maximum=9), IN_MAY)
    assert peaks_of(after, MAY) == {THERAPIST: Counts(3, 2), BILLING: Counts(2, 0)}


def test_a_renewal_moves_the_peaks_to_the_invoice() -> None:
    peaks, after = renewed(clinic(license(5, 2, peak=4)), END)

    assert peaks == {THERAPIST: Counts(5, 4), BILLING: Counts(2, 0)}
    assert (after.licenses[THERAPIST].peak, after.past_peaks) == (0, ())


def test_renewals_that_are_late_by_months_tell_each_period_its_own() -> None:
    """Nothing changed in May: what was there at the end of April was there."""
    in_june = changed(clinic(license(5, 2, peak=4)), license(5, 1), IN_JUNE)
    found = []
    for _ in range(2):
        peaks, in_june = renewed(in_june, in_june.updated_at + MILLISECOND)
        found.append(peaks[THERAPIST])

    assert found == [Counts(5, 4), Counts(5, 2)]
    assert peaks_of(in_june, JUNE) == {THERAPIST: Counts(5, 2), BILLING: Counts(2, 0)}


def test_two_late_renewals_without_a_change_tell_what_was_there_all_the_time() -> None:
    april, after = renewed(clinic(license(5, 2, peak=4)), IN_JUNE)
    may, after = renewed(after, IN_JUNE + MILLISECOND)
    assert (april[THERAPIST], may[THERAPIST]) == (Counts(5, 4), Counts(5, 2))
    assert after.past_peaks == ()


def test_only_so_many_periods_wait() -> None:
    """The clinic's record stays small; of those before, nothing is known."""
    years_later = datetime(2029, 1, 10, tzinfo=UTC)
    after = changed(clinic(), license(5, 1), years_later)

    assert len(after.past_peaks) == MOST_WAITING
    assert after.past_peaks[-1].first == date(2028, 12, 1)
    assert peaks_of(after, APRIL) is None


def test_what_is_to_be_released_already_is_not_advised_again() -> None:
    """Nor what somebody is going to start with."""
    releases = ScheduledChange("01KP8Q24R1WEVQ0ZYXZVRE695Z", {THERAPIST: -2, BILLING: 1})
    starts = ScheduledChange("01KP8Q24R1WEVQ0ZYXZVRE695Y", {THERAPIST: 0}, "ana")
    whole = [{THERAPIST: Counts(8, 4), BILLING: Counts(2, 2)}]
    scheduled = clinic(license(8, 4), scheduled=(releases, starts))

    assert [each.unused for each in advise(scheduled, whole, whole[0])] == [1]


def test_nothing_is_advised_without_a_whole_month_or_a_price() -> None:
    present = {THERAPIST: Counts(5, 3), BILLING: Counts(2, 2)}
    assert advise(clinic(), [], present) == []
    assert advise(clinic(), [{BILLING: Counts(2, 2)}], present) == []
    none_used = {BILLING: Counts(2, 0)}
    assert advise(clinic(), [none_used], none_used) == [Advice(BILLING, 2, 0, 1, 1_000)]
    free = clinic(coming_terms=(coming_terms(MAY.first, {THERAPIST: 0}),))
    assert advise(free, [{THERAPIST: Counts(5, 3), BILLING: Counts(2, 2)}], present) == []


def test_a_period_begins_at_the_clinics_own_midnight() -> None:
    late = datetime(2026, 5, 1, 3, tzinfo=UTC)
    eastern = clinic(license(5, 4), time_zone="America/New_York", updated_at=late)

    assert changed(eastern, license(5, 2), late + timedelta(minutes=59)).past_peaks == ()
    (april,) = changed(eastern, license(5, 2), late + timedelta(hours=1)).past_peaks
    assert april.first == APRIL.first
