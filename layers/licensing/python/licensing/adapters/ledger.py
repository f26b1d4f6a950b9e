"""The whole table, read for the nightly reconciliation: a night reads every item.

So only what the invariants speak of is asked for, and an item becomes a fact of a few plain
values instead of a record.
"""

from collections.abc import Iterator
from typing import Any

from licensing.adapters import attributes, records
from licensing.adapters.aws import client
from licensing.domain import facts, keys
from licensing.domain.clinics import Clinic
from licensing.domain.invoices import CORRECTION
from licensing.domain.keys import Key
from licensing.domain.users import USER_MANAGER
from licensing.use_cases.ports import ScannedPage, ScannedPartition

_ATTRIBUTES = (
    *("pk", "sk"),
    # Of clinics, which are read whole.
    *records.CLINIC_FORM.names,
    # Of users, adjustments, invoices and their lines, mail addresses, notices.
    *("license_type", "active", "permissions", "starts"),
    *("lines", "effective", "due", "promised", "status", "confirmation", "invoice_id"),
    *("confirmed", "cancelled"),
    *("total_cents", "line_count", "terms", "first_terms"),
    *("kind", "type", "quantity", "price", "from", "to", "share", "cents"),
    *("suppressed_because", "unsent"),
)
_READ_SECONDS = 20
_LINE = "#LINE#"


class Ledger:
    """The ledger of the use cases."""

    def __init__(self, table_name: str) -> None:
        self._dynamodb = client("dynamodb", attempts=8, read_timeout=_READ_SECONDS, plain=True)
        names = sorted({*_ATTRIBUTES})
        self._request: dict[str, Any] = {
            "TableName": table_name,
            "ProjectionExpression": ", ".join(f"#{name}" for name in names),
            "ExpressionAttributeNames": {f"#{name}": name for name in names},
        }

    def scan(self, segment: int, segments: int, after: Key[Any] | None) -> ScannedPage:
        request = {
            **self._request,
            "Segment": segment,
            "TotalSegments": segments,
            # Read all the same, but not sent and not parsed.
            "FilterExpression": "NOT ("
            "begins_with(#sk, :history) OR begins_with(#sk, :request) OR begins_with(#sk, :name))",
            "ExpressionAttributeValues": {
                ":history": {"S": keys.HISTORY},
                ":request": {"S": keys.REQUEST},
                ":name": {"S": keys.NAME},
            },
        }
        if after is not None:
            request["ExclusiveStartKey"] = attributes.dump_key(after)
        answer = self._dynamodb.scan(**request)
        found: list[ScannedPartition] = []
        for item in answer["Items"]:
            name = item["pk"]["S"]
            if not found or found[-1].name != name:
                found.append(ScannedPartition(name))
            try:
                file_item(found[-1], item)
            except (AttributeError, LookupError, TypeError, ValueError):
                # Of a form that this release does not know: all others are read.
                found[-1].unreadable.append(item["sk"]["S"])
        last = answer.get("LastEvaluatedKey")
        return ScannedPage(found, None if last is None else Key(last["pk"]["S"], last["sk"]["S"]))

    def invoices(self, clinic_id: str) -> Iterator[facts.HeaderFact | facts.LineFact]:
        return map(_invoice, self._query(clinic_id, keys.INVOICE))

    def adjustments(self, clinic_id: str) -> Iterator[facts.AdjustmentFact]:
        return map(_adjustment, self._query(clinic_id, keys.ADJUSTMENT))

    def users(self, clinic_id: str) -> Iterator[facts.UserFact]:
        return map(_user, self._query(clinic_id, keys.USER))

    def _query(self, clinic_id: str, begins: str) -> Iterator[dict[str, Any]]:
        request = {
            **self._request,
            "ConsistentRead": True,
            "KeyConditionExpression": "#pk = :pk AND begins_with(#sk, :sk)",
            "ExpressionAttributeValues": {
                ":pk": {"S": keys.partition(clinic_id)},
                ":sk": {"S": begins},
            },
        }
        while True:
            answer = self._dynamodb.query(**request)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def file_item(found: ScannedPartition, item: dict[str, Any]) -> None:
    """Add what an item says to what was found of its partition."""
    sort = found.last_sort = item["sk"]["S"]
    if sort.startswith(keys.INVOICE):
        found.invoices.append(_invoice(item))
    elif sort.startswith(keys.USER):
        found.users.append(_user(item))
    elif sort.startswith(keys.ADJUSTMENT):
        found.adjustments.append(_adjustment(item))
    elif sort == keys.CLINIC:
        found.clinic = _clinic(found.name, item)
    elif sort.startswith(keys.ERASURE):
        found.erasing = True
    elif "unsent" in item:
        found.unsent_since = int(item["unsent"]["N"])
    elif "suppressed_because" in item:
        found.blocked_because = item["suppressed_because"]["S"]


def _clinic(name: str, item: dict[str, Any]) -> Clinic:
    plain = {name: attributes.load(value) for name, value in item.items()}
    clinic = records.from_plain(keys.clinic_key(name.partition("#")[2]), plain)
    if not isinstance(clinic, Clinic):
        raise TypeError("a clinic's key holds something else")
    return clinic


def _user(item: dict[str, Any]) -> facts.UserFact:
    starts = item.get("starts")
    return facts.UserFact(
        item["license_type"]["S"],
        item["active"]["BOOL"],
        any(entry["S"] == USER_MANAGER for entry in item["permissions"]["L"]),
        None if starts is None else (starts["S"], item["sk"]["S"][len(keys.USER) :]),
    )


def _adjustment(item: dict[str, Any]) -> facts.AdjustmentFact:
    confirmed, cancelled = item.get("confirmed"), item.get("cancelled")
    return facts.AdjustmentFact(
        item["sk"]["S"][len(keys.ADJUSTMENT) :],
        tuple((line["L"][0]["S"], int(line["L"][1]["N"])) for line in item["lines"]["L"]),
        int(item["effective"]["N"]),
        int(item["due"]["N"]),
        int(item["promised"]["N"]),
        item["status"]["S"],
        item["confirmation"]["S"],
        item["invoice_id"]["S"] if "invoice_id" in item else None,
        None if confirmed is None else int(confirmed["N"]),
        None if cancelled is None else int(cancelled["N"]),
    )


def _invoice(item: dict[str, Any]) -> facts.HeaderFact | facts.LineFact:
    invoice_id, _, line_id = item["sk"]["S"][len(keys.INVOICE) :].partition(_LINE)
    if line_id.startswith(CORRECTION):
        return facts.correction(invoice_id, line_id, int(item["cents"]["N"]))
    if line_id:
        numerator, denominator = item["share"]["L"]
        return facts.LineFact(
            invoice_id,
            line_id,
            item["kind"]["S"],
            item["type"]["S"],
            int(item["quantity"]["N"]),
            int(item["price"]["N"]),
            int(item["from"]["N"]),
            int(item["to"]["N"]),
            int(numerator["N"]),
            int(denominator["N"]),
            int(item["cents"]["N"]),
        )
    return facts.HeaderFact(
        invoice_id,
        item["status"]["S"],
        int(item["total_cents"]["N"]),
        int(item["line_count"]["N"]),
        _terms(item.get("terms")),
        _terms(item.get("first_terms")),
    )


def _terms(value: dict[str, Any] | None) -> facts.TermsFact | None:
    if value is None:
        return None
    prices, unit, credit = value["L"]
    return facts.TermsFact(
        {kind: int(n["N"]) for kind, n in prices["M"].items()}, unit["S"], credit["S"]
    )
