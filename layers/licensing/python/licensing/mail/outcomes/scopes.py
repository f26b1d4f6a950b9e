"""The clinic of a request: its own words', its sentence's, the mail's, or the only one."""

import re
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import Clause
from licensing.mail.language.places import begins_with_place, unknown_place
from licensing.mail.language.tokens import Kind
from licensing.mail.outcomes.survey import Survey
from licensing.mail.remarks.naming import leaves_others
from licensing.mail.requests.asked import Entry


def clinic_of(
    found: Survey, live: Sequence[Entry], entry: Entry
) -> tuple[str | None, Doubt | None]:
    """Return the clinic of a request, or why there is none."""
    clauses = [found.said[entry.at], *found.title]
    placed = entry.clinics or entry.item.clinic_id
    if any(unknown_place(said.clause.tokens) for said in (clauses[:1] if placed else clauses)):
        return None, Doubt.UNKNOWN_CLINIC
    sentence = [said for said in found.said if said.sentence == entry.sentence]
    if any(begins_with_place(said.clause.tokens) for said in sentence):
        return None, Doubt.UNKNOWN_CLINIC
    denied = {place for said in clauses for place in _denied(said.clause)}
    but_one = any(_ALL_BUT.search(said.source) for said in sentence)
    if but_one or (denied and entry.item.clinic_id in {None, *denied}):
        return None, Doubt.SEVERAL_CLINICS
    if entry.item.clinic_id is not None:
        return entry.item.clinic_id, None
    around = _there(found, entry) or _beside(found, live, entry) or _in_scope(found, entry)
    if around:
        return (around[0], None) if len(around) == 1 else (None, Doubt.SEVERAL_CLINICS)
    tokens = [t for said in sentence for t in said.clause.tokens if t.kind is not Kind.PLACE]
    elsewhere = _ELSEWHERE.search(" ".join(word.plain for t in tokens for word in t.words))
    if len(found.clinics) == 1 and not elsewhere:
        return found.clinics[0].clinic_id, None
    return None, Doubt.NO_CLINIC


def _denied(clause: Clause) -> set[str]:
    """The clinics of which a clause says "not at Main Street"."""
    behind = [token for before, token in pairwise(clause.tokens) if before.plain == "not"]
    return {str(token.value) for token in behind if token.kind is Kind.PLACE}


def _there(found: Survey, entry: Entry) -> list[str]:
    """The clinic that "there" points to, with one that its clause names besides."""
    here, *behind = found.said[entry.at : entry.at + 2]
    told = [place for each in found.said[: entry.at] for place in each.places][-1:]
    behind = [s for s in behind if all(t.kind is Kind.PLACE for t in s.clause.tokens)]
    named = (place for each in (here, *behind) for place in each.places)
    return _once((*told, *named)) if told and "there" in here.clause.plain else []


def _leading(found: Survey, entry: Entry) -> str | None:
    """The clinic that its clause begins with, or that alone is named before it: "At Lakeside, "."""
    said, at = found.said, entry.at
    tokens = said[at].clause.tokens
    if at and said[at - 1].sentence == entry.sentence:
        before = said[at - 1].clause.tokens
        tokens = before if all(token.kind is Kind.PLACE for token in before) else tokens
    places = [token.kind is Kind.PLACE for token in tokens[:3]]
    return str(tokens[0].value) or None if places[0] and not any(places[1:]) else None


def _beside(found: Survey, live: Sequence[Entry], entry: Entry) -> list[str]:
    """The clinics of the items beside it, in its clause or else its sentence."""
    here = [each for each in live if each.at == entry.at]
    leading = _leading(found, entry)
    if leading is not None:
        aside = _reasons(found) | {each.at for each in found.live}
        beside = [each for i, each in enumerate(found.said) if i not in aside]
        beside = [each for each in beside if each.sentence == entry.sentence]
        others = (set(each.places) - _denied(each.clause) for each in beside)
        return _once((leading, *entry.clinics, *chain(*others)))
    sentence = [each for each in live if each.sentence == entry.sentence]
    unplaced = (each for each in sentence if not each.item.clinic_id)
    led = [clinic for each in unplaced if (clinic := _leading(found, each))]
    for same in (sentence,) if led else (here, sentence):
        place = same.index(entry)
        if _shared_behind(same[place + 1 :]):
            return [clinic.clinic_id for clinic in found.clinics]
        before = [each.item.clinic_id for each in same[:place] if each.item.clinic_id]
        behind = [each.item.clinic_id for each in same[place + 1 :] if each.item.clinic_id]
        named = _once([*led, *before[-1:], *behind[:1]])
        if named and not set(entry.clinics) <= {*led, *(each.item.clinic_id for each in same)}:
            return list(entry.clinics)  # one of them belongs to none of the others
        if named:
            return named
        if len(entry.clinics) == 1:
            return list(entry.clinics)
    return []


def _shared_behind(behind: Sequence[Entry]) -> bool:
    """Whether only a number with a clinic follows: "two PT licenses, one at Lakeside"."""
    item = behind[0].item if behind else None
    return item is not None and item.clinic_id is not None and not item.named


def _reasons(found: Survey) -> set[int]:
    return {
        each.at
        for each in found.judged
        if (each.reason or each.opening in ("because", "who"))
        and len(found.said[each.at].clause.tokens) > 1  # "At Lakeside, where Ann left, "
    }


_ALL_BUT: Final = re.compile(lexicon.pattern("words", "all but one clinic"), re.IGNORECASE)
_ELSEWHERE: Final = re.compile(lexicon.pattern("words", "elsewhere"))
_FINE: Final = frozenset({"fine", "covered"})  # "Main Street is fine for now": is it meant?


def _in_scope(found: Survey, entry: Entry) -> list[str]:
    """The clinics named in its sentence, in a heading above, or anywhere, if only one is."""
    said = found.said
    sentence = [i for i, each in enumerate(said) if each.sentence == entry.sentence]
    clauses = [each.clause for each in said]
    left = {
        i
        for i, each in enumerate(clauses)
        if leaves_others(each.tokens, ())
        or (each.tokens[0].kind is Kind.PLACE and _FINE & set(each.plain))
    }
    reasons = (_reasons(found) | left) - {entry.at}
    here = _once(place for i in sentence if i not in reasons for place in said[i].places)
    if here:
        return here
    anywhere = [(i, p) for i, each in enumerate(said) if i not in reasons for p in each.places]
    headings = [
        each.opening == "label"
        or (
            [t.kind for t in each.tokens] == [Kind.PLACE] and each.opened_by != "="
        )  # "MS = Main Street"
        for each in clauses[: entry.at]
    ]
    above = [place for i, place in anywhere if i < entry.at and headings[i]]
    if above:
        return above[-1:]
    others = {place for i in left for place in said[i].places}
    named = _once(place for _, place in anywhere) or sorted(found.named - others)
    if len(named) == 1 or anywhere:
        return named
    return _once(place for each in found.title for place in each.places)


def _once(places: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(places))
