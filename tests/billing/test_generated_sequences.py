"""Every invariant after every step of generated lives, and what previews promised.

The product's own nightly books must find nothing either. A hundred lives; `make faults` judges
2,500.
"""

from typing import Any

from licensing.adapters.store import record_of
from licensing.domain.records import Record
from local.memory.store import Store
from tests.billing.lives import Life, Plan, every, plans, wrong_in
from tests.billing.test_books import adds_up, judged
from tests.campaign import Piece, campaign

MONTHS_OF_A_LIFE = 5


@campaign("books after every step", "lives", usual=[0], whole=range(25))
def test_after_every_step_the_books_are_right(piece: Piece) -> None:
    def live(plan: Plan) -> None:
        life = Life(plan)
        assert wrong_in(life) == []
        for gap, step in plan.steps:
            life.advance(gap, step)
            assert wrong_in(life) == []
            # No confirmation is late then.
            judgement = judged(life, plan.registered_at)
            assert adds_up(judgement), judgement
        life.run(months=MONTHS_OF_A_LIFE)
        assert wrong_in(life) == []
        judgement = judged(life, plan.registered_at)
        assert adds_up(judgement), judgement
        assert life.clinic.closing or len(life.invoices) >= MONTHS_OF_A_LIFE
        _as_the_preview_said(life)
        piece.count(1)

    every(plans(), live, lives=100, seed=piece.of)


def _as_the_preview_said(life: Life) -> None:
    for adjustment_id, shown in life.promised.items():
        lines = [stored.line for stored in life.lines if stored.line.adjustment_id == adjustment_id]
        lines.sort(key=lambda line: int(line.line_id.partition("#")[2]))
        first = life.adjustment(adjustment_id).priced[0].share.ends
        for line, promise in zip(lines, shown, strict=False):
            if line.share.ends != first and life.repriced:
                continue  # Prices of later periods may have been changed after the preview.
            assert line == promise._replace(line_id=line.line_id, adjustment_id=line.adjustment_id)


class Reading(Store):
    """A store that reads again whatever it writes."""

    def _put(self, record: Record, condition: dict[str, Any]) -> dict[str, Any]:
        operation = super()._put(record, condition)
        assert record_of(operation["Put"]["Item"]) == record
        return operation


def test_every_record_is_read_as_it_was_written() -> None:
    every(plans(most_steps=6), lambda plan: Life(plan, Reading()).run(months=1), lives=60)
