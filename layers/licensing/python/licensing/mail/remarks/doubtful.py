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


def doubts_in(words: tuple[str, ...]) -> dict[str, str]:
    """Return the doubtful phrases by section."""
    found: dict[str, str] = {}
    i = 0
    while i < len(words):
        now = lexicon.at("fillers", words, i)
        if now is not None and now[0] == "now" and now[1] > 1:
            i += now[1]
            continue
        section, length = lexicon.at("doubts", words, i) or ("", 1)
        if section:
            phrase = " ".join(words[i : i + length])
            found.setdefault(section, phrase)
        i += length
    return found
