"""One sentence as a request: which licenses to add or remove where, and why.

A hand-written parser over classified tokens. It takes a sentence whole or not at all: one word
that no rule takes, and there is no request. That is what keeps "please do not add 2 PT licenses"
and "add 2 PT licenses if Sam agrees" from ever becoming a change.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail.courtesies import is_courtesy
from licensing.mail.items import Item, ItemParser, Order
from licensing.mail.news import News, is_purpose, is_reason, news
from licensing.mail.tokens import CLINIC_NAME, Token, Word
from licensing.mail.vocabulary import WHEN, Kind


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, in the sender's words."""

    text: str
    news: News | None
    """What it tells; None after "because", where any words are a reason."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a line such as "Main Street, please add:" says for the list below it."""

    action: Action | None = None
    clinic_id: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A sentence that was understood whole."""

    orders: tuple[Order, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """The tokens of a sentence, the words and the text that they came from."""

    tokens: Sequence[Token]
    words: Sequence[Word]
    text: str
    names: frozenset[str]
    """The words of the sender's own name."""

    def said(self, start: int, end: int) -> tuple[str, list[Word]]:
        """Return what stands between two tokens, softeners included."""
        first, last = self.tokens[start].start, self.tokens[end - 1].end
        words = [word for word in self.words if first <= word.start and word.end <= last]
        return self.text[first:last].strip(_TRIMMED), words

    def is_courtesy(self, words: Sequence[Word]) -> bool:
        """Whether some of its words only greet, thank, or ask to be told."""
        clinics = [token for token in self.tokens if token.kind is Kind.CLINIC]
        kept: list[Word] = []
        for word in words:
            clinic = next((c for c in clinics if c.start <= word.start < c.end), None)
            if clinic is None:
                kept.append(word)
            elif clinic.start == word.start:
                kept.append(replace(word, plain=CLINIC_NAME))
        return is_courtesy(kept, self.names)


def read_request(sentence: Sentence, heading: Heading) -> Request | None:
    """Return the sentence as a request, or None if any of it is something else."""
    return _Parser(sentence, heading).request()


@dataclass(frozen=True, slots=True)
class _Head:
    """How a clause begins: what it does, and what must be said for it to count."""

    action: Action | None
    says_license: bool = False
    """It counts only with the word license ("we need two PTs" asks for people)."""
    participle: bool = False
    """It counts only with "added" or "removed" ("have two licenses" may be a fact)."""


_SEPARATORS: Final = (Kind.COMMA, Kind.SEMICOLON, Kind.AND, Kind.DASH, Kind.PLUS)
_BEFORE_REASON: Final = (
    Kind.COMMA, Kind.SEMICOLON, Kind.AND, Kind.DASH, Kind.COLON, Kind.OPEN,
)  # fmt: skip
_VERBS: Final = (
    Kind.ASK, Kind.ASK_GERUND, Kind.WISH, Kind.ADD, Kind.REMOVE, Kind.HAVE, Kind.NEED,
    Kind.MAY_GET, Kind.RAISE, Kind.LOWER,
)  # fmt: skip
_REMOVING: Final = (Kind.REMOVE, Kind.REMOVING, Kind.REMOVED, Kind.HAND_BACK)
_TRIMMED: Final = " \t\n,;:.!-\u2013()\"'"
_PRONOUNS: Final = ("we", "they", "he", "she", "both")


