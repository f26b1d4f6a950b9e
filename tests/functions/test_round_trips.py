"""What a request costs: calls to DynamoDB, and write units."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from licensing.use_cases import conflicts
from tests.functions.conftest import World
from tests.functions.scim import provider
from tests.write_units import write_units

Calls = list[tuple[str, dict[str, Any]]]


@contextmanager
def recorded(world: World, *functions: str) -> Iterator[Calls]:
    """Give the DynamoDB calls of the functions' handlers, as they go over the wire."""
    seen: Calls = []
    clients = [world.handler(function).app.store._dynamodb for function in functions]

    def record(model: Any, params: dict[str, Any], **_: Any) -> None:
        body = params["body"]
        seen.append((model.name, json.loads(body if isinstance(body, str) else body.decode())))

    for client in clients:
        client.meta.events.register("before-call.dynamodb.*", record)
    yield seen
    for client in clients:
        client.meta.events.unregister("before-call.dynamodb.*", record)


@pytest.fixture
def calls(world: World) -> Iterator[Calls]:
    """What the usual functions call."""
    functions = (
        "get_license_status",
        "request_license_adjustment",
        "set_user_activation",
        "serve_scim",
    )
    with recorded(world, *functions) as seen:
        yield seen


def test_a_status_read_is_one_round_trip(world: World, calls: Calls) -> None:
    """One consistent BatchGetItem of the clinic and the caller."""
    world.status()
    assert [name for name, _ in calls] == ["BatchGetItem"]
    (request,) = calls[0][1]["RequestItems"].values()
    assert request["ConsistentRead"] is True
    assert len(request["Keys"]) == 2


def test_an_adjustment_is_two_round_trips_and_ten_write_units(world: World, calls: Calls) -> None:
    """Load and commit; and no more with ten open adjustments in the clinic's item."""
    for number in range(12):
        calls.clear()
        assert world.adjust([("add", "therapist", 1)], key=f"k{number}").status == 201
        assert [name for name, _ in calls] == ["BatchGetItem", "TransactWriteItems"]
        assert write_units(calls[1][1]) <= 10
    calls.clear()
    assert world.adjust([("remove", "therapist", 1)], key="release").status == 201
    assert write_units(calls[1][1]) <= 10


def test_a_provider_costs_what_an_activation_costs(world: World, calls: Calls) -> None:
    """Its token is read with the clinic. A new user is looked for and counted, then written."""
    okta = provider(world)
    okta.send("GET", "/Users")
    calls.clear()
    ana = okta.create("never.seen.before@mainstreetpt.example")
    commit = "TransactWriteItems"
    assert [name for name, _ in calls] == ["BatchGetItem", "Query", commit, commit]
    assert write_units(calls[-1][1]) <= 10
    calls.clear()
    okta.patch(ana["id"], {"op": "Replace", "path": "active", "value": "False"})
    assert [name for name, _ in calls] == ["BatchGetItem", commit]
    assert write_units(calls[-1][1]) <= 10


def test_an_activation_is_two_round_trips_in_a_clinic_of_any_size(
    world: World, calls: Calls
) -> None:
    """And at most ten write units: nothing that is read or written grows with the users."""
    ana = world.add_user("Ana Silva")
    calls.clear()
    world.activate(ana["user_id"])
    small = [len(json.dumps(call)) for _, call in calls]
    world.activate(ana["user_id"], active=False)
    for number in range(20):
        world.add_user(f"User Number{number}")
    calls.clear()
    world.activate(ana["user_id"])
    assert [name for name, _ in calls] == ["BatchGetItem", "TransactWriteItems"]
    assert write_units(calls[1][1]) <= 10
    assert [len(json.dumps(call)) for _, call in calls] == pytest.approx(small, abs=16)


def test_unprocessed_keys_are_asked_for_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB may answer a part of a batch only; a status is never built from a part."""
    store = world.handler("get_license_status").app.store
    real = store._dynamodb.batch_get_item
    answers: list[int] = []

    def partial(**request: Any) -> Any:
        ((table, wanted),) = request["RequestItems"].items()
        first, rest = wanted["Keys"][:1], wanted["Keys"][1:]
        answer = real(RequestItems={table: {**wanted, "Keys": first}})
        answers.append(len(first))
        if rest:
            answer["UnprocessedKeys"] = {table: {**wanted, "Keys": rest}}
        return answer

    monkeypatch.setattr(store._dynamodb, "batch_get_item", partial)
    assert world.status()["totals"]["purchased"] == 10
    assert answers == [1, 1]


def test_a_table_without_time_is_given_some(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It answers once somebody has waited; asked again at once it would be busier still."""
    store = world.handler("get_license_status").app.store
    real = store._dynamodb.batch_get_item
    waits: list[float] = []
    patience = [1] * 9

    def busy(**request: Any) -> Any:
        patience.pop()
        if len(waits) < 2:
            return {"Responses": {}, "UnprocessedKeys": request["RequestItems"]}
        return real(**request)

    monkeypatch.setattr(store._dynamodb, "batch_get_item", busy)
    monkeypatch.setattr(conflicts, "time", SimpleNamespace(sleep=waits.append))
    assert world.status()["totals"]["purchased"] == 10
