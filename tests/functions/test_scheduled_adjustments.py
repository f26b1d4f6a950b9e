"""License adjustments for a later day, from the request to the mail."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from licensing.domain.clinics import MOST_SCHEDULED
from licensing.domain.in_words import day_in_words
from tests.functions.conftest import CLINIC, MACHINES, World, today
from tests.functions.mailing import words_of
from tests.functions.scim import provider

TODAY = datetime.now(UTC).date()
"""Before New York's next midnight a clinic there is at most a day behind."""
SOON = (TODAY + timedelta(days=3)).isoformat()


def schedule(world: World, *lines: tuple[str, str, int], key: str = "k1", on: str = SOON) -> Any:
    """Ask for a change on a later day."""
    return world.adjust(list(lines), key=key, effective_on=on)


def apply(world: World, adjustment: Any) -> str:
    """Let the workflow find that the day has come."""
    task = {"clinic_id": CLINIC, "adjustment_id": adjustment["adjustment_id"]}
    outcome: str = world.invoke("apply_scheduled_adjustment", task)["outcome"]
    return outcome


def test_it_waits_for_its_day_and_goes_on_from_there(world: World) -> None:
    answer = schedule(world, ("add", "therapist", 2))
    assert answer.status == 201
    asked = answer.body
    assert (asked["status"], asked["confirmation"]) == ("scheduled", "queued")
    assert asked["applies_at"][:10] == SOON
    day = day_in_words(TODAY + timedelta(days=3))
    assert asked["message"].startswith(f"Scheduled for {day}: 2 therapist licenses to be added. ")
    assert world.counts("therapist") == (5, 1, 4)
    assert world.status()["scheduled_adjustments"] == [
        {
            "adjustment_id": asked["adjustment_id"],
            "applies_at": asked["applies_at"],
            "changes": [{"license_type": "therapist", "change": 2}],
            "starts_user_id": None,
        }
    ]

    assert [apply(world, asked), apply(world, asked)] == ["applied", "applied"]
    assert world.counts("therapist") == (7, 1, 6)
    assert world.status()["scheduled_adjustments"] == []
    done = world.adjustment(asked)
    assert (done["status"], done["requested_at"]) == ("applied", asked["requested_at"])
    assert done["invoice_update_due_at"] == asked["invoice_update_due_at"] > asked["applies_at"]
    actions = [entry["action"] for entry in world.listed("list_history")]
    assert actions[:2] == ["licenses_adjusted", "adjustment_scheduled"]


def test_who_is_made_active_after_midnight_finds_it_applied(world: World) -> None:
    """Nobody is refused a license that is there since the day began."""
    world.add_user("Bo", "billing", active=True)
    cy = world.add_user("Cy", "billing")["user_id"]
    assert world.activate(cy).code == "licenses_unavailable"
    schedule(world, ("add", "billing", 1))
    with world.later("set_user_activation", days=4):
        assert world.activate(cy).status == 200
    assert world.counts("billing") == (2, 2, 0)


def by_provider(world: World) -> bool:
    waiting = world.status()["scheduled_adjustments"]
    okta = provider(world, name=f"Okta {len(waiting)}")
    return okta.send("POST", "/Users", {"userName": "cy@a.example"}).status == 201


def by_list(world: World) -> bool:
    rows = "name,email,license_type,active,permissions\nCy,cy@a.example,therapist,true,"
    tried = world.call("import_users", raw_body=rows, query={"dry_run": "true"})
    done = world.call("import_users", raw_body=rows, query={"on_error": "stop"})
    return bool(tried.body["added"] == done.body["added"] == 1 and done.body["applied"])


def by_staff(world: World) -> bool:
    body = {"name": "Cy", "email": "cy@a.example", "license_type": "therapist", "reason": "Gone."}
    return world.call("name_user_manager", who="staff", body=body).status == 201


@pytest.mark.parametrize(
    ("function", "comes"),
    [("serve_scim", by_provider), ("import_users", by_list), ("name_user_manager", by_staff)],
)
def test_who_comes_after_midnight_finds_it_applied(
    world: World, function: str, comes: Callable[[World], bool]
) -> None:
    """By an identity provider, a list, or the vendor's staff."""
    world.adjust([("remove", "therapist", 4)], key="all others")
    assert not comes(world)
    schedule(world, ("add", "therapist", 1))
    with world.later(function, days=4):
        assert comes(world)
    assert world.counts("therapist") == (2, 2, 0)


def test_a_place_that_the_day_frees_is_free_after_midnight(world: World) -> None:
    for number in range(MOST_SCHEDULED):
        schedule(world, ("add", "therapist", 1), key=str(number))
    with world.later("add_user", days=4):
        assert world.add_user("Cy", starts_on=(TODAY + timedelta(days=9)).isoformat())["starts_at"]


def test_it_can_be_cancelled_and_listed(world: World) -> None:
    asked = schedule(world, ("add", "therapist", 2)).body
    (one,) = world.listed("list_license_adjustments", query={"status": "scheduled"})
    assert one["adjustment_id"] == asked["adjustment_id"]
    cancelled = world.call("cancel_license_adjustment", adjustment_id=asked["adjustment_id"])
    assert cancelled.body["status"] == "cancelled"
    assert apply(world, asked) == "cancelled"
    assert world.status()["scheduled_adjustments"] == []


