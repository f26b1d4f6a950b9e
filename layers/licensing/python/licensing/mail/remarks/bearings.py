"""What a remark bears on, whoever it speaks of: its topics, and whether what it tells is settled.

What has happened disturbs no request. What is open, thought of it, said to us before or still to
come may.
"""

import re
from itertools import pairwise
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import is_finite
from licensing.mail.language.shapes import tells_past
from licensing.mail.remarks.topics import is_of, topics_in

_ALWAYS: Final = {
    "unsure": Doubt.HEDGED,
    "turned": Doubt.CORRECTED,
    "again": Doubt.REFERENCE,
    "relayed": Doubt.REPORTED,
    "elsewhere": Doubt.REFERENCE,
    "first": Doubt.CONDITION,
    "passing": Doubt.LATER,
}
"""Topics that matter in every tense."""
_OPEN: Final = {
    "underway": Doubt.CONDITION,
    "unlicensed": Doubt.HEDGED,
    "money": Doubt.PRICE,
    "process": Doubt.CONDITION,
    "lasting": Doubt.LATER,
}
"""Topics that matter until they are settled; why licenses are released may be one of them."""
_NOT: Final = frozenset({"not", "never", "nobody", "nothing", "no", "none", "neither", "nor"})
_PAST: Final = lexicon.words("words", "past")
_MODALS: Final = frozenset({"will", "would", "going", "may", "might", "could", "should", "gonna"})
_HAVING: Final = frozenset({"have", "has", "had", "got"})
_NEEDING: Final = frozenset({"need", "needs", "want", "wants", "without", "lacks", "missing"})
_BEING: Final = frozenset({"is", "are", "am", "been"})
_ABOUT_US: Final = lexicon.words("words", "about us")
_CONSENT: Final = lexicon.words("words", "consent")
_SETTLING: Final = lexicon.words("words", "settling")
_AHEAD: Final = lexicon.words("words", "ahead")
_BESIDE_VERBS: Final = lexicon.words("words", "beside verbs")
_DECIDED: Final = frozenset(lexicon.phrases("words")["to be decided"])
_KNOWING: Final = frozenset({"know", "decide", "approve", "sign", "agree"})
_DEGREES: Final = frozenset({"quite", "yet", "all", "really", "totally", "fully"})
_PLAIN: Final = lexicon.words("words", "plainly not")
_GOES_ON: Final = lexicon.words("words", "goes on")
_PAPERS: Final = frozenset({"permit", "visa", "lease", "approval", "clearance", "permission"})
"""Who has theirs waits for nothing."""
_BEGUN: Final = frozenset({"applied", "sent", "submitted", "filed", "made", "gave", "offered"})
"""What was begun so is not done."""


def bears(
    words: tuple[str, ...],
    capitals: frozenset[str],
    *,
    reason: bool,
    releasing: bool,
    attached: bool = False,
) -> Doubt | None:
    """Return what words raise by their topics.

    ``capitals`` are words written with one; ``releasing`` if licenses are to be released, and
    ``reason`` if these words tell why, ``attached`` if their sentence asks for it.
    """
    topics = topics_in(words, capitals)
    doubt = next((doubt for topic, doubt in _ALWAYS.items() if topic in topics), None)
    if doubt is not None:
        return doubt
    if _is_opinion(words) or _is_undecided(words, topics):
        return Doubt.AUTHORITY
    if _is_undone(words):
        return Doubt.CONDITION
    if _will_decide(words):
        return Doubt.HEDGED
    theirs = releasing and bool(_PERSONS & set(words))
    if _is_ahead(words, topics, theirs=theirs) or _leaves_again(words):
        return Doubt.LATER
    if theirs and "still" in words:
        return Doubt.CONDITION
    if not reason:
        return _unsettled(words, topics)
    lasts = "lasting" in topics and not attached and not _is_settled(words, topics, "lasting")
    return Doubt.LATER if lasts else None


def _unsettled(words: tuple[str, ...], topics: dict[str, int]) -> Doubt | None:
    if _is_unfinished(words):
        return Doubt.CONDITION
    if "enough" in topics and not {"not", "had"} & set(words):
        return Doubt.REFERENCE
    for topic, doubt in _OPEN.items():
        if topic in topics and not _is_settled(words, topics, topic):
            return doubt
    return None


def _is_past(word: str) -> bool:
    return word in _PAST or (word.endswith("ed") and is_finite(word))


# Others' say


def _is_opinion(words: tuple[str, ...]) -> bool:
    """Whether somebody else thinks something of it now: "Gail thinks we have plenty"."""
    if _NEEDING & set(words) and _CONSENT & set(words):
        return True
    return any(
        is_of("opining", word) and _ABOUT_US & set(words[i + 2 :]) for i, word in enumerate(words)
    )


def _is_undecided(words: tuple[str, ...], topics: dict[str, int]) -> bool:
    """Whether somebody who has a say has not said it: "the board meets on Thursday"."""
    if "judges" not in topics:
        return False
    behind = words[topics["judges"] + 1 :][:8]
    judging = any(is_of("judging", word) and not _is_past(word) for word in behind)
    settled = tells_past(words[topics["judges"] :])
    return (judging and not settled) or bool((_NOT | _MODALS) & set(behind))


