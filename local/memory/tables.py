"""A DynamoDB table in this process: items by key, answers and refusals as DynamoDB gives them."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from local.memory import expressions
from local.memory.expressions import Item

PAGE_BYTES = 1024 * 1024
LARGEST_ITEM = 400 * 1024
LONGEST_PARTITION, LONGEST_SORT = 2048, 1024
Request = dict[str, Any]
Key = tuple[str, str]


class RefusedCallError(Exception):
    """What the service answers instead of doing it."""

    def __init__(self, code: str, message: str, *, status: int = 400, **more: Any) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status, self.more = code, message, status, more


@dataclass
class Table:
    """Items by partition and sort key; an item is never changed, only put in another's place."""

    indexes: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    partitions: dict[str, dict[str, Item]] = field(default_factory=dict)
    stream: list[tuple[str, Item]] = field(default_factory=list)
    """What was written, in its order: ``INSERT`` or ``MODIFY``, and the new image."""
    most_bytes: int = 0
    """What all items take at most: no page ends before that."""

    @classmethod
    def of(cls, properties: dict[str, Any]) -> "Table":
        """Return an empty table with the indexes that the template describes."""
        indexes: dict[str, tuple[str, str | None]] = {}
        for index in properties.get("GlobalSecondaryIndexes", ()):
            if index["Projection"]["ProjectionType"] != "KEYS_ONLY":
                raise NotImplementedError("an index with more than keys")
            keys = {key["KeyType"]: key["AttributeName"] for key in index["KeySchema"]}
            indexes[index["IndexName"]] = keys["HASH"], keys.get("RANGE")
        return cls(indexes)

    def snapshot(self) -> dict[str, dict[str, Item]]:
        """Return what ``restore`` takes; costs no copy of items."""
        return {partition: dict(items) for partition, items in self.partitions.items()}

    def restore(self, snapshot: dict[str, dict[str, Item]]) -> None:
        """Put the table back."""
        self.partitions = {partition: dict(items) for partition, items in snapshot.items()}

    def items(self) -> list[Item]:
        """Return all items in the order of their keys."""
        return [
            self.partitions[partition][sort]
            for partition in sorted(self.partitions)
            for sort in sorted(self.partitions[partition])
        ]

    def get(self, key: Key) -> Item | None:
        """Return the item under the key."""
        return self.partitions.get(key[0], {}).get(key[1])

    def put(self, key: Key, item: Item | None) -> None:
        """Write the item, or remove what lies there."""
        partition = self.partitions.setdefault(key[0], {})
        if item is None:
            partition.pop(key[1], None)
        else:
            self.stream.append(("MODIFY" if key[1] in partition else "INSERT", item))
            self.most_bytes += item_size(item)
            partition[key[1]] = item


def key_of(item: Item) -> Key:
    """Return the primary key of an item."""
    try:
        key = item["pk"]["S"], item["sk"]["S"]
    except KeyError:
        raise _invalid("One of the required keys was not given a value") from None
    if not all(key):
        raise _invalid("One or more parameter values are not valid: empty string in a key")
    if len(key[0].encode()) > LONGEST_PARTITION or len(key[1].encode()) > LONGEST_SORT:
        raise _invalid("One or more parameter values were invalid: a key is too long")
    return key


def item_size(item: Item) -> int:
    """Return the bytes of an item, as DynamoDB counts them."""
    return sum(len(name.encode()) + _value_size(value) for name, value in item.items())


def batch_get(tables: dict[str, Table], request: Request) -> dict[str, Any]:
    """BatchGetItem."""
    responses: dict[str, list[Item]] = {}
    total = 0
    for name, wanted in request["RequestItems"].items():
        keys = [key_of(key) for key in wanted["Keys"]]
        total += len(keys)
        if len(set(keys)) < len(keys):
            raise _invalid("Provided list of item keys contains duplicates")
        table = _table(tables, name)
        found = [item for key in keys if (item := table.get(key)) is not None]
        responses[name] = [_projected(item, wanted) for item in found]
    if total > 100:
        raise _invalid("Too many items requested for the BatchGetItem call")
    return {"Responses": responses, "UnprocessedKeys": {}}


