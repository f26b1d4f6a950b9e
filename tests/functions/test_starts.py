"""Users who are added with the day on which they start."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.functions.conftest import CLINIC, World, today
from tests.functions.scim import LICENSE, provider
from tests.functions.test_import_users import send
from tests.functions.test_name_user_manager import name as naming

GUS = "gus@mainstreetpt.example"
ENDS = ("applied", "cancelled")
SOON, LATER, AFTER = (
    (datetime.now(UTC).date() + timedelta(days=days)).isoformat() for days in (3, 6, 9)
)


def hire(world: World, name: str, license_type: str = "billing", on: str = SOON) -> Any:
    """Add a user who starts on a later day."""
    email = f"{name.lower()}@mainstreetpt.example"
    body = {"name": name, "email": email, "license_type": license_type, "permissions": []}
    return world.call("add_user", body=body | {"starts_on": on})


def change(world: World, user: Any, **body: Any) -> Any:
    return world.call("change_user", user_id=user["user_id"], body=body)


def adjustments(world: World) -> list[tuple[str, str, str]]:
    """Return type, status and day of each license that is added then, the newest first."""
    return [
        (one["lines"][0]["license_type"], one["status"], one["applies_at"][:10])
        for one in world.listed("list_license_adjustments")
        if one["applies_at"]
    ]


def waiting(world: World) -> Any:
    return world.status()["scheduled_adjustments"]


def come(world: World, user: Any) -> None:
    """Let the workflow find that the user's day has come."""
    (item,) = world.items(begins=f"USER#{user['user_id']}")
    for _ in range(2):
        world.stream(item)
    task = {"clinic_id": CLINIC, "adjustment_id": item["starts"]["S"]}
    for _ in range(2):
        assert world.invoke("apply_scheduled_adjustment", task)["outcome"] in ENDS


def user_now(world: World, user: Any) -> Any:
    users = world.listed("list_users")
    return next(one for one in users if one["user_id"] == user["user_id"])


def test_a_license_is_added_for_whom_none_will_be_left(world: World) -> None:
    """One is there for the first; the second gets one that is bought for that day."""
    flo, max_ = (hire(world, name).body for name in ("Flo", "Max"))
    assert (flo["active"], flo["starts_at"][:10]) == (False, SOON)
    told = world.listed("list_history")[:3]
    assert [one["action"] for one in told] == ["user_added", "adjustment_scheduled", "user_added"]
    assert told[-1]["after"]["starts_on"] == SOON
    taken, start = waiting(world)
    assert (taken["adjustment_id"], taken["changes"]) == (None, [])
    assert start["changes"] == [{"license_type": "billing", "change": 1}]
    assert start["starts_user_id"] == max_["user_id"]
    (adjustment,) = world.listed("list_license_adjustments")
    assert adjustment["explanation"] == "Max starts."

    come(world, max_)
    assert world.counts("billing") == (2, 2, 0)
    assert all(user_now(world, user)["active"] for user in (flo, max_))
    assert user_now(world, flo)["starts_at"] is None
    (adjustment,) = world.listed("list_license_adjustments")
    assert adjustment["status"] == "applied"
    actions = [entry["action"] for entry in world.listed("list_history")]
    assert actions[:3] == ["user_activated", "licenses_adjusted", "user_activated"]
    # Both days were the same; the one workflow that came first did it all.
    assert waiting(world) == []


def test_who_finds_no_license_stays_inactive_and_the_managers_are_told_why(world: World) -> None:
    flo = hire(world, "Flo").body
    assert world.adjust([("remove", "billing", 1)], key="k1").status == 201
    come(world, flo)
    assert not user_now(world, flo)["active"]
    assert user_now(world, flo)["starts_at"] is None
    (missed, *_) = world.listed("list_history")
    assert missed["action"] == "user_start_missed"
    (notice,) = [item for item in world.table() if item["sk"]["S"] == "NOTICE"]
    assert "Flo is not active yet" in str(notice)


