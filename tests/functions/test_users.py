"""Listing, adding and changing users."""

import pytest

from tests.functions.conftest import CLINIC, OTHER_CLINIC, World

ANA = {
    "name": "Ana Silva",
    "email": "ana.silva@mainstreetpt.example",
    "license_type": "therapist",
    "permissions": [],
}


def test_a_new_user_is_inactive_and_holds_no_license(world: World) -> None:
    """Users are added first and given a license later."""
    answer = world.call("add_user", body=ANA)
    assert answer.status == 201
    assert answer.headers["Location"] == f"users/{answer.body['user_id']}"
    assert answer.body["active"] is False
    assert world.counts("therapist") == (5, 1, 4)
    listed = world.listed("list_users", query={"active": "false"})
    assert [user["name"] for user in listed] == ["Ana Silva"]


def test_the_same_user_again_is_answered_and_another_refused(world: World) -> None:
    first = world.call("add_user", body=ANA)
    again = world.call("add_user", body=ANA)
    assert (again.status, again.text) == (200, first.text)
    other = world.call("add_user", body=ANA | {"name": "Anna Silva"})
    assert (other.status, other.code) == (409, "user_exists")
    assert len(world.items(begins="USER#")) == 2


def test_list_clinics_shows_mine_and_staff_all(world: World) -> None:
    """Each with the permissions that the caller has there."""
    dana = world.listed("list_clinics")
    assert [row["clinic_id"] for row in dana] == [OTHER_CLINIC, CLINIC]
    assert dana[0]["permissions"] == ["user_manager"]
    world.add_user("Ina Gone")
    for who, mine in (("pat", [OTHER_CLINIC]), ("ina", [])):
        assert [row["clinic_id"] for row in world.listed("list_clinics", who=who)] == mine
    staff = world.listed("list_clinics", who="staff")
    assert {row["clinic_id"] for row in staff} == {CLINIC, OTHER_CLINIC}


@pytest.mark.parametrize("names", [["Ash Street", "birch Rehab"], ["Rehab 2", "Rehab 10"]])
def test_a_page_of_clinics_is_in_the_order_of_their_names(world: World, names: list[str]) -> None:
    """Not in that of their ids, in which they lie, nor in the table's."""
    for clinic, name in zip((CLINIC, OTHER_CLINIC), names, strict=True):
        named = world.call("change_clinic", who="staff", clinic=clinic, body={"name": name})
        assert named.status == 200
    queries: tuple[dict[str, str], ...] = ({}, {}, {"q": "clinic-"})
    for who, query in zip(("dana", "staff", "staff"), queries, strict=True):
        rows = world.call("list_clinics", who=who, query=query).body["clinics"]
        assert [row["name"] for row in rows] == names
    glance = world.read("list_licenses", who="dana")["clinics"]
    assert [row["name"] for row in glance] == names


def found(world: World, text: str, limit: int = 50) -> list[str]:
    """Return the ids of the clinics that staff find so."""
    rows = world.leafed("list_clinics", who="staff", query={"q": text}, limit=limit)
    return sorted(row["clinic_id"] for row in rows)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("main", [CLINIC]),
        ("PHYSICAL str", [CLINIC]),
        ("clinic-", [OTHER_CLINIC, CLINIC]),
        (CLINIC, [CLINIC]),
        ("lakeside", [OTHER_CLINIC]),
        ("dana.reyes@mainstreetpt.example", [CLINIC, OTHER_CLINIC]),
        ("DANA.REYES@mainstreetpt.example ", [CLINIC, OTHER_CLINIC]),
        ("nobody@nowhere.example", []),
        ("d\N{LATIN SMALL LETTER A WITH DIAERESIS}na@mainstreetpt.example", []),
        ("\ud800@mainstreetpt.example", []),
        ("\ud800\x00", []),
        ("harbor", []),
        ("?!", []),
    ],
)
@pytest.mark.parametrize("limit", [1, 100])
def test_staff_find_clinics_by_words_id_and_address(
    world: World, text: str, ids: list[str], limit: int
) -> None:
    assert found(world, text, limit) == sorted(ids)


def test_a_renamed_clinic_is_found_by_its_new_name_only(world: World) -> None:
    """What it is found under is written with the name."""
    renamed = world.call("change_clinic", who="staff", body={"name": "Main Harbor Therapy"})
    assert renamed.status == 200
    assert found(world, "harb") == found(world, "main") == found(world, CLINIC) == [CLINIC]
    assert found(world, "street physical") == []
    assert [
        row["name"] for row in world.listed("list_clinics", who="staff", query={"q": "harbor"})
    ] == ["Main Harbor Therapy"]


def test_a_clinic_that_was_put_back_is_found_after_a_change_by_staff(world: World) -> None:
    for item in world.table():
        if item["pk"]["S"].startswith("NAMES#"):
            world.delete(item)
    assert found(world, "main") == []
    world.call("change_clinic", who="staff", body={"email_requests": False})
    assert found(world, "main") == [CLINIC]


def test_nobody_but_staff_searches_all_clinics(world: World) -> None:
    """And nobody learns from it which there are."""
    answer = world.call("list_clinics", query={"q": "main"})
    assert (answer.status, answer.code) == (422, "validation_failed")
    long = world.call("list_clinics", who="staff", query={"q": "x" * 201})
    assert (long.status, long.code) == (422, "validation_failed")


def test_a_user_is_found_where_the_answer_that_made_them_says(world: World) -> None:
    """As in the list, with the tag that a change of them takes."""
    ana = world.add_user("Ana Silva")
    of_one = "/clinics/{clinic_id}/users/{user_id}"
    found = world.read("list_users", resource=of_one, user_id=ana["user_id"])
    assert found in world.listed("list_users")
    assert found["etag"] == ana["etag"]
    nobody = world.call("list_users", resource=of_one, user_id="nobody")
    assert (nobody.status, nobody.code) == (404, "not_found")


def test_a_change_of_a_user_who_was_changed_meanwhile_is_refused(world: World) -> None:
    """Two windows: what the second one did not see is neither overwritten nor removed."""
    seen = world.add_user("Ana Silva")
    asked = {"user_id": seen["user_id"], "headers": {"If-Match": seen["etag"]}}
    first = world.call("change_user", body={"name": "Ana Costa"}, **asked)
    assert (first.status, first.body["name"]) == (200, "Ana Costa")
    second = world.call("change_user", body={"permissions": ["user_manager"]}, **asked)
    assert (second.status, second.code) == (412, "precondition_failed")
    assert world.call("remove_user", **asked).status == 412
    (now,) = (user for user in world.listed("list_users") if user["user_id"] == seen["user_id"])
    assert (now["name"], now["permissions"]) == ("Ana Costa", [])
    asked["headers"] = {"If-Match": now["etag"]}
    assert world.call("change_user", body={"permissions": ["user_manager"]}, **asked).status == 200
    asked["headers"] = {"If-Match": "*"}
    assert world.call("remove_user", **asked).status == 200
