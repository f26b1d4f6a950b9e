"""The real handlers do what the model does, in sequences that nobody thought of."""

from tests.faults.acts import people
from tests.model.machine import run_sequences
from tests.product import Product


def test_the_product_does_what_its_model_does() -> None:
    """A hundred and twenty lives of a clinic; `make faults` runs ten thousand longer ones."""
    product = Product.open()
    with product.active():
        product.with_demo()
        people(product)
        lived = run_sequences(product, product.snapshot(), sequences=120, steps=25, seed=0)
    assert lived >= 120
