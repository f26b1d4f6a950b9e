"""`query_loop`: a nightly reconciliation as it is first written, with one Query per clinic.

It lists the clinics by the index that knows them all, reads each with boto3, and compares the
counters with users and adjustments, and each invoice with its lines. The product judges more.
"""

import os
from collections import Counter
from collections.abc import Iterator
from typing import Any

import boto3

TABLE = os.environ["TABLE_NAME"]
dynamodb = boto3.client("dynamodb")


def lambda_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    """Check every clinic."""
    clinics, wrong = 0, []
    for partition in partitions():
        clinics += 1
        if not agrees(items_of(partition)):
            wrong.append(partition)
    return {**event, "outcome": "done", "clinics": clinics, "wrong": wrong}


def partitions() -> Iterator[str]:
    """Yield the partition of every clinic."""
    request: dict[str, Any] = {"TableName": TABLE, "IndexName": "by_clinic"}
    while True:
        page = dynamodb.scan(**request)
        for item in page["Items"]:
            yield item["pk"]["S"]
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def items_of(partition: str) -> dict[str, Any]:
    """Return the items of a clinic by their sort keys."""
    request: dict[str, Any] = {
        "TableName": TABLE,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": partition}},
    }
    found: dict[str, Any] = {}
    while True:
        page = dynamodb.query(**request)
        found |= {item["sk"]["S"]: item for item in page["Items"]}
        if "LastEvaluatedKey" not in page:
            return found
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def agrees(items: dict[str, Any]) -> bool:
    """Return whether users, adjustments and invoice lines add up."""
    purchased: Counter[str] = Counter()
    in_use: Counter[str] = Counter()
    billed: Counter[str] = Counter()
    totals: dict[str, int] = {}
    for sort, item in items.items():
        if sort.startswith("USER#") and item["active"]["BOOL"]:
            in_use[item["license_type"]["S"]] += 1
        elif sort.startswith("ADJUSTMENT#") and item["status"]["S"] != "cancelled":
            for line in item["lines"]["L"]:
                purchased[line["L"][0]["S"]] += int(line["L"][1]["N"])
        elif "#LINE#" in sort:
            billed[sort.partition("#LINE#")[0]] += int(item["cents"]["N"])
        elif sort.startswith("INVOICE#"):
            totals[sort] = int(item["total_cents"]["N"])
        elif sort.startswith("HISTORY#") and item["action"]["S"] == "clinic_registered":
            for kind, count in item["after"]["M"]["licenses"]["M"].items():
                purchased[kind] += int(count["N"])
    counters = {
        kind: [int(number["N"]) for number in values["L"][:2]]
        for kind, values in items["CLINIC"]["licenses"]["M"].items()
    }
    return counters == {kind: [purchased[kind], in_use[kind]] for kind in counters} and all(
        billed[invoice] == total for invoice, total in totals.items()
    )
