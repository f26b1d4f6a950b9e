"""Whether a clause tells what somebody or something does, and when."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from licensing.mail import lexicon
from licensing.mail.language.clauses import SUBJECTS, is_finite
from licensing.mail.language.tokens import Kind, Token

_OPENERS: Final = lexicon.words("words", "openers")
_PERSONS: Final = lexicon.words("words", "persons") | {"i", "we", "us"}
_PAST_DAYS: Final = lexicon.words("words", "past days")
PREPOSITIONS: Final = lexicon.words("words", "behind pointing")
IMPERATIVES: Final = lexicon.words("words", "imperatives")
_CREDENTIALS: Final = lexicon.words("structure", "credentials")
_TITLES: Final = lexicon.words("words", "titles")
_PAST: Final = lexicon.words("words", "past")
_BEFORE_DAYS: Final = frozenset({"on", "last", "this", "in"})


def acts(tokens: Sequence[Token]) -> bool:
    """Return whether somebody or something does something: not a fragment, nor an order."""
    words = tuple(word.plain for token in tokens for word in token.words)
    start = _subject(words)
    rest = words[start:]
    if len(rest) > 2 and (rest[0] in _PERSONS or tells_without_subject(rest[0])):
        return True
    first = next((n for n, word in enumerate(rest) if n and is_finite(word)), 0)
    if not first or (rest[0],) in SUBJECTS:
        return bool(first)
    orders = lexicon.at("requests", rest, 0) or lexicon.at("doubts", rest, 0) or is_finite(rest[0])
    if orders or (rest[0] in IMPERATIVES and first != 1):
        return False
    capital = any(w.plain == rest[0] and w.capital for token in tokens for w in token.words)
    known = any(token.kind in (Kind.TYPE, Kind.PLACE) for token in tokens[: start + 1])
    return capital or known or first <= 3


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
