"""The main job over HTTP: from looking at the licenses to the confirmation in the inbox."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import pytest

from local import inbox
from local.place import Place
from local.stack import Stack
from tests.system.api import Answer, Api, eventually

CLINIC = "/clinics/clinic-main-street"
DANA = "dana.reyes@mainstreetpt.example"
STAFF = "sam.rivera@clinicapp.example"


@pytest.fixture(scope="session")
def api(stack: Stack, id_token: Callable[[str], str]) -> Callable[[str], Api]:
    """The API as an account sees it."""
    return cache(lambda email: Api(stack["api_url"], id_token(email)))


def counts(api: Api, license_type: str) -> tuple[int, int, int]:
    licenses = api.call("GET", f"{CLINIC}/licenses").body["licenses"]
    row = next(row for row in licenses if row["license_type"] == license_type)
    return row["purchased"], row["in_use"], row["available"]


@pytest.mark.usefixtures("fast_clock")
def test_a_user_manager_does_the_main_job(api: Callable[[str], Api], place: Place) -> None:
    """Look, add, make active, make inactive, release; then the invoice and the mail."""
    dana = api(DANA)
    purchased, in_use, available = counts(dana, "therapist")

    added = dana.call(
        "POST",
        f"{CLINIC}/license-adjustments",
        {"lines": [{"action": "add", "license_type": "therapist", "quantity": 2}]},
        key="main-job-add",
    )
    assert added.status == 201, added.text
    assert counts(dana, "therapist") == (purchased + 2, in_use, available + 2)

    new = {
        "name": "Noor Haddad",
        "email": "noor.haddad@mainstreetpt.example",
        "license_type": "therapist",
        "permissions": [],
    }
    user = dana.call("POST", f"{CLINIC}/users", new)
    assert user.status == 201, user.text
    activation = f"{CLINIC}/users/{user.body['user_id']}/activation"
    assert dana.call("PUT", activation, {"active": True}).status == 200
    assert counts(dana, "therapist") == (purchased + 2, in_use + 1, available + 1)

    assert dana.call("PUT", activation, {"active": False}).status == 200
    assert counts(dana, "therapist") == (purchased + 2, in_use, available + 2)

    assert dana.call("PUT", activation, {"active": True}).status == 200
    explanation = "Noor <left> & nobody follows."
    released = dana.call(
        "PUT",
        activation,
        {"active": False, "release_license": {"explanation": explanation}},
        key="main-job-release",
    )
    assert released.status == 200, released.text
    assert counts(dana, "therapist") == (purchased + 1, in_use, available + 1)

    requested = [added.body["adjustment_id"], released.body["adjustment"]["adjustment_id"]]
    for adjustment_id in requested:
        done = eventually(lambda wanted=adjustment_id: confirmed(dana, wanted))  # type: ignore[misc]
        assert done["confirmation"] == "sent"
        assert done["invoiced_at"] is not None

    invoice = dana.call("GET", f"{CLINIC}/invoices/upcoming").body
    amounts = {line["adjustment_id"]: line["amount_cents"] for line in invoice["lines"]}
    assert amounts[requested[0]] > 0 > amounts[requested[1]]
    assert invoice["total_cents"] == sum(line["amount_cents"] for line in invoice["lines"])

    mails = [mail for mail in inbox.messages(place) if requested[1] in mail["BodyText"]]
    assert len(mails) == 1
    assert mails[0]["To"] == [DANA]
    assert explanation in mails[0]["BodyText"]
    assert "Noor &lt;left&gt; &amp; nobody follows." in mails[0]["BodyHtml"]

    history = dana.call("GET", f"{CLINIC}/history").body["history"]
    assert {
        "licenses_adjusted",
        "user_added",
        "user_activated",
        "user_deactivated",
        "adjustment_invoiced",
        "adjustment_confirmed",
    } <= {entry["action"] for entry in history}


def confirmed(dana: Api, adjustment_id: str) -> dict[str, Any] | None:
    """Return the adjustment once its mail has gone out."""
    body: dict[str, Any] = dana.call("GET", f"{CLINIC}/license-adjustments/{adjustment_id}").body
    return body if body["status"] == "confirmed" else None


Write = tuple[str, str, object, str | None]


def repeated(api: Api, *writes: Write) -> list[Answer]:
    """Send each write twice at once and then once more: all answers are one."""

    def send(write: Write) -> Answer:
        method, path, body, key = write
        return api.call(method, path, body, key=key)

    first: list[Answer] = []
    for write in writes:
        with ThreadPoolExecutor(2) as pool:
            parallel = list(pool.map(send, [write] * 2))
        sent = [*parallel, send(write)]
        assert len({answer.text for answer in sent}) == 1, write
        assert {answer.status for answer in sent} <= {200, 201}, sent[0].text
        first.append(sent[0])
    return first


@pytest.mark.usefixtures("slow_clock")
def test_each_managers_write_repeated_has_one_effect(api: Callable[[str], Api]) -> None:
    """The same call again, all at once and later, answers as the first time (I7)."""
    dana = api(DANA)
    before = counts(dana, "assistant")
    add = {"lines": [{"action": "add", "license_type": "assistant", "quantity": 1}]}
    new = {
        "name": "Rae Quinn",
        "email": "rae.quinn@mainstreetpt.example",
        "license_type": "assistant",
        "permissions": [],
    }
    adjusted, second, user = repeated(
        dana,
        ("POST", f"{CLINIC}/license-adjustments", add, "thrice"),
        ("POST", f"{CLINIC}/license-adjustments", add, "thrice-again"),
        ("POST", f"{CLINIC}/users", new, None),
    )
    assert adjusted.body["adjustment_id"] != second.body["adjustment_id"]
    path = f"{CLINIC}/users/{user.body['user_id']}"
    release = {"active": False, "release_license": {"explanation": "Rae left."}}
    cancellation = f"{CLINIC}/license-adjustments/{second.body['adjustment_id']}/cancellation"
    repeated(
        dana,
        ("POST", cancellation, None, None),
        ("PUT", f"{path}/activation", {"active": True}, None),
        ("PATCH", path, {"name": "Rae Quinn Lee"}, None),
        ("PUT", f"{path}/activation", release, "thrice-release"),
    )
    assert counts(dana, "assistant") == before
