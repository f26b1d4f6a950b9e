"""What a life must cost by I3, found in another way than the product finds it.

It walks from one change point to the next and adds up quantity times time, where the product
prices each change up to the end of its period. It shares no code with the product: periods
come from walking the days, midnights from a search for the moment at which the date changes.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

from tests.billing.lives import Life, Terms

_DAY = timedelta(days=1)


Change = tuple[datetime, int, int, bool]
"""When, the how manieth, by how much, and whether it had been scheduled for then."""


@dataclass(frozen=True)
class Month:
    """A billing period: its days, and the moments at which it begins and ends."""

    days: tuple[date, ...]
    begins: datetime
    ends: datetime
    zone: str

    def position(self, moment: datetime, unit: str) -> int:
        """Return how many units of the period lie before the moment's own."""
        if unit == "day":
            return self.days.index(moment.astimezone(ZoneInfo(self.zone)).date())
        return int((moment - self.begins).total_seconds())

    def units(self, unit: str) -> int:
        """Return how many units the period has."""
        if unit == "day":
            return len(self.days)
        return int((self.ends - self.begins).total_seconds())


@cache
def midnight(day: date, zone: str) -> datetime:
    """Return the moment at which it becomes this day in the zone, searched by halving."""
    early = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=30)
    late = early + timedelta(hours=60)
    while late - early > timedelta(seconds=1):
        middle = (early + (late - early) / 2).replace(microsecond=0)
        if middle.astimezone(ZoneInfo(zone)).date() < day:
            early = middle
        else:
            late = middle
    return late


def is_billing_day(day: date, billing_day: int) -> bool:
    """Return whether a period begins on the day."""
    is_last_of_month = (day + _DAY).month != day.month
    return day.day == billing_day or (is_last_of_month and day.day < billing_day)


def months_of(zone: str, billing_day: int, registered_at: datetime) -> Iterator[Month]:
    """Yield the billing periods from the one in which the clinic was registered."""
    day = registered_at.astimezone(ZoneInfo(zone)).date()
    while not is_billing_day(day, billing_day):
        day -= _DAY
    while True:
        days = [day]
        while not is_billing_day(days[-1] + _DAY, billing_day):
            days.append(days[-1] + _DAY)
        day = days[-1] + _DAY
        yield Month(tuple(days), midnight(days[0], zone), midnight(day, zone), zone)


def terms_in(life: Life, month: Month) -> Terms:
    """Return what staff had set last before the period began; at first, at registration."""
    known = [terms for terms in life.terms if terms.at < month.begins]
    return known[-1] if known else life.terms[0]


def owed(life: Life, renewed_until: date) -> dict[tuple[datetime, str], Fraction]:
    """Return the exact cents for each renewed period, by its end, and each license type."""
    plan = life.plan
    registered = {kind: quantity for kind, quantity, _ in plan.licenses}
    costs: dict[tuple[datetime, str], Fraction] = {}
    for month in months_of(plan.zone, plan.billing_day, plan.registered_at):
        if month.days[0] >= renewed_until:
            return costs
        terms = terms_in(life, month)
        for kind, first_price in life.first_prices.items():
            changes = sorted(
                (one.effective_at, number, one.deltas[kind], one.scheduled)
                for number, one in enumerate(life.accepted)
                if one.invoiced and kind in one.deltas
            )
            taken = _quantity_times_units(
                month, terms, changes, plan.registered_at, registered.get(kind, 0)
            )
            # A type that came while the period ran has its first price.
            price = terms.prices.get(kind, first_price)
            exact = Fraction(price * taken, month.units(terms.unit))
            costs[month.ends, kind] = exact
    raise AssertionError("months never end")


def _quantity_times_units(
    month: Month,
    terms: Terms,
    changes: list[Change],
    registered_at: datetime,
    registered: int,
) -> int:
    # What is scheduled for a renewal is there as the period begins.
    quantity = registered + sum(
        delta
        for at, _, delta, scheduled in changes
        if at < month.begins or (scheduled and at == month.begins)
    )
    since = 0
    if registered_at > month.begins:
        since = month.position(registered_at, terms.unit)
    highest = quantity
    taken = 0
    for point, delta in _points(month, terms, changes):
        taken += (highest if terms.credit == "none" else quantity) * (point - since)
        since = point
        quantity += delta
        highest = max(highest, quantity)
    left = month.units(terms.unit) - since
    return taken + (highest if terms.credit == "none" else quantity) * left


def _points(month: Month, terms: Terms, changes: list[Change]) -> list[tuple[int, int]]:
    """Return where in the period the quantity changes, and by how much.

    By the day, what was added on a day is there for that day, though it be released on it.
    """
    points: list[tuple[int, int]] = []
    added: dict[int, int] = defaultdict(int)
    for at, _, delta, scheduled in changes:
        if not month.begins <= at < month.ends:
            continue
        point = month.position(at, terms.unit)
        stays = min(added[point], -delta) if delta < 0 else 0
        if terms.unit == "day" and terms.credit == "prorated":
            added[point] += delta if delta > 0 else -stays
        if not (scheduled and at == month.begins):
            points += [(point, delta + stays), (point + 1, -stays)]
    return sorted(points, key=lambda change: change[0])


def billed(life: Life) -> dict[tuple[datetime, str], Fraction]:
    """Return what the invoice lines add up to before rounding, by period and license type."""
    sums: dict[tuple[datetime, str], Fraction] = defaultdict(Fraction)
    for stored in life.lines:
        line = stored.line
        sign = -1 if line.kind == "proration_credit" else 1
        share = Fraction(line.share.numerator, line.share.denominator)
        sums[line.share.ends, line.license_type] += (
            sign * line.quantity * line.unit_price_cents * share
        )
    return dict(sums)


def rounded(exact: Fraction) -> int:
    """Return whole cents, halves away from zero."""
    whole = int(abs(exact) + Fraction(1, 2))
    return whole if exact > 0 else -whole
