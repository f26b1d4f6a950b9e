"""Whose words a mail's are: a name that only introduces or signs words makes them another's.

"Pat Cole:" above a request, "- Pat" below it, "Kim -- please add", and "Dana," to Dana herself.
"""

from collections.abc import Iterator, Sequence
from itertools import dropwhile, groupby, takewhile
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import is_finite
from licensing.mail.language.tokens import KNOWN_WORDS, Kind
from licensing.mail.language.words import Word
from licensing.mail.outcomes.outcome import Worry
from licensing.mail.outcomes.survey import Survey
from licensing.mail.reading.signatures import is_own
from licensing.mail.remarks.phrases import is_courtesy
from licensing.mail.requests.asked import Said

_TITLES: Final = lexicon.words("structure", "titles") | {*"abcdefghijklmnopqrstuvwxyz"}
_NO_NAMES: Final = (_TITLES | lexicon.words("structure", "closing")).union(
    (word.strip("()") for word in KNOWN_WORDS),
    *(phrase for file in ("fillers", "clauses") for phrase in lexicon.table(file)),
    *map(str.split, lexicon.pairs("spellings", "columns")),
)
_NOBODY: Final = (Kind.PLACE, Kind.TYPE)
_TELLING: Final = frozenset({
    *("says", "said", "wrote", "writes", "texted", "sent", "reads", "asked", "asks", "replied"),
    *("replies", "answered", "answers", "emailed", "messaged"),
})  # fmt: skip
_AUTHORS: Final = frozenset({"from", "by", "name", "requester", "sender", "author", "caller"})
_NO_AUTHORS: Final = frozenset({"approved", "authorized", "signed"})


def other_voices(found: Survey) -> Iterator[Worry]:
    """Yield what tells that somebody else asks, or that the sender is asked."""
    for part in (found.said, found.below):
        listed = -1
        for _, clauses in groupby(part, lambda each: each.sentence):
            sentence = list(clauses)
            line = sentence[0].line
            another = _is_anothers(sentence, found.names)
            if another and line != listed:
                yield Worry(Doubt.REPORTED, sentence[0].clause.text, len(found.said))
            if another and line == listed:
                listed += 1
            if sentence[-1].clause.opening == "label":
                listed = line + 1  # of people


def _is_anothers(sentence: Sequence[Said], names: frozenset[str]) -> bool:
    """Whether a sentence begins with who says or asks what is behind, or is a name alone."""
    said = list(dropwhile(lambda each: is_courtesy(each.clause.plain), sentence))
    head = list(takewhile(lambda each: not each.asks, said))
    tokens = [token for each in head for token in each.clause.tokens]
    if not head or {Kind.NUMBER, Kind.LICENSE} & {token.kind for token in tokens}:
        return False
    words = [w for t in tokens if t.kind not in _NOBODY for w in t.words if w.plain.isalpha()]
    spoken = [word.plain for word in words]
    first, source = head[0].clause, head[0].source
    behind = source[tokens[-1].words[-1].end :].lstrip(" )]")[:1] or "."
    if words and {*spoken} <= {*names} and len(head) == 1:
        return len(said) > 1 or behind in ",!:-\u2013"  # "Dana, please"
    others = [i for i, word in enumerate(words) if _is_other(word, names)]
    if others and spoken[-1] in _TELLING and len(said) > len(head):
        return True  # "Kim replied please add two"
    if not others or behind == ",":
        return False
    by = any(words[i - 1].text.lower() in _AUTHORS for i in others if i)
    by = by and _NO_AUTHORS.isdisjoint(spoken)
    told = any(map(is_finite, spoken[1:]))
    name = [i in others or word in _TITLES for i, word in enumerate(spoken)]
    if behind == ":":
        named = any(i or words[0].text.endswith("'s") for i in others)
        called = all(name[: sum(word.plain in first.plain for word in words)])
        says = not _TELLING.isdisjoint(spoken[others[-1] :][:3])
        return by or says or (not told and (named or called))
    begins = first.opened_by or not source[: tokens[0].words[0].start].strip()
    title = len(words) == 1 and words[0].text.isupper()  # "MEMORANDUM"
    alone = begins and behind != "!" and not title and all(name)
    return not told and bool(by or alone)


def _is_other(word: Word, names: frozenset[str]) -> bool:
    """Whether a word may be a name, and none of the sender's: not the "DR" of "TL;DR"."""
    named = word.capital and word.plain not in _NO_NAMES and not is_own(word.plain.title(), names)
    return named and len(word.plain) > 1 + word.text.isupper()
