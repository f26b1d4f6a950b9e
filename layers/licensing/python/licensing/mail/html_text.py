"""HTML as the text that a reader sees, quotes marked as in plain text.

Text that nobody sees is dropped: display:none, zero size, the background's colour, struck
through, comments. Where only a full browser could tell what is seen, the text is called doubtful.
"""

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Final

from licensing.mail.vocabulary import listed

# The parser's time grows with the square of unfinished tags: 60 KB of "<a " take half a minute.
_MOST_OPEN: Final = 50
_MOST_TAGS: Final = 100_000
_DEEPEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class SeenText:
    """What a reader sees."""

    lines: list[str]
    doubtful: bool
    """Something may be seen or hidden in a way that this reading cannot tell."""


def seen_text(html: str) -> SeenText:
    """Return the lines that a mail program shows."""
    bare, doubtful = _without_declarations(html)
    if any(piece.count("<") > _MOST_OPEN for piece in bare.split(">")):
        return SeenText([], doubtful=True)
    if bare.count("<") > _MOST_TAGS:
        return SeenText([], doubtful=True)
    renderer = _Renderer(_hiding_selectors(bare))
    try:
        renderer.feed(bare)
        renderer.close()
    except (AssertionError, ValueError, RecursionError, IndexError):
        return SeenText([], doubtful=True)
    return SeenText(renderer.lines(), doubtful or renderer.doubtful)


def _without_declarations(html: str) -> tuple[str, bool]:
    """Drop comments, conditional sections and declarations; the flag tells of odd ones."""
    kept: list[str] = []
    odd = False
    at = 0
    while (start := html.find("<!", at)) >= 0:
        kept.append(html[at:start])
        if html.startswith("<!--", start):
            end = html.find("-->", start + 4)
            odd |= html.startswith(("<!-->", "<!--->"), start) or end < 0
            odd |= 0 <= html.find("--!>", start) < end
            at = len(html) if end < 0 else end + 3
        else:
            end = html.find(">", start)
            odd |= html.startswith("<![CDATA", start)
            at = len(html) if end < 0 else end + 1
    kept.append(html[at:])
    return "".join(kept), odd


# Styles

_HIDDEN: Final = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:(?:0?\.0\d*|0)(?![.\d])"
)
_CLIPPED: Final = re.compile(r"(?:max-)?(?:height|width):0(?:px|pt|em|%)?(?:!important)?(?:;|$)")
_DOUBTFUL: Final = re.compile(
    r"(?<!-)clip(?:-path)?:(?!auto)|(?<!text-)transform:|text-indent:-\d{3,}|mso-hide:all|(?:left|right|top|bottom):-\d{3,}"
    r"|margin(?:-left|-top)?:-\d{3,}|unicode-bidi:(?:bidi-)?(?:isolate-)?override|filter:"
    r"|line-height:0(?![.\d])|(?<!-)content:|z-index:-|text-security|writing-mode:|direction:rtl"
    r"|mask|letter-spacing:-|float:.*float:|position:(?:absolute|fixed)"
)
_STRUCK: Final = re.compile(r"text-decoration(?:-line)?:[^;]*line-through")
_FONT: Final = re.compile(r"font(?:-size)?:[^;]*?(\d*\.?\d+)(px|pt|em|rem|%|ex|vw|pc|mm|cm|in)?\b")
_SIZE_IN_POINTS: Final = {
    "px": 0.75, "pt": 1.0, "": 0.75, "em": 12.0, "rem": 12.0, "%": 0.12, "ex": 6.0, "vw": 6.0,
    "pc": 12.0, "mm": 2.8, "cm": 28.0, "in": 72.0,
}  # fmt: skip
_TINY: Final = 3.5
_COLOR: Final = re.compile(r"(?:^|;)color:([^;]+)")
_PAPER: Final = re.compile(r"(?:^|;)background(?:-color)?:([^;]+)")
_NAMED: Final = {
    "white": (255, 255, 255), "snow": (255, 250, 250), "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255), "whitesmoke": (245, 245, 245), "black": (0, 0, 0),
    "floralwhite": (255, 250, 240), "mintcream": (245, 255, 250), "azure": (240, 255, 255),
    "red": (255, 0, 0), "green": (0, 128, 0), "blue": (0, 0, 255), "gray": (128, 128, 128),
    "grey": (128, 128, 128), "navy": (0, 0, 128), "yellow": (255, 255, 0),
    "lightyellow": (255, 255, 224), "orange": (255, 165, 0), "silver": (192, 192, 192),
}  # fmt: skip
_CLEAR: Final = re.compile(r"transparent|rgba\([^)]*,0?(?:\.0+)?\)|hsla\([^)]*,0?(?:\.0+)?\)")
_TOO_CLOSE: Final = 96
"""Sum of the differences of red, green and blue below which nobody can read a text."""
Rgb = tuple[int, int, int]


