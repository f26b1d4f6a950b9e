"""Whether a sentence may undo a request, judged by examples.

Every word, and every pair of neighbors, speaks for what the examples that have it are: those of
lexicon/fine.txt change nothing, those of lexicon/stop.txt a clerk would ask about. This is naive
Bayes, as in https://nlp.stanford.edu/IR-book/html/htmledition/the-bernoulli-model-1.html, without
the words that are missing. A sentence that is misjudged is cured by an example of its kind.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from functools import cache
from itertools import pairwise
from math import inf, log
from typing import Final

from licensing.mail import lexicon
from licensing.mail.language.clauses import has_finite
from licensing.mail.language.tokens import KNOWN_WORDS, Kind, Token
from licensing.mail.language.words import Word
from licensing.mail.requests.asked import Said

STOPS: Final = 0.4
"""From here on the words of a sentence stop a request."""
LOUD: Final = 1.6
"""From here on words stop a request whatever else their sentence says."""
CERTAIN: Final = -1.3
"""Below it not even "if" or a day stops a request in the same sentence: "if you don't mind"."""
_FEWEST: Final = 2
"""Fewer words tell why only if they are an example: "retirement"."""
_ASKING: Final = frozenset({"License", "remove"})
"""What has them asks for something: it may tell why as well."""
_UNCLEAR: Final = 1.0
"""From here on a reason to release has to be looked at."""
_SMOOTHING: Final = 0.3
_LENGTH: Final = 0.6
"""How much a sentence's length weakens what its words say: they are not independent."""
_POSTSCRIPTS: Final = (["ps"], ["pps"], ["p", "s"])
_STANDS_FOR: Final = {
    Kind.NUMBER: "Number", Kind.TYPE: "Type", Kind.LICENSE: "License", Kind.PLACE: "Clinic"
}  # fmt: skip
_DAYS: Final = {
    **dict.fromkeys(lexicon.words("words", "months"), "Month"),
    **dict.fromkeys(lexicon.words("words", "weekdays"), "Day"),
}


def weight(words: Sequence[str]) -> float:
    """Return how much the words of a sentence speak against a request; fine ones are below 0.

    A sentence that is an example itself is what the example says.
    """
    stops = examples().get(" ".join(words))
    if stops is not None:
        return inf if stops else -inf
    return weigh(words, _learned())


def told(words: Sequence[str]) -> float:
    """Return how much words tell why licenses are released; what tells nothing of it is below 0."""
    said = " ".join(words)
    if examples().get(said) is False or len(words) < _FEWEST:
        return inf if said in _reasons() else -inf
    return weigh(words, _learned_told())


def is_unclear(words: Sequence[str]) -> bool:
    """Return whether a reason to release has to be looked at: "you charged us twice"."""
    said = weigh(words, _learned_unclear()) - weigh(words, _learned_told()) / 2
    return said >= _UNCLEAR and " ".join(words) not in _reasons()


def asks(words: Sequence[str]) -> float:
    """Return how much words that tell of licenses ask for some, or for some to be released."""
    asked = _asks().get(" ".join(words))
    if asked is not None:
        return inf if asked else -inf
    return weigh(words, _asking())


def releases(words: Sequence[str]) -> float:
    """Return how much words release licenses; those that ask for more are below 0."""
    return weigh(words, _releasing())


def weigh(words: Sequence[str], learned: Mapping[str, float]) -> float:
    """Return how much words speak against a request by what was learned of each."""
    said = _features(words)
    return sum(learned.get(each, 0.0) for each in said) / float(len(said) ** _LENGTH)


def words_in(sentence: Iterable[Said]) -> list[str]:
    """Return the words of a sentence as the examples write them."""
    words: list[str] = []
    question = False
    for said in sentence:
        question |= said.question
        words += spoken(said.clause.tokens, said.clause.opened_by, first=not words)
    return [*words, "?"] if question else words


