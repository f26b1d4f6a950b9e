"""Licenses that become others, or go to another clinic: two lines, always proposed."""

from collections.abc import Sequence

from licensing.domain.adjustments import Action
from licensing.mail.doubts import Doubt
from licensing.mail.language.tokens import Kind
from licensing.mail.outcomes.explanations import reason_of
from licensing.mail.outcomes.outcome import Outcome, Wish, Worry, changes_of
from licensing.mail.outcomes.scopes import clinic_of
from licensing.mail.outcomes.survey import Survey
from licensing.mail.requests.asked import Entry


def moved(found: Survey, live: Sequence[Entry], worries: Sequence[Worry]) -> Outcome:
    """Return what becomes of requests of which at least one moves licenses."""
    moving = [entry for entry in live if entry.doubt is Doubt.MOVED]
    wishes, several = None, len(moving) > 1
    if len(moving) == len(live):
        wishes = _converted(found, moving) if several else _transferred(found, moving[0])
    if wishes is None:
        items = (entry.item for entry in moving)
        blanks = tuple(Wish(None, i.license_type, i.quantity, i.clinic_id) for i in items)
        return Outcome("ask", doubt=Doubt.MOVED, wishes=blanks)
    text = found.said[moving[0].at].clause.text
    later = next((w for w in worries if w.doubt is Doubt.LATER), Worry(Doubt.MOVED, text, 0))
    return Outcome(
        "propose", changes_of(wishes), doubt=later.doubt, words=(later.words,), transfer=not several
    )


def _converted(found: Survey, moving: Sequence[Entry]) -> list[Wish] | None:
    """``convert one front office license to a billing license``."""
    old, new = moving[0].item, moving[1].item
    clinic, _ = clinic_of(found, moving, moving[0])
    quantity = old.quantity if old.quantity is not None else new.quantity
    known = clinic and quantity and old.license_type and new.license_type
    if not known or len(moving) > 2 or old.license_type is new.license_type:
        return None
    if new.quantity not in (None, quantity) or old.doubt or new.doubt:
        return None
    return [
        Wish(Action.REMOVE, old.license_type, quantity, clinic, _reason(found, moving, moving[0])),
        Wish(Action.ADD, new.license_type, quantity, clinic),
    ]


def _transferred(found: Survey, entry: Entry) -> list[Wish] | None:
    """``transfer one PT license from Main Street to Lakeside``."""
    item = entry.item
    tokens = [t for said in found.sentence(entry.sentence) for t in said.clause.tokens]
    places = [(t.words[0].plain, str(t.value)) for t in tokens if t.kind is Kind.PLACE]
    target = {clinic for word, clinic in places if word in ("to", "into", "onto")}
    source = {clinic for _, clinic in places} - target
    if not item.license_type or not item.quantity:
        return None
    if item.doubt not in (None, Doubt.SEVERAL_CLINICS) or len(target) != 1 or len(source) != 1:
        return None
    reason = _reason(found, [entry], entry)
    return [
        Wish(Action.REMOVE, item.license_type, item.quantity, source.pop(), reason),
        Wish(Action.ADD, item.license_type, item.quantity, target.pop()),
    ]


def _reason(found: Survey, moving: Sequence[Entry], entry: Entry) -> str:
    """The reason of a move is the move itself, if no other is told."""
    told, _ = reason_of(found, moving, entry)
    return told or found.said[entry.at].clause.text