def test_a_release_that_finds_too_few_available_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = schedule(world, ("remove", "assistant", 2)).body
    assert world.adjust([("remove", "assistant", 1)], key="k2").status == 201
    before = world.counts("assistant")
    assert apply(world, asked) == "lapsed"
    assert world.counts("assistant") == before
    lapsed = world.adjustment(asked)
    assert lapsed["lapsed_because"] == (
        "2 assistant licenses were to be released, but 1 was available."
    )

    sent = world.sent_by("send_confirmation", monkeypatch)
    task = {"clinic_id": CLINIC, "adjustment_id": asked["adjustment_id"]}
    for _ in range(2):
        assert world.invoke("send_confirmation", task) == {"outcome": "sent"}
    assert len(sent) == 1
    assert "Not made: release 2 assistant licenses" in str(sent[0])
    told = world.adjustment(asked)
    assert (told["status"], told["confirmation"]) == ("lapsed", "sent")


def test_a_release_that_would_lapse_is_foretold_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In time to make somebody inactive; to each User Manager, by the stream."""
    asked = schedule(world, ("remove", "assistant", 2)).body
    assert world.adjust([("remove", "assistant", 1)], key="k2").status == 201
    cause = f"lapse_{asked['adjustment_id']}"
    day = datetime.fromisoformat(asked["applies_at"])
    for _ in range(2):
        world.reconcile(day - timedelta(hours=20))
    (notice,) = [item for item in world.table() if item["pk"]["S"].endswith(cause)]
    assert notice["pk"]["S"] == f"NOTICE#{CLINIC}#{cause}"

    sent = world.sent_by("send_notice", monkeypatch)
    world.invoke("send_notice", {"clinic_id": CLINIC, "cause": cause})
    assert "2 assistant licenses are to be released, but 1 is" in words_of(sent[0])


def test_the_preview_of_it_counts_what_is_scheduled_before(world: World) -> None:
    lines = [{"action": "remove", "license_type": "therapist", "quantity": 5}]
    body = {"lines": lines, "effective_on": "renewal"}
    alone = world.call("preview_license_adjustment", body=body).body
    assert alone["would_lapse"] == ("5 therapist licenses are to be released, but 4 are available.")
    assert schedule(world, ("add", "therapist", 1)).status == 201
    preview = world.call("preview_license_adjustment", body=body).body
    assert preview["would_lapse"] is None
    assert preview["invoice_lines"] == []
    before, after = (
        next(row for row in preview[name] if row["license_type"] == "therapist")
        for name in ("licenses_before", "licenses_after")
    )
    assert (before["purchased"], after["purchased"]) == (6, 1)
    assert preview["monthly_change_cents"] == -5 * before["unit_price_cents"]
    assert preview["applies_at"][:10] == preview["next_invoice_on"]
    changed = preview["next_invoice_total_cents"] - preview["next_invoice_total_before_cents"]
    assert changed == preview["monthly_change_cents"]


def test_the_stream_starts_its_wait_and_then_its_invoice(world: World) -> None:
    """One execution of each state machine, however often it is delivered."""
    asked = schedule(world, ("add", "therapist", 1)).body
    deliver(world)
    assert waits(world, asked) == ["ScheduledAdjustment"]
    apply(world, asked)
    deliver(world)
    deliver(world)
    assert sorted(waits(world, asked)) == ["InvoiceUpdate", "ScheduledAdjustment"]


def test_the_night_before_starts_the_wait_that_is_missing(world: World) -> None:
    """Once, however often it runs; not while there is another night."""
    asked = schedule(world, ("add", "therapist", 1)).body
    day = datetime.fromisoformat(asked["applies_at"])
    world.reconcile(day - timedelta(hours=30))
    assert waits(world, asked) == []
    for _ in range(2):
        world.reconcile(day - timedelta(hours=20))
    assert waits(world, asked) == ["ScheduledAdjustment"]


def test_what_may_outlive_an_execution_is_left_to_the_night_before(world: World) -> None:
    """A year is as long as one lives; twelve months across a leap day are longer."""
    asked = schedule(world, ("add", "therapist", 1), on=today(365)).body
    # In the last hour of today that midnight is 364 days away, and less where clocks change.
    with world.later("start_workflows", days=-2):
        deliver(world)
    assert waits(world, asked) == []
    world.reconcile(datetime.fromisoformat(asked["applies_at"]) - timedelta(hours=20))
    assert waits(world, asked) == ["ScheduledAdjustment"]


def deliver(world: World) -> None:
    """Deliver the stream's record of the one adjustment as it is."""
    (image,) = world.items(begins="ADJUSTMENT#")
    world.stream(image)


def waits(world: World, adjustment: Any) -> list[str]:
    """Return the state machines that were started for the adjustment."""
    return [
        run.machine.removeprefix(MACHINES)
        for run in world.cloud.executions.values()
        if run.name == adjustment["adjustment_id"]
    ]
