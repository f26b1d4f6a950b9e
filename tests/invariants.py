"""The invariants I1 to I7, judged from what lies in the table, the outbox and the executions.

Nothing of the product's own code is used but its time zones: whatever the product computes is
computed here again, in another way. History is replayed from registration to the present, so
a change without its record, or by somebody who was not allowed to make it, comes to light.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

Plain = dict[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEWEST_OPEN = 10


@dataclass
class Partition:
    """One clinic with all that belongs to it, by id."""

    clinic_id: str
    clinic: Plain = field(default_factory=dict)
    users: dict[str, Plain] = field(default_factory=dict)
    adjustments: dict[str, Plain] = field(default_factory=dict)
    invoices: dict[str, Plain] = field(default_factory=dict)
    lines: dict[str, dict[str, Plain]] = field(default_factory=lambda: defaultdict(dict))
    history: dict[str, Plain] = field(default_factory=dict)
    requests: int = 0


def violations(
    items: Sequence[Plain],
    outbox: Sequence[Any] = (),
    executions: Sequence[Any] = (),
    *,
    staff: Iterable[str] = (),
) -> list[str]:
    """Return one sentence for everything that must not be so."""
    clinics = partitions(items)
    found = [said for part in clinics.values() for said in of_clinic(part, staff)]
    return found + between(clinics, outbox, executions) + mails(items, outbox)


def of_clinic(part: Partition, staff: Iterable[str]) -> list[str]:
    """Return what must not be so within one clinic."""
    found = [
        f"{part.clinic_id}: {said}"
        for judge in (_i1, _i2, _open, _lines, _homes, _i3, _i6)
        for said in judge(part)
    ]
    return found + [f"{part.clinic_id}: {said}" for said in _actors(part, set(staff))]


def between(
    clinics: dict[str, Partition], outbox: Sequence[Any], executions: Sequence[Any]
) -> list[str]:
    """Return what must not be so between the table, the outbox and the executions."""
    return [*_i4(clinics, outbox), *_executions(clinics, executions)]


def mails(items: Iterable[Plain], outbox: Sequence[Any]) -> list[str]:
    """Return what must not be so with mailed requests: each acted on and answered once (I7)."""
    found: list[str] = []
    sent = Counter((mail.tags["mail"], mail.recipients) for mail in outbox if "mail" in mail.tags)
    asked, done = 0, 0
    for item in items:
        kind, _, name = item["pk"]["S"].partition("#")
        if kind == "MAIL":
            record = record_of(item)
            asked += len(record["outcome"]["lines"])
            for recipients, *_, delivery in record["letters"]:
                times = sent.pop((name, tuple(recipients)), 0)
                if times > 1 or (delivery == "sent") > times or (delivery == "queued" and times):
                    found.append(f"I7: a letter is {delivery}, and went out {times} times")
        elif item["sk"]["S"].startswith("ADJUSTMENT#") and plain(item["by"])[2] == "email":
            done += len(item["lines"]["L"])
    nights = Counter(mail.tags.get("reconciliation") for mail in outbox)
    found += [
        f"staff heard {times} times of {night}"
        for night, times in nights.items()
        if night and times > 1
    ]
    if asked != done:
        found.append(f"I7: mails asked for {asked} lines, and {done} were applied")
    if sent:
        found.append(f"I7: {len(sent)} letters went out that no mail caused")
    return found


def partitions(
    items: Iterable[Plain], read: Callable[[Plain], Plain] | None = None
) -> dict[str, Partition]:
    """Return the clinics in the table; ``read`` makes plain values of an item."""
    clinics: dict[str, Partition] = {}
    for item in items:
        kind, _, clinic_id = item["pk"]["S"].partition("#")
        if kind != "CLINIC":
            continue
        part = clinics.setdefault(clinic_id, Partition(clinic_id))
        _file(part, item["sk"]["S"], (read or record_of)(item))
    return clinics


def record_of(item: Plain) -> Plain:
    """Return an item's plain values."""
    return {name: plain(value) for name, value in item.items()}


