"""Requests with where they were made, and halves of one that are joined."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from licensing.domain.adjustments import Action
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.license_grammar import Item, joined_items
from licensing.mail.language.tokens import Kind
from licensing.mail.requests.asked import Request
from licensing.mail.requests.parsing import Said
from licensing.mail.requests.verbs import Mood


@dataclass(frozen=True, slots=True)
class Entry:
    """One request, with where it was made."""

    request: Request
    at: int
    """The index of its clause."""
    sentence: int
    line: int
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

    @property
    def item(self) -> Item:
        """The licenses."""
        return self.request.item

    def of(self, **licenses: Any) -> "Entry":
        """Return the same request for licenses of which something else is said."""
        return self.told(item=replace(self.item, **licenses))

    def told(self, **said: Any) -> "Entry":
        """Return the same licenses of which something else is asked."""
        return replace(self, request=replace(self.request, **said))

    @property
    def live(self) -> bool:
        """Whether it asks, or may be meant to."""
        return self.request.mood >= Mood.ANNOUNCED and (
            self.request.action is not None or self.request.doubt is Doubt.MOVED
        )

    @property
    def whole(self) -> bool:
        """Whether action, type and number are known."""
        return None not in (self.request.action, self.item.license_type, self.item.quantity)


def joined_halves(said: Sequence[Said], entries: Sequence[Entry]) -> list[Entry]:
    """Join a type without a number and a number without a type: rows of a form, an apposition."""
    found: list[Entry] = []
    for entry in entries:
        last = found[-1] if found else None
        if last is not None and _fit(last, entry) and not _is_one_of(said, entry):
            found[-1] = replace(last, request=_joined(last, entry),
                                clinics=last.clinics or entry.clinics,
                                also=(*last.also, entry.at, *entry.also))  # fmt: skip
        else:
            found.append(entry)
    return found


def _fit(one: Entry, other: Entry) -> bool:
    a, b = one.item, other.item
    if other.line - one.line > 2 or a.doubt or b.doubt:
        return False
    if one.tells and not one.live and a.license_type is not None and not a.says_license:
        return False  # "Our OT is getting married. Please add three licenses."
    if {one.request.action, other.request.action} == set(Action):
        return False
    split = (a.license_type is None) != (b.license_type is None)
    halves = (a.license_type is None) != (a.quantity is None)
    return split and halves and (a.quantity is None) != (b.quantity is None)


def _is_one_of(said: Sequence[Said], entry: Entry) -> bool:
    """Whether somebody is named with others: "our biller and our scheduler"."""
    tokens = [t for s in said if s.sentence == entry.sentence for t in s.found.clause.tokens]
    kinds = {token.value for token in tokens if token.kind is Kind.TYPE}
    aside = said[entry.at].found.clause.opening == "aside"  # "whose sister (PT) works here"
    return (aside or (len(kinds) > 1 and entry.item.definite)) and not entry.item.says_license


_DOINGS: Final = [[word] for word in lexicon.words("words", "departments")]


def _joined(first: Entry, second: Entry) -> Request:
    one, other = first.request, second.request
    item = joined_items(one.item, other.item)
    mood = max(one.mood, other.mood)
    named = other.item.definite and not other.item.says_license  # "Ann wrote to our PT"
    if first.live and second.tells and (named or other.item.named.split()[-1:] in _DOINGS):
        mood = Mood.ANNOUNCED  # "a license for Wanda. She does billing in the afternoon"
    return replace(one, item=item, action=one.action or other.action, mood=mood)
