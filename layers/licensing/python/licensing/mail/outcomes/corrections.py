"""Corrections: behind "no wait" or "make that", what is named then holds instead."""

from collections.abc import Sequence
from dataclasses import replace

from licensing.mail.doubts import Doubt
from licensing.mail.outcomes.outcome import Worry
from licensing.mail.outcomes.survey import Survey
from licensing.mail.remarks.naming import number_corrected
from licensing.mail.requests.asked import Entry
from licensing.mail.requests.verbs import Mood


def corrected(found: Survey, worries: Sequence[Worry]) -> tuple[list[Entry], list[Worry]]:
    """Return the requests that hold, and what speaks against them then."""
    live = _replaced(found, worries)
    moved = next((worry for worry in worries if worry.doubt is Doubt.NO_CLINIC), None)
    if moved is None:
        return live, [*worries]
    clinic = _clinic_at(found, live, moved.at)
    if clinic is not None:
        return [entry.of(clinic_id=clinic) for entry in live], [*worries]
    return live, [Worry(Doubt.SEVERAL_CLINICS, moved.words, moved.at, "clinic_id"), *worries]


def _clinic_at(found: Survey, live: Sequence[Entry], at: int) -> str | None:
    """The one other clinic that a sentence names for a request before: "Wait, no, Main Street"."""
    if len(live) != 1 or live[0].item.clinic_id is None or not 0 <= at < len(found.said):
        return None
    sentence = found.said[at].sentence
    others = {place for said in found.sentence(sentence) for place in said.places}
    others -= {live[0].item.clinic_id}
    return others.pop() if len(others) == 1 and live[0].sentence < sentence else None


def _replaced(found: Survey, worries: Sequence[Worry]) -> list[Entry]:
    """The requests, or what is named behind a correction, which replaces them."""
    live, entries = found.live, found.entries
    for mark in [w for w in worries if w.doubt in (Doubt.CORRECTED, Doubt.RETRACTED)]:
        asking = any(entry.at == mark.at for entry in live)
        earlier = [e for e in live if e.at < mark.at + asking]
        if not earlier:
            continue
        ends = any(w.at == mark.at and w.doubt is Doubt.RETRACTED for w in worries)
        later = [
            _corrects(entry, earlier[-1])
            for entry in entries
            if entry.at >= mark.at + asking and entry.item.quantity is not None
            and (entry.live or entry.item.license_type or not ends)
        ]  # fmt: skip
        if later:
            return later
        number = _number_at(found, mark.at)
        if number is not None:
            which = len(earlier) > 1  # of several requests nobody knows which one it is for
            return [e.of(doubt=Doubt.QUANTITY) if which else e.of(quantity=number) for e in live]
    return live


def _number_at(found: Survey, at: int) -> int | None:
    """The number of a sentence that corrects one: "make that three", "or rather just one"."""
    if not 0 <= at < len(found.said):
        return None
    here = [s for s in found.said[at:] if s.sentence == found.said[at].sentence]
    whole = tuple(token for said in here for token in said.clause.tokens)
    spoken = (whole, *(said.clause.tokens for said in here))
    numbers = list(dict.fromkeys(map(number_corrected, spoken)))
    numbers = [number for number in numbers if number is not None]
    return numbers[0] if len(numbers) == 1 else None


def _corrects(entry: Entry, earlier: Entry) -> Entry:
    """A correction takes the action of what it corrects, and its type if it names none."""
    if not entry.live:
        entry = replace(entry, action=earlier.action, mood=Mood.ANNOUNCED)
    return entry.of(license_type=entry.item.license_type or earlier.item.license_type)
