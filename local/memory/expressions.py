"""DynamoDB's condition, filter and key expressions, in the few forms that the product uses.

The store's contract runs on this and on three other implementations, DynamoDB Local among
them; what is not known here is refused loudly instead of being guessed.
"""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

Item = dict[str, dict[str, Any]]
Names = dict[str, str]
Values = dict[str, dict[str, Any]]

_KEYS = re.compile(r"(\S+) = (:\w+)(?: AND begins_with\(#?sk, (:\w+)\))?")
_NONE_OF = re.compile(r"NOT \((.+)\)")
_TERM = re.compile(
    r"attribute_not_exists\((?P<absent>#?\w+)\)|(?P<name>#?\w+) = (?P<value>:\w+)|"
    r"begins_with\((?P<text>#?\w+), (?P<prefix>:\w+)\)"
)


def holds(expression: str, item: Item, names: Names, values: Values) -> bool:
    """Return whether the condition is true of the item; an absent item is an empty one."""
    negated, terms = _parsed(expression)
    true = (_is_true(term, item, names, values) for term in terms)
    return not any(true) if negated else all(true)


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


@lru_cache(maxsize=256)
def _parsed(expression: str) -> tuple[bool, list[re.Match[str]]]:
    """Return terms of which all must hold, or none if the expression is negated."""
    negated = _NONE_OF.fullmatch(expression)
    parts = negated[1].split(" OR ") if negated else expression.split(" AND ")
    terms = [term for part in parts if (term := _TERM.fullmatch(part))]
    if len(terms) < len(parts):
        raise NotImplementedError(f"{expression!r} is no condition that is known here")
    return bool(negated), terms


def _is_true(term: re.Match[str], item: Item, names: Names, values: Values) -> bool:
    name = term["absent"] or term["name"] or term["text"]
    content = item.get(names.get(name, name))
    if term["absent"] or content is None:
        return bool(term["absent"]) and content is None
    if term["text"]:
        return str(content.get("S", "")).startswith(values[term["prefix"]]["S"])
    return bool(_plain(content) == _plain(values[term["value"]]))


def _plain(value: dict[str, Any]) -> Any:
    """Return what comparisons compare: numbers by their value."""
    ((kind, content),) = value.items()
    return (kind, Decimal(content)) if kind == "N" else (kind, content)
