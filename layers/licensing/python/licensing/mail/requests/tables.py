"""Tables with a column of what to do, each row as the sentence that it stands for."""

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
_NEEDED: Final = frozenset({"action", "type", "number"})
_SHORTEST: Final = len("n/a")
"""What is no longer says not why."""


def with_rows_told(lines: Sequence[str]) -> list[str]:
    """Return lines; below a heading such as "Site | Type | Qty | Action" each row as a sentence.

    A table with a row that is none stays as it is.
    """
    found = list(lines)
    for i, line in enumerate(lines):
        titles = [_COLUMNS.get(cell.lower().strip(" :.") or cell, "") for cell in _cells(line)]
        if not all(titles) or len(titles) != len(set(titles)) or not set(titles) >= _NEEDED:
            continue
        below = takewhile(str.strip, lines[i + 1 :])
        rows = [row if _RULE.fullmatch(row[:_LONGEST]) else _told(titles, row) for row in below]
        if rows and all(rows):
            found[i + 1 : i + 1 + len(rows)] = rows
    return found


def _cells(line: str) -> list[str]:
    return _CELLS.split(line[:_LONGEST].strip(" |"))


def _told(titles: Sequence[str], line: str) -> str:
    """A row as a sentence; "" if it is none."""
    cells = _cells(line)
    row = dict(zip(titles, cells, strict=False))
    number, kind = row.get("number", ""), row.get("type", "")
    counted = number.isdigit() or (number.lower(),) in NUMBERS
    known = len(titles) - len(cells) in (0, 1) and counted and kind and row.get("action")
    if not known:
        return ""
    noun = "" if "licen" in kind.lower() else " license" if number == "1" else " licenses"
    place = f" at {row['place']}" if row.get("place") else ""
    why = row.get("reason", "").strip(" -")
    because = f" because {why}" if len(why) > _SHORTEST else ""
    return f"{row['action']} {number} {kind}{noun}{place}{because}"
