"""What one sentence is: a request, a heading, a reason, a courtesy, a question, or unclear."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail.clauses import Heading, Reason, Request, Sentence, read_request
from licensing.mail.doubts import Doubt, doubt_about
from licensing.mail.items import ItemParser
from licensing.mail.news import counts_work, is_reason, news
from licensing.mail.tokens import Token
from licensing.mail.vocabulary import Kind, listed


@dataclass(frozen=True, slots=True)
class Courtesy:
    """Asks for nothing."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Asks something instead of asking for a change."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """None of the others."""

    doubt: Doubt
    about_licenses: bool


Remark = Request | Heading | Reason | Courtesy | Asking | Unclear

ADD_VERBS: Final = (Kind.ADD, Kind.ADDING, Kind.ADDED, Kind.RAISE)
REMOVE_VERBS: Final = (
    Kind.REMOVE, Kind.REMOVING, Kind.REMOVED, Kind.HAND_BACK, Kind.LOWER,
)  # fmt: skip
CHANGE_VERBS: Final = (*ADD_VERBS, *REMOVE_VERBS)
_WANTING: Final = (Kind.NEED, Kind.NEEDS, Kind.MAY_GET, Kind.HAVE)
_QUESTION_STARTS: Final = re.compile(
    r"(?:(?:and|also|so|quick question|question|one question|just|hi|hello|please|but|another"
    r" question|i have a question|a question) )*"
    r"(?:how|what|when|where|which|who|whom|why|do|does|did|is|are|was|were|has|have you|should"
    r"|will|am i|would it|any chance|any update|any news|wondering|i am wondering|i wonder"
    r"|i was wondering|we were wondering|we are wondering|curious|i am curious|do you know"
    r"|may i ask|can i|could i|can we|could we|may we|is it|is there|are there)\b"
)
_WANTS_TO_KNOW: Final = re.compile(
    r"(?:(?:please|can you|could you|would you|will you|kindly|just|also|i need you to|and"
    r"|i would like you to|quick question) )*"
    r"(?:tell|let (?:me|us) know|show|explain|remind|advise|clarify|check|help|send|provide|give"
    r"|look up|look into|i would like to know|we would like to know|i want to know"
    r"|we want to know|i need to know|we need to know|i have (?:a|some|two) questions?"
    r"|we have (?:a|some|two) questions?|question)\b"
)
_REFERRING: Final = listed("""
    attached attachment attachments enclosed below above form spreadsheet forwarded forward
    forwarding yes yeah yep no nope ok okay correct confirmed confirm agreed approved sure
    exactly undo revert reverse disregard scratch nevermind option first second same ditto
    process processed request requests per
    """)
_POINTING: Final = listed("it them these those that this one ones all both everything")


def remark_of(sentence: Sentence, heading: Heading) -> Remark:
    """Return what a sentence is; ``heading`` is what the lines above said for it."""
    return (
        read_request(sentence, heading)
        or _heading(sentence)
        or _reason(sentence)
        or (Courtesy() if sentence.is_courtesy(sentence.words) else None)
        or _news(sentence, heading)
        or _question(sentence)
        or Unclear(doubt_about(sentence.words, sentence.tokens), about_licenses(sentence))
    )


def _heading(sentence: Sentence) -> Heading | None:
    """``Main Street, please add the following:``, ``Removals:``, ``This is for Lakeside``."""
    parser = ItemParser(sentence.tokens)
    parser.take_all(Kind.GREETING, Kind.FILLER, Kind.THANKS, Kind.COMMA)
    while parser.take_word("this") or parser.take_word("is") or parser.take_word("all"):
        pass
    clinic_id = parser.clinic()
    parser.take_all(Kind.COMMA, Kind.DASH)
    parser.take_all(Kind.ASK, Kind.WISH)
    verb = parser.take(*CHANGE_VERBS, *_WANTING)
    listed = any(map(parser.take_word, ("make", "submit", "process", "apply", "do")))
    if parser.kind(1) is Kind.CHANGES:
        parser.take(Kind.QUANTITY, Kind.ARTICLE)
    while parser.take(Kind.FOLLOWING, Kind.CHANGES, Kind.LICENSE, Kind.OUR) or parser.take_word(
        "to"
    ):
        listed = True
    clinic_id = clinic_id if clinic_id is not None else parser.clinic()
    parser.take_all(Kind.CHANGES, Kind.LICENSE, Kind.NOW, Kind.COMMA)
    colon = parser.take(Kind.COLON) is not None
    parser.take(Kind.DASH)
    if parser.peek() is not None or (verb is None and clinic_id is None and not listed):
        return None
    if verb is None:
        return Heading(None, clinic_id) if colon or not listed else None
    follows = any(token.kind is Kind.FOLLOWING for token in sentence.tokens)
    if not (colon or follows) or (verb.kind is Kind.HAVE):
        return None
    return Heading(Action.REMOVE if verb.kind in REMOVE_VERBS else Action.ADD, clinic_id)