class _Parser(ItemParser):
    """The rules of a whole sentence."""

    def __init__(self, sentence: Sentence, heading: Heading, at: int = 0) -> None:
        super().__init__(sentence.tokens, at)
        self._sentence = sentence
        self._heading = heading
        self._orders: list[Order] = []
        self._reasons: list[Reason] = []
        self._asked = False
        """Whether it asks "could you": only then may it end with a question mark."""

    def request(self) -> Request | None:
        """The whole sentence, or None."""
        self._opening()
        self._leading_reason()
        if not self._clause() or not self._rest():
            return None
        return Request(tuple(self._orders), tuple(self._reasons))

    def _rest(self) -> bool:
        while self.i < len(self.tokens):
            if not (self._ending() or self._reason() or self._next_clause()):
                return False
        return True

    def _opening(self) -> None:
        """Take greeting, name, thanks and fillers."""
        while token := self.take(Kind.GREETING, Kind.THANKS, Kind.FILLER, Kind.NOW):
            if token.kind is Kind.GREETING:
                self._names()
            self.take_all(Kind.COMMA, Kind.COLON, Kind.DASH, Kind.AND)
        marked = self.kind(1) in (Kind.COLON, Kind.DASH)
        if marked and self.kind(2) in _VERBS and self.take_word("request"):
            self.i += 1

    def _names(self) -> None:
        """Take up to three words that name somebody."""
        for _ in range(3):
            token = self.peek()
            if token is None or token.kind is not Kind.WORD or not self._names_somebody(token):
                return
            self.i += 1

    def _names_somebody(self, token: Token) -> bool:
        word = token.words[0]
        return word.plain in self._sentence.names or (
            word.capital and word.plain.isalpha() and word.plain not in WHEN
        )

    # Verb, items, clinics

    def _clause(self) -> bool:
        start = self.i
        leading = self.clinic()
        if leading is not None:
            self.take_all(Kind.COMMA, Kind.COLON, Kind.DASH, Kind.FILLER, Kind.NOW, Kind.THANKS)
        if self._by_clause(leading):
            return True
        head = self._head(after_clinic=leading is not None)
        if self._body(head, leading):
            return True
        self.i = start
        return False

    def _head(self, *, after_clinic: bool) -> _Head:
        """Take the verb, or what stands for one; without any, "more" must tell."""
        start = self.i
        asked = self.take(Kind.ASK, Kind.WISH, Kind.ASK_GERUND)
        self.take(Kind.FILLER)
        kinds: tuple[Kind, ...] = (Kind.ADD, Kind.REMOVE, Kind.HAVE)
        if asked is not None and asked.kind is Kind.ASK_GERUND:
            kinds = (Kind.ADDING, Kind.REMOVING)
        elif asked is not None and asked.kind is Kind.WISH:
            kinds = (*kinds, Kind.HAND_BACK)
        verb = self.take(*kinds)
        if verb is None:
            self.i = start
            return self._verbless(after_clinic=after_clinic)
        self._asked |= asked is not None and asked.kind is not Kind.WISH
        self.take(Kind.COLON)
        if verb.kind is Kind.HAVE:
            return _Head(None, participle=True)
        return _Head(Action.REMOVE if verb.kind in _REMOVING else Action.ADD)

    def _verbless(self, *, after_clinic: bool) -> _Head:
        need = self.take(Kind.NEED, Kind.MAY_GET, *([Kind.NEEDS] if after_clinic else []))
        if need is not None:
            self._asked |= need.kind is Kind.MAY_GET
            self.take(Kind.COLON)
            return _Head(Action.ADD, says_license=True)
        if self.kind() is Kind.PLUS and self.kind(1) is Kind.QUANTITY:
            return _Head(Action.ADD)
        return _Head(self._heading.action)

    def _by_clause(self, leading: str | None) -> bool:
        """Take ``increase our therapist licenses at Main Street by 2``."""
        start = self.i
        asked = self.take(Kind.ASK, Kind.WISH)
        verb = self.take(Kind.RAISE, Kind.LOWER)
        orders: list[Order] = []
        while verb is not None:
            mark = self.i
            if orders:
                self.take_all(Kind.COMMA, Kind.AND)
            order = self._by(Action.ADD if verb.kind is Kind.RAISE else Action.REMOVE, leading)
            if order is None:
                self.i = mark
                break
            leading = order.clinic_id
            orders.append(order)
        if not orders:
            self.i = start
            return False
        self._asked |= asked is not None and asked.kind is Kind.ASK
        self._orders.extend(orders)
        return True

    def _by(self, action: Action, clinic_id: str | None) -> Order | None:
        self.take(Kind.OUR)
        if self.take(Kind.NUMBER_OF):
            self.take(Kind.OUR)
        named = [self.clinic()]
        start = self.i
        license_type = self.license_type()
        work = self._work(start)
        noun = self.take(Kind.LICENSE)
        named.append(self.clinic())
        quantity = self.quantity() if self.take(Kind.BY) else None
        if license_type is None or noun is None or quantity is None:
            return None
        self.take(Kind.MORE)
        self.take(Kind.LICENSE)
        named.append(self.clinic())
        clinic_ids = [name for name in named if name is not None]
        if len(clinic_ids) > 1:
            return None
        clinic_id = clinic_ids[0] if clinic_ids else clinic_id
        return Order(action, license_type, quantity, clinic_id, work)

    def _body(self, head: _Head, leading: str | None) -> bool:
        """Take items with their clinics, and what the head needs to count."""
        parts: list[Item | str] = [] if leading is None else [leading]
        signs = head.action is not Action.REMOVE
        first = self.item(signs=signs)
        if first is None and leading is None and (leading := self.clinic()) is not None:
            self.take(Kind.COLON, Kind.COMMA, Kind.DASH)
            parts.append(leading)
            first = self.item(signs=signs)
        if first is None:
            return False
        parts.append(first)
        participle: tuple[Kind, bool] | None = None
        while True:
            if (clinic_id := self.clinic()) is not None:
                parts.append(clinic_id)
            elif participle is None and (participle := self._participle()) is not None:
                pass
            elif more := self._separated(parts, signs=signs):
                parts.extend(more)
            elif not self.take(Kind.NOW, Kind.FILLER):
                break
        items = [part for part in parts if isinstance(part, Item)]
        action = _action(head, participle, items)
        orders = None if action is None else _placed(action, parts)
        self._orders.extend(orders or ())
        return orders is not None

    def _separated(self, parts: Sequence[Item | str], *, signs: bool) -> list[Item | str]:
        """Take a separator and what it parts off: an item, a clinic, a clinic with its item."""
        start = self.i
        plus = False
        while token := self.take(*_SEPARATORS):
            plus = plus or token.kind is Kind.PLUS
        found: list[Item | str] = []
        if self.i > start and (signs or not plus) and not self._verb_follows():
            clinic_id = self.clinic()
            if clinic_id is not None:
                found.append(clinic_id)
                self.take(Kind.COLON, Kind.DASH)
            item = self.item(signs=signs)
            items = [part for part in parts if isinstance(part, Item)]
            if item is None and not found and len(items) == 1 and isinstance(parts[-1], str):
                item = self.ellipsis(items[0])
            if item is not None:
                found.append(item)
        if not found:
            self.i = start
        return found

    def _verb_follows(self) -> bool:
        start = self.i
        self.clinic()
        self.take_all(Kind.COMMA, Kind.COLON, Kind.FILLER, Kind.NOW)
        kind = self.kind()
        self.i = start
        return kind in _VERBS

    def _participle(self) -> tuple[Kind, bool] | None:
        """Take ``added`` or ``to be removed``; the flag tells whether "to be" was said."""
        start = self.i
        shall = self.take(Kind.BE) is not None
        token = self.take(Kind.ADDED, Kind.REMOVED, *([] if shall else [Kind.NEEDED]))
        if token is None:
            self.i = start
            return None
        return token.kind, shall

    def _next_clause(self) -> bool:
        start = self.i
        taken = self.take_all(*_SEPARATORS, Kind.FILLER, Kind.THANKS, Kind.SO)
        if taken and self._verb_follows() and self._clause():
            return True
        self.i = start
        return False

    # Endings and reasons

    def _ending(self) -> bool:
        """Take thanks, urgency, the sender's name, or the question mark of "could you"."""
        start = self.i
        separated = self.take_all(*_SEPARATORS)
        if separated and self.i < len(self.tokens) and self._is_courteous(self.i):
            self.i = len(self.tokens)
            return True
        if token := self.take(Kind.THANKS, Kind.NOW, Kind.FILLER):
            if token.kind is Kind.THANKS:
                self.take(Kind.COMMA, Kind.DASH)
                self._names()
            return True
        signed = all(token.plain in self._sentence.names for token in self.tokens[self.i :])
        if separated and signed:
            self.i = len(self.tokens)
            return True
        self.i = start
        return self._asked and self.take(Kind.QUESTION) is not None

    def _is_courteous(self, at: int) -> bool:
        """Whether the rest is such as "and let me know when it is done"."""
        words = self._sentence.said(at, len(self.tokens))[1]
        return self._sentence.is_courtesy(words)

    def _leading_reason(self) -> None:
        """Take the reason before the request: "since Ann left, ..." or "Ann left, so ..."."""
        start = self.i
        marker = self.take(Kind.BECAUSE, Kind.SINCE)
        for joint in range(self.i + 1, len(self.tokens) - 1):
            if self.tokens[joint].kind not in (*_SEPARATORS, Kind.SO):
                continue
            reason = self._reason_between(self.i, joint, marker)
            if reason is None:
                continue
            rest = _Parser(self._sentence, self._heading, joint)
            rest.take_all(*_SEPARATORS, Kind.SO, Kind.FILLER)
            after = rest.i
            if rest._clause():
                self._reasons.append(reason)
                self.i = after
                return
        self.i = start

    def _reason(self) -> bool:
        """Take why: after "because" any words, else only what is news."""
        start = self.i
        opened = False
        while token := self.take(*_BEFORE_REASON):
            opened = token.kind is Kind.OPEN
        bare = self.i == start
        marker = self.take(Kind.BECAUSE, Kind.SINCE)
        token = self.peek()
        unmarked = bare and marker is None
        if token is not None and not (unmarked and token.words[0].plain not in _PRONOUNS):
            for stop in self._stops(opened=opened):
                reason = self._reason_between(self.i, stop, marker)
                if reason is not None and self._goes_on(stop + opened, done=opened):
                    self._reasons.append(reason)
                    self.i = stop + opened
                    return True
        self.i = start
        return self._purpose()

    def _stops(self, *, opened: bool) -> list[int]:
        """Where a reason that begins here may end, the farthest first."""
        if opened:
            return [
                j for j in range(self.i, len(self.tokens)) if self.tokens[j].kind is Kind.CLOSE
            ][:1]
        joints = (*_SEPARATORS, Kind.QUESTION, Kind.THANKS)
        end = len(self.tokens)
        thanks = [j for j in range(self.i + 1, end) if self.tokens[j].kind is Kind.THANKS]
        stops = [j for j in range(self.i + 1, end) if self.tokens[j].kind in joints]
        return [*thanks[-1:], end, *reversed(stops)]

    def _goes_on(self, at: int, *, done: bool) -> bool:
        """Whether the sentence can be taken to its end from there."""
        if done or at == len(self.tokens):
            return True
        probe = _Parser(self._sentence, Heading(), at)
        probe._asked = self._asked
        return probe._rest()

    def _reason_between(self, start: int, end: int, marker: Token | None) -> Reason | None:
        if start >= end:
            return None
        text, words = self._sentence.said(start, end)
        if marker is not None and marker.kind is Kind.BECAUSE:
            hidden = _hides_request(self.tokens[start:end])
            return Reason(text, None) if is_reason(words) and not hidden else None
        told = news(words)
        return None if told is None else Reason(text, told)

    def _purpose(self) -> bool:
        """Take for whom licenses are added: "for our new hire", "for Ana Ruiz"."""
        if any(order.action is Action.REMOVE for order in self._orders):
            return False
        start = self.i
        self.take_all(Kind.COMMA, Kind.DASH)
        first = self.i
        placed = all(order.clinic_id is not None for order in self._orders)
        if placed and self.take_word("for"):
            self._names()
            while self.i > first + 1 and self.take(Kind.AND, Kind.COMMA):
                self._names()
            if self.i > first + 1 and self.kind() in (None, *_SEPARATORS):
                return True
        stops = [
            j
            for j in range(first + 2, len(self.tokens))
            if self.tokens[j].kind in (*_SEPARATORS, Kind.QUESTION, Kind.THANKS)
        ]
        for stop in (len(self.tokens), *reversed(stops)):
            if stop <= first:
                break
            if is_purpose(self._sentence.said(first, stop)[1]):
                self.i = stop
                return True
        self.i = start
        return False


