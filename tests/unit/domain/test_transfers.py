"""What a transfer is for the clinic that gives and for the one that takes."""

from dataclasses import replace

import pytest

from licensing.domain.adjustments import OtherHalf
from licensing.domain.changes import Insert, Replace
from licensing.domain.clinics import Clinic
from licensing.domain.errors import InvalidRequestError, RefusedError
from licensing.domain.transfers import Mover, Transfer, TransferRequest, transfer_licenses
from licensing.domain.users import Actor, User
from tests.unit.domain.builders import (
    ASSISTANT,
    BILLING,
    DANA,
    HALF,
    MILLISECOND,
    THERAPIST,
    add,
    clinic,
    license,
    refused,
    remove,
    user,
)

DANA_THERE = Actor("dana", "Dana Reyes-Lee", "web")
LAKESIDE = clinic(license(4, 4), clinic_id="lakeside", name="Lakeside")


def transfer(
    *movers: Mover,
    source: Clinic | None = None,
    target: Clinic = LAKESIDE,
    **quantities: int,
) -> Transfer:
    """Decide on Dana's transfer of one therapist license, or of others."""
    wanted = {THERAPIST: 1} if not quantities else {}
    request = TransferRequest(
        wanted or {kind: quantities[kind] for kind in (THERAPIST, BILLING) if kind in quantities},
        "One fewer here.",
    )
    return transfer_licenses(
        source or clinic(), target, request, movers, actors=(DANA, DANA_THERE), now=HALF
    )


def moving(there: User | None = None, **changes: object) -> Mover:
    return Mover(replace(user(), **changes), there)  # type: ignore[arg-type]


def test_one_clinic_gives_what_the_other_one_takes() -> None:
    done = transfer(therapist=2, billing=1)

    assert done.given.adjustment.lines == (remove(2), remove(1, BILLING))
    assert done.taken.adjustment.lines == (add(2), add(1, BILLING))
    assert done.given.clinic.licenses[THERAPIST].purchased == 3
    assert done.taken.clinic.licenses[THERAPIST].purchased == 6


def test_each_half_names_the_other_one_and_who_asked_for_it_there() -> None:
    given, taken, _ = transfer()

    assert given.adjustment.transfer == OtherHalf(
        "lakeside", taken.adjustment.adjustment_id, "Lakeside"
    )
    assert taken.adjustment.transfer == OtherHalf(
        "main-street", given.adjustment.adjustment_id, "Main Street"
    )
    assert given.adjustment.transfer_in_words == "to Lakeside"
    assert taken.adjustment.transfer_in_words == "from Main Street"
    assert (given.adjustment.requested_by, taken.adjustment.requested_by) == (DANA, DANA_THERE)
    assert given.adjustment.explanation == taken.adjustment.explanation == "One fewer here."


def test_each_half_is_told_with_its_counts_and_the_other_half() -> None:
    given, _, _ = transfer()
    ((_, event, changes),) = given.steps

    assert (event.action, event.subject) == ("licenses_transferred", given.adjustment.adjustment_id)
    assert event.before == {"licenses": {THERAPIST: {"purchased": 5, "in_use": 3}}}
    assert event.after == {
        "licenses": {THERAPIST: {"purchased": 4, "in_use": 3}},
        "transfer": {
            "clinic_id": "lakeside",
            "adjustment_id": given.adjustment.transfer and given.adjustment.transfer.adjustment_id,
            "name": "Lakeside",
        },
    }
    assert event.why == "One fewer here."
    assert changes == (Insert(given.adjustment),)


def test_only_available_licenses_are_transferred() -> None:
    with pytest.raises(RefusedError) as refused:
        transfer(source=clinic(license(5, 5)))

    assert refused.value.code == "licenses_unavailable"
    assert refused.value.detail.startswith("Main Street: You asked to release 1 therapist license")


def test_both_clinics_have_the_license_type() -> None:
    lacking = clinic(licenses={ASSISTANT: license(4)}, name="Lakeside")

    with pytest.raises(InvalidRequestError, match="Lakeside has no therapist licenses"):
        transfer(target=lacking)
    with pytest.raises(InvalidRequestError, match="Lakeside has no therapist licenses"):
        transfer(source=lacking, target=clinic())


def test_clinics_that_pay_in_two_currencies_transfer_nothing() -> None:
    with refused(
        "currencies_differ",
        "Main Street pays in USD and Lakeside in CAD, so licenses can't be transferred between "
        "them. Release them at one clinic and add them at the other.",
    ):
        transfer(target=replace(LAKESIDE, currency="CAD"))


