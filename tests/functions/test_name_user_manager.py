"""Staff name a User Manager: the way out when the only one is gone."""

from typing import Any

from tests.functions.conftest import Answer, World

FLO = {
    "name": "Flo Hart",
    "email": "flo.hart@mainstreetpt.example",
    "license_type": "therapist",
    "reason": "Dana left the clinic.",
}


def name(world: World, **changed: Any) -> Answer:
    """Name Flo, or somebody else, as staff."""
    return world.call("name_user_manager", who="staff", body=FLO | changed)


def test_staff_name_an_active_user_manager(world: World) -> None:
    """Who can act at once; staff are told by name and reason in history."""
    named = name(world)
    assert (named.status, named.body["active"]) == (201, True)
    assert named.body["permissions"] == ["user_manager"]
    assert named.headers["Location"] == f"users/{named.body['user_id']}"
    assert world.counts("therapist") == (5, 2, 3)
    world.accounts["flo"] = named.body["user_id"]
    (newest, *_) = world.listed("list_history", who="flo")
    assert (newest["action"], newest["why"]) == ("user_manager_named", "Dana left the clinic.")
    assert newest["actor"] == {"user_id": world.accounts["staff"], "name": "Sam Ortiz"}


def test_the_one_who_is_replaced_hands_over_the_license(world: World) -> None:
    """In one transaction: no license has to be free, and the clinic is never without a manager."""
    world.adjust([("remove", "therapist", 4)], key="all others")
    refused = name(world)
    assert (refused.status, refused.code) == (409, "licenses_unavailable")
    assert not [user for user in world.items(begins="USER#") if user["name"]["S"] == "Flo Hart"]
    dana = world.accounts["dana"]
    assert name(world, replaces=dana).status == 201
    assert world.counts("therapist") == (1, 1, 0)
    assert world.call("list_users", who="dana").status == 404
    actions = [row["action"] for row in world.listed("list_history", who="staff")]
    assert {"user_manager_named", "user_deactivated"} == set(actions[:2])


def test_a_user_becomes_an_active_user_manager(world: World) -> None:
    """With the name they have, and a license of the type that was asked for."""
    flo = world.add_user("Flo Hart", "assistant")
    named = name(world, name="Florence Hart")
    assert (named.status, named.body["user_id"]) == (201, flo["user_id"])
    assert (named.body["name"], named.body["license_type"]) == ("Flo Hart", "therapist")
    ann = world.add_user("Ann Lee", "assistant", active=True)
    before = world.counts("assistant")
    named = name(world, email=ann["email"])
    assert (named.body["license_type"], named.body["permissions"]) == (
        "assistant",
        ["user_manager"],
    )
    assert world.counts("assistant") == before


def test_nobody_replaces_themselves_or_a_stranger(world: World) -> None:
    """Both are mistakes that would do something else than was meant."""
    flo = world.add_user("Flo Hart")
    refused = name(world, replaces=flo["user_id"])
    assert (refused.status, refused.body["errors"][0]["field"]) == (422, "replaces")
    assert name(world, replaces=world.accounts["staff"]).status == 404
    assert name(world, license_type="billing", replaces="nobody").status == 404
