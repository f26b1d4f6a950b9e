"""What is not settled yet, or lasts for a time: it leaves a request open, whoever it speaks of.

What has happened disturbs no request; what is still to be decided, said or ended may.
"""

import re
from itertools import pairwise
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.shapes import Shape, tells_past

_SETTLING: Final = lexicon.words("words", "settling")
_AHEAD: Final = lexicon.words("words", "ahead")
_BESIDE_VERBS: Final = lexicon.words("words", "beside verbs")
_DECIDING: Final = frozenset(lexicon.phrases("words")["to be decided"])
_KNOWING: Final = frozenset({"know", "decide", "approve", "sign", "agree"})
_LEAVING: Final = lexicon.words("words", "leaving")
_STAYING: Final = lexicon.words("words", "staying")
_CONSENT: Final = lexicon.words("words", "consent")
_NEEDING: Final = frozenset({"need", "needs", "want", "wants", "without", "lacks", "missing"})
_WEEKS: Final = frozenset({"week", "weeks", "month", "months"})
_NOT: Final = frozenset({"not", "never", "nobody", "nothing"})
_TILL: Final = frozenset({"before", "until", "till"})


def leaves_open(words: tuple[str, ...], shape: Shape, *, later: bool) -> Doubt | None:
    """Return what speaks against acting at once; ``later`` if the words name a time to come."""
    if is_unsettled(words):
        return Doubt.CONDITION
    if _will_decide(words):
        return Doubt.HEDGED
    if _NEEDING & set(words) and _CONSENT & set(words):
        return Doubt.AUTHORITY
    if shape in ("person", "it") and _lasts_for_a_time(words, later=later):
        return Doubt.LATER
    return Doubt.LATER if starts_later(words) else None


def is_unsettled(words: tuple[str, ...]) -> bool:
    """Return whether something is not so yet: "he hasn't said yes", "they won't be here before"."""
    past = tells_past(words)
    return any(
        (
            (word in _SETTLING or words[i - 1 :] == ("not", "back") or (word in _TILL and not past))
            and _NOT & set(words[max(0, i - 4) : i])
        )
        or words[i : i + 2] == ("yet", "to")
        or (word == "yet" and _NOT & set(words[:i]))
        for i, word in enumerate(words)
    )


def _will_decide(words: tuple[str, ...]) -> bool:
    """Whether somebody will see, ask, decide: "I'll call you to confirm", "he may reconsider"."""
    for i, word in enumerate(words):
        if word not in _AHEAD or (word == "to" and tells_past(words)):
            continue
        behind = tuple(each for each in words[i + 1 : i + 8] if each not in _BESIDE_VERBS)
        if word == "to" and behind[:1] == ("tell",):
            continue  # "I have to tell you"
        denied = "not" in words[i + 1 : i + 3]
        decides = any(behind[:n] in _DECIDING for n in (1, 2, 3)) or behind == ("see",)
        if decides and (not denied or behind[0] in _KNOWING):
            return True
    return False


def _lasts_for_a_time(words: tuple[str, ...], *, later: bool) -> bool:
    """Whether somebody leaves again, or stays for a time: "she's only with us until June"."""
    said = set(words)
    if tells_past(words) or said & {*_NOT, "been"}:
        return False
    counted = any(
        word in _WEEKS and after not in ("a", "per") and words[max(0, i - 1)] not in ("a", "this")
        for i, (word, after) in enumerate(zip(words, (*words[1:], ""), strict=True))
    )
    ends = bool(_LEAVING & said) or ("last", "day") in pairwise(words)
    return (ends and (later or bool(_TILL & said))) or (bool(_STAYING & said) and counted)


_STARTING: Final = lexicon.words("words", "starting")
_DATED: Final = lexicon.words("words", "months") | {"next", "spring", "summer", "winter"}
_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th)")


def starts_later(words: tuple[str, ...]) -> bool:
    """Return whether somebody starts on a date: "she starts on Monday the 14th"."""
    ordinal = any(_ORDINAL.fullmatch(word) for word in words)
    if ordinal and len(words) < 5:
        return True  # "from the 10th on"
    dated = _DATED & set(words) or ordinal
    ahead = {"weeks", "week", "months", "month", "days"} & set(words) and "in" in words
    return bool(_STARTING & set(words)) and bool(dated or ahead) and "last" not in words
