"""Whom the local cloud answers."""

import pytest

from local import ministack_gateway
from local.ministack_gateway import Growing, is_binary, is_ours, may_call


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
