"""SCIM 2.0: what identity providers send, in the shapes that they document."""

from typing import Any

import pytest

from tests.functions.conftest import OTHER_CLINIC, STAFF, World
from tests.functions.scim import LICENSE, Provider, provider
from tests.invariants import violations

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ANA = "ana.silva@mainstreetpt.example"
ANA_SILVA = {"formatted": "Ana Silva", "givenName": "Ana", "familyName": "Silva"}


@pytest.fixture
def okta(world: World) -> Provider:
    """The first clinic's provider."""
    return provider(world)


ENTRA_USER: dict[str, Any] = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
    "externalId": "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef",
    "userName": ANA,
    "active": True,
    "displayName": "Ana Silva",
    "emails": [{"primary": True, "type": "work", "value": ANA}],
    "meta": {"resourceType": "User"},
    "name": {"formatted": "Ana Silva", "familyName": "Silva", "givenName": "Ana"},
    "title": "Therapist",
    ENTERPRISE: {"department": "Rehab", "employeeNumber": "17"},
}
"""A new user as Entra ID sends one."""
OKTA_USER: dict[str, Any] = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": ANA,
    "name": {"givenName": "Ana", "familyName": "Silva"},
    "emails": [{"primary": True, "value": ANA, "type": "work"}],
    "displayName": "Ana Silva",
    "locale": "en-US",
    "externalId": "00ujl29u0le5T6Aj10h7",
    "groups": [],
    "password": "1mz050nq",
    "active": True,
}
"""A new user as Okta sends one."""


def without(world: World, begins: str) -> list[dict[str, Any]]:
    """Return the table without records of a kind."""
    return [item for item in world.table() if not item["sk"]["S"].startswith(begins)]


@pytest.mark.parametrize("body", [ENTRA_USER, OKTA_USER], ids=["entra", "okta"])
def test_a_user_is_created_active_with_a_license(okta: Provider, body: dict[str, Any]) -> None:
    """What is not kept here is left out; the license is of the token's default type."""
    made = okta.send("POST", "/Users", body)
    assert made.status == 201
    user = made.body
    assert user["userName"] == user["emails"][0]["value"] == ANA
    assert user["name"] == ANA_SILVA
    assert user["externalId"] == body["externalId"]
    assert user[LICENSE] == {"licenseType": "therapist"}
    assert made.headers["Location"] == user["meta"]["location"]
    assert made.headers["ETag"] == user["meta"]["version"] == 'W/"1"'
    assert {"title", "password", "groups", ENTERPRISE} & set(user) == set()
    assert okta.world.counts("therapist") == (5, 2, 3)


def test_a_part_may_be_named_with_what_it_is_a_part_of(okta: Provider) -> None:
    """In a new user as in an operation."""
    user = okta.create(ANA, **{f"{LICENSE}:licenseType": "billing", "name.givenName": "Ana"})
    assert user[LICENSE] == {"licenseType": "billing"}
    assert user["name"]["givenName"] == user["displayName"] == "Ana"


def test_each_name_stays_as_it_was_sent(okta: Provider) -> None:
    """A provider that compares what it reads with what it has sends nothing again."""
    user = okta.create(ANA, displayName="Ana Silva", name=ANA_SILVA)
    renamed = {"op": "Replace", "path": "displayName", "value": "Ana Silva, PT"}
    assert okta.patch(user["id"], renamed).body["name"] == ANA_SILVA
    formatted = {"op": "Replace", "path": "name.formatted", "value": "Silva, Ana"}
    now = okta.patch(user["id"], formatted).body
    assert now["displayName"] == "Ana Silva, PT"
    assert now["name"] == ANA_SILVA | {"formatted": "Silva, Ana"}
    gone = okta.patch(user["id"], {"op": "Remove", "path": "name.formatted"}).body
    assert gone["name"] == {"givenName": "Ana", "familyName": "Silva"}


