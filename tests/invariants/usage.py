"""What is kept of usage: the greatest counts of each period, and what each type was billed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from tests.invariants.billing import local_day, period_of
from tests.invariants.table import Partition, Plain

Greatest = dict[date, dict[str, list[int]]]


def peaks(part: Partition) -> Iterable[str]:
    """The peaks of each period are those of the counts that history tells of."""
    greatest = _greatest(part)
    clinic = part.clinic
    now = _first_day(part, clinic["updated"])
    for kind, (_, in_use, _, _, _, _, *peak) in clinic["licenses"].items():
        if max([in_use, *peak]) != greatest[now][kind][1]:
            yield f"I1: the most {kind} in use is {peak}, and was {greatest[now][kind][1]}"
    for first, kept in _kept(part):
        for kind, (purchased, in_use) in kept.items():
            most, used = greatest.get(first, {}).get(kind, [0, 0])
            if in_use != used or not used <= purchased <= most:
                yield f"I1: {kind} of {first} peaks at {purchased}/{in_use}, was {most}/{used}"


def billed(part: Partition) -> Iterable[str]:
    """What an invoice bills for each type is what the lines of the type add up to."""
    for name, header in part.invoices.items():
        sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for line in part.lines[name].values():
            if line["kind"] != "correction":
                sums[line["type"]][line["kind"] == "recurring"] += line["cents"]
        if header.get("billed", sums) != sums:
            yield f"I3: invoice {name} says {header['billed']}, its lines {dict(sums)}"


def _kept(part: Partition) -> Iterator[tuple[date, Plain]]:
    for day, kept, number in part.clinic.get("past_peaks", ()):
        first = date.fromisoformat(day)
        for _ in range(number):
            yield first, kept
            first = period_of(first, part.clinic["billing_day"])[1]
    for header in part.invoices.values():
        if "peaks" in header:
            last = date.fromisoformat(header["first"]) - timedelta(days=1)
            yield period_of(last, part.clinic["billing_day"])[0], header["peaks"]


def _greatest(part: Partition) -> Greatest:
    in_use = Counter(user["license_type"] for user in part.first_users.values())
    counts = {kind: [purchased, in_use[kind]] for kind, purchased in part.registered.items()}
    found: Greatest = {}
    earlier = counts
    for moment in part.moments:
        first = _first_day(part, moment[0]["at"])
        # Who leaves with their license is seen to do so with its release, a moment later.
        leaves = part.tells_release(moment)
        for period in _until(part, max(found, default=first), first):
            known = earlier if leaves else counts
            found.setdefault(period, {kind: list(pair) for kind, pair in known.items()})
        earlier = dict(counts)
        for record in moment:
            told = record["after"].get("licenses", record["after"])
            for kind, after in told.items():
                if isinstance(after, dict) and {"purchased", "in_use"} <= after.keys():
                    counts[kind] = [after["purchased"], after["in_use"]]
        for kind in counts.keys() | part.clinic["licenses"].keys():
            had = found[first].setdefault(kind, [0, 0])
            now = counts.get(kind, [0, 0])
            found[first][kind] = [max(pair) for pair in zip(had, now, strict=True)]
    return found


def _until(part: Partition, first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first = period_of(first, part.clinic["billing_day"])[1]


def _first_day(part: Partition, moment: int) -> date:
    today = local_day(moment, ZoneInfo(part.clinic["time_zone"]))
    return period_of(today, part.clinic["billing_day"])[0]
