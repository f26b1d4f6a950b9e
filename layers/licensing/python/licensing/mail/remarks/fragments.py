"""Names and numbers of people beside a request, and words without a verb that may bear on it."""

from collections.abc import Collection, Sequence
from itertools import takewhile
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import is_finite
from licensing.mail.language.shapes import (
    ORDERS,
    PREPOSITIONS,
    is_order,
    is_someone,
    people_in,
    points,
)
from licensing.mail.language.tokens import NUMBERS, Kind, Token

_NEGATIONS: Final = lexicon.words("words", "negations")
_KNOWN: Final = ("fillers", "licenses", "doubts", "requests", "clauses")
_COUNTING: Final = (
    lexicon.words("words", "stances")
    | _NEGATIONS
    | lexicon.words("words", "touching")
    | lexicon.words("words", "pointing")
    | lexicon.words("words", "counting")
)


def is_about_licenses(words: tuple[str, ...]) -> bool:
    """Return whether words may be about the licenses asked for: none is of something else."""
    return all(
        word.isdigit()
        or (word,) in NUMBERS
        or is_finite(word)
        or word in _COUNTING
        or any(lexicon.at(file, (word,), 0) for file in _KNOWN)
        for word in words
    )


def doubt_of_fragment(
    tokens: Sequence[Token],
    words: tuple[str, ...],
    *,
    attached: bool,
    quantities: Collection[int],
) -> Doubt | None:
    """Return what words without a verb raise, beside a request or ``attached`` to one."""
    named = [token for token in tokens if token.plain not in ("for", "one", "and")]
    if attached and named and is_someone(named):
        others = words[0] == "one"  # "one for Ann, one for Bo and one for Cy" stands in two clauses
        fits = people_in(named) + others in {1, sum(quantities), *quantities}
        return None if fits else Doubt.NO_QUANTITY
    elsewhere = not is_about_licenses(words)
    denied = set(words) & _NEGATIONS
    begins = words[0] in (_NEGATIONS | PREPOSITIONS) - {"no"}
    if denied and (len(words) < 4 or begins or not elsewhere or points(words)):
        return Doubt.NEGATED
    if points(words):
        return Doubt.REFERENCE
    if words[0] in ("for", "so", "to", "as", "with") and attached and len(words) > 1:
        return None
    numbers = {token.value for token in tokens if token.kind is Kind.NUMBER}
    typed = any(token.kind in (Kind.TYPE, Kind.OTHER) for token in tokens)
    if numbers and not typed and numbers <= {sum(quantities), *quantities}:
        return None  # "three new grads, three PT licenses please"
    if not attached and elsewhere:
        return None if _is_harmless(tokens, words) else Doubt.NOT_UNDERSTOOD
    idle = len(words) > (1 if elsewhere else 2) and not is_order(tokens, words)
    return None if idle else Doubt.NOT_UNDERSTOOD


_ALL_OF: Final = frozenset({"them", "these", "those"})


def counts_otherwise(tokens: Sequence[Token], quantities: Collection[int]) -> bool:
    """Return whether more or fewer are named than asked for: "Ann and Bo need them", "two of them".

    One of them may be spoken of by itself.
    """
    verb = next((i for i, token in enumerate(tokens) if token.plain in ("need", "needs")), 0)
    people = [token for token in tokens[:verb] if token.plain != ","]
    counts: set[object] = {people_in(people)} if is_someone(people) else set()
    counts |= {
        number.value
        for number, of, them in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if number.kind is Kind.NUMBER and of.plain == "of" and them.plain in _ALL_OF
    }
    return not counts <= {1, sum(quantities), *quantities}


def lists_otherwise(tokens: Sequence[Token], quantities: Collection[int]) -> bool:
    """Return whether they are for more or fewer than asked for: "for our PTs Ann, Bo and Cy"."""
    before = without_names(tokens)
    listed = [token for token in tokens[len(before) :] if token.plain != "and"]
    meant = any(token.plain == "for" for token in (*before[:1], *before[-1:]))
    people = people_in(listed) if meant and is_someone(listed) else 0
    return people > 1 and people not in {sum(quantities), *quantities}


def without_names(tokens: Sequence[Token]) -> Sequence[Token]:
    """Return words without the names that end them: "for our new PTA"."""
    names = takewhile(
        lambda token: token.plain == "and" or (token.kind is Kind.WORD and is_someone([token])),
        reversed(tokens),
    )
    return tokens[: len(tokens) - len(list(names))]


_UNSURE_ENDINGS: Final = (
    "ly", "ed", "en", "ing", "ble", "ive", "ory", "nal", "ial", "ish", "less", "ful", "ant", "ent",
)  # fmt: skip
"""A single word that ends so may say how sure or how lasting a request is."""


def _is_harmless(tokens: Sequence[Token], words: tuple[str, ...]) -> bool:
    """Whether words of something else, without a verb, tell nothing and order nothing."""
    if len(words) == 1:
        plain = words[0].isascii() and len(words[0]) > 2 and words[0] not in ORDERS
        return plain and not words[0].endswith(_UNSURE_ENDINGS)
    if words[0] in PREPOSITIONS:  # "On a ship"
        return not any(token.kind in (Kind.TYPE, Kind.OTHER) for token in tokens)
    return not is_order(tokens, words, numbers=False)
