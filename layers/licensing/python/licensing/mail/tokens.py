"""Text as tokens: characters made plain, words classified, sentences parted."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from licensing.domain.licenses import LicenseType
from licensing.mail.vocabulary import (
    CONTRACTIONS,
    ENDINGS,
    IS_SHORTENED,
    LONGEST_PHRASE,
    MOST_LICENSES,
    PHRASE_TABLE,
    SOFTENERS,
    Kind,
    listed,
)

CLINIC_NAME: Final = "clinicname"
PHONE_NUMBER: Final = "phonenumber"
"""Words that stand for any clinic's name and any telephone number."""
UNREADABLE: Final = "\ufffd"
"""Stands for a character that may hide or change something; no grammar rule takes it."""

_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2212", "-"),
        **dict.fromkeys("\u2012\u2013\u2014\u2015", "\u2013"),
        **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008", " "),
        **dict.fromkeys("\u2009\u200a\u202f\u205f\u3000\u000b\u000c", " "),
        **dict.fromkeys("\u0085\u2028\u2029", "\n"),
        **dict.fromkeys("\u2022\u2023\u25cf\u25e6\u25aa\u25ab\u2043\u00b7\u2219\uf0b7", "\u2022"),
        "\u2026": "...",
    }
)
_FRIENDLY: Final = frozenset(
    "\u263a\u2764\u2705\u2714\u2728\u2600"  # smiley, heart, check marks, sparkles, sun
    "\U0001f600\U0001f601\U0001f603\U0001f604\U0001f60a\U0001f642\U0001f609\U0001f44d\U0001f64f"
    "\U0001f389\U0001f64c\U0001f60d\U0001f44b\U0001f680\U0001f973\U0001f603\U0001f490\U0001f33b"
)
_WIDTH_FORMS: Final = ("<wide>", "<narrow>")


_PHONE: Final = re.compile(
    r"(?<![\w.(])(?:\+?1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"
)


def plain(text: str) -> str:
    """Return the text with quotes, dashes, spaces and widths made plain.

    A superscript, circled or foreign digit, a hidden or direction-changing character inside a
    word, an unknown symbol: each becomes UNREADABLE instead of what it may look like.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = text.translate(_PLAIN)
    if not (text.isascii() and text.replace("\n", "").replace("\t", "").isprintable()):
        text = "".join(_plain_character(text, i) for i in range(len(text)))
    return _PHONE.sub(PHONE_NUMBER, text)


def _plain_character(text: str, i: int) -> str:
    character = text[i]
    if character in "\n\t" or " " <= character <= "~" or character in "\u2013\u2022":
        return character
    if character in _FRIENDLY:
        return " "
    category = unicodedata.category(character)
    if character == "\ufe0f":
        return "" if i and text[i - 1] in _FRIENDLY else UNREADABLE
    if category == "Cf":
        return _hidden(text, i)
    decomposition = unicodedata.decomposition(character)
    if decomposition.startswith(_WIDTH_FORMS):
        return unicodedata.normalize("NFKC", character)
    if category.startswith("L") and not decomposition.startswith("<"):
        return character
    return UNREADABLE


def _hidden(text: str, i: int) -> str:
    """A format character at a word's edge is some client's litter; inside a word it hides."""
    before = text[i - 1] if i else " "
    after = text[i + 1] if i + 1 < len(text) else " "
    turns = "\u202a" <= text[i] <= "\u202e" or "\u2066" <= text[i] <= "\u2069"
    edge = before.isspace() or after.isspace() or unicodedata.category(before) == "Cf"
    return "" if edge and not turns else UNREADABLE


@dataclass(frozen=True, slots=True)
class Word:
    """One word, number or mark of the text, and where it stands."""

    text: str
    plain: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether it begins with a capital letter."""
        return self.text[:1].isupper()


