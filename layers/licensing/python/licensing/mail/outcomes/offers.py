"""Requests that no rule hears, offered by what examples say of their sentences.

The grammar reads which licenses a sentence names and how many. What the examples hear in it is
offered, never done.
"""

from dataclasses import replace
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail.doubts import Doubt
from licensing.mail.outcomes.completion import complete
from licensing.mail.outcomes.corrections import corrected
from licensing.mail.outcomes.outcome import Outcome
from licensing.mail.outcomes.survey import Survey, as_asked
from licensing.mail.outcomes.worries import worries_of
from licensing.mail.remarks.examples import asks, releases, words_in
from licensing.mail.requests.asked import Entry
from licensing.mail.requests.levels import is_owned, level_of
from licensing.mail.requests.verbs import Mood, verbs_of

_ASKS: Final = 0.6
"""From here on the words of a sentence ask for something."""
_PLAIN: Final = 0.3
"""From here on they tell whether licenses are to be added or released."""
_SPOKEN: Final = frozenset({"License", "please", "more", "less", "fewer"})
"""What has none of them only tells of people: "two PTAs quit"."""


def offered(found: Survey) -> Outcome | None:
    """Return what to propose of a mail in which nothing asks by the rules; None if nothing."""
    asked = as_asked(found, _asked(found))
    if not asked.entries:
        return None
    outcome = complete(asked, *corrected(asked, worries_of(asked)))
    if outcome.verdict == "apply":
        return replace(outcome, verdict="propose", doubt=Doubt.NOT_UNDERSTOOD)
    return outcome if outcome.verdict == "propose" else None


def _asked(found: Survey) -> list[Entry]:
    """The licenses that are named with their number; none if a type has several numbers."""
    entries: dict[object, Entry] = {}
    for entry in found.entries:
        item = entry.item
        named = item.license_type and item.quantity and item.doubt in (None, Doubt.NOT_UNDERSTOOD)
        mentioned = entry.mood is Mood.MENTIONED and not is_owned(found.said, entry)
        clause = found.said[entry.at].clause
        level = level_of(clause)  # "Lakeside ought to be at three"
        either = {Action.ADD, Action.REMOVE} <= {verb.action for verb in verbs_of(clause)}
        if not (named and mentioned) or item.change or level is not None or either:
            continue
        same = entries.setdefault((item.clinic_id, item.license_type), entry)
        if same.item.quantity != item.quantity:
            return []
    licensed = {e.sentence for e in found.entries if e.item.says_license and e.item.license_type}
    aside = [e for e in entries.values() if not (e.item.says_license or e.sentence in licensed)]
    if licensed and aside:
        return []  # "she is a PT now. That frees up an assistant license"
    sentences = [words_in(found.sentence(i)) for i in dict.fromkeys(s.sentence for s in found.said)]
    told = [words for words in sentences if {"Type", *_SPOKEN} & set(words)]
    words = [word for each in told for word in each]
    if max(map(asks, (words, *told)), default=0.0) < _ASKS or not _SPOKEN & set(words):
        return []
    asked: list[Entry] = []
    for entry in entries.values():
        own = releases(words_in(found.sentence(entry.sentence)))
        way = own if abs(own) >= _PLAIN else releases(words)
        if abs(way) < _PLAIN:
            return []
        action = Action.REMOVE if way > 0 else Action.ADD
        asked.append(replace(entry, action=action, mood=Mood.ANNOUNCED))
    return asked
