"""Removing a user for good, leaving, and changing an address."""

import base64
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from tests.functions.conftest import CLINIC, OTHER_CLINIC, STAFF, World, today
from tests.functions.mailing import Mailbox, reply_to
from tests.functions.scim import provider
from tests.functions.test_reconciliation import findings

WHY = "Anastasia Silva-Orr retired; write to ana.silva@mainstreetpt.example."


def everything(world: World) -> Iterator[str]:
    """Yield all texts of the whole table, those of stored answers as well."""
    for item in world.table():
        yield json.dumps(item, default=str)
        for value in item.values():
            if "B" in value:
                packed = value["B"]
                if isinstance(packed, str):
                    packed = base64.b64decode(packed)
                with suppress(zlib.error):
                    packed = zlib.decompress(packed)
                yield packed.decode(errors="replace")


def naming(world: World, *words: str) -> list[str]:
    """Return what in the table holds one of the words, in whatever case."""
    return [
        text for text in everything(world) if any(word.lower() in text.lower() for word in words)
    ]


def accounts(world: World) -> set[str]:
    return {account["sub"] for account in world.cloud.accounts.values()}


@pytest.fixture
def ana(world: World) -> dict[str, Any]:
    """Somebody who was renamed, managed the clinic, bought and released, and is inactive now."""
    ana = world.add_user("Ana Silva", permissions=["user_manager"])
    change = {"name": "Anastasia Silva-Orr"}
    assert world.call("change_user", user_id=ana["user_id"], body=change).status == 200
    assert world.activate(ana["user_id"]).status == 200
    for action in ("add", "remove"):
        asked = world.adjust([(action, "billing", 1)], key=action, who="ana", explanation=WHY)
        assert asked.status == 201, asked.text
    body: dict[str, Any] = {"active": False, "release_license": {"explanation": WHY}}
    gone = world.call("set_user_activation", user_id=ana["user_id"], body=body, key="gone")
    assert gone.status == 200, gone.text
    return ana


def test_nothing_names_a_removed_user_as_their_identity_provider_did(world: World) -> None:
    """In what history tells of its changes."""
    okta, own = provider(world), ("asilva7", "ana-0a21", "Silva, Ana", "Silva-Orr")
    ana = okta.create("ana@x.example", externalId=own[1], displayName="Ana")
    for user_name, external_id in ((own[0], "5"), ("6", "6")):
        told: dict[str, Any] = {"userName": user_name, "externalId": external_id}
        told |= {"displayName": "Bo", "name": {"formatted": own[2], "familyName": own[3]}}
        assert okta.send("PUT", f"/Users/{ana['id']}", ana | told).status == 200
    assert len(naming(world, *own)) > 2
    assert okta.send("DELETE", f"/Users/{ana['id']}").status == 204
    assert naming(world, *own, "ana@x.example") == []


def remove(world: World, user: dict[str, Any], **more: Any) -> Any:
    return world.call("remove_user", user_id=user["user_id"], **more)


def test_nothing_in_the_whole_table_names_a_removed_user(world: World, ana: dict[str, Any]) -> None:
    """Nor any name or address that they had before, nor an answer that is kept deflated."""
    words = ("Ana Silva", "Anastasia Silva-Orr", ana["email"])
    assert len(naming(world, *words)) > 8
    for _ in range(2):
        answer = remove(world, ana)
        assert (answer.status, answer.body) == (200, {"user_id": ana["user_id"], "removed": True})
    assert naming(world, *words) == []
    assert ana["user_id"] not in accounts(world)
    assert all(user["name"] == "Dana Reyes" for user in world.listed("list_users"))


def test_an_answer_that_another_zlib_deflated_names_them_no_more(
    world: World, ana: dict[str, Any]
) -> None:
    """A newer runtime may make other bytes of the same answer."""
    for item in world.items(CLINIC, "REQUEST#"):
        other = zlib.compress(zlib.decompress(base64.b64decode(item["body"]["B"])), 1)
        world.write(item | {"body": {"B": base64.b64encode(other).decode()}})
    assert remove(world, ana).status == 200
    assert naming(world, "Anastasia Silva-Orr") == []


