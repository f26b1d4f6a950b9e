"""The main job over HTTP: from looking at the licenses to the confirmation in the inbox."""

import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from local import inbox
from local.place import Place
from local.stack import Stack
from tests.system.api import Answer, Api, eventually

CLINIC = "/clinics/clinic-main-street"
DANA = "dana.reyes@mainstreetpt.example"
PAT = "pat.cole@lakesiderehab.example"
STAFF = "sam.rivera@clinicapp.example"
MEMBER = "jordan.blake@mainstreetpt.example"


@pytest.fixture(scope="session")
def api(stack: Stack, id_token: Callable[[str], str]) -> Callable[[str | None], Api]:
    """The API as an account sees it."""
    tokens: dict[str, str] = {}

    def signed_in(email: str | None) -> Api:
        if email is None:
            return Api(stack["api_url"], None)
        if email not in tokens:
            tokens[email] = id_token(email)
        return Api(stack["api_url"], tokens[email])

    return signed_in


def counts(api: Api, license_type: str) -> tuple[int, int, int]:
    """Return purchased, in use and available."""
    licenses = api.call("GET", f"{CLINIC}/licenses").body["licenses"]
    row = next(row for row in licenses if row["license_type"] == license_type)
    return row["purchased"], row["in_use"], row["available"]


def test_a_user_manager_does_the_main_job(api: Callable[[str | None], Api], place: Place) -> None:
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


def test_a_status_read_is_answered_by_304_until_something_changes(
    api: Callable[[str | None], Api],
) -> None:
    """The page never needs a reload, and an unchanged status costs next to nothing."""
    pat = api(PAT)
    status = pat.call("GET", "/clinics/clinic-lakeside/licenses")
    etag = status.headers["etag"]
    again = pat.call("GET", "/clinics/clinic-lakeside/licenses", If_None_Match=etag)
    assert (again.status, again.text) == (304, "")
    pat.call(
        "POST",
        "/clinics/clinic-lakeside/license-adjustments",
        {"lines": [{"action": "add", "license_type": "billing", "quantity": 1}]},
        key="etag",
    )
    changed = pat.call("GET", "/clinics/clinic-lakeside/licenses", If_None_Match=etag)
    assert changed.status == 200
    assert changed.headers["etag"] != etag


@pytest.mark.usefixtures("slow_clock")
def test_a_cancelled_adjustment_is_never_billed(api: Callable[[str | None], Api]) -> None:
    """Its workflow ends quietly."""
    dana = api(DANA)
    added = dana.call(
        "POST",
        f"{CLINIC}/license-adjustments",
        {"lines": [{"action": "add", "license_type": "billing", "quantity": 1}]},
        key="cancelled",
    ).body
    path = f"{CLINIC}/license-adjustments/{added['adjustment_id']}"
    cancelled = dana.call("POST", f"{path}/cancellation")
    assert (cancelled.status, cancelled.body["status"]) == (200, "cancelled")
    assert dana.call("POST", f"{path}/cancellation").text == cancelled.text
    invoice = dana.call("GET", f"{CLINIC}/invoices/upcoming").body
    assert added["adjustment_id"] not in {line["adjustment_id"] for line in invoice["lines"]}


def test_the_gateway_refuses_what_is_no_id_token(
    api: Callable[[str | None], Api], stack: Stack, id_token: Callable[[str], str]
) -> None:
    """No token, garbage, a tampered one: 401 before any function runs."""
    good = id_token(DANA)
    head, payload, signature = good.split(".")
    tampered = ".".join(
        [head, payload[:-4] + ("AAAA" if payload[-4:] != "AAAA" else "BBBB"), signature]
    )
    unsigned = f"{payload}."
    for token in (None, "garbage", tampered, unsigned):
        refused = Api(stack["api_url"], token).call("GET", f"{CLINIC}/licenses")
        assert refused.status == 401, token
    assert api(DANA).call("GET", f"{CLINIC}/licenses").status == 200


def test_an_access_token_is_not_an_id_token(stack: Stack, clients: Any) -> None:
    """The emulator's gateway lets it through, the function does not."""
    account = next(entry for entry in stack["accounts"] if entry["email"] == DANA)
    tokens = clients.cognito().initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=stack["user_pool_client_id"],
        AuthParameters={"USERNAME": DANA, "PASSWORD": account["password"]},
    )["AuthenticationResult"]
    refused = Api(stack["api_url"], tokens["AccessToken"]).call("GET", f"{CLINIC}/licenses")
    assert refused.status == 401


