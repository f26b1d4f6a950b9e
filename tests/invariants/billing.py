"""I3: what is billed is what is owed, to the exact fraction, in each period of each type."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from operator import itemgetter
from zoneinfo import ZoneInfo

from tests.invariants.table import Partition, Plain, is_of_renewal

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
BILLED = ("invoiced", "confirmed")


def invoices(part: Partition) -> Iterable[str]:
    """Each invoice's header says what its lines add up to; one invoice collects lines."""
    upcoming = [name for name, of in part.invoices.items() if of["status"] == "upcoming"]
    if upcoming != ([] if part.has_closed else [part.clinic["next_renewal"][:7]]):
        yield f"I3: upcoming invoices {upcoming}, next renewal {part.clinic['next_renewal']}"
    for name, header in part.invoices.items():
        on_it = part.lines[name].values()
        if header["total_cents"] != sum(line["cents"] for line in on_it):
            yield f"I3: invoice {name} says {header['total_cents']}, its lines add up otherwise"
        if header["line_count"] != len(on_it):
            yield f"I3: invoice {name} counts {header['line_count']} lines of {len(on_it)}"
        if header["currency"] != part.clinic["currency"]:
            yield f"I3: invoice {name} is in {header['currency']}"
        for line_id, line in part.lines[name].items():
            if line["cents"] != _rounded(_exact(line)):
                yield f"I3: line {line_id} of invoice {name} is rounded wrongly"
    if lost := part.lines.keys() - part.invoices.keys():
        yield f"I3: lines of invoices that are not there: {sorted(lost)}"


def halfway(part: Partition) -> Iterable[str]:
    """Where lines wait to be written, as many are there as the invoice says, and it waits."""
    for name, header in part.invoices.items():
        if "unwritten" in header:
            adjustment, written = header["unwritten"]
            there = sum(line.get("adjustment") == adjustment for line in part.lines[name].values())
            if header["status"] != "upcoming" or there != written:
                yield f"I3: {header['status']} invoice {name} has {there} lines, says {written}"


def homes(part: Partition) -> Iterable[str]:
    """A billed adjustment's lines stand on its one invoice, others have none."""
    found: dict[str, set[str]] = defaultdict(set)
    for name, on_it in part.lines.items():
        for line in on_it.values():
            if "adjustment" in line:
                found[line["adjustment"]].add(name)
    for name, adjustment in part.adjustments.items():
        # A clinic that ends with a billed period has nothing left to be credited.
        has_lines = adjustment["status"] in BILLED and not (
            is_of_renewal(adjustment) or (part.ends(adjustment) and not adjustment["priced"])
        )
        wanted = {adjustment.get("invoice_id")} if has_lines else set()
        if found.pop(name, set()) != wanted:
            yield f"I3: {adjustment['status']} adjustment {name} is not on its one invoice"
    if found:
        yield f"I3: lines of adjustments that are not there: {sorted(found)}"


def _exact(line: Plain) -> Fraction:
    if line["kind"] == "correction":
        return Fraction(line["cents"])
    sign = -1 if line["kind"] == "proration_credit" else 1
    numerator, denominator = line["share"]
    return Fraction(sign * line["quantity"] * line["price"] * numerator, denominator)


def _rounded(value: Fraction) -> int:
    """Return the value rounded half away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def periods(part: Partition) -> Iterable[str]:
    """The lines of a type whose shares end with a period add up to what is owed for it."""
    billed: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    for on_it in part.lines.values():
        for line in on_it.values():
            if line["kind"] != "correction":
                billed[line["type"], line["to"]] += _exact(line)
    owed = _owed_until_renewal(part)
    for kind, end in sorted({*billed, *owed}):
        here, wanted = billed[kind, end], owed[kind, end]
        if here != wanted:
            until = EPOCH + end * MILLISECOND
            yield f"I3: {kind} is billed {float(here):.4f} to {until}, owed {float(wanted):.4f}"


def _owed_until_renewal(part: Partition) -> dict[tuple[str, int], Fraction]:
    """Return the integral of quantity times price, by license type and end of the period.

    The last period is the last renewed one.
    """
    zone = ZoneInfo(part.clinic["time_zone"])
    day = part.clinic["billing_day"]
    changes = _changes(part)
    until = date.fromisoformat(part.clinic["next_renewal"])
    owed: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    first, following = period_of(local_day(part.clinic["registered"], zone), day)
    while first < until:
        begin, end = _midnight(first, zone), _midnight(following, zone)
        finalized = part.invoices.get(f"{first:%Y-%m}", {})
        prices, unit, credit = finalized.get("terms") or (
            _first_prices(part, end),
            "second",
            "prorated",
        )
        measure = _days_in(zone) if unit == "day" else _seconds
        for kind, price in prices.items():
            told = changes[kind]
            if (unit, credit) == ("day", "prorated"):
                told = list(_kept_for_the_day(told, zone))
            taken = _taken(told, begin, end, measure, credit)
            owed[kind, end] = Fraction(price * taken, measure(begin, end))
        first, following = period_of(following, day)
    return owed


Change = tuple[int, int, bool]
"""When a type's billed quantity changed, by how much, and whether as a part of a renewal."""


