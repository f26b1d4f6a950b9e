"""Licenses in a few words, such as ``two (2) more PT licenses``, as what they say.

The grammar in lexicon/licenses.lark may read a group of tokens in several ways: what counts is
the set of meanings. One is understood, none or several are not.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from lark import Lark, Transformer
from lark import Token as LarkToken
from lark.exceptions import UnexpectedInput
from lark.tree import Tree
from lark.visitors import CollapseAmbiguities

from licensing.domain.licenses import LicenseType
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.tokens import Kind, Token

_GRAMMAR: Final = Path(__file__).parents[1] / "lexicon" / "licenses.lark"
MOST_TOKENS: Final = 14
"""Of one group; what is longer is no way to name licenses."""
TELLING: Final = frozenset({Kind.TYPE, Kind.DISCIPLINE, Kind.LICENSE, Kind.OTHER})
"""Tokens that make words speak of licenses."""
_ENTIRE: Final = lexicon.words("words", "entire")
_COUNTS: Final = frozenset({Kind.NUMBER, Kind.BAD_NUMBER, Kind.CHANGE})
_ONE_LICENSE: Final = frozenset({"license", "licence", "seat"})
_KINDS: Final = frozenset({Kind.TYPE, Kind.DISCIPLINE, Kind.OTHER})


@dataclass(frozen=True, slots=True)
class Item:
    """Licenses as they were named; what was not said is None."""

    license_type: LicenseType | None = None
    quantity: int | None = None
    clinic_id: str | None = None
    sign: int = 0
    """1 for "+2", -1 for "-2"."""
    says_license: bool = False
    says_more: bool = False
    says_less: bool = False
    """It says "fewer" or "less", which counts among the words for more."""
    doubt: Doubt | None = None
    """Why type or number can't be told, or a word between them that is not known."""
    words: tuple[str, ...] = ()
    """The words that the doubt is about."""
    named: str = ""
    """The words of the type, or the letters for them: "ot" for "occupational therapist"."""
    change: str = ""
    """The words of a number and the one that it shall become."""
    before: int | None = None
    """How many there are before a change, as its words have it."""
    definite: bool = False
    """"The", "our", "his": licenses that are there already."""
    single: bool = False
    """"License", not "licenses"."""


def read_group(tokens: Sequence[Token]) -> list[Item]:
    """Return the licenses that a group of tokens names; none if it says nothing of licenses."""
    group = _stripped(tokens)
    if not any(token.kind in (*TELLING, *_COUNTS) for token in group):
        return []
    if len(group) > MOST_TOKENS:
        return [_unread(group)]
    trees = trees_of("".join(token.kind.value for token in group))
    meanings = {_Meaning(group).transform(tree) for tree in trees}
    fewest = min(map(len, meanings), default=0)
    whole = [meaning for meaning in meanings if len(meaning) == fewest]
    return list(whole[0]) if len(whole) == 1 else [_unread(group)]


def _stripped(group: Sequence[Token]) -> Sequence[Token]:
    edge = (Kind.COLON, Kind.SLASH, Kind.OR, Kind.OF)
    start, end = 0, len(group)
    while start < end and group[start].kind in (*edge, Kind.FOR):
        start += 1
    while start < end and group[end - 1].kind in edge:
        end -= 1
    return group[start:end]


def _unread(group: Sequence[Token]) -> Item:
    """Licenses that the grammar can read in no way, or in several."""
    kinds = {token.value for token in group if token.kind is Kind.TYPE}
    numbers = {token.value for token in group if token.kind in (Kind.NUMBER, Kind.BAD_NUMBER)}
    doubt = Doubt.NO_TYPE if len(kinds) > 1 else Doubt.QUANTITY
    if len(kinds) <= 1 and len(numbers) > 1:
        doubt = Doubt.RANGE
    sole = kinds.pop() if len(kinds) == 1 else None
    return Item(
        license_type=sole if isinstance(sole, LicenseType) else None,
        says_license=any(token.kind is Kind.LICENSE for token in group),
        doubt=doubt,
        words=(" ".join(token.text for token in group),),
    )


