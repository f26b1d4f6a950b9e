"""What is said beside the requests: small talk, or words that speak against doing them unasked.

Whether a sentence may undo a request is judged by examples. Rules tell the rest: what takes a
request back, names somebody or something else, asks, or tells why licenses are released.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Final

from licensing.domain.licenses import LicenseType
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import (
    acts,
    has_finite,
    is_listed_finite,
    is_someone,
    tells_past,
    written,
)
from licensing.mail.language.places import unknown_place
from licensing.mail.language.tokens import EVERY, Kind, Token
from licensing.mail.language.words import UNREADABLE
from licensing.mail.remarks.examples import CERTAIN, LOUD, STOPS, Cause, cause_in, weight, words_in
from licensing.mail.remarks.naming import (
    leaves_others,
    lists_otherwise,
    number_corrected,
)
from licensing.mail.remarks.phrases import DOUBTS, doubts_in
from licensing.mail.requests.asked import Said

_MAYBE: Final = frozenset({"if", "may", "might", "unless"})
_MARKS: Final = frozenset(",;:!.\"'()[]*#-\u2013_^~<>") | {"__", "___"}
_NEGATIONS: Final = lexicon.words("words", "negations")
_UNSURE: Final = frozenset({"may", "might", "maybe", "perhaps", "probably"})
_SHORT: Final = 4
_BREAKING_OFF: Final = frozenset({"not", "never", "no"})
_LEAVING: Final = frozenset({"left", "quit", "leaves"})
_MOVING_CLINIC: Final = lexicon.words("words", "moving to a clinic")


@dataclass(frozen=True, slots=True)
class Remark:
    """Words beside a request, and what they are."""

    tokens: tuple[Token, ...]
    opening: str
    opened_by: str
    attached: bool = False
    """They stand in a sentence that asks for something."""
    question: bool = False
    quantities: frozenset[int] = frozenset()
    """The numbers of licenses that are asked for."""
    types: frozenset[LicenseType] = frozenset()
    """The types that are asked for."""
    releasing: bool = False
    """The mail asks to release licenses: what tells why is part of the request."""
    weight: float = 0.0
    """How much its sentence speaks against the requests, by the examples."""
    own_weight: float = 0.0
    """How much its words alone do."""
    stops: float = STOPS
    """From which weight on it stops them."""


@dataclass(frozen=True, slots=True)
class Judgment:
    """What a remark means for the requests."""

    doubt: Doubt | None = None
    words: str = ""
    reason: bool = False
    """It may tell why licenses are released."""
    cause: Cause = Cause.NONE
    """How far it does."""
    news: bool = False
    """It tells something of people or things."""
    attached: bool = False
    """It speaks of an attachment, or of another mail."""
    at: int = 0
    """The index of its clause."""
    opening: str = ""
    text: str = ""
    """All that is said, as it was written."""
    spoken: Sequence[str] = ()
    """All that is said, as the examples write it."""


FINE: Final = Judgment()


def judge_apart(
    said: Said, clinics: Collection[str], quantities: Iterable[int] = (), *, question: bool
) -> Judgment:
    """Judge a clause that stands outside of the text."""
    clause = said.clause
    remark = Remark(
        clause.tokens,
        clause.opening,
        clause.opened_by,
        question=question,
        quantities=frozenset(quantities),
        weight=weight(words_in([said])),
    )
    return judge(remark, asked_clinics=clinics)


def judge(remark: Remark, *, asked_clinics: Collection[str]) -> Judgment:
    """Judge a remark; ``asked_clinics`` are those that requests are made for."""
    spoken = (word.plain for token in remark.tokens for word in token.words)
    words = tuple(word for word in spoken if word not in _MARKS)
    text = f"{remark.opened_by} {written(remark.tokens)}".strip()
    whole = (*remark.opened_by.split(), *words)
    lasting = not _NOT_AT_ONCE.fullmatch(" ".join(words))
    small = remark.attached and remark.own_weight < inf and lasting  # not "just for this week"
    if not words or (small and lexicon.only("fillers", whole)):
        return FINE
    if any(UNREADABLE in word for word in words):
        return Judgment(Doubt.HIDDEN_CHARACTERS, text)
    stays = leaves_others(remark.tokens, asked_clinics, remark.types)
    if stays is not None and remark.opening != "if":
        return FINE if stays else Judgment(Doubt.NEGATED, text)
    other = _names_others(remark, words, asked_clinics)
    if other is not None:
        return Judgment(other, text)
    said = doubts_in(words)
    idle = remark.quantities and not remark.attached and remark.weight < CERTAIN
    if "retracted" in said and not idle:
        may = _MAYBE & {remark.opened_by, *words}  # "Gail may call you to cancel this"
        return Judgment(Doubt.CONDITION if may else Doubt.RETRACTED, text)
    named = {t.value for t in remark.tokens if t.kind is Kind.TYPE}
    bare = all(t.kind is Kind.TYPE and t.value not in remark.types for t in remark.tokens)
    if remark.attached:  # "please add two PT licenses (make that COTA) at Lakeside"
        listed = named - remark.types and 1 < len(words) < 7 and not has_finite(remark.tokens)
    else:
        listed = named and len(words) < _SHORT
    cause = cause_in(remark.tokens) if remark.releasing else Cause.NONE
    why = named <= remark.types and cause is Cause.TOLD  # "Our biller retired"
    if listed and (bare or remark.weight > -inf) and not why:
        return Judgment(Doubt.REFERENCE, text)  # "Billing: three"
    if _UNSURE & set(words):
        cause = min(cause, Cause.NEWS)  # "he might quit"
    linked = remark.attached or remark.opening in ("because", "aside")
    reason = cause >= (Cause.NEWS if linked else Cause.HINT)
    doubt = _doubt(remark, words, said, reason=reason)
    news = acts(remark.tokens) or (len(words) > 5 and any(map(is_listed_finite, words[1:])))
    news &= not remark.releasing or cause is not Cause.NONE
    attached = said.get("attached", "").startswith(("attach", "enclos", "see"))
    return Judgment(doubt, text if doubt else "", reason, cause, news, attached)


def _doubt(
    remark: Remark, words: tuple[str, ...], said: dict[str, str], *, reason: bool
) -> Doubt | None:
    """What speaks against the requests."""
    idle = not remark.attached and remark.weight < 0
    if not idle and [token.kind for token in remark.tokens[:2]] == [Kind.NUMBER, Kind.NUMBER]:
        return Doubt.NO_QUANTITY  # "so: two and one, in that order"
    number = number_corrected(remark.tokens)
    if number not in (None, sum(remark.quantities), *remark.quantities):
        return Doubt.CORRECTED  # "sorry, three"
    if remark.attached and _NOT_AT_ONCE.fullmatch(" ".join(words)):
        return Doubt.LATER
    if remark.weight == -inf:
        return None
    if _denies(remark, words):
        return Doubt.NEGATED
    polite = remark.own_weight == -inf or max(remark.weight, remark.own_weight) < CERTAIN
    if remark.attached and not polite:
        if remark.opening == "if" or remark.opened_by == "except" or "condition" in said:
            return Doubt.CONDITION
        if "later" in said and not (reason and tells_past(words)):
            return Doubt.LATER
    example = remark.own_weight == inf and len(words) >= _SHORT
    loud = example or (remark.attached and remark.own_weight >= LOUD)
    return _called(remark, said) if loud or remark.weight >= remark.stops else None


_NOT_AT_ONCE: Final = re.compile(lexicon.pattern("words", "not at once"))


def _denies(remark: Remark, words: tuple[str, ...]) -> bool:
    """Whether words deny what follows, perhaps in the next line: "I did not write: ..."."""
    if words[-1] in _BREAKING_OFF:
        return not remark.tokens[-1].text.lower().endswith("n't")
    short = remark.attached and len(words) < _SHORT and {"do", "not"} <= set(words)
    return short or (remark.opening == "label" and bool(_NEGATIONS & set(words)))


def _called(remark: Remark, said: dict[str, str]) -> Doubt:
    """What a doubt is called in the answer."""
    if remark.question:
        return Doubt.QUESTION
    if remark.opening == "if":
        return Doubt.CONDITION
    named = (doubt for section, doubt in DOUBTS.items() if section in said)
    return next(named, Doubt.NOT_UNDERSTOOD)


def _names_others(
    remark: Remark, words: tuple[str, ...], asked_clinics: Collection[str]
) -> Doubt | None:
    """More people, a clinic that nothing was asked for, a place or type that is none."""
    if all(token.value == EVERY for token in remark.tokens):
        return Doubt.SEVERAL_CLINICS  # "At each place. Please add two"
    names = is_someone(remark.tokens) and not remark.attached  # perhaps of who writes
    if not names and lists_otherwise(remark.tokens, remark.quantities):
        return Doubt.NO_QUANTITY
    why = remark.releasing and cause_in(remark.tokens) >= Cause.HINT
    if _names_other_clinic(remark, asked_clinics, reason=why):
        moved = set(words) & _MOVING_CLINIC  # "no wait, Lakeside"
        return Doubt.NO_CLINIC if moved else Doubt.SEVERAL_CLINICS
    idle = not remark.attached and remark.weight < 0
    if not why and not idle and unknown_place(remark.tokens, certain=False):
        return Doubt.UNKNOWN_CLINIC
    types = lexicon.table("licenses")
    works = (word for token in remark.tokens if token.kind is Kind.OTHER for word in token.words)
    sounds = any(types.get((word.plain,), "").startswith("type") for word in works)
    return Doubt.UNKNOWN_TYPE if sounds else None  # "office assistant"


def _names_other_clinic(remark: Remark, asked: Collection[str], *, reason: bool) -> bool:
    places = [token for token in remark.tokens if token.kind is Kind.PLACE]
    if remark.opening == "but" and len(places) == len(remark.tokens):
        return True  # "all clinics but Lakeside"
    if reason or (remark.opening in ("because", "who") and "which" not in remark.opened_by):
        # Where somebody went matters not, but whom it lost: "the PT at Lakeside left".
        places = [
            place
            for before, place in pairwise(remark.tokens)
            if place in places
            and (before.kind is Kind.TYPE or before.plain in _LEAVING)
            and place.words[0].plain not in ("for", "to")
        ]
    return bool({str(place.value) for place in places} - {EVERY, *asked})
