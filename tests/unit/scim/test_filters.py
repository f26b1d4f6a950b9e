"""Filters and paths by the grammar of RFC 7644."""

import pytest

from licensing.scim.errors import ScimError
from licensing.scim.filters import LONGEST_FILTER, read_filter, read_path
from licensing.scim.schemas import ENTERPRISE, LICENSE, USER

ANA = {
    "id": "7F",
    "externalId": "Ext-1",
    "userName": "Ana@mainstreetpt.example",
    "displayName": 'Ana "A" Silva',
    "name": {"givenName": "Ana", "familyName": "Silva"},
    "emails": [{"value": "ana@mainstreetpt.example", "type": "work", "primary": True}],
    "active": True,
    "meta": {"created": "2026-04-15T14:00:00.000Z"},
    LICENSE: {"licenseType": "therapist"},
}


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "ana@MAINSTREETPT.example"',
        'USERNAME EQ "ana@mainstreetpt.example"',
        f'{USER}:userName sw "ana"',
        'name.familyName co "ILV"',
        'displayName ew "silva"',
        'displayName eq "Ana \\"A\\" Silva"',
        'displayName co "\\u0041na"',
        'emails.value eq "ana@mainstreetpt.example"',
        'emails co "mainstreetpt"',
        'emails[type eq "work"]',
        'emails[type eq "work" and value sw "ana"]',
        'emails[type eq "work"].value eq "ana@mainstreetpt.example"',
        'EMAILS[type eq "work"].VALUE sw "ana" and active eq true',
        f'{USER}:emails[type eq "work"].value co "mainstreet"',
        "active eq true",
        "active ne False",
        "externalId pr",
        'externalId eq "Ext-1"',
        f'{LICENSE}:licenseType eq "therapist"',
        'userName ne "bo@x.example" and active eq true',
        'userName eq "bo" or active eq true and externalId pr',
        '(userName eq "bo" or active eq true) and externalId pr',
        'not (userName eq "bo")',
        'NOT(userName eq "bo") AND externalId PR',
        'meta.version ne "x"',
        "emails[primary eq true]",
        'emails[primary eq "True" and type eq "work"].value sw "ana"',
        'active eq "True"',
        'userName gt "am" and userName le "ana@mainstreetpt.example"',
        'meta.created eq "2026-04-15T14:00:00Z"',
        'meta.created ge "2026-04-15T16:00:00+02:00" and meta.created lt "2026-04-15T14:00:01"',
        'meta.created sw "2026-04"',
        'userName eq " ana@mainstreetpt.example "',
        'displayName co "A\\" "',
    ],
)
def test_what_is_meant(text: str) -> None:
    assert read_filter(text)(ANA)


@pytest.mark.parametrize(
    "text",
    [
        'userName eq "bo@mainstreetpt.example"',
        'externalId eq "ext-1"',
        'externalId ne "Ext-1"',
        'id eq "7f"',
        "active eq false",
        "active eq 1",
        'active sw "t"',
        'active eq "false"',
        "emails[primary eq false]",
        'userName lt "am"',
        'meta.created gt "2026-04-15T14:00:00.0000001Z"',
        "userName eq null",
        'emails[type eq "home"]',
        'emails[type eq "home"].value eq "ana@mainstreetpt.example"',
        'emails[type eq "work"].value eq "bo@mainstreetpt.example"',
        'emails[type eq "work" and value sw "bo"]',
        "not (externalId pr)",
        'active eq false or userName eq "bo"',
        'active eq true and userName eq "bo"',
        '(userName eq "bo" or active eq true) and name.givenName eq "Bo"',
        'emails.type co "home"',
    ],
)
def test_what_is_not_meant(text: str) -> None:
    assert not read_filter(text)(ANA)


def test_of_several_values_one_is_enough_to_be_equal() -> None:
    several = {"emails": [{"value": "a@x.example"}, {"value": "b@x.example"}]}
    assert read_filter('emails.value eq "b@x.example"')(several)
    assert not read_filter('emails.value ne "b@x.example"')(several)


