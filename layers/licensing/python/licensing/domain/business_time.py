"""Business hours in a clinic's time zone: the clock of the invoice delay and of the promise."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

INVOICE_UPDATE_HOURS = 20
CONFIRMATION_HOURS = 24

_THURSDAY, _SATURDAY, _MONDAY = 3, 5, 0
_ONE_DAY = timedelta(days=1)


class Calendar(StrEnum):
    """Which hours count as business hours."""

    BUSINESS_DAYS = "business_days"
    """All hours of Monday to Friday that are no federal holiday."""
    OFFICE_HOURS = "office_hours"
    """9 to 17 o'clock of those days."""


def add_business_hours(
    start: datetime, hours: int, *, calendar: Calendar, zone: ZoneInfo
) -> datetime:
    """Return the UTC moment at which ``hours`` business hours have passed since ``start``.

    Hours are elapsed ones: a day on which the clock changes has 23 or 25. A span that ends
    exactly as a business day does ends there, not at the start of the next one.
    """
    left = timedelta(hours=hours)
    for opens, closes in _business_spans(start.astimezone(zone).date(), calendar, zone):
        begin = max(start, opens)
        if begin >= closes:
            continue
        if closes - begin >= left:
            return begin.astimezone(UTC) + left
        left -= closes - begin
    raise AssertionError  # Business days never end.


def _business_spans(
    first: date, calendar: Calendar, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    day = first
    while True:
        if is_business_day(day):
            if calendar is Calendar.OFFICE_HOURS:
                opens, closes = time(9), time(17)
                last = day
            else:
                opens, closes = time(0), time(0)
                last = day + _ONE_DAY
            yield _utc(day, opens, zone), _utc(last, closes, zone)
        day += _ONE_DAY


def _utc(day: date, clock: time, zone: ZoneInfo) -> datetime:
    # Converted at once: differences between two moments of one zone ignore clock changes.
    return datetime.combine(day, clock, zone).astimezone(UTC)


def is_business_day(day: date) -> bool:
    """Return whether it is one of Monday to Friday and no federal holiday."""
    return day.weekday() < _SATURDAY and day not in federal_holidays(day.year)


@lru_cache(maxsize=16)
def federal_holidays(year: int) -> frozenset[date]:
    """Return the days off for US federal holidays that fall in ``year``.

    Rules: 5 U.S.C. 6103 (https://www.opm.gov/policy-data-oversight/pay-leave/federal-holidays/):
    a holiday on a Saturday is observed on the Friday before, on a Sunday on the Monday after.
    """
    fixed = (
        date(year, 1, 1),
        date(year, 6, 19),
        date(year, 7, 4),
        date(year, 11, 11),
        date(year, 12, 25),
        # 1 January on a Saturday gives the last day of the year before.
        date(year + 1, 1, 1),
    )
    floating = (
        _nth(year, 1, _MONDAY, 3),
        _nth(year, 2, _MONDAY, 3),
        _nth(year, 6, _MONDAY, 1) - timedelta(weeks=1),
        _nth(year, 9, _MONDAY, 1),
        _nth(year, 10, _MONDAY, 2),
        _nth(year, 11, _THURSDAY, 4),
    )
    observed = {_observed(day) for day in fixed}
    return frozenset(day for day in (*observed, *floating) if day.year == year)


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7, weeks=n - 1)


def _observed(day: date) -> date:
    if day.weekday() == _SATURDAY:
        return day - _ONE_DAY
    if day.weekday() == _SATURDAY + 1:
        return day + _ONE_DAY
    return day