def _action(
    head: _Head, participle: tuple[Kind, bool] | None, items: Sequence[Item]
) -> Action | None:
    """What a clause does, or None if what its head needs was not said."""
    if participle is not None:
        kind, shall = participle
        if kind is Kind.NEEDED:
            bare = head.action is None and not head.participle
            return Action.ADD if bare and any(item.says_license for item in items) else None
        asks = head.participle or head.says_license or (head.action is None and shall)
        return (Action.ADD if kind is Kind.ADDED else Action.REMOVE) if asks else None
    if head.participle:
        return None
    if head.action is None:
        return Action.ADD if items[0].says_more else None
    if head.says_license and not any(item.says_license for item in items):
        return None
    return head.action


def _placed(action: Action, parts: Sequence[Item | str]) -> list[Order] | None:
    """Give each item its clinic, or None if two readings are possible.

    One clinic is meant for all. With several, either each stands before its items, or each
    after them; then only the first may have more than one item.
    """
    clinics = [part for part in parts if isinstance(part, str)]
    own = {part.clinic_id for part in parts if isinstance(part, Item)} - {None}
    if len(clinics) == 1 and own - set(clinics):
        return _beside_own(action, parts)
    if len(clinics) < 2:
        return _orders(action, parts, clinics[0] if clinics else None)
    found: list[Order] = []
    if isinstance(parts[0], str):
        if isinstance(parts[-1], str) or _adjacent_clinics(parts):
            return None
        current: str | None = None
        for part in parts:
            if isinstance(part, str):
                current = part
            else:
                found.extend(_orders(action, [part], current) or ())
        return found if len(found) == len(parts) - len(clinics) else None
    waiting: list[Item | str] = []
    for part in parts:
        if isinstance(part, Item):
            waiting.append(part)
            continue
        orders = _orders(action, waiting, part)
        if not orders or (found and len(orders) > 1):
            return None
        found.extend(orders)
        waiting = []
    return None if waiting else found