@dataclass(frozen=True, slots=True)
class Token:
    """A phrase with what it does: one or more words."""

    kind: Kind
    words: tuple[Word, ...]
    value: LicenseType | int | str | None = None

    @property
    def start(self) -> int:
        """Where it begins in the text."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.words[-1].end

    @property
    def plain(self) -> str:
        """Its words in lower case."""
        return " ".join(word.plain for word in self.words)


_WORD: Final = re.compile(
    r"""
    [\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+      # an address stays one unknown word
    | (?:https?://|www\.)\S+
    | \bb/c\b
    | \d+(?:[.,:/]\d+)+               # 2.5 and 1/2 are no two numbers
    | \d+
    | [^\W\d_]+(?:'[^\W\d_]+)*        # a word with apostrophes
    | \S                              # a mark
    """,
    re.VERBOSE,
)
_MARKS: Final = {
    ",": Kind.COMMA,
    ";": Kind.SEMICOLON,
    ":": Kind.COLON,
    "+": Kind.PLUS,
    "(": Kind.OPEN,
    ")": Kind.CLOSE,
    "/": Kind.SLASH,
    "|": Kind.BAR,
    "?": Kind.QUESTION,
    "&": Kind.AND,
    "@": Kind.AT,
}


def words_of(text: str) -> list[Word]:
    """Return the words and marks of a plain text, contractions written out."""
    found: list[Word] = []
    matches = list(_WORD.finditer(text))
    for match in matches:
        start, end = match.span()
        if match[0] == "-" and text[start - 1 : start].isalpha() and text[end : end + 1].isalpha():
            continue  # "front-desk" is two words
        found.extend(_written_out(match[0], start, end))
    return found


def _written_out(text: str, start: int, end: int) -> Iterator[Word]:
    lower = text.lower()
    written = CONTRACTIONS.get(lower)
    for part in written.split() if written else _without_ending(lower):
        yield Word(text, part, start, end)


def _without_ending(lower: str) -> list[str]:
    for ending, word in ENDINGS.items():
        if lower.endswith(ending) and len(lower) > len(ending):
            return [lower.removesuffix(ending), word]
    if lower.endswith("'s") and lower.removesuffix("'s") in IS_SHORTENED:
        return [lower.removesuffix("'s"), "is"]
    return [lower.removesuffix("'s") if lower.endswith("'s") else lower]


def sentences(words: Sequence[Word], kept_together: frozenset[int]) -> list[list[Word]]:
    """Part words into sentences; ``kept_together`` are the indexes of dots inside names."""
    parted: list[list[Word]] = [[]]
    for i, word in enumerate(words):
        if word.plain == "." and (i in kept_together or not _ends(words, i)):
            continue
        if word.plain in ".!\u2022":
            parted.append([])
            continue
        parted[-1].append(word)
        if word.plain == "?":
            parted.append([])
    return [sentence for sentence in parted if sentence]


_TITLES: Final = listed("dr mr mrs ms mx prof jr sr rev vs approx eg ie e.g i.e no")
_SHORT_WORDS: Final = listed(
    "st ave rd blvd ln mt ft lic lics addl addtl inc ltd llc co qty dept pls plz thx "
    "jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thur thurs fri"
)


def _ends(words: Sequence[Word], i: int) -> bool:
    """Whether the dot at ``i`` ends a sentence."""
    before = words[i - 1] if i else None
    after = words[i + 1] if i + 1 < len(words) else None
    if before is None or after is None or before.end != words[i].start:
        return True
    if before.plain in _TITLES or (len(before.plain) == 1 and before.capital):
        return False
    if after.start == words[i].end and after.plain != ".":
        return False  # "e.g.", "clinic.com"
    return before.plain not in _SHORT_WORDS or after.capital or after.plain in ".!?"


def without_softeners(words: Sequence[Word]) -> list[Word]:
    """Drop "please" and its like: they change nothing, wherever they stand in a request.

    So does the comma after one that opens the sentence: "Also, add ...".
    """
    opening = 0
    while opening < len(words) and words[opening].plain in SOFTENERS:
        opening += 1
    if opening and opening < len(words) and words[opening].plain == ",":
        words = words[opening + 1 :]
    return [word for word in words if word.plain not in SOFTENERS]


def tokens_of(words: Sequence[Word], names: dict[int, tuple[int, str]]) -> list[Token]:
    """Classify words, the longest phrase first.

    ``names`` says at which word a clinic's name begins, before which it ends, and whose it is.
    """
    found: list[Token] = []
    i = 0
    while i < len(words):
        if i in names:
            end, clinic_id = names[i]
            found.append(Token(Kind.CLINIC, tuple(words[i:end]), clinic_id))
            i = end
        else:
            found.append(_phrase(words, i, names))
            i += len(found[-1].words)
    return found


def _phrase(words: Sequence[Word], i: int, names: dict[int, tuple[int, str]]) -> Token:
    limit = next(
        (j for j in range(i + 1, i + LONGEST_PHRASE) if j in names or j >= len(words)),
        i + LONGEST_PHRASE,
    )
    for end in range(limit, i, -1):
        group = tuple(words[i:end])
        entry = PHRASE_TABLE.get(tuple(word.plain for word in group))
        if entry:
            return Token(entry[0], group, entry[1])
    return _single(words, i)


def _single(words: Sequence[Word], i: int) -> Token:
    word = words[i]
    if word.plain.isascii() and word.plain.isdigit():
        number = int(word.plain) if len(word.plain) < 4 else MOST_LICENSES + 1
        kind = Kind.QUANTITY if 1 <= number <= MOST_LICENSES else Kind.BAD_NUMBER
        return Token(kind, (word,), number)
    if word.plain[0].isdigit():
        return Token(Kind.BAD_NUMBER, (word,), None)
    if word.plain in "-\u2013":
        return Token(_dash(words, i), (word,))
    return Token(_MARKS.get(word.plain, Kind.WORD), (word,))


def _dash(words: Sequence[Word], i: int) -> Kind:
    """A dash that touches what follows may be a minus, or make a range."""
    mark = words[i]
    after = words[i + 1] if i + 1 < len(words) else None
    before = words[i - 1] if i else None
    loose = after is None or after.start > mark.end
    letters = after is not None and after.plain.isalpha()
    if mark.plain == "-":
        return Kind.DASH if loose and (before is None or before.end < mark.start) else Kind.WORD
    return Kind.DASH if loose or letters else Kind.WORD
