"""Tables that say what to do or what to end up with, each row as what it stands for."""

import re
from collections.abc import Sequence
from itertools import takewhile
from typing import Final

from licensing.mail import lexicon
from licensing.mail.language.tokens import NUMBERS

_COLUMNS: Final = lexicon.pairs("spellings", "columns")
_CELLS: Final = re.compile(r" {0,8}\| {0,8}| {2,40}")
_RULE: Final = re.compile(r"[-=+|: ]{3,200}")
_LONGEST: Final = 1_000
_NEEDED: Final = (frozenset({"action", "type", "number"}), frozenset({"type", "now", "then"}))
_LEVELS: Final = ("now", "then")
_DIGIT: Final = re.compile(r"\d")
_SHORTEST: Final = len("n/a")
"""What is no longer says not why."""


def _titles(level: str) -> str:
    titles = (title for title, of in _COLUMNS.items() if of == level)
    return "|".join(titles)


_LEVELED: Final = re.compile(
    r"(?:^|(?<=[-:;,.(|\u2013] )) {0,8}"
    rf"(?:{_titles('now')})(?: ?[:=])? {{1,20}}(\d{{1,3}}) ?[,;/|]?[ \n]{{1,3}}"
    rf"(?:{_titles('then')}|make it)(?: ?[:=])? {{1,20}}(\d{{1,3}})(?!\w|[.%]\w)",
    re.IGNORECASE | re.MULTILINE,
)
"""Both numbers of a form: "Current: 20" with "New: 22" below it, "was 20, should be 22"."""

_THERE: Final = re.compile(
    r"\b((?:from|instead of) (?:the |our )?\d{1,3}) "
    rf"(?:{lexicon.pattern('words', 'telling what there is')})\b",
    re.IGNORECASE,
)
"""Says that the number before it is that of licenses there: "from the 20 we've got"."""


def with_rows_told(text: str) -> list[str]:
    """Return the lines; below a heading "Site | Type | Qty | Action" each row as a sentence.

    A row below "Type | Have | Want" gets the difference. A table with a row that is none stays as
    it is.
    """
    lines = _LEVELED.sub(r"from \1 to \2", _THERE.sub(r"\1", text)).split("\n")
    found = list(lines)
    for i, line in enumerate(lines):
        cells = _cells(line)
        titles = [_COLUMNS.get(cell.lower().strip(" :.") or cell, "") for cell in cells]
        others = [cell for cell, title in zip(cells, titles, strict=True) if title not in _LEVELS]
        titles = titles if others else ["type", *titles]  # "Now  Should be", above theirs alone
        known = all(titles) and len(titles) == len(set(titles))
        if not known or not any(set(titles) >= needed for needed in _NEEDED):
            continue
        below = takewhile(str.strip, lines[i + 1 :])
        rows = [row if _RULE.fullmatch(row[:_LONGEST]) else _told(titles, row) for row in below]
        if rows and all(rows):
            told = line if "number" in titles else " ".join(others)
            found[i : i + 1 + len(rows)] = [told, *rows]
    return found


def _cells(line: str) -> list[str]:
    return _CELLS.split(line[:_LONGEST].strip(" |"))


def _told(titles: Sequence[str], line: str) -> str:
    """A row as a sentence; "" if it is none."""
    cells = _cells(line)
    row = dict(zip(titles, cells, strict=False))
    number, kind = row.get("number", ""), row.get("type", "")
    if len(cells) == 1 and not _DIGIT.search(line):
        return line  # "Lakeside", above the rows of its own
    if not 0 <= len(titles) - len(cells) <= 1 or not kind:
        return ""
    why = row.get("reason", "").strip(" -")
    because = f" because {why}" if len(why) > _SHORTEST else ""
    levels = [row[title] for title in _LEVELS if row.get(title, "").isdigit()]
    if len(levels) == 2:
        now, then = levels
        change = f"{now} | {then} | {int(then) - int(now):+}" if now != then else "0"
        return f"{row.get('place', '')} {kind} | {change}{because}"
    counted = number.isdigit() or (number.lower(),) in NUMBERS
    if not counted or not row.get("action"):
        return ""
    noun = "" if "licen" in kind.lower() else " license" if number == "1" else " licenses"
    place = f" at {row['place']}" if row.get("place") else ""
    return f"{row['action']} {number} {kind}{noun}{place}{because}"
