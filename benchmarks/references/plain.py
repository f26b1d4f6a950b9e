"""`plain`: the same status read by json and boto3 alone, as short as it can be.

It reads the same items and gives the same answer, without routing, log, conditional requests,
problem documents or any check but membership.
"""

import json
import os
from datetime import UTC, datetime
from typing import Any

import boto3

TABLE = os.environ["TABLE_NAME"]
TYPES = ("therapist", "assistant", "front_office", "billing")
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

dynamodb = boto3.client("dynamodb")


def lambda_handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
    clinic_id = event["pathParameters"]["clinic_id"]
    user_id = event["requestContext"]["authorizer"]["claims"]["sub"]
    partition = {"S": f"CLINIC#{clinic_id}"}
    keys = [{"pk": partition, "sk": {"S": sort}} for sort in ("CLINIC", f"USER#{user_id}")]
    read = dynamodb.batch_get_item(RequestItems={TABLE: {"Keys": keys, "ConsistentRead": True}})
    items: dict[str, Any] = {item["sk"]["S"]: item for item in read["Responses"][TABLE]}
    user = items.get(f"USER#{user_id}")
    if "CLINIC" not in items or not user or not user["active"]["BOOL"]:
        return {"statusCode": 404, "body": "{}"}
    body = status(clinic_id, items["CLINIC"])
    return {
        "statusCode": 200,
        "headers": {"ETag": f'"{items["CLINIC"]["version"]["N"]}"'},
        "body": json.dumps(body, separators=(",", ":")),
    }


def status(clinic_id: str, clinic: dict[str, Any]) -> dict[str, Any]:
    """Return the license status from the clinic's item."""
    stored = clinic["licenses"]["M"]
    rows = [row(kind, stored[kind]["L"]) for kind in TYPES if kind in stored]
    opened = [entry["S"] for entry in clinic.get("open", {"L": []})["L"]]
    summed = ("purchased", "in_use", "available", "idle_monthly_cost_cents")
    return {
        "clinic_id": clinic_id,
        "name": clinic["name"]["S"],
        "currency": clinic["currency"]["S"],
        "time_zone": clinic["time_zone"]["S"],
        "billing_day": int(clinic["billing_day"]["N"]),
        "calendar": clinic["calendar"]["S"],
        "proration_unit": clinic["proration_unit"]["S"],
        "release_credit": clinic["release_credit"]["S"],
        "email_requests": clinic["email_requests"]["BOOL"],
        "next_renewal": clinic["next_renewal"]["S"],
        # The clinics that are asked about have none of these three.
        "coming_terms": None,
        "closure": None,
        "updated_at": moment(int(clinic["updated"]["N"])),
        "licenses": rows,
        "totals": {name: sum(entry[name] for entry in rows) for name in summed},
        "open_adjustments": {
            "count": int(clinic.get("open_count", {"N": "0"})["N"]),
            "newest": [
                {
                    "adjustment_id": entry[:26],
                    "status": "invoiced" if entry[26] == "i" else "applied",
                    "requested_at": moment(milliseconds(entry[:10])),
                    "invoice_update_due_at": moment(milliseconds(entry[:10]) + int(entry[27:])),
                }
                for entry in opened
            ],
        },
        "scheduled_adjustments": [],
    }


def row(kind: str, values: list[Any]) -> dict[str, Any]:
    purchased, in_use, price = (int(values[index]["N"]) for index in (0, 1, 4))
    idle = values[5].get("N")
    return {
        "license_type": kind,
        "purchased": purchased,
        "in_use": in_use,
        "available": purchased - in_use,
        # Of what is asked about, nothing is scheduled.
        "spare": purchased - in_use,
        "unit_price_cents": price,
        "idle_monthly_cost_cents": (purchased - in_use) * price,
        "idle_since": moment(int(idle)) if idle else None,
    }


def milliseconds(ulid: str) -> int:
    """Return the time in a ULID's first ten characters."""
    value = 0
    for character in ulid:
        value = value << 5 | ALPHABET.index(character)
    return value


def moment(since_epoch: int) -> str:
    """Return RFC 3339 of milliseconds since the epoch."""
    spec = "milliseconds" if since_epoch % 1000 else "seconds"
    text = datetime.fromtimestamp(since_epoch / 1000, UTC).isoformat(timespec=spec)
    return text.replace("+00:00", "Z")
