"""What becomes of a user by operations."""

from typing import Any

import pytest

from licensing.scim.errors import ScimError
from licensing.scim.patches import MOST_OPERATIONS, patched
from licensing.scim.schemas import ENTERPRISE, LICENSE

ANA: dict[str, Any] = {
    "id": "7f",
    "externalId": "17",
    "userName": "ana@x.example",
    "displayName": "Ana Silva",
    "name": {"givenName": "Ana", "familyName": "Silva"},
    "emails": [{"value": "ana@x.example", "type": "work"}],
    "active": True,
    LICENSE: {"licenseType": "therapist"},
}


def after(*operations: Any) -> dict[str, Any]:
    return patched(ANA, {"Operations": list(operations)})


def op(verb: str, path: str | None = None, value: Any = None) -> dict[str, Any]:
    return {"op": verb, "value": value} | ({} if path is None else {"path": path})


@pytest.mark.parametrize("verb", ["add", "Add", "replace", "Replace", "REPLACE"])
def test_a_value_is_set_in_any_case(verb: str) -> None:
    assert after(op(verb, "ACTIVE", "False")) == {"active": "False"}


def test_only_what_is_spoken_of_comes_back() -> None:
    said = after(op("replace", "name.familyName", "Lopez"), op("remove", "externalId"))
    assert said == {"name": {"givenName": "Ana", "familyName": "Lopez"}, "externalId": None}


def test_operations_follow_each_other() -> None:
    said = after(op("replace", "name", {"givenName": "A"}), op("remove", "name.familyName"))
    assert said == {"name": {"givenName": "A", "familyName": None}}
    assert after(op("remove", "name"), op("add", "name.givenName", "B")) == {
        "name": {"givenName": "B"}
    }


def test_without_a_path_each_name_is_one() -> None:
    value = {"id": "x", "meta": {}, "schemas": [], "active": False, "name.givenName": "B"}
    assert after(op("replace", value=value)) == {
        "active": False,
        "name": {"givenName": "B", "familyName": "Silva"},
    }


def test_the_license_is_named_in_three_ways() -> None:
    wanted = {LICENSE: {"licenseType": "billing"}}
    assert after(op("replace", f"{LICENSE}:licenseType", "billing")) == wanted
    assert after(op("replace", LICENSE, {"licensetype": "billing", "shoe": 42})) == wanted
    assert after(op("add", value={LICENSE: {"licenseType": "billing"}})) == wanted


def test_an_address_is_replaced_where_the_filter_holds() -> None:
    said = after(op("Replace", 'emails[type eq "work"].value', "b@x.example"))
    assert said == {"emails": [{"value": "b@x.example", "type": "work"}]}
    said = after(op("Replace", 'emails[type eq "work"]', {"value": "b@x.example"}))
    assert said == {"emails": [{"value": "b@x.example", "type": "work"}]}


@pytest.mark.parametrize("wanted", ["primary eq true", 'primary eq "True"'])
def test_an_address_that_is_not_there_is_added_by_its_path(wanted: str) -> None:
    said = after(op("Add", f"emails[{wanted}].value", "b@x.example"))
    assert said["emails"][1] == {"type": "work", "primary": True, "value": "b@x.example"}


@pytest.mark.parametrize("kind", ["home", "other"])
def test_an_address_that_is_not_for_work_is_passed_over(kind: str) -> None:
    """It is not kept, and must not become the one that the user signs in with."""
    path = f'emails[type eq "{kind}"].value'
    for verb in ("add", "replace"):
        assert after(op(verb, path, "private@x.example")) == {}
    assert after(op("remove", path)) == {}


def test_an_address_that_nobody_has_is_no_target() -> None:
    with pytest.raises(ScimError) as refused:
        after(op("replace", 'emails[value eq "old@x.example"].value', "b@x.example"))
    assert refused.value.scim_type == "noTarget"


def test_the_parts_of_an_address_are_named_in_any_case() -> None:
    said = after(op("replace", 'emails[type eq "work"]', {"Value": "b@x.example"}))
    assert said == {"emails": [{"value": "b@x.example", "type": "work"}]}


def test_addresses_are_added_and_replaced() -> None:
    new = [{"value": "b@x.example", "type": "work", "primary": True}]
    assert after(op("add", "emails", new))["emails"] == [*ANA["emails"], *new]
    assert after(op("replace", "emails", new))["emails"] == new
    assert after(op("replace", "emails", "b@x.example"))["emails"] == [{"value": "b@x.example"}]


def test_what_is_added_is_no_less_primary_than_what_is_there() -> None:
    """And for work, so that it is not passed over."""
    ana = ANA | {"emails": [{"value": "ana@x.example", "type": "work", "primary": True}]}
    said = patched(ana, {"Operations": [op("add", "emails", {"value": "b@x.example"})]})
    assert said["emails"][0]["primary"] is None
    assert said["emails"][1] == {"value": "b@x.example", "type": "work"}


def test_what_is_not_kept_here_is_passed_over() -> None:
    assert (
        after(
            op("add", "title", "Therapist"),
            op("add", "name.honorificPrefix", "Dr."),
            op("replace", 'emails[type eq "home"].primary', value=True),
            op("replace", 'emails[type eq "work"].display', "Ana"),
            op("add", 'addresses[type eq "work"].locality', "Springfield"),
            op("replace", f"{ENTERPRISE}:department", "Rehab"),
            op("replace", value={ENTERPRISE: {"department": "Rehab"}, "nickName": "A"}),
        )
        == {}
    )


@pytest.mark.parametrize(
    ("operation", "scim_type"),
    [
        (op("copy", "active", True), "invalidSyntax"),
        (op("", "active", True), "invalidSyntax"),
        ({"path": "active", "value": True}, "invalidSyntax"),
        ("active", "invalidSyntax"),
        (op("remove"), "noTarget"),
        (op("add", value=True), "invalidValue"),
        (op("replace", "name", "Ana Silva"), "invalidValue"),
        (op("replace", value={LICENSE: "billing"}), "invalidValue"),
        (op("add", "shoe", 42), "invalidPath"),
        (op("add", "name.shoe", 42), "invalidPath"),
        (op("add", value={"shoe": 42}), "invalidPath"),
        ({"op": "add", "path": ["active"]}, "invalidPath"),
        (op("replace", "id", "x"), "mutability"),
        (op("replace", "meta.version", "x"), "mutability"),
        (op("remove", "active"), "mutability"),
        (op("remove", "emails"), "mutability"),
        (op("remove", 'emails[type eq "work"].value'), "mutability"),
        (op("remove", f"{LICENSE}:licenseType"), "mutability"),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_the_protocol(operation: Any, scim_type: str) -> None:
    with pytest.raises(ScimError) as refused:
        after(operation)
    assert (refused.value.status, refused.value.scim_type) == (400, scim_type)


@pytest.mark.parametrize(
    "body",
    [{}, {"Operations": {}}, {"Operations": []}, {"Operations": [{}] * (MOST_OPERATIONS + 1)}],
)
def test_operations_are_a_list_of_some(body: dict[str, Any]) -> None:
    with pytest.raises(ScimError) as refused:
        patched(ANA, body)
    assert refused.value.scim_type == "invalidSyntax"


def test_their_list_is_named_in_any_case() -> None:
    assert patched(ANA, {"operations": [op("add", "active", False)]}) == {"active": False}


def test_the_user_that_was_read_is_left_alone() -> None:
    before = repr(ANA)
    after(op("add", "emails", [{"value": "b@x.example"}]), op("replace", "name.givenName", "B"))
    assert repr(ANA) == before
