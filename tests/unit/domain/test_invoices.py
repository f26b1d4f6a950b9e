"""Invoice lines, which explain their own arithmetic."""

from dataclasses import replace

import pytest

from licensing.domain.invoices import InvoiceLine, LineKind, describe, money, total
from tests.unit.domain.builders import line

CREDIT, RECURRING = LineKind.CREDIT, LineKind.RECURRING


def test_a_line_is_quantity_times_price_times_share() -> None:
    assert line(2, price=1_000, share=(15, 30)).amount_cents == 1_000


def test_a_recurring_line_is_charged_in_full() -> None:
    assert line(3, kind=RECURRING, share=(30, 30)).amount_cents == 3_000


def test_a_credit_is_below_zero() -> None:
    assert line(2, kind=CREDIT).amount_cents == -1_000


def test_a_total_rounds_each_line_for_itself() -> None:
    cent = line(1, price=1, share=(1, 2))

    assert total([cent, cent, line(1, kind=CREDIT)]) == 2 - 500
    assert total([]) == 0


@pytest.mark.parametrize(
    ("one", "sentence"),
    [
        (line(kind=RECURRING), "2 therapist licenses at 10.00 USD each for the coming month."),
        (line(0), "Added therapist licenses, paid for this month already."),
        (line(0, kind=CREDIT), "Released therapist licenses, not credited for this month."),
    ],
)
def test_a_line_is_told_in_one_sentence(one: InvoiceLine, sentence: str) -> None:
    assert describe(one, "USD") == sentence


@pytest.mark.parametrize(
    ("one", "beginning"),
    [
        (line(1), "1 therapist license added at 10.00 USD each, for "),
        (line(2, kind=CREDIT), "2 therapist licenses released at 10.00 USD each, credited for "),
        (
            line(3, adjustment_id=None),
            "3 therapist licenses at 10.00 USD each from registration, for ",
        ),
    ],
)
@pytest.mark.parametrize(
    ("share", "part"),
    [
        ((7, 31), "7 of the month's 31 days."),
        ((31, 32), "31 of the month's 32 seconds."),
        ((1_296_000, 2_592_000), "1296000 of the month's 2592000 seconds."),
    ],
)
def test_a_line_tells_its_part_of_the_month(
    one: InvoiceLine, beginning: str, share: tuple[int, int], part: str
) -> None:
    of_share = replace(one, share=replace(one.share, numerator=share[0], denominator=share[1]))

    assert describe(of_share, "USD") == beginning + part


def test_all_of_a_month_is_told_as_such_but_not_of_a_registration() -> None:
    sentences = [
        describe(one, "USD")
        for one in (
            line(share=(31, 31)),
            line(share=(31, 31), kind=CREDIT),
            line(share=(31, 31), adjustment_id=None),
        )
    ]

    assert [sentence.rpartition(", ")[2] for sentence in sentences] == [
        "for the whole month.",
        "credited for the whole month.",
        "for 31 of the month's 31 days.",
    ]


@pytest.mark.parametrize(
    ("cents", "words"),
    [
        (0, "0.00 USD"),
        (5, "0.05 USD"),
        (-5, "-0.05 USD"),
        (1_250, "12.50 USD"),
        (-123_456, "-1234.56 USD"),
    ],
)
def test_money_has_two_decimals_and_its_sign(cents: int, words: str) -> None:
    assert money(cents, "USD") == words
