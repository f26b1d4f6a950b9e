"""What clauses ask for."""

from dataclasses import dataclass, replace
from typing import Any, Final

from licensing.domain.adjustments import Action
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import Clause
from licensing.mail.language.license_grammar import Item
from licensing.mail.language.license_phrases import Run
from licensing.mail.language.tokens import EVERY, Kind, Token
from licensing.mail.requests.verbs import Mood, Verb


@dataclass(frozen=True, slots=True)
class Entry:
    """Licenses that a clause names, with what shall happen to them, and where that is said."""

    item: Item
    action: Action | None
    mood: Mood
    doubt: Doubt | None = None
    words: str = ""
    """The words that the doubt is about."""
    guessed: bool = False
    """No verb rules it: "please" or "more" says that licenses are added."""
    weak: bool = False
    """"Need" or "get" rules it: of people one says that too."""
    at: int = 0
    """The index of its clause."""
    sentence: int = 0
    clinics: tuple[str, ...] = ()
    """The clinics that its clause names."""
    also: tuple[int, ...] = ()
    """The clauses of what was joined to it."""
    tells: bool = False
    """Its clause has a verb of its own: "we hired two at Lakeside"."""
    opens: bool = False
    """A colon stands behind it: a list of its parts may follow."""
    job: bool = False
    """It is somebody's job: "Kim (PT)"."""

    def of(self, **licenses: Any) -> "Entry":
        """Return the same request for licenses of which something else is said."""
        return replace(self, item=replace(self.item, **licenses))

    @property
    def live(self) -> bool:
        """Whether it asks, or may be meant to."""
        unknown = self.action is None and self.doubt is not Doubt.MOVED
        return self.mood >= Mood.ANNOUNCED and not unknown

    @property
    def whole(self) -> bool:
        """Whether action, type and number are known."""
        return None not in (self.action, self.item.license_type, self.item.quantity)


@dataclass(frozen=True, slots=True)
class Said:
    """A clause with what it asks for, the words of it that nothing took, and where it stands."""

    clause: Clause
    requests: tuple[Entry, ...]
    rest: tuple[tuple[Token, ...], ...]
    """Runs of words beside the requests."""
    heading: tuple[Action, Mood] | None = None
    """It asks, and names no licenses: they may follow in a list."""
    line: int = 0
    paragraph: int = 0
    sentence: int = 0
    question: bool = False
    source: str = ""
    """The line that it stands in, which its words' positions count from."""

    def at_most(self, mood: Mood) -> "Said":
        """Return the clause with all that it asks for meant no more than that."""
        requests = (replace(each, mood=min(each.mood, mood)) for each in self.requests)
        return replace(self, requests=tuple(requests))

    @property
    def asks(self) -> bool:
        """Whether the clause asks for something, as far as its words go."""
        return any(request.mood >= Mood.ANNOUNCED for request in self.requests)

    @property
    def places(self) -> tuple[str, ...]:
        """The clinics that it names, in order."""
        named = (str(token.value) for token in self.clause.tokens if token.kind is Kind.PLACE)
        return tuple(place for place in named if place != EVERY)


def is_level(clause: Clause, run: Run, verb: Verb) -> bool:
    """Return whether a run has the number to end up with: "go down to 4 assistants"."""
    if verb.what not in ("raise", "lower"):
        return verb.what == "need" and _in_total(clause, run, verb)
    to, number = clause.tokens[run.start - 1 : run.start + 1]
    return to.plain == "to" and number.kind in (Kind.NUMBER, Kind.BAD_NUMBER)


_LEVELS: Final = (("down", "to"), ("up", "to"), ("back", "to"))
"""Before the number to end up with: "I want us down to two"."""
_TOTALS: Final = lexicon.words("words", "totals")


def _in_total(clause: Clause, run: Run, verb: Verb) -> bool:
    """Whether a need is of so many in all: "we need to have 12 therapist licenses in total"."""
    more = any(item.says_more or item.license_type is None for item in run.items)
    having = clause.tokens[verb.start].plain == "have" and bool({"need", "ought"} & {*clause.plain})
    before = tuple(token.plain for token in clause.tokens[max(0, run.start - 2) : run.start])
    return not more and (having or before in _LEVELS or bool(_TOTALS & set(clause.plain)))


def signed(clause: Clause, request: Entry) -> Entry:
    """A sign says what shall happen, where no verb does; "remove -2" says two things.

    "Plus two assistants" may count people.
    """
    if request.item.sign == 0:
        return request
    action = Action.ADD if request.item.sign > 0 else Action.REMOVE
    if request.action is None:
        mood = request.mood if request.item.change else Mood.ASKED
        weak = "plus" in clause.plain and not request.item.says_license
        return replace(request, action=action, mood=mood, weak=weak)
    if request.action is not action or (action is Action.REMOVE and not request.item.change):
        item = replace(request.item, doubt=Doubt.NO_ACTION)
        return replace(request, item=item)
    return request


_FEWER: Final = frozenset({"fewer", "less"})


def fewer(clause: Clause, request: Entry) -> Entry:
    """Turn "we need two fewer" around; "add two fewer" says both."""
    if request.action is not Action.ADD or not _FEWER & set(clause.plain):
        return request
    if not request.item.says_less:
        return request  # "five more therapists and two fewer assistants"
    if request.weak or request.guessed or request.doubt:  # "we can manage with one less"
        return replace(request, action=Action.REMOVE, weak=False)
    return replace(request, item=replace(request.item, doubt=Doubt.NO_ACTION))
