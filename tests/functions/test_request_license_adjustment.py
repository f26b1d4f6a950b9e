"""POST /clinics/{clinic_id}/license-adjustments."""

from tests.functions.conftest import OTHER_CLINIC, World


def test_added_licenses_can_be_used_at_once(world: World) -> None:
    """The counts change with the answer, and the answer says what follows when."""
    answer = world.adjust([("add", "therapist", 2)], key="k1")
    assert answer.status == 201
    body = answer.body
    assert (body["status"], body["confirmation"], body["channel"]) == ("applied", "queued", "api")
    # Relative, so that it holds at each address that the API may have.
    assert answer.headers["Location"] == f"license-adjustments/{body['adjustment_id']}"
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


def test_no_confirmation_waits_for_what_was_cancelled(world: World) -> None:
    body = world.adjust([("add", "assistant", 1)], key="k1").body
    undone = world.call("cancel_license_adjustment", adjustment_id=body["adjustment_id"]).body
    (told,) = world.read("get_clinic_state", who="staff")["confirmations"]
    assert (undone["confirmation"], told["confirmation"]) == (None, None)


def test_the_same_request_again_gets_the_same_answer_and_changes_nothing(world: World) -> None:
    """A key repeats the answer, also when the adjustment has moved on since."""
    first = world.adjust([("add", "therapist", 2)], key="k1")
    before = world.table()
    again = world.adjust([("add", "therapist", 2)], key="k1")
    assert (again.status, again.text, again.headers) == (first.status, first.text, first.headers)
    assert world.table() == before
    world.invoiced(first.body)
    assert world.adjust([("add", "therapist", 2)], key="k1").text == first.text


def test_a_key_does_not_serve_another_request(world: World) -> None:
    """The same key with another body is a mistake of the caller, who is told."""
    world.adjust([("add", "therapist", 2)], key="k1")
    reused = world.adjust([("add", "therapist", 3)], key="k1")
    assert (reused.status, reused.code) == (422, "idempotency_key_reused")
    assert world.counts("therapist")[0] == 7


def test_two_callers_may_use_the_same_key(world: World) -> None:
    """Keys are scoped to clinic, caller and operation."""
    for who in ("dana", "pat"):
        answer = world.adjust([("add", "therapist", 1)], key="k1", who=who, clinic=OTHER_CLINIC)
        assert answer.status == 201
    assert world.counts("therapist", OTHER_CLINIC)[0] == 7


def test_a_browser_is_known_as_the_web(world: World) -> None:
    """Browsers say where a request comes from; scripts do not."""
    browser: dict[str, str | None] = {"Sec-Fetch-Site": "same-origin"}
    answer = world.adjust([("add", "therapist", 1)], key="k1", headers=browser)
    assert answer.body["channel"] == "web"
