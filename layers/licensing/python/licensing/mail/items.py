"""Licenses and clinics in a sentence: ``two (2) more PT licenses at our Main Street clinic``."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from licensing.domain.adjustments import Action
from licensing.domain.licenses import LicenseType
from licensing.mail.tokens import Token
from licensing.mail.vocabulary import SPECIFIC_WORK, Kind


@dataclass(frozen=True, slots=True)
class Order:
    """One line of a request; the clinic is None where the sentence names none."""

    action: Action
    license_type: LicenseType
    quantity: int
    clinic_id: str | None
    work: str | None = None
    """Which work of the type was named, such as PT; None for the type itself."""


@dataclass(frozen=True, slots=True)
class Item:
    """Licenses of one type, and how they were said."""

    license_type: LicenseType
    quantity: int
    clinic_id: str | None
    says_license: bool
    says_more: bool
    work: str | None


_ADJECTIVES = {True: (Kind.MORE,), False: (Kind.MORE, Kind.IDLE)}
"""What may stand between number and type, by whether a plus may: only a removal takes "unused"."""


class ItemParser:
    """A cursor over tokens. Each rule takes what it knows, or moves nothing."""

    def __init__(self, tokens: Sequence[Token], at: int = 0) -> None:
        self.tokens = tokens
        self.i = at
        self._signs = False

    # The cursor

    def peek(self) -> Token | None:
        """Return the next token."""
        return self.tokens[self.i] if self.i < len(self.tokens) else None

    def kind(self, ahead: int = 0) -> Kind | None:
        """Return the kind of a token ahead."""
        at = self.i + ahead
        return self.tokens[at].kind if at < len(self.tokens) else None

    def take(self, *kinds: Kind) -> Token | None:
        """Take the next token if it is of one of these kinds."""
        token = self.peek()
        if token is None or token.kind not in kinds:
            return None
        self.i += 1
        return token

    def take_all(self, *kinds: Kind) -> int:
        """Take tokens as long as they are of these kinds; return how many."""
        start = self.i
        while self.take(*kinds):
            pass
        return self.i - start

    def take_word(self, word: str) -> bool:
        """Take the next token if it is this word."""
        token = self.peek()
        if token is None or token.plain != word:
            return False
        self.i += 1
        return True

    # Items

    def item(self, *, signs: bool) -> Item | None:
        """Take licenses of one type; with ``signs`` a plus may stand before the number."""
        for rule in (self._counted, self._typed, self._licenses_for):
            start = self.i
            if signs:
                self._sign()
            self._signs = signs
            found = rule()
            if found is not None:
                return found
            self.i = start
        return None

    def _sign(self) -> bool:
        if self.kind() is Kind.PLUS and self.kind(1) in (Kind.QUANTITY, Kind.ARTICLE):
            self.i += 1
            return True
        return False

    def _counted(self) -> Item | None:
        """The quantity first: ``a scheduler license``, ``2 of our PTA licenses``."""
        start = self.i
        self.take(Kind.OUR)
        quantity = self.quantity()
        if quantity is None:
            return None
        self.take(Kind.TIMES)
        self.take_all(*_ADJECTIVES[self._signs])
        if self.take(Kind.OF):
            self.take(Kind.OUR)
            self.take_all(*_ADJECTIVES[self._signs])
        clinic_id = self._name()
        license_type = self.license_type()
        noun = self.take(Kind.LICENSE)
        if license_type is None and noun is not None:
            license_type = self._type_after_license()
        if license_type is None or not self._only(license_type):
            return None
        noun = noun or self.take(Kind.LICENSE)
        said = self.tokens[start : self.i]
        if said[0].plain in ("a", "an") and quantity == 1 and _plural(said):
            return None  # "a PT licenses": a word is missing
        more = self._says_more(start)
        work = self._work(start)
        return Item(license_type, quantity, clinic_id, noun is not None, more, work)

    def _typed(self) -> Item | None:
        """The type first: ``PT licenses: 2``, ``PTA x 2``, ``front desk (1)``."""
        start = self.i
        self.take_all(Kind.MORE)
        license_type = self.license_type()
        noun = self.take(Kind.LICENSE)
        signs = (Kind.PLUS,) if self._signs else ()
        mark = self.take(Kind.COLON, Kind.OPEN, Kind.TIMES, Kind.BAR, *signs)
        if license_type is None or mark is None:
            return None
        self.take(Kind.TIMES)
        self._sign()
        token = self.take(Kind.QUANTITY)
        closed = mark.kind is not Kind.OPEN or self.take(Kind.CLOSE) is not None
        if token is None or not isinstance(token.value, int) or not closed:
            return None
        self.take_all(Kind.MORE)
        self.take(Kind.LICENSE)
        more = self._says_more(start)
        work = self._work(start)
        return Item(license_type, token.value, None, noun is not None, more, work)

    def _licenses_for(self) -> Item | None:
        """``licenses for two new therapists``."""
        if self.take(Kind.LICENSE) is None or not self.take_word("for"):
            return None
        found = self._counted()
        return None if found is None else replace(found, says_license=True)

    def _work(self, start: int) -> str | None:
        """The work that the type's words name; None for several, or a general word."""
        said = {token.plain for token in self.tokens[start : self.i] if token.kind is Kind.TYPE}
        return SPECIFIC_WORK.get(next(iter(said))) if len(said) == 1 else None

    def ellipsis(self, before: Item) -> Item | None:
        """Take ``one for Main Street`` after "one PT license for Lakeside"."""
        start = self.i
        quantity = self.quantity()
        self.take_all(Kind.MORE)
        if quantity is None or self.tokens[self.i - 1].plain in ("a", "an"):
            self.i = start
            return None
        clinic_id = self.clinic()
        if clinic_id is None:
            self.i = start
            return None
        return replace(before, quantity=quantity, clinic_id=clinic_id)

    def _says_more(self, start: int) -> bool:
        signed = start > 0 and self.tokens[start - 1].kind is Kind.PLUS
        return signed or any(
            token.kind in (Kind.MORE, Kind.PLUS) or token.plain == "another"
            for token in self.tokens[start : self.i]
        )

    def quantity(self) -> int | None:
        """Take a number from 1 to 50, said once or twice alike: ``two (2)``, ``another 3``."""
        start = self.i
        article = self.take(Kind.ARTICLE)
        more = self.take_all(Kind.MORE)
        token = self.take(Kind.QUANTITY)
        if token is None:
            self.i = start + (article is not None)
            return 1 if article is not None else None
        odd = article is not None and not more and article.plain != "another"  # "a 2"
        if odd or not isinstance(token.value, int):
            self.i = start
            return None
        if self.kind() is Kind.OPEN and self.kind(1) is Kind.QUANTITY:
            again = self.tokens[self.i + 1]
            if again.value != token.value or self.kind(2) is not Kind.CLOSE:
                return None
            self.i += 3
        return token.value

    def license_type(self) -> LicenseType | None:
        """Take a license type."""
        token = self.take(Kind.TYPE)
        if token is not None and isinstance(token.value, LicenseType):
            return token.value
        if self.kind() is Kind.THERAPY and self.kind(1) is Kind.LICENSE:
            self.i += 1
            return LicenseType.THERAPIST
        return None

    def _type_after_license(self) -> LicenseType | None:
        """``2 licenses for PTs``, ``2 seats (therapist)``, ``1 license: billing``."""
        opened = self.take(Kind.OPEN)
        if opened is None and not (
            self.take(Kind.OF, Kind.COLON, Kind.DASH) or self.take_word("for")
        ):
            return None
        self.take(Kind.ARTICLE, Kind.OUR)
        self.take_all(Kind.MORE)
        license_type = self.license_type()
        if not any(self.take_word(word) for word in ("person", "people", "hire", "hires")):
            self.take_word("employee")
        if opened is not None and self.take(Kind.CLOSE) is None:
            return None
        return license_type

    def _only(self, license_type: LicenseType) -> bool:
        """Take ``(PT)`` or ``/OT`` after a type; False where it is another type."""
        while self.kind() in (Kind.SLASH, Kind.OPEN) and self.kind(1) is Kind.TYPE:
            opened = self.kind() is Kind.OPEN
            if self.tokens[self.i + 1].value is not license_type:
                return False
            if opened and self.kind(2) is not Kind.CLOSE:
                return False
            self.i += 3 if opened else 2
        return self.kind() is not Kind.SLASH

    # Clinics

    def _name(self) -> str | None:
        token = self.take(Kind.CLINIC)
        return str(token.value) if token is not None else None

    def clinic(self) -> str | None:
        """Take ``at our Main Street clinic``, ``(Lakeside)``, ``, Lakeside``.

        ``at our clinic`` is taken too, but says no more than no clinic at all.
        """
        while self._unnamed_place():
            pass
        start = self.i
        opened = self.take(Kind.OPEN)
        self.take(Kind.COMMA, Kind.DASH)
        self.take(Kind.AT, Kind.OF)
        self.take(Kind.OUR)
        clinic_id = self._name()
        if clinic_id is not None:
            self.take(Kind.PLACE)
            self.take(Kind.ACCOUNT)
        closed = opened is None or self.take(Kind.CLOSE) is not None
        if clinic_id is None or not closed:
            self.i = start
            return None
        return clinic_id

    def _unnamed_place(self) -> bool:
        start = self.i
        if self.take_word("there"):
            return True
        if self.take(Kind.AT) and self.take(Kind.OUR) and self.take(Kind.PLACE, Kind.ACCOUNT):
            return True
        self.i = start
        return False


def _plural(tokens: Sequence[Token]) -> bool:
    return any(
        token.kind in (Kind.LICENSE, Kind.TYPE) and token.words[-1].plain.endswith("s")
        for token in tokens
    )
