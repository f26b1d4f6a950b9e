"""What a remark bears on: topics of its words, and whether what it tells is settled.

What has happened disturbs no request; what is open, thought, said to us before or still to come
may, whoever it speaks of.
"""

import re
from functools import cache
from typing import Final

from licensing.mail import lexicon
from licensing.mail.clauses import is_finite
from licensing.mail.doubts import Doubt
from licensing.mail.shapes import tells_past

_ALWAYS: Final = {
    "unsure": Doubt.HEDGED,
    "turned": Doubt.CORRECTED,
    "again": Doubt.REFERENCE,
    "relayed": Doubt.REPORTED,
    "elsewhere": Doubt.REFERENCE,
    "first": Doubt.CONDITION,
}
"""Topics that matter in every tense."""
_OPEN: Final = {"money": Doubt.PRICE, "process": Doubt.CONDITION, "lasting": Doubt.LATER}
"""Topics that matter until they are said to be settled; why licenses are released is one of them."""
_NOT: Final = frozenset({"not", "never", "nobody", "nothing", "no", "none", "neither", "nor"})
_PAST: Final = lexicon.words("words", "past")
_AHEAD: Final = frozenset({"will", "would", "going", "may", "might", "could", "should", "gonna"})
_HAVING: Final = frozenset({"have", "has", "had", "got"})
_ABOUT_US: Final = frozenset(
    {
        "we",
        "it",
        "this",
        "that",
        "should",
        "wait",
        "one",
        "less",
        "more",
        "first",
        "need",
        "these",
        "hold",
    }
)
_BEFORE_NOW: Final = frozenset({"ago", "last", "since", "already", "yesterday", "been"})
_MONTHS: Final = lexicon.words("words", "months") - {"may", "march"}
_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th)")
_UNITS: Final = frozenset({"day", "days", "week", "weeks", "month", "months"})
_LEADING: Final = frozenset({"in", "within", "another", "for", "until", "till", "by"})
_NEEDING: Final = frozenset({"has", "have", "need", "needs"})
_BEING: Final = frozenset({"is", "are", "am", "been"})
_QUITE: Final = frozenset({"quite", "yet", "all", "really", "totally", "fully"})
_KIND: Final = frozenset({"good", "great", "fine", "happy", "over", "set"})
"""Who is not one of these waits for nothing."""
_BEGUN: Final = frozenset({"applied", "sent", "submitted", "filed", "made", "gave", "offered"})
"""What was begun so is not done."""
_GOES_ON: Final = frozenset(
    {
        "stopped",
        "slept",
        "seen",
        "missed",
        "eaten",
        "had",
        "looked",
        "met",
        "kicked",
        "changed",
        "been",
    }
)
"""What has not stopped or was never seen leaves nothing open."""


def bears(words: tuple[str, ...], capitals: frozenset[str], *, reason: bool) -> Doubt | None:
    """Return what words raise by their topics.

    ``capitals`` are words written with one, ``reason`` if they tell why licenses are released.
    """
    topics = topics_in(words, capitals)
    for topic, doubt in _ALWAYS.items():
        if topic in topics:
            return doubt
    if _is_opinion(words) or _is_undecided(words, topics):
        return Doubt.AUTHORITY
    if _is_undone(words):
        return Doubt.CONDITION
    if reason:
        return None
    if _is_unfinished(words):
        return Doubt.CONDITION
    if "enough" in topics and not {"not", "had"} & set(words):
        return Doubt.REFERENCE
    for topic, doubt in _OPEN.items():
        if topic in topics and not _is_settled(words, topics, topic):
            return doubt
    return Doubt.LATER if _is_ahead(words, topics) else None


def topics_in(words: tuple[str, ...], capitals: frozenset[str]) -> dict[str, int]:
    """Return the topics of words, each with where it is named first."""
    said = f" {' '.join(words)} "
    found: dict[str, int] = {}
    for topic in lexicon.phrases("topics"):
        for match in _topic(topic).finditer(said):
            if topic == "holiday" or match[0][1:] not in capitals:  # "Grant", "Bill Summers"
                found[topic] = said[: match.start()].count(" ")
                break
    return found


@cache
def _topic(topic: str) -> re.Pattern[str]:
    """The phrases of a topic, with the forms of their words."""
    said = ("".join(map(_part, phrase)) for phrase in lexicon.phrases("topics")[topic])
    return re.compile(f"(?:{'|'.join(said)})(?= )")


