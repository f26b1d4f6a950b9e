"""Plain values as DynamoDB attribute values and back.

Numbers are whole ones: money is cents, moments are milliseconds. boto3's serializer, which
covers more, would bring boto3 and Decimal into every cold start.
"""

import base64
from typing import Any

AttributeValue = dict[str, Any]


def dump(value: Any) -> AttributeValue:
    """Return the attribute value of a plain one; raises TypeError for what no record has."""
    match value:
        case str():
            return {"S": str(value)}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
        case None:
            return {"NULL": True}
        case bytes():
            return {"B": value}
        case list() | tuple():
            return {"L": [dump(element) for element in value]}
        case dict():
            return {"M": {name: dump(element) for name, element in value.items()}}
    raise TypeError(f"no record holds a {type(value).__name__}")


def load(value: AttributeValue) -> Any:
    """Return the plain value of an attribute value."""
    ((kind, content),) = value.items()
    match kind:
        case "S" | "BOOL":
            return content
        case "B":
            # On the wire it is text; who has parsed the answer may have turned it into bytes.
            return base64.b64decode(content) if isinstance(content, str) else content
        case "N":
            return int(content)
        case "L":
            return [load(element) for element in content]
        case "M":
            return {name: load(element) for name, element in content.items()}
        case "NULL":
            return None
    raise TypeError(f"no record holds an attribute of type {kind}")
