"""Staff are staff for as long as they are: their token is not believed for the rest of its hour."""

from collections.abc import Iterator
from typing import Any

import pytest

from licensing.adapters.staff import STAFF_GROUP
from tests.functions.conftest import World

ADDRESS = "staff@vendor.example"


@pytest.fixture
def group(world: World) -> Iterator[dict[str, str]]:
    """The membership of the one member of the staff, which is put back."""
    pool = world.handler("add_user").directory._pool
    named = {"UserPoolId": pool, "Username": ADDRESS}
    cognito = world.aws("cognito-idp")
    yield named
    cognito.admin_enable_user(**named)
    cognito.admin_add_user_to_group(**named, GroupName=STAFF_GROUP)


def statuses(world: World) -> list[int]:
    """Return what staff are answered when they look, and when they act."""
    body = {"name": "Main Street Rehab"}
    return [
        world.call("get_license_status", who="staff").status,
        world.call("change_clinic", who="staff", body=body).status,
    ]


def test_who_leaves_the_group_is_no_longer_staff(world: World, group: dict[str, str]) -> None:
    """At the next request, with the token of before."""
    assert statuses(world) == [200, 200]
    world.aws("cognito-idp").admin_remove_user_from_group(**group, GroupName=STAFF_GROUP)
    assert statuses(world) == [404, 404]


def test_who_may_no_longer_sign_in_is_no_longer_staff(world: World, group: dict[str, str]) -> None:
    """The group alone is not enough."""
    world.aws("cognito-idp").admin_disable_user(**group)
    assert statuses(world) == [404, 404]


def test_history_names_the_person(world: World) -> None:
    """As their account says it, which they can't change."""
    world.call("change_clinic", who="staff", body={"name": "Main Street Rehab"})
    (newest, *_) = world.call("list_history").body["history"]
    assert newest["actor"] == {"user_id": world.accounts["staff"], "name": "Sam Ortiz"}


def test_members_are_not_looked_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their requests make no call more; a member cannot make themselves staff."""

    def asked(*_: Any) -> bool:
        raise AssertionError

    monkeypatch.setattr("licensing.http.app.is_staff", asked)
    assert world.call("get_license_status").status == 200
