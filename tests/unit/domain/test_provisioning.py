"""Users as identity providers want them."""

from dataclasses import replace
from typing import Any

import pytest

from licensing.domain.ids import new_id
from licensing.domain.outgoing import Said
from licensing.domain.provisioning import (
    Wanted,
    no_license,
    provide,
    provided,
    takes_name,
    with_names,
)
from licensing.domain.users import UNTOLD, Provisioned, User
from tests.unit.domain.builders import (
    BILLING,
    END,
    HALF,
    THERAPIST,
    clinic,
    license,
    refused,
    user,
)

NAMED = Provisioned(user_name="asilva")


def wanted(of: User, **changes: Any) -> Wanted:
    """Return the user as they are, but for the changes."""
    same = Wanted(of.name, of.email, of.license_type, of.active, of.provisioned)
    return same._replace(**changes)


def test_what_is_so_already_stays() -> None:
    here, ana = clinic(), user()
    assert provide(here, ana, wanted(ana), now=HALF) == (here, ana)


def test_a_name_is_changed_without_a_license_moving() -> None:
    here, ana = clinic(), user()
    told = Provisioned("17", None, "Ana", "Lopez")
    after, changed = provide(here, ana, wanted(ana, name="Ana L.", provisioned=told), now=HALF)
    assert (after, changed) == (here, replace(ana, name="Ana L.", provisioned=told))
    event = provided(here, after, ana, changed)
    assert (event.action, event.subject) == ("user_changed", "ana")
    assert event.before["name"] == "Ana Silva"
    assert event.after["name"] == "Ana L."
    before, after_it = (
        dict(zip(("external_id", "given_name", "family_name"), values, strict=True))
        for values in ((None, None, None), ("17", "Ana", "Lopez"))
    )
    assert event.before["identity_provider"] == before
    assert event.after["identity_provider"] == after_it
    assert "licenses" not in event.before
    assert "licenses" not in event.after


def test_history_tells_of_a_new_address() -> None:
    here, ana = clinic(), user()
    after, changed = provide(here, ana, wanted(ana, email="b@x.example"), now=HALF)
    assert changed.email == "b@x.example"
    event = provided(here, after, ana, changed)
    assert (event.before["email"], event.after["email"]) == (ana.email, "b@x.example")
    assert "email" not in provided(here, after, ana, ana).before


def test_whoever_becomes_active_takes_a_license() -> None:
    here, ana = clinic(license(5, 3)), user(active=False)
    after, changed = provide(here, ana, wanted(ana, active=True), now=HALF)
    assert after.licenses[THERAPIST].in_use == 4
    event = provided(here, after, ana, changed)
    assert event.action == "user_activated"
    assert event.before["licenses"] == {THERAPIST: {"purchased": 5, "in_use": 3}}
    assert event.after["licenses"] == {THERAPIST: {"purchased": 5, "in_use": 4}}


def test_whoever_becomes_inactive_gives_it_back() -> None:
    here, ana = clinic(license(5, 3)), user()
    after, changed = provide(here, ana, wanted(ana, active=False), now=HALF)
    assert after.licenses[THERAPIST].in_use == 2
    assert provided(here, after, ana, changed).action == "user_deactivated"


def test_history_tells_the_first_day_of_whoever_is_to_be_inactive() -> None:
    ana = user(active=False, starts=new_id(END))
    after, changed = provide(clinic(), ana, wanted(ana), now=HALF)
    event = provided(clinic(), after, ana, changed)
    assert (event.before["starts_on"], event.after["starts_on"]) == ("2026-05-01", None)


def test_an_active_user_changes_one_license_for_another() -> None:
    here = clinic(license(5, 5))
    after, changed = provide(here, user(), wanted(user(), license_type=BILLING), now=HALF)
    assert (after.licenses[THERAPIST].in_use, after.licenses[BILLING].in_use) == (4, 1)
    assert after.licenses[THERAPIST].idle_since == after.updated_at == HALF
    assert changed == replace(user(), license_type=BILLING)
    assert provided(here, after, user(), changed).action == "user_changed"


@pytest.mark.parametrize("ana", [user(), user(active=False)])
def test_without_a_license_of_the_type_nothing_happens(ana: User) -> None:
    here = clinic(licenses={THERAPIST: license(5, 3), BILLING: license(1, 1)})
    with refused(
        "licenses_unavailable",
        "No billing license is available for Ana Silva. Add one, or "
        "make another user of this type inactive first.",
    ):
        provide(here, ana, wanted(ana, active=True, license_type=BILLING), now=HALF)


def test_the_last_manager_stays() -> None:
    dana = user(manages=True)
    with refused("last_user_manager"):
        provide(clinic(), dana, wanted(dana, active=False), now=HALF)


def test_a_renamed_user_keeps_what_is_not_the_name() -> None:
    told = Provisioned("17", "ana", "Ana", "Silva", "Ana Silva")
    assert told.without_name() == Provisioned("17", "ana")
    assert UNTOLD.without_name() == UNTOLD


def test_managers_are_told_which_license_is_missing() -> None:
    said = no_license("Okta", "0 are available.", "main-street")
    assert said == Said(
        subject="No license is available for a user of your identity provider",
        opening="Okta tried to make a user active and was refused. 0 are available.",
        closing="It will try again, and succeed once a license is available. We won't email you "
        "about other users today.",
        links=(("See your licenses", "#/clinics/main-street"),),
    )


def test_a_clinic_remembers_that_a_provider_names_its_users() -> None:
    here = clinic()
    named = with_names(here, NAMED)
    assert named == replace(here, has_user_names=True)
    assert with_names(named, NAMED) is named
    assert with_names(here, UNTOLD) is here


@pytest.mark.parametrize(
    ("provisioned", "wants", "takes"),
    [
        (UNTOLD, {"email": "ANA@mainstreet.example"}, True),
        (UNTOLD, {"email": "bo@mainstreet.example"}, False),
        (NAMED, {"provisioned": Provisioned(user_name="ASILVA")}, True),
        (NAMED, {"email": "ana@mainstreet.example", "provisioned": UNTOLD}, False),
        (UNTOLD, {"provisioned": Provisioned(user_name="ana@mainstreet.example")}, True),
    ],
)
def test_no_two_users_have_one_name(
    provisioned: Provisioned, wants: dict[str, Any], takes: bool
) -> None:
    there, another = user(provisioned=provisioned), user(email="x@mainstreet.example")
    assert takes_name(there, wanted(another, **wants)) is takes
