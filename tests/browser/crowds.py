"""Clinics, and two thousand at once: records of the product's own making, written past the API."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from licensing.domain.clinics import Clinic
from licensing.domain.finding import clinic_words
from licensing.domain.keys import NOTICE, clinic_key
from licensing.domain.licenses import LicenseType
from licensing.use_cases.access import Caller
from licensing.use_cases.clinics.register_clinic import (
    RegisteredLicense,
    Registration,
    register_clinic,
)
from licensing.use_cases.users.add_user import NewUser, add_user
from local.clients import Clients
from local.load import PRICES, Item, batches, clinic, reconciled, staff, write
from local.memory.store import Store
from local.people import inviting

_WRITERS = 2


def peopled(
    clinic_id: str,
    name: str,
    ids: dict[str, str],
    manager: NewUser,
    *users: NewUser,
    purchased: int = 3,
) -> list[Item]:
    """Return all of a new clinic whose people can sign in already, under ids by their addresses.

    Its renewal is not near, of which a night would tell its manager, and those of all others.
    """
    store, accounts, now = Store(), inviting(ids.__getitem__), datetime.now(UTC)
    billing_day = min((now + timedelta(days=14)).day, 28)
    licenses = tuple(RegisteredLicense(kind, purchased, cents) for kind, cents in PRICES.items())
    registration = Registration(name, "America/New_York", "USD", billing_day, licenses, (manager,))
    register_clinic(store, accounts, staff(now), clinic_id, registration)
    caller = Caller(ids[manager.email], False, "api", now)
    for user in users:
        add_user(store, accounts, caller, clinic_id, user)
    return store.table.items()


def owned(user_id: str, email: str, names: dict[str, str]) -> list[Item]:
    """Return all of some new clinics of one User Manager, who can sign in already."""
    morgan = NewUser("Morgan Lee", email, LicenseType.FRONT_OFFICE, ("user_manager",))
    return [
        item
        for clinic_id, name in names.items()
        for item in peopled(clinic_id, name, {email: user_id}, morgan, purchased=2)
    ]


def unconfirmed(*numbers: int) -> list[Item]:
    """Return all of some clinics that have lived, with what a night finds: a mail of each got lost.

    The numbers of such clinics are multiples of 50.
    """
    store, now = Store(), datetime.now(UTC)
    for number in numbers:
        for item in clinic(number, now).table.items():
            store.table.put((item["pk"]["S"], item["sk"]["S"]), item)
    reconciled(store, now)
    # Else the cloud would send the notices, too.
    return [item for item in store.table.items() if item["sk"]["S"] != NOTICE]


def listed(names: dict[str, str]) -> list[Item]:
    """Return what lists and searches read of some clinics: of each its record and its words."""
    life = clinic(1, datetime.now(UTC))
    one: Clinic = life.load(clinic_key("clinic-load-000001"))[0]
    store = Store()
    for clinic_id, name in names.items():
        another = replace(one, clinic_id=clinic_id, name=name)
        store.put(another, *clinic_words(another))
    return store.table.items()


@contextmanager
def written(clients: Clients, table: str, *some: list[Item]) -> Iterator[None]:
    """Have items in the table, and behind the block none of those that a night would object to.

    That is, nothing of the clinics that are only listed. Others are whole, and live on.
    """
    items = [item for each in some for item in each]
    whole = {item["pk"]["S"] for item in items if item["sk"]["S"].startswith("INVOICE#")}
    dynamodb = clients.tables()
    with ThreadPoolExecutor(_WRITERS) as pool:
        list(pool.map(partial(write, dynamodb, table), batches(iter(items))))
        try:
            yield
        finally:
            gone = (item for item in items if not _is_kept(item, whole))
            list(pool.map(partial(_delete, dynamodb, table), batches(gone)))


def _is_kept(item: Item, whole: set[str]) -> bool:
    """Return whether an item or a word is of a whole clinic."""
    return {item["pk"]["S"], f"CLINIC#{item['sk']['S'].rpartition('#')[2]}"} & whole != set()


def _delete(dynamodb: Any, table: str, batch: list[Item]) -> None:
    keys = [{"pk": item["pk"], "sk": item["sk"]} for item in batch]
    request = {table: [{"DeleteRequest": {"Key": key}} for key in keys]}
    while request:
        request = dynamodb.batch_write_item(RequestItems=request).get("UnprocessedItems", {})
