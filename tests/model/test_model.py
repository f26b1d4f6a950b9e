"""The real handlers do what the model does, in sequences that nobody thought of."""

from typing import Any

import pytest

from tests.campaign import Piece, campaign
from tests.model.machine import peopled, run_sequences
from tests.product import Product

opened = pytest.fixture(scope="module")(peopled)


@campaign("lives beside the model", "sequences", usual=[0], whole=range(100))
def test_the_product_does_what_its_model_does(opened: tuple[Product, Any], piece: Piece) -> None:
    """A hundred and twenty lives of a clinic; `make faults` runs ten thousand longer ones."""
    lives, steps = (100, 50) if piece.whole else (120, 25)
    lived = run_sequences(*opened, sequences=lives, steps=steps, seed=piece.of)
    piece.count(lived)
    assert lived >= lives
