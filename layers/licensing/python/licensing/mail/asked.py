"""What clauses ask for."""

from dataclasses import dataclass

from licensing.domain.adjustments import Action
from licensing.mail.clauses import Clause
from licensing.mail.doubts import Doubt
from licensing.mail.license_grammar import Item
from licensing.mail.tokens import Token
from licensing.mail.verbs import Mood


@dataclass(frozen=True, slots=True)
class Request:
    """Licenses that a clause names, with what shall happen to them."""

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


@dataclass(frozen=True, slots=True)
class Found:
    """A clause with its requests, and the words of it that no request took."""

    clause: Clause
    requests: tuple[Request, ...]
    rest: tuple[tuple[Token, ...], ...]
    """Runs of words beside the requests."""
    heading: tuple[Action, Mood] | None = None
    """It asks, and names no licenses: they may follow in a list."""

    @property
    def asks(self) -> bool:
        """Whether the clause asks for something, as far as its words go."""
        return any(request.mood >= Mood.ANNOUNCED for request in self.requests)