def _file(part: Partition, sort: str, record: Plain) -> None:
    kind, _, name = sort.partition("#")
    if kind == "CLINIC":
        part.clinic = record
    elif kind == "USER":
        part.users[name] = record
    elif kind == "ADJUSTMENT":
        part.adjustments[name] = record
    elif kind == "HISTORY":
        part.history[name] = record
    elif kind == "REQUEST":
        part.requests += 1
    elif kind == "INVOICE":
        invoice, _, line = name.partition("#LINE#")
        if line:
            part.lines[invoice][line] = record
        else:
            part.invoices[invoice] = record
    else:
        raise ValueError(f"nobody knows what {sort} is")


def plain(value: Plain) -> Any:
    """Return the plain value of an attribute."""
    ((kind, content),) = value.items()
    if kind == "N":
        return int(content)
    if kind == "L":
        return [plain(entry) for entry in content]
    if kind == "M":
        return {name: plain(entry) for name, entry in content.items()}
    return None if kind == "NULL" else content


def _i1(part: Partition) -> Iterable[str]:
    active = Counter(user["license_type"] for user in part.users.values() if user["active"])
    for kind, (purchased, in_use, *_) in part.clinic["licenses"].items():
        if not 0 <= in_use <= purchased:
            yield f"I1: {kind} has {in_use} in use of {purchased}"
        if in_use != active.pop(kind, 0):
            yield f"I1: {kind} says {in_use} in use, which are not the active users"
    if active:
        yield f"I1: active users without licenses: {dict(active)}"
    managers = sum(_manages(user) for user in part.users.values())
    if managers != part.clinic["managers"] or managers < 1:
        yield f"I1: {managers} active User Managers, the clinic says {part.clinic['managers']}"


def _i2(part: Partition) -> Iterable[str]:
    wanted, billed = Counter(_registered(part)), Counter(_registered(part))
    for adjustment in part.adjustments.values():
        for kind, delta in adjustment["lines"]:
            wanted[kind] += delta if adjustment["status"] != "cancelled" else 0
            billed[kind] += delta if adjustment["status"] in ("invoiced", "confirmed") else 0
    for kind, (purchased, _, invoiced, *_) in part.clinic["licenses"].items():
        if purchased != wanted[kind]:
            yield f"I2: {kind} has {purchased} purchased, adjustments make it {wanted[kind]}"
        if invoiced != billed[kind]:
            yield f"I3: {kind} has {invoiced} invoiced, adjustments make it {billed[kind]}"


def _open(part: Partition) -> Iterable[str]:
    still = sorted(
        (
            name
            for name, adjustment in part.adjustments.items()
            if adjustment["status"] in ("applied", "invoiced")
        ),
        reverse=True,
    )
    if part.clinic.get("open_count", 0) != len(still):
        yield f"{len(still)} open adjustments, counted {part.clinic.get('open_count', 0)}"
    for entry in part.clinic.get("open", ()):
        name, status = entry[:26], entry[26]
        known = part.adjustments.get(name, {}).get("status")
        if known != {"i": "invoiced", "a": "applied"}[status]:
            yield f"open adjustment {name} is shown as {status}, and is {known}"
    if len(still) <= NEWEST_OPEN and {entry[:26] for entry in part.clinic.get("open", ())} > set(
        still
    ):
        yield "the clinic names adjustments that are not open"
    cents = sum(
        line["cents"]
        for adjustment in part.adjustments.values()
        if adjustment["status"] == "applied"
        for line in adjustment["priced"]
    )
    if part.clinic.get("uninvoiced_cents", 0) != cents:
        yield f"{cents} cents wait for an invoice, counted {part.clinic.get('uninvoiced_cents', 0)}"


def _lines(part: Partition) -> Iterable[str]:
    upcoming = [name for name, of in part.invoices.items() if of["status"] == "upcoming"]
    if upcoming != [part.clinic["next_renewal"][:7]]:
        yield f"I3: upcoming invoices {upcoming}, next renewal {part.clinic['next_renewal']}"
    for name, header in part.invoices.items():
        lines = part.lines[name].values()
        if header["total_cents"] != sum(line["cents"] for line in lines):
            yield f"I3: invoice {name} says {header['total_cents']}, its lines add up otherwise"
        if header["line_count"] != len(lines):
            yield f"I3: invoice {name} counts {header['line_count']} lines of {len(lines)}"
        for line_id, line in part.lines[name].items():
            if line["cents"] != rounded(_exact(line)):
                yield f"I3: line {line_id} of invoice {name} is rounded wrongly"


