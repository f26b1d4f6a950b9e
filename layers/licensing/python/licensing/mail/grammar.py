"""A mail's own words as a request to change licenses, or as what else they are.

The grammar is closed: a request counts only if every sentence of the mail is understood, as part
of the request or as a courtesy or news beside it. Anything else makes the mail unclear.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from licensing.domain.adjustments import Action, Line
from licensing.domain.licenses import LicenseType
from licensing.mail.clauses import Heading, Reason, Request, Sentence
from licensing.mail.clinic_names import AMBIGUOUS, Clinic, ClinicNames
from licensing.mail.doubts import Doubt
from licensing.mail.examples import guessed_line, name_of, ready_sentence
from licensing.mail.forms import Form, labelled
from licensing.mail.items import Order
from licensing.mail.news import is_reason
from licensing.mail.remarks import (
    Asking,
    Courtesy,
    Unclear,
    about_changes,
    remark_of,
)
from licensing.mail.subjects import Subject, names_other_place, read_subject
from licensing.mail.tokens import (
    Token,
    Word,
    plain,
    sentences,
    tokens_of,
    without_softeners,
    words_of,
)
from licensing.mail.vocabulary import MOST_LICENSES, Kind

MOST_CHARACTERS: Final = 20_000
"""A longer mail is not read: nobody writes that much to ask for licenses."""
LONGEST_EXPLANATION: Final = 1000


@dataclass(frozen=True, slots=True)
class ClinicChange:
    """What a mail asks for in one clinic."""

    clinic_id: str
    lines: tuple[Line, ...]
    explanation: str | None
    """Why licenses are released, in the sender's words."""


@dataclass(frozen=True, slots=True)
class Change:
    """A request that was understood whole, one part per clinic."""

    parts: tuple[ClinicChange, ...]


@dataclass(frozen=True, slots=True)
class Clarification:
    """A mail that must be asked back."""

    doubt: Doubt
    ready: str
    """A sentence that the sender can send as it is, or with other numbers."""
    clinic_id: str | None = None
    """The clinic that is meant, where that is certain."""


