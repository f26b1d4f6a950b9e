"""Fills the local table with clinics quickly, past the API: for trying large numbers.

Each clinic is registered by the product's own use case, on a store that keeps what it is told
to write, so the books of all of them agree.
"""

import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from local.clients import Clients
from local.place import ROOT

# The product's code, which lies in a layer on AWS.
sys.path.insert(0, str(ROOT / "layers" / "licensing" / "python"))

from licensing.adapters import attributes, records
from licensing.domain.changes import Change, Insert, Record
from licensing.domain.clinics import Clinic
from licensing.domain.keys import Key
from licensing.domain.licenses import LicenseType
from licensing.domain.users import USER_MANAGER
from licensing.use_cases.access import Caller
from licensing.use_cases.add_user import NewUser
from licensing.use_cases.register_clinic import RegisteredLicense, Registration, register_clinic

STAFF = Caller("load", is_staff=True, channel="api", name="python -m local load")
_A_BATCH, _WORKERS = 25, 4
_USERS = 5

Item = dict[str, Any]


@dataclass
class _Kept:
    """A store that holds nothing and keeps what is to be written."""

    written: list[Record] = field(default_factory=list)

    def load(self, *keys: Key[Any]) -> list[Record | None]:
        return [None for _ in keys]

    def commit(self, changes: Sequence[Change]) -> None:
        self.written += [change.record for change in changes if isinstance(change, Insert)]


class _Accounts:
    """Sign-ins that nobody uses: the address stands for the account."""

    def invite(self, email: str, name: str) -> str:
        del name
        return email


def load(clients: Clients, table: str, clinics: int, now: datetime) -> int:
    """Write so many clinics, ``clinic-load-000001`` and on; returns the number of items."""
    items = (item for number in range(1, clinics + 1) for item in _clinic(number, now))
    written = 0
    dynamodb = clients.tables()
    with ThreadPoolExecutor(_WORKERS) as pool:
        while batches := list(islice(_batches(items), _WORKERS * 8)):
            for count in pool.map(lambda batch: _write(dynamodb, table, batch), batches):
                written += count
    return written


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    while batch := list(islice(items, _A_BATCH)):
        yield batch


def _write(dynamodb: Any, table: str, batch: list[Item]) -> int:
    request = {table: [{"PutRequest": {"Item": item}} for item in batch]}
    while request:
        request = dynamodb.batch_write_item(RequestItems=request).get("UnprocessedItems", {})
    return len(batch)


def _clinic(number: int, now: datetime) -> Iterator[Item]:
    clinic_id = f"clinic-load-{number:06}"
    manager = f"manager@clinic{number}.example"
    registration = Registration(
        name=f"Clinic {number}",
        time_zone="America/New_York",
        currency="USD",
        billing_day=1 + number % 28,
        licenses=(
            RegisteredLicense(LicenseType.THERAPIST, 5, 9_900),
            RegisteredLicense(LicenseType.FRONT_OFFICE, 2, 4_900),
        ),
        user_managers=(NewUser("Max Manager", manager, LicenseType.THERAPIST, (USER_MANAGER,)),),
    )
    kept = _Kept()
    register_clinic(kept, _Accounts(), STAFF, clinic_id, registration, now=now)  # type: ignore[arg-type]
    clinic = next(record for record in kept.written if isinstance(record, Clinic))
    for person in range(_USERS):
        email = f"user{person}@clinic{number}.example"
        user = NewUser(f"User {person}", email, LicenseType.THERAPIST, ())
        kept.written.append(user.in_clinic(clinic_id, email, clinic.registered_at, active=False))
    for record in kept.written:
        key = records.key_of(record)
        plain = {"pk": key.partition, "sk": key.sort, **records.to_plain(record)}
        yield {name: attributes.dump(value) for name, value in plain.items()}
