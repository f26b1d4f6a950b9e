"""Words as tokens: what each phrase does, by the lexicon and the sender's clinics."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from licensing.domain.licenses import LicenseType
from licensing.domain.limits import MOST_PER_REQUEST
from licensing.mail import lexicon
from licensing.mail.language.clinic_names import ClinicNames
from licensing.mail.language.words import Word, slips


class Kind(StrEnum):
    """What a token is to the grammar of licenses; the value is its letter there."""

    NUMBER = "N"
    CHANGE = "G"
    BAD_NUMBER = "B"
    VAGUE = "V"
    WHOLE = "W"
    ARTICLE = "A"
    MORE = "M"
    IDLE = "I"
    OUR = "U"
    OF = "O"
    TYPE = "T"
    DISCIPLINE = "D"
    OTHER = "Z"
    ACCOUNT = "C"
    LICENSE = "L"
    TIMES = "X"
    PERSON = "H"
    PLACE = "P"
    FOR = "F"
    BY = "Y"
    TO = "K"
    ON = "E"
    AND = "&"
    COMMA = ","
    COLON = ":"
    SLASH = "/"
    OPEN = "("
    CLOSE = ")"
    PLUS = "+"
    MINUS = "-"
    OR = "|"
    VERB = "v"
    WORD = "w"


@dataclass(frozen=True, slots=True)
class Token:
    """A phrase with what it is: one or more words."""

    kind: Kind
    words: tuple[Word, ...]
    value: LicenseType | int | str | tuple[int, int] | None = None
    """Of a change, the number that is and the one that shall be."""

    @property
    def plain(self) -> str:
        """Its words in lower case."""
        return " ".join(word.plain for word in self.words)

    @property
    def text(self) -> str:
        """Its words as they were written."""
        return " ".join(dict.fromkeys(word.text for word in self.words))


_MARKS: Final = {mark: Kind[of] for mark, of in lexicon.pairs("spellings", "marks", "\n").items()}


def _numbers() -> dict[lexicon.Phrase, int]:
    listed = lexicon.pairs("spellings", "numbers")
    said = {tuple(words.split()): int(value) for words, value in listed.items()}
    tens = [(words, value) for words, value in said.items() if value in range(20, 100, 10)]
    units = [(words, value) for words, value in said.items() if len(words) == 1 and value < 10]
    return said | {ten + unit: a + b for ten, a in tens for unit, b in units if b}


NUMBERS: Final = _numbers()
_LONGEST_NUMBER: Final = max(map(len, NUMBERS))
_MISSPELLED: Final = sorted(lexicon.words("spellings", "misspelled"))
"""Words that stay what they are with one or two letters wrong."""
_REAL: Final = lexicon.words("spellings", "real words")
"""Words that look like misspelled ones and are not."""


def tokens_of(words: Sequence[Word], names: ClinicNames) -> list[Token]:
    """Classify words, the longest phrase first; a clinic's name takes its preposition along."""
    words = [_corrected(word) for word in words]
    plain = tuple(word.plain for word in words)
    clinics = names.find(words)
    found: list[Token] = []
    i = 0
    while i < len(words):
        token = _token(words, plain, i, clinics)
        found.append(token)
        i += len(token.words)
    return _placed(found)


def _corrected(word: Word) -> Word:
    slip = _SLIPS.get(word.plain)
    if slip and (len(slip) > _SHORT or not word.capital):
        return Word(word.text, slip, word.start, word.end)
    if (
        word.plain in _REAL
        or len(word.plain) < 5
        or not word.plain.isalpha()
        or word.plain in KNOWN_WORDS
    ):
        return word
    close = get_close_matches(word.plain, _MISSPELLED, n=1, cutoff=0.84)
    close = close or [each for each in _MISSPELLED if sorted(each) == sorted(word.plain)]
    return Word(word.text, close[0], word.start, word.end) if close else word


def _token(
    words: Sequence[Word], plain: tuple[str, ...], i: int, clinics: dict[int, tuple[int, str]]
) -> Token:
    if i in clinics:
        end, clinic_id = clinics[i]
        return Token(Kind.PLACE, tuple(words[i:end]), clinic_id)
    every = next((n for n in range(5, 0, -1) if plain[i : i + n] in _EVERY), 0)
    if every:
        return Token(Kind.PLACE, tuple(words[i : i + every]), EVERY)
    number = next((n for n in range(_LONGEST_NUMBER, 0, -1) if plain[i : i + n] in NUMBERS), 0)
    known = lexicon.at("licenses", plain, i)
    verb = lexicon.at("requests", plain, i)
    after = plain[i + 1] if i + 1 < len(plain) else ""
    if plain[i] in _BEFORE_NUMBERS and not after.isdigit() and (after,) not in NUMBERS:
        known = None
    if known and known[1] >= max(number, verb[1] if verb and _is_verb(verb[0]) else 0):
        return _license_word(known[0], tuple(words[i : i + known[1]]))
    if number:
        value = NUMBERS[plain[i : i + number]]
        kind = Kind.NUMBER if 1 <= value <= MOST_PER_REQUEST else Kind.BAD_NUMBER
        return Token(kind, tuple(words[i : i + number]), value)
    if verb and _is_verb(verb[0]):
        return Token(Kind.VERB, tuple(words[i : i + verb[1]]), verb[0])
    return _single(words, i)


