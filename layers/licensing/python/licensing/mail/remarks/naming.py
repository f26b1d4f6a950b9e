"""Who, where and how many is named beside the requests."""

from collections.abc import Collection, Sequence
from itertools import dropwhile, takewhile
from typing import Final

from licensing.domain.licenses import LicenseType
from licensing.mail import lexicon
from licensing.mail.language.clauses import has_finite, is_someone, people_in
from licensing.mail.language.tokens import EVERY, Kind, Token

_EXCLUDING: Final = lexicon.words("words", "excluding a clinic")
_NOTHING: Final = frozenset({"not", "no", "nothing", "none"})
_STAYING: Final = lexicon.words("words", "staying")
_UNCHANGED: Final = _STAYING | {"good", "set", "enough"}
_CHANGING: Final = frozenset({"change", "changes", "touch", "anything"})
_ELSE: Final = frozenset({"rest", "else", "other", "others"})
_ALL: Final = frozenset({"all", "everything"})
_HAVING: Final = frozenset({"have", "has", "need", "needs"})


def leaves_others(
    tokens: Sequence[Token], asked: Collection[str], types: Collection[LicenseType] = ()
) -> bool | None:
    """Return whether others stay as they are: "nothing for Lakeside", "the rest: no change".

    False if what is asked for shall, None if nothing is said to. ``asked`` are the clinics that
    something is asked for, ``types`` the types.
    """
    places = {str(token.value) for token in tokens if token.kind is Kind.PLACE}
    kinds = {token.value for token in tokens if token.kind is Kind.TYPE}
    named = (Kind.PLACE, Kind.TYPE)
    others = {w.plain for t in tokens if t.kind not in named for w in t.words}
    says = others & (_NOTHING | _UNCHANGED) and others - {"no", "please", ","}
    stays = bool(says) and others <= _EXCLUDING
    if not stays or EVERY in places or (len(kinds) > 1 and "not" in others):
        return None  # "PTA, not PT" corrects something
    sure = bool(others & _STAYING or (others & _NOTHING and others & _CHANGING))
    elsewhere = places and not places & {*asked}
    if elsewhere or (kinds - {*types} and (sure or not places)) or (sure and others & _ELSE):
        return True
    told = places >= {*asked} if places else kinds or others & _ALL
    return False if sure and told and not others & _HAVING else None


def lists_otherwise(tokens: Sequence[Token], quantities: Collection[int]) -> bool:
    """Return whether they are for more or fewer than asked for: "for our PTs Ann, Bo and Cy"."""
    names = takewhile(
        lambda token: token.plain == "and" or (token.kind is Kind.WORD and is_someone([token])),
        reversed(tokens),
    )
    before = tokens[: len(tokens) - len(list(names))]
    listed = [token for token in tokens[len(before) :] if token.plain != "and"]
    meant = not before or any(token.plain == "for" for token in (*before[:1], *before[-1:]))
    people = people_in(listed) if meant and is_someone(listed) else 0
    return people > 1 and people not in {sum(quantities), *quantities}


_AGAIN: Final = lexicon.phrases("words")["asking again"]
_AS_WELL: Final = (("too",), ("also",), ("as", "well"))
_ANOTHER: Final = (("another",), ("another", "one"))
_JOINING: Final = frozenset({"and", "&", "or", "oh", "also", "plus", "then", "just"})
_OPENING: Final = frozenset({"the", "please", "and"})
_CLOSING: Final = frozenset({"please", "pls", "thanks", "thank", "you"})
_SHORT: Final = 5


def asks_again(tokens: Sequence[Token], opened_by: str, *, begins: bool) -> bool:
    """Return whether words may ask for the same of something else: "same for the biller".

    ``begins`` if nothing else is told before them in their sentence.
    """
    joined = list(dropwhile(lambda token: token.plain in _JOINING, tokens))
    spoken = (word.plain for token in joined for word in token.words)
    words = (*opened_by.split(), *spoken)
    words = tuple(dropwhile(lambda word: word in _OPENING or not word[0].isalpha(), words))
    if words in _ANOTHER or any(words[: len(phrase)] == phrase for phrase in _AGAIN):
        return True
    while words and words[-1] in _CLOSING:
        words = words[:-1]
    behind = next((phrase for phrase in _AS_WELL if words[-len(phrase) :] == phrase), ())
    named = any(token.kind in (Kind.TYPE, Kind.LICENSE) for token in joined)
    short = len(words) <= _SHORT and not has_finite(tokens)
    if not behind:
        return begins and named and short and len(joined) < len(tokens)
    return short and (named or is_someone(joined[: len(words) - len(behind)]))


_CORRECTING: Final = lexicon.words("words", "correcting a number")
_GOING_ON: Final = frozenset({"i", "we", "he", "she", "they"})


def number_corrected(tokens: Sequence[Token]) -> int | None:
    """Return the number that shall replace another: "no wait, make that three, I forgot Lou"."""
    at = [i for i, token in enumerate(tokens) if token.kind is Kind.NUMBER]
    before = {w.plain for token in tokens[: at[0]] for w in token.words} if at else set()
    if len(at) != 1 or not before <= _CORRECTING:
        return None
    if not before and tokens[at[0]].plain.isdigit():
        return None  # "ext. 14"
    behind = [w for token in tokens[at[0] + 1 :] for w in token.words]
    goes_on = before and behind and (behind[0].capital or behind[0].plain in _GOING_ON)
    value = tokens[at[0]].value
    ends = goes_on or {word.plain for word in behind} <= _CORRECTING
    return value if ends and isinstance(value, int) else None
