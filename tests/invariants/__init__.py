"""The invariants I1 to I7, judged from what lies in the table, the outbox and the executions.

Nothing of the product's own code is used but its time zones: whatever the product computes is
computed here again, in another way. History is replayed from registration to the present, so
a change without its record, or by somebody who was not allowed to make it, comes to light.

A state may be broken in any way: where a judge finds no sense in it, that is a violation too.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from tests.invariants import (
    actors,
    answers,
    billing,
    counts,
    history,
    letters,
    names,
    transfers,
    usage,
)
from tests.invariants.table import Partition, Plain, partitions, plain, record_of

__all__ = [
    "between",
    "mails",
    "of_clinic",
    "partitions",
    "plain",
    "record_of",
    "violations",
]

_OF_ALL_LINES = (billing.invoices, billing.periods, history.replayed, usage.billed)
"""Judges who cannot say anything while some lines are still to be written."""
_JUDGES: tuple[tuple[str, Callable[[Partition], Iterable[str]]], ...] = (
    ("I1", counts.in_use),
    ("I2", counts.purchased),
    ("I2", counts.waiting),
    ("I2", counts.scheduled),
    ("I1", counts.starting),
    ("I3", billing.invoices),
    ("I3", billing.halfway),
    ("I3", billing.homes),
    ("I3", billing.periods),
    ("I3", billing.maxima),
    ("I1", usage.peaks),
    ("I3", usage.billed),
    ("I6", history.replayed),
    ("I7", answers.kept),
)


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
    found += _judged("search", names.found_under, items, clinics)
    return found + between(clinics, outbox, executions) + mails(items, outbox)


def of_clinic(part: Partition, staff: Iterable[str]) -> list[str]:
    """Return what must not be so within one clinic."""
    return [f"{part.clinic_id}: {said}" for said in _within(part, set(staff))]


def between(
    clinics: dict[str, Partition], outbox: Sequence[Any], executions: Sequence[Any]
) -> list[str]:
    """Return what must not be so between the table, the outbox and the executions."""
    return [
        *_judged("I2", transfers.whole, clinics),
        *_judged("I4", letters.confirmations, clinics, outbox),
        *_judged("I4", letters.addressed, clinics, outbox),
        *_judged("I4", letters.started, clinics, executions),
    ]


def mails(items: Iterable[Plain], outbox: Sequence[Any]) -> list[str]:
    """Return what must not be so with mailed requests: each acted on and answered once (I7)."""
    items = list(items)
    return [
        *_judged("I7", letters.mailed_requests, items, outbox),
        *_judged("I7", letters.replies, items),
        *_judged("I4", letters.notices, items, outbox),
        *_judged("I4", letters.listed, items),
    ]


def _within(part: Partition, staff: set[str]) -> Iterator[str]:
    for sort in part.unknown:
        yield f"nobody knows what {sort} is"
    if not part.clinic:
        yield "I6: records of a clinic that is not there"
        return
    if len(part.registrations) != 1:
        yield f"I6: history tells of {len(part.registrations)} registrations"
        return
    halfway = any("unwritten" in header for header in part.invoices.values())
    for invariant, judge in _JUDGES:
        if halfway and judge in _OF_ALL_LINES:
            continue
        # Nobody adds anything any more: how much was paid for does not matter.
        if part.has_closed and judge is billing.maxima:
            continue
        yield from _judged(invariant, judge, part)
    yield from _judged("I5", actors.permitted, part, staff)


def _judged(invariant: str, judge: Callable[..., Iterable[str]], *given: Any) -> Iterator[str]:
    """Yield what the judge says, and why it could not say more."""
    try:
        yield from judge(*given)
    except Exception as error:  # noqa: BLE001  a state can be broken in any way
        yield f"{invariant}: too broken to be judged by {judge.__name__}: {error!r}"
