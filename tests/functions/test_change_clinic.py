"""What staff change of a clinic, and what history tells of it."""

import json

from tests.functions.conftest import World, load_event, requested


def test_settings_hold_at_once_and_terms_from_the_renewal(world: World) -> None:
    """Each only if it is named; history tells all of them, before and after."""
    body = {"calendar": "office_hours", "release_credit": "none", "proration_unit": "day"}
    changed = world.call("change_clinic", who="staff", body=body)

    assert changed.status == 200, changed.text
    assert changed.body["calendar"] == "office_hours"
    event = world.listed("list_history")[0]
    coming = event["after"].pop("coming_terms")
    assert event["before"].pop("coming_terms") == []
    assert event["after"] == event["before"] | {"calendar": "office_hours"}
    assert coming == [
        {
            "first": coming[0]["first"],
            "unit_prices": event["before"]["unit_prices"],
            "proration_unit": "day",
            "release_credit": "none",
        }
    ]
    assert set(event["before"]) == {"name", "calendar", "email_requests", "unit_prices"}


def test_a_type_that_was_not_bought_is_priced_and_can_then_be_requested(empty_world: World) -> None:
    """At the price that staff gave it, for the period that runs as well."""
    world = empty_world
    body = json.loads(load_event("register_clinic")["body"])
    body["licenses"] = body["licenses"][:1]
    assert world.call("register_clinic", who="staff", body=body).status == 201
    world.accounts["dana"] = world.items(begins="USER#")[0]["user_id"]["S"]
    prices = {"prices": [{"license_type": "billing", "unit_price_cents": 3900}]}
    changed = world.call("change_clinic", who="staff", body=prices)
    assert [row["license_type"] for row in changed.body["licenses"]] == ["therapist", "billing"]
    lines = [requested("add", "billing", 2)]
    preview = world.call("preview_license_adjustment", body={"lines": lines}).body
    assert [line["unit_price_cents"] for line in preview["invoice_lines"]] == [3900]
    assert preview["monthly_change_cents"] == 7800
    assert world.adjust([("add", "billing", 2)], key="k1").status == 201
    assert world.counts("billing") == (2, 0, 2)
