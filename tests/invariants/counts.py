"""I1 and I2: what the clinic's own record counts is what its users and adjustments are."""

from collections import Counter
from collections.abc import Iterable

from tests.invariants.table import Partition, manages

STANDING = ("applied", "invoiced", "confirmed")


def in_use(part: Partition) -> Iterable[str]:
    """I1: licenses in use are the active users."""
    active = Counter(user["license_type"] for user in part.users.values() if user["active"])
    for kind, (purchased, in_use, *_) in part.clinic["licenses"].items():
        if not 0 <= in_use <= purchased:
            yield f"I1: {kind} has {in_use} in use of {purchased}"
        if in_use != active.pop(kind, 0):
            yield f"I1: {kind} says {in_use} in use, which are not the active users"
    if active:
        yield f"I1: active users without licenses: {dict(active)}"
    managers = sum(manages(user) for user in part.users.values())
    if managers != part.clinic["managers"] or (managers < 1 and "closing" not in part.clinic):
        yield f"I1: {managers} active User Managers, the clinic says {part.clinic['managers']}"


def purchased(part: Partition) -> Iterable[str]:
    """I2: purchased licenses are those registered and all that was adjusted since."""
    wanted, billed = Counter(part.registered), Counter(part.registered)
    for adjustment in part.adjustments.values():
        for kind, delta in adjustment["lines"]:
            wanted[kind] += delta if adjustment["status"] in STANDING else 0
            billed[kind] += delta if adjustment["status"] in ("invoiced", "confirmed") else 0
    for kind, (purchased, _, invoiced, *_) in part.clinic["licenses"].items():
        if purchased != wanted.pop(kind, 0):
            yield f"I2: {kind} has {purchased} purchased, adjustments make it otherwise"
        if invoiced != billed[kind]:
            yield f"I3: {kind} has {invoiced} invoiced, adjustments make it {billed[kind]}"
    if wanted:
        yield f"I2: adjusted license types that the clinic lacks: {sorted(wanted)}"


def scheduled(part: Partition) -> Iterable[str]:
    """What waits for its day is named by the clinic, with what it changes, the earliest first."""
    waits = [
        [name, dict(adjustment["lines"])]
        for name, adjustment in sorted(part.adjustments.items())
        if adjustment["status"] == "scheduled"
    ]
    # A user who starts with a license that is there changes none.
    named = [entry[:2] for entry in part.clinic.get("scheduled", ()) if any(entry[1].values())]
    if named != waits:
        yield f"I2: the clinic names as scheduled {named}, there is {waits}"


def starting(part: Partition) -> Iterable[str]:
    """Who waits for their first day is named by the clinic, and nobody else is."""
    waits = sorted([user["starts"], name] for name, user in part.users.items() if "starts" in user)
    named = sorted([entry[0], entry[2]] for entry in part.clinic.get("scheduled", ()) if entry[2:])
    if named != waits:
        yield f"I1: the clinic names as starting {named}, there wait {waits}"


def waiting(part: Partition) -> Iterable[str]:
    """What waits for its invoice or its confirmation is counted."""
    still = sum(of["status"] in ("applied", "invoiced") for of in part.adjustments.values())
    if part.clinic.get("open_count", 0) != still:
        yield f"I2: {still} open adjustments, counted {part.clinic.get('open_count', 0)}"
    cents = sum(
        line["cents"]
        for adjustment in part.adjustments.values()
        if adjustment["status"] == "applied"
        for line in adjustment["priced"]
    )
    counted = part.clinic.get("uninvoiced_cents", 0)
    if counted != cents:
        yield f"I3: {cents} cents wait for an invoice, counted {counted}"