def test_a_name_that_was_told_as_a_whole_follows_what_is_told_so(okta: Provider) -> None:
    user = okta.create(ANA, name={"formatted": "Ana M. Silva"})
    formatted = {"op": "Replace", "path": "name.formatted", "value": "Ana Maria Silva"}
    now = okta.patch(user["id"], formatted).body
    assert now["displayName"] == now["name"]["formatted"] == "Ana Maria Silva"
    whole = now | {"name": {"givenName": "Ana", "familyName": "Lopez"}, "displayName": None}
    now = okta.send("PUT", f"/Users/{user['id']}", whole).body
    assert now["displayName"] == now["name"]["formatted"] == "Ana Lopez"


def test_the_one_address_is_primary_unless_another_thing_is_said(okta: Provider) -> None:
    ana = okta.create(ANA)
    assert ana["emails"] == [{"value": ANA, "type": "work", "primary": True}]
    bo = okta.create("bo@x.example", emails=[{"value": "bo@x.example", "primary": "False"}])
    assert bo["emails"][0]["primary"] is False
    path = "emails[primary eq true].value"
    found = okta.send("GET", f'/Users?filter={path} co "@"').body["Resources"]
    assert bo["id"] not in [user["id"] for user in found]
    for user, new in ((ana, "a@x.example"), (bo, "b@x.example")):
        changed = okta.patch(user["id"], {"op": "replace", "path": path, "value": new}).body
        assert changed["emails"] == [{"value": new, "type": "work", "primary": True}]


NO_ADDRESS = [{"type": "work", "value": ""}, {"primary": True}]


@pytest.mark.parametrize(
    "gone", [("userName", None), ("emails", []), ("emails", NO_ADDRESS), ("active", None)]
)
def test_what_a_user_is_never_without_cannot_be_taken_from_them(
    okta: Provider, gone: tuple[str, Any]
) -> None:
    """Rather than be answered as if it were; who leaves out the userName takes it as well."""
    name, nothing = gone
    user = okta.create(ANA)
    refused = [
        okta.send("PUT", f"/Users/{user['id']}", user | {name: nothing}),
        okta.send("PUT", f"/Users/{user['id']}", {"displayName": "Ana", "active": True}),
        okta.patch(user["id"], {"op": "replace", "path": name, "value": nothing}),
    ]
    told = [(one.status, one.body["scimType"]) for one in refused]
    assert told == [(400, "invalidValue")] * 3
    kept = {"userName": ANA, "active": False}
    assert okta.send("PUT", f"/Users/{user['id']}", kept).body["emails"] == user["emails"]


@pytest.mark.parametrize("emails", [[ANA], [None], {"value": ANA}])
def test_emails_that_are_no_list_of_objects_are_refused(okta: Provider, emails: Any) -> None:
    """Also in a new user, for whom emails may be missing or without an address."""
    refused = okta.send("POST", "/Users", {"userName": ANA, "emails": emails})
    assert (refused.status, refused.body["scimType"]) == (400, "invalidValue")
    assert okta.create(ANA, emails=NO_ADDRESS)["emails"][0]["value"] == ANA


def test_the_same_user_again_is_a_conflict(okta: Provider) -> None:
    """SCIM has it so: providers then look for the user. The first one took the last license."""
    body = {**OKTA_USER, LICENSE: {"licenseType": "billing"}}
    assert okta.send("POST", "/Users", body).status == 201
    before = okta.world.table()
    again = okta.send("POST", "/Users", body)
    assert (again.status, again.body["scimType"]) == (409, "uniqueness")
    assert okta.world.table() == before


def test_what_is_so_already_and_what_nobody_keeps_here_changes_nothing(okta: Provider) -> None:
    """Nor does an operation after which another one is wrong."""
    user = okta.create(ANA)
    before = okta.world.table()
    assert okta.send("PUT", f"/Users/{user['id']}", user).body == user
    for operation in (
        {"op": "Replace", "path": "active", "value": "True"},
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": "3f2d5a8e"},
        {"op": "Replace", "path": "nickName", "value": [{"$ref": None, "value": "Ani"}]},
        {"op": "replace", "value": {"password": "1mz050nq"}},
    ):
        assert okta.patch(user["id"], operation).body == user
    right, wrong = {"op": "replace", "path": "active", "value": False}, {"op": "remove"}
    refused = okta.patch(user["id"], right, wrong)
    assert (refused.status, refused.body["scimType"]) == (400, "noTarget")
    assert okta.world.table() == before