_BEFORE_NUMBERS: Final = frozenset({"between", "over", "under", "other"})
"""Something only before a number: "over five", not "over there"; "the other three"."""


def _is_verb(section: str) -> bool:
    return not section.startswith(("ask", "split"))


def _license_word(section: str, words: tuple[Word, ...]) -> Token:
    kind, _, name = section.partition(" ")
    value = LicenseType(name) if name else 1 if kind == "article" else None
    return Token(Kind.__members__.get(kind.upper(), Kind.WORD), words, value)


def _single(words: Sequence[Word], i: int) -> Token:
    word = words[i]
    if word.plain.isascii() and word.plain.isdigit():
        value = int(word.plain) if len(word.plain) < 4 else MOST_PER_REQUEST + 1
        kind = Kind.NUMBER if 1 <= value <= MOST_PER_REQUEST else Kind.BAD_NUMBER
        return Token(kind, (word,), value)
    if word.plain[0].isdigit():
        return Token(Kind.BAD_NUMBER, (word,))
    if word.plain in "-\u2013":
        return Token(_dash(words, i), (word,))
    return Token(_MARKS.get(word.plain, Kind.WORD), (word,))


def _dash(words: Sequence[Word], i: int) -> Kind:
    """A dash at a number is a minus, between two of them a range, else a word."""
    word = words[i]
    after = words[i + 1] if i + 1 < len(words) else None
    spaced = after is not None and after.start > word.end and after.plain.isdigit()
    labeled = i and words[i - 1].plain.isalpha() and (words[i - 1].plain,) not in NUMBERS
    if spaced and labeled:
        return Kind.COLON  # "Therapist - 4"
    if after is None or after.start > word.end:
        return Kind.WORD
    if not (after.plain[0].isdigit() or (after.plain,) in NUMBERS):
        return Kind.WORD
    if i and words[i - 1].end == word.start:
        return Kind.OR
    return Kind.MINUS if word.plain == "-" else Kind.WORD


_BEFORE_PLACE: Final = lexicon.words("words", "before clinics")
_BEHIND_LICENSES: Final = lexicon.words("words", "behind licenses")
_AFTER_PLACE: Final = lexicon.words("words", "behind clinics")


def _shares_out(tokens: Sequence[Token]) -> bool:
    """Whether a number "goes" to the clinic behind it: "four PT licenses, two go to Lakeside"."""
    if len(tokens) < 2 or tokens[-1].plain not in ("go", "goes"):
        return False
    of = len(tokens) > 2 and tokens[-2].kind is Kind.OF  # "three of which go to Main Street"
    return tokens[-3 if of else -2].kind is Kind.NUMBER


def _placed(tokens: list[Token]) -> list[Token]:
    """Let a clinic's name take "at our" before it and "clinic" after it along."""
    placed: list[Token] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if placed and _belongs(placed[-1], token, tokens[i + 1 : i + 2]):
            before = placed.pop()
            token = replace(before, words=(*before.words, *token.words))
        if token.kind is Kind.PLACE:
            words = token.words
            if placed and placed[-1].kind is Kind.OUR and placed[-1].plain != "that":
                words = placed.pop().words + words
            if placed and placed[-1].plain in _BEFORE_PLACE:
                words = placed.pop().words + words
            if words[0].plain == "to" and _shares_out(placed):
                words = placed.pop().words + words
            while i + 1 < len(tokens) and tokens[i + 1].plain in _AFTER_PLACE:
                i += 1
                words += tokens[i].words
            token = Token(Kind.PLACE, words, token.value)
        if token.kind is Kind.NUMBER and [t.plain for t in tokens[i + 1 : i + 2]] in _PERCENT:
            token = Token(Kind.BAD_NUMBER, token.words, token.value)
        if token.plain in ("one", "ones") and _stands_for_license(placed, tokens[i + 1 : i + 2]):
            token = Token(Kind.LICENSE, token.words)
        placed.append(token)
        i += 1
    return placed


def _belongs(before: Token, token: Token, behind: Sequence[Token]) -> bool:
    """Whether a word says nothing of its own: "OT kind", "reduce the licenses there by two"."""
    by = [each.plain for each in behind] in (["by"], ["from"])
    return by and before.kind is Kind.LICENSE and token.plain in _BEHIND_LICENSES


EVERY: Final = "*"
"""Stands for each of the sender's clinics: "one license for each clinic"."""
_EVERY: Final = frozenset(lexicon.phrases("words")["every clinic"])


_PERCENT: Final = (["percent"], ["%"], ["pct"])


def _stands_for_license(before: Sequence[Token], behind: Sequence[Token]) -> bool:
    """Whether "one" stands for the word itself: "and a front desk one too"."""
    kinds = [token.kind for token in before]
    counted = Kind.TYPE in kinds[-1:] and bool({Kind.ARTICLE, Kind.MORE} & set(kinds[-3:-1]))
    return counted and not any(t.kind in (Kind.TYPE, Kind.LICENSE) for t in behind)


KNOWN_WORDS: Final = frozenset(
    word
    for name in ("licenses", "requests", "courtesies", "doubts")
    for phrase in lexicon.table(name)
    for words in phrase
    for word in words.split("/")
)


_SHORT: Final = 4
"""A short word with a capital may be a name."""
_SLIPS: Final = {
    slip: verb
    for verb in lexicon.words("spellings", "mistyped")
    for slip in slips(verb)
    if slip not in KNOWN_WORDS | _REAL
}
