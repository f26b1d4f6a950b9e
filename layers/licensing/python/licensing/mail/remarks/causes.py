"""How far words tell why licenses are released, judged by the examples of lexicon/told.txt."""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from licensing.mail import lexicon
from licensing.mail.language.clauses import has_finite
from licensing.mail.language.tokens import Token
from licensing.mail.remarks.examples import spoken, told


class Cause(IntEnum):
    """How far words tell why licenses are released."""

    NONE = 0
    NEWS = 1
    """They may, if nothing else does."""
    HINT = 2
    """They do if they stand beside the release."""
    TOLD = 3
    """They do wherever they stand."""


_LIMITS: Final = ((1.1, Cause.TOLD), (0.6, Cause.HINT), (0.0, Cause.NEWS))
_FRAGMENT: Final = 0.7
"""By so much words without a verb tell less: "for the", "since two weeks"."""


def cause_in(tokens: Sequence[Token]) -> Cause:
    """Return how far words tell why."""
    weight = told(spoken(tokens, "")) - _FRAGMENT * (not has_finite(tokens))
    return next((cause for limit, cause in _LIMITS if weight >= limit), Cause.NONE)


def tells_leaving(words: tuple[str, ...]) -> bool:
    """Return whether words only tell that somebody left: nobody new is spoken of."""
    found = (lexicon.at("reasons", words, i) for i in range(len(words)))
    said = {known[0] for known in found if known is not None}
    left = "gone" in said or bool({"quit", "resigned", "retired"} & set(words))
    return left and "grown" not in said and not {"new", "replacement"} & set(words)
