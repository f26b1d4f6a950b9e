"""Days, times, money and lists as people read them."""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo


def day_in_words(day: date) -> str:
    """Return such as ``Nov 25, 2026``."""
    return f"{day:%b} {day.day}, {day.year}"


def local_day(moment: datetime, zone: tzinfo) -> str:
    """Return such as ``Nov 23, 2026``."""
    return day_in_words(moment.astimezone(zone).date())


def local_time(moment: datetime, zone: tzinfo) -> str:
    """Return such as ``Nov 23, 2026, 2:05 PM EST``."""
    local = moment.astimezone(zone)
    hour = (local.hour - 1) % 12 + 1
    return f"{day_in_words(local.date())}, {hour}:{local:%M %p %Z}"


def price(cents: int, currency: str) -> str:
    """Return such as ``-$1,018.88``; with its code where the currency is not the US dollar."""
    sign = "-" if cents < 0 else ""
    amount = f"{abs(cents) // 100:,}.{abs(cents) % 100:02}"
    return f"{sign}${amount}" if currency == "USD" else f"{sign}{amount} {currency}"


def listed(parts: Iterable[str], word: str = "and") -> str:
    """Return such as ``Anna, Ben, and Cy``."""
    *most, last = [*parts] or [""]
    if len(most) < 2:
        return f" {word} ".join([*most, last])
    return f"{', '.join(most)}, {word} {last}"