def _homes(part: Partition) -> Iterable[str]:
    """I3: a billed adjustment's lines stand on its one invoice, others have none."""
    homes: dict[str, set[str]] = defaultdict(set)
    for name, lines in part.lines.items():
        for line in lines.values():
            if "adjustment" in line:
                homes[line["adjustment"]].add(name)
    for name, adjustment in part.adjustments.items():
        billed = adjustment["status"] in ("invoiced", "confirmed")
        wanted = {adjustment.get("invoice_id")} if billed else set()
        if homes.pop(name, set()) != wanted:
            yield f"I3: {adjustment['status']} adjustment {name} is not on its one invoice"
    if homes:
        yield f"I3: lines of adjustments that are not there: {sorted(homes)}"


def _exact(line: Plain) -> Fraction:
    sign = -1 if line["kind"] == "proration_credit" else 1
    numerator, denominator = line["share"]
    return Fraction(sign * line["quantity"] * line["price"] * numerator, denominator)


def rounded(value: Fraction) -> int:
    """Return the value rounded half away from zero."""
    whole = int(abs(value) + Fraction(1, 2))
    return whole if value >= 0 else -whole


def _i3(part: Partition) -> Iterable[str]:
    billed: dict[str, Fraction] = defaultdict(Fraction)
    for name in part.invoices:
        for line in part.lines[name].values():
            billed[line["type"]] += _exact(line)
    owed = owed_until_renewal(part)
    for kind in part.clinic["licenses"]:
        if billed[kind] != owed[kind]:
            yield f"I3: {kind} is billed {float(billed[kind]):.4f}, owed {float(owed[kind]):.4f}"


def owed_until_renewal(part: Partition) -> dict[str, Fraction]:
    """Return the integral of quantity times price, to the end of the last renewed period."""
    zone = ZoneInfo(part.clinic["time_zone"])
    day = part.clinic["billing_day"]
    registered_at = _at(part.clinic["registered"])
    end = date.fromisoformat(part.clinic["next_renewal"])
    owed: dict[str, Fraction] = defaultdict(Fraction)
    period = _period_of(registered_at.astimezone(zone).date(), day)
    while period[0] < end:
        finalized = part.invoices.get(f"{period[0]:%Y-%m}", {})
        prices, unit, credit = finalized.get("terms") or (
            _first_prices(part, _midnight(period[1], zone)),
            "second",
            "prorated",
        )
        for kind, price in prices.items():
            owed[kind] += price * _share(part, kind, period, zone, unit, credit)
        period = _period_of(period[1], day)
    return owed


def _share(
    part: Partition, kind: str, period: tuple[date, date], zone: ZoneInfo, unit: str, credit: str
) -> Fraction:
    """Return the integral of the quantity over one period, as a part of the period."""
    begin, end = (_midnight(day, zone) for day in period)
    whole = Fraction(_measure(begin, end, zone, unit))
    registered_at = _at(part.clinic["registered"])
    changes = sorted(
        [(registered_at, _registered(part).get(kind, 0))]
        + [
            (_at(adjustment["effective"]), delta)
            for adjustment in part.adjustments.values()
            if adjustment["status"] in ("invoiced", "confirmed")
            for changed, delta in adjustment["lines"]
            if changed == kind
        ]
    )
    quantity, greatest, total = 0, None, Fraction(0)
    since = begin
    for moment, delta in changes:
        if moment >= end:
            break
        if moment > begin:
            total += _counted(quantity, greatest, credit) * _measure(since, moment, zone, unit)
            since = moment
            greatest = quantity if greatest is None else max(quantity, greatest)
        quantity += delta
    total += _counted(quantity, greatest, credit) * _measure(since, end, zone, unit)
    return total / whole


def _counted(quantity: int, greatest: int | None, credit: str) -> int:
    return max(quantity, greatest) if credit == "none" and greatest is not None else quantity


