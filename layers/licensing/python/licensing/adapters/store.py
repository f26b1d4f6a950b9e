"""The one DynamoDB table: reading records, and committing changes all or not at all."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from licensing.adapters import attributes, records
from licensing.adapters.aws import client
from licensing.domain.changes import (
    Change,
    Delete,
    Insert,
    Put,
    Replace,
    ReplaceClinic,
    Rewrite,
    Unchanged,
)
from licensing.domain.clinics import Clinic
from licensing.domain.errors import ConflictError, InvalidRequestError
from licensing.domain.keys import Key, Page, Prefix, clinic_key, partition
from licensing.domain.users import User

if TYPE_CHECKING:
    from licensing.domain.records import Record

A = TypeVar("A")
B = TypeVar("B")
_BATCH = 100
# Bytes. DynamoDB refuses to look for a longer key, as if the call were at fault.
_LONGEST_PARTITION, _LONGEST_SORT = 2048, 1024
_CONFLICTS = {"ConditionalCheckFailed", "TransactionConflict"}
_OVERLOADED = {
    "ThrottlingError",
    "ProvisionedThroughputExceeded",
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "TransactionInProgressException",
    "TransactionConflictException",
}


class Store:
    """The store of the use cases. Every read is consistent but those of the indexes."""

    def __init__(self, table_name: str) -> None:
        self._table = table_name
        self._dynamodb = client("dynamodb", plain=True)

    def load(self, *keys: Key[Any]) -> Any:
        """Return the records under the keys, in their order, in one round trip.

        A caller may name any key: one that no table takes has no record. More keys than one
        call takes are asked for by several calls at the same time.
        """
        wanted = [key for key in dict.fromkeys(keys) if _can_be_there(key)]
        batches = [wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH)]
        found: dict[Key[Any], Record] = {}
        for some in _at_once(self._load_batch, batches):
            found |= some
        return [found.get(key) for key in keys]

    def _load_batch(self, keys: Sequence[Key[Any]]) -> dict[Key[Any], Record]:
        found: dict[Key[Any], Record] = {}
        request: dict[str, Any] = {
            self._table: {
                "Keys": [attributes.dump_key(key) for key in keys],
                "ConsistentRead": True,
            }
        }
        for tried in count():
            answer = self._call("batch_get_item", RequestItems=request)
            for item in answer["Responses"].get(self._table, ()):
                record_key, record = _read(item)
                found[record_key] = record
            request = answer.get("UnprocessedKeys", {})
            if not request:
                break
            # Imported here: it hardly ever comes to this.
            from licensing.use_cases.conflicts import pause  # noqa: PLC0415

            pause(tried)
        return found

    def commit(self, changes: Sequence[Change]) -> None:
        """Write all the changes, or none; raises ConflictError if a record was changed."""
        self._call(
            "transact_write_items",
            TransactItems=[part for change in changes for part in self._operations(change)],
        )

    def page(
        self,
        partition: str,
        begins: Prefix[A],
        *,
        limit: int,
        cursor: str | None = None,
        newest_first: bool = False,
        equal: dict[str, Any] | None = None,
    ) -> Page[A]:
        """Return up to ``limit`` records whose sort key begins so and whose attributes match.

        Raises InvalidRequestError for a cursor that no list of this kind gave out.
        """
        query = self._query(partition, begins, newest_first, equal)
        start = None if cursor is None else _decode_cursor(cursor, begins)
        kept: list[Any] = []
        while True:
            if start is not None:
                query["ExclusiveStartKey"] = attributes.dump_key(Key(partition, start))
            # One more than asked for tells whether there is a next page.
            if not equal:
                query["Limit"] = limit + 1 - len(kept)
            answer = self._call("query", **query)
            kept += [_read(item)[1] for item in answer["Items"]]
            last = answer.get("LastEvaluatedKey")
            if len(kept) > limit:
                kept = kept[:limit]
                return Page(kept, _encode_cursor(records.key_of(kept[-1]).sort))
            if last is None:
                return Page(kept, None)
            start = last["sk"]["S"]

    def cursor_behind(self, record: Record) -> str:
        return _encode_cursor(records.key_of(record).sort)

    def all(
        self,
        clinic_id: str,
        begins: Prefix[A],
        *,
        after: str | None = None,
        newest_first: bool = False,
    ) -> Iterator[A]:
        query = self._query(partition(clinic_id), begins, newest_first, equal=None)
        if after is not None:
            query["ExclusiveStartKey"] = attributes.dump_key(Key(partition(clinic_id), after))
        for item in self._items(query):
            yield _read(item)[1]

    def clinics_of_user(self, user_id: str) -> list[str]:
        return [key.owner for key in self._memberships("by_user", "user_id", user_id)]

    def memberships_of_address(self, email: str) -> list[Key[User]]:
        return self._memberships("by_email", "email", email)

    def clinics(self, *, limit: int, cursor: str | None = None) -> tuple[list[Clinic], str | None]:
        """Return some of all clinics, in no order, and where the next page begins."""
        scan = {"TableName": self._table, "IndexName": "by_clinic", "Limit": limit}
        if cursor is not None:
            clinic_id = _decode_cursor(cursor, "")
            scan["ExclusiveStartKey"] = {
                **attributes.dump_key(clinic_key(clinic_id)),
                "clinic_id": {"S": clinic_id},
            }
        answer = self._call("scan", **scan)
        found = self.load(*(_item_key(item) for item in answer["Items"]))
        last = answer.get("LastEvaluatedKey")
        return (
            [record for record in found if isinstance(record, Clinic)],
            None if last is None else _encode_cursor(last["clinic_id"]["S"]),
        )

    def _memberships(self, index: str, attribute: str, value: str) -> list[Key[Any]]:
        query: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": index,
            "KeyConditionExpression": "#a = :a",
            "ExpressionAttributeNames": {"#a": attribute},
            "ExpressionAttributeValues": {":a": {"S": value}},
        }
        return [_item_key(item) for item in self._items(query)]

    def _items(self, query: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield what a query finds; more is asked for as it is wanted."""
        while True:
            answer = self._call("query", **query)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _query(
        self, partition: str, begins: str, newest_first: bool, equal: dict[str, Any] | None
    ) -> dict[str, Any]:
        query: dict[str, Any] = {
            "TableName": self._table,
            "ConsistentRead": True,
            "KeyConditionExpression": "pk = :pk AND begins_with(sk, :sk)",
            "ExpressionAttributeValues": {
                ":pk": {"S": partition},
                ":sk": {"S": begins},
            },
            "ScanIndexForward": not newest_first,
        }
        if equal:
            query["FilterExpression"] = " AND ".join(f"#{name} = :{name}" for name in equal)
            query["ExpressionAttributeNames"] = {f"#{name}": name for name in equal}
            for name, value in equal.items():
                query["ExpressionAttributeValues"][f":{name}"] = attributes.dump(value)
        return query

    def _operations(self, change: Change) -> Iterator[dict[str, Any]]:
        match change:
            case Insert(record):
                yield self._put(record, {"ConditionExpression": "attribute_not_exists(pk)"})
            case Replace(before, after):
                yield self._put(replace(after, version=before.version + 1), _still(before.version))
            case ReplaceClinic(before, after, history, relying_on):
                yield self._put(replace(after, version=before.version + 1), _still(before.version))
                yield from self._operations(Insert(history))
                if relying_on is not None:
                    yield from self._operations(Unchanged(relying_on))
            case Unchanged(record):
                key = attributes.dump_key(records.key_of(record))
                check = {"TableName": self._table, "Key": key, **_still(record.version)}
                yield {"ConditionCheck": check}
            case Put(record):
                yield self._put(record, {})
            case Delete(record):
                key = attributes.dump_key(records.key_of(record))
                yield {"Delete": {"TableName": self._table, "Key": key, **_if_versioned(record)}}
            case Rewrite(before, after):
                yield self._put(after, _still_says(_item(before), _item(after)))

    def _put(self, record: Record, condition: dict[str, Any]) -> dict[str, Any]:
        return {"Put": {"TableName": self._table, "Item": _item(record), **condition}}

    def _call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        call: Callable[..., dict[str, Any]] = getattr(self._dynamodb, operation)
        try:
            return call(**parameters)
        except ClientError as error:
            if _is_conflict(error):
                raise ConflictError(
                    "Others changed this clinic at the same time. Try again in a moment."
                ) from error
            raise


