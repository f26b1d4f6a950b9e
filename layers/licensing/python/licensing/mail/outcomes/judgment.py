"""A mail's own words as an outcome: the requests, and what speaks against doing them unasked."""

from collections.abc import Collection, Sequence

from licensing.mail.doubts import Doubt
from licensing.mail.language.clinic_names import ClinicNames, NamedClinic
from licensing.mail.language.tokens import Kind
from licensing.mail.outcomes.completion import complete
from licensing.mail.outcomes.corrections import corrected
from licensing.mail.outcomes.offers import offered
from licensing.mail.outcomes.outcome import Outcome, Wish
from licensing.mail.outcomes.survey import Survey, survey
from licensing.mail.outcomes.worries import worries_of
from licensing.mail.requests.parsing import parse
from licensing.mail.requests.verbs import Mood


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
        return _headed(found, sure=not worries) or offered(found) or _without_request(found)
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