def test_history_and_adjustments_stay_under_former_user(world: World, ana: dict[str, Any]) -> None:
    """What was done, when, and by which id, for the books."""
    before = world.listed("list_history", query={"limit": "50"})
    remove(world, ana)
    removal, *kept = world.listed("list_history", query={"limit": "50"})
    assert (removal["action"], removal["actor"]["name"]) == ("user_removed", "Dana Reyes")
    assert [record["history_id"] for record in kept] == [record["history_id"] for record in before]
    mine = [record for record in kept if record["actor"]["user_id"] == ana["user_id"]]
    assert {record["actor"]["name"] for record in mine} == {"Former user"}
    asked = world.listed("list_license_adjustments")
    assert {one["requested_by"]["name"] for one in asked} == {"Former user", "Dana Reyes"}
    assert asked[-1]["explanation"] == "Former user retired; write to Former user."


def test_what_a_night_found_of_the_address_names_an_id(world: World, ana: dict[str, Any]) -> None:
    """As many findings as the night counted, and the address in none."""
    world.bounce(ana["email"])
    at = datetime.now(UTC) + timedelta(minutes=2)
    world.reconcile(at)
    found = {"clinic_id": CLINIC, "invariant": "mail_address", "subject": ana["email"]}
    assert found in findings(world, at)
    remove(world, ana)
    assert naming(world, ana["email"]) == []
    assert found | {"subject": ana["user_id"]} in findings(world, at)