def test_what_is_absent_is_equal_to_nothing_and_unequal_to_everything() -> None:
    assert not read_filter('externalId eq "x"')({})
    assert read_filter('externalId ne "x"')({})
    assert not read_filter("externalId pr")({})
    assert not read_filter('emails[type eq "work"]')({})
    assert not read_filter("emails pr")({"emails": []})


@pytest.mark.parametrize(
    "name",
    [
        "title",
        "name.middleName",
        "emails.display",
        'emails[type eq "work"].display',
        "addresses.streetAddress",
        'phoneNumbers[type eq "work" and primary eq true].value',
        f"{USER}:nickName",
        f"{ENTERPRISE}:department",
        f"{ENTERPRISE}:manager.value",
    ],
)
def test_what_scim_knows_and_nobody_keeps_has_no_value(name: str) -> None:
    """So it is equal to nothing, unequal to everything, and no reason to refuse the filter."""
    for word in ("eq", "co", "sw", "ew", "gt", "ge", "lt", "le"):
        assert not read_filter(f'{name} {word} "2026-04-15T14:00:00Z"')(ANA)
        assert read_filter(f'not ({name} {word} "x") and active eq true')(ANA)
    assert read_filter(f'{name} ne "x"')(ANA)
    assert read_filter(f"{name} eq null")(ANA)
    if "[" not in name:
        assert not read_filter(f"{name} pr")(ANA)


def test_letters_may_be_composed_or_not() -> None:
    zoe = {"displayName": "Zo\u00eb"}
    assert read_filter('displayName eq "Zoe\u0308"')(zoe)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "userName",
        "userName eq",
        'eq "a"',
        'userName = "a"',
        "userName eq a",
        'userName eq "a',
        'userName eq "a" and',
        'userName eq "a" or or active pr',
        "(active pr",
        "active pr)",
        "not active pr",
        "emails[",
        "emails[]",
        'emails[type eq "work"].shoe eq "42"',
        'value[type eq "work"].value eq "42"',
        'shoe[type eq "work"].value eq "42"',
        'emails[type eq "work"].value',
        'shoe eq "42"',
        "name.shoe pr",
        "urn:example:User:userName pr",
        "active co true",
        "active gt true",
        'active ge "true"',
        "userName lt 5",
        'meta.created gt "yesterday"',
        'type eq "work"',
        'emails[userName eq "ana"]',
        'emails[emails.type eq "work"]',
        "x" * (LONGEST_FILTER + 1),
    ],
)
def test_what_cannot_be_read_is_an_invalid_filter(text: str) -> None:
    with pytest.raises(ScimError) as refused:
        read_filter(text)
    assert (refused.value.scim_type, refused.value.status) == ("invalidFilter", 400)


def test_depth_is_no_way_to_exhaust_the_reader() -> None:
    depth = (LONGEST_FILTER - len("active pr")) // 2
    assert read_filter("(" * depth + "active pr" + ")" * depth)(ANA)
    depth = (LONGEST_FILTER - len("active pr")) // 5
    assert read_filter("not(" * depth + "active pr" + ")" * depth)(ANA) == (depth % 2 == 0)


@pytest.mark.parametrize(
    ("text", "name", "part"),
    [
        ("active", "active", ""),
        ("name.familyName", "name.familyName", ""),
        ('emails[type eq "work"].value', "emails", "value"),
        ('emails[type eq "work"]', "emails", ""),
        (f"{LICENSE}:licenseType", f"{LICENSE}:licenseType", ""),
        (LICENSE, LICENSE, ""),
    ],
)
def test_a_path_is_an_attribute_perhaps_some_of_its_values(text: str, name: str, part: str) -> None:
    path = read_path(text)
    assert (path.name, path.part) == (name, part)
    assert (path.among is not None) == ("[" in text)
    if path.among is not None:
        assert path.among({"type": "Work"})
        assert not path.among({"type": "home"})


@pytest.mark.parametrize("text", ["", "[", "emails[].value", "a b", 'emails[type eq "work"]value'])
def test_what_is_no_path_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ScimError) as refused:
        read_path(text)
    assert refused.value.scim_type == "invalidPath"
