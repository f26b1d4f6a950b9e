"""Requests completed: each gets its clinic and its reason, or what is lacking is told."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import PREPOSITIONS, Clause
from licensing.mail.language.license_grammar import Item
from licensing.mail.language.tokens import Kind, Token
from licensing.mail.outcomes.explanations import reason_of
from licensing.mail.outcomes.outcome import Outcome, Wish, Worry, changes_of
from licensing.mail.outcomes.scopes import clinic_of
from licensing.mail.outcomes.survey import Survey
from licensing.mail.requests.asked import Entry

_NUMBERS: Final = frozenset({Doubt.QUANTITY, Doubt.RANGE, Doubt.VAGUE, Doubt.LIMIT})
_MISSING: Final = _NUMBERS | {Doubt.NO_TYPE, Doubt.UNKNOWN_TYPE, Doubt.SEVERAL_CLINICS}
_BLANKS: Final = {
    "action": {Doubt.NO_ACTION},
    "license_type": {Doubt.NO_TYPE, Doubt.UNKNOWN_TYPE, Doubt.HEDGED},
    "quantity": {*_NUMBERS, Doubt.NO_QUANTITY, Doubt.SAID_TWICE, Doubt.OTHER_TOTAL},
    "clinic_id": {Doubt.NO_CLINIC, Doubt.UNKNOWN_CLINIC, Doubt.SEVERAL_CLINICS},
    "reason": {Doubt.NO_REASON},
}
"""What is left blank for which doubts: nothing may be completed to what was not meant."""


def _lack(doubt: Doubt, words: str = "") -> Worry:
    """What is lacking, and the words that show it."""
    return Worry(doubt, words, 0, next(part for part, of in _BLANKS.items() if doubt in of))


def complete(found: Survey, live: Sequence[Entry], worries: Sequence[Worry]) -> Outcome:
    """Return an outcome that acts, proposes or asks."""
    if any(entry.doubt is Doubt.MOVED for entry in live):
        return _moved(found, live, worries)
    doubts = [*worries, *_weak(found, live)]
    unsaid = [w for w in worries if w.doubt in (Doubt.UNKNOWN_TYPE, Doubt.NO_QUANTITY)]
    lacking = unsaid[:1] + [w for w in worries if w.blank]
    blank = {w.blank: None for w in worries if w.blank}
    wishes: list[Wish] = []
    unclear: list[Worry] = []
    for entry in live:
        wish, told = _wish(found, live, entry, sure=not doubts)
        wishes.append(replace(wish, **blank))
        lacking += [worry for worry in told if worry.blank]
        unclear += [worry for worry in told if not worry.blank]
    if lacking:
        said = (lacking[0].words,) if lacking[0].words else ()
        sure = not doubts and not unclear
        return Outcome("ask", wishes=tuple(wishes), doubt=lacking[0].doubt, words=said, sure=sure)
    concluded = [e for e in live if found.said[e.at].clause.opening in ("so", "therefore")]
    merged, twice = _merged(live, wishes, concluded)
    doubts += unclear + ([Worry(Doubt.SAID_TWICE, "", 0)] if twice else [])
    changes = changes_of(merged)
    if doubts:
        words_ = tuple(dict.fromkeys(w.words for w in doubts if w.words))
        return Outcome("propose", changes, doubt=doubts[0].doubt, words=words_)
    return Outcome("apply", changes)


def _wish(
    found: Survey, live: Sequence[Entry], entry: Entry, *, sure: bool
) -> tuple[Wish, list[Worry]]:
    """One request with what can be told, and what is lacking or unclear."""
    clause, kind = found.said[entry.at].clause, entry.item.license_type
    runs = (run for run in clause.runs if kind in {item.license_type for item in run.items})
    ones = {clause.tokens[run.start].words[0].plain for run in runs}
    hers = entry.item.single and not ones.isdisjoint({"her", "his"})  # "her PTA license"
    item, told = _counted(entry.item, entry.at, sure=sure, hers=hers)
    clinic, doubt = clinic_of(found, live, entry)
    if doubt is not None:
        told.append(_lack(doubt))
    match _begins_there(found, item, clinic):
        case False:
            told.append(_lack(Doubt.OTHER_TOTAL, item.change))
        case None:
            told.append(Worry(Doubt.LIMIT, item.change, entry.at))
    reason = None
    if entry.action is Action.REMOVE:
        reason, doubt = reason_of(found, live, entry)
        if doubt is Doubt.NO_REASON:
            told.append(_lack(doubt))
        elif doubt is not None:
            told.append(Worry(doubt, reason or "", entry.at))
    wish = Wish(entry.action, item.license_type, item.quantity, clinic, reason)
    return replace(wish, **{worry.blank: None for worry in told if worry.blank}), told


def _begins_there(found: Survey, item: Item, clinic: str | None) -> bool | None:
    """Whether a change begins at the number of licenses that are there; None if nobody knows."""
    if item.before is None or item.license_type is None:
        return True
    there = next((of.purchased for of in found.clinics if of.clinic_id == clinic), {})
    return there[item.license_type] == item.before if item.license_type in there else None


def _counted(item: Item, at: int, *, sure: bool, hers: bool) -> tuple[Item, list[Worry]]:
    """Licenses with their number: hers is one, "the PTA license" if nothing else is unsure."""
    told: list[Worry] = []
    words = " ".join(item.words)
    if item.doubt is not None:
        unclear = item.doubt is Doubt.NOT_UNDERSTOOD
        told.append(Worry(item.doubt, words, at) if unclear else _lack(item.doubt, words))
    if item.license_type is None and not any(worry.blank for worry in told):
        told.append(_lack(Doubt.NO_TYPE))
    lacks = {worry.doubt for worry in told if worry.blank}
    if item.quantity is None and (hers or (item.single and sure)) and not lacks:
        unsure = [] if hers else [Worry(Doubt.NO_QUANTITY, "", at)]
        return replace(item, quantity=1), [*told, *unsure]
    if item.quantity is None and _MISSING.isdisjoint(lacks):
        told.append(_lack(Doubt.NO_QUANTITY))
    return item, told


_GATHERINGS: Final = lexicon.words("words", "gatherings")


def _weak(found: Survey, live: Sequence[Entry]) -> list[Worry]:
    """Doubt what may be about people, unless the mail speaks of licenses, or about their things.

    "I need two PTs", "add two therapists to the list for the webinar", "add two PT rooms".
    """
    tokens = (t for said in (*found.said, *found.title) for t in said.clause.tokens)
    licensed = any(token.kind is Kind.LICENSE for token in tokens)
    doubted: list[Worry] = []
    for entry in live:
        clause = found.said[entry.at].clause
        elsewhere = bool(_GATHERINGS & set(clause.plain)) and not entry.item.says_license
        people = entry.weak and not (licensed or entry.item.says_more)
        if elsewhere or people or _is_thing(clause, entry.item):
            doubted.append(Worry(Doubt.NOT_UNDERSTOOD, clause.text, entry.at))
    return doubted


def _is_thing(clause: Clause, item: Item) -> bool:
    """Whether a noun stands behind a type: "two PT rooms"; a list may say why there."""
    behind = [
        clause.tokens[run.end :]
        for run in clause.runs
        if item.license_type in {each.license_type for each in run.items}
    ]
    return not (item.says_license or item.sign) and any(map(_is_noun, behind))


def _is_noun(tokens: Sequence[Token]) -> bool:
    """Whether the first word is a noun as far as the lexicon can tell, and no name."""
    words = [word for token in tokens[:4] for word in token.words]
    if not words or tokens[0].kind is not Kind.WORD or words[0].capital:
        return False
    known = lexicon.at("fillers", tuple(each.plain for each in words), 0)
    return words[0].plain not in PREPOSITIONS and known is None


_GENERAL: Final = frozenset({"therapist", "assistant", "provider", "clinician"})
"""Words for a type as a whole: "2 therapists, 1 PT and 1 OT" says the same licenses twice."""


def _merged(
    entries: Sequence[Entry], wishes: Sequence[Wish], concluded: Sequence[Entry]
) -> tuple[list[Wish], bool]:
    """Add up lines of the same kind; the same words in two sentences may be one request.

    ``concluded`` are those that a "so" opens: they hardly ask for more of the same.
    """
    found: dict[tuple[object, ...], tuple[Wish, Entry]] = {}
    twice = False
    for entry, wish in zip(entries, wishes, strict=True):
        key = (wish.clinic_id, wish.action, wish.license_type)
        other = Action.ADD if wish.action is Action.REMOVE else Action.REMOVE
        against = found.get((wish.clinic_id, other, wish.license_type))
        said = (wish.quantity, entry.item.named)
        twice |= against is not None and (against[0].quantity, against[1].item.named) == said
        if key not in found:
            found[key] = (wish, entry)
            continue
        earlier, at = found[key]
        general = at.item.named in _GENERAL and entry.item.named not in _GENERAL
        again = at.item.named == entry.item.named and earlier.quantity == wish.quantity
        again &= at.sentence != entry.sentence
        concludes = entry in concluded and at not in concluded
        again |= earlier.quantity == wish.quantity and concludes
        people = at.sentence != entry.sentence and not at.item.says_license
        again |= people and entry.item.says_license and earlier.quantity == wish.quantity
        if again or general:
            twice = True
            continue
        total = (earlier.quantity or 0) + (wish.quantity or 0)
        found[key] = (replace(earlier, quantity=total), entry)
    return [wish for wish, _ in found.values()], twice


# Licenses that become others, or go to another clinic: two lines, always proposed


def _moved(found: Survey, live: Sequence[Entry], worries: Sequence[Worry]) -> Outcome:
    """What becomes of requests of which at least one moves licenses."""
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
