"""Phrases that tell what may be doubtful: a condition, a day to come, second thoughts."""

from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt

DOUBTS: Final = {
    "corrected": Doubt.CORRECTED,
    "condition": Doubt.CONDITION,
    "hedged": Doubt.HEDGED,
    "authority": Doubt.AUTHORITY,
    "attached": Doubt.REFERENCE,
    "later": Doubt.LATER,
    "relayed": Doubt.REPORTED,
    "reference": Doubt.REFERENCE,
}
"""The sections of doubts.txt in the order in which they are looked at, and what they raise."""
_PAST_DAYS: Final = lexicon.words("words", "past days")
_BEFORE_MONTH: Final = lexicon.words("words", "before months")
_MODALS: Final = frozenset(" ".join(each) for each in lexicon.phrases("words")["modals"])
_RETURNS: Final = frozenset(" ".join(each) for each in lexicon.phrases("words")["returns"])
_PLANS: Final = frozenset(" ".join(each) for each in lexicon.phrases("words")["plans"])
_NO_JOKE: Final = frozenset({"joking", "joke", "kidding", "typo", "mistake", "prank", "drill"})
_OVER: Final = lexicon.words("words", "past")
_DENYING: Final = frozenset({"not", "never", "nobody", "no"})
_WISHED: Final = frozenset({"it", "he", "she", "they"})
_BEFORE_PAST: Final = frozenset({"last", "ms", "mr", "mrs", "in", "since", "the"})


def doubts_in(words: tuple[str, ...], capitals: frozenset[str]) -> dict[str, str]:
    """Return the doubtful phrases by section; ``capitals`` are words written with one."""
    found: dict[str, str] = {}
    i = 0
    while i < len(words):
        now = lexicon.at("fillers", words, i)
        if now is not None and now[0] == "now" and now[1] > 1:
            i += now[1]
            continue
        section, length = lexicon.at("doubts", words, i) or ("", 1)
        if section and not _is_name(words, i, length, capitals):
            phrase = " ".join(words[i : i + length])
            if found.get(section, phrase) in _MODALS:  # what follows may weigh more
                found[section] = phrase
            found.setdefault(section, phrase)
        i += length
    return found


def _is_name(words: tuple[str, ...], i: int, length: int, capitals: frozenset[str]) -> bool:
    """Whether a phrase is harmless here: "May" may be a person, "last March" is over."""
    before = words[i - 1] if i else ""
    phrase = " ".join(words[i : i + length])
    if words[i] == "may" and "may" in capitals and before not in _BEFORE_MONTH:
        return True
    if words[i] == "may" and words[i + 1 : i + 2] and words[i + 1] in _WISHED:
        return True  # "may it rest in peace"
    if phrase in _RETURNS and _DENYING & set(words[max(0, i - 3) : i]):
        return True
    if phrase in _PLANS and before == "not":
        return True
    if phrase in _NO_JOKE and "not" in words[max(0, i - 2) : i]:
        return True  # "and I'm not even joking"
    if phrase == "instead" and words[i + 1 : i + 2] == ("of",) and words[-1] != "of":
        return words[i + 2].endswith("ing") and not lexicon.at("requests", words, i + 2)
    if (phrase.startswith("on ") and before in _OVER) or "since" in words[max(0, i - 2) : i]:
        return True  # "who started on Monday", "with us since the 1st"
    return phrase in _PAST_DAYS and before in _BEFORE_PAST
