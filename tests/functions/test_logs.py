"""Logs are JSON and hold ids only: no names, addresses, tokens, keys or texts."""

import io
import json

import pytest

from licensing.adapters.telemetry import logger
from tests.functions.conftest import World
from tests.functions.scim import provider

PRIVATE = ("Silva", "Reyes", "mainstreetpt", "secret-key", "terrible rash", "Bearer")


def test_no_log_line_holds_personal_data(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Good requests, refused ones, broken ones and the workflow's tasks."""
    written = io.StringIO()
    monkeypatch.setattr(logger.handlers[0], "stream", written)
    world.add_user("Ana Silva", active=True)
    world.activate("nobody")
    why = "Ana Silva has a terrible rash."
    less = [("remove", "therapist", 1)]
    done = world.adjust(less, key="secret-key", explanation=why).body
    world.adjust(less, key="secret-key", explanation=why * 2)
    world.call("request_license_adjustment", key="k", raw_body='{"explanation": "terrible rash"')
    world.call("add_user", body={"name": "Ana Silva", "email": "not an address"})
    world.call("get_license_status", who=None)
    task = {"clinic_id": done["clinic_id"], "adjustment_id": done["adjustment_id"]}
    world.invoke("update_invoice", task)
    world.invoke("send_confirmation", task)
    store = world.handler("get_license_status").app.store

    def broken(**_: object) -> None:
        raise RuntimeError("something unforeseen")

    with monkeypatch.context() as patch:
        patch.setattr(store._dynamodb, "batch_get_item", broken)
        failed = world.call("get_license_status")
        assert failed.code == "internal_error"
        assert failed.body["request_id"] in failed.body["detail"]

    logged = written.getvalue().splitlines()
    assert len(logged) >= 8
    for line in logged:
        assert json.loads(line)["level"]
        for private in PRIVATE:
            assert private not in line
    assert any(done["adjustment_id"] in line for line in logged)
    assert sum(json.loads(line).get("clinic_id") == done["clinic_id"] for line in logged) >= 8


def test_what_a_function_logs_is_found_by_the_id_that_its_answer_tells(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda's own id of the invocation is in no answer and in no access log."""
    written = io.StringIO()
    monkeypatch.setattr(logger.handlers[0], "stream", written)
    answer = world.call("list_users", clinic="clinic-nowhere")
    logged = [json.loads(line) for line in written.getvalue().splitlines()]
    assert {line["request_id"] for line in logged} == {answer.body["request_id"]}


def test_a_refusal_is_logged_with_the_status_of_its_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the protocol has another one for it."""
    okta = provider(world)
    written = io.StringIO()
    monkeypatch.setattr(logger.handlers[0], "stream", written)
    refused = okta.send("GET", "/Groups")
    (line,) = map(json.loads, written.getvalue().splitlines())
    assert line["status"] == refused.status == 404
