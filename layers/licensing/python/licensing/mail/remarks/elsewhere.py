"""Remarks that cannot undo a request, whatever they deny, suppose or put off.

A remark can undo a request only if it speaks of the request, of what it is for, or of the sender's
decision. One that speaks of everyday life as a whole sentence does not, nor does what had happened
before the sender went on to ask.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import Clause, is_finite
from licensing.mail.language.shapes import IMPERATIVES, PREPOSITIONS, tells_past
from licensing.mail.language.tokens import Kind
from licensing.mail.remarks.topics import is_of, topics_in

_UNDONE_BY_LIFE: Final = frozenset({
    Doubt.CONDITION, Doubt.NEGATED, Doubt.HEDGED, Doubt.LATER, Doubt.REFERENCE, Doubt.CORRECTED,
    Doubt.NOT_UNDERSTOOD, Doubt.PRICE, Doubt.NO_QUANTITY, Doubt.QUESTION,
})  # fmt: skip
"""What words of something else may sound like."""
_UNDONE_BY_TIME: Final = frozenset({
    Doubt.CONDITION, Doubt.NEGATED, Doubt.LATER, Doubt.REFERENCE, Doubt.CORRECTED,
    Doubt.NOT_UNDERSTOOD, Doubt.NO_QUANTITY,
})  # fmt: skip
_OF_REQUEST: Final = frozenset({Kind.TYPE, Kind.LICENSE, Kind.PLACE, Kind.OTHER})
_BEARING: Final = lexicon.words("words", "bearing on a request")
_TELLING: Final = lexicon.words("words", "telling of requests") - {"got", "made", "bought", "did"}
_REFERRING: Final = frozenset({"it", "they", "them"})
_POINTING: Final = frozenset({"this", "that", "these", "those", "ones", "one", "same"})
_HOLDERS: Final = frozenset({"he", "she", "him", "her", "his", "hers"})
_OURS: Final = lexicon.words("words", "ours at work")
_WEIGHTY: Final = frozenset({"unsure", "turned", "again", "first", "judges", "enough", "opining"})
"""Topics that matter whoever is spoken of."""
_TIMES: Final = frozenset({"after", "before", "until", "till", "next", "during", "over"})
_LEADING: Final = frozenset({"for", "on"})
_SELVES: Final = frozenset({"i", "we"})


def is_elsewhere(sentence: Sequence[Clause], doubt: Doubt) -> bool:
    """Return whether a sentence that asks for nothing is of everyday life only."""
    words = tuple(w for clause in sentence for w in (*clause.opened_by.split(), *clause.plain))
    words = tuple(word for word in words if word[0].isalnum())
    tokens = [token for clause in sentence for token in clause.tokens]
    if doubt not in _UNDONE_BY_LIFE or any(token.kind in _OF_REQUEST for token in tokens):
        return False
    if all(clause.opening == "if" and not _goes_on(clause.plain) for clause in sentence):
        return False  # "if the weather holds" alone hangs on the request
    topics = topics_in(words, frozenset())
    first = _life(words, topics)
    if first is None or (_BEARING | _HOLDERS | {"please"}) & set(words) or _WEIGHTY & set(topics):
        return False
    if words[0] in IMPERATIVES | PREPOSITIONS | _TIMES:
        return False
    return not any(_may_be_request(words, i, first) for i in range(len(words)))


def _life(words: tuple[str, ...], topics: dict[str, int]) -> int | None:
    """Where everyday life is named: "the snow", "my knee"."""
    tells = any(map(is_finite, words[1:]))
    own = (i for i, (a, b) in enumerate(pairwise(words)) if a == "my" and b not in _OURS and tells)
    named = [*own, *([topics["everyday"]] if "everyday" in topics else [])]
    return min(named, default=None)


def _goes_on(words: tuple[str, ...]) -> bool:
    """Whether a clause behind "once" has the one it belongs to within: "it clears up we'll go"."""
    return any(
        i > 2 and word in _SELVES and is_finite(after)
        for i, (word, after) in enumerate(pairwise(words))
    )


def _may_be_request(words: tuple[str, ...], i: int, life: int) -> bool:
    """Whether a pronoun, or what is waited for, may be the request."""
    word, behind = words[i], words[i + 1 : i + 5]
    if word in ("wait", "waiting", "waited"):
        return not (set(behind[:1]) & _LEADING and any(is_of("everyday", w) for w in behind))
    if word in _REFERRING:
        return i < life and not any(is_of("weather", each) for each in behind)
    stands = not behind or is_finite(behind[0]) or behind[0] in PREPOSITIONS
    return word in _POINTING and stands


def was_told_before(clause: Clause, words: tuple[str, ...], doubt: Doubt) -> bool:
    """Return whether words before the requests tell what happened: they were known by then."""
    if doubt not in _UNDONE_BY_TIME or clause.opening in ("label", "quoted", "if"):
        return False
    if len(words) < 4 or not tells_past(("", *words)) or set(words) & _ASKED:
        return False
    undone = {"has", "have"} & set(words) and {"not", "never", "nobody", "yet"} & set(words)
    return not undone and not any(map(_is_present, words))


def _is_present(word: str) -> bool:
    return word in _NOW or (is_finite(word) and word.endswith("s") and word not in _WAS)


_HERE: Final = frozenset({"it", "this", "that", "them", "these", "those", "you", "your", "already"})
_ASKED: Final = _TELLING | (_BEARING - lexicon.words("words", "held")) | _HERE
_NOW: Final = frozenset({"is", "are", "am", "be", "will", "may", "might", "should", "can", "if"})
_WAS: Final = frozenset({"was", "has"})
