"""Requests put together: what a list, a form or a later sentence supplies is filled in."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import POINTING_BACK, has_finite
from licensing.mail.language.license_grammar import Item
from licensing.mail.language.shapes import tells_without_subject
from licensing.mail.language.tokens import Kind
from licensing.mail.requests.asked import Request
from licensing.mail.requests.each import everywhere, same_again
from licensing.mail.requests.entries import Entry, joined_halves
from licensing.mail.requests.levels import announced, is_owned, is_there, level_of, with_levels
from licensing.mail.requests.parsing import Said, has_object, names_object
from licensing.mail.requests.referring import is_job, listed, referred, refers
from licensing.mail.requests.verbs import Mood


def gather(
    said: Sequence[Said], headings: set[int] | None = None, clinics: Sequence[str] = ()
) -> list[Entry]:
    """Return the requests of a text in order, with what headings and forms supply.

    ``headings`` takes the clauses whose verb was given to licenses elsewhere; ``clinics`` are those
    that "each clinic" means.
    """
    entries = [
        Entry(
            request,
            i,
            each.sentence,
            each.line,
            tuple(dict.fromkeys(each.places)),
            tells=has_finite(each.found.clause.tokens)
            or tells_without_subject((*each.found.clause.plain, "")[0]),
            opens=each.found.clause.opening == "label",
        )
        for i, each in enumerate(said)
        for request in each.found.requests
    ]
    entries = [replace(e.of(quantity=1), job=True) if is_job(said, e.at) else e for e in entries]
    entries = _headed(said, with_levels(said, entries), set() if headings is None else headings)
    entries = announced(said, joined_halves(said, entries))
    entries = same_again(said, entries)
    entries = [_guessed_behind(said, e) for e in entries]
    entries = [each for e in entries for each in referred(said, entries, e)]
    entries = [_behind_release(said, entries, e) for e in entries]
    entries = everywhere(entries, said, clinics)
    entries = _without_totals(said, _shared(said, entries))
    whole = [e for e in entries if e.live and e.whole and e.item.doubt is None]
    return _without_mentions([e for e in entries if not (e.live and _says_again(said, e, whole))])


_AGAIN: Final = frozenset({"and", "also", "too", "well"})


def _behind_release(said: Sequence[Said], entries: Sequence[Entry], entry: Entry) -> Entry:
    """Doubt ``And one biller license please`` behind a release; nobody knows which way it goes."""
    guessed = entry.request.guessed and entry.request.action is Action.ADD
    guessed &= not entry.item.says_more and bool(_AGAIN & {*said[entry.at].found.clause.plain})
    released = any(e.at < entry.at and e.request.action is Action.REMOVE for e in entries if e.live)
    unclear = guessed and released and not entry.item.doubt
    return entry.of(doubt=Doubt.NO_ACTION) if unclear else entry


def _guessed_behind(said: Sequence[Said], entry: Entry) -> Entry:
    """Doubt ``Out: one front desk license, please``: who knows what the label says?."""
    guessed = entry.request.guessed and not entry.item.says_more
    if not (guessed and _is_labeled(said, entry)):
        return entry
    return entry.of(doubt=entry.item.doubt or Doubt.NO_ACTION)


def _is_labeled(said: Sequence[Said], entry: Entry) -> bool:
    """Whether a short label that may say anything stands before licenses: "Current: 5 PTs"."""
    label = said[entry.at - 1] if entry.at else None
    if label is None or label.sentence != entry.sentence or label.found.requests:
        return False
    clause = label.found.clause
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
        if each.found.heading is None:
            continue
        action, mood = each.found.heading
        level = level_of(each.found.clause) is not None
        if level or (has_object(each) and not refers(each)):
            continue
        aside = each.found.clause.opening == "aside"  # "2 PTA (add)"
        below = [] if aside else _listed_below(said, entries, i)
        pointed = _pointed_at(said, entries, i)
        up = POINTING_BACK & set(each.found.clause.plain)
        chosen = (pointed or below) if up else (below or pointed)
        used |= {i} if chosen else set()
        whose = Entry(Request(Item(), action, mood), i, each.sentence, each.line, each.places)
        if not chosen and (refers(each) or listed(said, entries, whose)):
            found = [e for e in referred(said, entries, whose) if e is not whose]
            used |= {i} if found else set()
            entries = sorted((*entries, *found), key=lambda entry: entry.at)
        for j in chosen:
            other = names_object(each) and not entries[j].item.says_license
            told = entries[j].tells and entries[j].sentence != each.sentence
            other |= told and not up  # "you billed us for 5 PT licenses. Please add"
            apart = each.found.clause.opening != "label" and entries[j].sentence > each.sentence
            other |= apart and _is_labeled(said, entries[j])  # "Please add licenses. Contract: 5"
            at_most = Mood.ANNOUNCED if other else mood  # "please order scrubs: therapist, 2"
            entries[j] = entries[j].told(action=action, mood=min(mood, at_most))
    return entries


def _listed_below(said: Sequence[Said], entries: Sequence[Entry], i: int) -> list[int]:
    """The licenses of the lines below a heading, up to a clause that asks by itself."""
    found: list[int] = []
    asking = (k for k in range(i + 1, len(said)) if said[k].found.heading or said[k].found.asks)
    end = next(asking, len(said))
    for j, entry in enumerate(entries):
        here = _is_unruled(said, entry, i) and _says_number(entry.item) and not entry.job
        words = (w for s in said if s.sentence == entry.sentence for w in s.found.clause.plain)
        told = entry.tells or is_owned(said, entry) or _STANDING.search(" ".join(words))
        if i < entry.at < end and here and not told:
            found.append(j)
    return found


def _is_unruled(said: Sequence[Said], entry: Entry, i: int) -> bool:
    """Whether no verb rules licenses but that of a heading: "1 isn't needed, so drop it"."""
    request, heading = entry.request, said[i].found.heading
    needless = request.mood is Mood.DENIED and request.weak
    needless &= heading is not None and heading[0] is Action.REMOVE
    here = request.guessed and entry.sentence == said[i].sentence
    return request.action is None or needless or here


def _of_people(entry: Entry) -> bool:
    """Whether it counts people, as far as anybody can tell: "we hired two PTs"."""
    return entry.tells and not entry.item.says_license


def _says_number(item: Item) -> bool:
    named = item.license_type is not None or item.doubt is not None
    return item.quantity is not None or (item.says_license and named)


def _pointed_at(said: Sequence[Said], entries: Sequence[Entry], i: int) -> list[int]:
    """The licenses named just before "remove it", or all those of a form."""
    sums_up = said[i].found.clause.plain[:2] == ("that", "is")  # "that's what I need"
    here = [
        j
        for j, entry in enumerate(entries)
        if entry.at <= i and _is_unruled(said, entry, i)
        and (_says_number(entry.item) or entry.request.weak)  # "we won't need his license"
        and not (entry.job or (sums_up and entry.tells))
        and not _of_people(entry) and not is_there(said, entry, i)
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


_ALSO: Final = frozenset({"also", "too", "well"})
_CONCLUDING: Final = frozenset({"so", "therefore", "hence", "thus"})
_TOO: Final = _ALSO | {"plus", "another"}


def _shared(said: Sequence[Said], entries: list[Entry]) -> list[Entry]:
    """``five licenses, three to Main Street, two to Lakeside``: shares take the type before."""
    found: list[Entry] = []
    for entry in entries:
        item = entry.item
        if item.license_type is None and not item.says_license and item.clinic_id and found:
            last = next((e for e in reversed(found) if e.item.license_type), found[-1])
            apart = entry.sentence - said[max((last.at, *last.also))].sentence
            if last.item.license_type and apart <= 1 and not entry.tells:
                item = replace(item, license_type=last.item.license_type)
                clause = said[entry.at].found.clause
                row = clause.bare and last.also and not last.item.change  # below a heading
                sure = row or not apart or _TOO & set(clause.plain)
                mood = min(last.request.mood, Mood.ASKED if sure else Mood.ANNOUNCED)
                request = replace(last.request, item=item, mood=mood)
                if entry.request.action not in (None, last.request.action):
                    mood = min(entry.request.mood, Mood.ANNOUNCED)
                    request = replace(entry.request, item=item, mood=mood)
                found.append(replace(entry, request=request, also=last.also))
                continue
        found.append(entry)
    return found


def _without_totals(said: Sequence[Said], entries: list[Entry]) -> list[Entry]:
    """Leave out a number that is the sum of those behind it, or before it."""
    for i, entry in enumerate(entries):
        item, request = entry.item, entry.request
        if not (entry.live and request.action and item.quantity and item.doubt is None):
            continue
        for others in (entries[i + 1 :], entries[:i]):
            parts = [e for e in others if e.live or not (e.request.action or _of_people(e))]
            numbers = [e.item.quantity or 0 for e in parts]
            same = all(item.license_type in (None, e.item.license_type) for e in parts)
            if not (same and all(numbers) and sum(numbers) == item.quantity):
                continue
            clinics = {e.item.clinic_id for e in parts}
            behind = others[0].at > entry.at
            if item.clinic_id and clinics - {item.clinic_id, None if behind else ""}:
                continue  # "two at Lakeside, and two more at Main Street"
            placed = item.license_type is None or None not in clinics
            if not placed and len(parts) > 1 and not any(e.live and not entry.opens for e in parts):
                return [e for e in entries if e not in parts]  # "two PTAs and one COTA"
            if placed and (len(parts) > 1 or _sums_up(said, entry, parts[0])):
                kept = entries[:i] + entries[i + 1 :]
                asked = {"action": request.action, "mood": request.mood}
                return [e.told(**asked) if e in parts and not e.live else e for e in kept]
    return entries


def _sums_up(said: Sequence[Said], whole: Entry, part: Entry) -> bool:
    """Whether "two licenses" are the "two PTs" of another clause; not "two PTs, too"."""
    item = whole.item
    nameless = item.license_type is None and (item.says_license or item.says_more)
    apart = part.at != whole.at or not item.says_license
    return nameless and apart and not _ALSO & set(said[part.at].found.clause.plain)


def _says_again(said: Sequence[Said], entry: Entry, whole: Sequence[Entry]) -> bool:
    """Whether "her PT license", "the two", "one PT, so one PT license" say what another says."""
    item = entry.item
    same = [e for e in whole if e.request.action is entry.request.action]
    behind = [e for e in same if e.sentence == entry.sentence and e.at > entry.at]
    sums = [e.item for e in behind if said[e.at].found.clause.opened_by in _CONCLUDING]
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
        or e.request.mood is not Mood.MENTIONED
        or not (clinics.issuperset(e.clinics) or clinics <= {None})
        or not (
            (e.item.license_type, e.item.quantity) in asked
            or (e.item.quantity is None and any(e.item.license_type is kind for kind, _ in asked))
            or (e.item.license_type is None and not e.item.says_license)
        )
    ]
