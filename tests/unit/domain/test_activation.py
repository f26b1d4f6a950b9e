"""Who holds a license, and who is left to manage."""

from datetime import timedelta

import pytest

from licensing.domain.activation import (
    activate,
    deactivate,
    name_manager,
)
from licensing.domain.clinics import Closing
from licensing.domain.errors import RefusedError
from licensing.domain.starts import schedule_start
from tests.unit.domain.builders import (
    ASSISTANT,
    BILLING,
    DANA,
    END,
    HALF,
    THERAPIST,
    clinic,
    license,
    refused,
    user,
)


def test_an_active_user_holds_one_of_the_available_licenses() -> None:
    after, ana = activate(clinic(license(5, 3)), user(active=False), now=HALF)

    assert after.licenses[THERAPIST] == license(5, 4, invoiced=5)
    assert (ana.active, ana.active_since, ana.inactive_since) == (True, HALF, None)
    assert after.updated_at == HALF


@pytest.mark.parametrize("named", [False, True])
def test_who_is_active_before_their_first_day_no_longer_waits_for_it(named: bool) -> None:
    """What is left on that day is no longer counted as theirs."""
    waiting, ana, _ = schedule_start(clinic(), user(active=False), END.date(), actor=DANA, now=HALF)
    if named:
        after, active, _ = name_manager(waiting, ana, None, now=HALF)
    else:
        after, active = activate(waiting, ana, now=HALF)

    assert (active.active, active.starts, after.scheduled) == (True, None, ())


def test_nobody_becomes_active_on_a_type_that_the_clinic_does_not_have() -> None:
    with pytest.raises(RefusedError, match="No assistant license is available"):
        activate(clinic(), user(active=False, license_type=ASSISTANT), now=HALF)


def test_the_last_active_user_manager_stays_active() -> None:
    with refused(
        "last_user_manager",
        "Ana Silva is the clinic's last active User Manager. Make someone else an active User "
        "Manager first.",
    ):
        deactivate(clinic(active_managers=1), user(manages=True), now=HALF)


def test_a_named_manager_takes_an_available_license() -> None:
    after, ana, _ = name_manager(clinic(license(5, 4)), user(active=False), None, now=HALF)

    assert (ana.manages, ana.active_since) == (True, HALF)
    assert after.licenses[THERAPIST].available == 0
    assert (after.active_managers, after.updated_at) == (2, HALF)


def test_a_named_manager_can_take_the_license_of_the_one_who_is_replaced() -> None:
    full = clinic(license(5, 5))
    gone = user(manages=True, user_id="dana")
    after, ana, dana = name_manager(full, user(active=False), gone, now=HALF)

    assert after.licenses == full.licenses
    assert ana.manages
    assert dana == gone.with_activity(False, HALF)
    assert after.active_managers == 1


def test_nobody_is_named_without_a_license() -> None:
    with refused(
        "licenses_unavailable",
        "No therapist license is available for Ana Silva. Choose whom they replace, use another "
        "license type, or have the clinic add a license first.",
    ):
        name_manager(clinic(license(5, 5)), user(active=False), user(active=False), now=HALF)


def test_who_is_replaced_gives_back_a_license_of_another_type() -> None:
    full = clinic(license(5, 5), active_managers=3)
    ana, gone = user(active=False, license_type=BILLING), user(manages=True, user_id="dana")
    after, *_ = name_manager(full, ana, gone, now=HALF)

    assert after.licenses == {
        THERAPIST: license(5, 4, idle_since=HALF),
        BILLING: license(2, 1, price=500),
    }
    assert after.active_managers == 3


def test_who_is_replaced_before_their_first_day_does_not_start() -> None:
    """The license that was to be added for them stays where the manager takes a third one's."""
    flo, max_ = (user(active=False, user_id=name) for name in ("flo", "max"))
    later = END.date() + timedelta(days=1)
    waiting, *_ = schedule_start(clinic(license(4, 3)), flo, later, actor=DANA, now=HALF)
    waiting, max_, _ = schedule_start(waiting, max_, END.date(), actor=DANA, now=HALF)
    after, _, gone = name_manager(waiting, user(active=False), max_, now=HALF)

    assert gone is not None
    assert gone.starts is None
    assert [one.starts for one in after.scheduled] == [None, "flo"]
    assert after.scheduled_adjustments == waiting.scheduled_adjustments


def test_people_change_until_the_clinic_ends() -> None:
    ending = clinic(closing=Closing(END.date(), END))

    name_manager(ending, user(active=False), None, now=HALF)
    deactivate(ending, user(), now=HALF)
    activate(ending, user(active=False), now=HALF)
    with pytest.raises(RefusedError, match="closed on May 1"):
        name_manager(ending, user(active=False), None, now=END)
    with pytest.raises(RefusedError, match="closed on May 1"):
        deactivate(ending, user(), now=END)
    with pytest.raises(RefusedError, match="closed on May 1"):
        activate(ending, user(active=False), now=END)


def test_an_active_user_keeps_the_license_when_named() -> None:
    after, ana, _ = name_manager(clinic(license(5, 5)), user(joined=False), None, now=HALF)

    assert ana.takes_part_by_mail
    assert after.licenses == clinic(license(5, 5)).licenses
    assert after.active_managers == 2
