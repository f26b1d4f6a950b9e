"""Where the sender's own words end: by structure alone, whatever the words say.

Text of others (below header blocks and attributions, behind quote marks, in quote containers) is
dropped. Below a weak boundary (a typed name, ``-- ``, a rule) only what a signature may hold is
dropped; the rest is nobody's for certain, and stands in ``after``.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from licensing.mail import lexicon
from licensing.mail.reading.boundaries import (
    LOOKED_AT,
    Beginning,
    attribution,
    beginning,
    is_header,
    is_quoted,
    memo_length,
    words,
)
from licensing.mail.reading.html_text import SIGNATURE_BELOW
from licensing.mail.reading.signatures import (
    fits_signature,
    is_closing,
    is_notice,
    is_sent_from,
    signed_at,
)


@dataclass(frozen=True, slots=True)
class OwnWords:
    """The sender's words, and what stood beside them."""

    text: str
    """The words above any boundary; lines that a mail program broke are joined again."""
    after: str
    """Words below a weak boundary: nobody can tell whose they are."""
    scattered: bool
    """Own words stand between or below quoted ones."""
    quoted: bool
    """Text of others was left out."""


MOST_LINES: Final = 5_000
"""Lines that are not blank; a mail of more is not read."""


def own_words(lines: Sequence[str], names: frozenset[str], *, wrapped: bool) -> OwnWords:
    """Return the sender's own words; ``wrapped`` if long lines may be broken (plain text)."""
    parting = _Parting(_tidied(lines), names)
    parting.part()
    own: list[str] = []
    after: list[str] = []
    scattered = signed = False
    for number, block in enumerate(parting.blocks):
        at = 0 if signed else _weak_boundary(block, names, begun=number > 0)
        above = [line for line in block[:at] if not _names_program(line)]
        below = block[at:]
        if at < len(block) and not signed:
            signed = True
            above.append(_leave(block[at], names))
            if signed_at(block[at], names) is not None:
                length = _postscript(below)
                above += ["", *below[1:length]]
                below = below[length:]
        above = _without_notices(above)
        if any(line.strip() for line in above):
            scattered |= number > 0
            own += ["", *(_unwrapped(above) if wrapped else above)]
        after += _unknown(below, names)
    after += _unknown(parting.likely_others, names)
    return OwnWords(_joined(own), _joined(after), scattered, parting.quoted)