def spoken(tokens: Iterable[Token], opened_by: str, *, first: bool = True) -> list[str]:
    """Return the words of a clause as the examples write them; ``first`` opens a sentence."""
    words = [word for word in opened_by.split() if word[0].isalnum()]
    for token in tokens:
        stands = _STANDS_FOR.get(token.kind)
        if stands is None:
            heard = [word for word in token.words if word.plain[0].isalnum()]
            words += [_written(word, first=first and not words) for word in heard]
        elif words[-1:] != [stands]:
            words.append(stands)
    marks = (len(mark) for mark in _POSTSCRIPTS if first and words[: len(mark)] == mark)
    return words[next(marks, 0) :]


def _written(word: Word, *, first: bool) -> str:
    if word.plain[0].isdigit():
        return "Number"
    stands = _DAYS.get(word.plain) if word.capital else None
    if stands is not None:
        return stands
    named = word.capital and word.text.lower() == word.plain  # not the "am" of "I'm"
    named &= word.plain not in KNOWN_WORDS
    return "Name" if named and not first else word.plain


def _features(words: Sequence[str]) -> set[str]:
    pairs = pairwise(["^", *words, "$"])
    return {*words, *(f"{word} {after}" for word, after in pairs)}


@cache
def examples() -> dict[str, bool]:
    """Return the examples, and whether they stop a request."""
    fine = dict.fromkeys((*lexicon.lines("fine"), *_reasons()), False)
    return {**fine, **dict.fromkeys(lexicon.lines("stop"), True)}


@cache
def _learned() -> dict[str, float]:
    return learn(examples())


@cache
def _reasons() -> frozenset[str]:
    return frozenset(lexicon.lines("told"))


@cache
def _learned_told() -> dict[str, float]:
    others = (each for each in lexicon.lines("fine") if not _ASKING & set(each.split()))
    return learn({**dict.fromkeys(others, False), **dict.fromkeys(_reasons(), True)})


@cache
def _learned_unclear() -> dict[str, float]:
    told = dict.fromkeys(_reasons(), False)
    return learn({**told, **dict.fromkeys(lexicon.lines("unclear"), True)})


@cache
def _asks() -> dict[str, bool]:
    asked = dict.fromkeys((*lexicon.lines("adds"), *lexicon.lines("releases")), True)
    return {**dict.fromkeys(lexicon.lines("asks_nothing"), False), **asked}


@cache
def _asking() -> dict[str, float]:
    return learn(_asks())


@cache
def _releasing() -> dict[str, float]:
    adds = dict.fromkeys(lexicon.lines("adds"), False)
    return learn({**adds, **dict.fromkeys(lexicon.lines("releases"), True)})


def learn(said: Mapping[str, bool]) -> dict[str, float]:
    """Return what each word and pair of examples speaks for: against a request if above 0."""
    stop = sum(said.values())
    in_fine = _counted(each for each, stops in said.items() if not stops)
    in_stop = _counted(each for each, stops in said.items() if stops)
    base = log(len(said) - stop) - log(stop)
    return {
        each: base + log((in_stop[each] + _SMOOTHING) / (in_fine[each] + _SMOOTHING))
        for each in in_fine.keys() | in_stop.keys()
    }


def _counted(said: Iterable[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for example in said:
        counts.update(_features(example.split()))
    return counts


# Causes


class Cause(IntEnum):
    """How far words tell why licenses are released."""

    NONE = 0
    NEWS = 1
    """They may, if nothing else does."""
    HINT = 2
    """They do if they stand beside the release."""
    TOLD = 3
    """They do wherever they stand."""


_LIMITS: Final = ((1.1, Cause.TOLD), (0.6, Cause.HINT), (0.0, Cause.NEWS))
_FRAGMENT: Final = 0.7
"""By so much words without a verb tell less: "for the", "since two weeks"."""


def cause_in(tokens: Sequence[Token]) -> Cause:
    """Return how far words tell why."""
    weight = told(spoken(tokens, "")) - _FRAGMENT * (not has_finite(tokens))
    return next((cause for limit, cause in _LIMITS if weight >= limit), Cause.NONE)
