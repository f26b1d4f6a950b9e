"""The product on a cloud in this process, and the runner of fault plans."""

from collections.abc import Iterator

import pytest

from tests.faults.runner import Runner
from tests.product import Product


@pytest.fixture(scope="session")
def opened() -> Product:
    """The product, its handlers loaded once."""
    return Product.open()


@pytest.fixture(scope="session")
def known(opened: Product) -> Runner:
    """The runner, which keeps each operation's prepared world."""
    with opened.active():
        return Runner(opened)


@pytest.fixture
def runner(opened: Product, known: Runner) -> Iterator[Runner]:
    """The runner, while waits take no time."""
    with opened.active():
        yield known
