"""What a subject says beside the text: a request, a clinic, or something that contradicts.

A subject is a topic, so it need not be understood whole. But what it does say must agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from licensing.domain.adjustments import Action
from licensing.domain.licenses import LicenseType
from licensing.mail.clauses import Heading, Request, Sentence, read_request
from licensing.mail.clinic_names import ClinicNames
from licensing.mail.doubts import Doubt
from licensing.mail.items import Item, ItemParser, Order
from licensing.mail.news import news
from licensing.mail.remarks import ADD_VERBS, CHANGE_VERBS, REMOVE_VERBS
from licensing.mail.tokens import UNREADABLE, Token, Word, tokens_of, without_softeners, words_of
from licensing.mail.vocabulary import WHEN, Kind, listed

_TAKES_BACK: Final = listed("""
    not no never none dont hold wait stop draft test disregard ignore pending tentative tentatively
    if unless maybe perhaps possibly hypothetical example undo correction corrected instead
    cancelled canceled only until once when later future next unsent recall recalled postponed
    on-hold void mistake oops temporarily temporary trial quote estimate pricing price cost
    """)
_PLACES: Final = listed("""
    street st avenue ave road rd boulevard blvd lane drive plaza rehab clinic location site branch
    office therapy physio wellness center centre campus downtown uptown midtown
    """)


@dataclass(frozen=True, slots=True)
class Subject:
    """The facts that a subject states."""

    request: Request | None = None
    clinics: frozenset[str] = frozenset()
    actions: frozenset[Action] = frozenset()
    items: tuple[Item, ...] = ()
    types: frozenset[LicenseType] = frozenset()
    numbers: tuple[int, ...] = ()
    """Numbers of licenses without a type."""
    dubious: bool = False
    foreign: bool = False
    """It seems to name a place that is none of the sender's clinics."""
    about_licenses: bool = False

    def doubt_beside(self, orders: Sequence[Order], clinics: frozenset[str]) -> Doubt | None:
        """Return the doubt that the subject casts on a request in the text."""
        said = {(order.license_type, order.quantity) for order in orders}
        amounts = {order.quantity for order in orders} | {sum(o.quantity for o in orders)}
        differs = (
            self.dubious
            or any((item.license_type, item.quantity) not in said for item in self.items)
            or not self.types <= {order.license_type for order in orders}
            or not self.actions <= {order.action for order in orders}
            or not amounts.issuperset(self.numbers)
            or (bool(clinics) and not self.clinics <= clinics)
        )
        return Doubt.SUBJECT_DIFFERS if differs else None


def read_subject(text: str, names: ClinicNames, *, answers: bool) -> Subject:
    """Return what a subject states; one taken over from another mail asks for nothing itself."""
    said = words_of(text)
    words = [word for word in without_softeners(said) if word.plain not in ".!\u2022"]
    if not words:
        return Subject()
    tokens = tokens_of(words, names.find(words))
    items, rest = _items(tokens)
    kinds = [token.kind for token in tokens]
    changes = [kind for kind in kinds if kind in CHANGE_VERBS]
    request = read_request(Sentence(tokens, said, text, frozenset()), Heading())
    return Subject(
        request=None if answers else request,
        clinics=frozenset(
            str(token.value) for token in tokens if token.kind is Kind.CLINIC and not answers
        ),
        actions=frozenset(
            action
            for action, verbs in ((Action.ADD, ADD_VERBS), (Action.REMOVE, REMOVE_VERBS))
            if any(kind in verbs for kind in kinds)
        ),
        items=tuple(items),
        types=frozenset() if answers else _types(rest),
        numbers=_numbers(rest),
        dubious=not answers and request is None and _dubious(words),
        foreign=not answers and names_other_place(tokens),
        about_licenses=Kind.LICENSE in kinds or bool(changes) or bool(items),
    )


def _items(tokens: Sequence[Token]) -> tuple[list[Item], list[Token]]:
    """The licenses named with their number, and the tokens that are left."""
    found: list[Item] = []
    rest: list[Token] = []
    i = 0
    while i < len(tokens):
        parser = ItemParser(tokens, i)
        item = parser.item(signs=True)
        if item is None:
            rest.append(tokens[i])
            i += 1
        else:
            found.append(item)
            i = parser.i
    return found, rest


def _types(tokens: Sequence[Token]) -> frozenset[LicenseType]:
    """Types named without a number; "billing" alone is everybody's subject."""
    return frozenset(
        token.value
        for token in tokens
        if isinstance(token.value, LicenseType) and token.plain != "billing"
    )


def _numbers(tokens: Sequence[Token]) -> tuple[int, ...]:
    """Numbers that count licenses: before "licenses" or after a verb; -1 for an unreadable one."""
    found: list[int] = []
    for i, token in enumerate(tokens):
        before = tokens[i - 1].kind if i else None
        after = [later.kind for later in tokens[i + 1 : i + 3]]
        counts = Kind.LICENSE in after or before in (*CHANGE_VERBS, Kind.PLUS)
        if token.kind in (Kind.QUANTITY, Kind.BAD_NUMBER) and counts:
            found.append(token.value if isinstance(token.value, int) else -1)
    return tuple(found)


def _dubious(words: Sequence[Word]) -> bool:
    texts = {word.plain for word in words}
    if UNREADABLE in texts or texts & _TAKES_BACK:
        return True
    return bool(texts & WHEN) and news(words) is None


def names_other_place(tokens: Sequence[Token]) -> bool:
    """Whether words seem to name a place that is none of the sender's clinics."""
    for first, second in pairwise(tokens):
        word = second.words[0]
        unknown = second.kind is Kind.WORD and word.capital and word.plain not in WHEN
        if first.plain in ("at", "@") and unknown:
            return True
        named = first.kind is Kind.WORD and first.words[0].capital
        if named and (second.plain in _PLACES or second.kind is Kind.PLACE):
            return True
    return False
