"""The ways to name a clinic: its name, its id, and parts that can mean no other clinic."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import Final, NamedTuple

from licensing.domain.licenses import LicenseType
from licensing.mail import lexicon
from licensing.mail.language.words import Word, plain, slips, words_of

AMBIGUOUS: Final = ""
"""Stands for a part of a name that several of the sender's clinics share."""


class NamedClinic(NamedTuple):
    """A clinic whose licenses the sender may change."""

    clinic_id: str
    name: str
    purchased: Mapping[LicenseType, int] = MappingProxyType({})
    """How many licenses it has of each type, as far as that is known."""


_SAME: Final = lexicon.pairs("spellings", "in names")
# What many clinics' names have in common: no name consists of these alone.
_GENERIC: Final = lexicon.words("words", "generic in names")
# Everyday words: alone they may mean something else ("the main clinic").
_EVERYDAY: Final = lexicon.words("words", "everyday in names")

_LONG: Final = 7
"""A word of a name is known again with a letter missing from so many, or with two swapped."""


class ClinicNames:
    """Finds clinics' names among words."""

    def __init__(self, clinics: Sequence[NamedClinic]) -> None:
        wholes = defaultdict[lexicon.Phrase, set[str]](set)
        parts = defaultdict[lexicon.Phrase, set[str]](set)
        for clinic in clinics:
            name = _canonical(clinic.name)
            for whole in (name, _canonical(clinic.clinic_id.replace("_", "-"))):
                wholes[whole].add(clinic.clinic_id)
            for start, end in combinations(range(len(name) + 1), 2):
                part = name[start:end]
                if _distinctive(part, first=start == 0):
                    parts[part].add(clinic.clinic_id)
                    parts["".join(part),].add(clinic.clinic_id)
        mistyped = defaultdict[lexicon.Phrase, set[str]](set)
        for part, owners in parts.items():
            for slip in slips(part[0]) if len(part) == 1 and len(part[0]) >= _LONG else ():
                mistyped[slip,] |= owners
        self._owners = {**mistyped, **parts, **wholes}
        self._longest = max(map(len, self._owners), default=0)

    def find(self, words: Sequence[Word]) -> dict[int, tuple[int, str]]:
        """Return where names begin, before which word they end, and whose they are."""
        found: dict[int, tuple[int, str]] = {}
        i = 0
        while i < len(words):
            end, clinic_id = self._at(words, i)
            if end > i:
                found[i] = (end, clinic_id)
            i = max(end, i + 1)
        return found

    def _at(self, words: Sequence[Word], i: int) -> tuple[int, str]:
        best = (i, AMBIGUOUS)
        key: lexicon.Phrase = ()
        end = i
        while end < len(words) and len(key) < self._longest:
            if words[end].plain == "." and key and key[-1] in _SAME.values():
                end += 1  # the dot of "St."
                continue
            key = (*key, _same(words[end].plain))
            end += 1
            if key in self._owners:
                owner, *others = self._owners[key]
                best = (end, AMBIGUOUS if others else owner)
        return best


def _same(word: str) -> str:
    return _SAME.get(word, word)


def _canonical(name: str) -> lexicon.Phrase:
    words = words_of(plain(name))
    return tuple(_same(word.plain) for word in words if word.plain.isalnum() or word.plain == "&")


def _distinctive(part: lexicon.Phrase, *, first: bool) -> bool:
    """Whether a part can stand for the clinic; ``first`` if the name begins with it."""
    if part[0] in ("and", "of") or part[-1] in ("and", "of", "the", "at"):
        return False
    telling = [word for word in part if word not in _GENERIC and len(word) > 1]
    if not telling or part in lexicon.table("licenses"):
        return False
    if all(word in _EVERYDAY for word in telling):
        return first and len(part) > 1
    return len(part) > 1 or (len(part[0]) >= 4 and part[0].isalpha())
