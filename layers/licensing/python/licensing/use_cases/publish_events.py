"""Telling other systems what was committed, as the table's stream tells it."""

from collections.abc import Iterator, Sequence
from typing import Any

from licensing import events
from licensing.domain.adjustments import Adjustment
from licensing.domain.beside import History
from licensing.domain.business_events import BusinessEvent
from licensing.domain.clinics import Clinic
from licensing.domain.invoices import Invoice
from licensing.domain.keys import ADJUSTMENT, Key, invoice_key, invoice_lines
from licensing.domain.reconciliation import NightlyFinding
from licensing.domain.records import Record
from licensing.use_cases.ports import EventBus, Store


def publish_events(store: Store, bus: EventBus, records: Sequence[Record]) -> int:
    """Return how many of the records, from the first on, the bus has been told of.

    In their order; what is told again has the same ids and the same content.
    """
    made = list(_events(store, records))
    taken = bus.put([event for _, event in made])
    return len(records) if taken == len(made) else made[taken][0]


def _events(store: Store, records: Sequence[Record]) -> Iterator[tuple[int, BusinessEvent]]:
    """Yield each event with the place of the record that it tells of."""
    keys = {place: key for place, record in enumerate(records) if (key := _subject(record))}
    subjects = dict(zip(keys, store.load(*keys.values()), strict=True))
    for place, record in enumerate(records):
        for event in _events_of(store, record, subjects.get(place)):
            yield place, event


def _subject(record: Record) -> Key[Any] | None:
    """Return where that lies which a change was made of, if more is told of it."""
    if isinstance(record, History) and record.action in events.ADJUSTMENTS:
        return ADJUSTMENT.key(record.clinic_id, record.subject)
    if isinstance(record, History) and record.action in events.INVOICES:
        return invoice_key(record.clinic_id, record.subject)
    return None


def _events_of(store: Store, record: Record, subject: Any) -> list[BusinessEvent]:
    match record, subject:
        case Clinic(), _:
            return [events.clinic_registered(record)]
        case NightlyFinding(), _:
            return [events.finding_reported(record)]
        case History(), Adjustment():
            return [events.adjustment_changed(record, subject)]
        case History(), Invoice():
            stored = store.all(record.clinic_id, invoice_lines(subject.invoice_id))
            return events.invoice_finalized(record, subject, [one.line for one in stored])
        case History(action=action), None if action in events.CLOSED:
            return [events.clinic_closed(record)]
        case History(action=action), None if action in events.USERS:
            return events.user_switched(record)
    raise LookupError(f"a record that no event is made of: {type(record).__name__}")
