"""A text as what it says, clause by clause: lines, sentences, clauses, requests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from licensing.mail import lexicon
from licensing.mail.language.changes import with_changes
from licensing.mail.language.clauses import GRATEFUL, clauses_of, tells_without_subject
from licensing.mail.language.clinic_names import ClinicNames
from licensing.mail.language.places import with_shares
from licensing.mail.language.tokens import NUMBERS, Kind, Token, tokens_of
from licensing.mail.language.words import UNREADABLE, Word, plain, sentences, words_of
from licensing.mail.requests.asked import Said
from licensing.mail.requests.finding import find_requests
from licensing.mail.requests.layout import plain_lines
from licensing.mail.requests.verbs import Mood, Tone

MOST_WORDS: Final = 2_000
MOST_IN_SENTENCE: Final = 160
MOST_CLAUSES: Final = 250
MOST_LICENSE_TOKENS: Final = 240
"""In all phrases that name licenses: they cost the most."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a text says."""

    said: tuple[Said, ...]
    too_long: bool = False
    unreadable: str = ""
    """A word with a character that may hide something."""


def parse(text: str, names: ClinicNames) -> Parsed:
    """Return what the clauses of a text say; a text beyond the limits says nothing."""
    said: list[Said] = []
    number = paragraph = words_so_far = licenses_so_far = 0
    unreadable = ""
    for line_number, source in enumerate(plain_lines(plain(text), names)):
        words = words_of(source)
        paragraph += not words
        words_so_far += len(words)
        if words_so_far > MOST_WORDS:
            return Parsed((), too_long=True)
        hidden = next((word.text for word in words if UNREADABLE in word.text), "")
        unreadable = unreadable or hidden
        for sentence in sentences(words, _dots_in_names(words, names)):
            if len(sentence) > MOST_IN_SENTENCE or len(said) > MOST_CLAUSES:
                return Parsed((), too_long=True)
            question = any(word.plain == "?" for word in sentence)
            bare = [word for word in sentence if word.plain not in ("?", "!")]
            heard = _sentence(bare, names, question=question)
            said += [
                replace(each, line=line_number, paragraph=paragraph, sentence=number, source=source)
                for each in heard
            ]
            runs = (run for each in heard for run in each.clause.runs)
            licenses_so_far += sum(run.end - run.start for run in runs)
            if licenses_so_far > MOST_LICENSE_TOKENS:
                return Parsed((), too_long=True)
            number += 1
    return Parsed(tuple(said), unreadable=unreadable)


def _dots_in_names(words: Sequence[Word], names: ClinicNames) -> frozenset[int]:
    return frozenset(
        i
        for start, (end, _) in names.find(words).items()
        for i in range(start, end)
        if words[i].plain == "."
    )


_AFTER_PLEASE: Final = lexicon.words("words", "after please")


def _is_pleased(words: Sequence[str]) -> bool:
    """Whether "please" stands for itself: "please handle" says what to do, and not which."""
    for word, after in pairwise([*words, "."]):
        counted = after[0].isdigit() or (after,) in NUMBERS or after in ("a", "an")
        if word == "asap" or (word == "please" and (counted or after in _AFTER_PLEASE)):
            return True
    return False


def _sentence(words: Sequence[Word], names: ClinicNames, *, question: bool) -> list[Said]:
    """Return the clauses of a sentence; where it stands is not known yet."""
    said: list[Said] = []
    plain_words = [word.plain for word in words]
    pairs = set(pairwise(plain_words))
    tone = Tone(
        question=question,
        pleased=_is_pleased(plain_words),
        courteous="favor" in plain_words
        or any((modal, "you") in pairs for modal in ("can", "could", "would", "will")),
        asking=question and bool({"what", "when", "how"} & set(plain_words) or _ANSWERING & pairs),
        grateful=any(
            after == "if" and word in GRATEFUL
            for word, after in pairwise(word for word in plain_words if word != "it")
        ),
    )
    for clause in clauses_of(with_shares(with_changes(tokens_of(words, names)))):
        said.append(find_requests(clause, said, tone))
    if any(s.clause.opened_by == "if" and _WOULD_IT & set(s.clause.plain) for s in said):
        said = [_questioned(each) for each in said]
    for i, each in enumerate(said):
        if each.clause.plain[1:] and tells_without_subject(each.clause.plain[0]):
            said[i] = each.at_most(Mood.TOLD)  # "took one off in the portal"
    return [replace(each, question=question) for each in said]


_ANSWERING: Final = frozenset(
    (verb, who) for verb in ("do", "does", "did", "will") for who in ("we", "i", "they", "it")
)
"""As in "if we add one today, do we pay for the whole month?"."""
_WOULD_IT: Final = frozenset({"was", "were", "did", "had", "got", "grew", "won", "came", "ever"})
"""As in "if they grew on trees", "if we ever did"."""


def _questioned(said: Said) -> Said:
    """What somebody would do, were it so, is no request: "I'd add ten"."""
    pairs = set(pairwise(said.clause.plain))
    wished = not pairs & {("i", "would"), ("we", "would")} or ("would", "like") in pairs
    return said if wished else said.at_most(Mood.QUESTIONED)


_NO_OBJECT: Final = frozenset(
    {"be", "should", "must", "can", "need", "needs", "hers", "theirs", "ours", "notice"}
)


def _in_filler(run: Sequence[Token], i: int) -> bool:
    """Whether a word belongs to a phrase that changes nothing: "today if at all possible"."""
    words = tuple(token.plain for token in run)
    found = ((j, lexicon.at("fillers", words, j)) for j in range(i + 1))
    return any(filler is not None and j + filler[1] > i for j, filler in found)


def has_object(said: Said) -> bool:
    """Return whether a verb has an object of its own: "add your talents to our team"."""
    return said.clause.opening != "label" and names_object(said)


def names_object(said: Said) -> bool:
    """Return whether words beside a verb may be its object: "scrubs to order:"."""
    words = [
        word.plain
        for run in said.rest
        for i, token in enumerate(run)
        for word in token.words
        if token.kind is Kind.WORD and word.plain.isalpha() and not _in_filler(run, i)
    ]
    kinds = {token.kind for run in said.rest for token in run}
    unknown = Kind.MORE in kinds and Kind.NUMBER not in kinds  # "the fourth"
    unknown |= any(word not in _NO_OBJECT for word in words)
    return unknown
