"""Staff are staff for as long as they are: their token is not believed for the rest of its hour."""

from typing import Any

import pytest

from tests.functions.conftest import STAFF, World


def statuses(world: World) -> list[int]:
    """Return what staff are answered when they look, and when they act."""
    body = {"name": "Main Street Rehab"}
    return [
        world.call("get_license_status", who="staff").status,
        world.call("change_clinic", who="staff", body=body).status,
    ]


@pytest.mark.parametrize(("changed", "value"), [("staff", ()), ("disabled", {STAFF})])
def test_who_leaves_the_group_or_may_not_sign_in_is_no_longer_staff(
    world: World, monkeypatch: pytest.MonkeyPatch, changed: str, value: object
) -> None:
    """At the next request, with the token of before."""
    assert statuses(world) == [200, 200]
    monkeypatch.setattr(world.cloud, changed, value)
    assert statuses(world) == [404, 404]


def test_members_are_not_looked_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their requests make no call more; a member cannot make themselves staff."""

    def asked(*_: Any) -> bool:
        raise AssertionError

    monkeypatch.setattr("licensing.http.app.is_staff", asked)
    assert world.call("get_license_status").status == 200