@dataclass(frozen=True, slots=True)
class Question:
    """A mail that asks something and changes nothing."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """A mail that asks for no change."""


Meaning = Change | Clarification | Question | Nothing


def meaning_of(
    subject: str,
    text: str,
    clinics: Sequence[Clinic],
    *,
    names: Iterable[str] = (),
    answers: bool = False,
) -> Meaning:
    """Return what a mail asks for.

    ``text`` is the sender's own new text, each line a paragraph; ``names`` the words of the
    sender's own name; ``answers`` whether the subject was taken over from another mail.
    """
    mail = _Mail(clinics, frozenset(name.lower() for name in names), ClinicNames(clinics))
    if len(text) > MOST_CHARACTERS:
        return mail.ask_back(Doubt.TOO_LONG)
    for line in plain(text).split("\n"):
        mail.hear(line)
    return mail.meaning(read_subject(plain(subject), mail.clinic_names, answers=answers))


_BULLET: Final = re.compile(r"\s*(?:[-*\u2022\u2013>]+\s+|\u2022|\(?\d{1,2}[.)]\s+|\(?[a-z]\)\s+)")


@dataclass(frozen=True, slots=True)
class _Heard:
    """A sentence of the mail that asks for a change."""

    orders: tuple[Order, ...]
    reasons: tuple[Reason, ...] = ()


@dataclass
class _Mail:
    """What has been heard so far of a mail, line by line."""

    clinics: Sequence[Clinic]
    names: frozenset[str]
    clinic_names: ClinicNames
    heard: list[_Heard] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    """Reasons in sentences of their own."""
    unclear: list[Unclear] = field(default_factory=list)
    questions: int = 0
    headed: set[str] = field(default_factory=set)
    """Clinics named in headings and labels: they hold for requests that name none."""
    mentioned: set[str] = field(default_factory=set)
    """Clinics named anywhere."""
    stayed_at: set[str] = field(default_factory=set)
    """Of these, the ones that are not where somebody went."""
    foreign: bool = False
    """Another place seems to be named beside the request."""
    heading: Heading = field(default_factory=Heading)
    awaiting: bool = False
    """Whether the heading's list has not begun."""
    form: Form = field(default_factory=Form)
    tokens: list[Token] = field(default_factory=list)

    @property
    def orders(self) -> list[Order]:
        """All lines asked for."""
        return [order for heard in self.heard for order in heard.orders]

    # Hearing

    def hear(self, line: str) -> None:
        """Take in one line."""
        if not line.strip():
            if not self.awaiting:
                self.heading = Heading()
            return
        parted = labelled(line)
        if parted is not None and parted[0] != "reason" and self._hear_label(*parted):
            return
        bullet = _BULLET.match(line)
        body = line[bullet.end() :] if bullet else line
        words = words_of(body)
        spans = self.clinic_names.find(words)
        together = frozenset(i for start, (end, _) in spans.items() for i in range(start, end))
        for said in sentences(words, together):
            self._hear_sentence(body, said)

    def _hear_label(self, label: str, value: str) -> bool:
        if label == "clinic":
            form = Form()
            if not form.take(label, value, self.clinic_names) or form.clinic_id is None:
                return False
            self._finish_form()
            self._head(Heading(self.heading.action, form.clinic_id))
            return True
        if not self.form.take(label, value, self.clinic_names):
            self.form = Form()
            return False
        self._finish_form()
        return True

    def _hear_reason(self, value: str) -> bool:
        given = is_reason(words_of(value)) and not about_changes(self._tokens(value))
        if given:
            self.reasons.append(Reason(value.strip(" .;,"), None))
        return given

    def _finish_form(self) -> None:
        order = self.form.order()
        if order is not None:
            self.form = Form()
            self._hear_request(Request((order,), ()))

    def _tokens(self, text: str) -> list[Token]:
        words = without_softeners(words_of(text))
        return tokens_of(words, self.clinic_names.find(words))

    def _hear_sentence(self, text: str, said: Sequence[Word]) -> None:
        words = without_softeners(said)
        tokens = tokens_of(words, self.clinic_names.find(words))
        if not tokens:
            return
        parted = labelled(text[said[0].start : said[-1].end])
        if parted is not None and parted[0] == "reason" and self._hear_reason(parted[1]):
            return
        self.tokens.extend(tokens)
        self.mentioned |= {str(token.value) for token in tokens if token.kind is Kind.CLINIC}
        self.stayed_at |= _clinics_stayed_at(tokens)
        remark = remark_of(Sentence(tokens, said, text, self.names), self.heading)
        match remark:
            case Request():
                self._hear_request(remark)
            case Heading():
                self._head(remark)
            case Reason():
                self.reasons.append(remark)
                self.foreign |= names_other_place(tokens)
            case Unclear():
                self.unclear.append(remark)
            case Asking():
                self.questions += 1
            case Courtesy():
                pass

    def _hear_request(self, request: Request) -> None:
        orders = tuple(
            replace(order, clinic_id=self.heading.clinic_id) if order.clinic_id is None else order
            for order in request.orders
        )
        self.heard.append(_Heard(orders, request.reasons))
        self.awaiting = False

    def _head(self, heading: Heading) -> None:
        if self.awaiting and self.heading.action is not None and heading.action is not None:
            self.unclear.append(_INCOMPLETE)
        if heading.clinic_id is not None:
            self.headed.add(heading.clinic_id)
        else:
            heading = replace(heading, clinic_id=self.heading.clinic_id)
        if heading.action is None and self.awaiting:
            heading = replace(heading, action=self.heading.action)
        self.heading = heading
        self.awaiting = True

    # Meaning

    def meaning(self, subject: Subject) -> Meaning:
        """Return what the lines and the subject mean together."""
        if self.form.begun or (self.awaiting and self.heading.action is not None):
            self.unclear.append(_INCOMPLETE)
        if not self.heard:
            return self._without_request(subject)
        doubt = (
            self._doubt()
            or subject.doubt_beside(self.orders, frozenset(self._named()))
            or self._doubt_about_remarks()
        )
        return self._placed(subject) if doubt is None else self.ask_back(doubt, subject)

    def _without_request(self, subject: Subject) -> Meaning:
        if not (self.unclear or self.questions or self.headed) and subject.request is not None:
            self.heard.append(_Heard(subject.request.orders, subject.request.reasons))
            return self._placed(subject)
        unclear = [remark.doubt for remark in self.unclear if remark.about_licenses]
        if unclear:
            return self.ask_back(_gravest(unclear), subject)
        if self.questions:
            return Question()
        if self.headed or (subject.about_licenses and not self.unclear):
            return self.ask_back(Doubt.NOT_UNDERSTOOD, subject)
        return Nothing()

    def _doubt(self) -> Doubt | None:
        if self.unclear:
            return _gravest([remark.doubt for remark in self.unclear])
        return Doubt.QUESTION if self.questions else None

    def _doubt_about_remarks(self) -> Doubt | None:
        """News that does not go with the request."""
        told = [reason.news for heard in self.heard for reason in heard.reasons]
        told += [reason.news for reason in self.reasons]
        removes = any(order.action is Action.REMOVE for order in self.orders)
        if not removes and any(each is not None and each.no_more for each in told):
            return Doubt.NEGATED
        return None

    def _named(self) -> set[str]:
        """The clinics that the request itself names."""
        named = {order.clinic_id for order in self.orders if order.clinic_id is not None}
        return named | self.headed

    def _placed(self, subject: Subject) -> Meaning:
        """Give every line its clinic, and every removal its reason."""
        named = self._named()
        if AMBIGUOUS in named | subject.clinics:
            return self.ask_back(Doubt.SEVERAL_CLINICS, subject)
        rest = any(order.clinic_id is None for order in self.orders)
        default = self._default_clinic(subject) if rest else None
        if isinstance(default, Doubt):
            return self.ask_back(default, subject)
        placed = [
            _Heard(
                tuple(
                    order if order.clinic_id is not None else replace(order, clinic_id=default)
                    for order in heard.orders
                ),
                heard.reasons,
            )
            for heard in self.heard
        ]
        orders = [order for heard in placed for order in heard.orders]
        doubt = self._doubt_about_clinics(orders) or self._doubt_about_repeats(orders)
        if doubt is not None:
            return self.ask_back(doubt, subject)
        parts = [
            self._part(clinic_id, placed)
            for clinic_id in dict.fromkeys(str(order.clinic_id) for order in orders)
        ]
        complete = [part for part in parts if part is not None]
        if len(complete) < len(parts):
            return self.ask_back(Doubt.NO_REASON, subject)
        return Change(tuple(complete))

    def _default_clinic(self, subject: Subject) -> str | Doubt:
        """The clinic of lines that name none."""
        for clinics in (self._named(), subject.clinics, self.mentioned - {AMBIGUOUS}):
            if len(clinics) == 1:
                return next(iter(clinics))
            if clinics:
                return Doubt.SEVERAL_CLINICS
        if self.foreign or subject.foreign:
            return Doubt.UNKNOWN_CLINIC
        return self.clinics[0].clinic_id if len(self.clinics) == 1 else Doubt.NO_CLINIC

    def _doubt_about_clinics(self, orders: Sequence[Order]) -> Doubt | None:
        """A clinic is named that nothing is asked for; a reason may name one ("moved to")."""
        used = {order.clinic_id for order in orders}
        adds_only = all(order.action is Action.ADD for order in orders)
        beside = self.headed | (self.mentioned if adds_only else self.stayed_at)
        return Doubt.SEVERAL_CLINICS if beside - used else None

    def _doubt_about_repeats(self, orders: Sequence[Order]) -> Doubt | None:
        """The same license type twice in a clinic adds up only as the work of different people."""
        together: dict[tuple[str | None, LicenseType], list[Order]] = {}
        for order in orders:
            together.setdefault((order.clinic_id, order.license_type), []).append(order)
        for same in together.values():
            works = {order.work for order in same}
            if len(same) > 1 and (None in works or len(works) < len(same)):
                return Doubt.SAID_TWICE
            if len({order.action for order in same}) > 1:
                return Doubt.SAID_TWICE
            if sum(order.quantity for order in same) > MOST_LICENSES:
                return Doubt.QUANTITY
        return None

    def _part(self, clinic_id: str, placed: Sequence[_Heard]) -> ClinicChange | None:
        """One clinic's lines, or None if a removal among them has no reason."""
        lines: dict[tuple[Action, LicenseType], int] = {}
        reasons: list[str] = []
        apart = _reasons_to_remove(self.reasons)
        for heard in placed:
            here = [order for order in heard.orders if order.clinic_id == clinic_id]
            for order in here:
                key = (order.action, order.license_type)
                lines[key] = lines.get(key, 0) + order.quantity
            if any(order.action is Action.REMOVE for order in here):
                bound = _reasons_to_remove(heard.reasons)
                if not bound and not apart:
                    return None
                reasons += bound or apart
        explanation = "; ".join(dict.fromkeys(reasons))[:LONGEST_EXPLANATION] or None
        asked = tuple(Line(*key, quantity) for key, quantity in lines.items())
        return ClinicChange(clinic_id, asked, explanation)

    # Asking back

    def ask_back(self, doubt: Doubt, subject: Subject | None = None) -> Clarification:
        """Return the mail as unclear, with a sentence made of what was understood."""
        named = self._named() or (subject.clinics if subject else set()) or self.mentioned
        certain = named - {AMBIGUOUS}
        clinic_id = None
        if len(certain) == 1:
            clinic_id = next(iter(certain))
        elif not certain and len(self.clinics) == 1:
            clinic_id = self.clinics[0].clinic_id
        return Clarification(doubt, self._ready(clinic_id), clinic_id)

    def _ready(self, clinic_id: str | None) -> str:
        lines = [Line(order.action, order.license_type, order.quantity) for order in self.orders]
        by_type = {line.license_type: line for line in lines or [guessed_line(self.tokens)]}
        return ready_sentence(list(by_type.values()), name_of(self.clinics, clinic_id))


_INCOMPLETE: Final = Unclear(Doubt.NO_QUANTITY, about_licenses=True)


def _clinics_stayed_at(tokens: Sequence[Token]) -> set[str]:
    """The clinics that nobody is said to have moved to: a reason may name where somebody went."""
    went = any(token.plain == "now" for token in tokens)
    return {
        str(last.value)
        for i, last in enumerate(tokens)
        if last.kind is Kind.CLINIC
        and not (went or any(first.plain == "to" for first in tokens[max(0, i - 2) : i]))
    }


def _gravest(doubts: Sequence[Doubt]) -> Doubt:
    order = list(Doubt)
    return min(doubts, key=order.index)


def _reasons_to_remove(reasons: Iterable[Reason]) -> list[str]:
    """The reasons that tell of something other than new people: those say why to add."""
    return [reason.text for reason in reasons if reason.news is None or not reason.news.hired]
