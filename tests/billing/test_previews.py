"""A preview tells the total of the invoice that the change will be on, if nothing else happens.

A thousand lives; `make faults` judges ten thousand others.
"""

from datetime import UTC, datetime, timedelta

from hypothesis import given

from licensing import answers
from licensing.domain.adjustments import Action, AdjustmentRequest, Line
from licensing.domain.licenses import LicenseType
from licensing.use_cases.idempotency import RequestOnce
from licensing.use_cases.invoices import get_invoice
from licensing.use_cases.preview_license_adjustment import preview_license_adjustment
from licensing.use_cases.request_license_adjustment import request_license_adjustment
from tests.billing.lives import (
    CLINIC_ID,
    DANA,
    Gap,
    Living,
    NewTerms,
    Night,
    Plan,
    Request,
    Step,
    UntilBoundary,
    plans,
)
from tests.billing.test_generated_sequences import settled

THERAPIST, ASSISTANT = LicenseType.THERAPIST, LicenseType.ASSISTANT
AT_ONCE = timedelta()
MOST_STEPS = 14


def previewed(living: Living, line: Line) -> int:
    """Preview a change, and return the promised total of its invoice."""
    request = AdjustmentRequest((line,))
    shown = preview_license_adjustment(living.life.store, DANA, CLINIC_ID, request, now=living.now)
    return shown.next_invoice_cents


def billed(living: Living, line: Line) -> int:
    """Request the change, let all updates be made in time, and return the invoice's total.

    Updates that are late already come at once.
    """
    answer = request_license_adjustment(
        living.life.store,
        DANA,
        CLINIC_ID,
        AdjustmentRequest((line,), "Fewer hands."),
        once=RequestOnce.of(
            CLINIC_ID, DANA, "adjust", "the last", {}, answers.adjustment_requested
        ),
        now=living.now,
    )
    adjustment_id = str(answer.body["adjustment_id"])
    waiting = [adjustment_id, *(one for _, one in living.life.waiting)]
    in_time = {one: living.life.adjustment(one).invoice_update_due_at for one in waiting}
    living.life.waiting = []
    living._accept(adjustment_id, datetime.resolution)
    living.life.waiting = sorted((max(due, living.now), one) for one, due in in_time.items())
    living.pass_to(in_time[adjustment_id])
    upcoming = get_invoice(living.life.store, DANA, CLINIC_ID, "upcoming")
    return upcoming.invoice.total_cents


def live_and_preview(plan: Plan) -> None:
    """Live through the plan, then hold a preview against what its invoice becomes."""
    living = Living(plan)
    for gap, step in plan.steps:
        living.advance(gap, step)
    kind = next(iter(living.life.clinic.licenses))
    line = Line(Action.ADD, LicenseType(kind), 2)
    assert previewed(living, line) == billed(living, line)


@settled
@given(plans(most_steps=MOST_STEPS))
def test_the_previewed_total_is_that_of_the_invoice(plan: Plan) -> None:
    live_and_preview(plan)


def lived(*steps: tuple[Gap, Step]) -> Living:
    """Live through the steps from 31 December 2025 in New York, where a month is begun."""
    plan = Plan(
        zone="America/New_York",
        billing_day=1,
        registered_at=datetime(2026, 1, 1, tzinfo=UTC),
        licenses=((THERAPIST, 1, 1_000), (ASSISTANT, 1, 1_000)),
        rules=NewTerms((), None, None),
        pause=timedelta(),
        steps=steps,
        finished=True,
    )
    living = Living(plan)
    for gap, step in steps:
        living.advance(gap, step)
    return living


def test_what_is_late_is_previewed_at_the_prices_of_its_months() -> None:
    late = Request(((ASSISTANT, 1),), preview_seconds=None, kept=False, late=timedelta(days=30))
    dearer = NewTerms(((ASSISTANT, 9_900),), None, None)
    living = lived((AT_ONCE, late), (timedelta(hours=5), dearer), (UntilBoundary(0), Night()))
    line = Line(Action.ADD, THERAPIST, 1)
    assert previewed(living, line) == billed(living, line)
