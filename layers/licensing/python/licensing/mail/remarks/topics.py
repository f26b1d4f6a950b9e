"""What words are about, by the phrases of lexicon/topics.txt and the forms of their words."""

import re
from functools import cache

from licensing.mail import lexicon


def topics_in(words: tuple[str, ...], capitals: frozenset[str]) -> dict[str, int]:
    """Return the topics of words, each with where it is named first."""
    said = f" {' '.join(words)} "
    found: dict[str, int] = {}
    for topic in lexicon.phrases("topics"):
        for match in _pattern(topic).finditer(said):
            if topic == "holiday" or match[0][1:] not in capitals:  # "Grant", "Bill Summers"
                found[topic] = said[: match.start()].count(" ")
                break
    return found


@cache
def is_of(topic: str, word: str) -> bool:
    """Return whether a word alone is of a topic."""
    return bool(_pattern(topic).match(f" {word} "))


@cache
def _pattern(topic: str) -> re.Pattern[str]:
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
