"""What each row of a list changes, decided one after the other."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from licensing.domain.clinics import Clinic, ScheduledChange
from licensing.domain.ids import new_id
from licensing.domain.licenses import LicenseType
from licensing.domain.user_imports import Effect, Row, decide
from licensing.domain.users import USER_MANAGER, Provisioned, User
from tests.unit.domain.builders import (
    ASSISTANT,
    BILLING,
    END,
    HALF,
    THERAPIST,
    clinic,
    license,
    user,
)

MANAGER = (USER_MANAGER,)


def row(
    number: int,
    who: str,
    *,
    kind: LicenseType = THERAPIST,
    active: bool | None = None,
    permissions: tuple[str, ...] | None = None,
) -> Row:
    return Row(number, who.title(), f"{who}@mainstreet.example", kind, active, permissions)


def person(who: str, *, active: bool = True, manages: bool = False, **changes: object) -> User:
    """Return somebody who is in the clinic."""
    email = f"{who}@mainstreet.example"
    there = user(active=active, manages=manages, user_id=who, email=email, name=who.title())
    return replace(there, **changes)  # type: ignore[arg-type]


def decided(
    rows: Sequence[Row], *people: User, at: Clinic | None = None, caller: str = ""
) -> list[Effect]:
    """Decide on rows; who is not in the clinic would be by their first name."""
    users = {one.email: one for one in people}
    newcomers = {
        one.email: user(active=False, user_id=one.email.partition("@")[0], email=one.email)
        for one in rows
        if one.email not in users
    }
    newcomers = {
        one.email: replace(
            newcomers[one.email],
            name=one.name,
            license_type=one.license_type,
            permissions=one.permissions or (),
        )
        for one in rows
        if one.email in newcomers
    }
    return decide(at or clinic(), users, newcomers, rows, caller=caller, now=HALF)


def last_clinic(effects: Sequence[Effect]) -> Clinic:
    """Return the clinic after all rows."""
    return effects[-1].clinic


def told(effects: Sequence[Effect]) -> dict[int, list[str]]:
    """Return what each row does, or the code of why it does nothing."""
    return {
        one.row.number: [one.refusal.code]
        if one.refusal
        else [event.action for event in one.events]
        for one in effects
    }


def test_a_newcomer_is_added_and_made_active_if_the_row_says_so() -> None:
    effects = decided([row(2, "bo", active=True), row(3, "cy"), row(4, "di", active=False)])

    assert told(effects) == {
        2: ["user_added", "user_activated"],
        3: ["user_added"],
        4: ["user_added"],
    }
    added = effects[0].events[0]
    assert (added.subject, added.before, added.after["name"]) == ("bo", {}, "Bo")
    assert [one.after.active for one in effects] == [True, False, False]
    assert last_clinic(effects).licenses[THERAPIST].in_use == 4
    assert effects[0].events[-1].after["licenses"] == {THERAPIST: {"purchased": 5, "in_use": 4}}


def test_what_is_so_already_and_what_is_left_open_changes_nothing() -> None:
    ana, gil = person("ana", manages=True), person("gil", active=False)
    rows = [row(2, "ana"), row(3, "gil", active=False, permissions=())]

    effects = decided(rows, ana, gil)

    assert told(effects) == {2: [], 3: []}
    assert [one.after for one in effects] == [ana, gil]


def test_a_row_that_names_somebody_else_does_nothing() -> None:
    """One that names nobody here, or its own user, does what it says."""
    ana, gil = person("ana", manages=True), person("gil", active=False)
    whom = {"bo": "ana", "gil": "ana", "ana": "ana", "cy": "dana"}
    rows = [row(n, who)._replace(user_id=whom[who]) for n, who in enumerate(whom, start=2)]

    effects = decided(rows, ana, gil)

    (why,) = {one.refusal.detail for one in effects if one.refusal}
    assert why == (
        "The user_id is that of Ana, whose address is ana@mainstreet.example. Change their "
        "address on the page, or leave the user_id empty."
    )
    assert told(effects) == {
        2: ["address_changed"],
        3: ["address_changed"],
        4: [],
        5: ["user_added"],
    }


def test_a_license_that_a_later_row_frees_is_given() -> None:
    full = clinic(license(3, 3))
    effects = decided(
        [row(2, "bo", active=True), row(3, "ana", active=False)], person("ana"), at=full
    )

    assert told(effects) == {2: ["user_added", "user_activated"], 3: ["user_deactivated"]}
    assert [one.row.number for one in effects] == [3, 2]


def test_permissions_are_given_and_taken() -> None:
    ana, gil = person("ana", manages=True), person("gil")
    rows = [row(2, "ana", permissions=()), row(3, "gil", permissions=MANAGER)]

    effects = decided(rows, ana, gil)

    assert told(effects) == {2: ["user_changed"], 3: ["user_changed"]}
    assert last_clinic(effects).active_managers == 1


def test_the_caller_comes_last() -> None:
    ana, gil = person("ana", manages=True), person("gil", manages=True)
    rows = [row(2, "ana", active=False), row(3, "gil", active=False), row(4, "bo")]

    effects = decided(rows, ana, gil, at=clinic(active_managers=2), caller="ana")

    assert told(effects) == {
        2: ["last_user_manager"],
        3: ["user_deactivated"],
        4: ["user_added"],
    }


def test_a_type_changes_only_while_somebody_holds_no_license() -> None:
    ana, gil = person("ana"), person("gil", active=False)
    rows = [row(2, "ana", kind=BILLING), row(3, "gil", kind=BILLING, active=True)]

    effects = decided(rows, ana, gil)

    assert told(effects) == {2: ["license_type_in_use"], 3: ["user_changed", "user_activated"]}
    assert last_clinic(effects).licenses[BILLING].in_use == 1


@pytest.mark.parametrize("added", [0, 1])
def test_who_waits_for_their_day_takes_a_license_of_the_new_type_then(added: int) -> None:
    """None of the old one is added for them, but while they keep it."""
    start = ScheduledChange(new_id(END), {THERAPIST: added}, "gil")
    gil = replace(person("gil", active=False), starts=start.adjustment_id)
    here = clinic(scheduled=(start,))

    renamed = decided([row(2, "gil")._replace(name="Gil R.")], gil, at=here)
    effects = decided([row(2, "gil", kind=BILLING)], gil, at=here)

    assert last_clinic(renamed).scheduled == (start,)
    assert last_clinic(effects).scheduled == (start._replace(deltas={BILLING: 0}),)


def test_made_inactive_a_user_can_change_the_type_in_the_same_row() -> None:
    effects = decided([row(2, "ana", kind=BILLING, active=False)], person("ana"))

    assert told(effects) == {2: ["user_deactivated", "user_changed"]}
    assert (effects[0].after.active, effects[0].after.license_type) == (False, BILLING)


def test_a_type_that_the_clinic_does_not_have_is_refused() -> None:
    gil = person("gil", active=False)
    effects = decided([row(2, "bo", kind=ASSISTANT), row(3, "gil", kind=ASSISTANT)], gil)

    assert told(effects) == {2: ["license_type_unknown"], 3: ["license_type_unknown"]}
    assert effects[0].refusal is not None
    assert effects[0].refusal.detail == (
        "This clinic has no assistant licenses. It has therapist, billing."
    )


def test_a_change_tells_what_was_before_and_what_is_now() -> None:
    ana = person("ana", active=False, name="Ann")

    (effect,) = decided([row(2, "ana", kind=BILLING)], ana)

    (event,) = effect.events
    assert (event.action, event.subject) == ("user_changed", "ana")
    assert (event.before["name"], event.before["license_type"]) == ("Ann", THERAPIST)
    assert (event.after["name"], event.after["license_type"]) == ("Ana", BILLING)
    assert effect.after == replace(ana, name="Ana", license_type=BILLING)


def test_whoever_is_renamed_has_the_parts_of_that_name() -> None:
    """What an identity provider told of the old one is forgotten; else it stays."""
    told = Provisioned("17", None, "Ann", "da Silva")
    ana = person("ana", name="Ann da Silva", provisioned=told)
    (renamed,) = decided([row(2, "ana")], ana)
    assert renamed.after.provisioned == Provisioned("17")
    same = replace(ana, name="Ana", active=False)
    (kept,) = decided([row(2, "ana", kind=BILLING)], same)
    assert kept.after.provisioned == told


def test_a_manager_who_stays_one_needs_no_other() -> None:
    ana = person("ana", manages=True, name="Ann")

    (effect,) = decided([row(2, "ana")], ana)

    assert effect.refusal is None
    assert effect.clinic.active_managers == 1


def test_what_is_refused_leaves_user_and_clinic_as_they_were() -> None:
    ana = person("ana")

    (effect,) = decided([row(2, "ana", kind=BILLING)], ana)

    assert effect.refusal is not None
    assert effect.refusal.detail == (
        "Ana is active and holds a therapist license. Make them inactive first, then import the "
        "row again."
    )
    assert (effect.before, effect.after, effect.events) == (ana, ana, ())


def test_all_happens_at_one_moment_of_the_clinic() -> None:
    effects = decided([row(2, "bo", active=True), row(3, "cy", active=True)])

    assert {one.after.active_since for one in effects} == {HALF}
    assert {one.clinic.updated_at for one in effects} == {clinic().updated_at}
