"""What was once billed wrongly, or nearly: changes whose updates come late or never."""

from datetime import UTC, datetime, timedelta

from licensing.domain.licenses import LicenseType
from licensing.domain.proration import ProrationUnit, ReleaseCredit
from tests.billing.lives import (
    Cancel,
    Gap,
    Life,
    Living,
    NewTerms,
    Plan,
    Request,
    Step,
    UntilBoundary,
)
from tests.billing.oracle import billed, owed

THERAPIST = LicenseType.THERAPIST
AT_ONCE = timedelta()
NOTHING_NEW = NewTerms((), None, None)
NO_CREDIT = NewTerms((), ProrationUnit.SECOND, ReleaseCredit.NONE)


def change(delta: int, *, late: timedelta = AT_ONCE) -> Request:
    """Return a request of therapist licenses."""
    return Request(((THERAPIST, delta),), preview_seconds=None, kept=False, late=late)


def lived(
    *steps: tuple[Gap, Step],
    purchased: int,
    rules: NewTerms = NOTHING_NEW,
    months: int = 2,
    finished: bool = True,
) -> Life:
    """Live through the steps from 1 January 2026 in UTC, at 10.00 a license."""
    plan = Plan(
        zone="UTC",
        billing_day=1,
        registered_at=datetime(2026, 1, 1, tzinfo=UTC),
        licenses=((THERAPIST, purchased, 1_000),),
        rules=rules,
        pause=AT_ONCE if rules is NOTHING_NEW else timedelta(days=32),
        steps=steps,
        finished=finished,
    )
    return Living(plan).run(months=months)


def test_a_release_takes_the_addition_that_it_undoes_to_the_invoice_with_it() -> None:
    life = lived(
        (AT_ONCE, change(+2, late=timedelta(days=40))),
        (AT_ONCE, change(-2)),
        purchased=1,
    )

    assert billed(life) == owed(life, life.clinic.next_renewal)
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
        (month, NOTHING_NEW),
        purchased=2,
        rules=NO_CREDIT,
        months=3,
        finished=False,
    )

    assert billed(life) == owed(life, life.clinic.next_renewal)
    assert [line.line.quantity for line in life.lines if line.line.adjustment_id] == [0, 0]


def test_a_cancellation_after_a_renewal_leaves_the_new_period_its_own_maximum() -> None:
    life = lived(
        (AT_ONCE, change(-2)),
        (UntilBoundary(-600), change(+1)),
        (timedelta(minutes=30), Cancel(newest=0)),
        (timedelta(minutes=30), change(+1)),
        purchased=5,
        rules=NO_CREDIT,
        months=4,
    )

    assert not life.refused
    assert billed(life) == owed(life, life.clinic.next_renewal)
    added = [line.line for line in life.lines if line.line.kind == "proration_charge"]
    assert sum(line.quantity for line in added if line.adjustment_id) == 1


def test_an_update_after_the_billing_day_is_on_the_invoice_that_collects_lines_then() -> None:
    life = lived((timedelta(days=30, hours=20), change(+1)), purchased=1)

    on = {line.invoice_id for line in life.lines if line.line.adjustment_id}
    assert on == {"2026-03"}
    assert billed(life) == owed(life, life.clinic.next_renewal)
