"""What all clinics add up to, now and month by month."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from licensing.domain.clinics import Closing
from licensing.domain.overview import MOST_MONTHS, months_of, sums_of
from licensing.domain.reconciliation import Report, Stage, Sums
from tests.unit.domain.builders import HALF, clinic

ONE = Sums(1, {"therapist": 5, "billing": 2}, {"therapist": 3}, {"USD": 100}, 4, 3, 2)


def night(day: str, **changes: object) -> Report:
    at = datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC)
    report = Report(at.date(), at, stage=Stage.COMPLETE, sums=ONE)
    return replace(report, **changes)  # type: ignore[arg-type]


def test_a_clinic_adds_its_licenses_their_price_and_what_is_open() -> None:
    sums = sums_of(clinic(open_count=4), overdue=1, parked=2)

    assert sums == Sums(
        1,
        {"therapist": 5, "billing": 2},
        {"therapist": 3, "billing": 0},
        {"USD": sums.monthly_cents["USD"]},
        4,
        1,
        2,
    )
    licenses = clinic().licenses.values()
    assert sums.monthly_cents["USD"] == sum(
        one.purchased * one.unit_price_cents for one in licenses
    )


def test_a_clinic_that_has_closed_is_checked_and_no_customer_any_more() -> None:
    planned = Closing(date(2026, 4, 16), HALF)
    closed = planned._replace(carried_out=True)
    ends = [sums_of(clinic(closing=one), overdue=0, parked=0) for one in (planned, closed)]

    assert [(one.clinics, one.customers) for one in ends] == [(1, 1), (1, 0)]
    both = ends[0].and_also(ends[1])
    assert (both.clinics, both.customers) == (2, 1)


def test_sums_add_up_by_type_and_currency() -> None:
    other = Sums(2, {"billing": 1}, {"billing": 1}, {"EUR": 7, "USD": 1}, 1, 0, 1)

    assert (
        ONE.and_also(other)
        == other.and_also(ONE)
        == Sums(
            3,
            {"therapist": 5, "billing": 3},
            {"therapist": 3, "billing": 1},
            {"USD": 101, "EUR": 7},
            5,
            3,
            3,
        )
    )
    assert Sums().and_also(ONE) == ONE


def test_a_month_is_told_by_its_last_complete_night() -> None:
    running = night("2026-03-31", stage=Stage.RUNNING)
    old = night("2026-03-30", sums=None)
    march, earlier, february = night("2026-03-29"), night("2026-03-01"), night("2026-02-28")

    assert months_of([running, old, march, earlier, february]) == [march, february]


def test_a_year_is_told() -> None:
    nights = [night(f"{date(2026, 12, 1) - timedelta(days=31 * back)}") for back in range(20)]

    assert months_of(nights) == nights[:MOST_MONTHS]
    assert months_of([]) == []
