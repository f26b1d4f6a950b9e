"""What history says of a change."""

from dataclasses import replace

from licensing.domain.adjustments import Status
from licensing.domain.beside import History
from licensing.domain.changes import ReplaceClinic
from licensing.domain.history import (
    Event,
    adjustment_event,
    cancellation_event,
    history_of,
    replace_clinic,
    switched_event,
    token_facts,
    told_before,
    user_event,
    user_facts,
)
from licensing.domain.ids import moment_of
from licensing.domain.provisioning_tokens import ProvisioningToken
from tests.unit.domain.builders import (
    BEGIN,
    DANA,
    END,
    HALF,
    THERAPIST,
    add,
    clinic,
    license,
    requested,
    user,
)

RENAMED = Event("renamed", "main-street", {"name": "Main"}, {"name": "Main Street"}, "it moved")


def test_a_record_is_of_the_moment_at_which_the_clinic_changed() -> None:
    record = history_of(clinic(updated_at=HALF), RENAMED, DANA)

    assert moment_of(record.history_id) == HALF
    assert record == History(
        "main-street",
        record.history_id,
        HALF,
        "renamed",
        DANA,
        "main-street",
        {"name": "Main"},
        {"name": "Main Street"},
        "it moved",
    )


def test_what_no_rule_has_dated_is_dated_now() -> None:
    before = clinic(name="Main", updated_at=BEGIN)

    change = replace_clinic(before, clinic(updated_at=BEGIN), RENAMED, actor=DANA, now=HALF)

    after = clinic(updated_at=HALF)
    assert change == ReplaceClinic(before, after, change.history, None)
    assert change.history == history_of(after, RENAMED, DANA)._replace(
        history_id=change.history.history_id
    )


def test_a_change_notes_that_few_licenses_are_left() -> None:
    before = clinic(license(5, 2), few_levels={THERAPIST: (2,)})
    after = before.with_license(THERAPIST, license(5, 3))

    change = replace_clinic(before, after, RENAMED, actor=DANA, now=HALF)

    assert change.after.few_due == {THERAPIST: (3, 2)}


def test_a_change_may_rely_on_the_user_who_made_it() -> None:
    dana = user(manages=True)

    change = replace_clinic(clinic(), clinic(), RENAMED, actor=DANA, now=HALF, relying_on=dana)

    assert change.relying_on == dana


def test_what_came_before_in_the_same_write_is_told_in_its_order() -> None:
    change = replace_clinic(clinic(), clinic(), RENAMED, actor=DANA, now=HALF)
    events = [Event("user_left", "ana"), Event("user_left", "bo", why="the end")]

    told = told_before(change, events)

    assert told == [
        history_of(change.after, event, DANA, record.history_id)
        for event, record in zip(events, told, strict=True)
    ]
    ids = [record.history_id for record in (*told, change.history)]
    assert ids == sorted(set(ids))
    assert {moment_of(one) for one in ids} == {HALF}


def test_an_adjustment_is_told_with_its_counts_or_the_day_that_it_waits_for() -> None:
    before, after = clinic(license(5, 3)), clinic(license(6, 3))
    was, is_ = ({"therapist": {"purchased": number, "in_use": 3}} for number in (5, 6))
    day = {"applies_at": "2026-05-01T00:00:00+00:00"}
    one = requested(add(1), adjustment_id="a", explanation="Why.", applies_at=END)
    waits = replace(one, status=Status.SCHEDULED)

    assert [
        adjustment_event(before, after, one),
        adjustment_event(before, after, waits),
        cancellation_event(before, after, one),
    ] == [
        Event("licenses_adjusted", "a", was, is_, "Why."),
        Event("adjustment_scheduled", "a", {}, day, "Why."),
        Event("adjustment_cancelled", "a", was, is_),
    ]


def test_who_is_made_active_or_inactive_is_told_with_the_counts() -> None:
    ana, inactive = user(), user(active=False)

    change = clinic(license(5, 3)), clinic(license(5, 2)), ana, inactive

    event = switched_event(*change)
    assert user_event("user_deactivated", *change, "Left.") == event._replace(why="Left.")
    assert event == Event(
        "user_deactivated",
        "ana",
        {**user_facts(ana), "licenses": {THERAPIST: {"purchased": 5, "in_use": 3}}},
        {**user_facts(inactive), "licenses": {THERAPIST: {"purchased": 5, "in_use": 2}}},
    )


def test_a_user_is_told_without_the_address() -> None:
    assert user_facts(user(manages=True, active=False)) == {
        "name": "Ana Silva",
        "license_type": "therapist",
        "active": False,
        "permissions": ["user_manager"],
    }


def test_a_token_is_told_without_what_it_is_known_by() -> None:
    token = ProvisioningToken("main-street", "t", "Okta", "hash", THERAPIST, BEGIN, DANA)

    assert token_facts(token) == {
        "name": "Okta",
        "default_license_type": "therapist",
        "active": True,
    }
