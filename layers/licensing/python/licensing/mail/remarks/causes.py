"""What may tell why licenses are released, by whom or what it speaks of."""

from collections.abc import Collection, Sequence
from enum import IntEnum
from typing import Final

from licensing.mail import lexicon
from licensing.mail.language.clauses import is_finite
from licensing.mail.language.shapes import Shape, tells_past
from licensing.mail.language.tokens import Kind, Token

_PERSONS: Final = frozenset({"he", "she", "his", "her"})
_SUBJECTS: Final = frozenset(lexicon.phrases("clauses")["subject"])
_SCENES: Final = lexicon.words("words", "scenes of work")
_PRIVATE: Final = lexicon.words("words", "private")
_OURSELVES: Final = frozenset({"we", "nobody"})
_NEVER: Final = frozenset({"grown", "everyday", "withheld"})
_PEOPLE: Final = _PERSONS | {"they", "their", "both", "all", "two", "three", "one", "dr", "our"}
_NO_NAMES: Final = lexicon.words("words", "openers") | lexicon.words("words", "whens") | {"last"}
_ANEW: Final = frozenset(
    {"now", "since", "another", "else", "himself", "herself", "everything", "back"}
)
"""With these the work is done otherwise than before: "the phones go to a call center now"."""


class Cause(IntEnum):
    """How far words tell why licenses are released."""

    NONE = 0
    PERSON = 1
    """Something happened to somebody: "Hugo took up the cello"."""
    HINT = 2
    """They do if they stand beside the release: "on a cruise", "her surgery"."""
    TOLD = 3
    """Somebody left, something of the work ended."""


def tells_why(words: tuple[str, ...]) -> bool:
    """Return whether words tell of leaving, closing, cutting and the like: "Ana has left"."""
    return bool(set(_sections(words)) - _NEVER)


def tells_leaving(words: tuple[str, ...]) -> bool:
    """Return whether words only tell that somebody left: nobody new is spoken of."""
    said = set(_sections(words))
    left = "gone" in said or bool({"quit", "resigned", "retired"} & set(words))
    return left and "grown" not in said and not {"new", "replacement"} & set(words)


def _sections(words: tuple[str, ...]) -> list[str]:
    found = (lexicon.at("reasons", words, i) for i in range(len(words)))
    return [known[0] for known in found if known is not None]


def cause_in(tokens: Sequence[Token], words: tuple[str, ...], shape: Shape) -> Cause:
    """Return how far words tell why, by their subject: a person, the work, or neither."""
    said = _sections(words)
    if not set(said) - _NEVER or _is_private(tokens, words):
        return Cause.NONE
    if {"gone", "alone"} & set(said) or _lets_go(words):
        return Cause.TOLD
    works = len(_SCENES & set(words)) + said.count("work")
    works += any(token.kind in (Kind.TYPE, Kind.PLACE) for token in tokens)
    if words[0] == "i":
        return Cause.NONE
    person = shape == "person" and _is_somebody(tokens, words)
    goes = person or "work" in said or bool(_SCENES & set(_subject(words)))
    goes |= any(token.kind in (Kind.TYPE, Kind.PLACE) for token in tokens[:3])
    changed = ("turn" in said and (person or works)) or ("moves" in said and goes)
    changed |= person and "work" in said and tells_past(words)
    changed |= works > 1 and bool(_ANEW & set(words))
    other = shape == "person" and words[0] not in _OURSELVES
    other |= shape == "we" and "turn" in said  # "we've closed our gym downtown"
    return Cause.TOLD if changed else Cause.HINT if other or works else Cause.NONE


def is_idle_news(tokens: Sequence[Token], words: tuple[str, ...]) -> bool:
    """Return whether news is of everyday life or of growth: neither tells of a license given up."""
    return bool(_NEVER & set(_sections(words))) or _is_private(tokens, words)


def _is_somebody(tokens: Sequence[Token], words: tuple[str, ...]) -> bool:
    """Whether the subject is a person by its form: "she", "Kim Tran", "both", "our PT"."""
    first = tokens[0]
    known = (words[0],) in _SUBJECTS or words[0] in _NO_NAMES
    called = not known and first.kind is Kind.WORD
    called = called and (first.words[0].capital or is_finite(words[min(1, len(words) - 1)]))
    typed = any(token.kind is Kind.TYPE for token in tokens[:4])
    return words[0] in _PEOPLE or called or typed


def _subject(words: tuple[str, ...]) -> tuple[str, ...]:
    if tells_past(("", *words[:2])):
        return ()  # "who had the phones, passed away last weekend"
    return words[: next((i for i, word in enumerate(words) if i and is_finite(word)), len(words))]


def _lets_go(words: tuple[str, ...]) -> bool:
    """Whether words tell that "we had to let our OT go"."""
    let = words.index("let") if "let" in words else len(words)
    return "go" in words[let + 2 : let + 6]


def _is_private(tokens: Sequence[Token], words: tuple[str, ...]) -> bool:
    """Whether the subject is no part of the work: "my son left", "the roads are closed"."""
    subject = _subject(words)
    typed = any(token.kind is Kind.TYPE for token in tokens[: len(subject) + 1])
    if typed or {"his", "her", "their"} & set(subject):
        return False
    work = _SCENES & set(subject)
    mine = "my" in subject[:2] or bool({"school", "college"} & set(subject[-1:]))
    return bool(_PRIVATE & set(subject)) or (mine and not work)


_HARMLESS: Final = frozenset({"later", "fine"})


def may_tell_why(
    tokens: Sequence[Token], words: tuple[str, ...], said: Collection[str], shape: Shape
) -> bool:
    """Return whether news of a person may be why: "Hugo joined the Coast Guard".

    ``said`` are the sections of doubtful phrases in it. Growth is a reason to add, unless somebody
    opened a place of their own.
    """
    if shape != "person" or set(said) - _HARMLESS or _is_private(tokens, words):
        return False
    if "everyday" in _sections(words):
        return False
    of_person = words[0] in _PERSONS
    first = tokens[0]
    called = first.words[0].capital and (words[0],) not in _SUBJECTS and first.kind is Kind.WORD
    works = any(token.kind is Kind.TYPE for token in tokens[:3])
    new = "grown" in _sections(words) and not (of_person and {"opened", "own"} & set(words))
    return (of_person or called or works) and not new
