"""Headings, which ask and name no licenses, and what a clause takes from those before it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail.language.clauses import POINTING_BACK, Clause, has_finite
from licensing.mail.language.license_grammar import Item
from licensing.mail.requests.asked import Entry, Said
from licensing.mail.requests.verbs import Mood, Tone, Verb, mood_before, verbs_of


def list_heading(clause: Clause, requests: Sequence[Entry]) -> tuple[Action, Mood] | None:
    """Return what a list's heading asks for: "please add the following licenses"."""
    unsaid = {(r.item.license_type, r.item.quantity, r.item.doubt) for r in requests}
    if unsaid != {(None, None, None)} or not all(r.item.says_license for r in requests):
        return None
    leads = clause.opening == "label" or "following" in clause.plain
    sure = [r for r in requests if r.mood is Mood.ASKED and (leads or not r.weak)]
    sure = [r for r in sure if not (r.guessed and _CHANGES & set(clause.plain))]
    asked = [r.action for r in sure if r.action]
    new = all(r.action is None and r.item.says_more and not r.item.definite for r in requests)
    if not asked and new and (leads or clause.bare):
        # "Additional licenses for Main Street:"; without the colon it may be anything
        return Action.ADD, Mood.ASKED if clause.opening == "label" else Mood.ANNOUNCED
    nouns = {verb.action for verb in verbs_of(clause) if verb.form == "noun" and verb.action}
    if not asked and len(nouns) == 1 and len(clause.tokens) <= _LONGEST_TITLE:
        return nouns.pop(), Mood.ANNOUNCED  # "License removal form"
    return (asked[0], Mood.ASKED) if asked else None


_LONGEST_TITLE: Final = 4
_CHANGES: Final = frozenset({"change", "changes", "adjustments", "updates"})
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
    if {Action.ADD, Action.REMOVE} <= asked and len(clause.tokens) <= 6:
        return None  # "Add / Remove"
    for verb in verbs:
        labels = clause.opening == "label" and not _OF_FORMS & set(clause.plain)
        sums_up = clause.tokens[verb.start].words[0].plain == "that"  # "that's what I need"
        if verb.action is None or (verb.what == "need" and not (labels or sums_up)):
            continue
        ruling = mood_before(clause, verb, replace(tone, courteous=False))
        mood = ruling.mood
        if verb.form == "past":
            short = len(clause.tokens) <= 4 and bool({"please", "be"} & set(clause.plain))
            mood = Mood.ASKED if short or verb.what == "need" else Mood.TOLD
        if mood is not Mood.ASKED or clause.opening in ("because", "who", "if"):
            continue
        behind = clause.tokens[verb.end : verb.end + 1]
        it = bool(behind) and behind[0].plain in POINTING_BACK
        used |= ruling.taken | set(range(verb.start, verb.end + it)) | {verb.particle or verb.start}
        return verb.action, mood
    return None


_WAYS: Final = {"in": Action.ADD, "out": Action.REMOVE}
"""Labels such as "Out: one biller license"."""


def under_heading(requests: list[Entry], before: Sequence[Said]) -> list[Entry]:
    """A verb earlier in the sentence says more than "please" beside the licenses."""
    label = before[-1].clause if before and before[-1].clause.opening == "label" else None
    way = _WAYS.get(label.text.lower()) if label is not None else None
    if way is not None and all(r.guessed or r.action is None for r in requests):
        return [replace(r, action=way, mood=Mood.ASKED, guessed=False) for r in requests]
    ruled = [(r.action, r.mood) for f in before for r in f.requests if not r.guessed]
    heading = next((f.heading for f in reversed(before) if f.heading), None)
    action, mood = heading or next((r for r in reversed(ruled) if r[0]), (None, Mood.MENTIONED))
    if action is None:
        return requests
    return [
        replace(r, action=action, mood=mood) if r.guessed and not r.item.says_less else r
        for r in requests
    ]


def inherited(clause: Clause, requests: Sequence[Entry], before: Sequence[Said]) -> list[Entry]:
    """Licenses in a list go with the verb before them, in the same sentence."""
    told = has_finite(clause.tokens)  # "pretty sure he's a PTA", "we have 5 PT licenses"
    people = all(is_person(request.item) for request in requests)
    if clause.opening not in ("", "label") or people or told:
        return list(requests)
    for earlier in reversed(before):
        ruling = next((r for r in reversed(earlier.requests) if r.action is not None), None)
        if earlier.heading is not None:
            ruling = Entry(Item(), *earlier.heading)
        if ruling is not None:
            return [replace(ruling, item=r.item, doubt=r.doubt or ruling.doubt) for r in requests]
    return list(requests)


def is_person(item: Item) -> bool:
    """Whether a type is named alone, which somebody may be."""
    return not item.says_license and item.quantity is None and item.doubt is None
