"""News that tells why licenses are released: "Ana has left", "Hugo joined the Coast Guard"."""

from collections.abc import Collection, Sequence
from typing import Final

from licensing.mail import lexicon
from licensing.mail.shapes import Shape
from licensing.mail.tokens import Kind, Token


def tells_why(words: tuple[str, ...]) -> bool:
    """Return whether words tell of leaving, closing, cutting and the like."""
    return bool({"gone", "alone"} & _sections(words))


def _sections(words: tuple[str, ...]) -> set[str]:
    found = (lexicon.at("reasons", words, i) for i in range(len(words)))
    return {known[0] for known in found if known is not None}


_PERSONS: Final = lexicon.words("words", "persons")
_SUBJECTS: Final = frozenset(lexicon.phrases("clauses")["subject"])
_HARMLESS: Final = frozenset({"boss", "later", "price", "fine"})


def may_tell_why(
    tokens: Sequence[Token], words: tuple[str, ...], said: Collection[str], shape: Shape
) -> bool:
    """Return whether news of a person may be why: "Hugo joined the Coast Guard".

    ``said`` are the sections of doubtful phrases in it. Growth is a reason to add, unless somebody
    opened a place of their own.
    """
    if shape != "person" or set(said) - _HARMLESS:
        return False
    first = tokens[0]
    called = first.words[0].capital and (words[0],) not in _SUBJECTS and first.kind is Kind.WORD
    works = any(token.kind is Kind.TYPE for token in tokens[:3])
    away = words[0] in _PERSONS and {"opened", "own"} & set(words)
    new = "grown" in _sections(words) and not away
    return (words[0] in _PERSONS or called or works) and not new
