"""Headings: what asks and names no licenses, which stood before or follow in a list."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail.language.clauses import Clause
from licensing.mail.requests.asked import Request
from licensing.mail.requests.verbs import Mood, Tone, Verb, mood_before


def list_heading(clause: Clause, requests: Sequence[Request]) -> tuple[Action, Mood] | None:
    """Return what a list's heading asks for: "please add the following licenses"."""
    if not requests or not all(_is_list(request) for request in requests):
        return None
    leads = clause.opening == "label" or "following" in clause.plain
    sure = [r for r in requests if r.mood is Mood.ASKED and (leads or not r.weak)]
    asked = [r.action for r in sure if r.action]
    if not asked and _are_new(requests) and (leads or clause.bare):
        # "Additional licenses for Main Street:"; without the colon it may be anything
        return Action.ADD, Mood.ASKED if clause.opening == "label" else Mood.ANNOUNCED
    return (asked[0], Mood.ASKED) if asked else None


def _is_list(request: Request) -> bool:
    """Whether a request leaves open which licenses: "please add the following licenses"."""
    item = request.item
    bare = item.license_type is None and item.quantity is None and item.doubt is None
    return bare and item.says_license


def _are_new(requests: Sequence[Request]) -> bool:
    return all(r.action is None and r.item.says_more and not r.item.definite for r in requests)


_ALL: Final = frozenset({"all", "both"})
_ADDED: Final = frozenset({"adds", "additions", "additional"})
_SUMMING: Final = frozenset({"are", "is", "of", "them", "these", "please", "two", "three", "four"})
"""All that "all three are adds" may consist of."""
_OF_FORMS: Final = frozenset({"type", "action", "form", "date", "number", "id", "by"})
"""A label such as "Request type" asks for nothing."""


def heading_of(
    clause: Clause, verbs: Sequence[Verb], used: set[int], tone: Tone
) -> tuple[Action, Mood] | None:
    """Return a verb that asks, without licenses: they stood before, or follow in a list."""
    said = set(clause.plain)
    if said & _ALL and said & _ADDED and said <= _ALL | _ADDED | _SUMMING:
        used |= set(range(len(clause.tokens)))
        return Action.ADD, Mood.ASKED
    asked = {verb.action for verb in verbs if verb.form == "base"}
    if {Action.ADD, Action.REMOVE} <= asked and len(clause.tokens) <= 4:
        return None  # "Add / Remove"
    for verb in verbs:
        labels = clause.opening == "label" and not _OF_FORMS & set(clause.plain)
        if verb.action is None or (verb.what == "need" and not labels):
            continue
        ruling = mood_before(clause, verb, replace(tone, courteous=False))
        mood = ruling.mood
        if verb.form == "past":
            short = len(clause.tokens) <= 4 and bool({"please", "be"} & set(clause.plain))
            done = short or clause.plain[:2] == ("to", "be")
            mood = Mood.ASKED if done or verb.what == "need" else Mood.TOLD
        if mood is not Mood.ASKED or clause.opening in ("because", "who", "if"):
            continue
        used |= ruling.taken | set(range(verb.start, verb.end))
        return verb.action, mood
    return None
