"""No request makes the API do what docs/openapi.json does not say."""

from docs.routes import ROUTES
from tests.campaign import Piece, campaign
from tests.fuzz.runner import fuzz
from tests.product import Product

BY_CHANCE = {
    # Nobody here manages two clinics.
    "POST /license-transfers",
    "POST /license-transfers/preview",
    # The only one that is parked may have been settled otherwise before.
    "POST /clinics/{clinic_id}/license-adjustments/{adjustment_id}/confirmation",
}
"""What need not succeed."""


@campaign(
    "fuzz by the description",
    "requests",
    usual=[("whoever may", 1)],
    whole=[("whoever may", seed) for seed in range(4)] + [("staff", seed) for seed in range(2)],
)
def test_a_thousand_requests_find_nothing(product: Product, piece: Piece) -> None:
    """All checks, all phases, every operation to its end; `make faults` sends many more."""
    callers, seed = piece.of
    examples, least = (70, 2000) if piece.whole else (4, 1000)
    outcome = fuzz(product, seed=seed, examples=examples, staff_only=callers == "staff")
    piece.count(outcome.cases.total())
    outcome.require_sound()
    assert outcome.cases.total() >= least
    if callers != "staff":
        assert outcome.succeeded | BY_CHANCE == {route.call for route in ROUTES}
