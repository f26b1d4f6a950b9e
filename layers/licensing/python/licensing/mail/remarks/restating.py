"""Words beside requests that only say again what is to be done, where, or to whom they go.

Each is a bag of words: every word of it is of the same few, whatever their order.
"""

from collections.abc import Collection, Sequence
from typing import Final

from licensing.domain.licenses import LicenseType
from licensing.mail import lexicon
from licensing.mail.language.clauses import Clause, has_finite
from licensing.mail.language.shapes import is_someone
from licensing.mail.language.tokens import EVERY, NUMBERS, Kind, Token
from licensing.mail.remarks.courtesies import is_filler
from licensing.mail.remarks.said import Remark

_DOING: Final = lexicon.words("words", "doing what is asked")
_GENERIC: Final = lexicon.words("words", "doing")
_POINTING: Final = lexicon.words("words", "pointing back") | {"following", "below", "changes"}
_GOING: Final = frozenset({"proceed", "ahead", "process"})
_GOING_ON: Final = _GOING | {"please", "kindly", "go", "so", "now", "today", "asap", "and", "to"}
_GONE: Final = frozenset({"off", "gone", "removed", "out"})
_THERE: Final = frozenset({"added", "on"})
_LEADING: Final = frozenset({"need", "want", "get", "be", "like"})
_MODALS: Final = frozenset({"would", "could", "can"})
_EXCLUDING: Final = lexicon.words("words", "excluding a clinic")
_NOTHING: Final = frozenset({"not", "no", "nothing", "none"})
_UNCHANGED: Final = frozenset({"stays", "stay", "remains", "unchanged"})
_SAYING_AGAIN: Final = lexicon.words("words", "saying again")
_FOR_WHOM: Final = frozenset({"it", "this", "that", "these", "they", "one"})
_NEGATIONS: Final = lexicon.words("words", "negations")
_TO: Final = frozenset({"the", "whom", "our", "your", "all"})


def is_order_again(remark: Remark, words: Sequence[str]) -> bool:
    """Return whether words only order or wish what is asked for: "please enter these"."""
    said = [t for t in remark.tokens if t.kind not in (Kind.NUMBER, Kind.COMMA, Kind.PLACE)]
    bag = {w.plain for token in said for w in token.words} & set(words)
    if bag <= _GOING_ON and bag & _GOING:
        return True  # "please proceed"
    if (
        remark.question
        or remark.opening == "if"
        or not bag <= _DOING
        or not bag & _POINTING
        or not bag & _GENERIC
    ):
        return False
    numbers = {token.value for token in remark.tokens if token.kind is Kind.NUMBER}
    if not numbers <= {len(remark.types), sum(remark.quantities), *remark.quantities}:
        return False
    against = _THERE if remark.releasing else _GONE
    if bag & against or (bag & (_GONE | _THERE | {"done"}) and not bag & _LEADING):
        return False
    return not bag & _MODALS or bool(bag & {"you", "u", "like"})


def leaves_others(tokens: Sequence[Token], asked: Collection[str]) -> bool:
    """Return whether words say that a clinic gets nothing: "don't add anything for Lakeside".

    ``asked`` are the clinics that something is asked for.
    """
    places = {str(token.value) for token in tokens if token.kind is Kind.PLACE}
    if not places or places & {*asked, EVERY}:
        return False
    others = {w.plain for t in tokens if t.kind is not Kind.PLACE for w in t.words}
    says = others - {"not", "no", "please"}
    return bool(says) and others <= _EXCLUDING and bool(others & (_NOTHING | _UNCHANGED))


def is_addressed(remark: Remark, words: Sequence[str], said: Collection[str]) -> bool:
    """Return whether words only say whom a mail is for: "To the License Administrator:"."""
    to = words[0] == "to" and bool(set(words[1:2]) & _TO)
    addressed = remark.opening == "label" and (to or words[0] in ("attn", "attention"))
    return addressed and not said and not has_finite(remark.tokens) and len(words) < 9


def sums_up(clause: Clause, live: Collection[tuple[LicenseType | None, int | None]]) -> bool:
    """Return whether a clause only says licenses again as a sum: "so that's three PT licenses".

    ``live`` are types and numbers that are asked for.
    """
    start = clause.plain[1:] if clause.plain[:1] == ("so",) else clause.plain
    if start[:2] not in (("that", "is"), ("that", "makes")) or len(clause.runs) != 1:
        return False
    run = clause.runs[0]
    beside = (*clause.tokens[: run.start], *clause.tokens[run.end :])
    words = [w.plain for t in beside if t.kind is not Kind.PLACE for w in t.words]
    named = {(item.license_type, item.quantity) for item in run.items}
    others = tuple(word for word in words if word not in ("that", "is", "makes"))
    return named <= set(live) and is_filler(others, ())


def is_number_again(remark: Remark, words: tuple[str, ...]) -> bool:
    """Whether words say a number again: "just the one", where one license is asked for."""
    if words[-3:] == ("one", "of", "each"):
        return len(words) < 5 and remark.quantities == {1}
    numbers = [t for t in remark.tokens if t.kind is Kind.NUMBER]
    others = {w for w in words if (w,) not in NUMBERS and not w.isdigit()}
    same = {t.value for t in numbers} == remark.quantities and len(numbers) == 1
    again = others <= _SAYING_AGAIN
    return same and again


def is_breakdown(remark: Remark, words: tuple[str, ...]) -> bool:
    """Whether words divide the licenses among people or shifts: "two for days, one for nights"."""
    counts = [t.value for t in remark.tokens if t.kind is Kind.NUMBER and isinstance(t.value, int)]
    others = {Kind.TYPE, Kind.LICENSE, Kind.PLACE, Kind.BAD_NUMBER} & {
        t.kind for t in remark.tokens
    }
    whole = len(counts) > 1 and sum(counts) == sum(remark.quantities)
    whole = whole and not capitals_of(remark.tokens)
    return whole and not others and not set(words) & (_NEGATIONS | {"or"})


def is_for(remark: Remark, words: tuple[str, ...]) -> bool:
    """Whether words only name somebody: "it's for Alexandra"."""
    behind = [token for token in remark.tokens if token.words[0].plain not in words[:3]]
    names = bool(behind) and all(token.kind is Kind.WORD for token in behind)
    pointing = words[:1] and words[0] in _FOR_WHOM and words[1:3] in (("is", "for"), ("are", "for"))
    return bool(pointing) and names and is_someone(behind)


def is_nothing(tokens: Sequence[Token]) -> bool:
    """A clinic's name alone, or a row such as "Billing: 0"."""
    kinds = {token.kind for token in tokens}
    if kinds <= {Kind.PLACE, Kind.COLON, Kind.COMMA}:
        return True
    row = kinds <= {Kind.TYPE, Kind.COLON, Kind.BAD_NUMBER}
    return row and all(t.value == 0 for t in tokens if t.kind is Kind.BAD_NUMBER)


def capitals_of(tokens: Sequence[Token]) -> list[str]:
    """Words written with a capital inside the sentence: "May" is a name or a month there."""
    words = [w for token in tokens for w in token.words]
    return [w.plain for w in words[1:] if w.capital and not w.text.isupper()]