def test_without_a_license_nothing_changes_and_managers_are_told_once(okta: Provider) -> None:
    """409 with a sentence; nobody is invited; one notice a day."""
    okta.create(ANA, **{LICENSE: {"licenseType": "billing"}})
    for number in range(2):
        before = without(okta.world, "NOTICE")
        body = {"userName": f"bo{number}@x.example", LICENSE: {"licenseType": "billing"}}
        refused = okta.send("POST", "/Users", body)
        assert refused.status == 409
        assert "license is available" in refused.body["detail"]
        assert without(okta.world, "NOTICE") == before
    idle = okta.create("cy@x.example", active=False, **{LICENSE: {"licenseType": "billing"}})
    refused = okta.patch(idle["id"], {"op": "Replace", "path": "active", "value": "True"})
    assert refused.status == 409
    notices = [item for item in okta.world.table() if item["sk"]["S"] == "NOTICE"]
    assert len(notices) == 1


def test_a_name_beside_the_address_is_kept(okta: Provider) -> None:
    """Entra ID's userName need not be an address; it is unique all the same."""
    work = [{"type": "work", "value": ANA}]
    user = okta.create("asilva", emails=work)
    assert (user["userName"], user["emails"][0]["value"]) == ("asilva", ANA)
    assert okta.send("GET", '/Users?filter=userName eq "ASilva"').body["totalResults"] == 1
    other = [{"type": "work", "value": "other@x.example"}]
    again = okta.send("POST", "/Users", {"userName": "ASILVA", "emails": other})
    assert (again.status, again.body["scimType"]) == (409, "uniqueness")


def test_a_name_that_was_an_address_stays_taken(okta: Provider) -> None:
    """However it is written, and whichever request asks for it; one's own name is no conflict."""
    ana = okta.create(ANA)
    path = 'emails[type eq "work"].value'
    okta.patch(ana["id"], {"op": "Replace", "path": path, "value": "a.lopez@x.example"})
    bo = okta.create("bo@x.example")
    before = okta.world.table()
    named = {"op": "replace", "path": "userName", "value": ANA.upper()}
    for refused in (
        okta.send("POST", "/Users", {"userName": ANA}),
        okta.send("POST", "/Users", {"userName": ANA.title()}),
        okta.send("PUT", f"/Users/{bo['id']}", bo | {"userName": ANA}),
        okta.patch(bo["id"], named),
    ):
        assert (refused.status, refused.body["scimType"]) == (409, "uniqueness")
    assert okta.world.table() == before
    assert okta.patch(ana["id"], named).body["userName"] == ANA.upper()


def test_a_deleted_user_is_removed_for_good(okta: Provider) -> None:
    """The license is free, and nothing names them; created again, they are somebody new."""
    user = okta.create(ANA, externalId="17", displayName="Ana Silva")
    url = f"/Users/{user['id']}"
    assert okta.send("DELETE", url, headers={"If-Match": 'W/"7"'}).status == 412
    assert okta.send("DELETE", url).status == 204
    assert okta.world.counts("therapist") == (5, 1, 4)
    before = okta.world.table()
    assert "Ana Silva" not in repr(before)
    assert ANA not in repr(before)
    for method in ("GET", "DELETE", "PUT"):
        body = user if method == "PUT" else None
        assert okta.send(method, url, body).status == 404
    assert okta.world.table() == before
    assert okta.create(ANA)["id"] != user["id"]


