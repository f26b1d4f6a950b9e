"""The product with something in every state, prepared once for all that is sent to it."""

from collections.abc import Iterator

import pytest

from tests.fuzz.scene import prepare
from tests.product import Product


@pytest.fixture(scope="package")
def opened() -> Iterator[Product]:
    product = Product.open()
    with product.active():
        prepare(product)
        yield product


@pytest.fixture
def product(opened: Product) -> Iterator[Product]:
    """The same for every test."""
    before = opened.snapshot()
    yield opened
    opened.restore(before)
