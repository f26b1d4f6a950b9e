"""Mail as SES takes it, sends it and tells of it."""

from typing import Any

import botocore.session

from scan.deployed import SWITCHED_ON, stack_of


def resources() -> dict[str, dict[str, Any]]:
    """Return all that is deployed with every optional part on."""
    found: dict[str, dict[str, Any]] = stack_of(SWITCHED_ON)["Resources"]
    return found


def test_the_events_asked_for_are_spelled_as_ses_spells_them() -> None:
    """CloudFormation hands them to SES's first API, which knows lower case only."""
    known = botocore.session.get_session().get_service_model("ses").shape_for("EventType")
    destination = resources()["MailEvents"]["Properties"]["EventDestination"]
    assert set(destination["MatchingEventTypes"]) <= set(known.enum)  # type: ignore[attr-defined]
