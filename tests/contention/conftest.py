"""DynamoDB Local, started once for all tests that need it."""

from collections.abc import Iterator

import pytest

from tests.contention import dynamodb_local


@pytest.fixture(scope="session")
def endpoint() -> Iterator[str]:
    """The address of DynamoDB Local."""
    try:
        dynamodb_local.require_tools()
    except dynamodb_local.MissingToolError as missing:
        pytest.skip(str(missing))
    with dynamodb_local.running() as address:
        yield address