def test_the_night_completes_what_stopped_halfway(
    world: World, ana: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = world.handler("remove_user").directory
    with monkeypatch.context() as broken:
        broken.setattr(directory, "delete", Mock(side_effect=TimeoutError))
        assert remove(world, ana).status == 500
    assert len(world.items(CLINIC, "ERASURE#")) == 1
    world.reconcile(datetime.now(UTC) + timedelta(minutes=2))
    assert naming(world, "Ana Silva", "Anastasia Silva-Orr", ana["email"]) == []
    assert world.items(CLINIC, "ERASURE#") == []
    assert ana["user_id"] not in accounts(world)


def test_staff_remove_whom_a_closed_clinic_had(world: World, ana: dict[str, Any]) -> None:
    """Nobody else can any more; while it is open, that is not for them."""
    refused = remove(world, ana, who="staff")
    assert (refused.status, refused.code) == (403, "forbidden")
    assert world.close(today()).status == 200
    refused = remove(world, ana)
    assert (refused.status, refused.code) == (409, "clinic_closed")
    assert remove(world, ana, who="staff").status == 200
    assert naming(world, "Ana Silva", "Anastasia Silva-Orr", ana["email"]) == []
    assert ana["user_id"] not in accounts(world)


def test_the_sign_in_stays_while_another_clinic_has_it(world: World) -> None:
    ana = world.add_user("Ana Silva")
    world.add_user("Ana Silva", clinic=OTHER_CLINIC)
    remove(world, ana)
    assert ana["user_id"] in accounts(world)
    assert len(world.items(OTHER_CLINIC, f"USER#{ana['user_id']}")) == 1
    remove(world, ana, clinic=OTHER_CLINIC)
    assert ana["user_id"] not in accounts(world)


def test_mails_of_a_removed_user_leave_no_words(mailbox: Mailbox) -> None:
    """Neither their address nor what they wrote."""
    world = mailbox.world
    eva = world.add_manager("Eva Holm")
    assert world.status(who="eva")
    mailbox.write("Please add 1 billing license at Main Street.", sender=eva["email"])
    world.activate(eva["user_id"], active=False)
    remove(world, eva)
    assert naming(world, "Eva Holm", eva["email"]) == []


def test_what_a_reply_may_accept_is_read_by_nobody_else(mailbox: Mailbox) -> None:
    """The address of our answer opens it; so there is nothing to take a removed user out of."""
    world = mailbox.world
    ana = world.add_user("Ana Silva")
    asked = mailbox.write("Please release 1 therapist license at Main Street, Ana Silva retired?")
    assert asked["intent"] == "ask_back"
    mailbox.write("Please release 1 therapist license at Main Street. Reason: Ana Silva retired.")
    assert len([item for item in world.table() if "REPLY" in json.dumps(item, default=str)]) == 2
    remove(world, ana)
    assert naming(world, "Ana Silva", "retired?") == []
    mailbox.write("YES", to=reply_to(mailbox.sent[0]))
    newest, *_ = world.listed("list_license_adjustments")
    assert "Ana Silva retired" in newest["explanation"]


def test_an_address_that_a_removed_user_had_before_is_forgotten(world: World) -> None:
    """A suppression is kept until staff clear it, but not longer than the person."""
    ana = world.add_user("Ana Silva")
    world.bounce(ana["email"])
    body = {"email": "ana.costa@mainstreetpt.example"}
    assert world.call("change_user", user_id=ana["user_id"], body=body).status == 200
    remove(world, ana)
    assert naming(world, ana["email"], body["email"]) == []


def test_the_other_half_of_a_transfer_does_not_name_them(world: World) -> None:
    """What was given as its reason stands in both clinics, and in the answer."""
    ana = world.add_user("Ana Silva")
    body = {
        "from_clinic_id": CLINIC,
        "to_clinic_id": OTHER_CLINIC,
        "lines": [{"license_type": "therapist", "quantity": 1}],
        "explanation": "Ana Silva retired.",
    }
    made = world.call("transfer_licenses", key="t1", body=body)
    assert made.status == 201, made.text
    remove(world, ana)
    assert naming(world, "Ana Silva") == []


def test_any_member_may_leave(world: World) -> None:
    """And is answered the same when the answer was lost, but reads the clinic no more."""
    max_ = world.add_user("Max Roe", active=True)
    asked: dict[str, Any] = {
        "who": "max",
        "user_id": max_["user_id"],
        "body": {"active": False},
        "key": "leave",
    }
    left = world.call("set_user_activation", **asked)
    assert (left.status, left.body["user"]["active"]) == (200, False)
    assert world.call("set_user_activation", **asked).text == left.text
    asked["key"] = "again"
    assert world.call("set_user_activation", **asked).status == 404
    assert world.call("get_license_status", who="max").status == 404
    assert world.counts("therapist") == (5, 1, 4)


def test_an_address_changes_with_the_sign_in(world: World) -> None:
    """Mail goes to the new one, and a repeat changes nothing more."""
    ana = world.add_user("Ana Silva")
    body = {"email": "ana.costa@mainstreetpt.example"}
    for _ in range(2):
        changed = world.call("change_user", user_id=ana["user_id"], body=body)
        assert (changed.status, changed.body["email"]) == (200, body["email"])
    found = world.handler("add_user").app.directory.account(body["email"])
    assert found is not None
    assert found.user_id == ana["user_id"]
    (told,) = world.listed("list_history", query={"limit": "1"})
    assert (told["before"]["email"], told["after"]["email"]) == (ana["email"], body["email"])


def test_an_address_of_two_clinics_is_nobodys_to_change(world: World) -> None:
    """One clinic could else take over what is signed in to another."""
    dana = world.accounts["dana"]
    body = {"email": "d.reyes@mainstreetpt.example"}
    refused = world.call("change_user", user_id=dana, body=body)
    assert (refused.status, refused.code) == (409, "shared_account")


@pytest.mark.parametrize("disabled", [False, True])
def test_the_sign_in_of_staff_is_no_clinics_to_change_or_delete(
    world: World, monkeypatch: pytest.MonkeyPatch, disabled: bool
) -> None:
    """A clinic could else take it over, or shut them out, by making them a user."""
    kit = world.add_user("Kit Moore")
    monkeypatch.setattr(world.cloud, "staff", (STAFF, kit["user_id"]))
    if disabled:
        monkeypatch.setattr(world.cloud, "disabled", {kit["user_id"]})
    body = {"email": "mine@mainstreetpt.example"}
    refused = world.call("change_user", user_id=kit["user_id"], body=body)
    assert (refused.status, refused.code) == (409, "shared_account")
    assert remove(world, kit).status == 200
    assert naming(world, "Kit Moore") == []
    assert kit["user_id"] in accounts(world)


def test_an_address_of_somebody_else_is_not_taken(world: World) -> None:
    ana, bo = world.add_user("Ana Silva"), world.add_user("Bo Lind")
    refused = world.call("change_user", user_id=ana["user_id"], body={"email": bo["email"]})
    assert (refused.status, refused.code) == (409, "user_exists")
