"""Puts one clinic back from a restored table, while all others keep working.

`python -m operations.restore_clinic --from RESTORED --to TABLE --clinic ID --kept FILE` tells what
would change; with `--write` it writes. What the clinic has now goes to FILE before, as JSON, from
which `--from FILE` puts it back. The region and the credentials are those of the AWS CLI.
"""

import argparse
import base64
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]

CLINIC = "CLINIC"
"""The sort key of the clinic's own item, which every change of the clinic replaces."""


_AHEAD = 1_000_000
"""More changes than were lost: where a try was cut off, nobody knows the version any more."""


class RestoreError(Exception):
    """Nothing was changed."""


@dataclass(frozen=True)
class Plan:
    """What is to be written and deleted, apart from the clinic's own item."""

    clinic: Item
    version: int | None
    """Of the clinic as it is now; None if it is gone."""
    put: list[Item]
    delete: list[Item]

    def __str__(self) -> str:
        return f"{len(self.put)} items to put back, {len(self.delete)} newer ones to delete"


def plan(wanted: list[Item], present: list[Item]) -> Plan:
    """Return what makes the present items the wanted ones."""
    clinic = next((item for item in wanted if _sort(item) == CLINIC), None)
    if clinic is None:
        raise RestoreError("the restored table does not have this clinic")
    before = {_sort(item): item for item in present}
    after = {_sort(item): item for item in wanted}
    own = before.pop(CLINIC, None)
    del after[CLINIC]
    version = None if own is None else int(own["version"]["N"])
    # Higher than any that a caller has seen, so that none takes the one for the other.
    newest = max(int(clinic["version"]["N"]), version or 0) + _AHEAD
    return Plan(
        clinic | {"version": {"N": str(newest)}},
        version,
        [item for sort, item in after.items() if before.get(sort) != item],
        [item for sort, item in before.items() if sort not in after],
    )


def carry_out(tables: "DynamoDBClient", table: str, wanted: Plan) -> None:
    """Write the plan. Meanwhile the clinic is not found, so that nobody sees or changes half of it.

    Raises RestoreError where the clinic has changed since it was read. Cut off, it is carried out
    again from the start.
    """
    key = {"pk": wanted.clinic["pk"], "sk": wanted.clinic["sk"]}
    if wanted.version is not None:
        try:
            tables.delete_item(
                TableName=table,
                Key=key,
                ConditionExpression="version = :version",
                ExpressionAttributeValues={":version": {"N": str(wanted.version)}},
            )
        except tables.exceptions.ConditionalCheckFailedException:
            raise RestoreError("the clinic has changed meanwhile: try again") from None
    for item in wanted.delete:
        tables.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
    for item in wanted.put:
        tables.put_item(TableName=table, Item=item)
    tables.put_item(
        TableName=table, Item=wanted.clinic, ConditionExpression="attribute_not_exists(pk)"
    )


def items_of(tables: "DynamoDBClient", table: str, clinic_id: str) -> list[Item]:
    """Return all items of a clinic, read consistently."""
    pages = tables.get_paginator("query").paginate(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"CLINIC#{clinic_id}"}},
    )
    return [item for page in pages for item in page["Items"]]


def dumped(items: list[Item]) -> str:
    """Return items as JSON; bytes as base64."""
    return json.dumps(items, default=lambda raw: {"base64": base64.b64encode(raw).decode()})


def parsed(text: str) -> list[Item]:
    """Return the items that were dumped."""

    def read(value: dict[str, Any]) -> Any:
        return base64.b64decode(value["base64"]) if set(value) == {"base64"} else value

    items: list[Item] = json.loads(text, object_hook=read)
    return items


def _sort(item: Item) -> str:
    return str(item["sk"]["S"])


def arguments(given: list[str]) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="operations.restore_clinic", description=__doc__)
    parser.add_argument("--from", dest="source", required=True, help="restored table, or FILE")
    parser.add_argument("--to", dest="table", required=True, help="the stack's table")
    parser.add_argument("--clinic", required=True, help="the clinic's id")
    parser.add_argument("--kept", type=Path, required=True, help="file for what the clinic has now")
    parser.add_argument("--write", action="store_true", help="do it, instead of telling it")
    return parser.parse_args(given)


def _steps(asked: argparse.Namespace, tables: "DynamoDBClient") -> Iterator[str]:
    source = Path(asked.source)
    if source.is_file():
        wanted = parsed(source.read_text())
    else:
        wanted = items_of(tables, asked.source, asked.clinic)
    present = items_of(tables, asked.table, asked.clinic)
    found = plan(wanted, present)
    yield f"{found}, and the clinic itself."
    if not asked.write:
        yield "Nothing was changed: --write does it."
        return
    # Not over what an earlier try kept: it may have been cut off, and then holds the rest only.
    with asked.kept.open("x") as file:
        file.write(dumped(present))
    yield f"What the clinic had until now is in {asked.kept}."
    carry_out(tables, asked.table, found)
    yield "Done. Run the nightly reconciliation: it starts the updates that should be waiting."


def main(given: list[str], tables: "DynamoDBClient") -> int:
    """Run the command line; returns the exit status."""
    try:
        for line in _steps(arguments(given), tables):
            print(line)
    except (RestoreError, FileExistsError) as error:
        print(f"Nothing was changed: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], boto3.client("dynamodb")))
