"""Tokens for identity providers: made, listed and revoked by User Managers."""

from typing import Any

from tests.functions.conftest import Answer, World


def create(world: World, name: str = "Okta", **more: Any) -> Answer:
    body = {"name": name, "default_license_type": "therapist"}
    return world.call("create_provisioning_token", body=body, **more)


def test_a_tokens_text_is_told_once_and_kept_nowhere(world: World) -> None:
    """Only what stands for it lies in the table, also not in the history."""
    made = create(world)
    assert made.status == 201
    text = made.body["token"]
    listed = world.listed("list_provisioning_tokens")
    assert [{**token, "token": text} for token in listed] == [made.body]
    assert text.rpartition(".")[2] not in repr(world.table())
    # It can be listed and revoked, not read alone.
    assert "Location" not in made.headers


def test_a_name_is_taken_once(world: World) -> None:
    """Whoever lost the answer is told what to do; after a revocation the name is free."""
    first = create(world).body
    again = create(world)
    assert (again.status, again.code) == (409, "token_exists")
    world.call("revoke_provisioning_token", token_id=first["token_id"])
    assert create(world).status == 201


def test_a_clinic_has_at_most_ten(world: World) -> None:
    for number in range(10):
        assert create(world, f"Provider {number}").status == 201
    refused = create(world)
    assert (refused.status, refused.code) == (409, "too_many_tokens")


def test_a_revoked_token_is_listed_no_more(world: World) -> None:
    token = create(world).body
    revoked = world.call("revoke_provisioning_token", token_id=token["token_id"])
    assert revoked.status == 200
    assert revoked.body["revoked_at"] is not None
    assert world.listed("list_provisioning_tokens") == []
    again = world.call("revoke_provisioning_token", token_id=token["token_id"])
    assert (again.status, again.body) == (200, revoked.body)
    assert world.call("revoke_provisioning_token", token_id="none").code == "not_found"
