"""DynamoDB Local, started once for all tests that need it, and three other implementations."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from docs.template import table_properties
from licensing.adapters import aws
from licensing.adapters.store import Store
from local import emulator
from local.memory.tables import Table
from local.place import ROOT, Place
from tests.contention import dynamodb_local
from tests.contention.clinic import REGION, TABLE, make_table, surroundings
from tests.faults.seam import Seam
from tests.inmemory.cloud import Cloud

BACKENDS = ("in_process", "moto", "ministack", "dynamodb_local")


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    try:
        dynamodb_local.require_tools()
    except dynamodb_local.MissingToolError as missing:
        pytest.skip(str(missing))
    with dynamodb_local.running() as address:
        yield address


@pytest.fixture(scope="module", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> Iterator[str]:
    """One implementation after the other, with an empty table."""
    name: str = request.param
    yield from {
        "in_process": _in_process,
        "moto": _moto,
        "ministack": _ministack,
        "dynamodb_local": _dynamodb_local,
    }[name](request)


def _in_process(_: pytest.FixtureRequest) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        _settle(patch)
        seam = Seam(Cloud({TABLE: Table.of(table_properties())}))
        session = seam.session()
        patch.setattr(aws, "_session", lambda: session)
        yield "in_process"


def _moto(_: pytest.FixtureRequest) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        _settle(patch)
        aws._session.cache_clear()
        client = boto3.client("dynamodb", region_name=REGION)
        client.create_table(TableName=TABLE, **table_properties())
        yield "moto"
        aws._session.cache_clear()


def _ministack(_: pytest.FixtureRequest) -> Iterator[str]:
    place = Place(ROOT / ".local" / "contract", dynamodb_local.free_port())
    process = emulator.start(place, 86_400)
    try:
        make_table(place.endpoint_url, place.keys())
        with surroundings(place.endpoint_url, place.keys()):
            yield "ministack"
    finally:
        emulator.stop(place, process)


def _dynamodb_local(request: pytest.FixtureRequest) -> Iterator[str]:
    endpoint: str = request.getfixturevalue("endpoint")
    make_table(endpoint)
    with surroundings(endpoint):
        yield "dynamodb_local"


def _settle(patch: pytest.MonkeyPatch) -> None:
    patch.delenv("AWS_ENDPOINT_URL", raising=False)
    patch.setenv("AWS_ACCESS_KEY_ID", "testing")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    patch.setenv("AWS_DEFAULT_REGION", REGION)


@pytest.fixture
def store(backend: str) -> Store:
    """The product's own store on the implementation."""
    del backend
    return Store(TABLE)
