"""Whether a function's role lets it do what it asks of the table.

AWS looks at this before anything else; no emulator looks at `dynamodb:LeadingKeys`.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from docs.template import as_list, functions

_TABLE = {"Fn::GetAtt": ["LicenseTable", "Arn"]}
_WRITES = {"Put": "PutItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
_ANY = ("*",)


def may(function: str, operation: str, request: dict[str, Any]) -> bool:
    """Tell whether the function may make a call."""
    return all(
        any(fnmatchcase(partition, pattern) for pattern in partitions(function, action, index))
        for action, index, partition in _asked(operation, request)
    )


@cache
def partitions(function: str, action: str, index: str | None = None) -> tuple[str, ...]:
    """Return the patterns of the partitions that it may name with an action."""
    place = {"Fn::Sub": f"${{LicenseTable.Arn}}/index/{index}"} if index else _TABLE
    (role,) = (one.role for one in functions() if one.name == function)
    return tuple(
        pattern
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if f"dynamodb:{action}" in as_list(statement["Action"])
        and place in as_list(statement["Resource"])
        for pattern in statement.get("Condition", {})
        .get("ForAllValues:StringLike", {})
        .get("dynamodb:LeadingKeys", _ANY)
    )


def _asked(operation: str, request: dict[str, Any]) -> Iterator[tuple[str, str | None, str]]:
    """Yield the action, the index and the partition of each item that a call asks for."""
    match operation:
        case "BatchGetItem":
            for of in request["RequestItems"].values():
                yield from (("BatchGetItem", None, key["pk"]["S"]) for key in of["Keys"])
        case "TransactWriteItems":
            for item in request["TransactItems"]:
                ((kind, it),) = item.items()
                yield _WRITES[kind], None, (it.get("Item") or it["Key"])["pk"]["S"]
        case "Query" if "IndexName" not in request:
            values = request["ExpressionAttributeValues"]
            yield operation, None, values[":pk"]["S"]
        case _:
            # Of an index or a scan no role says which partitions.
            yield operation, request.get("IndexName"), ""
