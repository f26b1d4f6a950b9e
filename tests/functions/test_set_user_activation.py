"""PUT /clinics/{clinic_id}/users/{user_id}/activation."""

from tests.functions.conftest import World

RELEASE = {"active": False, "release_license": {"explanation": "Ana left the clinic."}}


def test_a_request_that_changes_nothing_leaves_nothing(world: World) -> None:
    """No answer either, though it came with a key: it would name the user for as long as all."""
    ana = world.add_user("Ana Silva")
    before = world.table()
    first = world.activate(ana["user_id"], active=False, key="k1", headers={})
    assert (first.status, first.body["user"]["active"]) == (200, False)
    assert world.activate(ana["user_id"], active=False, key="k1", headers={}).text == first.text
    assert world.table() == before


def test_releasing_makes_inactive_and_releases_in_one_step(world: World) -> None:
    """One license less in use and one less purchased."""
    ana = world.add_user("Ana Silva", active=True)
    answer = world.call("set_user_activation", key="k1", body=RELEASE, user_id=ana["user_id"])
    assert answer.status == 200
    adjustment = answer.body["adjustment"]
    assert adjustment["lines"] == [{"action": "remove", "license_type": "therapist", "quantity": 1}]
    assert adjustment["explanation"] == "Ana left the clinic."
    assert world.counts("therapist") == (4, 1, 3)
    again = world.call("set_user_activation", key="k1", body=RELEASE, user_id=ana["user_id"])
    assert again.text == answer.text
    assert world.counts("therapist") == (4, 1, 3)
    actions = [entry["action"] for entry in world.listed("list_history")]
    assert actions[:2] == ["licenses_adjusted", "user_deactivated"]
