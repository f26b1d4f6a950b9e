"""Sentences as clauses: where each begins, what opens it, and whether it tells what is done."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Literal

from licensing.mail import lexicon
from licensing.mail.language.license_phrases import Run, runs_of
from licensing.mail.language.tokens import Kind, Token

Opening = Literal["", "because", "so", "therefore", "if", "but", "who", "aside", "label", "quoted"]


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence with the licenses that it names."""

    tokens: tuple[Token, ...]
    runs: tuple[Run, ...]
    opening: Opening = ""
    opened_by: str = ""
    """The words that open it, such as "because"; they are not among its tokens."""

    @property
    def plain(self) -> tuple[str, ...]:
        """The words in lower case."""
        return tuple(word.plain for token in self.tokens for word in token.words)

    @property
    def bare(self) -> bool:
        """Whether it has no words but those for licenses."""
        inside = {i for run in self.runs for i in range(run.start, run.end)}
        return all(i in inside or t.kind is Kind.PLACE for i, t in enumerate(self.tokens))

    @property
    def text(self) -> str:
        """The words as they were written, without what opens the clause."""
        return written(self.tokens)


def written(tokens: Sequence[Token]) -> str:
    """Return tokens as they were written, their spaces as they were."""
    said = ""
    end = None
    for word in (word for token in tokens for word in token.words):
        if end is not None and word.start == end[0]:
            continue  # a contraction, written out in two words
        said += ("" if end is None or word.start == end[1] else " ") + word.text
        end = (word.start, word.end)
    return said


_PARTING: Final = {Kind.COLON: "label", Kind.OPEN: "aside", Kind.CLOSE: "", Kind.COMMA: ""}
_MARKS: Final = frozenset({";", "\u2013", "-", "!", '"'})


def clauses_of(tokens: Sequence[Token]) -> list[Clause]:
    """Part a sentence into its clauses."""
    runs = runs_of(tokens)
    inside = {i for run in runs for i in range(run.start, run.end)}
    found: list[Clause] = []
    start = i = 0
    opening: Opening = ""
    opened_by = ""
    quoted = False

    def close(end: int) -> None:
        if end > start:
            found.append(_clause(tokens, runs, start, end, opening, opened_by))

    while i < len(tokens):
        if i in inside:
            i += 1
            continue
        mark, length = _boundary(tokens, i, start)
        if mark is None:
            i += max(length, 1)
            continue
        close(i)
        if mark == "label" and found:
            found[-1] = replace(found[-1], opening=found[-1].opening or "label")
        opened_by = " ".join(token.plain for token in tokens[i : i + length])
        if mark not in ("", "label"):
            opening = mark  # type: ignore[assignment]
        elif i != start:  # "so, if" is an "if"
            opening = ""
        quoted ^= opened_by == '"'
        opening = "quoted" if quoted else opening
        i += length
        start = i
    close(len(tokens))
    return found


def _clause(
    tokens: Sequence[Token], runs: Sequence[Run], start: int, end: int, opening: Opening, by: str
) -> Clause:
    here = tuple(
        Run(run.start - start, run.end - start, run.items)
        for run in runs
        if start <= run.start and run.end <= end
    )
    return Clause(tuple(tokens[start:end]), here, opening, by)


def _boundary(tokens: Sequence[Token], i: int, start: int) -> tuple[str | None, int]:
    """Return what opens a new clause at a token, and how many tokens that takes."""
    token = tokens[i]
    if token.kind is Kind.COMMA and _ends_in_past(tokens[i + 1 :]):
        return None, 1
    if token.kind in _PARTING or token.plain in _MARKS:
        return _PARTING.get(token.kind, ""), 1
    you_could = tuple(t.plain for t in tokens[i + 1 : i + 3]) == ("you", "could")
    around = tokens[start:i] if i > start or not you_could else tokens
    if token.plain == "if" and GRATEFUL & {t.words[-1].plain for t in around}:
        return "", 1  # "I'd be grateful if", "if you could ..., great": no conditions
    opened = _opened(tokens, i, start)
    if opened is not None:
        return opened
    went = tuple(t.plain for t in tokens[max(i - 2, 0) : i]) in _WENT  # "go ahead and add"
    ends = token.kind is Kind.AND and not went and not _joins_clinics(tokens, i, start)
    if ends and _begins_clause(tokens, i + 1):
        return "", 1
    if i > start and _begins_asking(tokens, i) and not _half_asked(tokens[start:i]):
        return "", 0
    return None, 0


_WENT: Final = (("go", "ahead"), ("go", "on"))


def _ends_in_past(tokens: Sequence[Token]) -> bool:
    """Whether a participle alone follows: "one PT license, removed"."""
    return len(tokens) == 1 and tokens[0].kind is Kind.VERB and "past" in str(tokens[0].value)


