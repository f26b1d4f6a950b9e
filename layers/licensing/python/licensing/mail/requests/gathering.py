"""Requests put together: what a list, a form or a later sentence supplies is filled in."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import POINTING_BACK, has_finite, tells_without_subject
from licensing.mail.language.license_grammar import Item, joined_items
from licensing.mail.language.tokens import Kind
from licensing.mail.requests.asked import Entry, Said
from licensing.mail.requests.levels import announced, is_owned, is_there, level_of, with_levels
from licensing.mail.requests.parsing import has_object, names_object
from licensing.mail.requests.referring import is_job, listed, referred, refers
from licensing.mail.requests.shares import (
    at_each,
    everywhere,
    of_people,
    same_again,
    shared,
    without_totals,
)
from licensing.mail.requests.verbs import Mood


def gather(
    said: Sequence[Said], headings: set[int] | None = None, clinics: Sequence[str] = ()
) -> list[Entry]:
    """Return the requests of a text in order, with what headings and forms supply.

    ``headings`` takes the clauses whose verb was given to licenses elsewhere; ``clinics`` are those
    that "each clinic" means.
    """
    entries = [
        replace(
            request,
            at=i,
            sentence=each.sentence,
            clinics=tuple(dict.fromkeys(each.places)),
            tells=has_finite(each.clause.tokens)
            or tells_without_subject((*each.clause.plain, "")[0]),
            opens=each.clause.opening == "label",
        )
        for i, each in enumerate(said)
        for request in each.requests
    ]
    entries = [replace(e.of(quantity=1), job=True) if is_job(said, e.at) else e for e in entries]
    entries = _headed(said, with_levels(said, entries), set() if headings is None else headings)
    entries = announced(said, _joined_halves(said, entries))
    entries = same_again(said, entries)
    entries = [each for e in entries for each in referred(said, entries, e)]
    entries = [_as_well(said, entries, e) for e in entries]
    entries = without_totals(said, shared(said, at_each(said, entries)), clinics)
    entries = everywhere(entries, said, clinics)
    whole = [e for e in entries if e.live and e.whole and e.item.doubt is None]
    return _without_mentions([e for e in entries if not (e.live and _says_again(said, e, whole))])


def _joined_halves(said: Sequence[Said], entries: Sequence[Entry]) -> list[Entry]:
    """Join a type without a number and a number without a type: rows of a form, an apposition."""
    found: list[Entry] = []
    for entry in entries:
        last = found[-1] if found else None
        if last is not None and _fit(said, last, entry) and not _is_one_of(said, last, entry):
            found[-1] = _joined(last, entry)
        else:
            found.append(entry)
    return found


def _fit(said: Sequence[Said], one: Entry, other: Entry) -> bool:
    a, b = one.item, other.item
    if said[other.at].line - said[one.at].line > 2 or a.doubt or b.doubt:
        return False
    if one.tells and not one.live and a.license_type is not None and not a.says_license:
        return False  # "Our OT is getting married. Please add three licenses."
    if {one.action, other.action} == set(Action):
        return False
    split = (a.license_type is None) != (b.license_type is None)
    halves = (a.license_type is None) != (a.quantity is None)
    return split and halves and (a.quantity is None) != (b.quantity is None)


def _is_one_of(said: Sequence[Said], last: Entry, entry: Entry) -> bool:
    """Whether somebody is named with others: "our biller and our scheduler"."""
    kinds = _types_beside(said, entry)
    behind = last.item.license_type and last.sentence < entry.sentence
    if behind and not last.item.says_license and len(_types_beside(said, last)) > 1:
        return True  # "she does the front desk and billing. I need one license"
    aside = said[entry.at].clause.opening == "aside"  # "whose sister (PT) works here"
    return (aside or (len(kinds) > 1 and entry.item.definite)) and not entry.item.says_license


def _types_beside(said: Sequence[Said], entry: Entry) -> set[object]:
    tokens = (t for s in said if s.sentence == entry.sentence for t in s.clause.tokens)
    return {token.value for token in tokens if token.kind is Kind.TYPE}


_DOINGS: Final = [[word] for word in lexicon.words("words", "departments")]


def _joined(one: Entry, other: Entry) -> Entry:
    mood = max(one.mood, other.mood)
    named = other.item.definite and not other.item.says_license  # "Ann wrote to our PT"
    if one.live and other.tells and (named or other.item.named.split()[-1:] in _DOINGS):
        mood = Mood.ANNOUNCED  # "a license for Wanda. She does billing in the afternoon"
    return replace(
        one,
        item=joined_items(one.item, other.item),
        action=one.action or other.action,
        mood=mood,
        clinics=one.clinics or other.clinics,
        also=(*one.also, other.at, *other.also),
    )


_AGAIN: Final = frozenset({"and", "also", "too", "well"})


def _as_well(said: Sequence[Said], entries: Sequence[Entry], entry: Entry) -> Entry:
    """Add what follows an order without a verb: "also a front office one".

    Behind a release, or a label that may say anything, nobody knows which way it goes: "Out: one
    front desk license, please".
    """
    item, clause = entry.item, said[entry.at].clause
    before = {e.action for e in entries if e.live and e.at < entry.at}
    if entry.guessed and not item.says_more:
        released = entry.action is Action.ADD and Action.REMOVE in before
        unclear = released and bool(_AGAIN & {*clause.plain})
        unclear |= _is_labeled(said, entry)
        return entry.of(doubt=item.doubt or Doubt.NO_ACTION) if unclear else entry
    named = item.license_type and item.quantity and item.says_license and not item.definite
    loose = named and entry.action is None and not (entry.tells or clause.opening)
    if loose and clause.plain[0] in _AGAIN and before == {Action.ADD}:
        return replace(entry, action=Action.ADD, mood=Mood.ASKED)
    return entry


def _is_labeled(said: Sequence[Said], entry: Entry) -> bool:
    """Whether a short label that may say anything stands before licenses: "Current: 5 PTs"."""
    label = said[entry.at - 1] if entry.at else None
    if label is None or label.sentence != entry.sentence or label.requests:
        return False
    clause = label.clause
    unknown = clause.opening != "aside" and any(
        token.kind in (Kind.WORD, Kind.VERB) and (word.plain,) not in _LABELING
        for token in clause.tokens
        if not str(token.value).startswith("need")
        for word in token.words
    )
    return unknown and len(clause.plain) <= _LONGEST_LABEL


_STANDING: Final = re.compile(lexicon.pattern("words", "standing"))
_LABELING: Final = set(lexicon.table("fillers")) - {
    (particle,) for _, *words in lexicon.phrases("requests")["split remove"] for particle in words
}
_LONGEST_LABEL: Final = 2


def _headed(said: Sequence[Said], entries: list[Entry], used: set[int]) -> list[Entry]:
    """Give licenses without a verb that of a heading: before them, or else behind them."""
    for i, each in enumerate(said):
        if each.heading is None:
            continue
        action, mood = each.heading
        level = level_of(each.clause) is not None
        if level or (has_object(each) and not refers(each)):
            continue
        aside = each.clause.opening == "aside"  # "2 PTA (add)"
        below = [] if aside else _listed_below(said, entries, i)
        pointed = _pointed_at(said, entries, i)
        up = POINTING_BACK & set(each.clause.plain)
        chosen = (pointed or below) if up else (below or pointed)
        used |= {i} if chosen else set()
        whose = Entry(Item(), action, mood, at=i, sentence=each.sentence)
        if not chosen and (refers(each) or listed(said, entries, whose)):
            found = [e for e in referred(said, entries, whose) if e is not whose]
            used |= {i} if found else set()
            entries = sorted((*entries, *found), key=lambda entry: entry.at)
        for j in chosen:
            other = names_object(each) and not entries[j].item.says_license
            told = entries[j].tells and entries[j].sentence != each.sentence
            other |= told and not up  # "you billed us for 5 PT licenses. Please add"
            apart = each.clause.opening != "label" and entries[j].sentence > each.sentence
            other |= apart and _is_labeled(said, entries[j])  # "Please add licenses. Contract: 5"
            at_most = Mood.ANNOUNCED if other else mood  # "please order scrubs: therapist, 2"
            entries[j] = replace(entries[j], action=action, mood=min(mood, at_most))
    return entries


def _listed_below(said: Sequence[Said], entries: Sequence[Entry], i: int) -> list[int]:
    """The licenses of the lines below a heading, up to a clause that asks by itself."""
    found: list[int] = []
    asking = (k for k in range(i + 1, len(said)) if said[k].heading or said[k].asks)
    end = next(asking, len(said))
    for j, entry in enumerate(entries):
        here = _is_unruled(said, entry, i) and _says_number(entry.item) and not entry.job
        words = (w for s in said if s.sentence == entry.sentence for w in s.clause.plain)
        told = entry.tells or is_owned(said, entry) or _STANDING.search(" ".join(words))
        if i < entry.at < end and here and not told:
            found.append(j)
    return found


def _is_unruled(said: Sequence[Said], entry: Entry, i: int) -> bool:
    """Whether no verb rules licenses but that of a heading: "1 isn't needed, so drop it"."""
    heading = said[i].heading
    needless = entry.mood is Mood.DENIED and entry.weak
    needless &= heading is not None and heading[0] is Action.REMOVE
    here = entry.guessed and entry.sentence == said[i].sentence
    return entry.action is None or needless or here


def _is_meant(said: Sequence[Said], entry: Entry, i: int) -> bool:
    """Whether "add them" says of licenses what was said: "we could use two PT licenses"."""
    heading, clause = said[i].heading, said[i].clause
    same = heading is not None and heading[0] is entry.action
    verbs = (str(token.value) for token in said[entry.at].clause.tokens)
    freed = any(verb.startswith("unsure_remove") for verb in verbs)  # "that frees up a license"
    return bool(POINTING_BACK & set(clause.plain)) and same and (entry.live or freed)


def _says_number(item: Item) -> bool:
    named = item.license_type is not None or item.doubt is not None
    vague = item.doubt is Doubt.VAGUE and item.license_type is not None
    return item.quantity is not None or vague or (item.says_license and named)


def _pointed_at(said: Sequence[Said], entries: Sequence[Entry], i: int) -> list[int]:
    """The licenses named just before "remove it", or all those of a form."""
    sums_up = said[i].clause.plain[:2] == ("that", "is")  # "that's what I need"
    here = [
        j
        for j, entry in enumerate(entries)
        if entry.at <= i and (_is_unruled(said, entry, i) or _is_meant(said, entry, i))
        and (_says_number(entry.item) or entry.weak)  # "we won't need his license"
        and not (entry.job or (sums_up and entry.tells))
        and not of_people(entry) and not is_there(said, entry, i)
    ]  # fmt: skip
    if not here:
        return []
    last = entries[here[-1]]
    if said[i].sentence - last.sentence > 1:
        return []
    first = last.sentence
    for entry in reversed([entries[j] for j in here]):
        listed = not entry.tells and first - entry.sentence <= 1
        first = entry.sentence if listed else first
    return [j for j in here if entries[j].sentence >= first]


_CONCLUDING: Final = frozenset({"so", "therefore", "hence", "thus"})


def _says_again(said: Sequence[Said], entry: Entry, whole: Sequence[Entry]) -> bool:
    """Whether "her PT license", "the two", "one PT, so one PT license" say what another says."""
    item = entry.item
    same = [e for e in whole if e.action is entry.action]
    behind = [e for e in same if e.sentence == entry.sentence and e.at > entry.at]
    sums = [e.item for e in behind if said[e.at].clause.opened_by in _CONCLUDING]
    licenses, places = (item.license_type, item.quantity), (None, item.clinic_id)
    if licenses in [(s.license_type, s.quantity) for s in sums if s.clinic_id in places]:
        return True
    if item.doubt is not None or not same or entry in whole:
        return False
    if item.quantity is None:
        return item.definite and item.license_type in (None, *(e.item.license_type for e in same))
    before = sum(e.item.quantity or 0 for e in same if e.at < entry.at)
    pointing = item.definite or not item.says_license
    return pointing and item.clinic_id is None and before == item.quantity


def _without_mentions(entries: list[Entry]) -> list[Entry]:
    """Leave out licenses without a verb that a request names as well, for the same clinic."""
    asked = {(e.item.license_type, e.item.quantity) for e in entries if e.live}
    clinics = {clinic for e in entries if e.live for clinic in (e.item.clinic_id, *e.clinics)}
    return [
        e
        for e in entries
        if e.live
        or e.mood is not Mood.MENTIONED
        or not (clinics.issuperset(e.clinics) or clinics <= {None})
        or not (
            (e.item.license_type, e.item.quantity) in asked
            or (e.item.quantity is None and any(e.item.license_type is kind for kind, _ in asked))
            or (e.item.license_type is None and not e.item.says_license)
        )
    ]
