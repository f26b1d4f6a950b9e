"""Billing periods: from one billing day's local midnight to the next, half open."""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo


class BillingCalendar(NamedTuple):
    """A clinic's billing day (1 to 31) in the clinic's time zone.

    Days 29 to 31 fall on the last day of a shorter month.
    """

    billing_day: int
    zone: ZoneInfo

    def period_at(self, moment: datetime) -> "Period":
        """Return the period that contains the moment; a boundary belongs to the new period."""
        return self.period_on(moment.astimezone(self.zone).date())

    def period_on(self, today: date) -> "Period":
        """Return the period that contains the clinic's day."""
        start = self._billing_date(today)
        if start > today:
            start = self._billing_date(today.replace(day=1) - timedelta(days=1))
        end = self._billing_date(start.replace(day=28) + timedelta(days=4))
        return Period(start, end, self.zone)

    def period_before(self, period: "Period") -> "Period":
        """Return the period that ends where this one begins."""
        return self.period_on(period.first - timedelta(days=1))

    def _billing_date(self, day: date) -> date:
        """Return the billing day of the month in which the day lies."""
        return day.replace(day=min(self.billing_day, monthrange(day.year, day.month)[1]))


class Period(NamedTuple):
    """One billing period as the clinic's own dates: ``first`` included, ``until`` not."""

    first: date
    until: date
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The UTC moment of the first day's local midnight."""
        return local_midnight(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The UTC moment of the next period's first local midnight."""
        return local_midnight(self.until, self.zone)

    @property
    def invoice_id(self) -> str:
        """The invoice that is finalized as this period begins, such as ``2026-12``."""
        return self.first.isoformat()[:7]

    @property
    def days(self) -> int:
        """The number of calendar days."""
        return (self.until - self.first).days

    @property
    def seconds(self) -> int:
        """The whole elapsed seconds, in which days of clock changes have 23 or 25 hours."""
        return (self.end - self.start) // timedelta(seconds=1)


def a_year_after(day: date) -> date:
    """Return how far ahead a day can be chosen: the same one of next year."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the UTC moment at which the day begins in the zone."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)