def _joins_clinics(tokens: Sequence[Token], i: int, start: int) -> bool:
    """Whether clinics are what a verb is about together: "Main Street and Lakeside need"."""
    said = {token.kind for token in tokens[start:i]} & {Kind.VERB, Kind.LICENSE}
    return not said and {t.kind for t in (tokens[i - 1], *tokens[i + 1 : i + 2])} == {Kind.PLACE}


def _opened(tokens: Sequence[Token], i: int, start: int) -> tuple[str | None, int] | None:
    """Return what a word of the lexicon opens; None if none stands here."""
    behind = tuple(token.plain for token in tokens[i + 1 : i + 3])
    polite = tokens[i].plain == "if" and behind in {*_COULD, ("you", "would")}
    wonders = polite and i > start and tokens[i - 1].plain in _WONDERING
    if wonders or tokens[i].kind is Kind.VERB:
        return None, 1  # "I was wondering if you could", "that is what we need"
    words = tuple(part for token in tokens[i : i + 8] for part in token.plain.split())
    filler = lexicon.at("fillers", words, 0)
    if filler and filler[1] > 1:
        return None, _tokens_for(tokens, i, filler[1])
    opener = lexicon.at("clauses", words, 0)
    if words[:3] == ("so", "that", "is"):
        opener = ("therefore", 1)
    if words[0] == "after" and _GONE & set(words):
        opener = ("because", 1)  # "one license is idle after Robin left"
    if not opener or opener[0] in ("finite", "subject"):
        return None
    if not _opens(words, opener, tokens[i + 1 : i + 12], first=i == start):
        return None
    return opener[0], _tokens_for(tokens, i, opener[1])


POINTING_BACK: Final = frozenset({"it", "both", "them", "those"})
"""A verb with one of these is about licenses named before: "strike it please"."""
GRATEFUL: Final = lexicon.words("words", "grateful if")
_WONDERING: Final = lexicon.words("words", "wondering if")
_COULD: Final = frozenset((who, modal) for who in ("you", "we") for modal in ("can", "could"))
_GONE: Final = frozenset({"left", "quit", "resigned", "retired", "died"})
_NO_REASONS: Final = (("of",), ("well",), ("soon",), ("to",))
_AFTER_SO: Final = lexicon.words("words", "after so")


def _opens(
    words: tuple[str, ...], opener: tuple[str, int], after_it: Sequence[Token], *, first: bool
) -> bool:
    """Whether a word opens a clause here: "as", "since", "so" do other things too."""
    word = words[: opener[1]]
    after = words[opener[1] : opener[1] + 1]
    if word == ("as",):
        return has_finite(after_it) and after not in _NO_REASONS
    if word == ("since",):
        return has_finite(after_it)
    if word == ("following",):
        return first and after not in (("up",), ("is",), ("are",))
    if word in (("after",), ("before",), ("until",), ("till",)):
        return has_finite(after_it[:6], subject_first=True)
    if word == ("that", "is") and after_it[1:2] and after_it[1].kind is Kind.NUMBER:
        return False  # "so that is two licenses to add"
    if word in (("which",), ("that", "is"), ("that", "was"), ("where",), ("who",)):
        return not first
    if word == ("yet",):
        return first
    if word == ("so",):
        return after[:1] == () or after[0] not in _AFTER_SO
    return True


def _tokens_for(tokens: Sequence[Token], i: int, words: int) -> int:
    """How many tokens hold that many words."""
    taken = count = 0
    while taken < words:
        taken += len(tokens[i + count].words)
        count += 1
    return count


def _begins_clause(tokens: Sequence[Token], i: int) -> bool:
    """Whether a verb, or a subject with one, follows: "and (in Lakeside) add"."""
    if i < len(tokens) and tokens[i].kind is Kind.PLACE:
        i += 1
    if i < len(tokens) and tokens[i].kind is Kind.VERB and "base" in str(tokens[i].value):
        return True
    same = next((j for j, t in enumerate(tokens[: i + 3]) if j >= i and t.plain in SAME), i + 3)
    if Kind.PLACE in {token.kind for token in tokens[same + 1 : same + 3]}:
        return True  # "and the same at Lakeside"
    return _begins_asking(tokens, i) or has_finite(tokens[i : i + 7], subject_first=True)


SAME: Final = frozenset({"same", "ditto", "likewise"})


def has_finite(tokens: Sequence[Token], *, subject_first: bool = False) -> bool:
    """Whether words hold a verb with a subject before it."""
    words = [word for token in tokens if token.kind is not Kind.PLACE for word in token.words]
    first = words[0] if words and tokens[0].kind is not Kind.TYPE else None
    if subject_first and first and not (first.capital or (first.plain,) in SUBJECTS):
        return False
    return any(is_finite(word.plain) for word in words[1:])


