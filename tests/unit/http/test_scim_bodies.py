"""What identity providers send of a user, read as what they want."""

from typing import Any

import pytest

from licensing.domain.licenses import LicenseType
from licensing.domain.users import Provisioned
from licensing.http.scim_bodies import wanted
from licensing.scim.errors import ScimError
from licensing.scim.schemas import LICENSE
from tests.unit.domain.builders import user

ANA = "ana@x.example"


def address(user_name: str, *emails: dict[str, Any]) -> str:
    """Return the address that a new user gets."""
    said = {"userName": user_name, "displayName": "Ana Silva", "emails": [*emails]}
    return wanted(said, None, LicenseType.THERAPIST).email


@pytest.mark.parametrize("more", [{"type": "home"}, {"type": "Other", "primary": True}])
def test_nobody_signs_in_with_a_private_address(more: dict[str, Any]) -> None:
    private = {"value": "private@x.example", **more}
    assert address(ANA, private) == ANA
    assert address("asilva", {"value": ANA, "type": "work"}, private) == ANA
    with pytest.raises(ScimError, match="Send the user's address"):
        address("asilva", private)


def test_the_primary_address_counts_and_else_the_one_for_work_or_the_last() -> None:
    bare, work = {"value": "b@x.example"}, {"value": "w@x.example", "type": "work"}
    assert address(ANA, work, bare) == "w@x.example"
    assert address(ANA, work, bare | {"primary": True}) == "b@x.example"
    assert address(ANA, {"value": "c@x.example"}, bare) == "b@x.example"


def test_a_new_user_name_is_the_new_address_where_it_was_the_old_one() -> None:
    renamed = {"userName": "D@x.example"}
    assert wanted(renamed, user(), LicenseType.THERAPIST).email == "d@x.example"
    asilva = user(provisioned=Provisioned(user_name="asilva"))
    assert wanted(renamed, asilva, LicenseType.THERAPIST).email == asilva.email


def test_the_parts_of_an_address_are_named_in_any_case() -> None:
    emails = [{"Type": "home", "Value": "b@x.example"}, {"TYPE": "Work", "VALUE": "A@x.example"}]
    said = {"userName": "asilva", "displayName": "Ana Silva", "emails": emails}
    assert wanted(said, None, LicenseType.THERAPIST).email == "a@x.example"


@pytest.mark.parametrize("name", ["asilva", "ana@x.example.", "an\u00e1@x.example", "ana@x"])
def test_a_name_that_is_no_plain_address_is_said_to_be_none(name: str) -> None:
    with pytest.raises(ScimError, match=f"{name} is no plain one"):
        address(name)


def test_a_wrong_part_of_a_name_is_named_as_it_is_published() -> None:
    said = {"userName": ANA, "name": {"givenname": 5}}
    with pytest.raises(ScimError, match=r"^name\.givenName must be text"):
        wanted(said, None, LicenseType.THERAPIST)


@pytest.mark.parametrize("name", ["name", "emails", LICENSE])
def test_what_has_parts_is_refused_as_bare_text(name: str) -> None:
    with pytest.raises(ScimError, match=f"^{name} must be ") as refused:
        wanted({"userName": ANA, name: "text"}, None, LicenseType.THERAPIST)
    assert refused.value.scim_type == "invalidValue"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"displayName": "Dr. Ana Silva"}, "Dr. Ana Silva"),
        ({"name": {"formatted": "Ana M. Silva", "givenName": "Ana"}}, "Ana M. Silva"),
        ({"name": {"givenName": "Ana", "familyName": "Silva"}}, "Ana Silva"),
        ({}, ANA),
    ],
)
def test_the_name_is_made_of_what_there_is(said: dict[str, Any], name: str) -> None:
    assert wanted({"userName": ANA, **said}, None, LicenseType.THERAPIST).name == name


@pytest.mark.parametrize(
    "said",
    [
        {"displayName": "Clinic License Manager"},
        {"name": {"givenName": "License", "familyName": "Staff"}},
        {"userName": "License staff", "emails": [{"value": ANA}]},
    ],
)
def test_a_name_that_poses_as_the_system_is_refused(said: dict[str, Any]) -> None:
    """Also one that is put together of harmless parts, or taken from the user name."""
    with pytest.raises(ScimError, match="reserved for the system"):
        wanted({"userName": ANA, **said}, None, LicenseType.THERAPIST)


def test_a_license_type_is_one_of_those_that_there_are() -> None:
    said = {"userName": ANA, LICENSE: {"licenseType": " Billing"}}
    assert wanted(said, None, LicenseType.THERAPIST).license_type is LicenseType.BILLING
    with pytest.raises(ScimError, match="licenseType must be one of therapist, "):
        wanted(said | {LICENSE: {"licenseType": "x"}}, None, LicenseType.THERAPIST)
