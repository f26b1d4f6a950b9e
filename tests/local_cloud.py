"""The template deployed once per run to a local cloud of its own, beside a developer's."""

import socket
from collections.abc import Callable, Iterator

import pytest

from local import cloud
from local.clients import Clients
from local.place import ROOT, Place
from local.sign_in import SignIn
from local.stack import Stack

BUSINESS_DAY_SECONDS = 5.0


@pytest.fixture(scope="session")
def place() -> Place:
    """Where the tests' local cloud runs: its folder is kept, so that its build is, too."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return Place(ROOT / ".local" / "test", probe.getsockname()[1])


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
