"""Who may do what (I5): every route, every kind of caller, and the table unchanged."""

from typing import Any

import pytest

from docs.routes import ROUTES, Route, Who
from licensing.http.app import Api
from tests.functions.conftest import CLINIC, Answer, World, load_event
from tests.functions.mailing import refused


def each(*whose: Who, of_a_clinic: bool = False) -> pytest.MarkDecorator:
    """Return the parameter ``route``: every route, or those of some kinds of callers."""
    routes = [
        route
        for route in ROUTES
        if route.who in (whose or Who) and (route.of_a_clinic or not of_a_clinic)
    ]
    return pytest.mark.parametrize("route", routes, ids=[route.name for route in routes])


def call(world: World, route: Route, who: str | None, **more: Any) -> Answer:
    """Call a route with the body of its function's event."""
    event = load_event(route.folder)
    more.setdefault("raw_body", event["body"])
    adjustments = [item["sk"]["S"] for item in world.items(CLINIC, "ADJUSTMENT#")]
    more |= {
        "adjustment_id": adjustments[0].removeprefix("ADJUSTMENT#"),
        "user_id": world.accounts["max"],
        "invoice_id": "upcoming",
        "date": "2026-12-01",
        "address": "dana.reyes@mainstreetpt.example",
        "token_id": "01KAQ3V7M0XQZ8E1R5T9YB2C4F",
    }
    return world.call(route.folder, who=who, resource=route.path, **more)


@pytest.fixture
def people(world: World) -> World:
    """Dana manages both clinics, Pat the other one; Max is a member, Ina an inactive user."""
    world.add_user("Max Moor", active=True)
    world.add_user("Ina Gone", permissions=["user_manager"])
    assert world.adjust([("add", "billing", 1)], key="people").status == 201
    return world


@each()
@pytest.mark.parametrize(
    "claims",
    [
        None,
        {"token_use": "access"},
        {"token_use": None},
        {"aud": "another-client"},
        {"aud": None},
    ],
    ids=["no token", "access token", "no use", "other client", "no client"],
)
def test_only_an_id_token_of_this_product_is_accepted(
    people: World, route: Route, claims: dict[str, Any] | None
) -> None:
    """The gateway checks signatures; the function checks what the token is for."""
    before = people.table()
    refused = call(people, route, None if claims is None else "dana", claims=claims)
    assert (refused.status, refused.code) == (401, "unauthorized")
    assert people.table() == before


@each(Who.MEMBER, Who.MANAGER, Who.MANAGER_OR_STAFF, of_a_clinic=True)
def test_foreign_and_unknown_clinics_answer_alike(people: World, route: Route) -> None:
    """Nobody learns from an answer that a clinic exists."""
    before = people.table()
    foreign = call(people, route, "pat", clinic=CLINIC)
    unknown = call(people, route, "pat", clinic="clinic-nowhere")
    inactive = call(people, route, "ina", clinic=CLINIC)
    assert (foreign.status, foreign.code) == (404, "not_found")
    assert foreign.text == unknown.text == inactive.text
    assert foreign.headers == unknown.headers == inactive.headers
    assert people.table() == before


ANSWERS = {
    Who.MEMBER: {"max": 200, "staff": 200},
    Who.MANAGER: {"max": 403, "staff": 403},
    Who.MANAGER_OR_STAFF: {"max": 403},
    Who.MANAGER_OF_BOTH: {"staff": 403, "max": 404, "pat": 404, "ina": 404},
    Who.STAFF: {"dana": 404, "max": 404, "pat": 404, "ina": 404},
}
"""Who may not know of a clinic, or of what staff do, hears the same as of what is not there."""
CODES = {403: "forbidden", 404: "not_found"}


@each(*ANSWERS)
def test_a_route_is_for_whom_it_says(people: World, route: Route) -> None:
    """Who is refused has changed nothing."""
    before = people.table()
    for who, status in ANSWERS[route.who].items():
        answer = call(people, route, who)
        assert answer.status == status, who
        assert status == 200 or answer.code == CODES[status]
    assert people.table() == before
    if route.who is Who.MANAGER_OR_STAFF:
        assert call(people, route, "staff").status in route.answers


def test_a_manager_demoted_between_two_reads_changes_nothing(
    people: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch is not read at one moment: the clinic may be newer than the member beside it."""
    people.add_manager("Eva Holm")
    store = people.handler("request_license_adjustment").app.store
    read = store._dynamodb.batch_get_item
    demotions: list[Answer] = []

    def read_apart(**request: Any) -> Any:
        members = [item for item in read(**request)["Responses"]["licenses"] if "email" in item]
        if not demotions:
            dana = people.accounts["dana"]
            body: dict[str, Any] = {"permissions": []}
            demotions.append(people.call("change_user", who="eva", user_id=dana, body=body))
        others = [item for item in read(**request)["Responses"]["licenses"] if "email" not in item]
        return {"Responses": {"licenses": members + others}, "UnprocessedKeys": {}}

    monkeypatch.setattr(store._dynamodb, "batch_get_item", read_apart)
    refused = people.adjust([("add", "therapist", 1)], key="k1")
    assert [answer.status for answer in demotions] == [200]
    assert (refused.status, refused.code) == (403, "forbidden")
    assert len(people.items(CLINIC, "ADJUSTMENT#")) == 1


@pytest.mark.parametrize("groups", ["license-staff", "[license-staff]", "[other license-staff]"])
def test_the_staff_group_is_read_in_every_form(world: World, groups: str) -> None:
    """The gateway joins groups by commas, the local emulator writes a list."""
    answer = world.call("get_license_status", who="dana", claims={"cognito:groups": groups})
    assert answer.status == 200
    other = world.call(
        "get_license_status",
        who="pat",
        claims={"cognito:groups": groups.replace("license-staff", "license-staff-no")},
    )
    assert other.status == 404


def test_a_function_fails_at_a_call_that_its_role_does_not_allow(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on AWS: the tests' own cloud looks at the template's policies, partitions among them."""
    monkeypatch.setitem(type(world).invoke.__globals__, "may", lambda *_: False)
    assert world.call("get_license_status").status == 500


@pytest.mark.parametrize(
    ("http", "code", "status"),
    [
        (400, "AccessDeniedException", 500),
        (400, "LimitExceededException", 503),
        (400, "UserNotFoundException", 503),
        (400, "ValidationException", 500),
        (400, "TooManyRequestsException", 503),
        (500, "InternalErrorException", 503),
    ],
)
def test_only_what_may_pass_at_aws_is_to_be_tried_again(http: int, code: str, status: int) -> None:
    app = Api()

    @app.get("/clinics")
    def fail() -> None:
        raise refused(http, code)

    answered = app.resolve(load_event("list_clinics"), None)  # type: ignore[arg-type]
    assert answered["statusCode"] == status
