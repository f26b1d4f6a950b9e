"""The event bus that other systems listen to."""

import json
import random
import time
from collections.abc import Iterator, Sequence

from licensing.adapters.aws import client
from licensing.domain.business_events import BusinessEvent

SOURCE = "clinic-license-manager"
# EventBridge takes so many events and bytes in one call.
_MOST, _MOST_BYTES = 10, 240_000
_TRIES, _FIRST_WAIT = 5, 0.05
_CHANCE = random.SystemRandom()


class EventBus:
    """Puts events on the bus in their order, and again what it did not take."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._events = client("events")

    def put(self, events: Sequence[BusinessEvent]) -> int:
        """Return how many of the events, from the first on, the bus has taken."""
        taken = 0
        for call in _calls([self._entry(event) for event in events]):
            refused = self._refused(call)
            if refused is not None:
                return taken + refused
            taken += len(call)
        return taken

    def _refused(self, entries: list[dict[str, str]]) -> int | None:
        """Put all of the entries; return the first that was refused each time."""
        left = list(range(len(entries)))
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(_CHANCE.uniform(0, _FIRST_WAIT * 2**attempt))
            answer = self._events.put_events(Entries=[entries[place] for place in left])
            left = [
                place
                for place, told in zip(left, answer["Entries"], strict=True)
                if "ErrorCode" in told
            ]
            if not left:
                return None
        return left[0]

    def _entry(self, event: BusinessEvent) -> dict[str, str]:
        return {
            "EventBusName": self._name,
            "Source": SOURCE,
            "DetailType": event.kind,
            "Detail": json.dumps(event.detail, separators=(",", ":")),
        }


def _calls(entries: list[dict[str, str]]) -> Iterator[list[dict[str, str]]]:
    """Yield the entries in as many as one call may have."""
    call: list[dict[str, str]] = []
    size = 0
    for entry in entries:
        bytes_of = sum(len(value.encode()) for value in entry.values())
        if call and (len(call) == _MOST or size + bytes_of > _MOST_BYTES):
            yield call
            call, size = [], 0
        call.append(entry)
        size += bytes_of
    if call:
        yield call