def _measure(begin: datetime, end: datetime, zone: ZoneInfo, unit: str) -> int:
    if unit == "day":
        return (end.astimezone(zone).date() - begin.astimezone(zone).date()).days
    begin, end = begin.replace(microsecond=0), end.replace(microsecond=0)
    return (end - begin) // timedelta(seconds=1)


def _period_of(today: date, billing_day: int) -> tuple[date, date]:
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


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone).astimezone(UTC)


def _first_prices(part: Partition, end: datetime) -> dict[str, int]:
    """Return the prices of the period of registration, which no invoice's terms tell."""
    registered = [
        line
        for lines in part.lines.values()
        for name, line in lines.items()
        if name.startswith("REGISTRATION#")
    ]
    added = [
        line
        for adjustment in part.adjustments.values()
        if _at(adjustment["effective"]) < end
        for line in adjustment["priced"]
    ]
    return {line["type"]: line["price"] for line in (*added, *registered)}


def _i4(clinics: dict[str, Partition], outbox: Sequence[Any]) -> Iterable[str]:
    confirmations = Counter(
        mail.tags.get("adjustment_id") for mail in outbox if "claim" in mail.tags
    )
    for part in clinics.values():
        resends = Counter(
            record["subject"]
            for record in part.history.values()
            if record["action"] == "confirmation_requeued"
        )
        for name, adjustment in part.adjustments.items():
            sent = confirmations.pop(name, 0)
            state = adjustment["confirmation"]
            if adjustment["status"] in ("applied", "cancelled") and (sent or state != "queued"):
                yield f"I4: {adjustment['status']} adjustment {name} has a confirmation"
            if sent > 1 + resends[name]:
                yield f"I4: {sent} confirmations of {name} went out"
            if state == "queued" and sent > resends[name]:
                yield f"I4: {name} is queued, and its mail went out already"
            if state == "sent" and sent == 0 and adjustment.get("settled_as") != "sent":
                yield f"I4: {name} counts as confirmed without a mail"
            if (state == "sent") != (adjustment["status"] == "confirmed"):
                yield f"I4: {name} is {adjustment['status']} with confirmation {state}"
    if confirmations:
        yield f"I4: mails about adjustments that are not there: {dict(confirmations)}"


def _executions(clinics: dict[str, Partition], executions: Sequence[Any]) -> Iterable[str]:
    for execution in executions:
        given = json.loads(execution.text)
        part = clinics.get(given["clinic_id"])
        if part is None or given["adjustment_id"] not in part.adjustments:
            yield f"an update was started for {given}, which is not there"
        elif not execution.name.startswith(given["adjustment_id"]):
            yield f"the update of {given['adjustment_id']} is named {execution.name}"


def _i6(part: Partition) -> Iterable[str]:
    """Replay history: counts and users must come out as they are, with no step missing."""
    users = _first_managers(part)
    licenses = {
        kind: {"purchased": purchased, "in_use": 0} for kind, purchased in _registered(part).items()
    }
    for user in users.values():
        licenses[user["license_type"]]["in_use"] += 1
    moments = _moments(part)
    for moment in moments:
        yield from _replay(licenses, users, moment)
    for kind, (purchased, in_use, *_) in part.clinic["licenses"].items():
        if licenses[kind] != {"purchased": purchased, "in_use": in_use}:
            yield f"I6: history makes {kind} {licenses[kind]}, it is {purchased}/{in_use}"
    for name, user in part.users.items():
        if users.get(name) != _facts(user):
            yield f"I6: history does not make user {name} what they are"
    version = part.clinic["version"]
    if not version <= len(moments) <= version + _releases(moments):
        yield f"I6: {len(moments)} changes in history, the clinic is at {version}"
    yield from _told(part)


def _first_managers(part: Partition) -> dict[str, Plain]:
    """Return the users that the clinic was registered with, as they were then."""
    first = {
        name: _facts(user)
        for name, user in part.users.items()
        if user["created"] == part.clinic["registered"]
    }
    for name in sorted(part.history, reverse=True):
        record = part.history[name]
        if record["action"].startswith("user_") and record["subject"] in first:
            first[record["subject"]] = _without_counts(record["before"])
    return first


