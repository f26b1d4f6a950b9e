"""What User Managers are told unasked: whom it goes to, once each, and within their day's share."""

from datetime import UTC, datetime
from typing import Any

import pytest

from licensing.adapters.store import Store
from licensing.domain.changes import Insert
from licensing.domain.notices import Said, news
from tests.functions.conftest import CLINIC, World, load_event
from tests.functions.mailing import DANA, Sent, told

LAPSED = Said(
    "A scheduled release did not take place",
    "No billing license was available.",
    (("Requested by", "Dana Reyes"),),
    "Nothing changed.",
    (("See the request", "#/clinics/clinic-main-street/adjustments"),),
)


@pytest.fixture
def inbox(world: World, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What send_notice sends."""
    sent: Sent = []
    monkeypatch.setenv("PAGE_URL", "https://page.example/")
    ses = world.handler("send_notice").postbox._ses
    monkeypatch.setattr(ses, "send_email", lambda **mail: sent.append(mail))
    return sent


def cause(world: World, name: str = "lapsed-1", **more: Any) -> dict[str, str]:
    """Write a notice as a transaction would, and return what the workflow is given."""
    store: Store = world.handler("send_notice").store
    store.commit([Insert(news(CLINIC, name, LAPSED, now=datetime.now(UTC), **more))])
    return {"clinic_id": CLINIC, "cause": name}


def recipients(inbox: Sent) -> list[str]:
    """Return whom the mails went to."""
    return [address for mail in inbox for address in mail["Destination"]["ToAddresses"]]


def test_every_user_manager_is_told_once_by_a_mail_of_their_own(world: World, inbox: Sent) -> None:
    """Not those who are inactive, have no permission, or never asked to be a member."""
    eva = world.add_user("Eva Holm", permissions=["user_manager"])
    world.add_user("Ann Lee")
    assert world.activate(eva["user_id"]).status == 200
    task = cause(world)

    assert world.invoke("send_notice", task) == {"outcome": "sent"}
    assert world.invoke("send_notice", task) == {"outcome": "sent"}

    assert recipients(inbox) == [DANA, "eva.holm@mainstreetpt.example"]
    text = told(inbox[0])
    assert "Subject: A scheduled release did not take place" in text
    assert "https://page.example/#/clinics/clinic-main-street/adjustments" in text


def test_those_named_are_told_though_they_manage_nothing_any_more(
    world: World, inbox: Sent
) -> None:
    """As the User Managers of a clinic that has closed."""
    world.invoke("send_notice", cause(world, addresses=["gil.ross@riverside.example"]))
    assert recipients(inbox) == ["gil.ross@riverside.example"]


def test_an_address_gets_only_its_share_of_a_day(world: World, inbox: Sent) -> None:
    """Twenty mails that it did not ask for; what is above is dropped, not sent later."""
    for number in range(22):
        world.invoke("send_notice", cause(world, f"lapsed-{number}"))
    assert len(inbox) == 20


def test_an_address_that_bounced_is_left_alone(world: World, inbox: Sent) -> None:
    """Until staff clear it."""
    world.invoke("record_mail_event", load_event("record_mail_event"))
    world.invoke("send_notice", cause(world))
    assert inbox == []


def test_what_was_sent_is_not_kept(world: World, inbox: Sent) -> None:
    """Only that it was."""
    world.invoke("send_notice", cause(world))
    (item,) = [item for item in world.table() if item["sk"]["S"] == "NOTICE"]
    assert "did not take place" not in str(item)
    assert len(inbox) == 1
