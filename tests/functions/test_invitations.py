"""Inviting people to sign in: once, again, and those who can already."""

import json
from typing import Any

import pytest

from tests.functions.conftest import OTHER_CLINIC, World, load_event
from tests.functions.mailing import Sent, told
from tests.functions.test_users import ANA

Calls = list[dict[str, Any]]


@pytest.fixture
def cognito(world: World, monkeypatch: pytest.MonkeyPatch) -> Calls:
    """What was asked of Cognito's AdminCreateUser, which invites."""
    calls: Calls = []
    create = world.aws("cognito-idp").admin_create_user

    def admin_create_user(**request: Any) -> Any:
        calls.append(request)
        return create(**request)

    for function in ("add_user", "send_invitation"):
        client = world.handler(function).app.directory._cognito
        monkeypatch.setattr(client, "admin_create_user", admin_create_user)
    return calls


@pytest.fixture
def outbox(world: World, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """The mails that add_user sends itself."""
    return world.sent_by("add_user", monkeypatch)


def sign_in(world: World, address: str) -> None:
    world.cloud.signed_in.add(address)


def invite(world: World, user_id: str, who: str = "dana") -> Any:
    return world.call("send_invitation", user_id=user_id, who=who)


def test_an_invitation_names_the_clinic_and_who_invites(
    world: World, cognito: Calls, outbox: Sent
) -> None:
    """And links to the clinic's page, which asks to sign in first. No other mail goes out."""
    world.add_user("Ana Silva")
    (call,) = cognito
    assert outbox == []
    event = load_event("write_invitation")
    event["request"]["clientMetadata"] = call["ClientMetadata"]
    mail = world.invoke("write_invitation", event)["response"]["emailMessage"]
    assert "Dana Reyes invited you to Main Street Physical Therapy" in mail
    assert 'href="https://licenses.example/#/clinics/clinic-main-street"' in mail
    assert "{username}" in mail
    assert "{####}" in mail
    assert "expires after 7 days" in mail


def test_an_invitation_says_nothing_as_markup(world: World) -> None:
    event = load_event("write_invitation")
    event["request"]["clientMetadata"]["clinic_name"] = "<b>Zoë & Co"
    mail = world.invoke("write_invitation", event)["response"]["emailMessage"]
    assert "&lt;b&gt;Zo&#235; &amp; Co" in mail
    assert mail.isascii()


@pytest.mark.parametrize(
    "changed",
    [
        {"triggerSource": "CustomMessage_ForgotPassword"},
        {"request": {"userAttributes": {}, "codeParameter": "{####}"}},
    ],
)
def test_other_mails_of_cognito_keep_their_own_words(world: World, changed: dict[str, Any]) -> None:
    """Whoever resets a password may send data along: nothing is made of it."""
    event = load_event("write_invitation") | changed
    assert world.invoke("write_invitation", json.loads(json.dumps(event))) == event


def test_somebody_who_has_not_signed_in_is_invited_again(world: World, cognito: Calls) -> None:
    """With a new temporary password; history tells of it."""
    ana = world.add_user("Ana Silva")
    answer = invite(world, ana["user_id"])
    assert (answer.status, answer.body) == (202, ana)
    assert cognito[-1]["MessageAction"] == "RESEND"
    assert cognito[-1]["ClientMetadata"]["invited_by"] == "Dana Reyes"
    calls = len(cognito)
    assert invite(world, ana["user_id"]).body == ana, "a click too many"
    assert len(cognito) == calls
    (told_of,) = world.listed("list_history", query={"limit": "1"})
    assert (told_of["action"], told_of["subject"]) == ("invitation_sent", ana["user_id"])


def test_staff_invite_again_in_the_vendors_name(world: World, cognito: Calls) -> None:
    """They belong to no clinic."""
    ana = world.add_user("Ana Silva")
    assert invite(world, ana["user_id"], who="staff").status == 202
    assert cognito[-1]["ClientMetadata"]["invited_by"] == "Vendor Inc."


def test_who_has_signed_in_needs_no_invitation(world: World, cognito: Calls) -> None:
    ana = world.add_user("Ana Silva")
    sign_in(world, ana["email"])
    before, calls = world.table(), len(cognito)
    refused = invite(world, ana["user_id"])
    assert (refused.status, refused.code) == (409, "already_signed_in")
    assert (world.table(), len(cognito)) == (before, calls)


def test_a_deleted_sign_in_makes_no_second_user_of_the_address(
    world: World, cognito: Calls
) -> None:
    """The user is named, and there is a way to go on."""
    ana = world.add_user("Ana Silva")
    world.cloud.accounts.pop(ana["email"])
    calls = len(cognito)
    again = world.call("add_user", body=ANA)
    assert (again.status, again.code) == (409, "user_exists")
    assert "sign-in was deleted" in again.body["detail"]
    refused = invite(world, ana["user_id"])
    assert (refused.status, refused.code) == (409, "sign_in_deleted")
    assert len(cognito) == calls


def test_a_clinic_sends_so_many_invitations_a_day(
    world: World, cognito: Calls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First and further ones together; another clinic has its own, a repeat costs none."""
    monkeypatch.setenv("MAX_INVITATIONS", "2")
    ana = world.add_user("Ana Silva")
    assert world.call("add_user", body=ANA).status == 200
    assert invite(world, ana["user_id"]).status == 202
    bo = {**ANA, "name": "Bo Lind", "email": "bo.lind@mainstreetpt.example"}
    for refused in (invite(world, world.accounts["dana"]), world.call("add_user", body=bo)):
        assert (refused.status, refused.code) == (409, "too_many_invitations")
        assert "Try again on " in refused.body["detail"]
    assert len(cognito) == 2
    assert len(world.items(begins="USER#")) == 2
    assert world.call("add_user", body=bo, clinic=OTHER_CLINIC).status == 201


def test_whoever_can_sign_in_is_told_of_one_more_clinic(
    world: World, cognito: Calls, outbox: Sent
) -> None:
    """By a mail of ours, once: Cognito would send an invitation with a password."""
    ana = world.add_user("Ana Silva")
    sign_in(world, ana["email"])
    calls = len(cognito)
    for status in (201, 200):
        added = world.call("add_user", body=ANA, clinic=OTHER_CLINIC)
        assert (added.status, added.body["user_id"]) == (status, ana["user_id"])
    (mail,) = outbox
    assert len(cognito) == calls
    assert mail["Destination"] == {"ToAddresses": [ana["email"]]}
    text = told(mail)
    assert "Dana Reyes added you to Lakeside Rehab." in text
    assert "the password you already have" in text
    assert "https://licenses.example/#/clinics/clinic-lakeside" in text
