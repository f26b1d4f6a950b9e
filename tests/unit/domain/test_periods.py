"""Billing periods in a clinic's own days."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from licensing.domain.periods import BillingCalendar

NEW_YORK = ZoneInfo("America/New_York")
# Havana and Beirut change their clocks at midnight, so that some days begin at 1.
ZONES = (
    "America/New_York",
    "America/Phoenix",
    "America/Havana",
    "Asia/Beirut",
    "Asia/Kolkata",
    "Pacific/Chatham",
    "UTC",
)


@pytest.mark.parametrize(
    ("billing_day", "today", "first", "until"),
    [
        (1, date(2026, 4, 15), date(2026, 4, 1), date(2026, 5, 1)),
        (1, date(2026, 4, 1), date(2026, 4, 1), date(2026, 5, 1)),
        (20, date(2026, 4, 15), date(2026, 3, 20), date(2026, 4, 20)),
        (31, date(2026, 2, 27), date(2026, 1, 31), date(2026, 2, 28)),
        (31, date(2026, 2, 28), date(2026, 2, 28), date(2026, 3, 31)),
        (30, date(2028, 2, 29), date(2028, 2, 29), date(2028, 3, 30)),
        (29, date(2026, 3, 1), date(2026, 2, 28), date(2026, 3, 29)),
        (15, date(2027, 1, 2), date(2026, 12, 15), date(2027, 1, 15)),
    ],
)
def test_a_period_runs_from_billing_day_to_billing_day(
    billing_day: int, today: date, first: date, until: date
) -> None:
    """Days that a month lacks fall on its last day."""
    period = BillingCalendar(billing_day, NEW_YORK).period_on(today)
    assert (period.first, period.until) == (first, until)


def test_a_period_begins_at_local_midnight() -> None:
    """At 23:59 in New York it is the next day in UTC, and still the old period."""
    calendar = BillingCalendar(1, NEW_YORK)
    last_minute = datetime(2026, 5, 1, 3, 59, tzinfo=UTC)
    assert calendar.period_at(last_minute).first == date(2026, 4, 1)
    assert calendar.period_at(last_minute).start.tzinfo is UTC
    assert calendar.period_at(last_minute + timedelta(minutes=1)).first == date(2026, 5, 1)


def test_a_month_in_which_the_clock_changes_has_an_hour_less_or_more() -> None:
    """Whole elapsed seconds in UTC, not days times 86,400."""
    calendar = BillingCalendar(1, NEW_YORK)
    assert calendar.period_on(date(2026, 3, 10)).seconds == 31 * 86_400 - 3_600
    assert calendar.period_on(date(2026, 11, 10)).seconds == 30 * 86_400 + 3_600


@given(
    billing_day=st.integers(1, 31),
    zone=st.sampled_from(ZONES),
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  bounds are naive by definition
)
def test_periods_follow_each_other_without_gap_and_one_a_month(
    billing_day: int, zone: str, moment: datetime
) -> None:
    """Half open, so that each moment lies in exactly one; and ids never repeat."""
    calendar = BillingCalendar(billing_day, ZoneInfo(zone))
    period = calendar.period_at(moment)
    following = calendar.period_on(period.until)
    assert period.start <= moment < period.end == following.start
    assert calendar.period_before(following) == period
    months = [
        int(each.invoice_id[:4]) * 12 + int(each.invoice_id[5:]) for each in (period, following)
    ]
    assert months[1] == months[0] + 1