def record_of(image: dict[str, Any]) -> Record:
    """Return the record in a stream's image of an item."""
    record: Record = _read(image)[1]
    return record


def _at_once(read: Callable[[A], B], parts: Sequence[A]) -> list[B]:
    """Return what is read of each part; several are read at the same time."""
    if len(parts) < 2:
        return [read(part) for part in parts]
    # Imported here: hardly any request comes here, and each function's start would wait for it.
    from licensing.adapters.threads import at_once  # noqa: PLC0415

    return at_once(read, parts)


def _can_be_there(key: Key[Any]) -> bool:
    try:
        partition, sort = key.partition.encode(), key.sort.encode()
    except UnicodeEncodeError:
        return False
    return len(partition) <= _LONGEST_PARTITION and len(sort) <= _LONGEST_SORT


def _is_conflict(error: ClientError) -> bool:
    code = error.response.get("Error", {}).get("Code")
    if code == "TransactionCanceledException":
        reasons = {
            reason.get("Code") for reason in error.response.get("CancellationReasons", ())
        } - {"None", None}
        return bool(reasons) and reasons <= _CONFLICTS | _OVERLOADED
    return code in _OVERLOADED


def _still(version: int) -> dict[str, Any]:
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": {":version": {"N": str(version)}},
    }


def _if_versioned(record: Record) -> dict[str, Any]:
    version = getattr(record, "version", None)
    return {} if version is None else _still(version)


def _still_says(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    changed = [name for name, value in before.items() if after.get(name) != value]
    return {
        "ConditionExpression": " AND ".join(f"#{name} = :{name}" for name in changed),
        "ExpressionAttributeNames": {f"#{name}": name for name in changed},
        "ExpressionAttributeValues": {f":{name}": before[name] for name in changed},
    }


def _item(record: Record) -> dict[str, Any]:
    plain = records.to_plain(record)
    return {
        **attributes.dump_key(records.key_of(record)),
        **{name: attributes.dump(value) for name, value in plain.items()},
    }


def _item_key(item: dict[str, Any]) -> Key[Any]:
    return Key(item["pk"]["S"], item["sk"]["S"])


def _read(item: dict[str, Any]) -> tuple[Key[Any], Any]:
    key = _item_key(item)
    plain = {name: attributes.load(value) for name, value in item.items()}
    return key, records.from_plain(key, plain)


def _encode_cursor(sort: str) -> str:
    return base64.urlsafe_b64encode(sort.encode()).decode().rstrip("=")


def _decode_cursor(cursor: str, begins: str) -> str:
    try:
        sort = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        sort = ""
    if not sort.startswith(begins) or not sort:
        raise InvalidRequestError.at_cursor()
    return sort
