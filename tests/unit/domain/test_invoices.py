"""Invoice lines, which explain their own arithmetic."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from licensing.domain.in_words import local_day, local_time, price
from licensing.domain.invoices import (
    AnyLine,
    Billed,
    Correction,
    InvoiceLine,
    LineKind,
    billed_with,
    describe,
    shown,
    total,
)
from licensing.domain.proration import Share
from tests.unit.domain.builders import HALF, THERAPIST, line

CREDIT, RECURRING = LineKind.CREDIT, LineKind.RECURRING


def test_a_line_is_quantity_times_price_times_share_and_a_credit_below_zero() -> None:
    assert line(2, price=1_000, share=(15, 30)).amount_cents == 1_000
    assert line(3, kind=RECURRING, share=(30, 30)).amount_cents == 3_000
    assert line(2, kind=CREDIT).amount_cents == -1_000


def test_a_total_rounds_each_line_for_itself() -> None:
    cent = line(1, price=1, share=(1, 2))

    assert total([cent, cent, line(1, kind=CREDIT)]) == 2 - 500
    assert total([]) == 0


NEW_YORK = ZoneInfo("America/New_York")
NOVEMBER = (datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 12, 1, 5, tzinfo=UTC))
LATE = datetime(2026, 11, 25, 12, tzinfo=UTC)


def told(one: InvoiceLine, begins: datetime, numerator: int, denominator: int) -> str:
    """Return the sentence of a line of November in New York."""
    share = Share(begins, NOVEMBER[1], numerator, denominator)
    return describe(one._replace(share=share), "USD", NEW_YORK)


@pytest.mark.parametrize(
    ("one", "beginning"),
    [
        (line(1), "1 therapist license added at $10.00: "),
        (line(2, kind=CREDIT), "2 therapist licenses released at $10.00 each, credited: "),
        (line(3, adjustment_id=None), "3 therapist licenses at $10.00 each from registration: "),
        (line(4, kind=RECURRING, adjustment_id=None), "4 therapist licenses at $10.00 each: "),
    ],
)
def test_a_line_tells_its_days_and_its_part_of_the_month(one: InvoiceLine, beginning: str) -> None:
    part = "Nov 25 to Dec 1, 19.27% of November 2026."
    assert told(one, LATE, 499_478, 2_592_000) == beginning + part
    whole = "Nov 1 to Dec 1, all of November 2026."
    assert told(one, NOVEMBER[0], 30, 30) == beginning + whole
    none = "nothing is left of November 2026."
    assert told(one, NOVEMBER[1], 0, 30) == beginning + none


def test_a_line_tells_the_days_of_its_clinic() -> None:
    begins = datetime(2026, 11, 30, 15, tzinfo=UTC)
    december = Share(begins, begins + timedelta(days=31), 31, 31)
    recurring = line(1, kind=RECURRING, adjustment_id=None)._replace(share=december)
    expected = "1 therapist license at $10.00: Dec 1 to Jan 1, all of December 2026."
    assert describe(recurring, "USD", ZoneInfo("Asia/Tokyo")) == expected


def test_a_line_of_no_licenses_tells_why() -> None:
    assert told(line(0), LATE, 6, 30) == "Added therapist licenses, paid for November 2026 already."
    assert (
        told(line(0, kind=CREDIT), LATE, 6, 30)
        == "Released therapist licenses, not credited for November 2026."
    )


def test_a_month_that_begins_on_another_day_is_named_by_its_end() -> None:
    share = Share(LATE, datetime(2026, 12, 19, 15, tzinfo=UTC), 25, 30)
    sentence = describe(line(1)._replace(share=share), "USD", ZoneInfo("Asia/Tokyo"))
    assert sentence.endswith(": Nov 25 to Dec 20, 83.33% of the month to Dec 20.")


def test_lines_of_what_costs_nothing_are_not_shown() -> None:
    assert shown([line(1), line(2, price=0), line(0)]) == [line(1), line(0)]


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "$0.00"),
        (5, "$0.05"),
        (-5, "-$0.05"),
        (1_250, "$12.50"),
        (-123_456, "-$1,234.56"),
    ],
)
def test_money_has_two_decimals_and_its_sign(cents: int, words: str) -> None:
    assert price(cents, "USD") == words
    assert price(cents, "CAD") == f"{words.replace('$', '')} CAD"


def test_a_correction_is_shown_and_counted() -> None:
    correction = Correction("c", -2500, "September was billed twice.", HALF)

    lines: list[AnyLine] = [correction, line(price=0), line()]

    assert shown(lines) == [correction, line()]
    assert total(lines) == -2500 + line().amount_cents
    assert correction.line_id == "CORRECTION#c"
    assert billed_with({}, lines) == {THERAPIST: Billed(line().amount_cents, 0)}


def test_a_charge_leaves_the_sum_of_the_coming_period() -> None:
    assert Billed(100, 200).plus(line(1)) == Billed(600, 200)


def test_a_day_is_named_as_the_clinic_has_it() -> None:
    moment = datetime(2026, 11, 1, 3, 59, tzinfo=UTC)

    assert local_day(moment, NEW_YORK) == "Oct 31, 2026"
    assert local_time(moment, NEW_YORK) == "Oct 31, 2026, 11:59 PM EDT"
