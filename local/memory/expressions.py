"""DynamoDB's condition, filter and key expressions, as far as the product uses them.

The store's contract runs on this and on three other implementations, DynamoDB Local among
them; what is not known here is refused loudly instead of being guessed.
"""

import operator
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

Item = dict[str, dict[str, Any]]
Names = dict[str, str]
Values = dict[str, dict[str, Any]]
Condition = Callable[[Item, Names, Values], bool]
Operand = Callable[[Item, Names, Values], "dict[str, Any] | None"]

_SYMBOL = re.compile(r"\s*(?:([=(),])|([A-Za-z_][A-Za-z0-9_]*)|([#:][A-Za-z0-9_]+))\s*")
_KEYS = re.compile(r"(\S+) = (:\w+)(?: AND begins_with\(#?sk, (:\w+)\))?")


def holds(expression: str, item: Item, names: Names, values: Values) -> bool:
    """Return whether the condition is true of the item; an absent item is an empty one."""
    return _condition(expression)(item, names, values)


def attributes(expression: str, names: Names) -> list[str]:
    """Return the attribute names of a projection."""
    return [names.get(part.strip(), part.strip()) for part in expression.split(",")]


def keys(expression: str, names: Names, values: Values) -> tuple[str, str, str]:
    """Return a key condition's partition key with its value, and how the sort key begins."""
    condition = _KEYS.fullmatch(expression)
    if condition is None:
        raise NotImplementedError(f"{expression!r} is no key condition that is known here")
    name, value, begins = condition.groups()
    return names.get(name, name), values[value]["S"], values[begins]["S"] if begins else ""


def plain(value: dict[str, Any]) -> Any:
    """Return what comparisons compare: numbers by their value."""
    ((kind, content),) = value.items()
    return (kind, Decimal(content)) if kind == "N" else (kind, content)


def _symbols(expression: str) -> Iterator[str]:
    position = 0
    while position < len(expression):
        match = _SYMBOL.match(expression, position)
        if match is None:
            raise NotImplementedError(f"cannot read {expression[position:]!r}")
        yield next(group for group in match.groups() if group)
        position = match.end()


class _Reader:
    """Symbols, read one after the other."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._left = list(_symbols(expression))[::-1]

    def peek(self) -> str:
        """Return the next symbol, empty at the end."""
        return self._left[-1] if self._left else ""

    def take(self, *expected: str) -> str:
        """Return the next symbol and go on; what is not expected is an error."""
        symbol = self._left.pop() if self._left else ""
        if expected and symbol not in expected:
            raise NotImplementedError(f"{symbol!r} is not known in {self._expression!r}")
        return symbol

    def end(self) -> None:
        """Demand that nothing is left."""
        if self._left:
            raise NotImplementedError(f"{self._left[-1]!r} is not known in {self._expression!r}")


@lru_cache(maxsize=256)
def _condition(expression: str) -> Condition:
    reader = _Reader(expression)
    condition = _any_of(reader)
    reader.end()
    return condition


def _any_of(reader: _Reader) -> Condition:
    parts = [_all_of(reader)]
    while reader.peek() == "OR":
        reader.take()
        parts.append(_all_of(reader))
    return parts[0] if len(parts) == 1 else lambda *of: any(part(*of) for part in parts)


def _all_of(reader: _Reader) -> Condition:
    parts = [_single(reader)]
    while reader.peek() == "AND":
        reader.take()
        parts.append(_single(reader))
    return parts[0] if len(parts) == 1 else lambda *of: all(part(*of) for part in parts)


def _single(reader: _Reader) -> Condition:
    symbol = reader.peek()
    if symbol == "NOT":
        reader.take()
        inner = _single(reader)
        return lambda *of: not inner(*of)
    if symbol == "(":
        reader.take()
        grouped = _any_of(reader)
        reader.take(")")
        return grouped
    if symbol == "attribute_not_exists":
        reader.take()
        reader.take("(")
        name = reader.take()
        reader.take(")")
        return lambda item, names, _: names.get(name, name) not in item
    if symbol == "begins_with":
        reader.take()
        reader.take("(")
        text = _operand(reader)
        reader.take(",")
        prefix = _operand(reader)
        reader.take(")")
        return _both(text, prefix, lambda left, right: left[1].startswith(right[1]))
    left = _operand(reader)
    reader.take("=")
    return _both(left, _operand(reader), operator.eq)


def _both(left: Operand, right: Operand, compare: Callable[[Any, Any], bool]) -> Condition:
    def condition(item: Item, names: Names, values: Values) -> bool:
        one, other = left(item, names, values), right(item, names, values)
        if one is None or other is None:
            return False
        plain_one, plain_other = plain(one), plain(other)
        if plain_one[0] != plain_other[0]:
            return False
        return compare(plain_one, plain_other)

    return condition


def _operand(reader: _Reader) -> Operand:
    symbol = reader.take()
    if symbol.startswith(":"):
        return lambda _item, _names, values: values[symbol]
    return lambda item, names, _values: item.get(names.get(symbol, symbol))
