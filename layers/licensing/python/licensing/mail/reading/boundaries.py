"""Where another person's mail begins below the sender's words: by shape, in any language.

A header block is known by its rows "Label: value" with an address or a moment, an attribution by
an address or a moment before a colon, a chat's copy by its stamp. ``SURE`` ones end everything;
below ``LIKELY`` ones nobody can tell whose the words are.
"""

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final

from licensing.mail import lexicon


class Beginning(Enum):
    """How certain it is that another mail begins."""

    SURE = "sure"
    LIKELY = "likely"


LOOKED_AT: Final = 300
"""Of a line; lines that part a mail are short, and patterns take their time on long ones."""
QUOTED_BELOW: Final = "-----Original Message-----"
_AHEAD: Final = 16
_LONGEST_ATTRIBUTION: Final = 400
_ADDRESS: Final = re.compile(r"[^\s<>@()\[\]:]{1,80}@[^\s<>@()\[\]]{1,80}\.\w")
_CLOCK: Final = re.compile(r"(?<![\d$.,:/-])\d{1,2}\s?[:.hH時时点점시]\s?\d{2}(?!\d|[./]\d)")
_DATE: Final = re.compile(
    r"\d{4}|\d{1,2}[/.-]\d{1,2}\b|\b\d{1,2}\b[\s.,]{0,3}[^\W\d_]{3}|[^\W\d_]{3}\.? \d{1,2}\b"
)
_QUOTE_MARK: Final = re.compile(
    r"\s{0,20}(?:(?:<\w{1,15}|[A-Z]\w{0,15}(?: [A-Z]\w{0,15})?)?[>»\u203a\uff1e]"
    r"|[|│┃](?![^|│┃]*[|│┃])|:(?=\s|$))"
)


def is_quoted(line: str) -> bool:
    """Whether a line bears a quote mark; a table's row, which ends in a bar too, does not."""
    return bool(_QUOTE_MARK.match(line[:LOOKED_AT]))


_DIRECTIONS: Final = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def _seen(line: str) -> str:
    """As much of a line as is looked at, without marks of its direction."""
    return line[:LOOKED_AT].translate(_DIRECTIONS)


def _moment(text: str) -> bool:
    clock = _CLOCK.search(text)
    return clock is not None and bool(_DATE.search(text[: clock.start()] + text[clock.end() :]))


def words(text: str) -> list[str]:
    """Return what stands between white space and marks."""
    return re.findall(r"[^\W\d_][\w'\u2019.-]*", text)


_SMALL: Final = lexicon.words("structure", "small in names")


def _looks_like_name(text: str) -> bool:
    """Whether a text is a few words that a name may consist of, capitals and small ones."""
    parts = words(text)
    plain = not re.search(r"[\d.!?@]{2}|\d|[!?]", text)
    small = [part for part in parts if part[0].islower()]
    return len(small) < len(parts) <= 6 and plain and _SMALL.issuperset(small)


def beginning(lines: Sequence[str], i: int, names: frozenset[str]) -> Beginning | None:
    """Return whether the rest of the mail, from a line on, is another person's."""
    if not lines[i].strip():
        return None
    if _greets(lines[i], names):
        return Beginning.LIKELY
    return _ruled_title(lines, i, names) or _header_block(lines, i, names) or _stamp(lines, i)


_GREETINGS: Final = frozenset({"hi", "hello", "hey", "dear", "good"})
_BETWEEN: Final = frozenset({"morning", "afternoon", "evening", "there", "ms", "mrs", "mr", "dr"})


def _greets(line: str, names: frozenset[str]) -> bool:
    """Whether a letter to the sender begins: "Good morning Dana,"."""
    said = words(re.split("[,!:]| [-\u2013]", line[:LOOKED_AT])[0].lower())
    between = {word.strip(".") for word in said[1:-1]} - names <= _BETWEEN  # not "hey, it's Pat"
    return 1 < len(said) < 4 and said[0] in _GREETINGS and between and said[-1] in names


def is_header(lines: Sequence[str]) -> bool:
    """Whether lines are nothing but the rows of a header block."""
    said = [line for line in lines if line.strip()]
    return len(said) > 1 and all(_row(line) for line in said)


# Header blocks

_LABEL: Final = re.compile(
    r"\s{0,20}([^\W\d_][^\d:\uff1a.!?,;<>@\"\[\]{}|]{0,30}?)\s?[:\uff1a\t]\s{0,40}(?!//)(.*)"
)
_FROM: Final = lexicon.words("structure", "from")
_ABOUT: Final = lexicon.words("structure", "about")
_CONTACT_LABELS: Final = lexicon.words("structure", "contact labels")
# A form of the sender's own has rows as well: what it is about tells it from a header block.
_FORM_LABELS: Final = lexicon.words("structure", "form labels")
_MEMO_LABELS: Final = lexicon.words("structure", "memo labels")
_Row = tuple[str, str]


