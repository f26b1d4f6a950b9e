"""Why licenses are released, in the sender's words: beside the request, or in a sentence alone."""

from collections.abc import Sequence
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.entries import Entry
from licensing.mail.survey import Judged, Survey
from licensing.mail.tokens import Kind


def reason_of(
    found: Survey, live: Sequence[Entry], entry: Entry
) -> tuple[str | None, Doubt | None]:
    """Return the reason of a release, or why there is none."""
    removals = [each for each in live if each.request.action is Action.REMOVE]
    for chosen in _candidates(found, live, removals, entry):
        fitting = [j for j in chosen if _covers(found, j, entry, removals)]
        if fitting:
            reason = min(fitting, key=lambda j: abs(j.at - entry.at)).text.strip(" ,.;")
            if _says_something(reason):
                return reason, None
    # News may tell why; whether it does is for the sender to say.
    news = [
        each.text
        for each in found.judged
        if each.judgment.news and each.judgment.doubt not in (Doubt.QUESTION, Doubt.REFERENCE)
    ]
    told = any(each.judgment.reason or each.opening == "because" for each in found.judged)
    if news and (len(removals) == 1 or not told):
        return news[0], Doubt.REASON_UNCLEAR
    return None, Doubt.NO_REASON


def _candidates(
    found: Survey, live: Sequence[Entry], removals: Sequence[Entry], entry: Entry
) -> tuple[list[Judged], ...]:
    """What may tell why, the closest first."""
    said = found.said
    told = [each for each in found.judged if each.judgment.reason or each.opening == "because"]
    behind = max(entry.at, *entry.also, entry.at) + 1
    first = min(each.at for each in live if each.sentence == entry.sentence)
    aside = [each for each in found.judged if each.opening == "aside" and each.at == behind]
    own = [each for each in aside if each.judgment.reason or each.judgment.news]
    sentence = [
        each
        for each in told
        if each.opening != "aside"
        and said[each.at].sentence == entry.sentence
        and (each.at < first or each.at > entry.at)
    ]
    therefore = said[entry.at].found.clause.opening == "therefore"
    news = [
        each
        for each in found.judged
        if therefore and each.judgment.news and 0 < entry.at - each.at <= 2
    ]
    releasing = {each.sentence for each in removals}
    apart = [
        each for each in told if each.opening != "aside" and said[each.at].sentence not in releasing
    ]
    beside = [each for each in told if each.at == entry.at]
    return own, sentence, news, apart, beside


def _covers(found: Survey, told: Judged, entry: Entry, removals: Sequence[Entry]) -> bool:
    """Whether a reason holds: one that names a type is none for other types that are released."""
    tokens = found.said[told.at].found.clause.tokens
    kinds = {token.value for token in tokens if token.kind is Kind.TYPE}
    released = {each.item.license_type for each in removals}
    return not (kinds & released) or entry.item.license_type in kinds


_NO_REASONS: Final = frozenset(
    {"n/a", "na", "none", "no", "reason", "tbd", "unknown", "n", "a", "any"}
)


def _says_something(reason: str) -> bool:
    """Whether a reason is one: "n/a" is none, "left" does not say who."""
    words = {word for word in reason.lower().split() if any(c.isalpha() for c in word)}
    bare = len(words) == 1 and lexicon.table("reasons").get((*words,)) == "gone"
    return bool(words - _NO_REASONS) and not bare
