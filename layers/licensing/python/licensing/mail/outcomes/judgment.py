"""A mail's own words as an outcome: the requests, and what speaks against doing them unasked."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail.doubts import Doubt
from licensing.mail.language.clinic_names import ClinicNames, NamedClinic
from licensing.mail.language.tokens import Kind
from licensing.mail.outcomes.completion import complete
from licensing.mail.outcomes.corrections import corrected
from licensing.mail.outcomes.outcome import Outcome, Wish
from licensing.mail.outcomes.survey import Survey, as_asked, survey
from licensing.mail.outcomes.worries import worries_of
from licensing.mail.remarks.examples import asks, releases, words_in
from licensing.mail.requests.asked import Entry
from licensing.mail.requests.levels import is_owned, level_of
from licensing.mail.requests.parsing import parse
from licensing.mail.requests.verbs import Mood, verbs_of


def understand_text(
    text: str,
    subject: str,
    clinics: Sequence[NamedClinic],
    *,
    names: Collection[str],
    after: str = "",
) -> Outcome:
    """Return what words mean; ``after`` may or may not be the sender's, ``subject`` is theirs."""
    known = ClinicNames(clinics)
    body, title, below = parse(text, known), parse(subject, known), parse(after, known)
    if body.too_long or below.too_long:
        return Outcome("ask", doubt=Doubt.TOO_LONG)
    found = survey(body, title, below, clinics, frozenset(names))
    worries = worries_of(found)
    live, worries = corrected(found, worries)
    retracted = [w for w in worries if w.doubt is Doubt.RETRACTED]
    if retracted and live == found.live and not any(e.at > retracted[-1].at for e in live):
        return Outcome("none", reason="retracted", words=(retracted[-1].words,))
    if not live:
        return _headed(found, sure=not worries) or _offered(found) or _without_request(found)
    hidden = body.unreadable or below.unreadable
    if hidden:
        return Outcome("ask", doubt=Doubt.HIDDEN_CHARACTERS, words=(hidden,))
    return complete(found, live, worries)


def _headed(found: Survey, *, sure: bool) -> Outcome | None:
    """Ask which licenses ``Please add licenses`` means; None if nothing asks so."""
    headings = (said.heading for said in found.said if said.heading)
    asked = {action for action, mood in headings if mood is Mood.ASKED}
    kinds = {token.kind for said in found.said for token in said.clause.tokens}
    if not asked or not kinds & {Kind.LICENSE, Kind.TYPE}:
        return None
    action = asked.pop() if len(asked) == 1 else None
    clinic = clinics.pop() if len(clinics := found.asked_clinics) == 1 else None
    wish = Wish(action, clinic_id=clinic)
    return Outcome("ask", wishes=(wish,), doubt=Doubt.NO_TYPE, sure=sure)


def _without_request(found: Survey) -> Outcome:
    """Nothing is asked for, or nobody can tell what."""
    moods = {entry.mood for entry in found.entries}
    questions = any(said.question for said in found.said)
    if Mood.QUESTIONED in moods or (questions and Mood.ASKED not in moods):
        return Outcome("none", reason="question")
    bare = any(
        entry.mood is Mood.MENTIONED
        and entry.item.says_license
        and (entry.item.quantity or (entry.item.license_type and entry.item.doubt))
        for entry in found.entries
    )
    if bare:
        items = (entry.item for entry in found.entries)
        wishes = tuple(Wish(None, i.license_type, i.quantity, i.clinic_id) for i in items)
        return Outcome("ask", wishes=wishes, doubt=Doubt.NO_ACTION)
    if any(each.attached for each in found.judged):
        return Outcome("ask", doubt=Doubt.ONLY_ATTACHED)
    if any(said.asks for said in found.below):
        return Outcome("ask", doubt=Doubt.ONLY_QUOTED)
    return Outcome("none", reason="no_request")


_ASKS: Final = 0.6
"""From here on the words of a sentence ask for something."""
_PLAIN: Final = 0.3
"""From here on they tell whether licenses are to be added or released."""
_SPOKEN: Final = frozenset({"License", "please", "more", "less", "fewer"})
"""What has none of them only tells of people: "two PTAs quit"."""


# What no rule reads as a request: what the examples hear in it is offered, never done


def _offered(found: Survey) -> Outcome | None:
    """What to propose of a mail in which nothing asks by the rules; None if nothing."""
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