def test_pages_are_counted_from_one(okta: Provider) -> None:
    """StartIndex and count; out of bounds they are what comes next."""
    for name in "abc":
        okta.create(f"{name}@x.example")
    whole = okta.send("GET", "/Users").body
    assert (whole["totalResults"], whole["itemsPerPage"]) == (4, 4)
    second = okta.send("GET", "/Users?startIndex=2&count=2").body
    assert second["Resources"] == whole["Resources"][1:3]
    assert okta.send("GET", "/Users?startIndex=0&count=-1").body["Resources"] == []
    assert okta.send("GET", "/Users?startIndex=9").body["Resources"] == []
    for number in ("x", "1_0", "1.5", "\u0663"):
        assert okta.send("GET", f"/Users?count={number}").body["scimType"] == "invalidValue"


def test_attributes_are_chosen(okta: Provider) -> None:
    """Only some, or all but some; the id always."""
    user = okta.create(ANA, name={"givenName": "Ana", "familyName": "Silva"})
    url = f"/Users/{user['id']}"
    only = okta.send("GET", f"{url}?attributes=userName,name.familyName").body
    assert set(only) == {"schemas", "id", "userName", "name"}
    assert only["name"] == {"familyName": "Silva"}
    for path in ('emails[type eq "work"].value', f"{CORE}:emails.value"):
        some = okta.send("GET", f"{url}?attributes={path}, active").body
        assert set(some) == {"schemas", "id", "emails", "active"}
        assert some["emails"] == [{"value": ANA}]
    core = okta.send("GET", f"{url}?attributes={CORE}").body
    assert set(user) - set(core) == {"meta", LICENSE}
    without = okta.send("GET", f"{url}?excludedAttributes=emails,{LICENSE}:licenseType").body
    assert set(user) - set(without) == {"emails", LICENSE}


def test_versions_are_entity_tags(okta: Provider) -> None:
    """304 for what is known, 412 for what was decided on something older."""
    user = okta.create(ANA)
    url, tag = f"/Users/{user['id']}", user["meta"]["version"]
    for known in (tag, f'W/"9", {tag}', "*"):
        assert okta.send("GET", url, headers={"If-None-Match": known}).status == 304
    changed = okta.send("PUT", url, user | {"active": False}, headers={"If-Match": tag})
    assert changed.headers["ETag"] == 'W/"2"'
    late = okta.send("PUT", url, user, headers={"If-Match": tag})
    assert late.status == 412
    assert okta.send("GET", url, headers={"If-None-Match": tag}).status == 200


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_of_any_version_but_the_present_one_changes_nothing(
    okta: Provider, method: str
) -> None:
    """Nor one that is meant for a user who is not there yet."""
    user = okta.create(ANA)
    before = okta.world.table()
    body = user | {"active": False, "Operations": [{"op": "remove", "path": "externalId"}]}
    for known in (user["meta"]["version"], "*"):
        headers = {"If-None-Match": known}
        assert okta.send(method, f"/Users/{user['id']}", body, headers=headers).status == 412
    assert okta.world.table() == before


def test_a_user_tells_when_they_were_last_changed_by_whomever(okta: Provider) -> None:
    """As often as their version moves."""
    world, ana = okta.world, okta.create(ANA)
    assert ana["meta"]["lastModified"] == ana["meta"]["created"]

    def told() -> Any:
        return okta.send("GET", f"/Users/{ana['id']}").body["meta"]["lastModified"]

    own_id = {"op": "replace", "path": "externalId", "value": "a-2"}
    changed = okta.patch(ana["id"], own_id).body["meta"]["lastModified"]
    assert changed == told() == world.listed("list_history")[0]["at"]
    renamed = world.call("change_user", user_id=ana["id"], body={"name": "Ana Lopez"})
    assert (renamed.status, told()) == (200, world.listed("list_history")[0]["at"])
    later = okta.send("GET", f'/Users?filter=meta.lastModified gt "{changed}"').body
    assert [of["id"] for of in later["Resources"]] == [ana["id"]]


