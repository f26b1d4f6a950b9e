"""What was once billed wrongly, or nearly: changes whose updates come late or never."""

from datetime import UTC, datetime, timedelta

from licensing.domain.invoices import describe
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
    *steps: tuple[Gap, Step], purchased: int, rules: NewTerms = NOTHING_NEW, months: int = 2
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
        finished=True,
    )
    return Living(plan).run(months=months)


def test_a_release_invoiced_before_the_addition_that_it_undoes_is_billed_exactly() -> None:
    life = lived(
        (AT_ONCE, change(+2, late=timedelta(days=40))),
        (AT_ONCE, change(-1)),
        (AT_ONCE, change(-1)),
        purchased=1,
    )

    assert billed(life) == owed(life, life.clinic.next_renewal)


def test_a_renewal_credits_what_was_released_and_not_yet_added() -> None:
    life = lived(
        (AT_ONCE, change(+2, late=timedelta(days=40))),
        (AT_ONCE, change(-2)),
        purchased=1,
    )

    (february,) = (
        stored.line
        for stored in life.lines
        if stored.invoice_id == "2026-02" and stored.line.line_id.startswith("RECURRING")
    )
    assert february.amount_cents == -1_000
    assert describe(february, "USD") == (
        "1 therapist license at 10.00 USD each credited for the coming month, until added ones "
        "follow."
    )


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
