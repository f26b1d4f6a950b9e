"""Requests that no rule reads, offered by what examples say of a mail's words.

The grammar reads which licenses a mail names and how many. Whether it asks to add them, to release
them, or for nothing is judged as remarks are, by examples: lexicon/adds.txt, releases.txt and
asks_nothing.txt have of each mail the sentences that tell of licenses or say "please". What comes
of it is offered, never done.
"""

from functools import cache
from itertools import groupby
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.tokens import Kind
from licensing.mail.outcomes.completion import complete
from licensing.mail.outcomes.outcome import Outcome
from licensing.mail.outcomes.survey import Survey, as_asked
from licensing.mail.outcomes.worries import worries_of
from licensing.mail.remarks.examples import learn, weigh, words_in
from licensing.mail.requests.entries import Entry
from licensing.mail.requests.levels import is_owned
from licensing.mail.requests.verbs import Mood

_ASKS: Final = 0.6
"""From here on the words of a mail ask for something."""
_PLAIN: Final = 0.3
"""From here on they tell whether licenses are to be added or released."""
_ABOUT: Final = frozenset({Kind.TYPE, Kind.LICENSE})


def offered(found: Survey) -> Outcome | None:
    """Return what to propose of a mail in which nothing asks by the rules; None if nothing."""
    said = words_about(found)
    asks, releases = weigh(said, _asking()), weigh(said, _releasing())
    if asks < _ASKS or abs(releases) < _PLAIN or " ".join(said) in _asking_nothing():
        return None
    asked = as_asked(found, _asked(found, Action.REMOVE if releases > 0 else Action.ADD))
    if not asked.entries:
        return None
    outcome = complete(asked, asked.live, worries_of(asked))
    return outcome if outcome.verdict == "propose" else None


def words_about(found: Survey) -> list[str]:
    """Return the sentences that tell of licenses or say "please", as the examples write them."""
    words: list[str] = []
    for _, clauses in groupby(found.said, lambda said: said.sentence):
        sentence = list(clauses)
        kinds = {token.kind for said in sentence for token in said.found.clause.tokens}
        spoken = words_in(sentence)
        if kinds & _ABOUT or "please" in spoken:
            words += [".", *spoken]
    return words[1:]


def _asked(found: Survey, action: Action) -> list[Entry]:
    """The licenses that are named with their number; none if a type has several numbers."""
    entries: dict[object, Entry] = {}
    for entry in found.entries:
        item = entry.item
        told = item.license_type and item.quantity and item.doubt in (None, Doubt.NOT_UNDERSTOOD)
        mentioned = entry.request.mood is Mood.MENTIONED and not is_owned(found.said, entry)
        if not (told and mentioned):
            continue
        same = entries.setdefault((item.clinic_id, item.license_type), entry)
        if same.item.quantity != item.quantity:
            return []
    named = (entry for entry in entries.values() if not entry.item.change)
    return [entry.told(action=action, mood=Mood.ANNOUNCED) for entry in named]


@cache
def _asking_nothing() -> dict[str, bool]:
    return dict.fromkeys(lexicon.lines("asks_nothing"), False)


@cache
def _asking() -> dict[str, float]:
    asks = dict.fromkeys((*lexicon.lines("adds"), *lexicon.lines("releases")), True)
    return learn({**_asking_nothing(), **asks})


@cache
def _releasing() -> dict[str, float]:
    adds = dict.fromkeys(lexicon.lines("adds"), False)
    return learn({**adds, **dict.fromkeys(lexicon.lines("releases"), True)})