def _moments(part: Partition) -> list[list[Plain]]:
    """Return history by moment; one transaction has one moment, a release with it the next."""
    groups: dict[int, list[Plain]] = defaultdict(list)
    for name in sorted(part.history):
        record = part.history[name]
        groups[record["at"]].append(record)
    return [groups[moment] for moment in sorted(groups)]


def _releases(moments: list[list[Plain]]) -> int:
    """Return how often a release followed a deactivation at once, as in one transaction."""
    return sum(
        bool(before)
        and before[0]["action"] == "user_deactivated"
        and after[0]["action"] == "licenses_adjusted"
        and after[0]["at"] == before[0]["at"] + 1
        for before, after in pairwise(moments)
    )


def _replay(
    licenses: dict[str, Plain], users: dict[str, Plain], moment: list[Plain]
) -> Iterable[str]:
    for record in moment:
        before, after = record["before"], record["after"]
        if record["action"].startswith("user_"):
            name = record["subject"]
            if users.get(name, {}) != _without_counts(before):
                yield f"I6: {record['action']} of {name} does not begin where the last one ended"
            users[name] = _without_counts(after)
            before, after = before.get("licenses", {}), after.get("licenses", {})
        elif record["action"] not in ("licenses_adjusted", "adjustment_cancelled"):
            continue
        for kind, counts in before.items():
            if licenses[kind] != counts:
                yield f"I6: {record['action']} begins with {counts} {kind}, it was otherwise"
        licenses |= after


def _told(part: Partition) -> Iterable[str]:
    told = Counter((record["action"], record["subject"]) for record in part.history.values())
    for name, adjustment in part.adjustments.items():
        status = adjustment["status"]
        wanted = {
            "licenses_adjusted": 1,
            "adjustment_cancelled": int(status == "cancelled"),
            "adjustment_invoiced": int(status in ("invoiced", "confirmed")),
            "adjustment_confirmed": int(status == "confirmed"),
        }
        for action, times in wanted.items():
            if told[action, name] != times:
                yield f"I6: {status} adjustment {name} has {told[action, name]} x {action}"
    for name, invoice in part.invoices.items():
        if told["invoice_finalized", name] != int(invoice["status"] == "finalized"):
            yield f"I6: {invoice['status']} invoice {name} has no fitting history"


def _actors(part: Partition, staff: set[str]) -> Iterable[str]:
    """I5: whoever changed something was an active User Manager at that time, or staff."""
    managing = {name for name, user in _first_managers(part).items() if _manages(user)}
    by_staff = {
        "clinic_registered",
        "clinic_changed",
        "confirmation_requeued",
        "adjustment_confirmed",
        "mail_address_cleared",
    }
    last: list[Plain] = []
    for moment in _moments(part):
        # A release is one transaction with the deactivation before it, also of oneself.
        allowed = managing | ({of["by"][0] for of in last} if _releases([last, moment]) else set())
        for record in moment:
            actor, _, channel = record["by"]
            if actor is None:
                if channel != "system":
                    yield f"I5: {record['action']} by nobody, on channel {channel}"
            elif actor in staff:
                if record["action"] not in by_staff:
                    yield f"I5: staff did {record['action']}"
            elif actor not in allowed:
                yield f"I5: {record['action']} by {actor}, who was no active User Manager"
        for record in moment:
            if record["action"].startswith("user_"):
                (managing.add if _manages(record["after"]) else managing.discard)(record["subject"])
        last = moment


def _registered(part: Partition) -> dict[str, int]:
    (record,) = (of for of in part.history.values() if of["action"] == "clinic_registered")
    licenses: dict[str, int] = record["after"]["licenses"]
    return licenses


def _facts(user: Plain) -> Plain:
    return {name: user[name] for name in ("name", "license_type", "active", "permissions")}


def _without_counts(facts: Plain) -> Plain:
    return {name: value for name, value in facts.items() if name != "licenses"}


def _manages(user: Plain) -> bool:
    return bool(user["active"]) and "user_manager" in user["permissions"]


def _at(milliseconds: int) -> datetime:
    return EPOCH + timedelta(milliseconds=milliseconds)
