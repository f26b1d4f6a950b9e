"""No request makes the API do what docs/openapi.json does not say."""

import pytest

from docs.routes import ROUTES
from tests.campaign import Piece, campaign
from tests.faults.acts import ask
from tests.fuzz.gateway import Gateway, Request
from tests.fuzz.runner import fuzz
from tests.fuzz.scene import MANAGER, PEER, keep_in_charge
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


@pytest.mark.parametrize(
    ("method", "path", "token", "status", "code"),
    [
        ("GET", "/clinics", "Bearer dana", 200, None),
        ("GET", "/clinics", "", 401, "unauthorized"),
        ("GET", "/clinics", "Bearer nobody", 401, "unauthorized"),
        ("DELETE", "/clinics", "Bearer dana", 403, "unknown_route"),
        ("GET", "/clinics//licenses", "Bearer dana", 403, "unknown_route"),
        ("GET", "/clinics/a/b/c", "", 403, "unknown_route"),
        ("GET", "/clinics/clinic-main-street%2Flicenses", "Bearer dana", 403, "unknown_route"),
        ("GET", "/clinics/clinic%2Dmain-street/licenses", "Bearer dana", 404, "not_found"),
    ],
)
def test_the_gateway_answers_for_itself_as_the_template_says(
    product: Product, method: str, path: str, token: str, status: int, code: str | None
) -> None:
    """Unknown routes before sign-in; a slash that is encoded belongs to its segment."""
    reply = Gateway(product).answer(Request(method, path, "", {"authorization": token}, b""))
    assert (reply.status, reply.json.get("code")) == (status, code)


@pytest.mark.parametrize("active", [True, False])
def test_the_manager_is_put_back_in_charge(product: Product, active: bool) -> None:
    """By another manager, through the API; with a new license where none is left."""
    dana = product.accounts[MANAGER]
    taken = product.call("change_user", who="eva", user_id=dana, body={"permissions": []})
    assert taken.status == 200
    if not active:
        assert product.activate(dana, active=False, who="eva").status == 200
        left = product.counts("therapist")[2]
        assert ask(product, ("remove", "therapist", left), key="all", who="eva").status == 201
    keep_in_charge(product)
    assert product.call("list_history").status == 200
    keep_in_charge(product)


def test_the_peers_do_not_see_each_other(product: Product) -> None:
    """What the fuzz's check of foreign objects relies on."""
    gateway = Gateway(product)

    def clinics(who: str) -> list[str]:
        headers = {"Authorization": f"Bearer {who}"}
        answer = gateway.answer(Request("GET", "/clinics", "", headers, b"")).json
        return [clinic["clinic_id"] for clinic in answer["clinics"]]

    assert clinics(MANAGER) == ["clinic-main-street"]
    assert clinics(PEER) == ["clinic-lakeside"]