def _part(word: str) -> str:
    if word == "...":
        return "(?: [^ ]+){0,4}"
    return f" (?:{'|'.join(map(_forms, word.split('/')))})"


def _forms(word: str) -> str:
    """A word with its endings: "plan" is in "planned", "study" in "studies"."""
    if len(word) < 4:
        return re.escape(word)
    if word.endswith("e"):
        return f"{word[:-1]}(?:e|es|ed|ing)"
    if word.endswith("y"):
        return f"{word[:-1]}(?:y|ies|ied|ying|ys|yed)"
    return f"{word}{word[-1]}?(?:s|es|ed|ing)?"


@cache
def _is(topic: str, word: str) -> bool:
    return bool(_topic(topic).fullmatch(f" {word}") or _topic(topic).match(f" {word} "))


def _is_past(word: str) -> bool:
    return word in _PAST or (word.endswith("ed") and is_finite(word))


def _is_opinion(words: tuple[str, ...]) -> bool:
    """Whether somebody else thinks something of it now: "Gail thinks we have plenty"."""
    return any(
        _is("opining", word) and _ABOUT_US & set(words[i + 2 :]) for i, word in enumerate(words)
    )


def _is_undecided(words: tuple[str, ...], topics: dict[str, int]) -> bool:
    """Whether somebody who has a say has not said it: "the board meets on Thursday"."""
    if "judges" not in topics:
        return False
    behind = words[topics["judges"] + 1 :][:8]
    judging = any(_is("judging", word) and not _is_past(word) for word in behind)
    settled = tells_past(words[topics["judges"] :])
    return (judging and not settled) or bool((_NOT | _AHEAD) & set(behind))


def _is_undone(words: tuple[str, ...]) -> bool:
    """Whether something has not been done: "nobody has told the staff", "she still has to"."""
    for i, word in enumerate(words):
        before, after = set(words[max(0, i - 2) : i]), words[i + 1 : i + 4]
        if word in ("has", "have") and (before & {"nobody", "none"} or "not" in after[:1]):
            behind = [w for w in after if w != "not"][:1]
            if behind and _is_participle(behind[0]) and behind[0] not in _GOES_ON:
                return True
        if word == "still" and after[:1] and after[0] in _NEEDING and after[1:2] == ("to",):
            return True
        if word == "yet" and (after[:1] == ("to",) or _NOT & set(words[:i])):
            return True
    return False


def _is_participle(word: str) -> bool:
    return word.endswith(("ed", "en")) or word in _PAST or word in ("done", "gone", "put", "set")


def _is_unfinished(words: tuple[str, ...]) -> bool:
    """Whether something is not ready: "the rooms aren't done"."""
    for i, word in enumerate(words):
        if i and word == "not" and words[i - 1] in _BEING:
            behind = [each for each in words[i + 1 : i + 3] if each not in _QUITE][:1]
            if behind and _is("settled", behind[0]) and behind[0] not in _KIND:
                return True
    return False


def _is_settled(words: tuple[str, ...], topics: dict[str, int], topic: str) -> bool:
    """Whether a topic is done with: "the lease was signed", "the money is there"."""
    if _NOT & set(words) or "stalled" in topics or _AHEAD & set(words):
        return False
    i = topics[topic]
    before, behind = words[max(0, i - 4) : i], words[i + 1 : i + 8]
    told = any(_is_past(word) and word not in _BEGUN for word in (*before, words[i]))
    told |= topic == "money" and bool(_HAVING & set(before))
    settled = any(word == "~" or _is("settled", word) for word in (*before, *behind))
    return told or settled or tells_past(words[i:]) or words[-1] == "in"


def _is_ahead(words: tuple[str, ...], topics: dict[str, int]) -> bool:
    """Whether what is told lies weeks ahead: "he doesn't start for another six weeks"."""
    if "idle" in topics or any(map(_is_past, words)) or _BEFORE_NOW & set(words):
        return False
    if {"season", "holiday"} & set(topics) or words[-2:] == ("the", "first"):
        return True
    for i, word in enumerate(words):
        month = word in _MONTHS or (word in ("may", "march") and words[i - 1] in _LEADING)
        if month or _ORDINAL.fullmatch(word):
            return True
        counted = word in _UNITS and words[i - 1] not in ("this", "the", *_LEADING)
        if counted and _LEADING & set(words[max(0, i - 4) : i]):
            return True
    return False