def is_finite(word: str) -> bool:
    """Whether a word may be the verb of a sentence."""
    return (word,) in _FINITE or (len(word) > 4 and word.endswith("ed") and word not in _NO_VERBS)


def is_listed_finite(word: str) -> bool:
    """Return whether the lexicon knows a word as the verb of a sentence, and as nothing else."""
    return lexicon.table("clauses").get((word,)) == "finite"


_FINITE: Final = frozenset(lexicon.phrases("clauses")["finite"])
SUBJECTS: Final = frozenset(lexicon.phrases("clauses")["subject"])
_NO_VERBS: Final = lexicon.words("words", "no verbs")


def _begins_asking(tokens: Sequence[Token], i: int) -> bool:
    """Whether words such as "please" or "can you" stand here, with a verb behind them."""
    words: list[str] = []
    for token in tokens[i : i + 12]:
        if token.kind is Kind.VERB and "base" in str(token.value) and words:
            bare = tuple(word for word in words if word not in _SOFT)
            if not bare or bare in _ASKS or tuple(words) in _ASKS:
                return True
        words += [word.plain for word in token.words]
        if len(words) > 10:
            return False
    return False


_HELPING: Final = lexicon.words("words", "leading to a verb")
_ASKING: Final = frozenset({"did", "does", "has", "had", "was", "how", "why"})


def _half_asked(tokens: Sequence[Token]) -> bool:
    """Whether words such as "can you" stand here, to which "please add" belongs."""
    words = tuple(w.plain for token in tokens for w in token.words)
    bare = tuple(word for word in words if word not in _SOFT)
    helping = words[-1:] and (words[-1] in _HELPING or words[0] in _ASKING)
    return bare in _ASKS or words in {("i",), ("we",)} or bool(helping)


_SOFT: Final = lexicon.words("words", "softening")
_ASKS: Final = frozenset(
    (*lexicon.phrases("requests")["ask base"], *lexicon.phrases("requests")["ask need"])
) - {*lexicon.phrases("words")["beginning no clause"]}


# What a clause tells

_PERSONS: Final = lexicon.words("words", "persons") | {"i", "we", "us"}
PREPOSITIONS: Final = lexicon.words("words", "behind pointing")
IMPERATIVES: Final = lexicon.words("words", "imperatives")
_CREDENTIALS: Final = lexicon.words("structure", "credentials")
_TITLES: Final = lexicon.words("words", "titles")
_PAST: Final = lexicon.words("words", "past")


def acts(tokens: Sequence[Token]) -> bool:
    """Return whether somebody or something does something: not a fragment, nor an order."""
    words = tuple(word.plain for token in tokens for word in token.words)
    if len(words) > 2 and (words[0] in _PERSONS or tells_without_subject(words[0])):
        return True
    first = next((n for n, word in enumerate(words) if n and is_finite(word)), 0)
    if not first or (words[0],) in SUBJECTS:
        return bool(first)
    orders = lexicon.at("requests", words, 0) or lexicon.at("doubts", words, 0)
    if orders or is_finite(words[0]) or (words[0] in IMPERATIVES and first != 1):
        return False
    named = tokens[0].words[0].capital or tokens[0].kind in (Kind.TYPE, Kind.PLACE)
    return named or first <= 3


def tells_past(words: tuple[str, ...]) -> bool:
    """Return whether the first verb of a clause is of the past: "it took us nine months"."""
    for word in words[1:]:
        if is_finite(word):
            return word in _PAST or (word.endswith("ed") and len(word) > 4)
    return False


def tells_without_subject(word: str) -> bool:
    """Return whether a clause that begins so tells what "we" did: "took it in house"."""
    past = word in _PAST or (word.endswith("ed") and is_finite(word))
    past = past and word not in ("was", "were", "did", "had")
    return past and not any((word,) in lexicon.table(file) for file in ("requests", "doubts"))


def is_someone(tokens: Sequence[Token]) -> bool:
    """Return whether words are names: capitalized words, with credentials perhaps."""
    words = [w for token in tokens for w in token.words if w.plain.isalpha() and w.plain != "and"]
    return 1 <= len(words) <= 8 and all(
        w.capital and (not w.text.isupper() or w.plain in _CREDENTIALS) for w in words
    )


def people_in(tokens: Sequence[Token]) -> int:
    """Return how many names a list has: "Dr. Ann Lee, PT and Bo" has two."""
    words = [w for token in tokens for w in token.words if w.plain.isalpha()]
    names = [w for w in words if w.plain not in _CREDENTIALS | _TITLES]
    return 1 + sum(after.start - word.end > 1 for word, after in pairwise(names))