def _changes(part: Partition) -> dict[str, list[Change]]:
    """Return how each type's billed quantity changed from registration on.

    Of one day's scheduled changes, which count from one moment, in the order in which they came.
    """
    changes: dict[str, list[Change]] = defaultdict(list)
    for kind, quantity in part.registered.items():
        changes[kind].append((part.clinic["registered"], quantity, False))
    for name in sorted(part.adjustments, key=lambda name: part.applied_at.get(name, 0)):
        adjustment = part.adjustments[name]
        if adjustment["status"] in BILLED:
            for kind, delta in adjustment["lines"]:
                changes[kind].append((adjustment["effective"], delta, is_of_renewal(adjustment)))
    return changes


def _kept_for_the_day(changes: list[Change], zone: ZoneInfo) -> Iterable[Change]:
    """Yield the changes, releases of what was added on the same day at the end of the day.

    A renewal bills what all changes that are a part of it come to.
    """
    added: Counter[date] = Counter()
    for moment, delta, of_renewal in sorted(changes, key=itemgetter(0)):
        day = local_day(moment, zone)
        added_before = min(added[day], -delta) if delta < 0 else 0
        added[day] += delta if delta > 0 else -added_before
        kept = 0 if of_renewal else added_before
        yield moment, delta + kept, of_renewal
        if kept:
            yield _midnight(day + timedelta(days=1), zone), -kept, False


def _taken(
    changes: list[Change],
    begin: int,
    end: int,
    measure: Callable[[int, int], int],
    credit: str,
) -> int:
    """Return the integral of the quantity over one period, in the period's units.

    What is no part of the renewal comes after it, be it in the same moment.
    """
    until = (change for change in changes if change[0] < end)
    changes = sorted(until, key=lambda change: (change[0], not change[2]))
    first = [change for change in changes if change[0] < begin + change[2]]
    quantity = greatest = sum(delta for _, delta, _ in first)
    total, since = 0, begin
    for moment, delta, _ in changes[len(first) :]:
        total += (greatest if credit == "none" else quantity) * measure(since, moment)
        since = moment
        quantity += delta
        greatest = max(quantity, greatest)
    return total + (greatest if credit == "none" else quantity) * measure(since, end)


def _seconds(begin: int, end: int) -> int:
    return end // 1000 - begin // 1000


def _days_in(zone: ZoneInfo) -> Callable[[int, int], int]:
    return lambda begin, end: (local_day(end, zone) - local_day(begin, zone)).days


def maxima(part: Partition) -> Iterable[str]:
    """Each type's paid maximum is its greatest quantity in the period that it is told of."""
    clinic, standing = part.clinic, []
    changes, counted = [clinic["registered"]], [clinic["registered"]]
    for name, adjustment in sorted(part.adjustments.items()):
        if name not in part.applied_at:
            continue
        cancelled = adjustment.get("cancelled", 0)
        changes += [part.applied_at[name], cancelled]
        # What is applied late counts from its day on.
        counted += [adjustment.get("applies", adjustment["requested"]), cancelled]
        if adjustment["status"] != "cancelled":
            standing.append(adjustment)
    zone = ZoneInfo(clinic["time_zone"])
    first, _ = period_of(local_day(max(counted), zone), clinic["billing_day"])
    if clinic["maximum_first"] != first.isoformat():
        yield f"I3: paid maxima are of {clinic['maximum_first']}, the last change was in {first}"
    changes += [header.get("finalized", 0) for header in part.invoices.values()]
    if clinic["billing_changed"] != max(changes):
        yield "I3: the clinic's billing changed at another time than it says"
    begin = _midnight(first, zone)
    quantity = Counter(part.registered)
    greatest = Counter(part.registered)
    for adjustment in standing:
        for kind, delta in adjustment["lines"]:
            quantity[kind] += delta
            before = adjustment["effective"] < begin + is_of_renewal(adjustment)
            earlier = 0 if before else greatest[kind]
            greatest[kind] = max(quantity[kind], earlier)
    for kind, (_, _, _, maximum, *_) in clinic["licenses"].items():
        if maximum != greatest[kind]:
            yield f"I3: the paid maximum of {kind} is {maximum}, and was {greatest[kind]}"


def period_of(today: date, billing_day: int) -> tuple[date, date]:
    starts = [
        _billing_date(
            today.year + (today.month - 1 + step) // 12,
            (today.month - 1 + step) % 12 + 1,
            billing_day,
        )
        for step in (-1, 0, 1)
    ]
    return (starts[1], starts[2]) if starts[1] <= today else (starts[0], starts[1])


def _billing_date(year: int, month: int, day: int) -> date:
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day - 1), following - timedelta(days=1))


def _midnight(day: date, zone: ZoneInfo) -> int:
    return (datetime.combine(day, time(0), zone).astimezone(UTC) - EPOCH) // MILLISECOND


def local_day(moment: int, zone: ZoneInfo) -> date:
    return (EPOCH + moment * MILLISECOND).astimezone(zone).date()


def _first_prices(part: Partition, end: int) -> dict[str, int]:
    """Return the prices of the period of registration, which no invoice's terms tell."""
    added = {
        line["type"]: line["price"]
        for adjustment in part.adjustments.values()
        if adjustment["effective"] < end
        for line in adjustment["priced"]
    }
    return added | registered_prices(part)


def registered_prices(part: Partition) -> dict[str, int]:
    """Return the prices at registration, as far as they were billed."""
    return {
        line["type"]: line["price"]
        for on_it in part.lines.values()
        for name, line in on_it.items()
        if name.startswith("REGISTRATION#")
    }