@cache
def _parser() -> Lark:
    return Lark(
        _GRAMMAR.read_text(encoding="utf-8"), parser="earley", lexer="basic", ambiguity="explicit"
    )


@lru_cache(maxsize=2_000)
def trees_of(letters: str) -> tuple[Tree[Any], ...]:
    """Return every reading of a group, by the letters of its kinds; none if there is none."""
    try:
        tree = _parser().parse(letters)
    except UnexpectedInput:
        return ()
    return tuple(CollapseAmbiguities().transform(tree))


class _Meaning(Transformer[Any, tuple[Item, ...]]):
    """A reading as items: each rule of the grammar fills in what it says."""

    def __init__(self, group: Sequence[Token]) -> None:
        super().__init__()
        self._group = group

    def __default_token__(self, token: LarkToken) -> Token:
        """Return the token that a letter stands for."""
        return self._group[token.start_pos or 0]

    def start(self, items: list[Item]) -> tuple[Item, ...]:
        """All items of the group."""
        return tuple(items)

    def number(self, tokens: list[Token]) -> Item:
        """A number, or an article, which is one."""
        more = any(t.kind is Kind.MORE or t.plain == "another" for t in tokens)
        return Item(quantity=_number(tokens[-1]), says_more=more, says_less=_less(tokens))

    def braced(self, tokens: list[Token]) -> Item:
        """A number in parentheses alone, or a change."""
        counts = [token for token in tokens if token.kind in _COUNTS]
        return self.change(counts) if counts[0].kind is Kind.CHANGE else self.number(counts)

    def twice(self, tokens: list[Token]) -> Item:
        """A number said again in parentheses must be the same."""
        first, again = tokens[-4], tokens[-2]
        if _number(first) == _number(again):
            return Item(quantity=_number(first), says_more=len(tokens) > 4)
        return Item(doubt=Doubt.QUANTITY, words=(f"{first.text} ({again.text})",))

    def change(self, tokens: list[Token]) -> Item:
        """The difference of the number that is and the one that shall be."""
        value = tokens[0].value
        before, after = value if isinstance(value, tuple) else (0, 0)
        sign = 1 if after > before else -1
        return Item(quantity=abs(after - before), sign=sign, change=tokens[0].text, before=before)

    def span(self, tokens: list[Token]) -> Item:
        """From one number to another."""
        return Item(doubt=Doubt.RANGE, words=(_text(tokens),))

    def unsaid(self, tokens: list[Token]) -> Item:
        """A number that is none, too large, or vague; "both" and "all three" are numbers."""
        entire = _number(tokens[-1]) or (2 if tokens[0].plain.startswith("both") else None)
        licensed = any(token.kind is Kind.LICENSE for token in self._group)
        if entire and (licensed or len(tokens) > 1) and set(tokens[0].plain.split()) & _ENTIRE:
            unsure = Doubt.NOT_UNDERSTOOD if _number(tokens[-1]) is None else None
            return Item(quantity=entire, definite=True, doubt=unsure, words=(_text(tokens),))
        doubts = {Kind.VAGUE: Doubt.VAGUE, Kind.WHOLE: Doubt.LIMIT}
        return Item(doubt=doubts.get(tokens[-1].kind, Doubt.QUANTITY), words=(_text(tokens),))

    def separator(self, tokens: list[Token]) -> Item:
        """What stands between a type and its number, or a sign alone."""
        sign = {Kind.PLUS: 1, Kind.MINUS: -1}
        return Item(sign=next((sign[t.kind] for t in tokens if t.kind in sign), 0))

    plus = minus = separator

    def link(self, tokens: list[Token]) -> Item:
        """Words between number and type; an unknown one is a doubt."""
        odd = tuple(t.text for t in tokens if t.kind is Kind.WORD)
        return Item(
            says_more=any(t.kind is Kind.MORE for t in tokens),
            says_less=_less(tokens),
            definite=any(t.kind is Kind.OUR for t in tokens),
            doubt=Doubt.NOT_UNDERSTOOD if odd else None,
            words=odd,
        )

    def kind(self, tokens: list[Token]) -> Token:
        """One type."""
        return tokens[0]

    def kinds(self, tokens: list[Token]) -> Item:
        """Types of one item must be the same: "PT/OT" is, "PT/PTA" is not."""
        named = [t for t in tokens if t.kind in _KINDS]
        if any(t.kind is Kind.OTHER for t in named):
            return Item(doubt=Doubt.UNKNOWN_TYPE, words=tuple(t.text for t in named))
        sole, *others = dict.fromkeys(t.value for t in named)
        if others:
            return Item(doubt=Doubt.NO_TYPE, words=(_text(tokens),))
        if any(t.kind is Kind.OR for t in tokens) or not isinstance(sole, LicenseType):
            return Item(doubt=Doubt.HEDGED, words=(_text(tokens),))
        said = named[0].plain.removesuffix("s")
        treats = sole in (LicenseType.THERAPIST, LicenseType.ASSISTANT)
        return Item(license_type=sole, named=_letters(said) if treats else said)

    def noun(self, tokens: list[Token]) -> Item:
        """The word "license"; "hire" is none, and of an "account" nobody knows."""
        account = tuple(t.text for t in tokens if t.kind is Kind.ACCOUNT)
        return Item(
            doubt=Doubt.NOT_UNDERSTOOD if account else None,
            words=account,
            says_license=any(t.kind is Kind.LICENSE for t in tokens),
            says_more=any(t.kind is Kind.MORE for t in tokens),
            single=len(tokens) == 1 and tokens[0].plain in _ONE_LICENSE,
            says_less=_less(tokens),
        )

    def _together(self, parts: list[Any]) -> Item:
        """Join what the parts of an item say."""
        whole = Item()
        for each in parts:
            part = self.noun([each]) if isinstance(each, Token) else each
            whole = joined_items(whole, part)
        labels = bool(parts) and isinstance(parts[0], Token)  # "License type: therapist"
        return replace(whole, single=whole.single and not labels)

    again = said = braced
    counted = typed = kind_only = nameless = alone = _together