def _reason(sentence: Sentence) -> Reason | None:
    """A sentence that begins with "because" or "the reason is"."""
    tokens = sentence.tokens
    start = next((i for i, token in enumerate(tokens) if token.kind is not Kind.FILLER), 0)
    if tokens[start].kind is not Kind.BECAUSE or start + 1 >= len(tokens):
        return None
    parser = ItemParser(tokens, start + 1)
    parser.take_all(Kind.COLON, Kind.DASH, Kind.COMMA)
    if parser.peek() is None:
        return None
    text, words = sentence.said(parser.i, len(tokens))
    return (
        Reason(text, None) if is_reason(words) and not about_changes(tokens[parser.i :]) else None
    )


def _news(sentence: Sentence, heading: Heading) -> Reason | None:
    if heading.action is not None and counts_work(sentence.words):
        return None  # in a list of licenses, "1 PTA left" may be a line of it
    told = news(sentence.words)
    if told is None:
        return None
    return Reason(sentence.said(0, len(sentence.tokens))[0], told)


def _question(sentence: Sentence) -> Asking | None:
    said = " ".join(word.plain for word in sentence.words if word.plain.isalnum())
    asks = sentence.words[-1].plain == "?"
    if _WANTS_TO_KNOW.match(said):
        return Asking()
    if about_changes(sentence.tokens) and not _QUESTION_STARTS.match(said):
        return None
    if _QUESTION_STARTS.match(said) and (asks or said.split()[0] in ("how", "what", "when", "why")):
        wishful = sentence.tokens[0].kind is Kind.MAY_GET or said.startswith(
            ("can we", "could we", "may we", "can i", "could i", "is it", "would it")
        )
        return None if wishful and about_changes(sentence.tokens) else Asking()
    return Asking() if asks and not about_licenses(sentence) else None


def about_changes(tokens: Sequence[Token]) -> bool:
    """Whether words speak of changing licenses."""
    kinds = {token.kind for token in tokens}
    objects = {Kind.TYPE, Kind.LICENSE, Kind.QUANTITY, Kind.BAD_NUMBER, Kind.ARTICLE}
    return bool(kinds & {*CHANGE_VERBS, *_WANTING} and kinds & objects)


def about_licenses(sentence: Sentence) -> bool:
    """Whether a sentence that was not understood may ask for a change of licenses."""
    tokens = sentence.tokens
    kinds = [token.kind for token in tokens]
    texts = {word.plain for word in sentence.words}
    if Kind.LICENSE in kinds or any(text.startswith(("licen", "lizen")) for text in texts):
        return True
    if any(kind in CHANGE_VERBS for kind in kinds) and (Kind.TYPE in kinds or texts & _POINTING):
        return True
    if texts & _REFERRING or "\ufffd" in "".join(texts):
        return True
    if all(kind in _FRAGMENT for kind in kinds):
        return True
    return any(
        ItemParser(tokens, i).item(signs=True) is not None
        for i, kind in enumerate(kinds)
        if kind in (Kind.QUANTITY, Kind.PLUS, Kind.BAD_NUMBER)
    ) or any(
        first is Kind.BAD_NUMBER and second in (Kind.TYPE, Kind.MORE)
        for first, second in pairwise(kinds)
    )


_FRAGMENT: Final = frozenset(
    {
        Kind.CLINIC, Kind.PLACE, Kind.AT, Kind.OUR, Kind.QUANTITY, Kind.BAD_NUMBER, Kind.TYPE,
        Kind.ARTICLE, Kind.MORE, Kind.COMMA, Kind.ADD, Kind.REMOVE, Kind.NOW, Kind.AND, Kind.PLUS,
    }
)  # fmt: skip
