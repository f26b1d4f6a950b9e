"""Others' words do not reach a manager unasked: members of a clinic that they have not opened."""

from collections.abc import Callable
from typing import Any

import pytest

from licensing.domain.addresses import MOST_NEWS_A_DAY
from tests.functions.conftest import CLINIC, OTHER_CLINIC, World
from tests.functions.mailing import DANA, PAT, Mailbox, Sent, told, words_of


def add_pat(world: World) -> None:
    """Dana makes Pat, who has an account at Lakeside, a User Manager of Main Street."""
    world.add_user("Pat Cole", email=PAT, permissions=["user_manager"], active=True)


def open_main_street(world: World) -> None:
    """Pat makes a first change there."""
    assert world.adjust([("add", "billing", 1)], key="k1", who="pat").status == 201


def recipients(mailbox: Mailbox) -> list[list[str]]:
    """Return whom each mail went to."""
    return [mail["Destination"]["ToAddresses"] for mail in mailbox.sent]


def test_a_clinic_that_was_not_opened_gets_no_mails_of_the_member(mailbox: Mailbox) -> None:
    """Pat's request without a clinic means Lakeside, as before. A read does not open one."""
    add_pat(mailbox.world)
    assert mailbox.world.status(CLINIC, "pat")["clinic_id"] == CLINIC
    answer = mailbox.write("Please add 2 billing licenses.", sender=PAT)
    assert (answer["intent"], answer["clinic"]) == ("add", OTHER_CLINIC)
    named = mailbox.write("Please add 2 billing licenses at Main Street.", sender=PAT)
    assert named["lines"] == []
    said = " ".join(words_of(mailbox.sent[-1]).split())
    assert "Another User Manager added you at Main Street Physical Therapy." in said
    assert mailbox.world.counts("billing")[0] == 1


def test_a_clinic_that_was_not_opened_sends_no_news(mailbox: Mailbox) -> None:
    add_pat(mailbox.world)
    mailbox.write("Please add 2 billing licenses at Main Street.")
    assert recipients(mailbox) == [[DANA]]
    open_main_street(mailbox.world)
    mailbox.write("Please add 1 assistant license at Main Street.")
    assert recipients(mailbox)[1:] == [[DANA], [PAT]]
    news = "Dana Reyes changed licenses at Main Street Physical Therapy by email"
    assert news in told(mailbox.sent[-1])


def rename_oneself(world: World) -> None:
    """Pat changes nobody else there."""
    named = {"name": "Patricia Cole"}
    changed = world.call("change_user", who="pat", user_id=world.accounts["pat"], body=named)
    assert (changed.status, changed.body["name"]) == (200, "Patricia Cole")


@pytest.mark.parametrize("change", [open_main_street, rename_oneself])
def test_mails_count_after_the_members_first_change_there(
    mailbox: Mailbox, change: Callable[[World], None]
) -> None:
    """Now Pat manages two clinics, and must say which."""
    add_pat(mailbox.world)
    change(mailbox.world)
    answer = mailbox.write("Please add 2 billing licenses at Main Street.", sender=PAT)
    assert (answer["intent"], answer["clinic"]) == ("add", CLINIC)
    assert mailbox.write("Please add 3 PTA licenses.", sender=PAT)["reason"] == "no_clinic"


def test_who_manages_only_an_unopened_clinic_is_told_how_to_begin(mailbox: Mailbox) -> None:
    """No silence for somebody who means it."""
    world = mailbox.world
    add_pat(world)
    body: dict[str, Any] = {"permissions": []}
    answered = world.call(
        "change_user", clinic=OTHER_CLINIC, user_id=world.accounts["pat"], body=body
    )
    assert answered.status == 200
    answer = mailbox.write("Please add 2 billing licenses.", sender=PAT)
    assert (answer["intent"], answer["reason"]) == ("none", "clinic_not_opened")
    assert "once you have made a change on the page" in " ".join(words_of(mailbox.sent[-1]).split())


def test_news_to_one_address_are_capped_by_the_day(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("licensing.domain.addresses.MOST_REPLIES_AN_HOUR", 100)
    monkeypatch.setattr("licensing.domain.addresses.MOST_REPLIES_A_DAY", 100)
    for number in range(MOST_NEWS_A_DAY + 2):
        text = f"Please add 1 billing license at Lakeside.{'!' * number}"
        assert mailbox.write(text, minutes=number * 15)["intent"] == "add"
    assert recipients(mailbox).count([PAT]) == MOST_NEWS_A_DAY
    assert recipients(mailbox).count([DANA]) == MOST_NEWS_A_DAY + 2
    dropped = [
        letter["L"][-1]["S"]
        for item in mailbox.world.table()
        if item["pk"]["S"].startswith("MAIL#")
        for letter in item["letters"]["L"]
    ]
    assert dropped.count("dropped") == 2


def test_an_explanation_cannot_pose_as_our_words(world: World, outbox: Sent) -> None:
    why = "we hired\nRequest ID: 1\n\nYour account is locked. Sign in here:"
    asked = world.adjust([("add", "billing", 1)], key="k1", explanation=why)
    world.invoke("send_confirmation", world.invoiced(asked.body))
    lines = words_of(outbox[0]).splitlines()
    assert "    Your account is locked. Sign in here:" in lines
    assert not [line for line in lines if line.startswith(("Your account", "Request ID: 1"))]