def joined_items(whole: Item, part: Item) -> Item:
    """Join what is said of the same licenses; of two numbers nobody knows which is meant."""
    doubts = [each.doubt for each in (whole, part) if each.doubt is not None]
    worse = (each for each in doubts if each is not Doubt.NOT_UNDERSTOOD)
    doubt = [*worse, *doubts, None][0]  # an unknown word matters less than a number
    if None not in (whole.quantity, part.quantity) and whole.quantity != part.quantity:
        doubt = Doubt.QUANTITY
    if len({whole.license_type, part.license_type} - {None}) > 1:
        doubt = Doubt.NO_TYPE  # "a PT license (billing)"
    said = {of.name: getattr(whole, of.name) or getattr(part, of.name) for of in fields(Item)}
    said["before"] = whole.before if whole.change else part.before
    return replace(Item(**said), doubt=doubt)


def _letters(named: str) -> str:
    """Return the letters that people write for a profession, if they write any."""
    letters = "".join(word[0] for word in named.split())
    known = len(letters) > 1 and (letters,) in lexicon.table("licenses")
    return _SAME.get(letters, letters) if known else _SAME.get(named, named)


_SAME: Final = {"st": "slp", "sta": "slpa", "cota": "ota", "speech pathologist": "slp"}
"""Two names of one profession."""

_FEWER: Final = frozenset({"fewer", "less"})


def _less(tokens: Sequence[Token]) -> bool:
    return any(token.plain in _FEWER for token in tokens)


def _number(token: Token) -> int | None:
    return token.value if isinstance(token.value, int) else None


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)
