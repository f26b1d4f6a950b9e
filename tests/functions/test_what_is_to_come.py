"""What is not billed yet is shown before it is: pending requests, totals, announced terms."""

from tests.functions.conftest import World
from tests.functions.test_invoice_update import applied


def announce(world: World, cents: int) -> None:
    """Set the price of therapist licenses from the next renewal, as staff."""
    price = {"license_type": "therapist", "unit_price_cents": cents}
    assert world.call("change_clinic", who="staff", body={"prices": [price]}).status == 200


def price_of(world: World, license_type: str) -> int:
    """Return the present price of a type."""
    rows = world.status()["licenses"]
    cents: int = next(
        row["unit_price_cents"] for row in rows if row["license_type"] == license_type
    )
    return cents


def test_a_request_that_waits_for_its_invoice_is_in_the_expected_total(world: World) -> None:
    """The upcoming invoice names it, with its lines, and becomes what it was expected to be."""
    before = world.invoice()
    task = applied(world, ("add", "therapist", 2))
    waiting = world.invoice()
    assert (waiting["lines"], waiting["total_cents"]) == (before["lines"], before["total_cents"])
    (pending,) = waiting["pending"]
    assert (pending["adjustment_id"], pending["on_this_invoice"]) == (task["adjustment_id"], True)
    assert pending["requested"] == [{"action": "add", "license_type": "therapist", "quantity": 2}]
    assert pending["monthly_change_cents"] == 2 * price_of(world, "therapist")
    prorated = sum(line["amount_cents"] for line in pending["lines"])
    assert waiting["expected_total_cents"] == (
        before["total_cents"] + prorated + pending["monthly_change_cents"]
    )
    world.invoke("update_invoice", task)
    billed = world.invoice()
    assert (billed["pending"], billed["expected_total_cents"]) == ([], billed["total_cents"])
    assert billed["total_cents"] == waiting["expected_total_cents"]


def test_what_was_announced_is_seen_and_taken_back(world: World) -> None:
    """Announced prices hold from the next renewal; announcing the present ones ends that."""
    assert world.status()["coming_terms"] is None
    present = price_of(world, "therapist")
    announce(world, present + 1200)
    coming = world.status()["coming_terms"]
    assert coming["first_day"] == world.status()["next_renewal"]
    assert {"license_type": "therapist", "unit_price_cents": present + 1200} in coming["prices"]
    assert price_of(world, "therapist") == present
    announce(world, present)
    assert world.status()["coming_terms"] is None
