"""What is billed: changes, registration, renewals, and what a late invoice catches up on."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from licensing.domain.billing import (
    all_land_as_priced,
    catch_up_lines,
    expected_total,
    first_invoice,
    is_renewal_due,
    open_invoice,
    price_change,
    recurring_cents,
    recurring_lines,
    registration_lines,
    renew,
    unwritten_lines,
    with_all_invoiced,
    with_lines,
)
from licensing.domain.clinics import AddedToday, Closing, ScheduledChange
from licensing.domain.ids import new_id
from licensing.domain.invoices import (
    Billed,
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    LineKind,
    Unwritten,
    total,
)
from licensing.domain.licenses import Counts
from licensing.domain.periods import Period
from licensing.domain.proration import Share
from tests.unit.domain.builders import (
    BEGIN,
    BILLING,
    DAY,
    END,
    HALF,
    MILLISECOND,
    NONE,
    THERAPIST,
    clinic,
    coming_terms,
    entry,
    license,
    line,
    month,
    terms,
)

APRIL, MAY, JUNE, JULY = (month(number) for number in (4, 5, 6, 7))
HALF_IN_DAYS = Share(HALF, END, 15, 30)
DEARER = coming_terms(MAY.first, {THERAPIST: 2_000}, DAY, NONE)


def all_of(period: Period, parts: int) -> Share:
    """Return the whole of a period in seconds or days."""
    return Share(period.start, period.end, parts, parts)


def test_a_release_is_credited_for_it() -> None:
    credit = price_change(
        clinic(proration_unit=DAY),
        THERAPIST,
        -2,
        effective_at=HALF,
        line_id="x#1",
        adjustment_id="x",
        explanation="Why",
    )

    assert credit == InvoiceLine(
        "x#1", LineKind.CREDIT, THERAPIST, 2, 1_000, HALF_IN_DAYS, "x", "Why"
    )


def test_what_was_added_on_the_clinics_own_day_is_credited_from_the_next() -> None:
    """UTC has begun another day by then."""
    added = AddedToday(date(2026, 4, 15), {THERAPIST: 1})
    eastern = clinic(time_zone="America/New_York", proration_unit=DAY, added=added)
    evening = datetime(2026, 4, 16, 1, tzinfo=UTC)

    credit = price_change(eastern, THERAPIST, -1, effective_at=evening, line_id="x")

    assert credit.share.begins == datetime(2026, 4, 16, 4, tzinfo=UTC)


def test_a_change_in_a_coming_period_has_the_terms_of_that_period() -> None:
    announced = clinic(coming_terms=(DEARER,))
    charge = price_change(announced, THERAPIST, 1, effective_at=MAY.start, line_id="x")

    assert (charge.kind, charge.unit_price_cents) == (LineKind.CHARGE, 2_000)
    assert charge.share == all_of(MAY, 31)


def test_a_change_catches_up_on_whole_periods_that_were_renewed_without_it() -> None:
    first = (
        line(2, line_id="a#1"),
        line(1, line_id="a#2", kind=LineKind.CREDIT, license_type=BILLING),
    )
    periods = [(MAY, terms(2_000, DAY)), (JUNE, terms())]

    lines = catch_up_lines(first, {THERAPIST: 2, BILLING: -1}, periods)

    may, june = all_of(MAY, 31), all_of(JUNE, 30 * 86_400)
    assert lines == (
        *first,
        first[0]._replace(line_id="a#3", unit_price_cents=2_000, share=may),
        first[1]._replace(line_id="a#4", unit_price_cents=500, share=may),
        first[0]._replace(line_id="a#5", unit_price_cents=1_000, share=june),
        first[1]._replace(line_id="a#6", unit_price_cents=500, share=june),
    )


def test_whole_periods_are_charged_even_if_the_first_was_paid_for_already() -> None:
    unpaid = line(0, line_id="a#1")

    added = catch_up_lines([unpaid], {THERAPIST: 1}, [(MAY, terms())])
    released = catch_up_lines([unpaid], {THERAPIST: -1}, [(MAY, terms())])

    assert [one.amount_cents for one in added] == [0, 1_000]
    assert [one.amount_cents for one in released] == [0, -1_000]


def test_a_renewal_bills_what_is_invoiced_and_not_what_is_purchased() -> None:
    before = clinic(license(7, invoiced=5))
    before = before.with_license(BILLING, license(2, invoiced=0))

    assert recurring_lines(before, MAY) == (
        InvoiceLine(
            "RECURRING#therapist",
            LineKind.RECURRING,
            THERAPIST,
            5,
            1_000,
            all_of(MAY, 31 * 86_400),
        ),
    )


def test_a_renewal_bills_at_the_terms_of_its_period() -> None:
    recurring, _ = recurring_lines(clinic(coming_terms=(DEARER,)), MAY)

    assert (recurring.unit_price_cents, recurring.share) == (2_000, all_of(MAY, 31))


def test_a_single_license_is_charged_and_renewed_as_any_other() -> None:
    assert [one.quantity for one in registration_lines(clinic(license(1)))] == [1, 2]
    assert [one.kind for one in recurring_lines(clinic(license(1)), MAY)] == [
        LineKind.RECURRING,
        LineKind.RECURRING,
    ]


def test_registration_is_charged_to_the_end_of_its_period() -> None:
    registered = clinic(registered_at=HALF, proration_unit=DAY, coming_terms=(DEARER,))
    registered = registered.with_license(BILLING, license(0))

    assert registration_lines(registered) == (
        InvoiceLine("REGISTRATION#therapist", LineKind.CHARGE, THERAPIST, 5, 1_000, HALF_IN_DAYS),
    )


def test_an_invoice_is_opened_for_the_coming_period() -> None:
    assert open_invoice(clinic(), HALF, [line(2), line(1)]) == Invoice(
        clinic_id="main-street",
        invoice_id="2026-05",
        status=InvoiceStatus.UPCOMING,
        currency="USD",
        first=date(2026, 5, 1),
        until=date(2026, 6, 1),
        total_cents=1_500,
        line_count=2,
        opened_at=HALF,
        billed={THERAPIST: Billed(1_500, 0)},
    )
    assert open_invoice(clinic(), HALF).line_count == 0


def test_the_first_invoice_tells_the_terms_of_the_registration() -> None:
    registered = clinic(registered_at=HALF, coming_terms=(DEARER,))

    assert first_invoice(registered, [line(2)]) == replace(
        open_invoice(registered, HALF, [line(2)]), first_terms=terms()
    )


def test_only_the_first_invoice_tells_them() -> None:
    before = clinic()
    renewal = renew(before, first_invoice(before, []), END)

    assert renewal.finalized.first_terms == terms()
    assert renewal.opened.first_terms is None


def test_a_header_sums_up_the_lines_of_each_type() -> None:
    counted = open_invoice(clinic(), HALF, [line(2)])

    assert with_lines(counted, [line(1)]).billed == {THERAPIST: Billed(1_500, 0)}


def test_a_renewal_is_due_as_its_period_begins() -> None:
    assert is_renewal_due(clinic(), END)
    assert not is_renewal_due(clinic(), END - MILLISECOND)


def test_a_renewal_finalizes_the_invoice_and_opens_the_next() -> None:
    before = clinic()
    upcoming = open_invoice(before, BEGIN, [line(2)])

    renewal = renew(before, upcoming, END)

    assert renewal.lines == recurring_lines(before, MAY)
    assert renewal.finalized == replace(
        upcoming,
        status=InvoiceStatus.FINALIZED,
        total_cents=1_000 + 5 * 1_000 + 2 * 500,
        line_count=3,
        finalized_at=END,
        terms=terms(),
        billed={THERAPIST: Billed(1_000, 5_000), BILLING: Billed(0, 1_000)},
        peaks={THERAPIST: Counts(5, 3), BILLING: Counts(2, 0)},
    )
    assert renewal.opened == open_invoice(clinic(next_renewal=JUNE.first), END)


def test_a_renewal_moves_the_clinic_on() -> None:
    before = clinic()

    assert renew(before, open_invoice(before, BEGIN), END).clinic == replace(
        before, updated_at=END, billing_changed_at=END, next_renewal=JUNE.first
    )


def test_a_renewal_puts_announced_terms_in_force_and_keeps_those_still_to_come() -> None:
    in_june = coming_terms(JUNE.first, {BILLING: 900})
    before = clinic(coming_terms=(DEARER, in_june))

    renewal = renew(before, open_invoice(before, BEGIN), END)

    assert renewal.finalized.terms == terms(2_000, DAY, NONE)
    after = renewal.clinic
    assert (after.proration_unit, after.release_credit) == (DAY, NONE)
    assert after.licenses[THERAPIST] == license(5, 3, 2_000)
    assert after.licenses[BILLING].unit_price_cents == 500
    assert after.coming_terms == (in_june,)


def test_an_invoice_is_expected_to_bill_all_that_is_purchased() -> None:
    """What waits has been priced, and the renewal bills it as well."""
    waiting = clinic(
        license(6, 3, invoiced=5),
        open_adjustments=(entry("a"),),
        open_count=1,
        uninvoiced_cents=500,
        coming_terms=(DEARER,),
    )

    assert expected_total(waiting, 70) == 70 + 500 + 6 * 2_000 + 2 * 500


def test_what_is_due_after_the_renewal_is_not_expected_on_the_invoice() -> None:
    late = entry("a", at=END - timedelta(hours=1))
    waiting = clinic(
        license(6, 3, invoiced=5),
        open_adjustments=(late,),
        open_count=1,
        uninvoiced_cents=500,
        coming_terms=(DEARER,),
    )

    assert expected_total(waiting, 70) == 70 + 5 * 2_000 + 2 * 500


def test_more_has_to_be_read_where_something_is_scheduled_or_the_clinic_ends() -> None:
    for day in (HALF, END + timedelta(days=14)):
        change = ScheduledChange(new_id(day), {THERAPIST: 1})
        assert expected_total(clinic(scheduled=(change,)), 70) is None
    assert expected_total(clinic(closing=Closing(MAY.first, MAY.start)), 70) is None
    later = clinic(closing=Closing(JUNE.first, JUNE.start))
    assert expected_total(later, 70) == 70 + 5 * 1_000 + 2 * 500


def test_what_lands_on_the_upcoming_invoice_is_priced_unless_something_is_to_come() -> None:
    assert all_land_as_priced(clinic())
    assert all_land_as_priced(clinic(open_adjustments=(entry("a"),), open_count=1))
    change = ScheduledChange(new_id(HALF), {THERAPIST: 1})
    assert not all_land_as_priced(clinic(scheduled=(change,)))
    assert not all_land_as_priced(clinic(closing=Closing(MAY.first, MAY.start)))
    assert all_land_as_priced(clinic(closing=Closing(JUNE.first, JUNE.start)))


def test_a_clinic_bills_all_it_has_once_nothing_waits() -> None:
    waiting = clinic(license(7, invoiced=5)).with_license(BILLING, license(1, invoiced=2))

    assert with_all_invoiced(waiting) == clinic(license(7)).with_license(
        BILLING, license(1, invoiced=1, paid_maximum=1)
    )


def test_the_lines_of_a_very_late_change_are_written_some_at_a_time() -> None:
    lines = tuple(line(line_id=f"a#{number}") for number in range(185))

    first, rest = unwritten_lines("a", lines)
    assert (first, rest) == (lines[:90], Unwritten("a", 90))
    second, rest = unwritten_lines("a", lines, written=90)
    assert (second, rest) == (lines[90:180], Unwritten("a", 180))
    assert unwritten_lines("a", lines, written=180) == (lines[180:], None)
    assert unwritten_lines("a", lines[:90]) == (lines[:90], None)


def test_more_has_to_be_read_of_what_the_clinic_only_counts() -> None:
    assert expected_total(clinic(open_adjustments=(entry("a"),), open_count=2), 70) is None


def test_what_a_period_comes_to_is_the_sum_of_its_lines() -> None:
    for invoiced in (7, 0, -2):
        of = clinic(license(7, invoiced=invoiced), coming_terms=(DEARER,))
        for period in (APRIL, MAY):
            assert recurring_cents(of, period) == total(recurring_lines(of, period))


def test_what_has_closed_comes_to_nothing() -> None:
    closing = Closing(MAY.first, MAY.start)

    assert recurring_cents(clinic(closing=closing), MAY) == 0
    assert recurring_cents(clinic(closing=closing), APRIL) == total(
        recurring_lines(clinic(), APRIL)
    )
