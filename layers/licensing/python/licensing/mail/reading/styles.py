"""What inline styles and style sheets do to text: an allowlist of what is known to be harmless.

What hides text for certain is told from what might: a property or a value that is not listed
makes the text below it doubtful.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from licensing.mail import lexicon

Rgb = tuple[int, int, int]
LONGEST_STYLE: Final = 3_000
_MOST_RULES: Final = 2_000


class Look(NamedTuple):
    """What a style changes; None leaves it as it is around."""

    hidden: bool = False
    doubtful: bool = False
    invisible: bool | None = None
    points: float | None = None
    relative: bool = False
    ink: str = ""
    paper: str = ""
    preformatted: bool = False
    drawn_bullet: bool = False
    """Word draws the bullet of a list item as text."""
    ruled: bool = False
    """A line is drawn above and none at the sides: another mail may begin."""
    barred: bool = False
    """A line is drawn at the left: a quote."""


_HARMLESS: Final = lexicon.words("structure", "harmless properties")
_HARMLESS_KINDS: Final = tuple(lexicon.words("structure", "harmless kinds"))
_ALLOWED: Final = lexicon.pairs("structure", "allowed values", parted="\n")
_LENGTHS: Final = lexicon.words("structure", "lengths")
_FAR: Final = re.compile(r"-\d{3}|-\d{2,}(?:em|rem|in|cm|vw|vh|%)|calc|var\(|expression|env\(")
_LENGTH: Final = re.compile(r"(-?\d{0,6}\.?\d{1,6})(px|pt|em|rem|%|ex|ch|vw|vh|pc|mm|cm|in)?")
_POINTS: Final = {
    unit: float(points) for unit, points in lexicon.pairs("structure", "points of units").items()
}
_INVISIBLE: Final = {"hidden": True, "collapse": True, "visible": False}
_NAMED_SIZES: Final = lexicon.words("structure", "named sizes")


@lru_cache(maxsize=2_000)
def look_of(style: str) -> Look:
    """Return what a style attribute, or the body of a rule, does to text."""
    if not style:
        return Look()
    if len(style) > LONGEST_STYLE or "/*" in style or "\\" in style:
        return Look(doubtful=True)
    given: dict[str, str] = {}
    doubtful = False
    for declaration in re.sub(r"\s|!important", "", style.lower()).split(";"):
        name, _, value = declaration.replace("inline-start", "left").partition(":")
        if name and value:
            doubtful |= not _harmless(name, value) or (name == "display" and name in given)
            given[name] = value
    size, relative = _font_size(given)
    struck = given.get("text-decoration", "") + given.get("text-decoration-line", "")
    hidden = given.get("display") == "none" or "line-through" in struck
    opacity = _LENGTH.fullmatch(given.get("opacity", "1"))
    hidden |= opacity is not None and float(opacity[1]) <= 0.1
    narrow = any(_is_narrow(given.get(name, "")) for name in _LENGTHS & {*given})
    clipped = narrow and "hidden" in given.get("overflow", "")
    return Look(
        hidden=hidden or clipped,
        doubtful=doubtful or narrow,
        invisible=_INVISIBLE.get(given.get("visibility", "")),
        points=size,
        relative=relative,
        ink=given.get("color", ""),
        paper=given.get("background-color", given.get("background", "")),
        preformatted=given.get("white-space", "").startswith(("pre", "break-spaces")),
        ruled=_is_drawn(given, "top") and not _is_drawn(given, "left"),
        barred=_is_drawn(given, "left") and not _is_drawn(given, "top"),
        drawn_bullet=given.get("mso-list", "").startswith("ignore"),
    )


_VENDOR: Final = re.compile(r"-(?:webkit|ms|moz|o)-")


def _harmless(name: str, value: str) -> bool:
    name = _VENDOR.sub("", name)
    if len(value) > 1_000 or _FAR.search(value):
        return False
    if name in _ALLOWED:
        return re.fullmatch(_ALLOWED[name], value) is not None
    return name in _HARMLESS or name in _LENGTHS or name.startswith(_HARMLESS_KINDS)


_SIDES: Final = ("top", "right", "bottom", "left")
_LINES: Final = ("solid", "dashed", "dotted", "double", "groove", "ridge", "inset", "outset")


def _is_drawn(given: dict[str, str], side: str) -> bool:
    """Whether a box has a border at a side."""
    styles = re.findall(r"none|hidden|" + "|".join(_LINES), given.get("border-style", ""))
    at = _SIDES.index(side)
    of_all = styles[at if len(styles) > at else max(at - 2, 0) if len(styles) > at - 2 else 0 :][:1]
    value = given.get(f"border-{side}", "") + given.get(f"border-{side}-style", "")
    value = value or given.get("border", "") or "".join(of_all)
    return any(line in value for line in _LINES) and not re.match(r"0(?:px|pt)?(?![.\d])", value)


def _is_narrow(value: str) -> bool:
    """Whether a box of that width or height shows no line of text, or lies off the page."""
    match = _LENGTH.fullmatch(value)
    return (
        match is not None
        and abs(float(match[1])) * _POINTS[match[2] or "px"] < 4
        and not (value.endswith("%") and float(match[1]) > 0)
    )


def _font_size(given: dict[str, str]) -> tuple[float | None, bool]:
    value = given.get("font-size", "")
    if not value:
        # "bold 11pt/1.2 Arial": the size is the first number that has a unit or is nothing.
        sizes = (each for each in _LENGTH.finditer(given.get("font", "")))
        match = next((each for each in sizes if each[2] or not float(each[1])), None)
    else:
        match = None if value in _NAMED_SIZES else _LENGTH.match(value)
    if match is None:
        return None, False
    unit = match[2] or "px"
    return float(match[1]) * _POINTS[unit], unit in ("em", "%", "ex", "ch")


def doubtful_selectors(html: str) -> frozenset[str]:
    """Return the simple selectors whose rules in a style sheet hide text, or might."""
    found: set[str] = set()
    lower = html.lower()
    at = 0
    rules = 0
    while (start := lower.find("<style", at)) >= 0:
        end = lower.find("</style", start)
        at = len(html) if end < 0 else end + 1
        sheet = html[lower.find(">", start) + 1 : at - 1].replace("<!--", " ").replace("-->", " ")
        for rule in without_spans(sheet, "/*", "*/").split("}"):
            rules += 1
            before, _, style = rule.rpartition("{")
            selectors = before.rpartition("{")[2].strip()
            if not selectors.startswith("@") and _may_hide(style):
                found |= _simple(selectors)
        if rules > _MOST_RULES:
            return frozenset({"*"})
    return frozenset(found)


def _simple(selectors: str) -> set[str]:
    """The last simple selector of each; "*" where that may be anything."""
    found: set[str] = set()
    for selector in selectors.lower()[:2_000].split(","):
        last = selector.replace(">", " ").split()[-1:] or [""]
        names = re.findall(r"[.#]?[\w-]+", last[0].partition(":")[0].partition("[")[0])
        marked = [name for name in names if name[0] in ".#"]
        found.update(marked[-1:] or names or ["*"])
    return found


def _may_hide(style: str) -> bool:
    look = look_of(style)
    tiny = look.points is not None and look.points < TINY
    pale = too_close(rgb(look.ink), (255, 255, 255))
    return look.hidden or look.doubtful or bool(look.invisible) or tiny or pale


def without_spans(text: str, opening: str, closing: str) -> str:
    """Drop everything from each opening mark to the next closing one."""
    span = rf"{re.escape(opening)}.*?(?:{re.escape(closing)}|\Z)"
    return re.sub(span, "", text, flags=re.DOTALL)


# Colors

TINY: Final = 3.5
"""Points below which nobody can read a text."""
_TOO_CLOSE: Final = 96
"""Sum of the differences of red, green and blue below which nobody can read a text."""
_NAMED: Final = lexicon.pairs("structure", "colors")
_FUNCTION: Final = re.compile(
    r"(?:rgb|hsl)a?\((\d{1,3})(?:\.\d{1,6})?,(\d{1,3})%?,(\d{1,3})%?(?:,([\d.]{1,8})%?)?\)"
)
_COLORS: Final = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([\d.,%]{5,40}\)|[a-z]{3,20}")


def rgb(value: str) -> Rgb | None:
    """Return a color; None if it is not known."""
    value = f"#{_NAMED[value]}" if value in _NAMED else value
    if match := re.fullmatch(r"#([0-9a-f]{3})[0-9a-f]?", value):
        red, green, blue = (int(digit * 2, 16) for digit in match[1])
        return red, green, blue
    if match := re.fullmatch(r"#([0-9a-f]{6})(?:[0-9a-f]{2})?", value):
        number = int(match[1], 16)
        return number >> 16, number >> 8 & 255, number & 255
    if value.startswith("rgb") and (match := _FUNCTION.fullmatch(value)):
        return int(match[1]), int(match[2]), int(match[3])
    return None


def is_clear(value: str) -> bool:
    """Whether a color is see-through."""
    match = _FUNCTION.fullmatch(value)
    alpha = match[4] if match else None
    return value == "transparent" or (alpha is not None and not alpha.strip("0."))


def first_color(value: str) -> Rgb | None:
    """Return the first color that a background names."""
    return next((color for word in _COLORS.findall(value[:200]) if (color := rgb(word))), None)


def too_close(ink: Rgb | None, paper: Rgb | None) -> bool:
    """Whether text of one color cannot be read on the other."""
    if ink is None or paper is None:
        return False
    return sum(abs(a - b) for a, b in zip(ink, paper, strict=True)) < _TOO_CLOSE
