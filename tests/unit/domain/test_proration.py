"""Proration: published examples to the cent, rounding, and shares of odd months."""

import json
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.domain.periods import Period
from licensing.domain.proration import (
    ProrationUnit,
    ReleaseCredit,
    Share,
    amount,
    chargeable,
    round_half_away,
    share_from,
    share_released,
)

NEW_YORK = ZoneInfo("America/New_York")
UTC_ZONE = ZoneInfo("UTC")


def line_cents(case: dict[str, Any]) -> list[int]:
    """Return what each change of a golden case costs."""
    start, end = (datetime.fromisoformat(case[f"period_{edge}"]) for edge in ("start", "end"))
    period = Period(start.date(), end.date(), UTC_ZONE)
    unit, credit = ProrationUnit(case["proration_unit"]), ReleaseCredit(case["release_credit"])
    quantity = maximum = case["quantity_at_start"]
    cents = []
    for change in case["changes"]:
        delta = change["quantity_delta"]
        share = share_from(datetime.fromisoformat(change["at"]), period, unit)
        charged = chargeable(delta, quantity, maximum, credit)
        cents.append(amount(charged, case["unit_price_cents"], share))
        quantity += delta
        maximum = max(maximum, quantity)
    return cents


def test_every_golden_case_of_proration_comes_out_to_the_cent(golden: Path) -> None:
    cases = json.loads((golden / "proration.json").read_text())

    assert {case["id"]: line_cents(case) for case in cases} == {
        case["id"]: case["expected_line_cents"] for case in cases
    }


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(1, 2, 1), (-1, 2, -1), (3, 2, 2), (-3, 2, -2), (49, 100, 0), (-51, 100, -1), (0, 1, 0)],
)
def test_halves_are_rounded_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_away(Fraction(numerator, denominator)) == rounded


@given(st.fractions(-1_000_000, 1_000_000, max_denominator=40))
def test_rounding_is_that_of_decimal(value: Fraction) -> None:
    exact = Decimal(value.numerator) / Decimal(value.denominator)

    assert round_half_away(value) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def test_a_charge_and_its_credit_cancel_out() -> None:
    period = Period(date(2026, 3, 1), date(2026, 4, 1), NEW_YORK)
    share = share_from(datetime.fromisoformat("2026-03-17T09:12:44Z"), period, ProrationUnit.SECOND)

    assert amount(3, 4_995, share) + amount(-3, 4_995, share) == 0


def test_a_day_belongs_to_the_new_state() -> None:
    period = Period(date(2026, 6, 1), date(2026, 7, 1), NEW_YORK)
    late = datetime(2026, 6, 11, 23, 59, 59, tzinfo=NEW_YORK)

    share = share_from(late, period, ProrationUnit.DAY)

    assert str(share) == "20/30"
    assert share.begins == datetime(2026, 6, 11, tzinfo=NEW_YORK)


def test_the_last_second_of_a_period_is_charged() -> None:
    period = Period(date(2026, 6, 1), date(2026, 7, 1), NEW_YORK)

    share = share_from(period.end - timedelta(milliseconds=1), period, ProrationUnit.SECOND)

    assert share.numerator == 1


def test_a_release_counts_from_the_next_day_as_far_as_the_day_has_added_it() -> None:
    period = Period(date(2026, 6, 1), date(2026, 7, 1), NEW_YORK)
    late = datetime(2026, 6, 11, 23, 30, tzinfo=NEW_YORK)
    by_second, today = (share_from(late, period, unit) for unit in ProrationUnit)
    tomorrow = Share(datetime(2026, 6, 12, tzinfo=NEW_YORK), period.end, 19, 30)

    shares = [share_released(2, added, late, period, ProrationUnit.DAY) for added in (0, 1, 2, 3)]

    assert shares == [today, today._replace(numerator=39, denominator=60), tomorrow, tomorrow]
    assert share_released(2, 3, late, period, ProrationUnit.SECOND) == by_second
