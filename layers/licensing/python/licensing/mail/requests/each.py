"""What stands for several requests: "at each clinic", "the same for Lakeside"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import SAME
from licensing.mail.language.tokens import EVERY, Kind
from licensing.mail.requests.asked import Entry, Said


def at_each(said: Sequence[Said], entries: Sequence[Entry]) -> list[Entry]:
    """``each clinic gets one more PT license``: the subject says where."""
    every = {i for i, each in enumerate(said) if EVERY in {t.value for t in each.clause.tokens}}
    led = {s.sentence for s in said if s.clause.tokens[0].value == EVERY}
    every |= {e.at for e in entries if e.sentence in led}
    every -= {e.at for e in entries if e.item.clinic_id == EVERY}
    return [
        e.of(clinic_id=EVERY) if e.at in every and e.item.clinic_id is None else e for e in entries
    ]


def everywhere(
    entries: Sequence[Entry], said: Sequence[Said], clinics: Sequence[str]
) -> list[Entry]:
    """``one license for each clinic, Main Street and Lakeside``: one request for each of them."""
    found: list[Entry] = []
    for entry in entries:
        each = [e for e in entries if e.at == entry.at and e.item.clinic_id == EVERY]
        if not each or entry.item.clinic_id not in (None, EVERY):
            found.append(entry)
            continue
        of_sentence = [each for each in said if 0 <= each.sentence - entry.sentence <= 1]
        sure = {place for each in of_sentence for place in each.places} == set(clinics)
        for clinic in clinics:
            doubt = entry.doubt or (None if sure else Doubt.SEVERAL_CLINICS)
            found.append(replace(entry.of(clinic_id=clinic), doubt=doubt))
    return found


_ALIKE: Final = lexicon.words("words", "same again")


def same_again(said: Sequence[Said], entries: Sequence[Entry]) -> list[Entry]:
    """``and the same for Lakeside``: what was asked for just before, for another clinic."""
    found = list(entries)
    for i, each in enumerate(said):
        tokens = [t for t in each.clause.tokens if t.kind is not Kind.PLACE]
        words = {w.plain for t in tokens for w in t.words}
        label = said[i - 1] if i and said[i - 1].clause.opening == "label" else each
        places = each.places or label.places  # "Lakeside: the same"
        live = [e for e in found if e.at < i and e.live]
        if len(places) != 1 or not words & SAME or not words <= _ALIKE or not live:
            continue
        asked = [e for e in live if e.sentence == live[-1].sentence]
        there = {p for s in said[:i] if s.sentence == asked[0].sentence for p in s.places}
        clinic = there.pop() if len(there - {*places}) == len(there) == 1 else None
        placed = [e.of(clinic_id=e.item.clinic_id or clinic) for e in asked]
        if all(e.whole and e.item.clinic_id not in (None, *places) for e in placed):
            sure = each.sentence == asked[0].sentence and not each.question
            found = [placed[asked.index(e)] if e in asked else e for e in found]
            for e in placed:
                doubt = e.doubt or (None if sure else Doubt.REFERENCE)
                same = replace(e.of(clinic_id=places[0]), doubt=doubt)
                found.append(replace(same, at=i, sentence=each.sentence))
    return found
