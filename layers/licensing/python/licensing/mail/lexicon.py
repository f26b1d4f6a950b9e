"""The language as data: the words and phrases of the files in lexicon/, by what they do.

Adding a way to say something is adding a phrase to one of these files and an example to the
corpus; no code changes. In each file "[name]" opens a section, a line that begins with "#" is a
comment, and one that ends with a backslash goes on in the next.
"""

from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "lexicon"
Phrase = tuple[str, ...]


def lines(file: str) -> list[str]:
    """Return the lines of a file without sections."""
    text = (_FOLDER / f"{file}.txt").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("# ")]


@cache
def _sections(file: str) -> dict[str, str]:
    lines = (_FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#")).replace(" \\\n", " ")
    parted = (section.partition("]\n") for section in f"\n{text}".split("\n[")[1:])
    return {name: body for name, _, body in parted}


def words(file: str, section: str) -> frozenset[str]:
    """Return the words of a section."""
    return frozenset(_sections(file)[section].split())


def text(file: str, section: str) -> str:
    """Return a section as one line of text."""
    return " ".join(_sections(file)[section].split())


def pattern(file: str, section: str) -> str:
    """Return the lines of a section as the alternatives of a regular expression."""
    return "|".join(line for line in _sections(file)[section].splitlines() if line)


def pairs(file: str, section: str, parted: str = "|") -> dict[str, str]:
    """Return a section that says of each word what it stands for, such as "u = you"."""
    said = (each.partition(" = ") for each in _said(_sections(file)[section], parted))
    return {word: meaning for word, _, meaning in said}


def _said(body: str, parted: str = "|") -> list[str]:
    return [each.strip() for each in body.replace("\n", parted).split(parted) if each.strip()]


@cache
def phrases(file: str) -> dict[str, tuple[Phrase, ...]]:
    """Return the phrases of a file by section; "|" or a line's end stands between two."""
    return {
        name: tuple(tuple(each.split()) for each in _said(body))
        for name, body in _sections(file).items()
    }


@cache
def table(file: str) -> dict[Phrase, str]:
    """Return the section of each phrase of a file; the first one that lists it counts."""
    found: dict[Phrase, str] = {}
    for section, listed in phrases(file).items():
        for phrase in listed:
            found.setdefault(phrase, section)
    return found


@cache
def longest(file: str) -> int:
    """Return how many words the longest phrase of a file has."""
    return max(map(len, table(file)))


def at(file: str, words: Phrase, i: int) -> tuple[str, int] | None:
    """Return the section and length of the longest phrase that begins at a word."""
    known = table(file)
    for length in range(min(longest(file), len(words) - i), 0, -1):
        section = known.get(words[i : i + length])
        if section is not None:
            return section, length
    return None


def only(file: str, words: Phrase) -> bool:
    """Return whether words are phrases of a file and nothing else."""
    i = 0
    while i < len(words) and (found := at(file, words, i)):
        i += found[1]
    return i == len(words)
