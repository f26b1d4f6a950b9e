"""License types that a clinic did not buy at its registration."""

import json

from tests.functions.conftest import World, load_event


def test_a_type_that_was_not_bought_is_priced_and_can_then_be_requested(
    empty_world: World,
) -> None:
    """At the price that staff gave it, for the period that runs as well."""
    world = empty_world
    body = json.loads(load_event("register_clinic")["body"])
    body["licenses"] = body["licenses"][:1]
    assert world.call("register_clinic", who="staff", body=body).status == 201
    world.accounts["dana"] = world.items(begins="USER#")[0]["user_id"]["S"]
    assert world.adjust([("add", "billing", 2)], key="k1").code == "validation_failed"
    prices = {"prices": [{"license_type": "billing", "unit_price_cents": 3900}]}
    first = world.call("change_clinic", who="staff", body=prices)
    again = world.call("change_clinic", who="staff", body=prices)
    assert (first.status, again.text) == (200, first.text)
    assert [row["license_type"] for row in first.body["licenses"]] == ["therapist", "billing"]
    assert world.counts("billing") == (0, 0, 0)
    preview = world.call(
        "preview_license_adjustment",
        body={"lines": [{"action": "add", "license_type": "billing", "quantity": 2}]},
    )
    assert [line["unit_price_cents"] for line in preview.body["invoice_lines"]] == [3900]
    assert preview.body["monthly_change_cents"] == 7800
    assert world.adjust([("add", "billing", 2)], key="k1").status == 201
    assert world.counts("billing") == (2, 0, 2)