def _rgb(value: str) -> Rgb | None:
    value = value.replace("!important", "").strip()
    if value in _NAMED:
        return _NAMED[value]
    if match := re.fullmatch(r"#([0-9a-f]{3})[0-9a-f]?", value):
        red, green, blue = (int(digit * 2, 16) for digit in match[1])
        return red, green, blue
    if match := re.fullmatch(r"#([0-9a-f]{6})(?:[0-9a-f]{2})?", value):
        number = int(match[1], 16)
        return number >> 16, number >> 8 & 255, number & 255
    if match := re.match(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})", value):
        return int(match[1]), int(match[2]), int(match[3])
    return None


def _hiding_selectors(html: str) -> frozenset[str]:
    """The simple selectors whose rules in a style sheet hide text, or might."""
    found: set[str] = set()
    for sheet in re.findall(r"<style[^<>]*>([^<]*)", html, re.IGNORECASE):
        for rule in sheet.split("}"):
            before, _, style = rule.rpartition("{")
            if not _may_hide(_tidy(style)):
                continue
            for selector in before.rpartition("{")[2].split(","):
                simple = selector.lower().split()[-1:] or [""]
                found.update(re.findall(r"[.#]?[\w-]+", simple[0].partition(":")[0]))
    return frozenset(found)


def _may_hide(style: str) -> bool:
    font = _FONT.search(style)
    return bool(
        _HIDDEN.search(style)
        or _CLIPPED.search(style)
        or _DOUBTFUL.search(style)
        or _STRUCK.search(style)
        or (font and _points(font) < _TINY)
        or "color:#fff" in style
        or "color:white" in style
    )


_LONGEST_STYLE: Final = 3000


def _tidy(style: str) -> str:
    """A style in lower case without spaces and comments; an endless one counts as doubtful."""
    if len(style) > _LONGEST_STYLE:
        return "filter:"
    return re.sub(r"\s+", "", re.sub(r"/\*.*?\*/", "", style.lower(), flags=re.DOTALL))


def _points(match: re.Match[str]) -> float:
    return float(match[1]) * _SIZE_IN_POINTS[match[2] or ""]


# Elements

_DROPPED: Final = listed(
    "script style head title template svg math object iframe select textarea audio video canvas "
    "map datalist noembed noframes"
)
_IN_HEAD: Final = listed("head meta title link style script base template noscript")
_VOID: Final = listed("area base br col embed hr img input link meta param source track wbr")
_BLOCKS: Final = listed(
    "address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody tfoot thead tr ul"
)
_STRIKES: Final = listed("s strike del")
_UNKNOWABLE: Final = listed("plaintext xmp listing bdo sup sub ruby marquee details")
_CLOSES: Final = {
    "li": ("li",), "dt": ("dt", "dd"), "dd": ("dt", "dd"), "tr": ("tr", "td", "th"),
    "td": ("td", "th"), "th": ("td", "th"), "option": ("option",), "body": ("head",),
}  # fmt: skip
_QUOTES: Final = re.compile(
    r"gmail_quote|gmail_attr|gmail_extra|yahoo_quoted|protonmail_quote|moz-cite-prefix"
    r"|mail_android_quote|tutanota_quote|zmail_extra|olk_src_body_section|wordsection1_quote"
    r"|x_gmail_quote|ydp\w*yahoo_quoted|skin-?quoted|hm_ex_quote|quoted_text"
)
_REPLY_HEADS: Final = re.compile(
    r"divrplyfwdmsg|ms-outlook-mobile-reference-message|mail-editor-reference-message|divtagrplyfwd"
)
_SIGNATURES: Final = re.compile(
    r"gmail_signature|(?:^|\s|x_)signature(?:$|\s)|applemailsignature|ms-outlook-mobile-signature"
    r"|moz-signature|protonmail_signature|yahoo-signature|ydp\w*signature"
)
QUOTED_BELOW: Final = "-----Original Message-----"
SIGNATURE_BELOW: Final = "-- "
SIGNATURE_ENDS: Final = "\u2063signature ends"


