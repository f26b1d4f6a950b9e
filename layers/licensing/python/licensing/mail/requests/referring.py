"""Requests that refer to who or what was named before: "remove her license", "one for each"."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from licensing.domain.adjustments import Action
from licensing.domain.licenses import LicenseType
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import Clause
from licensing.mail.language.license_grammar import Item
from licensing.mail.language.shapes import PREPOSITIONS
from licensing.mail.language.tokens import Kind
from licensing.mail.requests.entries import Entry
from licensing.mail.requests.parsing import Said
from licensing.mail.requests.verbs import Mood

_WHOSE: Final = lexicon.words("words", "pointing to licenses")
_WHOM: Final = lexicon.words("words", "pointing to people")
_EACH: Final = frozenset({"each", "every", "apiece"})
_DEPARTMENTS: Final = lexicon.words("words", "departments")
_PRIVATE: Final = lexicon.words("words", "private")
_NOT: Final = frozenset({"not", "no", "never"})
_NEAR: Final = 2
"""So many sentences back what is referred to may stand."""


def referred(said: Sequence[Said], entries: Sequence[Entry], entry: Entry) -> list[Entry]:
    """Return a request for what was named before it, or itself if nobody can tell for what.

    What points ("her license") to the only one named before is certain; the rest is proposed.
    """
    item, clause = entry.item, said[entry.at].found.clause
    untyped = item.license_type is None and item.doubt in _OF_NUMBERS and not item.sign
    untyped &= "half" not in clause.plain  # "half a license for her"
    if not (entry.live and untyped) or clause.opening in ("if", "who", "because"):
        return [entry]
    near = [e for e in _before(entries, entry) if entry.sentence - e.sentence <= _NEAR]
    named = [e for e in near if not e.live and _is_named(said, e, entry.sentence)]
    nearest = _without_total(said, [e for e in named if e.sentence == named[-1].sentence])
    numbers = _numbers(said, nearest, clause, item)
    if not numbers or any(e.live and e.at >= nearest[0].at for e in near):
        return [entry]
    counts = [_number_of(said, e) for e in nearest]
    pointing, alike = points(clause), all(e.item.license_type in numbers for e in named)
    agree = None in counts or sum(numbers.values()) == sum(n or 0 for n in counts)
    agree |= bool(_EACH & set(clause.plain))
    between = said[nearest[0].at : entry.at + 1]
    told = [each for each in between if each.sentence == nearest[-1].sentence]
    earlier, called = set(_called(told)), set(_called(between))
    if not (pointing or (alike and agree and called <= earlier)) or _names_others(between):
        return [entry]
    licensed = any(e.item.says_license for e in near if not e.live)
    known = (pointing and (entry.request.action is Action.REMOVE or _is_new(nearest))) or licensed
    if _comes_again(said, entries, entry, numbers):
        return []
    sure = known and alike and agree and called <= earlier and len(called) <= 1
    mood = min(entry.request.mood, Mood.ASKED if sure else Mood.ANNOUNCED)
    return [
        replace(entry, request=replace(entry.request, mood=mood, weak=False, item=each))
        for each in _items(item, nearest, numbers)
    ]


def _comes_again(
    said: Sequence[Said], entries: Sequence[Entry], entry: Entry, numbers: Mapping[LicenseType, int]
) -> bool:
    """Whether the same is asked for in full behind it: "I need to get her one. One PT license"."""
    again = [e for e in entries if e.live and e.whole and 0 <= e.sentence - entry.sentence <= _NEAR]
    again = [e for e in again if e.at > entry.at and e.request.action is entry.request.action]
    anew = any(e.item.says_more or _TOO & set(said[e.at].found.clause.plain) for e in again)
    counts = Counter[LicenseType | None]()
    for e in again:
        counts[e.item.license_type] += e.item.quantity or 0
    return counts == numbers and not anew


_TOO: Final = frozenset({"too", "also", "well", "plus", "another"})


def _before(entries: Sequence[Entry], entry: Entry) -> Sequence[Entry]:
    end = next((i for i, e in enumerate(entries) if e is entry or e.at > entry.at), len(entries))
    return entries[:end]


def refers(said: Said) -> bool:
    """Return whether a verb's licenses are somebody's who was named: "remove her license"."""
    tokens = said.found.clause.tokens
    told = any(token.kind in (Kind.LICENSE, Kind.NUMBER) for token in tokens)
    return points(said.found.clause) and (told or bool(_THEIRS & set(said.found.clause.plain)))


_THEIRS: Final = frozenset({"hers", "theirs"})
_OF_NUMBERS: Final = (None, Doubt.LIMIT, Doubt.QUANTITY)
"""What may be doubtful of "all three licenses"."""


def points(clause: Clause) -> bool:
    """Return whether words point to licenses or people: "her license", "one for him"."""
    for token, after in pairwise((*clause.tokens, None)):
        if token is None or not {w.plain for w in token.words} & (_WHOSE | _WHOM):
            continue
        kind = after.kind if after is not None else None
        if kind in (Kind.LICENSE, Kind.NUMBER, Kind.IDLE, Kind.MORE):
            return True
        ends = after is None or kind is not Kind.WORD or (after.plain,) in lexicon.table("fillers")
        if ends and {w.plain for w in token.words} & _WHOM:
            return True
    return False


def _without_total(said: Sequence[Said], named: Sequence[Entry]) -> Sequence[Entry]:
    """Leave out the number of all: "four new clinicians: 2 PTs, 1 OT, 1 SLP"."""
    first, *parts = [_number_of(said, entry) or 0 for entry in named] or [0]
    return named[1:] if parts and first == sum(parts) and len(parts) > 1 else named


def _is_named(said: Sequence[Said], entry: Entry, sentence: int) -> bool:
    """Whether a type is told of that may be referred to; not in a question, nor "not a PT"."""
    clause, item = said[entry.at].found.clause, entry.item
    kinds = [token.kind for token in clause.tokens]
    ahead = clause.tokens[: kinds.index(Kind.TYPE)] if Kind.TYPE in kinds else ()
    denied = any(_NOT & {word.plain for word in token.words} for token in ahead)
    asked = said[entry.at].question and entry.sentence != sentence
    typed = Kind.TYPE in kinds and item.license_type is not None
    denied &= Kind.LICENSE not in kinds  # "there is no free PT license"
    return (typed or item.doubt is Doubt.UNKNOWN_TYPE) and not (denied or asked)


def _number_of(said: Sequence[Said], entry: Entry) -> int | None:
    """How many are named: "our PTA" is one, of "our PTs" or "the front desk" nobody knows."""
    clause, item = said[entry.at].found.clause, entry.item
    named = [t for t in clause.tokens if t.kind is Kind.TYPE and t.value is item.license_type]
    last = named[0].words[-1].plain if named else ""
    several = not last or last.endswith("s") or last in _DEPARTMENTS
    at = clause.tokens.index(named[0]) if named else 0
    counts = [t.value for t in clause.tokens[max(at - 2, 0) : at] if isinstance(t.value, int)]
    counts += [2] if "both" in clause.plain else []
    return item.quantity or (1 if not several else counts[0] if counts else None)


def _numbers(
    said: Sequence[Said], nearest: Sequence[Entry], clause: Clause, item: Item
) -> dict[LicenseType, int]:
    """How many of each type are asked for, if the words tell."""
    words = set(clause.plain)
    counts: dict[LicenseType, int] = {}
    for entry in nearest:
        kind, number = entry.item.license_type, _number_of(said, entry)
        if kind is None or entry.item.doubt is Doubt.VAGUE:
            return {}
        counts[kind] = counts.get(kind, 0) + (number or 0)
    unknown = any(_number_of(said, entry) is None for entry in nearest)
    numbers = (t.value for t in clause.tokens if t.kind is Kind.NUMBER)
    spoken = {value for value in numbers if isinstance(value, int)}
    spoken |= {2} if "both" in words else set()
    asked = item.quantity or (spoken.pop() if len(spoken) == 1 else None)
    if _EACH & words and asked in (None, 1) and not unknown:
        return counts
    plural = any(t.kind is Kind.LICENSE and t.plain.endswith("s") for t in clause.tokens)
    plural |= bool({"them", "those", "their", "theirs"} & words)
    if len(counts) == 1:
        number = asked or (sum(counts.values()) * (not unknown) if plural else 1)
        return dict.fromkeys(counts, number) if number else {}
    whole = asked == sum(counts.values()) or (asked is None and plural)
    return counts if whole and not unknown else {}


def _names_others(between: Sequence[Said]) -> bool:
    """Whether somebody else is spoken of, whom the words may mean: "the aide", "her husband"."""
    for each in between:
        tokens = each.found.clause.tokens
        for i, (whose, whom) in enumerate(pairwise(tokens)):
            kin = whose.kind is Kind.OUR and whom.plain in _PRIVATE
            beside = i > 0 and tokens[i - 1].plain in PREPOSITIONS
            counted = whose.kind in (Kind.OUR, Kind.ARTICLE, Kind.MORE, Kind.NUMBER)
            if (kin and not beside) or (counted and whom.kind is Kind.OTHER):
                return True
    return False


def _is_new(nearest: Sequence[Entry]) -> bool:
    """Whether who is named has no license yet: "a new OT", "two PTs"; not "our OT"."""
    return all(e.item.quantity or e.item.says_more for e in nearest)


def _called(between: Sequence[Said]) -> Iterator[str]:
    """The names of people, by their form; what stands behind a preposition may be a place."""
    sentence = None
    for each in between:
        words = [(t.kind, w) for t in each.found.clause.tokens for w in t.words]
        first = each.sentence != sentence
        sentence = each.sentence
        for i, (kind, word) in enumerate(words):
            named = kind is Kind.WORD and word.capital and not word.text.isupper()
            before = words[i - 1][1] if i else None
            behind = before is not None and (before.capital or before.plain in PREPOSITIONS)
            if named and not behind and not (first and i == 0):
                yield word.plain


def _items(item: Item, nearest: Sequence[Entry], numbers: dict[LicenseType, int]) -> Iterator[Item]:
    for kind, number in numbers.items():
        of_kind = [e.item for e in nearest if e.item.license_type is kind]
        places = {each.clinic_id for each in of_kind}
        clinic = item.clinic_id or (places.pop() if len(places) == 1 else None)
        yield replace(item, license_type=kind, quantity=number, doubt=None, words=(),
                      says_license=True, named=of_kind[0].named, clinic_id=clinic)  # fmt: skip