WRONG: dict[str, tuple[str, str, Any, int, str | None]] = {
    "no JSON": ("POST", "/Users", "{", 400, "invalidSyntax"),
    "no object": ("POST", "/Users", "[]", 400, "invalidSyntax"),
    "no userName": ("POST", "/Users", "{}", 400, "invalidValue"),
    "no truth": ("POST", "/Users", f'{{"userName": "{ANA}", "active": 1}}', 400, "invalidValue"),
    "no filter": ("GET", "/Users?filter=userName eq", None, 400, "invalidFilter"),
    "no list to filter": ("GET", f'/Schemas?filter=id eq "{CORE}"', None, 403, None),
    "nobody": ("GET", "/Users/nobody", None, 404, None),
    "nothing": ("GET", "/Groups", None, 404, None),
    "too deep": ("GET", "/Users/a/b", None, 404, None),
    "search": ("POST", "/Users/.search", "{}", 501, None),
    "bulk": ("POST", "/Bulk", "{}", 501, None),
    "me": ("GET", "/Me", None, 501, None),
}


def test_a_schema_is_found_by_its_name_however_that_is_written(okta: Provider) -> None:
    for name in (LICENSE, LICENSE.upper(), LICENSE.replace(":", "%3A")):
        assert okta.send("GET", f"/Schemas/{name}").body["id"] == LICENSE


def test_a_method_that_is_not_there_is_told_the_ones_that_are(okta: Provider) -> None:
    for method, url, allowed in (
        ("POST", "/Users/nobody", "GET, PUT, PATCH, DELETE"),
        ("DELETE", "/Users", "GET, POST"),
        ("PATCH", "/ServiceProviderConfig", "GET"),
        ("POST", "/Schemas", "GET"),
    ):
        refused = okta.send(method, url)
        assert (refused.status, refused.headers["Allow"]) == (405, allowed)


@pytest.mark.parametrize("wrong", WRONG)
def test_every_mistake_is_a_scim_error(okta: Provider, wrong: str) -> None:
    """With the status and the word that RFC 7644 has for it; nothing changes."""
    method, url, raw, status, scim_type = WRONG[wrong]
    before = without(okta.world, "TOKEN#")
    answer = okta.send(method, url, raw=raw)
    assert (answer.status, answer.body.get("scimType")) == (status, scim_type)
    assert without(okta.world, "TOKEN#") == before


def test_only_a_good_token_is_accepted(okta: Provider) -> None:
    """All others are refused alike, at every address, and change nothing."""
    user = okta.create(ANA)
    revoked = provider(okta.world, name="Entra")
    okta.world.call("revoke_provisioning_token", token_id=revoked.token.split(".")[2])
    ours, theirs = (of.token.split(".") for of in (okta, provider(okta.world, OTHER_CLINIC)))
    tokens = {
        "none": "",
        "of another kind": "Basic",
        "with another secret": ".".join([*ours[:3], theirs[3]]),
        "of another clinic": ".".join([theirs[0], ours[1], *theirs[2:]]),
        "of no clinic": ".".join([ours[0], "clinic-nowhere", *ours[2:]]),
        "revoked": revoked.token,
    }
    before = okta.world.table()
    texts = set()
    for kind, token in tokens.items():
        stranger = Provider(okta.world, token)
        for method, url in (
            *(("GET", "/Users"), ("POST", "/Users"), ("GET", "/ServiceProviderConfig")),
            *((method, f"/Users/{user['id']}") for method in ("GET", "PUT", "PATCH", "DELETE")),
            ("GET", "/nothing"),
        ):
            answer = stranger.send(method, url, raw=None if method == "GET" else "{}")
            assert answer.status == 401, kind
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            texts.add(answer.text)
    assert len(texts) == 1
    assert okta.world.table() == before


