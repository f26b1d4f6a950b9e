"""Filters of lists, and the paths of PATCH, by the grammar beside this module."""

import json
import operator
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from lark import Lark, Token, Tree
from lark.exceptions import LarkError

from licensing.scim.errors import ScimError
from licensing.scim.schemas import Attribute, attribute_named, is_not_kept

LONGEST_FILTER = 1000
"""Characters. What providers send has less than a hundred."""

_GRAMMAR = Path(__file__).parent / "filters.lark"

Filter = Callable[[dict[str, Any]], bool]
"""Whether a resource, or one value of an attribute that has many, is meant."""

Values = Callable[[dict[str, Any]], list[Any]]
"""The values of an attribute, or one None."""

Test = Callable[[Any, Any], bool]

_OF_PARTS: dict[str, Test] = {"co": operator.contains, "sw": str.startswith, "ew": str.endswith}
_OPERATORS: dict[str, Test] = _OF_PARTS | {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_TRUTH = {"true": True, "false": False}


class PatchPath(NamedTuple):
    """Where a PATCH operation is to change something."""

    name: str
    """An attribute, perhaps with its schema before it and a part of it behind."""
    among: Filter | None = None
    """Which of the attribute's values are meant."""
    part: str = ""
    """Which part of those."""


def read_filter(text: str) -> Filter:
    """Return what a filter means; raises ScimError ``invalidFilter``."""
    meant: Filter = _read(text, "filter", _filter, "invalidFilter")
    return meant


def read_path(text: str) -> PatchPath:
    """Return what a PATCH path means; raises ScimError ``invalidPath``."""
    meant: PatchPath = _read(text, "path", _path, "invalidPath")
    return meant


def _read(text: str, start: str, meaning: Callable[[Tree[Token]], Any], wrong: str) -> Any:
    if len(text) > LONGEST_FILTER:
        raise ScimError(f"Write at most {LONGEST_FILTER} characters: {text[:40]}…", wrong)
    try:
        return meaning(_parser().parse(text, start=start))
    except ScimError as error:
        raise ScimError(error.detail, wrong) from None
    except LarkError:
        raise ScimError(f"This cannot be read as RFC 7644 has it: {text}", wrong) from None


@cache
def _parser() -> Lark:
    return Lark(
        _GRAMMAR.read_text("utf-8"),
        parser="lalr",
        start=["filter", "path"],
        maybe_placeholders=False,
    )


def _path(tree: Tree[Token]) -> PatchPath:
    parts: list[Any] = tree.children
    name, *more = parts
    among = _filter(more[0], name) if more else None
    return PatchPath(str(name), among, more[1][1:] if len(more) > 1 else "")


def _filter(tree: Tree[Token], within: str = "") -> Filter:
    """Return what was read means, of a resource or of one value of the attribute named."""
    parts: list[Any] = tree.children
    if tree.data in ("any_of", "all_of"):
        filters = [_filter(part, within) for part in parts]
        quantity = any if tree.data == "any_of" else all
        return lambda of: quantity(meant(of) for meant in filters)
    if tree.data == "negation":
        inner = _filter(parts[0], within)
        return lambda of: not inner(of)
    name = _full(parts[0], within)
    attribute, values = _attribute(name, within)
    if tree.data == "presence":
        return lambda of: any(value not in (None, "", [], {}) for value in values(of))
    if tree.data == "comparison":
        return _comparison(attribute, values, *parts[1:])
    among = _filter(parts[1], name)

    def meant(of: dict[str, Any]) -> list[Any]:
        return [value for value in values(of) if isinstance(value, dict) and among(value)]

    if tree.data == "among":
        return lambda of: bool(meant(of))
    part, found = _attribute(_full(parts[2][1:], name), name)
    return _comparison(
        part, lambda of: [one for value in meant(of) for one in found(value)] or [None], *parts[3:]
    )


def _full(name: str, within: str) -> str:
    return f"{within}.{name}" if within else str(name)


def _comparison(attribute: Attribute, values: Values, word: Token, literal: Tree[Token]) -> Filter:
    name = word.lower()
    test = _OPERATORS[name]
    kind = "" if name in _OF_PARTS else attribute.kind
    wanted = _compared(kind, attribute, _value(literal))
    if kind == "dateTime" and isinstance(wanted, str):
        raise ScimError(f"{wanted} is no time, such as 2026-04-15T14:00:00Z.")
    if name not in ("eq", "ne") and not isinstance(wanted, str | datetime):
        raise ScimError(f'{word} compares text, such as userName {word} "a".')

    def holds(value: Any) -> bool:
        compared = _compared(kind, attribute, value)
        return type(compared) is type(wanted) and test(compared, wanted)

    if name == "ne":
        return lambda of: all(_compared(kind, attribute, one) != wanted for one in values(of))
    return lambda of: any(map(holds, values(of)))


def _value(literal: Tree[Token]) -> Any:
    """Return a value as in JSON, of which other words than texts come in any case."""
    text = str(literal.children[0])
    return json.loads(text if text.startswith('"') else text.lower())


def _compared(kind: str, attribute: Attribute, value: Any) -> Any:
    """Return a value as what it is compared by."""
    if isinstance(value, dict):
        # An attribute with many values is compared by each one's value.
        value = value.get("value")
    if not isinstance(value, str):
        return value
    if kind == "boolean":
        # Some providers send the word instead of the value.
        return _TRUTH.get(value.lower(), value)
    if kind == "dateTime":
        return _moment(value)
    # As what is kept was normalized and trimmed; a part may end with a space.
    text = unicodedata.normalize("NFC", value.strip() if kind else value)
    return text if attribute.exact else text.lower()


def _moment(text: str) -> datetime | str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _attribute(name: str, within: str) -> tuple[Attribute, Values]:
    """Return what is published of an attribute, and how its values are found.

    What SCIM knows and nobody keeps here has none.
    """
    named = attribute_named(name)
    if named is not None:
        place = named.place[1:] if within else named.place
        return named.attribute, lambda of: _found([of], place)
    if is_not_kept(name):
        return Attribute(name, ""), lambda _: [None]
    raise ScimError(f"Users have no attribute {name}; /Schemas lists them.")


def _found(values: list[Any], place: tuple[str, ...]) -> list[Any]:
    for name in place:
        inner = [value.get(name) for value in values if isinstance(value, dict)]
        values = [one for value in inner for one in (value if isinstance(value, list) else [value])]
    return values or [None]
