"""The clinic of a request: its own words', its sentence's, the mail's, or the only one."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import Clause
from licensing.mail.language.places import unknown_place
from licensing.mail.language.tokens import Kind
from licensing.mail.outcomes.survey import Survey
from licensing.mail.requests.entries import Entry
from licensing.mail.requests.parsing import Said


def clinic_of(
    found: Survey, live: Sequence[Entry], entry: Entry
) -> tuple[str | None, Doubt | None]:
    """Return the clinic of a request, or why there is none."""
    clauses = [found.said[entry.at], *found.title]
    if unknown_place(clauses[0].found.clause.tokens) or any(
        unknown_place(said.found.clause.tokens) for said in clauses[1:]
    ):
        return None, Doubt.UNKNOWN_CLINIC
    if any(_is_denied_place(said.found.clause) for said in clauses):
        return None, Doubt.SEVERAL_CLINICS
    if entry.item.clinic_id is not None:
        return entry.item.clinic_id, None
    around = _beside(live, entry) or _in_scope(found, entry)
    if len(around) == 1:
        return around[0], None
    if len(around) > 1:
        return None, Doubt.SEVERAL_CLINICS
    if len(found.clinics) == 1:
        return found.clinics[0].clinic_id, None
    return None, Doubt.NO_CLINIC


def _is_denied_place(clause: Clause) -> bool:
    """Whether a clause says "not at Main Street"."""
    return any(
        before.plain == "not" and token.kind is Kind.PLACE
        for before, token in pairwise(clause.tokens)
    )


def _beside(live: Sequence[Entry], entry: Entry) -> list[str]:
    """The clinics of the items beside it, in its clause or else its sentence."""
    for same in (
        [each for each in live if each.at == entry.at],
        [each for each in live if each.sentence == entry.sentence],
    ):
        place = same.index(entry)
        before = [each.item.clinic_id for each in same[:place] if each.item.clinic_id]
        behind = [each.item.clinic_id for each in same[place + 1 :] if each.item.clinic_id]
        named = _once([*before[-1:], *behind[:1]])
        if named and not set(entry.clinics) <= {each.item.clinic_id for each in same}:
            return list(entry.clinics)  # one of them belongs to none of the others
        if named:
            return named
        if len(entry.clinics) == 1:
            return list(entry.clinics)
    return []


def _in_scope(found: Survey, entry: Entry) -> list[str]:
    """The clinics named in its sentence, in a heading above, or anywhere, if only one is."""
    said = found.said
    sentence = [i for i, each in enumerate(said) if each.sentence == entry.sentence]
    reasons = {
        each.at
        for each in found.judged
        if each.judgment.reason or each.opening in ("because", "who")
    } - {entry.at}
    here = _once(place for i in sentence if i not in reasons for place in said[i].places)
    if here:
        return here
    if "there" in said[entry.at].found.clause.plain:
        told = [
            place
            for i, each in enumerate(said)
            if i <= entry.at or i in sentence
            for place in each.places
        ]
        if told:
            return told[-1:]
    anywhere = [(i, p) for i, each in enumerate(said) if i not in reasons for p in each.places]
    above = [place for i, place in anywhere if i < entry.at and _is_heading(said[i])]
    if above:
        return above[-1:]
    named = _once(place for _, place in anywhere) or sorted(found.named)
    if len(named) == 1 or anywhere:
        return named
    return _once(place for each in found.title for place in each.places)


def _once(places: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(places))


def _is_heading(said: Said) -> bool:
    kinds = [t.kind for t in said.found.clause.tokens]
    return said.found.clause.opening == "label" or kinds == [Kind.PLACE]
