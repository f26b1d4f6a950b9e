"""What staff change of a clinic, and what history tells of it."""

from tests.functions.conftest import World


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