@dataclass(frozen=True, slots=True)
class _Box:
    """An open element and what its text inherits."""

    tag: str = ""
    hidden: bool = False
    invisible: bool = False
    tiny: bool = False
    quoted: int = 0
    preformatted: bool = False
    ink: Rgb | None = (0, 0, 0)
    paper: Rgb | None = (255, 255, 255)
    clear: bool = False
    doubtful: bool = False
    signature: bool = False

    @property
    def unseen(self) -> bool:
        """Whether text in it is not seen."""
        faint = (
            self.ink is not None
            and self.paper is not None
            and sum(abs(a - b) for a, b in zip(self.ink, self.paper, strict=True)) < _TOO_CLOSE
        )
        return self.hidden or self.invisible or self.tiny or self.clear or faint


@dataclass
class _Renderer(HTMLParser):
    """Writes text into lines while elements open and close."""

    hiding: frozenset[str]
    doubtful: bool = False
    _boxes: list[_Box] = field(default_factory=lambda: [_Box()])
    _lines: list[str] = field(default_factory=list)
    _line: list[str] = field(default_factory=list)
    _spaced: bool = True
    """Whether white space would be swallowed here."""
    _quoted: int = 0

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
        if box.unseen:
            pass
        elif "mso-list:ignore" in _tidy(given.get("style", "")):
            self._line = self._line or ["- "]  # Word draws the bullet of a list item as text
            box = replace(box, hidden=True)
        elif tag == "br":
            self._end_line(even_empty=True)
        elif tag in ("td", "th"):
            self._line += ["\t"] if any(text.strip() for text in self._line) else []
        elif tag in _BLOCKS:
            self._end_line()
            self._blank_before(tag, given)
            self._line = ["- "] if tag == "li" else []
            self._spaced = True
        if tag in _VOID:
            return
        self._boxes.append(box)
        self._mark_start(given, box)
        if len(self._boxes) > _DEEPEST:
            self.doubtful = True
            del self._boxes[1:]

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element of that name and everything in it."""
        for i in range(len(self._boxes) - 1, 0, -1):
            if self._boxes[i].tag == tag:
                if tag in _BLOCKS:
                    self._end_line()
                    if tag == "p" and not self._boxes[i].unseen:
                        self._blank()
                if self._boxes[i].signature and not self._boxes[i - 1].signature:
                    self._lines.append(SIGNATURE_ENDS)
                del self._boxes[i:]
                return

    def handle_data(self, data: str) -> None:
        """Write text."""
        box = self._boxes[-1]
        if box.unseen:
            return
        if box.doubtful and data.strip():
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
        self._line.append(text.lstrip(" ") if self._spaced else text)
        self._spaced = self._line[-1].endswith(" ") or (self._spaced and not self._line[-1])

    def _box(self, tag: str, given: dict[str, str]) -> _Box:
        """What the element's text inherits from the elements around it, and from itself."""
        outer = self._boxes[-1]
        style = _tidy(given.get("style", ""))
        marks = f"{given.get('class', '')} {given.get('id', '')}".lower()
        hides = {tag, *(f".{name}" for name in given.get("class", "").lower().split())}
        hides.add(f"#{given.get('id', '').lower()}")
        ink, clear = _ink(outer, given, style, tag)
        return replace(
            outer,
            tag=tag,
            hidden=outer.hidden
            or tag in _DROPPED
            or tag in _STRIKES
            or "hidden" in given
            or bool(_HIDDEN.search(style.replace("visibility", "-")))
            or bool(_STRUCK.search(style))
            or bool(_CLIPPED.search(style) and "overflow:hidden" in style),
            invisible=_invisible(outer, style),
            tiny=_tiny(outer, style),
            quoted=outer.quoted + (tag == "blockquote" or bool(_QUOTES.search(marks))),
            preformatted=outer.preformatted or tag == "pre" or "white-space:pre" in style,
            ink=ink,
            clear=clear,
            paper=_paper(outer, given, style),
            doubtful=outer.doubtful
            or tag in _UNKNOWABLE
            or bool(_DOUBTFUL.search(style) or _CLIPPED.search(style))
            or bool(hides & self.hiding),
            signature=outer.signature or bool(_SIGNATURES.search(marks)),
        )

    def _mark_start(self, given: dict[str, str], box: _Box) -> None:
        marks = f"{given.get('class', '')} {given.get('id', '')}".lower()
        if _REPLY_HEADS.search(marks):
            self._end_line()
            self._lines.append(QUOTED_BELOW)
        elif box.signature and not self._boxes[-2].signature and not box.quoted:
            self._end_line()
            self._lines.append(SIGNATURE_BELOW)

    def _close_implied(self, tag: str) -> None:
        """Close what HTML closes without an end tag."""
        if self._boxes[-1].tag == "head" and tag not in _IN_HEAD and ":" not in tag:
            self._boxes.pop()
        if tag in _BLOCKS and self._boxes[-1].tag == "p":
            self.handle_endtag("p")
        for _ in range(2):
            if self._boxes[-1].tag in _CLOSES.get(tag, ()):
                self._boxes.pop()

    def _blank_before(self, tag: str, given: dict[str, str]) -> None:
        """A paragraph has a blank line before it, unless its margins were taken away."""
        style = _tidy(given.get("style", ""))
        if (
            tag == "p"
            and not given.get("class", "").lower().startswith("mso")
            and ("margin:0" not in style)
        ):
            self._blank()

    def _blank(self) -> None:
        if self._lines and self._lines[-1].strip(" >"):
            self._lines.append("> " * min(self._quoted, 1))

    def _end_line(self, *, even_empty: bool = False) -> None:
        whole = "".join(self._line)
        text = whole.replace("\xa0", " ").strip()
        if text or even_empty or "\xa0" in whole:
            self._lines.append(("> " if self._quoted else "") + text)
        self._line = []
        self._spaced = True


