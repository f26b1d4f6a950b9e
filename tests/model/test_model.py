"""The real handlers do what the model does, in sequences that nobody thought of."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.campaign import Piece, campaign
from tests.faults.acts import people
from tests.model.machine import run_sequences
from tests.product import Product


@pytest.fixture(scope="module")
def opened() -> Iterator[tuple[Product, Any]]:
    """The product with the people of the lives, and how to come back there."""
    opened = Product.open()
    with opened.active():
        opened.with_demo()
        people(opened)
        yield opened, opened.snapshot()


@campaign("lives beside the model", "sequences", usual=[0], whole=range(100))
def test_the_product_does_what_its_model_does(opened: tuple[Product, Any], piece: Piece) -> None:
    """A hundred and twenty lives of a clinic; `make faults` runs ten thousand longer ones."""
    lives, steps = (100, 50) if piece.whole else (120, 25)
    lived = run_sequences(*opened, sequences=lives, steps=steps, seed=piece.of)
    piece.count(lived)
    assert lived >= lives
