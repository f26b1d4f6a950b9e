"""Numbers to end up with, and rows: "we have 20 PT licenses. Bring us up to 23", "PT 20 22 +2"."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from licensing.domain.adjustments import Action
from licensing.domain.limits import MOST_PER_REQUEST
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import Clause, tells_past
from licensing.mail.language.tokens import Kind
from licensing.mail.requests.asked import Entry, Said
from licensing.mail.requests.verbs import Mood

_SETTING: Final = lexicon.words("words", "setting a level")
_BEING: Final = lexicon.words("words", "being at a level")
_WANTED: Final = frozenset({"should", "ought", "like", "want", "need"})


def level_of(clause: Clause) -> int | None:
    """Return the number that a clause names as the one to end up with: "to 23", "make that 3"."""
    makes = bool({"make", "makes"} & set(clause.plain))
    for to, number in pairwise(clause.tokens):
        leads = to.plain in ("to", "up to") or (makes and to.plain in ("it", "that"))
        leads |= to.kind is Kind.WHOLE and "total" in to.plain
        leads |= to.plain in ("be", "at") and bool(_WANTED & set(clause.plain))
        if isinstance(number.value, tuple):
            return number.value[1]  # "up to 23 from 20"
        if leads and number.kind in (Kind.NUMBER, Kind.BAD_NUMBER):
            return number.value if isinstance(number.value, int) else 0
    return None


def with_levels(said: Sequence[Said], entries: Sequence[Entry]) -> list[Entry]:
    """Let licenses that are there be raised or lowered to the number named behind them."""
    found = list(entries)
    for i, each in enumerate(said):
        level = level_of(each.clause)
        near = [e for e in found if e.at < i and each.sentence - e.sentence <= 1 and e.item.named]
        if level is None or len(near) != 1 or not _sets(each.clause):
            continue
        changed = _changed(said, near[0], i, level)
        found = [changed if e is near[0] and changed is not None else e for e in found]
    return [_plainly(said, entry) for entry in found]


def _plainly(said: Sequence[Said], entry: Entry) -> Entry:
    """A change for which nothing but itself is said asks: "take us from 20 to 18"."""
    clause = said[entry.at].clause
    bare = entry.item.change and entry.action and entry.doubt is None
    asks = bool(_said_beside(clause)) and _sets(clause)
    asks &= said[entry.at].question or "could" not in clause.plain
    opens = entry.mood in (Mood.MENTIONED, Mood.ANNOUNCED) and not clause.opening
    return replace(entry, mood=Mood.ASKED) if bare and asks and opens else entry


_OBJECTS: Final = frozenset(
    {Kind.PLACE, Kind.NUMBER, Kind.CHANGE, Kind.TYPE, Kind.LICENSE, Kind.OUR}
)


def _sets(clause: Clause) -> bool:
    return _said_beside(clause) <= _SETTING


def _said_beside(clause: Clause) -> set[str]:
    return {word.plain for t in clause.tokens if t.kind not in _OBJECTS for word in t.words}


def _changed(said: Sequence[Said], entry: Entry, at: int, level: int) -> Entry | None:
    """The licenses as a request for the difference, if they are only said to be there."""
    item, heading = entry.item, said[at].heading
    clause = said[entry.at].clause
    stated = bool(_BEING & set(clause.plain)) and item.says_license and item.doubt is None
    if entry.action or not stated or said[entry.at].question:
        return None
    change = f"{clause.text}; {said[at].clause.text}"
    before = item.quantity or 0
    difference = level - before
    if not (before and level and 0 < abs(difference) <= MOST_PER_REQUEST):
        return None
    action = Action.ADD if difference > 0 else Action.REMOVE
    doubt = Doubt.NO_ACTION if heading and heading[0] is not action else None
    item = replace(item, quantity=abs(difference), change=change, before=before, doubt=doubt)
    return replace(entry, item=item, action=action, mood=Mood.ASKED, also=(*entry.also, at))


_OWNING: Final = frozenset({"have", "has", "hold", "holds", "own", "owns"})
_LACKING: Final = lexicon.words("words", "lacking") | {"short"}


def is_owned(said: Sequence[Said], entry: Entry, by: frozenset[str] = _OWNING) -> bool:
    """Return whether licenses are only told to be there: "we have 10 PT licenses"."""
    words = set(said[entry.at].clause.plain)
    told = entry.item.says_license and not said[entry.at].question
    return bool(words & by and told and not words & _LACKING)


def is_there(said: Sequence[Said], entry: Entry, at: int) -> bool:
    """Return whether nobody wants licenses once more: "we have 10 PT licenses. Please increase"."""
    heading = said[at].heading
    verbs = [str(t.value) for t in said[at].clause.tokens if t.kind is Kind.VERB]
    levels = any(verb.startswith(("raise", "lower")) for verb in verbs)
    more = levels or (heading is not None and heading[0] is Action.ADD)
    return more and is_owned(said, entry, _OWNING | _BEING if levels else _OWNING)


def announced(said: Sequence[Said], entries: Sequence[Entry]) -> list[Entry]:
    """Take rows that call a license additional for an order, which is not said to be one."""
    kinds = {token.kind for each in said for token in each.clause.tokens}
    orders = {i for i, each in enumerate(said) if _orders(each)}
    rows = [
        _row(said, e, ordered=bool(orders)) if orders or Kind.LICENSE in kinds else e
        for e in entries
    ]
    over = [e for e in rows if e.item.sign and _is_over(said, e)]
    rows = [replace(e, mood=min(e.mood, Mood.ANNOUNCED)) if e in over else e for e in rows]
    bare = [e for e in rows if e.item.license_type is None and not e.item.says_license]
    rows = [replace(e, mood=Mood.MENTIONED) if e.item.change and e in bare else e for e in rows]
    changed = any(e.item.change or (e.live and e.at not in orders) for e in rows)
    return [e for e in rows if not (changed and e.at in orders and e.item.quantity is None)]


def _row(said: Sequence[Said], entry: Entry, *, ordered: bool) -> Entry:
    """Understand "two more OTs" or "Therapist 20 22 +2" alone, in a mail about licenses."""
    item, mood = entry.item, entry.mood
    clause = said[entry.at].clause
    pleased = _said_beside(clause) == {"please"}  # "One OT please"
    alone = (clause.bare or pleased) and item.license_type and item.quantity
    beside = (each for i, each in enumerate(said) if i != entry.at)
    beside = (each for each in beside if each.sentence == entry.sentence)
    alone = alone and all(each.clause.opening in ("because", "aside") for each in beside)
    if mood is not Mood.MENTIONED or not (alone and (item.says_more or item.change or pleased)):
        return entry
    action = entry.action or (Action.REMOVE if item.says_less else Action.ADD)
    mood = Mood.ASKED if item.change and ordered else Mood.ANNOUNCED
    return replace(entry, action=action, mood=mood, guessed=True)


def _is_over(said: Sequence[Said], entry: Entry) -> bool:
    """Whether what stands above a row tells of the past: "Last month:", "what we changed:"."""
    rows = {s.sentence for s in said if s.requests}
    titles = [s for s in said[: entry.at] if s.sentence not in rows]
    words = titles[-1].clause.plain if titles else ()
    near = bool(titles) and titles[-1].paragraph == said[entry.at].paragraph
    return near and ("last" in words or tells_past(words))


_ROWS: Final = lexicon.words("words", "ordering rows")
_ORDERING: Final = lexicon.words("words", "ordering")


def _orders(said: Said) -> bool:
    """Whether a sentence only orders what stands in rows: "please update as below"."""
    clause = said.clause
    asks = clause.plain[0] in _ORDERING and len(clause.plain) > 1
    return asks and not said.question and _said_beside(clause) <= _SETTING | _ROWS
