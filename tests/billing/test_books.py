"""The books of generated lives add up, whatever happened in them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hypothesis import given, settings

from licensing.adapters import attributes, ledger, records
from licensing.domain.books import Books, Judgement
from licensing.domain.changes import Record
from licensing.domain.facts import AdjustmentFact, HeaderFact, LineFact, UserFact
from tests.billing.lives import Life, Living, Plan, plans
from tests.billing.test_generated_sequences import LIVES, settled


def judged(life: Life, at: datetime) -> Judgement:
    """Return what the books say of the table that a life left."""
    books = Books(life.clinic, at=at, since=None)
    found = list(facts(life.store.table.values()))
    for fact in found:
        if isinstance(fact, HeaderFact):
            books.add_header(fact)
        elif isinstance(fact, LineFact):
            books.add_line(fact)
    for fact in found:
        if isinstance(fact, AdjustmentFact):
            books.add_adjustment(fact)
        elif isinstance(fact, UserFact):
            books.add_user(fact)
    return books.close()


def facts(table: Iterable[Record]) -> Iterable[HeaderFact | LineFact | AdjustmentFact | UserFact]:
    """Yield the facts of records in the order of their keys, read as the ledger reads them."""
    for record in sorted(table, key=records.key_of):
        key = records.key_of(record)
        item = {"pk": {"S": key.partition}, "sk": {"S": key.sort}} | {
            name: attributes.dump(value) for name, value in records.to_plain(record).items()
        }
        match key.sort.partition("#")[0]:
            case "INVOICE":
                yield ledger._invoice(item)
            case "ADJUSTMENT":
                yield ledger._adjustment(item)
            case "USER":
                yield ledger._user(item)


@settings(settled, max_examples=LIVES // 5)
@given(plans(most_steps=16))
def test_the_books_of_a_sound_clinic_are_clean(plan: Plan) -> None:
    living = Living(plan)
    for gap, step in plan.steps:
        living.advance(gap, step)
        judgement = judged(living.life, living.now - timedelta(days=400))
        assert judgement.is_clean, judgement
    judgement = judged(living.run(months=3), plan.registered_at)
    assert judgement.is_clean, judgement
