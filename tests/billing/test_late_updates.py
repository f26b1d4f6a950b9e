"""What was once billed wrongly, or nearly: changes whose updates come late or never."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from licensing.domain.changes import Change
from licensing.domain.invoices import StoredLine, total
from licensing.domain.keys import INVOICE, clinic_key
from licensing.domain.licenses import LicenseType
from licensing.domain.proration import ProrationUnit, ReleaseCredit
from licensing.use_cases.billing.update_invoice import update_invoice
from licensing.use_cases.renewals import renew_due
from local.memory.store import Store
from local.memory.tables import Table
from tests.billing.lives import (
    AT_ONCE,
    CLINIC_ID,
    Gap,
    Life,
    Plan,
    Step,
    UntilBoundary,
    nothing,
    wrong_in,
)

THERAPIST = LicenseType.THERAPIST
NO_CREDIT = partial(Life.terms, unit=ProrationUnit.SECOND, credit=ReleaseCredit.NONE)


def change(delta: int, *, late: timedelta = AT_ONCE) -> Step:
    """Return a request of therapist licenses."""
    return partial(Life.request, lines=((THERAPIST, delta),), late=late)


def lived(
    *steps: tuple[Gap, Step],
    purchased: int,
    rules: Step = nothing,
    months: int = 2,
    finished: bool = True,
) -> Life:
    """Live through the steps from 1 January 2026 in UTC, at 10.00 a license."""
    plan = Plan(
        licenses=((THERAPIST, purchased, 1_000),),
        rules=rules,
        pause=AT_ONCE if rules is nothing else timedelta(days=32),
        steps=steps,
        finished=finished,
    )
    return Life(plan).run(months=months)


def test_a_release_takes_the_addition_that_it_undoes_to_the_invoice_with_it() -> None:
    life = lived(
        (AT_ONCE, change(+2, late=timedelta(days=40))),
        (AT_ONCE, change(-2)),
        purchased=1,
    )

    assert wrong_in(life) == []
    lines = [(stored.invoice_id, stored.line) for stored in life.lines]
    on_february = [line for invoice, line in lines if invoice == "2026-02" and line.adjustment_id]
    assert [line.kind for line in on_february] == ["proration_charge", "proration_credit"]
    recurring = [line.quantity for _, line in lines if line.line_id.startswith("RECURRING")]
    assert recurring == [1] * len(recurring)


def test_what_was_paid_for_is_not_charged_while_the_release_before_it_is_late() -> None:
    month = timedelta(days=32)
    life = lived(
        (AT_ONCE, change(-1, late=3 * month)),
        (AT_ONCE, change(+1)),
        (month, nothing),
        purchased=2,
        rules=NO_CREDIT,
        months=3,
        finished=False,
    )

    assert wrong_in(life) == []
    assert [line.line.quantity for line in life.lines if line.line.adjustment_id] == [0, 0]


def test_a_cancellation_after_a_renewal_leaves_the_new_period_its_own_maximum() -> None:
    life = lived(
        (AT_ONCE, change(-2)),
        (UntilBoundary(-600), change(+1)),
        (timedelta(minutes=30), partial(Life.cancel, newest=0)),
        (timedelta(minutes=30), change(+1)),
        purchased=5,
        rules=NO_CREDIT,
        months=4,
    )

    assert not life.refused
    assert wrong_in(life) == []
    added = [line.line for line in life.lines if line.line.kind == "proration_charge"]
    assert sum(line.quantity for line in added if line.adjustment_id) == 1


def test_what_is_released_as_a_period_begins_is_paid_for_to_its_end() -> None:
    """Without credit: it is renewed first, though in the same moment."""
    life = lived((UntilBoundary(0), change(-1)), purchased=2, rules=NO_CREDIT, months=4)

    assert not life.refused
    assert wrong_in(life) == []


def test_what_ends_on_the_day_of_a_scheduled_change_comes_after_it() -> None:
    """Somebody leaves in the last millisecond, and their license is released in the first."""
    life = lived(
        (AT_ONCE, partial(Life.activate, user=0, active=True)),
        (AT_ONCE, partial(Life.schedule, lines=((THERAPIST, +2),), days=None, late=AT_ONCE)),
        (UntilBoundary(-0.001), partial(Life.release, user=0, late=AT_ONCE)),
        (timedelta(days=5), change(+2)),
        purchased=3,
        rules=NO_CREDIT,
        months=4,
    )

    assert not life.refused
    assert wrong_in(life) == []


def test_a_license_that_is_released_as_a_period_begins_was_used_in_it() -> None:
    """Its user leaves in the last millisecond before, in the same transaction."""
    life = lived(
        (AT_ONCE, partial(Life.activate, user=0, active=True)),
        (UntilBoundary(-0.001), partial(Life.release, user=0, late=AT_ONCE)),
        purchased=3,
        months=1,
        finished=False,
    )

    assert not life.refused
    assert wrong_in(life) == []


def test_an_update_after_the_billing_day_is_on_the_invoice_that_collects_lines_then() -> None:
    life = lived((timedelta(days=30, hours=20), change(+1)), purchased=1)

    on = {line.invoice_id for line in life.lines if line.line.adjustment_id}
    assert on == {"2026-03"}
    assert wrong_in(life) == []


class Failing(Store):
    """A store that fails instead of one of its writes, or after it."""

    def __init__(self, table: Table, *, fails_at: int | None = None, written: bool = False) -> None:
        super().__init__(table)
        self.fails_at, self.written = fails_at, written

    def commit(self, changes: Sequence[Change]) -> None:
        """Write all the changes or none, or fail."""
        fails = self.commits == self.fails_at
        if fails and not self.written:
            self.fails_at = None
            raise TimeoutError
        super().commit(changes)
        if fails:
            self.fails_at = None
            raise TimeoutError


def two_years_late() -> Life:
    """Live until an adjustment of four types is late by 24 renewals, all of them made."""
    licenses = tuple((kind, 2, 1_000) for kind in LicenseType)
    life = Life(Plan(licenses, finished=False))
    every = tuple((kind, +1) for kind in LicenseType)
    late = timedelta(days=730)
    life.advance(timedelta(days=3), partial(Life.request, lines=every, late=late))
    life.advance(late, partial(Life.cancel, newest=99))
    renew_due(life.store, life.clinic, now=life.now)
    return life


def test_an_update_that_is_late_by_two_years_is_written_in_several_transactions() -> None:
    life = two_years_late()
    commits = life.store.commits

    life.pass_to(life.now + timedelta(days=5))

    assert not life.waiting
    assert life.store.commits == commits + 2
    assert sum(stored.line.adjustment_id is not None for stored in life.lines) == 4 * 25
    assert wrong_in(life) == []
    upcoming = max(life.invoices, key=lambda one: one.invoice_id)
    on_it = [line.line for line in life.lines if line.invoice_id == upcoming.invoice_id]
    assert (upcoming.line_count, upcoming.total_cents) == (len(on_it), total(on_it))
    assert upcoming.unwritten is None


@pytest.mark.parametrize("written", [True, False])
@pytest.mark.parametrize("fails_at", [0, 1])
@pytest.mark.parametrize("resumed_by", ["the update", "a renewal"])
def test_what_stopped_between_its_transactions_goes_on(
    resumed_by: str, fails_at: int, written: bool
) -> None:
    life = two_years_late()
    ((_, name),) = life.waiting
    whole = Store(life.store.copy())
    update_invoice(whole, CLINIC_ID, name, now=life.now)
    store = Failing(life.store.copy(), fails_at=fails_at, written=written)

    with pytest.raises(TimeoutError):
        update_invoice(store, CLINIC_ID, name, now=life.now)
    if resumed_by == "a renewal":
        (clinic,) = store.load(clinic_key(CLINIC_ID))
        renew_due(store, clinic, now=life.now + timedelta(days=31))
        renew_due(whole, life.clinic, now=life.now + timedelta(days=31))
    assert update_invoice(store, CLINIC_ID, name, now=life.now) == "invoiced"
    after = store.table.snapshot()
    assert update_invoice(store, CLINIC_ID, name, now=life.now) == "invoiced"

    assert store.table.partitions == after
    assert amounts(store) == amounts(whole) or (fails_at == 0 and not written)
    assert len(amounts(store)) == len({name for name, _ in amounts(store)})


def amounts(store: Store) -> list[tuple[str, int]]:
    """Return each line of an adjustment with its cents."""
    found = store.all(CLINIC_ID, INVOICE)
    lines: list[Any] = [record.line for record in found if isinstance(record, StoredLine)]
    return [(line.line_id, line.amount_cents) for line in lines if line.adjustment_id]
