"""The template deployed once per run to a local cloud of its own, beside a developer's."""

import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from local import cloud
from local.clients import Clients
from local.place import ROOT, Place
from local.sign_in import SignIn
from local.stack import Stack
from tests.system.api import Api

BUSINESS_DAY_SECONDS = 5.0


@pytest.fixture(scope="session")
def place() -> Place:
    """Where the tests' local cloud runs: its folder is kept, so that its build is, too."""
    return Place(ROOT / ".local" / "test", _free_port())


def _free_port() -> int:
    """Return a free port whose next one is free, too: mail comes in there, once all is deployed.

    They lie below those that systems give to outgoing connections, one of which would take it.
    """
    while True:
        port = secrets.choice(range(20_000, 32_000))
        with socket.socket() as one, socket.socket() as following, suppress(OSError):
            one.bind(("127.0.0.1", port))
            following.bind(("127.0.0.1", port + 1))
            return port


@pytest.fixture(scope="session")
def stack(place: Place) -> Iterator[Stack]:
    """The running system with the demo clinics; each function has the rights of its role only."""
    with cloud.running(place, BUSINESS_DAY_SECONDS) as described:
        yield described


@pytest.fixture(scope="session")
def clients(place: Place, stack: Stack) -> Clients:
    """AWS clients of the running system."""
    assert stack["endpoint_url"] == place.endpoint_url
    return Clients(place)


@pytest.fixture(scope="session")
def id_token(stack: Stack, clients: Clients) -> Callable[[str], str]:
    """Sign a demo account in by its address; returns the ID token."""
    sign_in = SignIn(clients, stack["user_pool_id"], stack["user_pool_client_id"])
    passwords = {account["email"]: account["password"] for account in stack["accounts"]}

    def sign(email: str) -> str:
        return sign_in.id_token(email, passwords[email])

    return sign


def business_day(stack: Stack, seconds: float) -> None:
    """Let a business day of the workflows' waits pass in so many seconds from now on."""
    setting = {"stepfunctions._SFN_WAIT_SCALE": seconds / 86_400}
    told = Api(stack["endpoint_url"], None).call(
        "POST", "/_ministack/config", setting, Local_Key=stack["secret_access_key"]
    )
    assert told.status < 300


@pytest.fixture
def slow_clock(stack: Stack) -> Iterator[None]:
    """Let requests of this test wait for their invoice for most of a minute."""
    business_day(stack, 60)
    yield
    business_day(stack, BUSINESS_DAY_SECONDS)


@pytest.fixture
def fast_clock(stack: Stack) -> Iterator[None]:
    """Let requests of this test reach their invoice at once."""
    business_day(stack, 0.1)
    yield
    business_day(stack, BUSINESS_DAY_SECONDS)
