"""POST /clinics/{clinic_id}/license-adjustments."""

import json

import pytest

from tests.functions.conftest import World


def test_added_licenses_can_be_used_at_once(world: World) -> None:
    """The counts change with the answer, and the answer says what follows when."""
    answer = world.adjust([("add", "therapist", 2)], key="k1")
    assert answer.status == 201
    body = answer.body
    assert (body["status"], body["confirmation"], body["channel"]) == ("applied", "queued", "api")
    assert body["requested_by"]["name"] == "Dana Reyes"
    assert body["invoice_update_due_at"] < body["confirmation_due_by"]
    assert body["message"].startswith("Done: 2 therapist licenses added. ")
    assert world.counts("therapist") == (7, 1, 6)
    therapist = next(row for row in body["licenses"] if row["license_type"] == "therapist")
    assert therapist["purchased"] == 7


def test_the_message_of_a_release_promises_no_credit_that_is_not_given(world: World) -> None:
    """And a cancelled one says that the licenses are paid for as before."""
    body = world.adjust([("remove", "assistant", 1)], key="k1").body
    assert "Released licenses are no longer billed. " in body["message"]
    undone = world.call("cancel_license_adjustment", adjustment_id=body["adjustment_id"]).body
    assert undone["message"] == (
        "Canceled: release 1 assistant license. Licenses and invoice are as they were."
    )


def test_cannot_release_more_than_available(world: World) -> None:
    """Five purchased, one in use: five cannot be released, four can."""
    before = world.table()
    refused = world.adjust([("remove", "therapist", 5)], key="k1")
    assert (refused.status, refused.code) == (409, "licenses_unavailable")
    assert "4 are available" in refused.body["detail"]
    assert world.table() == before
    assert world.adjust([("remove", "therapist", 4)], key="k2").status == 201
    assert world.counts("therapist") == (1, 1, 0)


def test_one_unavailable_line_refuses_the_whole_request(world: World) -> None:
    """All lines are applied, or none."""
    before = world.table()
    refused = world.adjust([("add", "therapist", 3), ("remove", "billing", 2)], key="k1")
    assert refused.code == "licenses_unavailable"
    assert world.table() == before


def test_the_same_request_again_gets_the_same_answer_and_changes_nothing(world: World) -> None:
    """A key repeats the answer, also when the adjustment has moved on since."""
    first = world.adjust([("add", "therapist", 2)], key="k1")
    before = world.table()
    again = world.adjust([("add", "therapist", 2)], key="k1")
    assert (again.status, again.text, again.headers) == (first.status, first.text, first.headers)
    assert world.table() == before
    world.invoke("update_invoice", {k: first.body[k] for k in ("clinic_id", "adjustment_id")})
    assert world.adjust([("add", "therapist", 2)], key="k1").text == first.text


def test_a_key_does_not_serve_another_request(world: World) -> None:
    """The same key with another body is a mistake of the caller, who is told."""
    world.adjust([("add", "therapist", 2)], key="k1")
    reused = world.adjust([("add", "therapist", 3)], key="k1")
    assert (reused.status, reused.code) == (422, "idempotency_key_reused")
    assert world.counts("therapist")[0] == 7


def test_the_spelling_of_a_body_does_not_make_it_another_request(world: World) -> None:
    """Order of fields and white space do not count; 2.0 is 2."""
    first = world.adjust([("add", "therapist", 2)], key="k1")
    raw = '{ "lines": [{"quantity": 2.0, "license_type": "therapist", "action": "add"}] }'
    again = world.call("request_license_adjustment", key="k1", raw_body=raw)
    assert again.text == first.text


def test_two_callers_may_use_the_same_key(world: World) -> None:
    """Keys are scoped to clinic, caller and operation."""
    body = {"lines": [{"action": "add", "license_type": "therapist", "quantity": 1}]}
    for who in ("dana", "pat"):
        answer = world.call(
            "request_license_adjustment", who=who, clinic="clinic-lakeside", key="k1", body=body
        )
        assert answer.status == 201
    assert world.counts("therapist", "clinic-lakeside")[0] == 7


