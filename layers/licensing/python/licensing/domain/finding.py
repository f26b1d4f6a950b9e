"""Finding a clinic by the beginnings of words of its name, or of its id."""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from licensing.domain.clinics import Clinic

MOST_WORDS = 24
"""Under how many words a clinic can be found; one with a longer name by the first of them."""

_USUAL = (
    *("associates", "care", "center", "clinic", "family", "group", "health", "medical", "medicine"),
    *("orthopedics", "pediatric", "physical", "practice", "rehabilitation", "services", "sports"),
    *("therapy", "wellness"),
)
"""Words in the names of many clinics, among which the few that are wanted would be far apart."""

_APOSTROPHES = re.compile("['\N{RIGHT SINGLE QUOTATION MARK}]")
_OTHER = re.compile(r"[\W_]+")


class ClinicWord(NamedTuple):
    """One word under which a clinic is found, with the name that it comes from."""

    word: str
    clinic_id: str
    name: str


def search_words(text: str) -> list[str]:
    """Return the words of a text as they are compared: "Smith-Jones PT" is smith-jones and pt."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
    words = (_OTHER.sub("-", word).strip("-") for word in _APOSTROPHES.sub("", plain).split())
    return [word for word in words if word]


def clinic_words(clinic: Clinic) -> list[ClinicWord]:
    """Return what the clinic is found under."""
    return [
        ClinicWord(word, clinic.clinic_id, clinic.name)
        for word in _known(clinic.clinic_id, clinic.name)
    ]


def best_word(wanted: Iterable[str]) -> str:
    """Return under which of the words to look: few clinics have one that is unusual and long."""
    return max(wanted, key=lambda word: (not _is_usual(word), len(word)))


def fits(entry: ClinicWord, looked_under: str, wanted: Iterable[str]) -> bool:
    """Return whether the clinic has words that begin with all that are wanted.

    A clinic with several that begin like the one looked under is found at the first of them.
    """
    known = _known(entry.clinic_id, entry.name)
    return all(any(word.startswith(part) for word in known) for part in wanted) and (
        entry.word == min(word for word in known if word.startswith(looked_under))
    )


def _is_usual(beginning: str) -> bool:
    return any(word.startswith(beginning) for word in _USUAL)


def _known(clinic_id: str, name: str) -> list[str]:
    """Return the words of the id and of the name; one in parts is known by its later parts, too."""
    words = [clinic_id, *search_words(name)]
    parts = [word.split("-") for word in words]
    found = ["-".join(some[start:]) for some in parts for start in range(len(some))]
    return list(dict.fromkeys(found))[:MOST_WORDS]