def test_who_will_find_no_license_is_foretold_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In time to add one."""
    monkeypatch.setenv("ALLOW_FUTURE_MOMENT", "true")
    flo = hire(world, "Flo").body
    assert world.adjust([("remove", "billing", 1)], key="k1").status == 201
    for _ in range(2):
        world.reconcile(datetime.fromisoformat(flo["starts_at"]) - timedelta(hours=20))
    (notice,) = [item for item in world.table() if item["pk"]["S"].startswith("NOTICE#")]
    said = str(notice)
    assert "Flo is scheduled to start" in said
    assert "No billing license will be available." in said


def test_a_release_that_takes_the_license_kept_for_a_hire_says_so_before(world: World) -> None:
    """At once, or before the hire's first day; not what leaves the license, or is after it."""
    hire(world, "Flo", on=LATER)
    assert world.adjust([("add", "billing", 1)], key="k1").status == 201

    def seen(quantity: int, **more: str) -> Any:
        lines = [{"action": "remove", "license_type": "billing", "quantity": quantity}]
        return world.call("preview_license_adjustment", body={"lines": lines, **more}).body

    assert [seen(1)["would_prevent"], seen(2, effective_on=AFTER)["would_prevent"]] == [[], []]
    for more in ({}, {"effective_on": SOON}):
        (said,) = seen(2, **more)["would_prevent"]
        assert said.startswith("Flo is scheduled to start on ")
        assert said.endswith(". No billing license will be available.")


def test_another_first_day_takes_along_the_license_that_is_added_for_it(world: World) -> None:
    flo, max_ = (hire(world, name).body for name in ("Flo", "Max"))
    moved = change(world, max_, starts_on=LATER)
    assert (moved.status, moved.body["starts_at"][:10]) == (200, LATER)
    assert change(world, max_, starts_on=LATER).body == moved.body
    assert adjustments(world) == [
        ("billing", "scheduled", LATER),
        ("billing", "cancelled", SOON),
    ]
    history = world.listed("list_history")
    assert [one["action"] for one in history[:3]] == [
        "user_changed",
        "adjustment_scheduled",
        "adjustment_cancelled",
    ]
    assert (history[0]["before"]["starts_on"], history[0]["after"]["starts_on"]) == (SOON, LATER)

    come(world, max_)
    assert all(user_now(world, user)["active"] for user in (flo, max_))
    assert world.counts("billing") == (2, 2, 0)


def test_a_first_day_is_taken_back_with_the_license_that_is_added_for_it(world: World) -> None:
    """By null; left out, it stays."""
    flo, max_ = (hire(world, name).body for name in ("Flo", "Max"))
    assert change(world, max_, name="Max Lee").body["starts_at"] == max_["starts_at"]
    back = change(world, max_, starts_on=None)
    assert (back.status, back.body["active"], back.body["starts_at"]) == (200, False, None)
    assert change(world, max_, starts_on=None).body == back.body
    assert adjustments(world) == [("billing", "cancelled", SOON)]
    assert [one["starts_user_id"] for one in waiting(world)] == [flo["user_id"]]
    told, *_ = world.listed("list_history")
    assert (told["before"]["starts_on"], told["after"]["starts_on"]) == (SOON, None)
    assert change(world, max_, starts_on=LATER).body["starts_at"][:10] == LATER


def test_an_identity_provider_takes_back_the_first_day_of_who_will_not_come(world: World) -> None:
    """Only where it says that they are not active."""
    flo, scim = hire(world, "Flo").body, provider(world)
    renamed = {"op": "replace", "path": "displayName", "value": "Flo Hart"}
    assert scim.patch(flo["user_id"], renamed).status == 200
    assert user_now(world, flo)["starts_at"] == flo["starts_at"]
    gone = {"op": "replace", "path": "active", "value": False}
    assert scim.patch(flo["user_id"], gone).status == 200
    assert user_now(world, flo)["starts_at"] is None
    assert waiting(world) == []
    told, *_ = world.listed("list_history")
    assert (told["before"]["starts_on"], told["after"]["starts_on"]) == (SOON, None)


def test_who_is_replaced_by_staff_before_their_first_day_does_not_start(world: World) -> None:
    """Nor is the license added that was to be theirs; the same naming again changes nothing."""
    _, max_ = (hire(world, name).body for name in ("Flo", "Max"))
    for _ in range(2):
        assert naming(world, name="Gus", email=GUS, replaces=max_["user_id"]).status < 202
    assert user_now(world, max_)["starts_at"] is None
    assert len(waiting(world)) == 1
    assert adjustments(world) == [("billing", "cancelled", SOON)]
    _, told, *_ = world.call("list_history").body["history"]
    assert (told["action"], told["why"]) == ("user_changed", "Dana left the clinic.")
    assert (told["before"]["starts_on"], told["after"]["starts_on"]) == (SOON, None)


def test_who_has_started_since_midnight_is_not_deleted_as_who_waits(world: World) -> None:
    flo = hire(world, "Flo").body
    with world.later("remove_user", days=4):
        assert world.call("remove_user", user_id=flo["user_id"]).code == "user_active"
    assert user_now(world, flo)["active"]