def _row(line: str) -> _Row | None:
    match = _LABEL.fullmatch(_seen(line))
    if match is None:
        return None
    label = match[1].strip().lower()
    return None if label in _CONTACT_LABELS or len(label.split()) > 4 else (label, match[2])


def _rows(lines: Sequence[str], i: int) -> list[_Row]:
    """The rows of a header block that begins at a line; one blank line may part them."""
    rows: list[_Row] = []
    blank = False
    for line in lines[i : i + _AHEAD]:
        row = _row(line)
        if row is not None:
            rows.append(row)
        elif not line.strip():
            if blank:
                break
        elif rows and (not rows[-1][1] or (not blank and (line[0] in " \t" or ";" in line))):
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {line[:LOOKED_AT].strip()}".strip())
        else:
            break
        blank = not line.strip()
    return rows


def _header_block(lines: Sequence[str], i: int, names: frozenset[str]) -> Beginning | None:
    rows = _rows(lines, i)
    if not rows:
        return None
    (label, value), near = rows[0], [value for _, value in rows[:3]]
    known = not _FROM.isdisjoint({label, label.split(maxsplit=1)[0], label.replace(" ", "")})
    proof = any(_ADDRESS.search(each) or _moment(each) for each in near)
    if len(rows) == 1:
        if proof and (known or len(re.findall("[:\uff1a]", value)) > 2):
            return Beginning.SURE
        return Beginning.LIKELY if known and _looks_like_name(value) else None
    if known and any(label.split()[0] in _ABOUT for label, _ in rows):
        return Beginning.SURE
    if known:
        return Beginning.SURE if proof else Beginning.LIKELY
    if _ADDRESS.search(value) and label.split()[0] not in _FORM_LABELS:
        in_form = i and _row(lines[i - 1])
        return Beginning.LIKELY if in_form else Beginning.SURE
    form = any(re.fullmatch(r"\s*\d{1,3}\s*|.*\[[ xX]?\].*", value) for _, value in rows)
    form |= any(label.split()[0] in _FORM_LABELS for label, _ in rows)
    if form or (i and _row(lines[i - 1])):
        return None
    if proof and (_looks_like_name(value) or _moment(value)):
        return Beginning.SURE
    mine = any(set(map(str.lower, words(each))) & names for each in near)
    return Beginning.LIKELY if proof or (len(rows) > 2 and mine) else None


_MEMO_TITLES: Final = frozenset({"memo", "memorandum", "internal memo"})


def memo_length(lines: Sequence[str], names: frozenset[str]) -> int:
    """Return how many lines at the top are the head of the sender's own memo."""
    length = 0
    if lines and lines[0].strip().lower() in _MEMO_TITLES:
        behind = memo_length(lines[1:], names)
        return behind + 1 if behind else 0
    rows = [_row(line) for line in lines[:8]]
    titled = any(row is not None and row[0] == "re" for row in rows[1:3])
    for row in rows:
        if row is None or row[0] not in _MEMO_LABELS:
            break
        dated = _moment(row[1]) and not (titled and row[0] == "date" and ":" not in row[1])
        if _ADDRESS.search(row[1]) or dated:
            break
        own = set(map(str.lower, words(row[1]))) & names
        if row[0] == "from" and not (own and (length or titled)):
            return 0
        length += 1
    else:
        return 0
    return length if length < len(lines) and not lines[length].strip() else 0


# Titles between rules

_TITLE: Final = re.compile(
    r"\s*(?P<left>[-_*=~#]{2,})\s*(?P<title>[^-_*=~#\s].{0,200}?)\s*[-_*=~#]{2,}(?P<rest>.*)"
)
_OTHERS_TITLE: Final = re.compile(
    rf"\b(?:{lexicon.pattern('structure', 'titles of others')})", re.IGNORECASE
)
_BEGIN_FORWARDED: Final = re.compile(
    rf"\s*(?:{lexicon.pattern('structure', 'begin forwarded')})\s?:?\s*", re.IGNORECASE
)


def _ruled_title(lines: Sequence[str], i: int, names: frozenset[str]) -> Beginning | None:
    """A title between dashes: a mail program's, or a heading of the sender's own."""
    line = _seen(lines[i])
    if _BEGIN_FORWARDED.fullmatch(line):
        return Beginning.SURE
    match = _TITLE.fullmatch(line)
    if match is None or not words(match["title"]):
        return None
    if words(match["rest"]) and not _ADDRESS.search(match["rest"]):
        return None
    if _OTHERS_TITLE.search(match["title"]) or not match["title"].isascii():
        return Beginning.SURE
    below = next((k for k in range(i + 1, min(i + 4, len(lines))) if lines[k].strip()), None)
    if below is not None and (_header_block(lines, below, names) or _stamp(lines, below)):
        return Beginning.SURE
    return Beginning.LIKELY if match["left"][-1] in "-_" else None


# Attributions and stamps

