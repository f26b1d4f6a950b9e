"""Tables, forms and lists as plain lines: each row, each form as the request that it stands for.

A grid has titles and cells below them, and is still one if turned on its side. A form is a grid
whose titles stand before their cells. What the layout does not tell for certain stays as it is.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import Final

from licensing.mail import lexicon
from licensing.mail.language.clinic_names import ClinicNames
from licensing.mail.language.tokens import NUMBERS, Kind, tokens_of
from licensing.mail.language.words import words_of

_TITLES: Final = lexicon.pairs("spellings", "columns")
_NOTHING: Final = {"", *lexicon.pairs("spellings", "empty cells")}
_AMOUNT: Final = re.compile(rf"[-+]? ?\d{{1,3}}|{'|'.join(map(' '.join, NUMBERS))}", re.IGNORECASE)
_PARTINGS: Final = tuple(map(re.compile, (r" {0,8}\| {0,8}| {2,60}", r" ?; ?", r" ?, ?")))
_RULE: Final = re.compile(r"[-=+|: ]{3,200}")
_DIGIT: Final = re.compile(r"\d")
_LONGEST: Final = 1_000
_LONGEST_FIELD: Final = 40
_MOST_ROWS: Final = 60
_NOW, _THEN = ("|".join(t for t in _TITLES if _TITLES[t] in of) for of in ("was now", "then"))
_LEVELED: Final = re.compile(
    r"(?im)(?:^|(?<=[-:;,.(|\u2013] )) {0,8}"
    rf"(?:(?:{_NOW})(?: ?[:=])? {{1,20}}(\d{{1,3}})|(\d{{1,3}}) (?:{_NOW})) ?[,;/|]?[ \n]{{1,3}}"
    rf"(?:{_THEN}|make it)(?: ?[:=])? {{1,20}}(\d{{1,3}})(?!\w|[.%]\w)"
)
"""Both numbers of a form: "Current: 20" with "New: 22" below it, "was 20, should be 22"."""
_THERE: Final = re.compile(
    r"(?i)\b((?:from|instead of) (?:the |our )?\d{1,3}) "
    rf"(?:{lexicon.pattern('words', 'telling what there is')})\b"
)
"""Says that the number before it is that of licenses there: "from the 20 we've got"."""

_SIGNS: Final = re.compile(r"(?im)^( {0,8}[-+]) {1,3}(?=(?:\d{1,2}|one|two|three|four|five) )")
"""Marks of a list that say what to do if there are both: "+ 1 PT", below it "- 1 biller"."""


def plain_lines(text: str, names: ClinicNames) -> list[str]:
    """Return the lines of a text as what they say without their layout."""
    text = _BOXES_BELOW.sub(lambda boxes: boxes[0].replace("\n", "  "), text)
    if {mark[1].strip() for mark in _SIGNS.finditer(text)} == {"+", "-"}:
        text = _SIGNS.sub(r"\1", text)
    text = _LEVELED.sub(r"from \1\2 to \3", _THERE.sub(r"\1", text))
    lines = [_counted(_ticked(line)) for line in text.split("\n")]
    told: list[str] = []
    while lines:
        told += _table(lines, names)
    return [_unmarked(line, names) for line in _form(told, names)]


# Cells

_WAYS: Final = {"add": "add", "raise": "add", "remove": "remove", "lower": "remove"}
_SMALL: Final = frozenset(map(Kind, "LAO,/()"))


@lru_cache(maxsize=2_000)  # a cell is looked at again for each line above it
def _is(cell: str, names: ClinicNames) -> str:
    """Whether a cell is a "place" or a "type" and no more, or only says to "add" or "remove"."""
    told: set[str] = set()
    for token in tokens_of(words_of(cell), names):
        way, _, form = str(token.value).partition(" ")
        if token.kind in (Kind.TYPE, Kind.DISCIPLINE):
            told.add(f"type {token.value}")
        elif token.kind is Kind.PLACE:
            told.add("place")
        elif token.kind is Kind.MORE and token.plain not in ("fewer", "less"):
            told.add("add")
        elif token.kind not in _SMALL and token.plain not in ("s", "."):
            told.add(_WAYS.get(way, "") if form != "past" else "")
    types = {what for what in told if what.startswith("type")}
    if types:
        return "type" if len(types) == 1 and told - types <= {"add"} else ""
    return told.pop() if len(told) == 1 else ""


def _is_nothing(cell: str) -> bool:
    return cell.lower().strip(" .-\u2013") in _NOTHING


def _title(cell: str) -> str:
    return _TITLES.get(cell.lower().strip(" :.?") or cell, "")


def _holds(title: str, cells: Sequence[str], names: ClinicNames) -> str:
    """What a column holds, by its cells if they tell and else by its title; "" if nobody knows."""
    filled = [cell for cell in cells if not _is_nothing(cell)]
    what, of = {_is(cell, names) for cell in filled}, _title(title)
    counted = all(map(_AMOUNT.fullmatch, filled))
    if what in ({"place"}, {"type"}) and of != "reason":
        return what.pop()
    if counted and not of and _is(title, names):
        return "each"
    if counted and filled and of == "action":
        return "number"
    if what and what <= {"add", "remove"} and not title:
        return "action"
    return of if counted or of not in ("number", "was", "now", "then", "item") else ""


# Tables


def _table(lines: list[str], names: ClinicNames) -> list[str]:
    """Take the first line, and the rows below if it has their titles, and return what they say."""
    for parting in () if ": " in lines[0] or _DIGIT.search(lines[0]) else _PARTINGS:
        titles = parting.split(lines[0].strip(" |"))
        if sum(bool(_title(title) or _is(title, names)) for title in titles) < 2:
            continue
        below = list(takewhile(str.strip, lines[1 : 2 + _MOST_ROWS]))
        rows = [parting.split(row.strip(" |")) for row in below if not _RULE.fullmatch(row)]
        if not rows or len(rows) > _MOST_ROWS or max(map(len, below)) > _LONGEST:
            continue
        grid = [titles if max(map(len, rows)) <= len(titles) else ["", *titles], *rows]
        square = len({*map(len, grid)}) == 1
        for each in (grid, list(zip(*grid, strict=False)))[: 1 + square]:
            told = _rows(each, names)
            if told is not None:
                del lines[: 1 + len(below)]
                return told
    return [lines.pop(0)]


def _rows(grid: Sequence[Sequence[str]], names: ClinicNames) -> list[str] | None:
    """What the rows of a grid say; None if they are not all rows."""
    titles, *rows = grid
    full = [row for row in rows if len(row) > 1 and not row[0].lower().startswith("total")]
    below = [[row[i] for row in full if i < len(row)] for i in range(len(titles))]
    columns = [_holds(title, cells, names) for title, cells in zip(titles, below, strict=True)]
    each = {t: _is(t, names) for t, of in zip(titles, columns, strict=True) if of == "each"}
    each = {t: of if of in ("place", "type") else "action" for t, of in each.items()}
    own = [of for of in columns if of not in ("each", "item")]
    own += {*each.values()}
    short = len(titles) - (not each)
    whole = full and all(columns) and all(short <= len(row) <= len(titles) for row in full)
    noted = any(len(row) == 1 and _DIGIT.search(row[0]) for row in rows)
    if not whole or noted or len({*own}) < len(own) or len({*titles}) < len(titles):
        return None
    told: list[str | None] = [" ".join(t for t in titles if not (_title(t) or t in each))]
    for row in rows:
        said, cells = (dict(zip(keys, row, strict=False)) for keys in (columns, titles))
        asked = [{**said, of: t, "number": cells[t] or "0"} for t, of in each.items() if t in cells]
        if row in full:
            told += [_request(fields, names) for fields in asked or [said]]
        else:
            told.append(" ".join(row))  # "Lakeside", above the rows of its own; "Total 3"
    return None if None in told else [line for line in told if line]


def _request(said: Mapping[str, str], names: ClinicNames) -> str | None:
    """What a row or a form asks for; "" if for nothing, None if nobody can tell."""
    kind, place, action, why = (said.get(of, "") for of in ("type", "place", "action", "reason"))
    was, now, then, number = (
        said.get(of, "").replace(" ", "") for of in ("was", "now", "then", "number")
    )
    now, then = (was, then or now) if was else (now, then)
    kind = " ".join(reversed(re.split(" ?, ?", kind.strip(" ."))))  # "license, PT, additional"
    because = "" if _is_nothing(why) else f" because {why}"
    at = f" at {place}" if place else ""
    number = "0" if number and _is_nothing(number) else number
    if kind and now.isdigit() and then.isdigit():
        change = f"{int(then) - int(now):+}"
        if (number or change) not in (change, change[1:]):
            return f"add or remove {number.strip('+-')} or {change[1:]} {kind} licenses{at}"
        return f"{place} {kind} | {now} | {then} | {change}{because}" if now != then else ""
    if not kind or not number or then or (now and not action):
        return None
    if number[0] in "+-" or not action:
        return f"{place} {kind} {number}{because}" if number != "0" else ""
    noun = "" if "licen" in kind.lower() else " license" if number == "1" else " licenses"
    told = f"{_is(action, names) or action} {number} {kind}{noun}{at}{because}"
    return told.strip() if number != "0" else ""


# Forms

_BESIDE: Final = re.compile(
    r"(?<=[\w:])(?: {2,8}(?=[A-Z][\w/]{0,20}(?: [\w/]{1,20})?:)| ?/ (?=[^\W\d][\w ]{0,20}: ))"
)
"""Between fields side by side: "Therapist: 2   Assistant: 1", "qty: 1 / type: PT"."""
_NOTE: Final = re.compile(
    r"(?i) ?\((?:[\w ]{0,20}(?:only|optional|required|if any|\bs)|only if \w+)\)(?= {0,3}:)"
)
"""Says when a field matters: "Reason (removals only):"."""
_BOX: Final = re.compile(r"[(\[] {0,2}([xX]?) {0,2}[)\]]")
_BOXES_BELOW: Final = re.compile(r"(?<=:)(?:\n {0,8}[(\[] ?[xX]? ?[)\]] [^\n:]{1,80}){2,12}")


def _form(lines: Sequence[str], names: ClinicNames) -> list[str]:
    """The lines with the fields of a form as the request that it is, if it is one and whole."""
    said: dict[str, str] = {}
    at: list[int] = []
    for i, line in enumerate(lines):
        fields = _fields(line, names)
        if "" in fields or said.keys() & fields.keys():
            return list(lines)
        said |= fields
        at += [i] if fields else []
    whole = said.keys() & {"now", "then"} or _is(said.get("action", ""), names)
    told = _request(said, names) if whole else ""
    if not told:
        return list(lines)
    return [told if i == at[0] else line for i, line in enumerate(lines) if i not in at[1:]]


def _fields(line: str, names: ClinicNames) -> dict[str, str]:
    """The fields of a form in a line by what they hold, "" for what nobody knows."""
    line = _NOTE.sub("", line).strip() if len(line) <= _LONGEST else ""
    if ":" not in line:
        line = re.sub(r"(?i) ?\b(?:request(?: for| to)?|form)\b", "", line).strip()
        of = _holds("", [line], names) if len(line) <= _LONGEST_FIELD else ""
        return {of: line} if of else {}
    parted = [line] if _title(line.partition(":")[0]) else _BESIDE.split(line)
    fields = [(label, value.strip()) for label, _, value in (f.partition(":") for f in parted)]
    known = all(_title(label) and value for label, value in fields)
    return {_holds(label, [value], names): value for label, value in fields} if known else {}


_KINDS: Final = "|".join(
    " ".join(words) for words, of in lexicon.table("licenses").items() if of.startswith("type")
)
_COUNT: Final = re.compile(
    rf"(?i)\b({_KINDS}) ?: {{0,3}}(\d{{1,2}}\b|-|n/?a\b|none\b)?[ ,;/]{{0,5}}"
    rf"(?=$|(?:{_KINDS}|reason|notes?) ?:)"
)


def _counted(line: str) -> str:
    """A line of types without those that have no number: "Therapist: 1 Assistant: Billing: 0"."""
    counts = [count.strip("0") for _, count in _COUNT.findall(line[:_LONGEST])]
    if len(counts) < 2 or not any(map(str.isdigit, counts)):
        return line
    told = {True: r"\1: \2; ", False: ""}
    return _COUNT.sub(lambda of: of.expand(told[(of[2] or "").strip("0").isdigit()]), line)


def _ticked(line: str) -> str:
    """A choice as what is ticked: "Action: [x] add [ ] remove"; boxes may stand behind."""
    first, *rest = _BOX.split(line) if len(line) <= _LONGEST else [line]
    if len(rest) < 4 and not any(rest[::2]):
        return line
    label, _, before = first.rpartition(":")
    behind = before.strip() and not rest[-1].strip()
    texts = [before, *rest[1:-1:2]] if behind else rest[1::2]
    chosen = ", ".join(text.strip() for mark, text in zip(rest[::2], texts, strict=True) if mark)
    label = label if behind else first
    return f"{label.strip(' :')}: {chosen}" if label.strip() else chosen


# Lists

_MARK: Final = re.compile(
    r"(?i)^ {0,8}(?:\(?(?:\d{1,2}[.)]|[a-h]\))|0\d(?= )|[-*+\u2022\u2013>](?= )|\[ ?[xX]? ?\](?= ))"
    r" {0,3}(?=\S)"
    r"|^ {0,8}(?:find |part |pos\.? )?(?:line|item|no\.?|row|#) ?\d{1,2}[.:)]? {1,8}(?=\S)"
)


def _unmarked(line: str, names: ClinicNames) -> str:
    """A line without the marks of a list or a table: "2. Lakeside, therapist, increase by 1"."""
    line = _BESIDE.sub("; ", _NOTE.sub("", line[:2_000]) + line[2_000:]).strip(" |")
    line = _MARK.sub("", line)
    for parting in (", ", " / ", "; ", " | "):
        cells = line[:_LONGEST].split(parting, 2)
        if len(cells) > 2 and {_is(cell, names) for cell in cells[:2]} == {"place", "type"}:
            return f"{' '.join(cells)}{line[_LONGEST:]}"
    return line
