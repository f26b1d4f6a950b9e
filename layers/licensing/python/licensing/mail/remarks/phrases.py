"""Phrases that tell what words are: small talk, a condition, a day to come, second thoughts."""

import re
from collections.abc import Collection
from functools import cache
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


_LONGEST: Final = 40
_DENYING: Final = frozenset({"not", "no"})
_REACHING: Final = f"(?:{'|'.join(sorted(lexicon.words('words', 'reaching')))})"
"""Words that may reach a request: no pattern's "..." stands for them."""


def is_courtesy(words: tuple[str, ...], names: Collection[str] = ()) -> bool:
    """Return whether a clause is small talk as a whole; ``names`` are the sender's."""
    if len(words) > _LONGEST:
        return False
    said = "".join(f" {'NAME' if word in names else word}" for word in words) + " "
    return bool(_patterns(denying=bool(set(words) & _DENYING)).fullmatch(said))


@cache
def _patterns(*, denying: bool) -> re.Pattern[str]:
    """Every pattern of courtesies.txt as one, or those that say "not" themselves."""
    said = [
        "".join(_part(word) for word in phrase)
        for section, listed in lexicon.phrases("courtesies").items()
        for phrase in listed
        if not denying or section == "greeting" or _DENYING & set(phrase)
    ]
    return re.compile(f"(?:{'|'.join(said)}) ")


def _part(word: str) -> str:
    bare = word.strip("()")
    if bare == "...":
        return rf"(?: (?!{_REACHING} )[^ ]+){{0,14}}"
    body = "[^ ]+" if bare == "_" else "(?:" + "|".join(map(re.escape, bare.split("/"))) + ")"
    return f"(?: {body})?" if word.startswith("(") else f" {body}"