def test_a_key_is_required(world: World) -> None:
    """Without a key a lost answer could not be asked for again."""
    for key in ("", "k\n", "clé", "k" * 256):
        refused = world.adjust([("add", "therapist", 1)], key=key)
        assert (refused.status, refused.code) == (400, "malformed_request")
    missing = world.call(
        "request_license_adjustment",
        body={"lines": [{"action": "add", "license_type": "therapist", "quantity": 1}]},
        headers={"Idempotency-Key": None},
    )
    assert (missing.status, missing.code) == (400, "idempotency_key_missing")


def test_a_release_needs_an_explanation(world: World) -> None:
    """Three visible characters at least; additions need none."""
    lines = [{"action": "remove", "license_type": "therapist", "quantity": 1}]
    for explanation in ({}, {"explanation": None}, {"explanation": " a b "}):
        refused = world.call(
            "request_license_adjustment", key="k1", body={"lines": lines, **explanation}
        )
        assert (refused.status, refused.code) == (422, "validation_failed")
        assert refused.body["errors"][0]["field"] == "explanation"


def test_if_match_refuses_what_was_decided_on_an_older_version(world: World) -> None:
    """The entity tag is the clinic's version; a replay is answered before it is compared."""
    etag = world.call("get_license_status").headers["ETag"]
    body = {"lines": [{"action": "add", "license_type": "therapist", "quantity": 1}]}
    first = world.call(
        "request_license_adjustment", key="k1", body=body, headers={"If-Match": etag}
    )
    assert first.status == 201
    stale = world.call(
        "request_license_adjustment", key="k2", body=body, headers={"If-Match": etag}
    )
    assert (stale.status, stale.code) == (412, "precondition_failed")
    replay = world.call(
        "request_license_adjustment", key="k1", body=body, headers={"If-Match": etag}
    )
    assert replay.text == first.text


def test_every_change_has_a_history_record(world: World) -> None:
    """Who, when, by which channel, before, after, why."""
    world.adjust([("remove", "therapist", 1)], key="k1")
    newest = world.call("list_history").body["history"][0]
    assert newest["action"] == "licenses_adjusted"
    assert newest["actor"]["name"] == "Dana Reyes"
    assert newest["channel"] == "api"
    assert newest["before"] == {"therapist": {"purchased": 5, "in_use": 1}}
    assert newest["after"] == {"therapist": {"purchased": 4, "in_use": 1}}
    assert newest["why"] == "They left the clinic."


def test_a_browser_is_known_as_the_web(world: World) -> None:
    """Browsers say where a request comes from; scripts do not."""
    body = {"lines": [{"action": "add", "license_type": "therapist", "quantity": 1}]}
    answer = world.call(
        "request_license_adjustment",
        key="k1",
        body=body,
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.body["channel"] == "web"


@pytest.mark.parametrize(
    ("quantity", "status"),
    [
        ("1", 201),
        ("50", 201),
        ("5.0", 201),
        ("0", 422),
        ("51", 422),
        ("-1", 422),
        ("-0", 422),
        ("-0.0", 422),
        ("1.5", 422),
        ("1e30", 422),
        ("1e400", 422),
        ("true", 422),
        ('"5"', 422),
        ("null", 422),
        ("[]", 422),
        ("NaN", 400),
        ("Infinity", 400),
        ("9" * 5000, 400),
    ],
)
def test_a_quantity_is_a_whole_number_from_1_to_50(
    world: World, quantity: str, status: int
) -> None:
    """Everything else is a clear problem, and changes nothing."""
    raw = f'{{"lines":[{{"action":"add","license_type":"therapist","quantity":{quantity}}}]}}'
    before = world.table()
    answer = world.call("request_license_adjustment", key="k1", raw_body=raw)
    assert answer.status == status
    if status == 422:
        assert answer.code == "validation_failed"
        assert answer.body["errors"][0]["field"] == "lines[0].quantity"
    if status == 400:
        assert answer.code == "malformed_request"
    assert (world.table() == before) == (status != 201)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "lines"),
        ({"lines": []}, "lines"),
        ({"lines": {}}, "lines"),
        ({"lines": [1]}, "lines[0]"),
        ({"lines": [{}]}, "lines[0].action"),
        (
            {"lines": [{"action": "add", "license_type": "janitor", "quantity": 1}]},
            "lines[0].license_type",
        ),
        (
            {"lines": [{"action": "drop", "license_type": "therapist", "quantity": 1}]},
            "lines[0].action",
        ),
        (
            {"lines": [{"action": "add", "license_type": "therapist", "quantity": 1, "price": 0}]},
            "lines[0].price",
        ),
        ({"lines": [{"action": "add", "license_type": "therapist", "quantity": 1}] * 2}, "lines"),
        (
            {
                "lines": [{"action": "add", "license_type": "therapist", "quantity": 1}],
                "clinic_id": "x",
            },
            "clinic_id",
        ),
        (
            {
                "lines": [{"action": "add", "license_type": "therapist", "quantity": 1}],
                "priced_at": "yesterday",
            },
            "priced_at",
        ),
        (
            {
                "lines": [{"action": "remove", "license_type": "therapist", "quantity": 1}],
                "explanation": "left\u202eover",
            },
            "explanation",
        ),
        (
            {
                "lines": [{"action": "remove", "license_type": "therapist", "quantity": 1}],
                "explanation": "x" * 1001,
            },
            "explanation",
        ),
    ],
)
def test_a_wrong_field_is_named(world: World, body: object, field: str) -> None:
    """A problem says which field is wrong and what to do."""
    before = world.table()
    refused = world.call("request_license_adjustment", key="k1", body=body)
    assert (refused.status, refused.code) == (422, "validation_failed")
    assert field in [entry["field"] for entry in refused.body["errors"]]
    assert all(entry["message"].endswith(".") for entry in refused.body["errors"])
    assert world.table() == before


