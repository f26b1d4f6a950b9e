"""The end of a clinic: when it comes, what it releases, and who may look afterwards."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from licensing.domain.activation import leave
from licensing.domain.adjustments import (
    Action,
)
from licensing.domain.billing import is_renewal_due, open_invoice, recurring_lines
from licensing.domain.clinics import READABLE_FOR, Clinic, Closing
from licensing.domain.closing import (
    finish,
    is_by_closing,
    is_closing_due,
    keep_open,
    plan_closing,
    release_all,
)
from licensing.domain.errors import InvalidRequestError, RefusedError
from licensing.domain.invoices import InvoiceStatus, total
from licensing.domain.users import SYSTEM
from tests.unit.domain.builders import (
    BEGIN,
    BILLING,
    END,
    HALF,
    MILLISECOND,
    THERAPIST,
    clinic,
    entry,
    license,
    month,
    refused,
    remove,
    request,
    user,
)

LAST = date(2026, 4, 16)


def closing(at: datetime = HALF, *, carried_out: bool = False) -> Closing:
    return Closing(at.date(), at, carried_out)


@pytest.mark.parametrize(
    ("zone", "day", "now", "at"),
    [
        ("America/New_York", LAST, BEGIN, datetime(2026, 4, 16, 4, tzinfo=UTC)),
        # Today: at once.
        ("UTC", LAST, HALF + timedelta(hours=5), HALF + timedelta(hours=5)),
        # Still the 15th in New York.
        ("America/New_York", date(2026, 4, 15), HALF, HALF),
    ],
)
def test_an_end_comes_with_its_day_in_the_clinic(
    zone: str, day: date, now: datetime, at: datetime
) -> None:
    planned = plan_closing(clinic(time_zone=zone), day, now=now)

    assert planned.closing == Closing(day, at)
    assert planned.updated_at == max(now, BEGIN + MILLISECOND)


def test_what_is_planned_so_already_is_left_as_it_is() -> None:
    planned = clinic(closing=closing())

    assert plan_closing(planned, LAST, now=BEGIN) is planned
    assert plan_closing(planned, LAST, now=END) is planned


@pytest.mark.parametrize("day", [date(2026, 4, 15), date(2027, 4, 17)])
def test_an_end_is_not_over_and_not_far_ahead(day: date) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        plan_closing(clinic(), day, now=HALF)

    message = "Choose a day from Apr 16, 2026 to Apr 16, 2027."
    assert (refused.value.detail, refused.value.errors[0]) == (message, ("closes_on", message))
    plan_closing(clinic(), date(2027, 4, 16), now=HALF)


def test_an_end_that_has_come_can_neither_be_moved_nor_taken_back() -> None:
    over = clinic(closing=closing())

    def move() -> Clinic:
        return plan_closing(over, date(2026, 5, 1), now=HALF)

    def take_back() -> Clinic:
        return keep_open(over, now=HALF)

    for again in (move, take_back):
        with refused(
            "clinic_closed",
            "This clinic closed on Apr 16, 2026, so nothing in it can be changed. You can still "
            "view it.",
        ):
            again()
    assert keep_open(over, now=HALF - MILLISECOND).closing is None


def test_nothing_is_asked_of_a_clinic_that_has_closed() -> None:
    with pytest.raises(RefusedError, match="closed on Apr 16"):
        request(clinic(closing=closing()), remove(1), explanation="They left.")


def test_an_end_is_carried_out_once_it_has_come() -> None:
    planned = clinic(closing=closing())

    assert not is_closing_due(planned, HALF - MILLISECOND)
    assert is_closing_due(planned, HALF)
    assert not is_closing_due(clinic(closing=closing(carried_out=True)), HALF)
    assert not is_closing_due(clinic(), HALF)


def test_all_users_leave_the_last_manager_too() -> None:
    before = clinic(license(2, 2), active_managers=1, closing=closing())
    after, gone = leave(before, [user(manages=True), user(user_id="bo")], now=HALF)

    assert after.licenses[THERAPIST] == license(2, 0, idle_since=HALF)
    assert (after.active_managers, after.updated_at) == (0, HALF)
    assert {one.inactive_since for one in gone} == {HALF}


def released(state: Clinic, now: datetime = HALF) -> int:
    outcome = release_all(state, now=now)
    assert outcome is not None
    after, adjustment = outcome
    assert all(license.purchased == 0 for license in after.licenses.values())
    assert {line.action for line in adjustment.lines} == {Action.REMOVE}
    assert (
        adjustment.explanation
        == f"The clinic closed on {adjustment.effective_at:%b} {adjustment.effective_at.day}, 2026."
    )
    assert is_by_closing(state, adjustment)
    assert adjustment.requested_by == SYSTEM
    assert adjustment.invoice_update_due_at == adjustment.requested_at
    assert after.open_adjustments[0].invoice_update_due_at == adjustment.requested_at
    assert after.uninvoiced_cents == total(adjustment.priced)
    return total(adjustment.priced)


def test_a_single_license_is_released_and_older_changes_stay_open() -> None:
    one = {THERAPIST: license(1)}
    waiting = clinic(licenses=one, closing=closing(), open_adjustments=(entry("a"),), open_count=1)

    assert released(clinic(licenses=one, closing=closing())) == -500
    outcome = release_all(waiting, now=HALF)
    assert outcome is not None
    assert outcome[0].open_adjustments[1:] == (entry("a"),)


def test_a_release_before_the_end_is_not_by_it() -> None:
    _, adjustment = request(clinic(), remove(1))

    assert not is_by_closing(clinic(closing=closing(END)), adjustment)


def test_an_end_with_a_billed_period_leaves_nothing_to_credit() -> None:
    used = {THERAPIST: license(5), BILLING: license(2, price=500)}

    assert released(clinic(licenses=used, closing=closing(END)), now=END) == 0


def test_without_licenses_nothing_is_released() -> None:
    assert (
        release_all(clinic(licenses={THERAPIST: license(0)}, closing=closing()), now=HALF) is None
    )
    assert release_all(clinic(), now=HALF) is None


def test_no_period_is_billed_in_which_the_clinic_is_closed() -> None:
    assert not is_renewal_due(clinic(closing=closing(END)), END)
    assert is_renewal_due(clinic(closing=closing(END + MILLISECOND)), END)
    assert recurring_lines(clinic(closing=closing()), month(5)) == ()
    assert recurring_lines(clinic(closing=closing(END + MILLISECOND)), month(5))


def test_the_last_invoice_has_no_recurring_lines() -> None:
    state = clinic(closing=closing())
    after, last = finish(state, replace(open_invoice(state, BEGIN), total_cents=-3000), now=HALF)

    assert (last.status, last.total_cents) == (InvoiceStatus.FINALIZED, -3000)
    assert last.terms is not None
    assert after.next_renewal == state.next_renewal
    assert after.closing == closing(carried_out=True)
    assert after.has_closed
    assert not state.has_closed


def test_former_managers_may_look_for_400_days() -> None:
    closed = clinic(closing=closing(carried_out=True))
    gone = user(manages=True).with_activity(False, HALF)
    before = user(manages=True).with_activity(False, HALF - MILLISECOND)

    assert closed.lets_look(gone, HALF + READABLE_FOR - MILLISECOND)
    assert closed.was_managed_by(gone)
    assert not closed.lets_look(gone, HALF + READABLE_FOR)
    for other in (before, user().with_activity(False, HALF)):
        assert not closed.lets_look(other, HALF)
    assert not clinic().lets_look(gone, HALF)
    assert clinic().lets_look(user(), HALF)
