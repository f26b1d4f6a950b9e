"""A preview tells the total of the invoice that the change will be on, if nothing else happens."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from licensing.domain.adjustments import Action, Line
from licensing.domain.licenses import LicenseType
from licensing.use_cases.idempotency import RequestOnce
from licensing.use_cases.invoices import get_invoice
from licensing.use_cases.preview_license_adjustment import preview_license_adjustment
from licensing.use_cases.request_license_adjustment import request_license_adjustment
from tests.billing.lives import CLINIC_ID, DANA, Living, Plan, plans
from tests.billing.test_generated_sequences import settled


def previewed(living: Living, line: Line) -> int:
    """Preview a change, and return the promised total of its invoice."""
    shown = preview_license_adjustment(living.life.store, DANA, CLINIC_ID, (line,), now=living.now)
    return shown["next_invoice_total_cents"]


def billed(living: Living, line: Line) -> int:
    """Request the change, let all updates be made in time, and return the invoice's total.

    Updates that are late already come at once.
    """
    answer = request_license_adjustment(
        living.life.store,
        DANA,
        CLINIC_ID,
        (line,),
        request=RequestOnce.of(CLINIC_ID, DANA, "adjust", "the last", {}),
        now=living.now,
        explanation="Fewer hands.",
    )
    adjustment_id = str(answer.body["adjustment_id"])
    waiting = [adjustment_id, *(one for _, one in living.life.waiting)]
    in_time = {one: living.life.adjustment(one).invoice_update_due_at for one in waiting}
    living.life.waiting = []
    living._accept(adjustment_id, datetime.resolution)
    living.life.waiting = sorted((max(due, living.now), one) for one, due in in_time.items())
    living.pass_to(in_time[adjustment_id])
    upcoming = get_invoice(living.life.store, DANA, CLINIC_ID, "upcoming")
    total: int = upcoming["total_cents"]
    return total


@settled
@given(plans(most_steps=8), st.integers(1, 3))
def test_the_previewed_total_is_that_of_the_invoice(plan: Plan, quantity: int) -> None:
    living = Living(plan)
    for gap, step in plan.steps:
        living.advance(gap, step)
    kind = next(iter(living.life.clinic.licenses))
    line = Line(Action.ADD, LicenseType(kind), quantity)
    assert previewed(living, line) == billed(living, line)
