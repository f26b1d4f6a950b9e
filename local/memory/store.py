"""The product's own store and ledger on a table in this process, for thousands of lives.

Nothing lies between the two, not even botocore, which would take most of a test's time.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import Any
from unittest.mock import patch

from botocore.exceptions import ClientError

from docs.template import table_properties
from licensing.adapters import ledger, store
from licensing.adapters.store import record_of
from licensing.domain.changes import Change
from licensing.domain.keys import Key
from licensing.domain.records import Record
from local.memory import tables
from local.memory.tables import RefusedCallError, Table

TABLE = "licenses"


class Store(store.Store):
    """Records in a table in this process."""

    def __init__(self, table: Table | None = None) -> None:
        self.table = _empty() if table is None else table
        with patch.object(store, "client", lambda *_, **__: Client(self.table)):
            super().__init__(TABLE)
        self.commits = 0

    def commit(self, changes: Sequence[Change]) -> None:
        """Write all the changes, or none, and count it."""
        super().commit(changes)
        self.commits += 1

    def records(self) -> dict[Key[Any], Record]:
        """Return every record by its key, in the order of their keys."""
        return {
            Key(item["pk"]["S"], item["sk"]["S"]): record_of(item) for item in self.table.items()
        }

    def put(self, *records: Record) -> None:
        """Write records as they are, past all rules."""
        for record in records:
            item = store._item(record)
            self.table.put(tables.key_of(item), item)

    def copy(self) -> Table:
        """Return a table of the same items."""
        return replace(self.table, partitions=self.table.snapshot(), stream=[])


class Client:
    """DynamoDB's client, as far as the store and the ledger call it."""

    def __init__(self, table: Table) -> None:
        self._tables = {TABLE: table}

    def __getattr__(self, operation: str) -> Callable[..., dict[str, Any]]:
        return partial(self._call, _OPERATIONS[operation])

    def _call(self, answer: Callable[..., dict[str, Any]], **request: Any) -> dict[str, Any]:
        try:
            return answer(self._tables, request)
        except RefusedCallError as refused:
            error: Any = {
                "Error": {"Code": refused.code, "Message": refused.message},
                **refused.more,
            }
            raise ClientError(error, answer.__name__) from refused


_OPERATIONS = {
    "batch_get_item": tables.batch_get,
    "transact_write_items": tables.transact_write,
    "query": tables.query,
    "scan": tables.scan,
}


def ledger_of(table: Table) -> ledger.Ledger:
    """Return the product's ledger of a table."""
    with patch.object(ledger, "client", lambda *_, **__: Client(table)):
        return ledger.Ledger(TABLE)


@cache
def _indexes() -> dict[str, tuple[str, str | None]]:
    return Table.of(table_properties()).indexes


def _empty() -> Table:
    return Table(_indexes())