@pytest.mark.parametrize("clinic", ["clinic-main-street", "clinic-nowhere"])
def test_foreign_and_unknown_clinics_answer_alike(
    api: Callable[[str | None], Api], clinic: str
) -> None:
    """Pat manages the other clinic only."""
    refused = api(PAT).call("GET", f"/clinics/{clinic}/licenses")
    assert (refused.status, refused.body["code"]) == (404, "not_found")
    assert refused.body["detail"] == api(PAT).call("GET", "/clinics/none/licenses").body["detail"]


def test_a_plain_member_reads_and_does_not_write(api: Callable[[str | None], Api]) -> None:
    """And staff read every clinic but act for none."""
    body = {"lines": [{"action": "add", "license_type": "billing", "quantity": 1}]}
    for who in (MEMBER, STAFF):
        assert api(who).call("GET", f"{CLINIC}/licenses").status == 200
        refused = api(who).call("POST", f"{CLINIC}/license-adjustments", body, key="no")
        assert (refused.status, refused.body["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("raw", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"lines": NaN}', "application/json", 400),
        (b"[" * 9000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "multipart/form-data", 415),
        (b'{"lines": "' + b"x" * 70_000 + b'"}', "application/json", 413),
        (b'{"lines": []}', "application/json", 422),
    ],
)
def test_no_body_ends_as_a_server_error(
    api: Callable[[str | None], Api], raw: bytes, content_type: str, status: int
) -> None:
    """Every refusal is a problem that says what to do."""
    refused = api(DANA).call(
        "POST",
        f"{CLINIC}/license-adjustments",
        raw=raw,
        key="bad",
        Content_Type=content_type,
    )
    assert refused.status == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.body["detail"].endswith(".")


Write = tuple[str, str, object, str | None]


def repeated(api: Api, *writes: Write) -> list[Answer]:
    """Send each write three times at once and three times in turn: all answers are one."""

    def send(write: Write) -> Answer:
        method, path, body, key = write
        return api.call(method, path, body, key=key)

    first: list[Answer] = []
    for write in writes:
        with ThreadPoolExecutor(3) as pool:
            parallel = list(pool.map(send, [write] * 3))
        sent = [*parallel, *(send(write) for _ in range(3))]
        assert len({answer.text for answer in sent}) == 1, write
        assert {answer.status for answer in sent} <= {200, 201}, sent[0].text
        first.append(sent[0])
    return first


@pytest.mark.usefixtures("slow_clock")
def test_each_managers_write_repeated_has_one_effect(api: Callable[[str | None], Api]) -> None:
    """The same call again, in turn and all at once, answers as the first time (I7)."""
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


def test_each_staff_write_repeated_has_one_effect(api: Callable[[str | None], Api]) -> None:
    """Registering, changing and clearing are known again too."""
    registration = {
        "name": "Harbor Rehab",
        "time_zone": "America/Chicago",
        "currency": "USD",
        "billing_day": 31,
        "licenses": [{"license_type": "therapist", "purchased": 2, "unit_price_cents": 4900}],
        "user_managers": [
            {"name": "Kit Long", "email": "kit@harbor.example", "license_type": "therapist"}
        ],
    }
    price = {"prices": [{"license_type": "therapist", "unit_price_cents": 5900}]}
    registered, changed, _ = repeated(
        api(STAFF),
        ("PUT", "/clinics/clinic-harbor", registration, None),
        ("PATCH", "/clinics/clinic-harbor", price, None),
        ("DELETE", "/suppressed-addresses/kit@harbor.example", None, None),
    )
    assert registered.body["licenses"][0]["in_use"] == 1
    assert changed.body["coming_prices"][0]["unit_price_cents"] == 5900
    history = api(STAFF).call("GET", "/clinics/clinic-harbor/history").body["history"]
    assert [entry["action"] for entry in history] == ["clinic_changed", "clinic_registered"]
    other = registration | {"name": "Another"}
    refused = api(STAFF).call("PUT", "/clinics/clinic-harbor", other)
    assert (refused.status, refused.body["code"]) == (409, "clinic_exists")


def test_the_page_is_served_at_the_root(stack: Stack) -> None:
    """Without signing in, with a strict policy."""
    with urllib.request.urlopen(stack["api_url"], timeout=30) as page:  # noqa: S310 loopback
        assert page.headers["Content-Type"].startswith("text/html")
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "<main" in page.read().decode()