_WROTE: Final = re.compile(
    rf"\b(?:{lexicon.pattern('structure', 'wrote')})\b"
    rf"|{lexicon.pattern('structure', 'wrote without spaces')}",
    re.IGNORECASE,
)
_TIME_WORDS: Final = re.compile(
    rf"\b(?:{lexicon.pattern('structure', 'time words')})\b\.?", re.IGNORECASE
)


def attribution(lines: Sequence[str], i: int) -> tuple[int, Beginning | None]:
    """Return how many lines from here say who wrote what is below, and how certainly."""
    said = ""
    likely = 0
    for length, line in enumerate(lines[i : i + 4], start=1):
        if not line.strip() and not (length > 1 and (_ADDRESS.search(said) or _moment(said))):
            break
        if said.endswith((".", "!", "?")) or len(said) > _LONGEST_ATTRIBUTION:
            break
        said = f"{said} {_seen(line).strip()}".strip()
        certainty = _attributes(said)
        if certainty is Beginning.SURE and (length == 1 or _takes_part(lines, i, length)):
            return length, certainty
        if certainty is Beginning.LIKELY and length == 1:
            likely = 1
    return likely, Beginning.LIKELY if likely else None


_BEHIND_COLON: Final = re.compile(r"(?<=[^\W\d][:\uff1a])\s.*")
"""What somebody wrote, in the line that says so."""


def _takes_part(lines: Sequence[str], i: int, length: int) -> bool:
    """Whether the first of several lines belongs to an attribution, not to what is above it."""
    first = _seen(lines[i]).strip()
    part = _CLOCK.search(first) or re.search(r"\d{4}|<|@", first) or first.endswith(",")
    rest = " ".join(_seen(line) for line in lines[i + 1 : i + length])
    return bool(part) or not _attributes(rest)


def _attributes(said: str) -> Beginning | None:
    head = _BEHIND_COLON.sub("", said.strip())
    said = head if _ADDRESS.search(head) else said.strip()
    if len(said) > _LONGEST_ATTRIBUTION:
        return None
    colon = said.endswith((":", "\uff1a"))
    wrote = None if said.endswith(".") else _WROTE.search(said if colon else said[-20:])
    if not (colon or (wrote and len(said[-20:]) - wrote.end() < 3)):
        return _sole_address(said)
    address, moment = bool(_ADDRESS.search(said)), _moment(said)
    parts = words(_ADDRESS.sub(" ", said))
    first_person = {"i", "we", "me", "us"} & {part.lower() for part in parts}
    short = len(parts) <= 8 and not first_person and any(p[0].isupper() for p in parts)
    if (address and moment) or (wrote and (address or moment or short)):
        return Beginning.SURE
    if address and len(parts) <= 6 and "<" in said:
        return Beginning.SURE
    return Beginning.LIKELY if address or moment or wrote else None


def _sole_address(said: str) -> Beginning | None:
    """A line of nothing but a name, an address in brackets, and perhaps a moment."""
    match = re.fullmatch(r"([^<>]{0,120})<([^<>\s]{3,120})>([^<>]{0,60})", said)
    if match is None or not _ADDRESS.search(match[2]):
        return None
    rest = _TIME_WORDS.sub(" ", _CLOCK.sub(" ", f"{match[1]} {match[3]}"))
    name = _looks_like_name(re.sub(r"[\d/.,:+-]", " ", rest))
    return Beginning.SURE if name and _moment(said) else Beginning.LIKELY if name else None


_CHAT: Final = re.compile(
    r"\[[^\]]{4,40}\][\s,-]{0,3}([^:]{2,60})(?::.*|$)|[\d/.-]{4,10},? [^-]{4,12} - ([^:]{2,60}):"
)


def _stamp(lines: Sequence[str], i: int) -> Beginning | None:
    """The head of a message copied from a chat or an archive: who, and at which time."""
    line = _seen(lines[i]).strip()
    below = _seen(next((each for each in lines[i + 1 : i + 3] if each.strip()), ""))
    name = re.sub(r"[\d()+.-]", " ", line.partition("/")[0])
    if _looks_like_name(name) and _is_clock_alone(below):
        return Beginning.SURE if _moment(below) else Beginning.LIKELY
    if len(_CLOCK.findall(line)) != 1:
        return None
    if _is_clock_alone(line) and _moment(line):
        return Beginning.LIKELY
    message = _CHAT.match(line)
    if message and _looks_like_name(message[1] or message[2]):
        return Beginning.SURE
    rest = _TIME_WORDS.sub(" ", _CLOCK.sub(" ", _WROTE.sub(" ", line)))
    rest = re.sub(r"[\d/.,:+()\[\]|-]", " ", rest)
    if len(line) > 90 or not _looks_like_name(rest):
        return None
    return Beginning.SURE if _moment(line) or "[" in line else Beginning.LIKELY


def _is_clock_alone(line: str) -> bool:
    rest = _TIME_WORDS.sub(" ", _CLOCK.sub(" ", line))
    return len(_CLOCK.findall(line)) == 1 and not words(rest)
