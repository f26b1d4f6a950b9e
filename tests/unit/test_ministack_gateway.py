"""Whom the local cloud answers, and how."""

import json
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import pytest
from ministack.services import dynamodb

from docs.template import table_properties
from local import ministack_gateway
from local.ministack_gateway import Growing, is_binary, is_ours, may_call, seeking


@pytest.fixture(autouse=True)
def _port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEWAY_PORT", "4566")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "ours")


@pytest.mark.parametrize("host", ["localhost:4566", "127.0.0.1:4566", "mails.localhost:4566"])
@pytest.mark.parametrize("origin", [None, "http://127.0.0.1:4566", "http://localhost:4566"])
def test_its_own_page_and_tools_are_answered(host: str, origin: str | None) -> None:
    headers = {b"host": host.encode()} | ({b"origin": origin.encode()} if origin else {})
    assert is_ours(headers)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("evil.example:4566", None),
        ("localhost.evil.example:4566", None),
        ("localhost:80", None),
        ("localhost:4566", "https://evil.example"),
        ("localhost:4566", "http://127.0.0.1:8080"),
        ("localhost:4566", "http://localhost.evil.example:4566"),
        ("localhost:4566", "null"),
        ("", None),
    ],
)
def test_another_websites_page_is_refused(host: str, origin: str | None) -> None:
    headers = {b"host": host.encode()} | ({b"origin": origin.encode()} if origin else {})
    assert not is_ours(headers)


@pytest.mark.parametrize("path", ["reset", "config", "ses/messages", "sqs/messages"])
def test_the_emulator_itself_is_only_for_who_has_the_key(path: str) -> None:
    assert may_call(f"/_ministack/{path}", {b"local-key": b"ours"})
    assert not may_call(f"/_ministack/{path}", {b"local-key": b"other"})
    assert not may_call(f"/_ministack/{path}", {})


@pytest.mark.parametrize(
    "path", ["/", "/clinics", "/_ministack/health", "/_ministack/lambda-code/f"]
)
def test_the_rest_is_for_everybody(path: str) -> None:
    assert may_call(path, {})


@pytest.mark.parametrize("view", ["values", "items"])
def test_whoever_walks_through_the_accounts_is_not_ended_by_a_new_one(view: str) -> None:
    accounts = Growing({"ana": {}, "leo": {}})
    walked = 0
    for _ in getattr(accounts, view)():
        accounts[f"new {len(accounts)}"] = {}
        walked += 1
    assert (walked, len(accounts)) == (2, 4)


def test_media_types_are_those_that_the_template_means() -> None:
    """Else a list that is not UTF-8 is spoiled on its way."""
    assert is_binary("text/csv; charset=windows-1252", ["text~1csv"])
    assert not is_binary("application/json", ["text~1csv"])


def test_a_call_waits_for_a_free_process(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([(None, "func_cap"), ("worker", "reused")])

    def worker(name: str, *, max_concurrency: int) -> tuple[str | None, str]:
        assert (name, max_concurrency) == ("update_invoice", ministack_gateway.AT_ONCE)
        return next(answers)

    monkeypatch.setattr(ministack_gateway, "_worker", worker)
    assert ministack_gateway.patient_worker("update_invoice") == ("worker", "reused")


@pytest.fixture
def table() -> Iterator[str]:
    """A table of MiniStack with 7 clinics, each with users and words."""
    name = "table-of-the-gateway"
    dynamodb._create_table({"TableName": name, **table_properties()})
    for number in range(7):
        clinic = {"pk": f"CLINIC#{number}", "sk": "CLINIC", "clinic_id": str(number)}
        user = {"pk": f"CLINIC#{number}", "sk": "USER#ana", "email": "ana@a.example"}
        words = [{"pk": "NAMES#a", "sk": f"NAME#{word}#{number}"} for word in ("ab", "abc", "ac")]
        for plain in (clinic, user, *words):
            item = {key: {"S": value} for key, value in plain.items()}
            assert dynamodb._put_item({"TableName": name, "Item": item})[0] == 200
    yield name
    dynamodb._delete_table({"TableName": name})


def pages(operation: Any, request: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all pages of an answer."""
    found = [json.loads(operation(request)[2])]
    while start := found[-1].get("LastEvaluatedKey"):
        found.append(json.loads(operation({**request, "ExclusiveStartKey": start})[2]))
    return found


ALIKE = {
    "KeyConditionExpression": "pk = :pk AND begins_with(sk, :sk)",
    "ExpressionAttributeValues": {":pk": {"S": "NAMES#a"}, ":sk": {"S": "NAME#ab"}},
}
BY_ADDRESS = {
    "IndexName": "by_email",
    "KeyConditionExpression": "email = :email",
    "ExpressionAttributeValues": {":email": {"S": "ana@a.example"}},
}


@pytest.mark.parametrize("limit", [1, 3, 7, 14, None])
@pytest.mark.parametrize(
    ("operation", "asked", "items"),
    [
        (dynamodb._scan, {"IndexName": "by_clinic"}, 7),
        (dynamodb._scan, {}, 35),
        (dynamodb._query, ALIKE, 14),
        (dynamodb._query, {**ALIKE, "ScanIndexForward": False}, 14),
        (dynamodb._query, BY_ADDRESS, 7),
    ],
)
def test_what_is_sought_by_its_key_is_what_ministack_finds_among_all(
    table: str, operation: FunctionType, asked: dict[str, Any], items: int, limit: int | None
) -> None:
    request = {"TableName": table, **asked, **({"Limit": limit} if limit else {})}
    found = pages(seeking(operation), request)
    assert sum(len(page["Items"]) for page in found) == items
    assert found == pages(operation, request)


def test_only_what_a_key_leads_to_is_looked_at(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the lists of thousands of clinics take several times as long here as on AWS."""
    looked_at: list[Any] = []
    evaluate = dynamodb._evaluate_condition

    def counting(expression: str, item: dict[str, Any], *more: Any, **named: Any) -> Any:
        looked_at.append(item["sk"])
        return evaluate(expression, item, *more, **named)

    monkeypatch.setattr(dynamodb, "_evaluate_condition", counting)
    seeking(dynamodb._query)({"TableName": table, "Limit": 2, **ALIKE})
    assert looked_at == [{"S": "NAME#ab#0"}, {"S": "NAME#ab#1"}]