def test_a_list_imported_again_takes_no_first_day_back(world: World) -> None:
    """Whoever waits is not active in it."""
    flo = hire(world, "Flo").body
    exported = world.call("list_users", headers={"Accept": "text/csv"})
    assert world.call("import_users", raw_body=exported.text).status == 200
    assert user_now(world, flo)["starts_at"] == flo["starts_at"]


def test_another_license_type_is_added_for_whom_none_of_it_will_be_left(world: World) -> None:
    """And the first one is not."""
    _, max_ = (hire(world, name).body for name in ("Flo", "Max"))
    for number in range(world.counts("therapist")[2]):
        world.activate(world.add_user(f"Ana{number} Silva")["user_id"])
    assert change(world, max_, license_type="therapist").status == 200
    # Of the same day, in no order.
    assert sorted(adjustments(world)) == [
        ("billing", "cancelled", SOON),
        ("therapist", "scheduled", SOON),
    ]


def test_who_is_inactive_can_be_given_a_first_day_and_who_is_active_cannot(world: World) -> None:
    ana = world.add_user("Ana Silva")
    assert change(world, ana, starts_on=SOON).body["starts_at"][:10] == SOON
    assert waiting(world)[0]["starts_user_id"] == ana["user_id"]
    assert world.activate(ana["user_id"]).status == 200
    refused = change(world, ana, starts_on=LATER)
    assert [one["field"] for one in refused.body["errors"]] == ["starts_on"]


def test_nothing_waits_for_who_was_deleted(world: World) -> None:
    """Nor is the license added that was to be theirs."""
    _, max_ = (hire(world, name).body for name in ("Flo", "Max"))
    assert world.call("remove_user", user_id=max_["user_id"]).status == 200
    assert len(waiting(world)) == 1
    assert adjustments(world) == [("billing", "cancelled", SOON)]
    told = world.listed("list_history")[:2]
    assert [one["action"] for one in told] == ["user_removed", "adjustment_cancelled"]
    assert told[0]["actor"] == told[1]["actor"]


def test_the_license_of_who_is_made_active_before_is_not_added_as_well(world: World) -> None:
    """By a list, by the identity provider, by hand; nor of the old type that somebody had."""
    assert world.adjust([("remove", "billing", 1)], key="k1").status == 201
    scim, on_list = provider(world), "Flo,flo@mainstreetpt.example,billing,true"
    _, max_, cy, bo = (hire(world, name).body for name in ("Flo", "Max", "Cy", "Bo"))
    assert world.adjust([("add", "billing", 3)], key="k2").status == 201
    send(world, on_list, header="name,email,license_type,active")
    active = {"op": "replace", "path": "active", "value": True}
    assert scim.patch(max_["user_id"], active).status == 200
    assert world.activate(cy["user_id"]).status == 200
    other = {"op": "replace", "path": f"{LICENSE}:licenseType", "value": "therapist"}
    assert scim.patch(bo["user_id"], other).status == 200
    assert adjustments(world) == [("billing", "cancelled", SOON)] * 4
    assert [one["starts_user_id"] for one in waiting(world)] == [bo["user_id"]]
    come(world, bo)
    assert user_now(world, bo)["active"]


def test_the_same_hire_again_is_answered_though_none_could_be_made_any_more(world: World) -> None:
    """The first one took the last place."""
    for number in range(9):
        added = world.adjust([("add", "therapist", 1)], key=f"k{number}", effective_on=SOON)
        assert added.status == 201
    flo = hire(world, "Flo").body
    assert hire(world, "Flo").body == flo
    assert hire(world, "Max").code == "too_many_scheduled"


def test_a_day_that_cannot_be_invites_nobody(world: World) -> None:
    refused = hire(world, "Flo", on="2020-01-01")
    assert [error["field"] for error in refused.body["errors"]] == ["starts_on"]
    assert world.close(SOON).status == 200
    assert hire(world, "Flo", on=LATER).code == "clinic_closed"
    assert len(world.listed("list_users")) == 1
    assert "flo@mainstreetpt.example" not in world.cloud.accounts


def test_the_end_of_the_clinic_drops_the_start(world: World) -> None:
    """Of somebody with a license to be added, and of somebody without."""
    for name in ("Flo", "Max"):
        assert hire(world, name).status == 201
    assert world.close(today()).status == 200
    assert world.status(who="staff")["scheduled_adjustments"] == []
    history = world.listed("list_history", who="staff")
    assert [one["action"] for one in history].count("user_start_dropped") == 2
    users = world.listed("list_users", who="staff")
    assert all(user["starts_at"] is None for user in users)