def test_a_provider_sees_and_changes_its_own_clinic_only(okta: Provider) -> None:
    """Users of others are not there, under any method; Dana is in both clinics."""
    pat = okta.world.accounts["pat"]
    before = without(okta.world, "TOKEN#")
    right = {"op": "replace", "path": "active", "value": False}
    for method, body in (
        ("GET", None),
        ("PUT", {"userName": "pat@x.example", "active": False}),
        ("PATCH", {"Operations": [right]}),
        ("DELETE", None),
    ):
        assert okta.send(method, f"/Users/{pat}", body).status == 404, method
    listed = okta.send("GET", "/Users").body["Resources"]
    assert [user["displayName"] for user in listed] == ["Dana Reyes"]
    assert without(okta.world, "TOKEN#") == before


def test_a_token_revoked_meanwhile_changes_nothing(
    okta: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the reading and the writing of one request."""
    user = okta.create(ANA)
    store = okta.world.handler("serve_scim").app.store
    commit = store.commit

    def revoked_before(changes: Any) -> None:
        monkeypatch.setattr(store, "commit", commit)
        okta.world.call("revoke_provisioning_token", token_id=okta.token.split(".")[2])
        commit(changes)

    monkeypatch.setattr(store, "commit", revoked_before)
    refused = okta.patch(user["id"], {"op": "replace", "value": {"active": False}})
    assert refused.status == 404
    assert okta.world.counts("therapist") == (5, 2, 3)


def test_the_last_use_is_shown(okta: Provider) -> None:
    """To the hour: the first use counts, the next ones are not written."""

    def listed() -> Any:
        return okta.world.listed("list_provisioning_tokens")[0]

    assert listed()["last_used_at"] is None
    okta.send("GET", "/Users")
    first = listed()["last_used_at"]
    assert first is not None
    before = okta.world.table()
    okta.send("GET", "/Users")
    assert okta.world.table() == before


def test_history_tells_what_only_the_provider_has_a_name_for(okta: Provider) -> None:
    """Such as its own id of a user; of the rest nothing, which stayed as it was."""
    user = okta.create(ANA, externalId="a-1", active=False)
    own_id = {"op": "replace", "path": "externalId", "value": "a-2"}
    assert okta.patch(user["id"], own_id).status == 200
    told = okta.world.call("list_history").body["history"][0]
    before, after = (told[side].pop("identity_provider") for side in ("before", "after"))
    assert (before, after) == ({"external_id": "a-1"}, {"external_id": "a-2"})
    assert told["before"] == told["after"]
    assert violations(okta.world.table(), staff=[STAFF]) == []


def test_history_names_the_token(okta: Provider) -> None:
    """Who, by which channel, and what became of the licenses."""
    okta.create(ANA)
    told = okta.world.listed("list_history")[0]
    assert told["actor"] == {"user_id": okta.token.split(".")[2], "name": "SCIM token Okta"}
    assert told["channel"] == "scim"
    assert told["after"]["licenses"] == {"therapist": {"purchased": 5, "in_use": 2}}


@pytest.mark.parametrize(
    ("host", "path", "base"),
    [
        ("licenses.clinicapp.example", "/scim/v2/Users", "https://licenses.clinicapp.example"),
        ("api.clinicapp.example", "/lic/scim/v2/Users", "https://api.clinicapp.example/lic"),
        (
            "a1b2.execute-api.us-east-1.amazonaws.com",
            "/v1/scim/v2/Users",
            "https://a1b2.execute-api.us-east-1.amazonaws.com/v1",
        ),
    ],
)
def test_a_resource_says_where_it_lies(okta: Provider, host: str, path: str, base: str) -> None:
    """At each address that the API may have."""
    okta.context_path = path
    listed = okta.send("GET", "/Users", headers={"Host": host}).body["Resources"]
    assert listed[0]["meta"]["location"] == f"{base}/scim/v2/Users/{listed[0]['id']}"


def test_a_days_invitations_are_bounded_and_providers_come_back(
    okta: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """429 says when to try again; nothing has changed."""
    monkeypatch.setenv("MAX_INVITATIONS", "1")
    okta.create(ANA)
    before = okta.world.table()
    refused = okta.send("POST", "/Users", {"userName": "bo@x.example"})
    assert refused.status == 429, refused.text
    assert refused.headers["Retry-After"] == "3600"
    assert okta.world.table() == before
