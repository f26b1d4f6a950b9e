"""What can make a mail unclear, and telling it from a sentence that was not understood."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from licensing.mail.tokens import Token, Word
from licensing.mail.vocabulary import WHEN, Kind, listed


class Doubt(StrEnum):
    """Why a mail is asked back; the most telling one comes first."""

    HIDDEN_CHARACTERS = "hidden_characters"
    NEGATED = "negated"
    CORRECTED = "corrected"
    CONDITION = "condition"
    HEDGED = "hedged"
    RANGE = "range"
    LIMIT = "limit"
    QUANTITY = "quantity"
    VAGUE = "vague_quantity"
    DATE = "date"
    PRICE = "price"
    REFERENCE = "reference"
    NO_QUANTITY = "no_quantity"
    NO_TYPE = "no_license_type"
    NOT_UNDERSTOOD = "not_understood"
    # Of the whole mail
    QUESTION = "question"
    NO_CLINIC = "no_clinic"
    UNKNOWN_CLINIC = "unknown_clinic"
    SEVERAL_CLINICS = "several_clinics"
    NO_REASON = "no_reason"
    SAID_TWICE = "said_twice"
    SUBJECT_DIFFERS = "subject_differs"
    TEXTS_DIFFER = "text_and_html_differ"
    BETWEEN_QUOTES = "between_quotes"
    ONLY_QUOTED = "only_quoted"
    ONLY_ATTACHED = "only_attached"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    OLD = "old_or_undated"
    SPAM = "spam_or_virus_check"
    REPEATED_HEADERS = "repeated_headers"
    ASKED_AGAIN = "asked_again"


_TELLING: Final = (
    (Doubt.NEGATED, listed("not no never nor none without neither nothing nobody avoid")),
    (
        Doubt.CORRECTED,
        listed(
            "actually instead disregard ignore scratch cancel_that undo correction oops meant "
            "rather mistake wrong forget nevermind back revert reverse changed but however"
        ),
    ),
    (
        Doubt.CONDITION,
        listed(
            "if unless once until till when whenever provided assuming pending contingent "
            "depending after before approval approved only wait hold unlike except subject"
        ),
    ),
    (
        Doubt.HEDGED,
        listed(
            "or maybe perhaps possibly probably might could should would either thinking "
            "considering wondering think believe guess plan planning hope may likely suppose "
            "looking possible roughly about approximately around approx whether"
        ),
    ),
    (
        Doubt.LIMIT,
        listed(
            "least most up total altogether maximum minimum max min all every each both entire "
            "remaining rest overall limit exceed bring down over under"
        ),
    ),
    (
        Doubt.VAGUE,
        listed("few couple some several many any various multiple handful half pair bunch"),
    ),
    (
        Doubt.DATE,
        WHEN
        | listed(
            "next week weeks month months year later starting effective date future soon quarter "
            "end beginning eventually by temporarily temporary trial days day"
        ),
    ),
    (Doubt.PRICE, listed("$ % price cost costs rate quote usd dollars discount free charge")),
    (
        Doubt.REFERENCE,
        listed(
            "attached attachment below above same previous earlier last again them those these "
            "that it enclosed usual before ones one"
        ),
    ),
)


def doubt_about(words: Sequence[Word], tokens: Sequence[Token]) -> Doubt:
    """Return the likeliest reason why a sentence about licenses was not understood."""
    texts = {word.plain for word in words}
    kinds = [token.kind for token in tokens]
    if any("\ufffd" in text for text in texts):
        return Doubt.HIDDEN_CHARACTERS
    if _range(tokens):
        return Doubt.RANGE
    if Kind.BAD_NUMBER in kinds:
        return Doubt.QUANTITY
    for doubt, telling in _TELLING:
        if texts & telling:
            return doubt
    if Kind.PLUS in kinds or {"-", "\u2013"} & texts:
        return Doubt.QUANTITY
    if Kind.TYPE not in kinds:
        return Doubt.NO_TYPE
    if Kind.QUANTITY not in kinds and Kind.ARTICLE not in kinds:
        return Doubt.NO_QUANTITY
    return Doubt.NOT_UNDERSTOOD


def _range(tokens: Sequence[Token]) -> bool:
    """Whether two numbers stand with only a dash, a slash or "to" between them."""
    numbers = (Kind.QUANTITY, Kind.BAD_NUMBER)
    between = ("-", "\u2013", "to", "/", "or")
    return any(
        first.kind in numbers and last.kind in numbers and middle.plain in between
        for first, middle, last in zip(tokens, tokens[1:], tokens[2:], strict=False)
    )
