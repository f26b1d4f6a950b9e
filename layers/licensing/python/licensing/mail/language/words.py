"""Text as words: characters made plain, contractions written out, sentences parted."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from licensing.mail import lexicon

UNREADABLE: Final = "\ufffd"
"""Stands for a character that may hide or change something; nothing that has it is acted on."""
PHONE: Final = "phonenumber"
ADDRESS: Final = "mailaddress"
_PLAIN: Final = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\u00b4`", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2010\u2011\u2212", "-"),
        **dict.fromkeys("\u2012\u2013\u2014\u2015", "\u2013"),
        **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008", " "),
        **dict.fromkeys("\u2009\u200a\u202f\u205f\u3000\u000b\u000c", " "),
        "\t": "  ",
        **dict.fromkeys("\u0085\u2028\u2029", "\n"),
        **dict.fromkeys("\u2022\u2023\u25cf\u25e6\u25aa\u25ab\u2043\u00b7\u2219\uf0b7", "\u2022"),
        **dict.fromkeys("\u2192\u21d2\u21e8\u2794\u2799\u279c\u279d\u279e\u27a1", "->"),
        "\u2610": "[ ]",
        **dict.fromkeys("\u2611\u2612", "[x]"),
        "\u2026": "...",
        "\u00a1": " ",
        "\u00bf": " ",
        "\u2795": "+",
        "\u2796": "-",
    }
)
_REFUSING: Final = lexicon.words("words", "refusing pictures")
_WIDTH_FORMS: Final = ("<wide>", "<narrow>")
_PHONE: Final = re.compile(
    r"(?<![\w.(])(?:\+?1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"
)
_LEADER: Final = re.compile(
    r" ?\.{4,} ?|(?<=[\w)]) \.\.\.? (?=\S)|(?<=\w)(?: \.{1,3})+ (?=\d{1,3} *$)", re.MULTILINE
)
"""Dots that lead from a label to its value."""
_SIGNS: Final = re.compile("[\u2795\u2796]\ufe0f? ?(?=\\d)")
"""Pictures of a plus and a minus before a number, with which lines of a list begin."""
_ARROWS: Final = (
    (re.compile(r"^( {0,8})[-=]{1,2}>", re.MULTILINE), r"\1-"),
    (re.compile(r"(?<![\w.])(\d{1,3}) ?[-=]{1,2}> ?(\d{1,3})(?!\w|\.\w)"), r"from \1 to \2"),
    (
        re.compile(r" ?[-=]{1,2}> ?(?=(?:please|add|remove|drop|release|need)\b)", re.IGNORECASE),
        "; ",
    ),
    (re.compile(r" ?[-=]{1,2}> ?"), " to "),
)
"""What arrows mean: a bullet, "20 -> 22", "she left -> remove one", "one license -> Lakeside"."""
_ADDRESS: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,5}")


def plain(text: str) -> str:
    """Return the text with quotes, dashes, spaces and widths made plain, pictures left out.

    A superscript, circled or foreign digit, a hidden or direction-changing character inside a
    word, a letter of another alphabet, an unknown symbol: each becomes UNREADABLE instead of
    what it may look like.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _SIGNS.sub(lambda sign: "+" if sign[0][0] == "\u2795" else "-", text).translate(_PLAIN)
    if not (text.isascii() and text.replace("\n", "").isprintable()):
        text = "".join(_plain_character(text, i) for i in range(len(text)))
    for arrow, meaning in _ARROWS:
        text = arrow.sub(meaning, text)
    return _PHONE.sub(PHONE, _ADDRESS.sub(ADDRESS, _LEADER.sub(": ", text)))


def _plain_character(text: str, i: int) -> str:
    character = text[i]
    if character == "\n" or " " <= character <= "~" or character in "\u2013\u2022":
        return character
    category = unicodedata.category(character)
    if character == "\ufe0f" or "\U0001f3fb" <= character <= "\U0001f3ff":
        return "" if i and unicodedata.category(text[i - 1]) in ("So", "Cf") else UNREADABLE
    picture = character >= "\U0001f300" or "\u2600" <= character <= "\u27bf"
    if category == "So" and character not in _REFUSING and picture:
        return " "
    if category == "Cf":
        return _hidden(text, i)
    decomposition = unicodedata.decomposition(character)
    if decomposition.startswith(_WIDTH_FORMS):
        return unicodedata.normalize("NFKC", character)
    if category.startswith("L") and unicodedata.name(character, "").startswith("LATIN"):
        return character if not decomposition.startswith("<") else UNREADABLE
    if category.startswith("L") and not decomposition.startswith("<"):
        return character  # another alphabet: no word of it is known, look-alikes included
    return UNREADABLE