def transact_write(tables: dict[str, Table], request: Request) -> dict[str, Any]:
    """TransactWriteItems."""
    operations = request["TransactItems"]
    if not 1 <= len(operations) <= 100:
        raise _invalid("Member must have length less than or equal to 100")
    writes: dict[tuple[str, Key], Item | None] = {}
    reasons: list[dict[str, str]] = []
    seen: set[tuple[str, Key]] = set()
    for operation in operations:
        ((kind, content),) = operation.items()
        key = key_of(content["Item"] if kind == "Put" else content["Key"])
        place = content["TableName"], key
        if place in seen:
            raise _invalid("Transaction request cannot include multiple operations on one item")
        seen.add(place)
        current = _table(tables, content["TableName"]).get(key)
        if not _holds("ConditionExpression", current or {}, content):
            reasons.append(
                {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
            )
            continue
        reasons.append({"Code": "None"})
        if kind != "ConditionCheck":
            writes[place] = _written(kind, content)
    if any(reason["Code"] != "None" for reason in reasons):
        codes = ", ".join(reason["Code"] for reason in reasons)
        raise RefusedCallError(
            "TransactionCanceledException",
            f"Transaction cancelled, please refer cancellation reasons for specific reasons "
            f"[{codes}]",
            CancellationReasons=reasons,
        )
    for (name, key), item in writes.items():
        tables[name].put(key, item)
    return {}


def write_one(tables: dict[str, Table], kind: str, request: Request) -> dict[str, Any]:
    """PutItem and DeleteItem."""
    table = _table(tables, request["TableName"])
    key = key_of(request["Item"] if kind == "Put" else request["Key"])
    if not _holds("ConditionExpression", table.get(key) or {}, request):
        raise RefusedCallError("ConditionalCheckFailedException", "The conditional request failed")
    table.put(key, _written(kind, request))
    return {}


def query(tables: dict[str, Table], request: Request) -> dict[str, Any]:
    """Query."""
    table = _table(tables, request["TableName"])
    index = request.get("IndexName")
    names = request.get("ExpressionAttributeNames", {})
    values = request.get("ExpressionAttributeValues", {})
    key, value, begins = expressions.keys(request["KeyConditionExpression"], names, values)
    newest_first = not request.get("ScanIndexForward", True)
    if index is None:
        partition = table.partitions.get(value, {})
        sorts = sorted(
            (sort for sort in partition if sort.startswith(begins)), reverse=newest_first
        )
        return _paged([partition[sort] for sort in sorts], request, table, index)
    chosen = [item for item in _indexed(table, index) if item[key]["S"] == value]
    chosen.sort(key=_order(table, index), reverse=newest_first)
    return _paged(chosen, request, table, index)


def scan(tables: dict[str, Table], request: Request) -> dict[str, Any]:
    """Scan, also in segments."""
    table = _table(tables, request["TableName"])
    index = request.get("IndexName")
    candidates = list(_indexed(table, index)) if index else table.items()
    if "TotalSegments" in request:
        number, total = request["Segment"], request["TotalSegments"]
        candidates = [item for item in candidates if _scatter(item) % total == number]
    candidates.sort(key=lambda item: (_scatter(item), *key_of(item)))
    return _paged(candidates, request, table, index)


def _indexed(table: Table, index: str) -> Iterator[Item]:
    hash_key, range_key = table.indexes[index]
    keys = [key for key in ("pk", "sk", hash_key, range_key) if key]
    for item in table.items():
        if all(key in item for key in keys):
            yield {key: item[key] for key in keys}


def _order(table: Table, index: str | None) -> Any:
    if index is None:
        return lambda item: key_of(item)[1].encode()
    hash_key, range_key = table.indexes[index]
    return lambda item: (
        item[hash_key]["S"].encode(),
        item[range_key]["S"].encode() if range_key else b"",
        *(part.encode() for part in key_of(item)),
    )


def _scatter(item: Item) -> int:
    # A scan goes by the hash of the partition key, not by its order.
    return _hash(item["pk"]["S"])


@lru_cache(maxsize=10_000)
def _hash(partition: str) -> int:
    return int.from_bytes(hashlib.sha256(partition.encode()).digest()[:8])


def _paged(items: list[Item], request: Request, table: Table, index: str | None) -> dict[str, Any]:
    start = request.get("ExclusiveStartKey")
    if start is not None:
        items = _after(items, start, request, table, index)
    limit = request.get("Limit", len(items) + 1)
    read: list[Item] = []
    size = 0
    for item in items:
        read.append(item)
        if table.most_bytes >= PAGE_BYTES:
            size += item_size(item)
        if len(read) == limit or size >= PAGE_BYTES:
            break
    more = len(read) == limit or len(read) < len(items)
    kept = [item for item in read if _holds("FilterExpression", item, request)]
    answer: dict[str, Any] = {
        "Items": [_projected(item, request) for item in kept],
        "Count": len(kept),
        "ScannedCount": len(read),
    }
    if more and read:
        answer["LastEvaluatedKey"] = _last_key(read[-1], table, index)
    return answer


def _after(
    items: list[Item], start: Item, request: Request, table: Table, index: str | None
) -> list[Item]:
    for position, item in enumerate(items):
        if key_of(item) == key_of(start):
            return items[position + 1 :]
    # The key need not be there: a scan goes on behind its place, and so does a query.
    if "KeyConditionExpression" not in request:
        place = (_scatter(start), *key_of(start))
        return [item for item in items if (_scatter(item), *key_of(item)) > place]
    order = _order(table, index)
    if request.get("ScanIndexForward", True):
        return [item for item in items if order(item) > order(start)]
    return [item for item in items if order(item) < order(start)]


def _last_key(item: Item, table: Table, index: str | None) -> Item:
    keys = ["pk", "sk"]
    if index is not None:
        keys += [key for key in table.indexes[index] if key and key not in keys]
    return {key: item[key] for key in keys}


def _holds(expression: str, item: Item, request: Request) -> bool:
    return expression not in request or expressions.holds(
        request[expression],
        item,
        request.get("ExpressionAttributeNames", {}),
        request.get("ExpressionAttributeValues", {}),
    )


def _projected(item: Item, request: Request) -> Item:
    if "ProjectionExpression" not in request:
        return item
    names = expressions.attributes(
        request["ProjectionExpression"], request.get("ExpressionAttributeNames", {})
    )
    return {name: item[name] for name in names if name in item}


def _written(kind: str, content: Request) -> Item | None:
    if kind == "Delete":
        return None
    after: Item = content["Item"]
    if item_size(after) > LARGEST_ITEM:
        raise _invalid("Item size has exceeded the maximum allowed size")
    return after


def _table(tables: dict[str, Table], name: str) -> Table:
    try:
        return tables[name]
    except KeyError:
        raise RefusedCallError(
            "ResourceNotFoundException", "Cannot do operations on a non-existent table"
        ) from None


def _value_size(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return len(content) // 2 + 2
    if kind == "B":
        return len(content) * 3 // 4 if isinstance(content, str) else len(content)
    if kind == "L":
        return 3 + sum(1 + _value_size(entry) for entry in content)
    if kind == "M":
        return 3 + sum(1 + len(name) + _value_size(entry) for name, entry in content.items())
    return 1


def _invalid(message: str) -> RefusedCallError:
    return RefusedCallError("ValidationException", message)
