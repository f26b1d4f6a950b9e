"""Filters of lists, and the paths of PATCH, by the grammar beside this module."""

import json
import operator
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import LarkError

from licensing.scim.errors import ScimError
from licensing.scim.schemas import Attribute, attribute_named

LONGEST_FILTER = 1000
"""Characters. What providers send has less than a hundred."""

_GRAMMAR = Path(__file__).parent / "filters.lark"

Filter = Callable[[dict[str, Any]], bool]
"""Whether a resource, or one value of an attribute that has many, is meant."""

Test = Callable[[Any, Any], bool]

_OPERATORS: dict[str, Test] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "co": operator.contains,
    "sw": str.startswith,
    "ew": str.endswith,
}


_PARTS = frozenset({"value", "type", "primary", "display"})
"""What stands in brackets: parts of whatever has many values."""


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
    meant: Filter = _read(text, "filter", "invalidFilter")
    return meant


def read_path(text: str) -> PatchPath:
    """Return what a PATCH path means; raises ScimError ``invalidPath``."""
    meant: PatchPath = _read(text, "path", "invalidPath")
    return meant


def _read(text: str, start: str, wrong: str) -> Any:
    if len(text) > LONGEST_FILTER:
        raise ScimError(f"Write at most {LONGEST_FILTER} characters: {text[:40]}…", wrong)
    try:
        return _parser().parse(text, start=start)
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
        maybe_placeholders=True,
        transformer=_Meaning(),
    )


@v_args(inline=True)
class _Meaning(Transformer[Token, Any]):
    """Turns what was read into what it means, from the inside out."""

    def literal(self, token: Token) -> Any:
        """A value as in JSON."""
        return json.loads(token if token.type == "STRING" else token.lower())

    def comparison(self, name: Token, word: Token, value: Any) -> Filter:
        """An attribute compared with a value."""
        attribute, values = _values(name)
        test = _OPERATORS.get(word.lower())
        if test is None:
            raise ScimError(f"{word} is not supported. Use {', '.join(_OPERATORS)}, or pr.")
        ordered = test not in (operator.eq, operator.ne)
        if ordered and not isinstance(value, str):
            raise ScimError(f'{word} compares text, such as {name} {word} "a".')
        wanted = _compared(attribute, value)
        if test is operator.ne:
            return lambda of: all(_compared(attribute, one) != wanted for one in values(of))
        return lambda of: any(_holds(test, _compared(attribute, one), wanted) for one in values(of))

    def presence(self, name: Token) -> Filter:
        """An attribute that has a value."""
        _, values = _values(name)
        return lambda of: any(value not in (None, "", [], {}) for value in values(of))

    def among(self, name: Token, inner: Filter) -> Filter:
        """An attribute with many values, one of which is meant."""
        _, values = _values(name)
        return lambda of: any(isinstance(value, dict) and inner(value) for value in values(of))

    def part_of_some(
        self, name: Token, inner: Filter, part: Token, word: Token, value: Any
    ) -> Filter:
        """A part, compared, of those of an attribute's values that are meant."""
        holds = self.comparison(name.update(value=f"{name}{part}"), word, value)
        _, values = _values(name)
        whole = str(name).rpartition(":")[2].lower()
        return lambda of: holds(
            {
                known: [one for one in values(of) if isinstance(one, dict) and inner(one)]
                if known.lower() == whole
                else kept
                for known, kept in of.items()
            }
        )

    def negation(self, inner: Filter) -> Filter:
        """Not."""
        return lambda of: not inner(of)

    def any_of(self, *parts: Filter) -> Filter:
        """One or more of several."""
        return parts[0] if len(parts) == 1 else lambda of: any(part(of) for part in parts)

    def all_of(self, *parts: Filter) -> Filter:
        """All of several."""
        return lambda of: all(part(of) for part in parts)

    def path(
        self, name: Token, among: Filter | None = None, part: Token | None = None
    ) -> PatchPath:
        """Where to change something."""
        return PatchPath(str(name), among, str(part or "")[1:])


def _holds(test: Test, value: Any, wanted: Any) -> bool:
    return type(value) is type(wanted) and test(value, wanted)


def _compared(attribute: Attribute, value: Any) -> Any:
    if isinstance(value, dict):
        # An attribute with many values is compared by each one's value.
        value = value.get("value")
    return value.lower() if isinstance(value, str) and not attribute.exact else value


def _values(name: str) -> tuple[Attribute, Callable[[dict[str, Any]], list[Any]]]:
    """Return what is published of an attribute, and how its values are found."""
    named = attribute_named(name)
    if named is not None:
        return named.attribute, lambda of: _found([of], named.place)
    if name.lower() in _PARTS:
        return Attribute(name, ""), lambda of: [of.get(name.lower())]
    raise ScimError(f"Users have no attribute {name}; /Schemas lists them.")


def _found(values: list[Any], place: tuple[str, ...]) -> list[Any]:
    for name in place:
        inner = [value.get(name) for value in values if isinstance(value, dict)]
        values = [one for value in inner for one in (value if isinstance(value, list) else [value])]
    return values or [None]