def _hidden(text: str, i: int) -> str:
    """A format character at a word's edge is some client's litter; inside a word it hides."""
    before = text[i - 1] if i else " "
    after = text[i + 1] if i + 1 < len(text) else " "
    turns = "\u202a" <= text[i] <= "\u202e" or "\u2066" <= text[i] <= "\u2069"
    if text[i] == "\u200d" and unicodedata.category(before) in ("So", "Sk", "Mn"):
        return ""  # joins two pictures
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


_WORD: Final = re.compile(
    r"""
    (?:https?://|www\.)\S+
    | \bb/c\b | \bw/(?=\s)
    | \b[Qq][1-4](?=\ (?:seat|licen[cs]e)\ ) # "the Q4 license review" is of no four licenses
    | \d+(?:st|nd|rd|th)\b
    | \d+(?:[:.]\d+)?[ ]?(?:[ap]m\b|[ap]\.m\.)   # a moment
    | \d+(?:[.,:/]\d+)+               # 2.5 and 1/2 are no two numbers
    | \d+
    | [^\W\d_]+(?:'[^\W\d_]+)*        # a word with apostrophes
    | \.{2,}
    | _{2,}
    | \S                              # a mark
    """,
    re.VERBOSE,
)
_CONTRACTIONS: Final = lexicon.pairs("spellings", "contractions")
_ENDINGS: Final = lexicon.pairs("spellings", "endings")
_IS_SHORTENED: Final = lexicon.words("words", "shortened is")


def words_of(text: str) -> list[Word]:
    """Return the words and marks of a plain text, contractions written out."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        start, end = match.span()
        if match[0] in "-_" and text[start - 1 : start].isalpha() and text[end : end + 1].isalpha():
            continue  # "front-desk" is two words
        if found and found[-1].plain == "no" and text[start - 1] == "-":
            found[-1] = Word(f"no-{match[0]}", f"no-{match[0].lower()}", found[-1].start, end)
            continue  # "a no-show" denies nothing
        found.extend(_written_out(match[0], start, end))
    return found


def _written_out(text: str, start: int, end: int) -> Iterator[Word]:
    lower = "itstaff" if text == "IT" else text.lower()
    written = _CONTRACTIONS.get(lower)
    for part in written.split() if written else _without_ending(lower):
        yield Word(text, part, start, end)


def _without_ending(lower: str) -> list[str]:
    for ending, word in _ENDINGS.items():
        if lower.endswith(ending) and len(lower) > len(ending):
            return [lower.removesuffix(ending), word]
    if lower.endswith("'s") and lower.removesuffix("'s") in _IS_SHORTENED:
        return [lower.removesuffix("'s"), "is"]
    return [lower.removesuffix("'s") if lower.endswith("'s") else lower]


def sentences(words: Sequence[Word], kept_together: frozenset[int]) -> list[list[Word]]:
    """Part the words of a line; ``kept_together`` are the indexes of dots inside names."""
    parted: list[list[Word]] = [[]]
    for i, word in enumerate(words):
        if word.plain == "." and (i in kept_together or not _ends(words, i)):
            continue
        if word.plain in ".!\u2022" or (len(word.plain) > 1 and word.plain.startswith("..")):
            parted[-1].append(word) if word.plain == "!" else None
            parted.append([])
            continue
        parted[-1].append(word)
        if word.plain == "?":
            parted.append([])
    return [sentence for sentence in parted if any(word.plain != "!" for word in sentence)]


_TITLES: Final = lexicon.words("words", "titles")
_SHORT_WORDS: Final = lexicon.words("words", "shortened words")


def _ends(words: Sequence[Word], i: int) -> bool:
    """Whether the dot at ``i`` ends a sentence."""
    before = words[i - 1] if i else None
    after = words[i + 1] if i + 1 < len(words) else None
    if before is None or after is None or before.end != words[i].start:
        return True
    twice = i > 1 and words[i - 2].plain == before.plain  # "a no no."
    if (before.plain in _TITLES and not twice) or (len(before.plain) == 1 and before.capital):
        return False
    if after.start == words[i].end and after.plain != ".":
        return False  # "e.g.", "clinic.com"
    return before.plain not in _SHORT_WORDS or after.capital or after.plain in ".!?"


def slips(word: str) -> set[str]:
    """Return a word with a letter missing, or with two in the wrong order."""
    halves = [(word[:i], word[i:]) for i in range(len(word))]
    swapped = {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    return (swapped | {a + b[1:] for a, b in halves}) - {word}