def _beside_own(action: Action, parts: Sequence[Item | str]) -> list[Order] | None:
    """One clinic after an item, then items that name their own: "2 PT at A and one for B"."""
    first, clinic_id, *rest = parts
    items = [part for part in rest if isinstance(part, Item) and part.clinic_id is not None]
    if not isinstance(first, Item) or not isinstance(clinic_id, str) or len(items) < len(rest):
        return None
    return [*(_orders(action, [first], clinic_id) or ()), *(_orders(action, items, None) or ())]


def _orders(
    action: Action, parts: Sequence[Item | str], clinic_id: str | None
) -> list[Order] | None:
    items = [part for part in parts if isinstance(part, Item)]
    return [
        Order(action, item.license_type, item.quantity, item.clinic_id or clinic_id, item.work)
        for item in items
    ]


def _adjacent_clinics(parts: Sequence[Item | str]) -> bool:
    return any(isinstance(part, str) and isinstance(after, str) for part, after in pairwise(parts))


def _hides_request(tokens: Sequence[Token]) -> bool:
    """Whether words after "because" hold what reads like a request of its own."""
    kinds = [token.kind for token in tokens]
    for i, kind in enumerate(kinds):
        after = kinds[i + 1 : i + 5]
        licenses = Kind.LICENSE in after or Kind.TYPE in after
        if kind in (Kind.ASK, Kind.MAY_GET):
            return True
        pointed = i + 1 < len(tokens) and tokens[i + 1].plain in ("them", "it", "that", "these")
        if kind in (Kind.ADD, Kind.REMOVE) and pointed:
            return True
        if kind in (Kind.ADD, Kind.REMOVE, Kind.RAISE, Kind.LOWER, Kind.NEED) and licenses:
            return True
        if kind in (Kind.QUANTITY, Kind.ARTICLE, Kind.BAD_NUMBER) and Kind.LICENSE in after[:3]:
            return True
        if kind is Kind.PLUS:
            return True
    return False
