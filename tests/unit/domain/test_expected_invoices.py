"""What must be on a clinic's invoices, walked through its months by the terms of each.

The clinic was registered as April began with five therapist licenses at 10.00, and was renewed
for May (at 20.00, by the day) and for June (at 30.00, by the second).
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from licensing.domain import expected_invoices
from licensing.domain.clinics import Clinic, Closing
from licensing.domain.expected_invoices import ExpectedInvoices, Month, Tally
from licensing.domain.facts import (
    CHARGE,
    CREDIT,
    RECURRING,
    AdjustmentFact,
    HeaderFact,
    LineFact,
    TermsFact,
    correction,
)
from licensing.domain.ids import milliseconds
from tests.unit.domain.builders import (
    BEGIN,
    DAY,
    END,
    HALF,
    PRORATED,
    THERAPIST,
    clinic,
    coming_terms,
    license,
    month,
)

ALL_BUCKETS = range(64)
SECONDS = 86_400
APRIL, MAY, JUNE, JULY = (month(number) for number in (4, 5, 6, 7))
HALF_OF_MAY = MAY.start + timedelta(days=15)
OF_APRIL = TermsFact({"therapist": 1_000, "billing": 500}, "second", "prorated")
OF_MAY = TermsFact({"therapist": 2_000}, "day", "none")
OF_JUNE = TermsFact({"therapist": 3_000}, "second", "prorated")
FIRST = HeaderFact("2026-05", "upcoming", 0, 0, None, OF_APRIL)
IN_MAY = HeaderFact("2026-05", "finalized", 0, 0, OF_MAY, OF_APRIL)
IN_JUNE = HeaderFact("2026-06", "finalized", 0, 0, OF_JUNE, None)


def renewed(periods: int, **changes: Any) -> Clinic:
    """Return the clinic after some renewals, with the prices of today."""
    coming = (MAY, JUNE, JULY)[periods]
    today = {"licenses": {THERAPIST: license(5, price=1_000 * (periods + 1))}} | changes
    return clinic(None, **today, next_renewal=coming.first)


def expecting(
    judged: Clinic,
    *found: HeaderFact | LineFact,
    registered: dict[str, int] | None = None,
) -> ExpectedInvoices:
    """Begin with invoices and their lines as they were found."""
    expected = ExpectedInvoices(judged, registered, ALL_BUCKETS)
    for fact in found:
        if isinstance(fact, HeaderFact):
            expected.headers[fact.invoice_id] = fact
        else:
            expected.find(fact)
    return expected


def line(
    invoice_id: str,
    line_id: str,
    kind: str = CHARGE,
    *,
    of: tuple[int, int, int],
    quantity: int = 1,
    price: int = 1_000,
    begins: datetime = HALF,
    ends: datetime = END,
) -> LineFact:
    """Return a line of therapist licenses, ``of`` being numerator, denominator and cents."""
    numerator, denominator, cents = of
    return LineFact(
        invoice_id,
        line_id,
        kind,
        "therapist",
        quantity,
        price,
        milliseconds(begins),
        milliseconds(ends),
        numerator,
        denominator,
        cents,
    )


REGISTRATION = line(
    "2026-05",
    "REGISTRATION#therapist",
    begins=BEGIN,
    quantity=5,
    of=(30 * SECONDS, 30 * SECONDS, 5_000),
)


def change(
    delta: int, name: str, *, at: datetime = HALF, on: str | None = "2026-05"
) -> AdjustmentFact:
    """Return a change of therapist licenses that is on an invoice, or waits for one."""
    status = "applied" if on is None else "invoiced"
    return AdjustmentFact(
        name, (("therapist", delta),), milliseconds(at), 0, 0, status, "queued", on, None, None
    )


def lines_of(expected: ExpectedInvoices) -> list[LineFact]:
    """Close, and return all lines that must be there but that of registration."""
    assert expected.close() == []
    return [one for one in expected.tally.expected.values() if one != REGISTRATION]


def test_the_first_period_has_the_terms_that_the_first_invoice_tells() -> None:
    by_day = IN_MAY._replace(first_terms=OF_APRIL._replace(unit="day", credit="none"))
    found = REGISTRATION._replace(numerator=30, denominator=30)
    expected = expecting(renewed(1), by_day, found)
    noon = HALF + timedelta(hours=12)
    expected.change(change(-1, "a", at=noon))
    expected.change(change(+2, "b", at=noon))

    assert [one for one in lines_of(expected) if one.begins < milliseconds(END)] == [
        line("2026-05", "a#1", CREDIT, quantity=0, of=(15, 30, 0)),
        line("2026-05", "b#1", of=(15, 30, 500)),
        found,
    ]


def test_a_type_that_the_first_terms_do_not_price_is_missed_without_a_price() -> None:
    expected = expecting(renewed(0), FIRST, registered={"assistant": 5})

    (gone,) = expected.close()
    assert (gone.license_type, gone.price, gone.cents) == ("assistant", 0, 0)


def test_an_amount_is_rounded_once_half_away_from_zero() -> None:
    odd = renewed(0, licenses={THERAPIST: license(5, price=1_001)})
    first = FIRST._replace(first_terms=OF_APRIL._replace(prices={"therapist": 1_001}))
    expected = expecting(odd, first, REGISTRATION)
    expected.change(change(+1, "a"))
    expected.change(change(-1, "b"))

    assert [one.cents for one in expected.tally.expected.values()] == [501, -501]


def test_a_day_begins_at_the_clinics_own_midnight() -> None:
    registered_at = BEGIN + timedelta(days=1)
    phoenix = renewed(0, time_zone="America/Phoenix", registered_at=registered_at)
    evening = datetime(2026, 4, 16, 5, tzinfo=UTC)
    by_day = FIRST._replace(first_terms=OF_APRIL._replace(unit="day"))
    expected = expecting(phoenix, by_day, REGISTRATION)
    expected.change(change(+1, "a", at=evening))

    (added,) = [one for one in expected.tally.expected.values() if one.line_id == "a#1"]
    assert added.begins == milliseconds(datetime(2026, 4, 15, 7, tzinfo=UTC))
    assert (added.numerator, added.denominator) == (16, 30)


def test_each_period_begins_with_a_maximum_of_its_own() -> None:
    no_credit = IN_JUNE._replace(terms=OF_JUNE._replace(credit="none"))
    expected = expecting(renewed(2), IN_MAY, no_credit, REGISTRATION)
    expected.change(change(-2, "a", at=MAY.start, on="2026-06"))
    expected.change(change(+1, "b", at=JUNE.start, on="2026-07"))

    assert expected.tally.expected["2026-07", "b#1"].quantity == 1


def test_a_late_invoice_catches_up_on_whole_periods_at_the_terms_of_each() -> None:
    expected = expecting(renewed(2), IN_MAY, IN_JUNE, REGISTRATION)

    expected.change(change(-1, "a", on="2026-07"))

    assert [one for one in lines_of(expected) if one.line_id.startswith("a")] == [
        line("2026-07", "a#1", CREDIT, of=(15 * SECONDS, 30 * SECONDS, -500)),
        line(
            "2026-07",
            "a#2",
            CREDIT,
            price=2_000,
            begins=MAY.start,
            ends=MAY.end,
            of=(31, 31, -2_000),
        ),
        line(
            "2026-07",
            "a#3",
            CREDIT,
            price=3_000,
            begins=JUNE.start,
            ends=JUNE.end,
            of=(30 * SECONDS, 30 * SECONDS, -3_000),
        ),
    ]


def test_periods_renewed_with_the_change_are_not_caught_up_on() -> None:
    expected = expecting(renewed(2), IN_MAY, IN_JUNE, REGISTRATION)

    expected.change(change(+1, "a", on="2026-06"))

    own = [one for one in lines_of(expected) if one.line_id.startswith("a")]
    assert [(one.line_id, one.kind) for one in own] == [("a#1", CHARGE), ("a#2", CHARGE)]


def test_a_renewal_bills_a_single_license_and_credits_fewer_than_none() -> None:
    expected = expecting(renewed(2), IN_MAY, IN_JUNE, REGISTRATION)
    expected.change(change(-4, "a"))
    expected.change(change(-3, "b", at=MAY.start, on="2026-06"))

    renewals = [one for one in lines_of(expected) if one.line_id == "RECURRING#therapist"]
    assert [(one.kind, one.quantity, one.cents) for one in renewals] == [
        (RECURRING, 1, 2_000),
        (CREDIT, 2, -6_000),
    ]


def test_a_period_whose_invoice_is_gone_or_has_lost_its_terms_is_not_judged() -> None:
    for found, of_april in ([], []), ([IN_MAY._replace(terms=None)], ["c#1"]):
        expected = expecting(renewed(1), *found, REGISTRATION)

        assert expected.change(change(+1, "a", at=MAY.start, on=None)) is None
        assert expected.change(change(+1, "b", at=MAY.start, on="2026-06")) == 0
        assert expected.change(change(+1, "c", on="2026-06")) == 0
        assert [one.line_id for one in lines_of(expected)] == of_april
        assert (expected.standing["therapist"], expected.billed["therapist"]) == (3, 2)


def test_a_change_that_has_lost_its_invoice_is_expected_on_none_that_there_is() -> None:
    expected = expecting(renewed(2), IN_MAY, IN_JUNE, REGISTRATION)
    expected.change(change(+1, "a")._replace(invoice_id=None))

    assert [one for one in expected.tally.expected if one[1].startswith("a")] == [("", "a#1")]


def test_a_tally_tells_the_buckets_that_differ() -> None:
    tally, other = Tally(()), REGISTRATION._replace(cents=4_999)
    tally.expect(REGISTRATION)
    assert len(tally.differing) == 1

    tally.find(other)
    (bucket,) = tally.differing
    assert bucket in ALL_BUCKETS

    tally.find(REGISTRATION)
    tally.expect(other)
    assert tally.differing == frozenset()
    for number in range(9):
        tally.expect(REGISTRATION._replace(line_id=f"a#{number}"))
    assert len(tally.differing) > 1


def test_months_are_those_from_registration_to_the_last_renewal() -> None:
    registered, renewal = datetime(2026, 4, 9, tzinfo=UTC), date(2026, 6, 9)
    judged = clinic(billing_day=9, registered_at=registered, next_renewal=renewal)

    expected_invoices._months.cache_clear()
    first, second = expecting(judged).months

    begins, middle = milliseconds(registered), milliseconds(datetime(2026, 5, 9, tzinfo=UTC))
    assert first == Month("2026-04", begins, middle, 30 * SECONDS, first.period)
    assert (second.invoice_id, second.begins, second.seconds) == ("2026-05", middle, 31 * SECONDS)
    assert second.period.until == renewal
    assert isinstance(second.seconds, int)


def test_the_first_month_is_that_of_the_clinics_own_day() -> None:
    # Still April 30 in Phoenix.
    judged = renewed(0, time_zone="America/Phoenix", registered_at=END)

    assert [one.invoice_id for one in expecting(judged).months] == ["2026-04"]


def test_a_correction_is_expected_as_it_is_found() -> None:
    expected = expecting(clinic(), FIRST, correction("2026-05", "CORRECTION#c", -2500))

    assert expected.tally.differing == frozenset()
    assert (expected.cents["2026-05"], expected.lines["2026-05"]) == (-2500, 1)


def test_the_release_at_the_end_of_a_clinic_has_no_line_where_nothing_is_left() -> None:
    closed = clinic(closing=Closing(END.date(), END, True))
    expected = expecting(closed, FIRST)
    waiting = change(-5, "a", at=END, on=None)

    assert (expected.change(change(-5, "a", at=END)), expected.standing[THERAPIST]) == (0, -5)
    assert expected.tally.expected == {}
    assert expecting(closed, FIRST).change(waiting) == 0
    assert expecting(clinic(), FIRST).change(waiting) == -5_000


def test_what_was_scheduled_for_a_renewal_is_billed_by_it_without_a_line() -> None:
    expected = expecting(renewed(2), IN_MAY, IN_JUNE, REGISTRATION)
    for on, name, at in (
        ("2026-05", "a", HALF),
        ("2026-05", "b", MAY.start),
        ("2026-06", "c", JUNE.start),
        ("2026-07", "d", JULY.start),
    ):
        assert expected.change(change(+1, name, at=at, on=on)) == 0

    lines = lines_of(expected)
    assert [one.line_id for one in lines if one.kind != RECURRING] == ["a#1"]
    assert [one.quantity for one in lines if one.kind == RECURRING] == [7, 8]
    assert expected.standing == expected.billed == {"therapist": 4}


def test_each_renewal_begins_with_a_maximum_that_counts_what_was_scheduled_for_it() -> None:
    expected = expecting(renewed(1), IN_MAY, REGISTRATION)
    expected.change(change(-2, "a", at=MAY.start, on="2026-05"))
    expected.change(change(+1, "b", at=HALF_OF_MAY, on="2026-06"))

    assert expected.tally.expected["2026-06", "b#1"].quantity == 1


def test_what_a_renewal_adds_is_billed_for_its_first_day_though_it_is_released() -> None:
    """By the terms of the period that begins, of one that is still to come as well."""
    by_day = IN_JUNE._replace(terms=OF_JUNE._replace(unit="day"))
    june = expecting(renewed(2), IN_MAY, by_day, REGISTRATION)
    june.change(change(+2, "a", at=JUNE.start, on="2026-06"))
    evening = timedelta(hours=20)
    assert june.change(change(-2, "b", at=JUNE.start + evening, on=None)) == -2 * 2_900

    terms = coming_terms(JUNE.first, {THERAPIST: 3_000}, DAY, PRORATED)
    by_second = IN_MAY._replace(terms=OF_MAY._replace(unit="second"))
    coming = expecting(renewed(1, coming_terms=(terms,)), by_second, REGISTRATION)
    coming.change(change(+2, "a", at=JUNE.start, on="2026-06"))
    assert coming.change(change(-1, "b", at=JUNE.start + evening, on=None)) == -2_900


def test_what_a_day_added_is_billed_for_it_though_it_is_released() -> None:
    by_day = IN_JUNE._replace(terms=OF_JUNE._replace(unit="day"))
    expected = expecting(renewed(2), IN_MAY, by_day, REGISTRATION)
    eight = JUNE.start + timedelta(days=15, hours=8)
    for hour, delta in enumerate((+2, +1, -2, -2, -1, +1)):
        at = eight + timedelta(hours=hour)
        expected.change(change(delta, f"{hour}", at=at, on="2026-07"))
    expected.change(change(-2, "6", at=eight + timedelta(days=1), on="2026-07"))

    lines = [expected.tally.expected["2026-07", f"{hour}#1"] for hour in range(7)]
    assert [(one.begins, one.numerator, one.denominator) for one in lines] == [
        (milliseconds(JUNE.start + timedelta(days=day)), *part)
        for day, *part in (
            (15, 15, 30),
            (15, 15, 30),
            (16, 14, 30),
            (15, 29, 60),
            (15, 15, 30),
            (15, 15, 30),
            (16, 14, 30),
        )
    ]
    assert lines[6].quantity == 2


def test_a_day_is_the_clinics_own_though_utc_has_begun_another() -> None:
    by_day = IN_JUNE._replace(terms=OF_JUNE._replace(unit="day"))
    eastern = renewed(2, time_zone="America/New_York", registered_at=BEGIN + timedelta(days=1))
    expected = expecting(eastern, IN_MAY, by_day, REGISTRATION)
    evening = datetime(2026, 6, 16, 23, tzinfo=UTC)

    expected.change(change(+1, "a", at=evening, on=None))
    assert expected.change(change(-1, "b", at=evening + timedelta(hours=2), on=None)) == -1_400
