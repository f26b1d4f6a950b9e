"""Staff put corrections on the upcoming invoice."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.functions.conftest import Answer, World
from tests.invariants import violations

BODY = {"amount_cents": -2500, "reason": "September was billed twice."}


def correct(world: World, invoice_id: str = "upcoming", **changed: Any) -> Answer:
    """Correct the upcoming invoice as staff."""
    body = BODY | changed
    return world.call("correct_invoice", who="staff", body=body, key="c1", invoice_id=invoice_id)


def test_a_correction_is_a_line_of_its_own_and_counts(world: World) -> None:
    """On the invoice, in its total, in previews and in history, with the reason."""
    before = world.invoice()
    lines = [{"action": "add", "license_type": "billing", "quantity": 1}]
    preview = world.call("preview_license_adjustment", body={"lines": lines}).body
    done = correct(world)
    assert (done.status, done.body["invoice_id"]) == (201, before["invoice_id"])
    assert correct(world).text == done.text
    after = world.invoice()
    assert after["total_cents"] == before["total_cents"] - 2500
    assert after["expected_total_cents"] == before["expected_total_cents"] - 2500
    (line,) = (line for line in after["lines"] if line["kind"] == "correction")
    assert (line["amount_cents"], line["explanation"]) == (-2500, BODY["reason"])
    again = world.call("preview_license_adjustment", body={"lines": lines}).body
    name = "next_invoice_total_before_cents"
    assert again[name] == preview[name] - 2500
    (newest, *_) = world.listed("list_history")
    assert (newest["action"], newest["why"]) == ("invoice_corrected", BODY["reason"])
    table = world.call("list_invoices", invoice_id="upcoming", headers={"Accept": "text/csv"})
    assert "correction,,1,-25.00" in table.text
    assert violations(world.table(), staff=[world.accounts["staff"]]) == []


def test_only_the_upcoming_invoice_is_corrected_by_an_amount(world: World) -> None:
    """What is final stays so."""
    refused = correct(world, amount_cents=0)
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "amount_cents")
    assert correct(world, invoice_id="2026-01").status == 404
    upcoming = world.invoice()["invoice_id"]
    world.reconcile(datetime.now(UTC) + timedelta(days=31))
    final = correct(world, upcoming)
    assert (final.status, final.code) == (409, "invoice_finalized")
