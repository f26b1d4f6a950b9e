"""I1 to I3 after every step of generated lives, and the counts that stand for lists.

The product's own nightly books must find nothing either. Two hundred lives; `make faults` judges
2,500.
"""

from collections import Counter
from typing import Any

from licensing.adapters.store import record_of
from licensing.domain.adjustments import Adjustment, Status
from licensing.domain.invoices import total
from licensing.domain.keys import ADJUSTMENT, HISTORY
from licensing.domain.records import Record
from tests.billing.lives import CLINIC_ID, Life, Living, Plan, every, plans
from tests.billing.oracle import billed, owed
from tests.billing.test_books import adds_up, judged
from tests.campaign import Piece, campaign
from tests.inmemory.store import Store


def judge(life: Life) -> None:
    """Hold I1, I2 and I3 against the table as it is now."""
    clinic = life.clinic
    registered = Counter({kind: quantity for kind, quantity, _ in life.plan.licenses})
    active = Counter(user.license_type for user in life.users if user.active)
    standing: Counter[str] = Counter()
    for one in life.accepted:
        if not one.cancelled:
            standing.update(one.deltas)
    for kind, license in clinic.licenses.items():
        assert license.purchased == license.in_use + license.available
        assert license.available >= 0
        assert license.in_use == active[kind]
        assert license.purchased == registered[kind] + standing[kind]
        assert (license.idle_since is None) == (license.available == 0)
    assert clinic.active_managers == sum(user.manages for user in life.users)
    assert clinic.has_closed or clinic.active_managers >= 1
    waiting = [one for one in _adjustments(life) if one.status is Status.APPLIED]
    invoiced = [one for one in _adjustments(life) if one.status is Status.INVOICED]
    assert clinic.open_count == len(waiting) + len(invoiced)
    assert clinic.uninvoiced_cents == sum(total(one.priced) for one in waiting)
    newest = sorted((one.adjustment_id for one in waiting + invoiced), reverse=True)
    assert [entry.adjustment_id for entry in clinic.open_adjustments] == newest[:10] or (
        # A closed one among the newest makes room that older ones do not fill again.
        {entry.adjustment_id for entry in clinic.open_adjustments} <= set(newest)
    )
    costs = billed(life)
    for period, cents in owed(life, clinic.next_renewal).items():
        assert costs.pop(period, 0) == cents
    assert not any(costs.values())


def _adjustments(life: Life) -> list[Adjustment]:
    return list(life.store.all(CLINIC_ID, ADJUSTMENT))


@campaign("books after every step", "lives", usual=[0], whole=range(25))
def test_after_every_step_the_books_are_right(piece: Piece) -> None:
    def live(plan: Plan) -> None:
        living = Living(plan)
        judge(living.life)
        for gap, step in plan.steps:
            before = len(living.life.store.table.items())
            living.advance(gap, step)
            judge(living.life)
            _nothing_without_history(living.life, before)
            # No confirmation is late then.
            judgement = judged(living.life, plan.registered_at)
            assert adds_up(judgement), judgement
        judgement = judged(living.run(months=3), plan.registered_at)
        assert adds_up(judgement), judgement
        piece.count(1)

    every(plans(most_steps=16), live, lives=100 if piece.whole else 200, seed=piece.of)


def _nothing_without_history(life: Life, records_before: int) -> None:
    """I6: a step that wrote anything wrote history with it, in the order of the clinic."""
    history = list(life.store.all(CLINIC_ID, HISTORY))
    moments = [one.at for one in history]
    assert moments == sorted(moments)
    if len(life.store.table.items()) > records_before:
        assert history[-1].at == life.clinic.updated_at


class Reading(Store):
    """A store that reads again whatever it writes."""

    def _put(self, record: Record, condition: dict[str, Any]) -> dict[str, Any]:
        operation = super()._put(record, condition)
        assert record_of(operation["Put"]["Item"]) == record
        return operation


def test_every_record_is_read_as_it_was_written() -> None:
    every(plans(most_steps=6), lambda plan: Living(plan, Reading()).run(months=1), lives=60)
