"""One clinic with scarce licenses on DynamoDB Local, set up by the product's own use cases."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from unittest.mock import patch

import boto3

from docs.template import table_properties
from licensing.adapters import aws, store
from licensing.adapters.store import Store
from licensing.domain.licenses import LicenseType
from licensing.domain.users import USER_MANAGER
from licensing.use_cases.access import Caller
from licensing.use_cases.clinics.register_clinic import (
    RegisteredLicense,
    Registration,
    register_clinic,
)
from licensing.use_cases.users.add_user import NewUser, add_user
from local.people import inviting, user_id

TABLE = "licenses"
REGION = "eu-west-1"
KIND = LicenseType.THERAPIST
KEYS = dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "test")


@dataclass(frozen=True)
class Scene:
    """Where the competition takes place; plain data, so that processes can share it."""

    endpoint: str
    clinic_id: str
    manager: str
    users: tuple[str, ...]
    registered: int

    @property
    def caller(self) -> Caller:
        """The User Manager on whose behalf all workers act."""
        return asking(self.manager)

    def store(self) -> Store:
        """Return a store of its own for a worker, as each Lambda container has one.

        A busy machine may answer late, which would look like a call that failed.
        """
        with patch.object(store, "client", partial(aws.client, read_timeout=60)):
            return Store(TABLE)

    def items(self) -> list[dict[str, Any]]:
        """Return all that belongs to the clinic."""
        pages = (
            database(self.endpoint)
            .get_paginator("query")
            .paginate(
                TableName=TABLE,
                ConsistentRead=True,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"CLINIC#{self.clinic_id}"}},
            )
        )
        return [item for page in pages for item in page["Items"]]


@contextmanager
def surroundings(endpoint: str, keys: Mapping[str, str] = KEYS) -> Iterator[None]:
    """Let clients that are made meanwhile talk to the endpoint."""
    settings = {
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        **keys,
        "AWS_DEFAULT_REGION": REGION,
        "NO_PROXY": "127.0.0.1",
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    # A session keeps the credentials that it found first.
    aws._session.cache_clear()
    try:
        yield
    finally:
        aws._session.cache_clear()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def database(endpoint: str, keys: Mapping[str, str] = KEYS) -> Any:
    """Return a plain client."""
    return boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=keys["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=keys["AWS_SECRET_ACCESS_KEY"],
    )


def make_table(endpoint: str, keys: Mapping[str, str] = KEYS) -> None:
    """Make the template's table, empty."""
    client = database(endpoint, keys)
    if TABLE in client.list_tables()["TableNames"]:
        client.delete_table(TableName=TABLE)
    client.create_table(TableName=TABLE, **table_properties())


def scenes(endpoint: str, clinics: int, *, users: int, purchased: int) -> list[Scene]:
    """Return new clinics with so many inactive users and licenses; the table is made anew."""
    make_table(endpoint)
    with surroundings(endpoint):
        store = Store(TABLE)
        return [
            _scene(store, endpoint, f"clinic-{number}", users, purchased)
            for number in range(clinics)
        ]


def _scene(store: Store, endpoint: str, clinic_id: str, users: int, purchased: int) -> Scene:
    manager = register(store, clinic_id, purchased)
    ids = []
    for number in range(users):
        new = NewUser(f"User {number}", f"user{number}@clinic.example", KIND, ())
        user, _ = add_user(store, inviting(), asking(manager), clinic_id, new)
        ids.append(user.user_id)
    return Scene(endpoint, clinic_id, manager, tuple(ids), purchased)


def asking(user_id: str, *, is_staff: bool = False) -> Caller:
    """Return somebody who asks for something now."""
    return Caller(user_id, is_staff, "api", datetime.now(UTC))


def register(store: Store, clinic_id: str, purchased: int) -> str:
    """Register a clinic with so many licenses of the scarce type; return its User Manager."""
    manager = NewUser("Dana Reyes", "dana@clinic.example", LicenseType.BILLING, (USER_MANAGER,))
    registration = Registration(
        "Main Street Physical Therapy",
        "America/New_York",
        "USD",
        1,
        (
            RegisteredLicense(KIND, purchased, 9900),
            RegisteredLicense(LicenseType.BILLING, 1, 3900),
        ),
        (manager,),
    )
    register_clinic(store, inviting(), asking("staff", is_staff=True), clinic_id, registration)
    return user_id(manager.email)