def _ink(outer: _Box, given: dict[str, str], style: str, tag: str) -> tuple[Rgb | None, bool]:
    """The colour of an element's text; None if unknown, and whether it is see-through."""
    match = _COLOR.search(style)
    attribute = {"font": "color", "body": "text"}.get(tag, "")
    value = match[1] if match else given.get(attribute, "").lower()
    if not value or value.startswith(("inherit", "initial", "unset", "currentcolor")):
        return outer.ink, outer.clear
    return _rgb(value), bool(_CLEAR.match(value))


def _paper(outer: _Box, given: dict[str, str], style: str) -> Rgb | None:
    """The colour behind an element's text; None if unknown."""
    match = _PAPER.search(style)
    value = match[1] if match else given.get("bgcolor", "").lower()
    if "background" in given or "url(" in value or "gradient" in value:
        return None
    if not value or value.startswith(("transparent", "inherit", "initial", "none", "unset")):
        return outer.paper
    words = re.findall(r"#[0-9a-f]+|rgba?\([^)]*\)|[a-z]+", value)
    colors = [color for word in words if (color := _rgb(word)) is not None]
    return colors[0] if colors else None


def _invisible(outer: _Box, style: str) -> bool:
    if "visibility:visible" in style:
        return False
    return outer.invisible or bool(re.search(r"visibility:(?:hidden|collapse)", style))


def _tiny(outer: _Box, style: str) -> bool:
    match = _FONT.search(style)
    if match is None:
        return outer.tiny
    relative = match[2] in ("em", "%", "ex")
    return _points(match) < _TINY or (relative and outer.tiny)
