"""HTML as the text that a reader sees, quotes marked as in plain text.

Text that nobody sees is dropped: display:none, zero size, the background's color, struck
through, comments. Where only a full browser could tell what is seen, the text is called doubtful.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Final

from licensing.mail import lexicon
from licensing.mail.reading.boundaries import QUOTED_BELOW
from licensing.mail.reading.styles import (
    TINY,
    Rgb,
    doubtful_selectors,
    first_color,
    is_clear,
    look_of,
    rgb,
    too_close,
    without_spans,
)

MOST_TAGS: Final = 25_000
LONGEST_TAG: Final = 10_000
# The parser's time grows with the square of unfinished tags: 60 KB of "<a " take half a minute.
_MOST_OPEN: Final = 50
_DEEPEST: Final = 500
_LONGEST_MARKS: Final = 1_000


@dataclass(frozen=True, slots=True)
class SeenText:
    """What a reader sees."""

    lines: list[str]
    doubtful: bool = False
    """Something may be seen or hidden in a way that this reading cannot tell."""
    too_long: bool = False
    """It is larger than this reading goes."""


_PICTURE: Final = re.compile(r"data:[\w/+.-]{0,60};base64,[A-Za-z0-9+/=\s]*")


def seen_text(html: str) -> SeenText:
    """Return the lines that a mail program shows."""
    bare, odd = _without_declarations(_PICTURE.sub("", html))
    tags = bare.split(">")
    longest = max(len(each.partition("<")[2]) for each in tags)
    if bare.count("<") > MOST_TAGS or longest >= LONGEST_TAG:
        return SeenText([], too_long=True)
    if any(each.count("<") > _MOST_OPEN for each in tags):
        return SeenText([], doubtful=True)
    renderer = _Renderer(doubtful_selectors(html))
    try:
        renderer.feed(bare)
        renderer.close()
    except (AssertionError, ValueError, RecursionError, IndexError):
        return SeenText([], doubtful=True)
    return SeenText(renderer.lines(), odd or renderer.doubtful)


def _without_declarations(html: str) -> tuple[str, bool]:
    """Drop comments, conditional sections and declarations; the flag tells of odd ones."""
    odd = any(mark in html for mark in ("<!-->", "<!--->", "--!>", "<![CDATA"))
    odd |= html.rfind("<!--") > html.rfind("-->")
    return without_spans(without_spans(html, "<!--", "-->"), "<!", ">"), odd


# Elements

_DROPPED: Final = lexicon.words("structure", "dropped")
_IN_HEAD: Final = lexicon.words("structure", "in head")
_VOID: Final = lexicon.words("structure", "void")
_BLOCKS: Final = lexicon.words("structure", "blocks")
_UNKNOWABLE: Final = lexicon.words("structure", "unknowable")
_CLOSES: Final = lexicon.pairs("structure", "closing without an end")
_QUOTES: Final = re.compile(lexicon.pattern("structure", "quote containers"))
_REPLY_HEADS: Final = re.compile(lexicon.pattern("structure", "reply heads"))
_SIGNATURES: Final = re.compile(lexicon.pattern("structure", "signature containers"))
SIGNATURE_BELOW: Final = "\u2063-- "
"""Where a mail program says that a signature begins; nobody types it."""
_RULE: Final = "________"


@dataclass(frozen=True, slots=True)
class _Box:
    """An open element and what its text inherits."""

    tag: str = ""
    hidden: bool = False
    invisible: bool = False
    tiny: bool = False
    quoted: bool = False
    preformatted: bool = False
    ink: Rgb | None = (0, 0, 0)
    paper: Rgb | None = (255, 255, 255)
    clear: bool = False
    doubtful: bool = False
    signature: bool = False
    spaced: bool = False
    """A paragraph with a blank line before and after it."""

    @property
    def unseen(self) -> bool:
        """Whether text in it is not seen."""
        faint = too_close(self.ink, self.paper)
        return self.hidden or self.invisible or self.tiny or self.clear or faint


@dataclass
class _Renderer(HTMLParser):
    """Writes text into lines while elements open and close."""

    doubted: frozenset[str]
    doubtful: bool = False
    _boxes: list[_Box] = field(default_factory=lambda: [_Box()])
    _open: Counter[str] = field(default_factory=Counter)
    _lines: list[str] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _quoted: bool = False

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def lines(self) -> list[str]:
        """Return what was written."""
        self._end_line()
        return self._lines

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open an element."""
        self._close_implied(tag)
        given = {name: value or "" for name, value in reversed(attrs)}
        box = self._box(tag, given)
        if not box.unseen:
            box = self._break_before(tag, given, box)
        if tag in _VOID:
            return
        self._mark_start(given, box)
        self._boxes.append(box)
        self._open[tag] += 1
        if len(self._boxes) > _DEEPEST:
            self.doubtful = True
            del self._boxes[1:]
            self._open.clear()

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element of that name and everything in it."""
        if not self._open[tag]:
            return
        if tag in _BLOCKS:
            self._end_line()
        while len(self._boxes) > 1:
            box = self._pop()
            if box.tag == tag:
                if box.spaced and not box.unseen:
                    self._blank()
                return

    def _pop(self) -> _Box:
        box = self._boxes.pop()
        self._open[box.tag] -= 1
        return box

    def handle_data(self, data: str) -> None:
        """Write text."""
        box = self._boxes[-1]
        if box.unseen:
            return
        if box.doubtful and not box.quoted and data.strip():
            self.doubtful = True
        if box.quoted != self._quoted:
            self._end_line()
            self._quoted = box.quoted
        if box.preformatted:
            *whole, rest = data.split("\n")
            for line in whole:
                self._line.append(line)
                self._end_line(even_empty=True)
            self._line.append(rest)
            return
        text = re.sub(r"[ \t\r\n\f]+", " ", data)
        text = text.lstrip(" ") if not self._line or self._line[-1].endswith(" ") else text
        self._line += [text] if text else []

    def _break_before(self, tag: str, given: dict[str, str], box: _Box) -> _Box:
        """Begin a new line or cell where the element does."""
        look = look_of(given.get("style", ""))
        if look.drawn_bullet:
            self._line = self._line or ["- "]
            return replace(box, hidden=True)
        if tag == "br":
            self._end_line(even_empty=True)
        elif tag in ("td", "th"):
            self._line += ["\t"] if any(text.strip() for text in self._line) else []
        elif tag in _BLOCKS:
            self._end_line()
            if (tag == "hr" or look.ruled) and not box.quoted:
                self._lines.append(_RULE)
            if box.spaced:
                self._blank()
            self._line = ["- "] if tag == "li" else []
        return box

    def _box(self, tag: str, given: dict[str, str]) -> _Box:
        """What the element's text inherits from the elements around it, and from itself."""
        outer = self._boxes[-1]
        hidden = outer.hidden or tag in _DROPPED or "hidden" in given
        if hidden or outer.quoted:
            return replace(outer, tag=tag, hidden=hidden, spaced=False)
        look = look_of(given.get("style", ""))
        marks = f"{given.get('class', '')} {given.get('id', '')}".lower()
        names = {tag, "*", f"#{given.get('id', '').lower()}"}
        names.update(f".{name}" for name in given.get("class", "").lower().split())
        tiny = outer.tiny and (look.points is None or look.relative)
        tiny |= look.points is not None and look.points < TINY
        ink, clear = _ink(outer, given, look.ink, tag)
        return replace(
            outer,
            tag=tag,
            hidden=look.hidden,
            invisible=outer.invisible if look.invisible is None else look.invisible,
            tiny=tiny,
            quoted=tag in ("blockquote", "q")
            or bool(_QUOTES.search(marks[:_LONGEST_MARKS]))
            or look.barred,
            spaced=tag == "p"
            and not marks.startswith("mso")
            and "margin:0" not in given.get("style", "").lower().replace(" ", ""),
            preformatted=outer.preformatted or tag == "pre" or look.preformatted,
            ink=ink,
            clear=clear,
            paper=_paper(outer, given, look.paper),
            doubtful=outer.doubtful
            or tag in _UNKNOWABLE
            or look.doubtful
            or len(marks) > _LONGEST_MARKS
            or bool(names & self.doubted),
            signature=outer.signature or bool(_SIGNATURES.search(marks[:_LONGEST_MARKS])),
        )

    def _mark_start(self, given: dict[str, str], box: _Box) -> None:
        marks = f"{given.get('class', '')} {given.get('id', '')}".lower()[:_LONGEST_MARKS]
        if _REPLY_HEADS.search(marks):
            self._end_line()
            self._lines.append(QUOTED_BELOW)
        elif box.signature and not self._boxes[-1].signature and not box.quoted:
            self._end_line()
            self._lines.append(SIGNATURE_BELOW)

    def _close_implied(self, tag: str) -> None:
        """Close what HTML closes without an end tag."""
        if self._boxes[-1].tag == "head" and tag not in _IN_HEAD and ":" not in tag:
            self._pop()
        if tag in _BLOCKS and self._boxes[-1].tag == "p":
            self.handle_endtag("p")
        for _ in range(2):
            if self._boxes[-1].tag in _CLOSES.get(tag, "").split():
                self._pop()

    def _blank(self) -> None:
        if self._lines and self._lines[-1].strip(" >"):
            self._lines.append("> " if self._quoted else "")

    def _end_line(self, *, even_empty: bool = False) -> None:
        whole = "".join(self._line)
        text = whole.replace("\xa0", " ").strip()
        if text or even_empty or "\xa0" in whole:
            self._lines.append(("> " if self._quoted else "") + text)
        self._line = []


_AS_AROUND: Final = ("inherit", "initial", "unset", "currentcolor", "auto", "none")


def _ink(outer: _Box, given: dict[str, str], color: str, tag: str) -> tuple[Rgb | None, bool]:
    """The color of an element's text; None if unknown, and whether it is see-through."""
    attribute = {"font": "color", "body": "text"}.get(tag, "")
    value = color or given.get(attribute, "").lower()[:100]
    if not value or value.startswith(_AS_AROUND):
        return outer.ink, outer.clear
    return rgb(value), is_clear(value)


def _paper(outer: _Box, given: dict[str, str], color: str) -> Rgb | None:
    """The color behind an element's text; None if unknown."""
    value = color or given.get("bgcolor", "").lower()[:100]
    if "background" in given or "url(" in value or "gradient" in value:
        return None
    if not value or value.startswith(("transparent", *_AS_AROUND)) or is_clear(value):
        return outer.paper
    return first_color(value)
