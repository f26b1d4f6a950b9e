"""Requests that refer to who or what was named before: "remove her license", "one for each"."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from licensing.domain.adjustments import Action
from licensing.domain.licenses import LicenseType
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import PREPOSITIONS, Clause, has_finite, is_someone
from licensing.mail.language.license_grammar import Item
from licensing.mail.language.tokens import Kind, Token
from licensing.mail.requests.asked import Entry, Said
from licensing.mail.requests.verbs import Mood

_WHOSE: Final = lexicon.words("words", "pointing to licenses")
_WHOM: Final = lexicon.words("words", "pointing to people")
_THEIRS: Final = frozenset({"hers", "theirs"})
_ALL: Final = frozenset({"them", "those", "their", "theirs"})
_DEPARTMENTS: Final = lexicon.words("words", "departments")
_OF_NUMBERS: Final = (None, Doubt.LIMIT, Doubt.QUANTITY, Doubt.NOT_UNDERSTOOD)
"""What may be doubtful of "all three licenses"."""
_NEAR: Final = 2
"""So many sentences back what is referred to may stand."""
Numbers = dict[LicenseType, int]


def referred(said: Sequence[Said], entries: Sequence[Entry], entry: Entry) -> list[Entry]:
    """Return a request for what was named before it, or itself if nobody can tell for what.

    What points ("her license") to the only one named before is certain; the rest is proposed.
    """
    item, clause = entry.item, said[entry.at].clause
    untyped = item.license_type is None and item.doubt in _OF_NUMBERS and not item.sign
    untyped &= "half" not in clause.plain  # "half a license for her"
    if not (entry.live and untyped) or clause.opening in ("if", "who", "because"):
        return [entry]
    end = next((i for i, e in enumerate(entries) if e is entry or e.at > entry.at), len(entries))
    near = [e for e in entries[:end] if entry.sentence - e.sentence <= _NEAR]
    named = [e for e in near if not e.live and _is_named(said[e.at].clause, e.item)]
    named = named or listed(said, entries, entry)
    nearest = [e for e in named if e.sentence == named[-1].sentence or named[0].at > entry.at]
    numbers = _numbers(said, nearest, clause, item)
    if not numbers or any(e.live and e.at >= nearest[0].at for e in near):
        return [entry]
    between = said[nearest[0].at : entry.at + 1]
    pointing, alike = points(clause), all(e.item.license_type in numbers for e in named)
    calls = _calls_others(between)
    if not (pointing or (alike and not calls)):
        return [entry]
    if _comes_again(entries, entry, numbers):
        return []
    releases = entry.action is Action.REMOVE
    new = all(e.item.quantity or e.item.says_more for e in nearest)  # "two PTs"; not "our OT"
    licensed = any(e.item.says_license for e in near if not e.live)
    as_many = sum(e.item.quantity or 1 for e in nearest) == sum(numbers.values())
    named_new = new and item.says_license and as_many  # "we hired a PT. Please add a license"
    sure = alike and not calls
    sure &= licensed or named_new or (pointing and (releases or new))
    mood = min(entry.mood, Mood.ASKED if sure else Mood.ANNOUNCED)
    return [
        replace(entry, mood=mood, weak=False, item=_of_kind(item, kind, number, nearest))
        for kind, number in numbers.items()
    ]


def is_job(said: Sequence[Said], i: int) -> bool:
    """Return whether a clause only says what somebody named does: "Kim (PT)", "Bo Lund - OT"."""
    clause, requests = said[i].clause, said[i].requests
    at = next((j for j, token in enumerate(clause.tokens) if token.kind is Kind.TYPE), 0)
    before = said[i - 1].clause if i and said[i - 1].sentence == said[i].sentence else None
    name = clause.tokens[:at]
    if not at and before is not None and before.opening != "label":  # not "Type: therapist"
        name = before.tokens[-1:]
    job = clause.tokens[at:]
    bare = [each.item.quantity or each.item.doubt for each in requests] == [None]
    bare &= all(token.kind in (Kind.TYPE, Kind.PLACE) for token in job)
    unsure = job[0].plain.endswith("s") or (at and job[0].plain in _DEPARTMENTS)
    return bare and _is_name(name) and not unsure  # "both PTs", "Consolidated billing"


def _is_name(tokens: Sequence[Token]) -> bool:
    return is_someone(tokens) and {token.kind for token in tokens} == {Kind.WORD}


def listed(said: Sequence[Said], entries: Sequence[Entry], entry: Entry) -> list[Entry]:
    """Return whom licenses are for, if all have jobs: not of "Tori (PTA), Ben, Mia (PT)"."""
    below = said[entry.at].clause.opening == "label" or not entry.item.says_license
    jobs = [e for e in entries if e.job and e.at > entry.at]
    jobs = [e for e in jobs if below or e.sentence == entry.sentence]
    paragraphs = {said[job.at].paragraph for job in jobs}
    clauses = [s.clause.tokens for s in said[entry.at :] if s.paragraph in paragraphs]
    names = [tokens for tokens in clauses if _is_name(tokens[-1:]) and not has_finite(tokens)]
    others = sum(token.kind is Kind.OTHER for tokens in clauses for token in tokens)
    others += sum(token.kind is Kind.AND for tokens in names for token in tokens[1:])
    return jobs if len(names) + others <= len(jobs) else []


def refers(said: Said) -> bool:
    """Return whether a verb's licenses are somebody's who was named: "remove her license"."""
    tokens = said.clause.tokens
    told = any(token.kind in (Kind.LICENSE, Kind.NUMBER) for token in tokens)
    return points(said.clause) and (told or bool(_THEIRS & set(said.clause.plain)))


def points(clause: Clause) -> bool:
    """Return whether words point to licenses or people: "her license", "one for him"."""
    for token, after in pairwise((*clause.tokens, None)):
        words = {word.plain for word in token.words} if token is not None else set()
        kind = after.kind if after is not None else None
        if words & (_WHOSE | _WHOM) and kind in (Kind.LICENSE, Kind.NUMBER, Kind.IDLE, Kind.MORE):
            return True
        ends = after is None or kind is not Kind.WORD or (after.plain,) in lexicon.table("fillers")
        if ends and words & _WHOM:
            return True
    return False


def _is_named(clause: Clause, item: Item) -> bool:
    """Whether a type is told of that may be referred to; not in "she is not a PT"."""
    kinds = {token.kind for token in clause.tokens}
    tokens = [token for token in clause.tokens if token.kind is not Kind.ARTICLE]
    denied = any(
        before.plain in _DENYING and token.kind is Kind.TYPE for before, token in pairwise(tokens)
    )
    return Kind.TYPE in kinds and item.license_type is not None and not denied


_DENYING: Final = frozenset({"not", "never", "longer"})


def _number_of(clause: Clause, item: Item) -> int | None:
    """How many are named: "our PTA" is one, of "our PTs" or "the front desk" nobody knows."""
    at = next((i for i, t in enumerate(clause.tokens) if t.value is item.license_type), 0)
    last = clause.tokens[at].words[-1].plain
    counts = [t.value for t in clause.tokens[max(at - 2, 0) : at] if isinstance(t.value, int)]
    several = last.endswith("s") or last in _DEPARTMENTS
    return item.quantity or (counts[0] if several and counts else None if several else 1)


def _numbers(said: Sequence[Said], nearest: Sequence[Entry], clause: Clause, item: Item) -> Numbers:
    """How many of each type are asked for, if the words tell."""
    words = set(clause.plain)
    counts: Numbers = {}
    told = [_number_of(said[entry.at].clause, entry.item) for entry in nearest]
    for entry, number in zip(nearest, told, strict=True):
        if entry.item.license_type is None or entry.item.doubt is Doubt.VAGUE:
            return {}
        kind = entry.item.license_type
        counts[kind] = counts.get(kind, 0) + (number or 0)
    numbers = [t for i in {e.at for e in nearest} for t in said[i].clause.tokens]
    if sum(t.kind is Kind.NUMBER for t in numbers) > len(nearest):
        return {}  # "of the three PTs two left"
    if {t.value for t in numbers if t.kind is Kind.TYPE} - counts.keys():
        return {}  # "her day is split between the front desk and billing"
    spoken = {t.value for t in clause.tokens if isinstance(t.value, int) and t.kind is Kind.NUMBER}
    asked = item.quantity or (spoken.pop() if len(spoken) == 1 else None)
    each = bool({"each", "every", "apiece"} & words) and asked in (None, 1)
    plural = each or bool(_ALL & words)
    plural |= any(t.kind is Kind.LICENSE and t.plain.endswith("s") for t in clause.tokens)
    whole = 0 if None in told else sum(counts.values())
    if each or len(counts) > 1 or any(e.job for e in nearest):
        told_all = each or asked == whole or (asked is None and (plural or whole == 1))
        return counts if whole and told_all else {}
    number = asked or (whole if plural else 1)
    return dict.fromkeys(counts, number) if number else {}


def _comes_again(entries: Sequence[Entry], entry: Entry, numbers: Numbers) -> bool:
    """Whether the same is asked for in full behind it: "I need to get her one. One PT license"."""
    counts: dict[LicenseType | None, int] = {}
    for e in entries:
        if e.live and e.whole and e.at >= entry.at and e.sentence - entry.sentence <= _NEAR:
            kind = e.item.license_type
            counts[kind] = counts.get(kind, 0) + (e.item.quantity or 0)
    return counts == numbers


def _calls_others(between: Sequence[Said]) -> bool:
    """Whether names stand in later sentences that do not stand in the first one."""
    first, later = set[str](), set[str]()
    for each in between:
        clause = each.clause
        if each.sentence == between[0].sentence:
            first |= set(clause.plain)
            continue
        later |= {
            token.plain
            for before, token in pairwise(clause.tokens)
            if token.kind is Kind.WORD and is_someone([token]) and before.plain not in PREPOSITIONS
        }
    return not later <= first


def _of_kind(item: Item, kind: LicenseType, number: int, nearest: Sequence[Entry]) -> Item:
    named = [e.item for e in nearest if e.item.license_type is kind]
    places = {each.clinic_id for each in named}
    clinic = item.clinic_id or (places.pop() if len(places) == 1 else None)
    return replace(item, license_type=kind, quantity=number, doubt=None, words=(),
                   says_license=True, named=named[0].named, clinic_id=clinic)  # fmt: skip
