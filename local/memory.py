"""A table in memory, which nobody else changes, to write a past in.

Not the one that tests have: `make run` goes without them.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from local.place import ROOT

# The product's code, which lies in a layer on AWS.
sys.path.insert(0, str(ROOT / "layers" / "licensing" / "python"))

from licensing.adapters import attributes, records
from licensing.domain.changes import Change, Insert, Put, Replace, ReplaceClinic
from licensing.domain.keys import Key, partition

Item = dict[str, Any]


@dataclass
class Table:
    """Records by key; a commit is never refused, for there is one writer."""

    found: dict[Key[Any], Any] = field(default_factory=dict)

    def load(self, *keys: Key[Any]) -> list[Any]:
        """Return the records under the keys, in their order."""
        return [self.found.get(key) for key in keys]

    def commit(self, changes: Sequence[Change]) -> None:
        """Write the changes."""
        for change in changes:
            match change:
                case Insert(record) | Put(record):
                    self._put(record)
                case Replace(before, after):
                    self._put(replace(after, version=before.version + 1))
                case ReplaceClinic(before, after, history):
                    self._put(replace(after, version=before.version + 1))
                    self._put(history)

    def all(
        self, clinic_id: str, begins: str, *, after: str | None = None, newest_first: bool = False
    ) -> Iterator[Any]:
        """Yield a clinic's records whose sort key begins so, those that follow ``after``."""
        found = (key for key in self.found if key.partition == partition(clinic_id))
        keys = sorted((key for key in found if key.sort.startswith(begins)), reverse=newest_first)
        for key in keys:
            if after is None or (key.sort < after if newest_first else key.sort > after):
                yield self.found[key]

    def memberships_of_address(self, email: str) -> list[Key[Any]]:
        """Return no membership: nobody is added twice."""
        del email
        return []

    def clinics_of_user(self, user_id: str) -> list[str]:
        """Return no clinic: nobody is made a member unasked."""
        del user_id
        return []

    def items(self, name: str | None = None) -> list[Item]:
        """Return all items, or those of a partition, in the order of their keys."""
        keys = sorted(key for key in self.found if name in (None, key.partition))
        return [_item(key, self.found[key]) for key in keys]

    def _put(self, record: Any) -> None:
        self.found[records.key_of(record)] = record


def _item(key: Key[Any], record: Any) -> Item:
    plain = {"pk": key.partition, "sk": key.sort, **records.to_plain(record)}
    return {name: attributes.dump(value) for name, value in plain.items()}