def _joined(lines: Iterable[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip("\n")


_LINK: Final = re.compile(
    r"\s?<(?:https?|mailto|tel):[^<>\s]{0,2000}>|\[cid:[^\[\]\s]{0,300}\]|\[image: [^\[\]]{0,300}\]"
)
_EMPHASIS: Final = re.compile(r"(?<![\w*])(\*{1,2}|_{1,2})(?=[^\s*_])([^*_\n]{1,200})\1(?![\w*])")
_SPACES: Final = str.maketrans({"\xa0": " ", "\u200b": None, "\ufeff": None, "\r": None})


def _tidied(lines: Sequence[str]) -> list[str]:
    """The lines without the marks for links, pictures and bold text; blank runs are shortened."""
    kept: list[str] = []
    for line in lines:
        text = _EMPHASIS.sub(r"\2", _LINK.sub("", line.translate(_SPACES)))
        if text.strip() or (kept and kept[-1].strip()):
            kept.append(text)
    return kept


_NAMES_PARTIES: Final = re.compile(r"\s*(?:to|from|date)\b", re.IGNORECASE)


class _Parting:
    """Parts the lines into own blocks between quotes, and what is likely another's mail."""

    def __init__(self, lines: list[str], names: frozenset[str]) -> None:
        self.blocks: list[list[str]] = [[]]
        self.likely_others: list[str] = []
        self.quoted = False
        self._lines = lines
        self._names = names

    def part(self) -> None:
        """Walk through the lines, up to where another mail begins."""
        i = memo_length(self._lines, self._names)
        self.blocks[-1] += [line for line in self._lines[:i] if not _NAMES_PARTIES.match(line)]
        while i < len(self._lines):
            i = self._step(i)

    def _step(self, i: int) -> int:
        lines = self._lines
        if is_quoted(lines[i]):
            return self._pass_quote(i)
        begins = beginning(lines, i, self._names)
        if begins is not None:
            return self._end(i, begins)
        length, begins = attribution(lines, i)
        if length and begins is not None:
            following = next((k for k in range(i + length, len(lines)) if lines[k].strip()), None)
            if following is not None and is_quoted(lines[following]):
                return following
            return self._end(i, begins)
        self.blocks[-1].append(lines[i])
        return i + 1

    def _end(self, i: int, begins: Beginning) -> int:
        self.quoted = True
        if begins is Beginning.LIKELY:
            self.likely_others += self._lines[i:]
        return len(self._lines)

    def _pass_quote(self, i: int) -> int:
        """Skip a run of quoted lines, and what of them a mail program broke off."""
        lines = self._lines
        self.quoted = True
        if any(each.strip() for each in self.blocks[-1]):
            self.blocks.append([])
        run: list[str] = []
        while i < len(lines) and (is_quoted(lines[i]) or not lines[i].strip()):
            run.append(lines[i].lstrip(" >|"))
            i += 1
            if i < len(lines) and _was_broken(run[-1], lines[i]):
                self.likely_others.append(lines[i])
                i += 1
        said = [line for line in run if line.strip()]
        if i < len(lines) and is_header(said):
            return len(lines)
        if i < len(lines) and 0 < len(said) <= 2 and self._tells_author(said[-1].strip(" >")):
            return self._end(i, Beginning.LIKELY)  # an attribution alone was marked
        return i

    def _tells_author(self, line: str) -> bool:
        told = line.endswith((":", "\uff1a")) or attribution([line], 0)[1]
        return bool(told or beginning([line], 0, self._names))


def _was_broken(line: str, rest: str) -> bool:
    """Whether a quoted line was as wide as lines get, and goes on without its mark."""
    if not line.strip() or not rest.strip() or is_quoted(rest):
        return False
    return _is_full(line, rest) and not line.rstrip().endswith((".", "?", "!", ":"))


# Weak boundaries

_DELIMITER: Final = re.compile(r"\s{0,9}(?:--|\u2014|-- -)\s{0,9}")
_RULE: Final = re.compile(r"([-_=*~#\u2014\u2013\u2500-\u257f])\1{2,}")
_TABLE_RULE: Final = re.compile(r"[-=+|: ]{5,}")


def _weak_boundary(block: Sequence[str], names: frozenset[str], *, begun: bool) -> int:
    """Where in a block words begin that may be anybody's; the block's length if nowhere."""
    before = ""
    form = False
    for i, line in enumerate(block):
        if not line.strip():
            continue
        if _names_program(line):
            if before:
                return i
        elif _DELIMITER.fullmatch(line[:LOOKED_AT]):
            return i
        elif _is_rule(line):
            form = form or _is_underline(block, i, names)
            if not ((form or _is_table_rule(line)) and _between_lines(block, i)):
                return i
        elif (before or begun) and _signs(line, before, names):
            return i
        before = line
    return len(block)


def _names_program(line: str) -> bool:
    return line == SIGNATURE_BELOW or is_sent_from(line)


def _signs(line: str, before: str, names: frozenset[str]) -> bool:
    listed = before.rstrip().endswith(":") and not is_closing(before)
    return signed_at(line, names) is not None and not listed


_POSTSCRIPT: Final = re.compile(r"\s*p\.? ?(?:p\.? ?)?s\b", re.IGNORECASE)


def _postscript(lines: Sequence[str]) -> int:
    """How many lines a signature takes with the postscript right below it; 0 if none follows."""
    begin = next((i for i, line in enumerate(lines[1:4], 1) if line.strip()), 0)
    if not begin or not _POSTSCRIPT.match(lines[begin][:LOOKED_AT]):
        return 0
    return next((i for i in range(begin, len(lines)) if not lines[i].strip()), len(lines))


def _leave(line: str, names: frozenset[str]) -> str:
    """The words of leave before the name in a line that signs: "Thanks" of "Thanks, Dana"."""
    at = signed_at(line, names)
    return line[:at].rstrip(" ,-\u2013") if at and words(line[:at]) else ""


def _is_rule(line: str) -> bool:
    if len(line) > LOOKED_AT:
        return False
    return bool(_RULE.fullmatch("".join(line.split()))) or _is_table_rule(line)


def _is_table_rule(line: str) -> bool:
    text = line.strip()
    groups = len(re.split(r"\s{2,}|\||\+", text)) > 1
    return bool(_TABLE_RULE.fullmatch(text)) and groups and "---" in text.replace("=", "-")


def _between_lines(block: Sequence[str], i: int) -> bool:
    return 0 < i < len(block) - 1 and bool(block[i - 1].strip() and block[i + 1].strip())


def _is_underline(block: Sequence[str], i: int, names: frozenset[str]) -> bool:
    """Whether a rule underlines a title of the sender's own: a form or a table begins."""
    if not _between_lines(block, i):
        return False
    title = block[i - 1].strip()
    above = next((line.rstrip() for line in reversed(block[: i - 1]) if line.strip()), ":")
    said = words(title)
    titled = len(said) > 1 and all(word[0].isupper() for word in said if len(word) > 3)
    courteous = is_closing(title) or {word.lower() for word in said} & (names | {"thanks", "fyi"})
    as_long = len(block[i].strip()) * 2 >= len(title)
    plain = not title.endswith((".", "!", "?", ","))
    return titled and plain and as_long and above.endswith(":") and not courteous


def _unknown(lines: Sequence[str], names: frozenset[str]) -> list[str]:
    """Of lines that may be anybody's, those that are no part of a signature."""
    return [
        line
        for line in _without_notices(lines, begun=True)
        if not (
            _DELIMITER.fullmatch(line[:LOOKED_AT])
            or _names_program(line)
            or _is_rule(line)
            or is_closing(line)
            or signed_at(line, names) is not None
            or (line.strip() and fits_signature(line, names))
        )
    ]


def _without_notices(lines: Sequence[str], *, begun: bool = False) -> list[str]:
    """Drop banners and disclaimers, below a signature those that ``begun`` as one."""
    kept: list[str] = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line)
            continue
        if not is_notice(" ".join(each[:4000] for each in paragraph[:40]), begun=begun):
            kept.extend(each for each in paragraph if not is_notice(each))
        kept.append("")
        paragraph = []
    return kept


# Broken lines

_WIDTH: Final = 60
"""Mail programs break lines at 65 to 80 characters; a line that could have taken the next word
was ended by its writer."""
_LIST_LINE: Final = re.compile(
    r"\s*(?:[-*+\u2022\u00b7\u2013]\s|\d{1,2}[.)]\s|[A-Za-z ]{2,25}:"
    r"|[^|\t]{0,40}?(?:[|\t]|\w {2}|\.{3}|[;,]\w))"
)
"""Begins an item of a list, a field of a form or a row of a table."""
_JOINERS: Final = lexicon.words("structure", "joiners")


def _is_full(line: str, following: str) -> bool:
    first = following.split(maxsplit=1)[0]
    return len(line.rstrip()) + 1 + len(first) > _WIDTH


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """Join lines that a mail program broke."""
    groups: list[list[str]] = []
    previous = ""
    for line in lines:
        if groups and _continues(previous, line):
            groups[-1].append(line.strip())
        else:
            groups.append([line])
        previous = line
    return [" ".join(group) for group in groups]


def _continues(previous: str, line: str) -> bool:
    if not previous.strip() or not line.strip() or _LIST_LINE.match(line[:LOOKED_AT]):
        return False
    last = previous.rstrip()[-40:].split()[-1].lower()
    first = line.lstrip()[:40].split()[0].lower()
    if last[-1] in ".!?:;" or is_closing(previous) or _is_rule(previous) or _is_rule(line):
        return False
    return _is_full(previous, line) or last in _JOINERS or first in _JOINERS