def test_the_license_of_a_user_who_moves_along_can_be_the_one_that_goes() -> None:
    given, taken, moved = transfer(moving(), source=clinic(license(5, 5), active_managers=1))

    assert given.clinic.licenses[THERAPIST] == license(
        4, 4, invoiced=5, paid_maximum=5, idle_since=None
    )
    assert taken.clinic.licenses[THERAPIST].in_use == 5
    assert [step.event.action for step in given.steps] == [
        "user_deactivated",
        "licenses_transferred",
    ]
    assert [step.event.action for step in taken.steps] == ["licenses_transferred", "user_added"]
    (left,) = given.steps[0].changes
    assert isinstance(left, Replace)
    assert (left.before, left.after.active) == (user(), False)  # type: ignore[union-attr]
    assert [one.clinic_id for one in moved] == ["lakeside"]


def test_each_step_has_a_moment_of_its_own() -> None:
    given, taken, _ = transfer(moving())

    for half in (given, taken):
        moments = [step.clinic.updated_at for step in half.steps]
        assert moments == sorted(set(moments))
    assert given.steps[-1].event.after["users"] == ["ana"]
    assert taken.steps[0].event.after["users"] == ["ana"]


def test_who_is_new_in_the_other_clinic_may_do_nothing_there_yet() -> None:
    manager = moving(permissions=("user_manager",))

    _, taken, (ana,) = transfer(manager, source=clinic(active_managers=2))

    assert (ana.active, ana.permissions, ana.joined, ana.version) == (True, (), False, 1)
    assert (ana.user_id, ana.name, ana.email) == ("ana", "Ana Silva", "ana@mainstreet.example")
    assert ana.created_at == taken.adjustment.requested_at + MILLISECOND
    assert ana.added_as == user().added_as
    assert taken.clinic.active_managers == LAKESIDE.active_managers


def test_history_tells_of_a_newcomer_with_the_counts() -> None:
    _, taken, (ana,) = transfer(moving())

    _, (_, event, changes) = taken.steps
    assert (event.action, event.subject) == ("user_added", "ana")
    assert event.before == {"licenses": {THERAPIST: {"purchased": 5, "in_use": 4}}}
    assert event.after["licenses"] == {THERAPIST: {"purchased": 5, "in_use": 5}}
    assert (event.after["name"], event.after["active"]) == ("Ana Silva", True)
    assert changes == (Insert(ana),)


def test_several_move_one_after_the_other() -> None:
    bo = user(user_id="bo", name="Bo Lind")
    there = user(clinic_id="lakeside")

    given, taken, moved = transfer(
        moving(there), Mover(bo, None), Mover(replace(bo, user_id="cy"), None), therapist=2
    )

    assert [one.user_id for one in moved] == ["ana", "bo", "cy"]
    assert given.clinic.licenses[THERAPIST] == license(3, invoiced=5, paid_maximum=5)
    assert taken.clinic.licenses[THERAPIST].in_use == 6


def test_who_was_there_before_is_active_there_again() -> None:
    there = user(active=False, clinic_id="lakeside", version=7)

    _, taken, (ana,) = transfer(moving(there))

    assert [step.event.action for step in taken.steps] == ["licenses_transferred", "user_activated"]
    assert taken.steps[1].changes == (Replace(there, ana),)
    assert taken.steps[1].clinic.licenses[THERAPIST] == license(5, 5, invoiced=4)
    assert (ana.active, ana.version) == (True, 8)


def test_who_works_in_both_stays_active_there() -> None:
    there = user(clinic_id="lakeside")

    given, taken, moved = transfer(moving(there))

    assert moved == (there,)
    assert len(given.steps) == 2
    assert [step.event.action for step in taken.steps] == ["licenses_transferred"]
    assert "users" not in taken.steps[0].event.after


def test_who_is_inactive_does_not_move() -> None:
    with refused(
        "user_inactive",
        "Ana Silva is already inactive at Main Street, so there is no license to move. Leave "
        "them out, and make them active at the other clinic.",
    ):
        transfer(moving(active=False))


def test_who_has_another_license_type_there_does_not_move() -> None:
    there = user(active=False, clinic_id="lakeside", license_type=BILLING)

    with refused(
        "license_type_differs",
        "Ana Silva has the license type billing at Lakeside. Change it to therapist there first.",
    ):
        transfer(moving(there))


def test_who_moves_needs_a_license_there() -> None:
    with pytest.raises(RefusedError) as refused:
        transfer(moving(), billing=1)

    assert refused.value.code == "licenses_unavailable"
    assert refused.value.detail.startswith("Lakeside: No therapist license is available for Ana")
