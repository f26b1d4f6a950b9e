"""What a clause is about: a person or thing, "we", "you", "it", or nothing that acts."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal

from licensing.mail import lexicon
from licensing.mail.language.clauses import is_finite
from licensing.mail.language.tokens import Kind, Token

Shape = Literal["person", "we", "you", "it", "fragment"]
_OPENERS: Final = lexicon.words("words", "openers")
_PERSONS: Final = lexicon.words("words", "persons")
_THINGS: Final = lexicon.words("words", "things")
_SUBJECTS: Final = frozenset(lexicon.phrases("clauses")["subject"])
_PAST_DAYS: Final = lexicon.words("words", "past days")
_POINTING: Final = lexicon.words("words", "pointing")
PREPOSITIONS: Final = lexicon.words("words", "behind pointing")
IMPERATIVES: Final = lexicon.words("words", "imperatives")
ORDERS: Final = lexicon.words("words", "orders") | IMPERATIVES
_CREDENTIALS: Final = lexicon.words("structure", "credentials")
_TITLES: Final = lexicon.words("words", "titles")
_PAST: Final = lexicon.words("words", "past")
_BEFORE_DAYS: Final = frozenset({"on", "last", "this", "in"})


def shape_of(tokens: Sequence[Token], words: tuple[str, ...]) -> Shape:
    """Return what a clause is about; a fragment has no verb, or only one that orders."""
    start = _subject(words)
    rest = words[start:]
    first = next((n for n, word in enumerate(rest) if n and is_finite(word)), 0)
    capital = any(w.plain == rest[0] and w.capital for token in tokens for w in token.words)
    pronoun = _of_pronoun(rest, acts=bool(first))
    if pronoun is not None:
        return pronoun
    if not first:
        return "fragment"
    if (rest[0],) in _SUBJECTS:
        return "person"
    acts = lexicon.at("requests", rest, 0) or lexicon.at("doubts", rest, 0) or is_finite(rest[0])
    if acts or (rest[0] in IMPERATIVES and first != 1):
        return "fragment"  # an imperative, or nothing that acts
    known = any(token.kind in (Kind.TYPE, Kind.PLACE) for token in tokens[: start + 1])
    return "person" if capital or known or first <= 3 else "fragment"


def _subject(words: tuple[str, ...]) -> int:
    """Where a clause begins in earnest: behind "and", "as of today", "last week"."""
    i = 0
    while (skip := lexicon.at("fillers", words, i)) and skip[1] > 1 and i + skip[1] < len(words):
        i += skip[1]
    while i < len(words) - 1 and (
        words[i] in _OPENERS
        or words[i] in _PAST_DAYS
        or (words[i] in _BEFORE_DAYS and words[i + 1] in _PAST_DAYS)
    ):
        i += 1
    return i


def _of_pronoun(words: tuple[str, ...], *, acts: bool) -> Shape | None:
    if words[0] in ("i", "we", "us") and len(words) > 2:
        return "we"
    if len(words) > 2 and tells_without_subject(words[0]):
        return "we"
    if words[0] in ("you", "u") and acts:
        return "you"
    if words[0] in _THINGS and acts and words[:2] != ("one", "of"):
        return "it"
    return "person" if words[0] in _PERSONS and len(words) > 2 else None


def tells_past(words: tuple[str, ...]) -> bool:
    """Return whether the first verb of a clause is of the past: "it took us nine months"."""
    for word in words[1:]:
        if is_finite(word):
            return word in _PAST or (word.endswith("ed") and len(word) > 4)
    return False


def tells_without_subject(word: str) -> bool:
    """Return whether a clause that begins so tells what "we" did: "took it in house"."""
    past = word in _PAST or (word.endswith("ed") and is_finite(word))
    past = past and word not in ("was", "were", "did", "had")
    return past and not any((word,) in lexicon.table(file) for file in ("requests", "doubts"))


def points(words: tuple[str, ...]) -> bool:
    """Return whether a word such as "it" may stand for what is asked for."""
    for i, word in enumerate(words):
        after = words[i + 1] if i + 1 < len(words) else ""
        if word in ("it", "them", "ones"):
            return True
        if word in _POINTING and (not after or is_finite(after) or after in PREPOSITIONS):
            return True
    return False


def is_someone(tokens: Sequence[Token]) -> bool:
    """Return whether words are names: capitalized words, with credentials perhaps."""
    words = [w for token in tokens for w in token.words if w.plain.isalpha() and w.plain != "and"]
    return 1 <= len(words) <= 8 and all(
        w.capital and (not w.text.isupper() or w.plain in _CREDENTIALS) for w in words
    )


def people_in(tokens: Sequence[Token]) -> int:
    """Return how many names a list has: "Dr. Ann Lee, PT and Bo" has two."""
    words = [w for token in tokens for w in token.words if w.plain.isalpha()]
    names = [w for w in words if w.plain not in _CREDENTIALS | _TITLES]
    return 1 + sum(
        after.start - word.end > 1 and word.plain != "and" for word, after in pairwise(names)
    )