def _will_decide(words: tuple[str, ...]) -> bool:
    """Whether somebody will see, ask, decide: "I'll call you to confirm", "he may reconsider"."""
    for i, word in enumerate(words):
        if word not in _AHEAD or (word == "to" and tells_past(words)):
            continue
        behind = tuple(each for each in words[i + 1 : i + 8] if each not in _BESIDE_VERBS)
        if word == "to" and behind[:1] == ("tell",):
            continue  # "I have to tell you"
        denied = "not" in words[i + 1 : i + 3]
        decides = any(behind[:n] in _DECIDED for n in (1, 2, 3)) or behind == ("see",)
        if decides and (not denied or behind[0] in _KNOWING):
            return True
    return False


# What is not done


def _is_undone(words: tuple[str, ...]) -> bool:
    """Whether something has not been done: "nobody has told the staff", "he still has to"."""
    past = tells_past(words)
    for i, word in enumerate(words):
        before, behind = set(words[max(0, i - 4) : i]) & _NOT, words[i + 1 : i + 4]
        if before and (word in _SETTLING or (word in ("before", "until", "till") and not past)):
            return True
        if word in ("has", "have") and (before - {"not", "no"} or "not" in behind[:1]):
            verb = [each for each in behind if each not in _DEGREES | {"not"}][:1]
            if verb and verb[0] not in _GOES_ON:
                return True
        if word == "still" and behind[1:2] == ("to",) and behind[0] in _HAVING | _NEEDING:
            return True
        if word == "yet" and (behind[:1] == ("to",) or _NOT & set(words[:i])):
            return True
    return words[-2:] == ("not", "back")


def _is_unfinished(words: tuple[str, ...]) -> bool:
    """Whether something is not ready: "the rooms aren't done", "the paint isn't dry"."""
    for i, (word, denied) in enumerate(pairwise(words)):
        if word in _BEING and denied == "not":
            behind = [each for each in words[i + 2 : i + 5] if each not in _DEGREES][:1]
            if behind and behind[0] not in _PLAIN and not behind[0].endswith("ing"):
                return True
    return False


def _is_settled(words: tuple[str, ...], topics: dict[str, int], topic: str) -> bool:
    """Whether a topic is done with: "the lease was signed", "the money is there"."""
    if (_NOT | _MODALS) & set(words) or "stalled" in topics or ("to", "be") in pairwise(words):
        return False
    i = topics[topic]
    before, behind = words[max(0, i - 4) : i], words[i + 1 : i + 8]
    told = any(_is_past(word) and word not in _BEGUN for word in (*before, words[i]))
    told |= "been" in before
    has = bool(_HAVING & set(before)) and words[i - 1] not in ("a", "an", "another")
    told |= has and (topic == "money" or words[i] in _PAPERS)
    settled = any(word == "~" or is_of("settled", word) for word in (*before, *behind))
    return told or settled or tells_past(words[i:]) or words[-1] == "in"


# What is to come

_MONTHS: Final = lexicon.words("words", "months") - {"may", "march"}
_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th)")
_UNITS: Final = frozenset({"day", "days", "week", "weeks", "month", "months"})
_STARTING: Final = lexicon.words("words", "starting")
_SOON: Final = frozenset({"next", "tomorrow", "end", "until", "till", "again", "by"})
_LEAVING: Final = lexicon.words("words", "leaving")
_STAYING: Final = frozenset({"here", "with", "stays", "staying"})
_COMING: Final = frozenset({"month", "year", "pay", "quarter"})
_LEADING: Final = lexicon.words("words", "before times")
_BEFORE_NOW: Final = frozenset({"ago", "last", "since", "already", "yesterday", "been"})
_PERSONS: Final = frozenset({"she", "he", "her", "his", "they", "their", "him", "them"})
_PASSIVE: Final = frozenset({"get", "gets", "is", "are", "be", "being"})


def _is_ahead(words: tuple[str, ...], topics: dict[str, int], *, theirs: bool) -> bool:
    """Whether what is told lies weeks ahead: "he doesn't start for another six weeks".

    ``theirs`` if it is about those whose licenses are released, away or not.
    """
    if "idle" in topics and not theirs:
        return False
    if words[-2:] == ("the", "first"):
        return True
    seasons = {topics.get("season"), topics.get("holiday")}
    for i, word in enumerate(words):
        led = bool(_LEADING & set(words[max(0, i - 3) : i]))
        counted = word in _UNITS and words[i - 1] not in ("this", "the", *_LEADING)
        month = word in _MONTHS or (word in ("may", "march") and words[i - 1] in _LEADING)
        next_ = words[i - 1] == "next" and (word in _COMING or bool(_STARTING & set(words)))
        dated = month or next_ or (led and (counted or i in seasons))
        if (dated or _ORDINAL.fullmatch(word)) and not _is_over(words, i):
            return True
    return False


def _leaves_again(words: tuple[str, ...]) -> bool:
    """Whether somebody leaves soon, or stays for a time: "she leaves next week"."""
    said = set(words)
    if tells_past(words) or said & {*_NOT, "been", "was", "yesterday"}:
        return False
    timed = said & _SOON or any(word.endswith("day") for word in words)
    ends = bool(_LEAVING & said) or ("last", "day") in pairwise(words)
    more = bool(_STAYING & said) and bool(_UNITS & said) and "more" in said
    return (ends and bool(timed)) or more


def _is_over(words: tuple[str, ...], i: int) -> bool:
    """Whether the verb before a time is of the past: "they commenced on November 16"."""
    if _BEFORE_NOW & set(words[max(0, i - 5) : i + 3]):
        return True
    for k in range(i - 1, max(0, i - 8), -1):
        if is_finite(words[k]) and words[k - 1] != "to":
            return _is_past(words[k]) and words[k - 1] not in _PASSIVE
    return tells_past(words)
