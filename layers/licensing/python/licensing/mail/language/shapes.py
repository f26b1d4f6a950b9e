"""Whether a clause tells what somebody or something does, and when."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from licensing.mail import lexicon
from licensing.mail.language.clauses import SUBJECTS, is_finite
from licensing.mail.language.tokens import Kind, Token

_PERSONS: Final = lexicon.words("words", "persons") | {"i", "we", "us"}
PREPOSITIONS: Final = lexicon.words("words", "behind pointing")
IMPERATIVES: Final = lexicon.words("words", "imperatives")
_CREDENTIALS: Final = lexicon.words("structure", "credentials")
_TITLES: Final = lexicon.words("words", "titles")
_PAST: Final = lexicon.words("words", "past")


def acts(tokens: Sequence[Token]) -> bool:
    """Return whether somebody or something does something: not a fragment, nor an order."""
    words = tuple(word.plain for token in tokens for word in token.words)
    if len(words) > 2 and (words[0] in _PERSONS or tells_without_subject(words[0])):
        return True
    first = next((n for n, word in enumerate(words) if n and is_finite(word)), 0)
    if not first or (words[0],) in SUBJECTS:
        return bool(first)
    orders = lexicon.at("requests", words, 0) or lexicon.at("doubts", words, 0)
    if orders or is_finite(words[0]) or (words[0] in IMPERATIVES and first != 1):
        return False
    named = tokens[0].words[0].capital or tokens[0].kind in (Kind.TYPE, Kind.PLACE)
    return named or first <= 3


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
