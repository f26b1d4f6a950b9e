"""Places that are none of the sender's clinics."""

import re
from collections.abc import Sequence
from typing import Final

from licensing.mail import lexicon
from licensing.mail.language.tokens import EVERY, Kind, Token

_TOGETHER: Final = (Kind.PLACE, Kind.AND, Kind.PLACE)
_PEOPLE: Final = frozenset({Kind.TYPE, Kind.PERSON})
_ASKING: Final = lexicon.words("words", "leading to a verb") | {
    word for (word, *rest) in lexicon.table("fillers") if not rest
}
_SUFFIX: Final = re.compile(
    r"[a-z]{2,}(?:side|ville|wood|field|dale|view|port|burg|town|brook|ridge)"
)
_WORDS: Final = lexicon.words("words", "in places")
_SITES: Final = lexicon.words("words", "sites")
_BEFORE: Final = lexicon.words("words", "before places")
_MONTHS: Final = lexicon.words("words", "months")
_OURS: Final = lexicon.words("words", "no names of sites")


def unknown_place(tokens: Sequence[Token], *, certain: bool = True) -> str | None:
    """Return the name of a place that is no clinic of the sender's.

    ``certain`` also takes any capitalized name behind "at" or "in" for one.
    """
    before_it = _BEFORE if certain else _BEFORE - {"from", "to", "of"}
    known = (Kind.PLACE, Kind.TYPE, Kind.DISCIPLINE)
    words = [w for token in tokens if token.kind not in known for w in token.words]
    for before, word, after in zip(words, words[1:], [*words[2:], None], strict=False):
        named = word.capital and word.plain.isalpha() and not word.text.isupper()
        named &= word.plain not in _MONTHS  # "in February"
        follows = after is not None and after.plain in _WORDS | _SITES and after.capital
        sounds = follows or word.plain in _WORDS or bool(_SUFFIX.fullmatch(word.plain))
        sounds = sounds or (certain and before.plain in ("at", "in", "@"))
        if named and sounds and before.plain in before_it:
            return word.text
        site = word.plain in _SITES and before.plain not in _OURS
        if site and (before.plain in _WORDS or before.capital):
            return f"{before.text} {word.text}"
    return None


def with_shares(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with ``each`` as a place: "Main Street and Lakeside need one license each"."""
    kinds = [token.kind for token in tokens]
    counts = [i for i, kind in enumerate(kinds) if kind in (Kind.NUMBER, Kind.ARTICLE)]
    together = _TOGETHER in zip(kinds, kinds[1:], kinds[2:], strict=False)
    whole = [i for i, t in enumerate(tokens) if t.kind is Kind.WHOLE and t.plain == "each"]
    if counts[1:] == [i - 1 for i in whole]:
        counts = counts[:1]  # "two licenses, one each at Main Street and Lakeside"
    if not together or len(counts) != 1 or len(whole) != 1:
        return list(tokens)
    at, words = whole[0], {t.plain for t in tokens[: counts[0]] if t.kind is Kind.WORD}
    people = _PEOPLE & {*kinds[: counts[0]], *(kinds[at + 1 :] if at > counts[0] else ())}
    if people or not words <= _ASKING or kinds[at + 1 : at + 2] == [Kind.WORD]:
        return list(tokens)  # "the PTs at Main Street and Lakeside need one each"
    return [*tokens[:at], Token(Kind.PLACE, tokens[at].words, EVERY), *tokens[at + 1 :]]


def begins_with_place(tokens: Sequence[Token]) -> bool:
    """Return whether a clause begins with a place's name that is no clinic: "Park Hill needs"."""
    words = [w for token in tokens[:2] if token.kind is Kind.WORD for w in token.words]
    return len(words) == 2 and all(word.capital for word in words) and words[1].plain in _WORDS