def test_a_lone_surrogate_is_refused(world: World) -> None:
    """JSON can write half a character, which no table can store."""
    raw = (
        '{"lines":[{"action":"remove","license_type":"therapist","quantity":1}],'
        '"explanation":"gone \\ud800 away"}'
    )
    refused = world.call("request_license_adjustment", key="k1", raw_body=raw)
    assert (refused.status, refused.code) == (422, "validation_failed")


@pytest.mark.parametrize(
    ("raw", "code", "status"),
    [
        ("", "malformed_request", 400),
        ("{", "malformed_request", 400),
        ("[]", "malformed_request", 400),
        ("null", "malformed_request", 400),
        ('"text"', "malformed_request", 400),
        ('{"a": 1, "a": 2}', "malformed_request", 400),
        ('{"\\ud800": 1}', "malformed_request", 400),
        ("[" * 100_000, "payload_too_large", 413),
        ("[" * 10_000, "malformed_request", 400),
        ('{"lines":' * 30 + "1" + "}" * 30, "malformed_request", 400),
        (" " * 70_000, "payload_too_large", 413),
    ],
)
def test_what_is_no_json_object_is_refused(world: World, raw: str, code: str, status: int) -> None:
    """Nothing that a body can hold ends as a server error."""
    refused = world.call("request_license_adjustment", key="k1", raw_body=raw)
    assert (refused.status, refused.code) == (status, code)


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "multipart/form-data", "application/json; charset=latin-1", "json"],
)
def test_only_json_is_read(world: World, content_type: str | None) -> None:
    """Another content type is answered with 415, also those that libraries trip over."""
    refused = world.call(
        "request_license_adjustment", key="k1", body={}, headers={"Content-Type": content_type}
    )
    assert (refused.status, refused.code) == (415, "unsupported_media_type")


def test_a_body_that_is_not_utf_8_is_refused(world: World) -> None:
    """The gateway hands bytes over in base64."""
    refused = world.call("request_license_adjustment", key="k1", raw_body="/w==", base64=True)
    assert (refused.status, refused.code) == (400, "malformed_request")
    broken = world.call("request_license_adjustment", key="k1", raw_body="*", base64=True)
    assert broken.code == "malformed_request"


def test_no_list_in_the_clinics_item_grows_with_time(world: World) -> None:
    """Only the newest ten open adjustments are named; more are counted."""
    for number in range(12):
        assert world.adjust([("add", "therapist", 1)], key=f"k{number}").status == 201
    opened = world.status()["open_adjustments"]
    assert opened["count"] == 12
    assert len(opened["newest"]) == 10
    ids = [entry["adjustment_id"] for entry in opened["newest"]]
    assert ids == sorted(ids, reverse=True)
    clinic = world.items(begins="CLINIC")[0]
    assert len(json.dumps(clinic)) < 4000
