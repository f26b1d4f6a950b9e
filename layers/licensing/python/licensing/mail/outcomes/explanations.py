"""Why licenses are released, in the sender's words: beside the request, or in a sentence alone."""

from collections.abc import Sequence
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.tokens import Kind
from licensing.mail.outcomes.survey import Survey
from licensing.mail.remarks.examples import Cause, is_unclear
from licensing.mail.remarks.judging import Judgment
from licensing.mail.requests.asked import Entry


def reason_of(
    found: Survey, live: Sequence[Entry], entry: Entry
) -> tuple[str | None, Doubt | None]:
    """Return the reason of a release, or why there is none."""
    removals = [each for each in live if each.action is Action.REMOVE]
    ranked = [
        (rank, abs(each.at - entry.at), each.at, each.text.strip(" ,.;"), each.spoken)
        for each in found.judged
        if (rank := _rank(found, live, entry, each)) is not None
        and _covers(found, each, entry, removals)
        and not each.attached
    ]
    ranked = sorted(each for each in ranked if _says_something(each[3]))
    if ranked and ranked[0][0] < _UNCLEAR and not is_unclear(ranked[0][4]):
        return ranked[0][3], None
    if ranked:
        return ranked[0][3], Doubt.REASON_UNCLEAR
    return None, Doubt.NO_REASON


_UNCLEAR: Final = 7
"""From here on words may tell why; whether they do is for the sender to say."""


def _rank(found: Survey, live: Sequence[Entry], entry: Entry, each: Judgment) -> int | None:
    """How well words tell why an entry's licenses are released, the best first; None: not at all.

    Words that are linked to the release tell why whatever they speak of; of those that stand
    apart, only somebody's leaving or the end of something of the work does; what happened and
    stands right before the release may.
    """
    said, cause, because = found.said, each.cause, each.opening == "because"
    sentence = said[each.at].sentence
    if sentence == entry.sentence:
        if each.at == entry.at:
            return 6 if because or cause >= Cause.HINT else None
        first = min(e.at for e in live if e.sentence == sentence)
        if first <= each.at < entry.at:
            return None
        beside = because or cause >= Cause.HINT
        return 1 if beside else 5 if each.reason else _UNCLEAR if each.news else None
    if any(e.sentence == sentence for e in live):
        return None
    alone = not each.at or said[each.at - 1].sentence != sentence
    if because and alone:  # not "we closed early because of the snow"
        return 3
    if cause is Cause.TOLD:
        return 4
    moves = entry.doubt is Doubt.MOVED and each.news
    released = [entry.sentence, *(e.sentence for e in live if e.action is Action.REMOVE)]
    close = min(abs(sentence - each) for each in released) <= 2
    return _UNCLEAR if (cause or moves) and close and each.doubt not in _OPEN else None


_OPEN: Final = (Doubt.QUESTION, Doubt.REFERENCE)


def _covers(found: Survey, told: Judgment, entry: Entry, removals: Sequence[Entry]) -> bool:
    """Whether a reason holds: one that names a type or clinic is none for others released."""
    said = found.said[told.at]
    front = found.sentence(said.sentence)[0]
    fronted = front.clause.tokens[0].kind is Kind.PLACE  # "At Lakeside it's because"
    fronted &= said.sentence != entry.sentence
    places = set(said.places or front.places) if fronted else set()
    kinds = {token.value for token in said.clause.tokens if token.kind is Kind.TYPE}
    return not (
        (kinds & {e.item.license_type for e in removals} and entry.item.license_type not in kinds)
        or (places & {e.item.clinic_id for e in removals} and entry.item.clinic_id not in places)
    )


_NO_REASONS: Final = lexicon.words("words", "no reasons")


def _says_something(reason: str) -> bool:
    """Whether a reason is one: "n/a" is none, "left" does not say who."""
    words = {word for word in reason.lower().split() if any(c.isalpha() for c in word)}
    if any(" ".join(said) in reason.lower() for said in lexicon.phrases("reasons")["withheld"]):
        return False
    return bool(words - _NO_REASONS)
