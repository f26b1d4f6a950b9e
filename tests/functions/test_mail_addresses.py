"""SES events in; which addresses get no further mail, and who clears them."""

from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from tests.functions.conftest import World, load_event, register
from tests.functions.mailing import DANA


def test_an_address_that_bounces_gets_no_further_mail(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With nobody else to tell, the confirmation is parked with the reason."""
    assert world.bounce(DANA) == {"outcome": "suppressed"}
    task = world.invoiced(world.adjust([("add", "therapist", 1)], key="k1").body)
    sent = world.sent_by("send_confirmation", monkeypatch)
    assert world.invoke("send_confirmation", task) == {"outcome": "parked"}
    assert sent == []
    parked = world.listed("list_history")[0]
    assert parked["action"] == "confirmation_parked"
    assert "accepts email" in parked["why"]


def test_the_bounce_of_somebody_in_very_many_clinics_is_noted(world: World) -> None:
    """More than one transaction takes."""
    clinics = [f"clinic-{number:03}" for number in range(60)]
    for clinic in clinics:
        register(world, clinic, [("Dana Reyes", DANA)])
    assert world.bounce(DANA) == {"outcome": "suppressed"}
    address = world.call("clear_mail_address", who="staff", address=DANA)
    assert address.status == 200
    for clinic in (clinics[0], clinics[-1], "clinic-main-street"):
        newest = world.listed("list_history", who="staff", clinic=clinic)[:2]
        assert [(record["action"], record["why"]) for record in newest] == [
            ("mail_address_cleared", None),
            ("mail_address_suppressed", "bounce"),
        ]


def test_a_transient_bounce_says_nothing(world: World) -> None:
    """SES tries again by itself."""
    before = world.table()
    assert world.bounce(DANA, "Transient") == {"outcome": "ignored"}
    assert world.table() == before


@pytest.mark.parametrize(
    ("feedback", "outcome"),
    [
        ("abuse", "suppressed"),
        (None, "suppressed"),
        ("not-spam", "ignored"),
        ("auth-failure", "ignored"),
    ],
)
def test_a_complaint_suppresses_too(world: World, feedback: str | None, outcome: str) -> None:
    """Whoever calls our mail spam gets no more of it; not who takes it out of the spam folder."""
    event = load_event("record_mail_event")
    event["detail"] = {
        "eventType": "Complaint",
        "complaint": {
            "complainedRecipients": [{"emailAddress": DANA.upper()}],
            **({"complaintFeedbackType": feedback} if feedback else {}),
        },
        "mail": {"tags": {}},
    }
    assert world.invoke("record_mail_event", event) == {"outcome": outcome}


def test_a_send_event_settles_a_parked_confirmation(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SES says that the mail went out after all; an event of another claim settles nothing."""
    task = world.invoiced(world.adjust([("add", "therapist", 1)], key="k1").body)
    ses = world.handler("send_confirmation").postbox._ses
    tags: dict[str, list[str]] = {}

    def time_out(**mail: Any) -> None:
        tags.update({tag["Name"]: [tag["Value"]] for tag in mail["EmailTags"]})
        raise ReadTimeoutError(endpoint_url="https://email.example")

    monkeypatch.setattr(ses, "send_email", time_out)
    assert world.invoke("send_confirmation", task) == {"outcome": "parked"}
    event = load_event("record_mail_event")
    event["detail"] = {"eventType": "Send", "send": {}, "mail": {"tags": tags | {"claim": ["x"]}}}
    world.invoke("record_mail_event", event)
    assert world.status()["open_adjustments"]["count"] == 1
    event["detail"]["mail"]["tags"] = tags
    assert world.invoke("record_mail_event", event) == {"outcome": "settled"}
    assert world.status()["open_adjustments"]["count"] == 0
