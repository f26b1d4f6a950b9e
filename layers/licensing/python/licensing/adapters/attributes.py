"""Plain values as DynamoDB attribute values and back.

Numbers are whole ones: money is cents, moments are milliseconds.
"""

import base64
from typing import Any

from licensing.domain.keys import Key

AttributeValue = dict[str, Any]


def dump(value: Any) -> AttributeValue:
    """Return the attribute value of a plain one; raises TypeError for what no record has."""
    # The kinds that come most often first: every request comes by here some hundred times.
    kind = type(value)
    if kind is str:
        return {"S": value}
    if kind is int:
        return {"N": str(value)}
    if kind is list or kind is tuple:
        return {"L": [dump(element) for element in value]}
    match value:
        case str():
            return {"S": str(value)}
        case bool():
            return {"BOOL": value}
        case None:
            return {"NULL": True}
        case bytes():
            return {"B": value}
        case tuple():
            return {"L": [dump(element) for element in value]}
        case dict():
            return {"M": {name: dump(element) for name, element in value.items()}}
    raise TypeError(f"no record holds a {type(value).__name__}")


def load(value: AttributeValue) -> Any:
    """Return the plain value of an attribute value."""
    # Again in the order of how often they come.
    if "S" in value:
        return value["S"]
    if "N" in value:
        return int(value["N"])
    if "L" in value:
        return [load(element) for element in value["L"]]
    match value:
        case {"M": content}:
            return {name: load(element) for name, element in content.items()}
        case {"BOOL": content}:
            return content
        case {"B": content}:
            # On the wire it is text; who has parsed the answer may have turned it into bytes.
            return base64.b64decode(content) if isinstance(content, str) else content
        case {"NULL": _}:
            return None
    raise TypeError(f"no record holds an attribute of type {', '.join(value)}")


def dump_key(key: Key[Any]) -> dict[str, AttributeValue]:
    """Return a key as DynamoDB takes it."""
    return {"pk": {"S": key.partition}, "sk": {"S": key.sort}}
