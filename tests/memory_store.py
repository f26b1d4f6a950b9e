"""A table in memory: what use cases need of a store, in a test's own process.

Records are kept as they are, and commits hold or fail as in the real table: an insert needs
a free key, a replacement needs the version that was read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from licensing.adapters import records
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
from licensing.domain.errors import ConflictError
from licensing.domain.keys import Key, Page, Prefix, partition
from licensing.domain.records import Record
from licensing.domain.users import User

A = TypeVar("A")
DELETED: Any = object()


@dataclass
class MemoryStore:
    """Records by key; ``commits`` counts the writes that went through."""

    table: dict[Key[Any], Any] = field(default_factory=dict)
    commits: int = 0

    def load(self, *keys: Key[Any]) -> Any:
        """Return the records under the keys, in their order."""
        return [self.table.get(key) for key in keys]

    def commit(self, changes: Sequence[Change]) -> None:
        """Write all the changes or none; raises ConflictError."""
        written: dict[Key[Any], Record] = {}
        seen: set[Key[Any]] = set()
        # ReplaceClinic writes its history as well, and checks whom it relies on.
        records_written = len(changes) + 2 * sum(isinstance(one, ReplaceClinic) for one in changes)
        assert records_written <= 100, "DynamoDB takes no longer transaction"
        for key, result in (judged for change in changes for judged in self._judged(change)):
            assert key not in seen, f"one transaction names {key} twice"
            seen.add(key)
            if result is not None:
                written[key] = result
        assert len(seen) <= 100, "a transaction holds at most 100 records"
        self.table |= written
        self.table = {key: record for key, record in self.table.items() if record is not DELETED}
        self.commits += 1

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
        """Return one page of a partition's records."""
        keys = self._keys(partition, begins, newest_first=newest_first)
        if cursor is not None:
            keys = [key for key in keys if (key.sort < cursor) == newest_first]
            keys = [key for key in keys if key.sort != cursor]
        found = [key for key in keys if self._matches(key, equal or {})]
        chosen = found[:limit]
        more = chosen[-1].sort if len(found) > limit else None
        return Page([self.table[key] for key in chosen], more)

    def cursor_behind(self, record: Record) -> str:
        """Return where a page begins that follows the record in its list."""
        return records.key_of(record).sort

    def all(
        self,
        clinic_id: str,
        begins: Prefix[A],
        *,
        after: str | None = None,
        newest_first: bool = False,
    ) -> Iterator[A]:
        """Yield every record whose sort key begins so, those that follow ``after`` if given."""
        for key in self._keys(partition(clinic_id), begins, newest_first=newest_first):
            if after is None or (key.sort < after if newest_first else key.sort > after):
                yield self.table[key]

    def clinics_of_user(self, user_id: str) -> list[str]:
        """Return the ids of the clinics in which somebody is a user."""
        return [user.clinic_id for user in self._users() if user.user_id == user_id]

    def memberships_of_address(self, email: str) -> list[Key[Any]]:
        """Return the keys of all users that an address is registered for."""
        return [records.key_of(user) for user in self._users() if user.email == email]

    def clinics(self, *, limit: int, cursor: str | None = None) -> tuple[list[Clinic], str | None]:
        """Return some of all clinics, and where the next page begins."""
        every = sorted(
            (record for record in self.table.values() if isinstance(record, Clinic)),
            key=lambda clinic: clinic.clinic_id,
        )
        rest = [clinic for clinic in every if cursor is None or clinic.clinic_id > cursor]
        return rest[:limit], rest[limit - 1].clinic_id if len(rest) > limit else None

    def _judged(self, change: Change) -> Iterator[tuple[Key[Any], Record | None]]:
        match change:
            case Insert(record):
                key = records.key_of(record)
                if key in self.table:
                    raise ConflictError(f"{key} is there already")
                yield key, record
            case Replace(before, after) | ReplaceClinic(before, after):
                key = records.key_of(before)
                assert key == records.key_of(after), "a replacement keeps its key"
                self._require(key, before.version)
                yield key, replace(after, version=before.version + 1)
            case Unchanged(record):
                key = records.key_of(record)
                self._require(key, record.version)
                yield key, None
            case Put(record):
                yield records.key_of(record), record
            case Delete(record):
                yield records.key_of(record), DELETED
            case Rewrite():
                raise NotImplementedError("nobody is removed here")

        if isinstance(change, ReplaceClinic):
            yield from self._judged(Insert(change.history))
            if change.relying_on is not None:
                yield from self._judged(Unchanged(change.relying_on))

    def _require(self, key: Key[Any], version: int) -> None:
        there = self.table.get(key)
        if there is None or getattr(there, "version", None) != version:
            raise ConflictError(f"{key} was changed meanwhile")

    def _keys(self, part: str, begins: str, *, newest_first: bool = False) -> list[Key[Any]]:
        keys = (key for key in self.table if key.partition == part and key.sort.startswith(begins))
        return sorted(keys, reverse=newest_first)

    def _matches(self, key: Key[Any], equal: dict[str, Any]) -> bool:
        plain = records.to_plain(self.table[key])
        return all(plain.get(name) == value for name, value in equal.items())

    def _users(self) -> list[User]:
        return [record for record in self.table.values() if isinstance(record, User)]
