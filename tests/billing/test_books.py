"""The books of generated lives add up, whatever happened in them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hypothesis import given, settings

from licensing.adapters import attributes, ledger, records
from licensing.domain.books import Books, Judgement
from licensing.domain.facts import AdjustmentFact, HeaderFact, LineFact, UserFact
from licensing.domain.licenses import LicenseType
from licensing.domain.reconciliation import Invariant
from licensing.domain.records import Record
from tests.billing.lives import Life, Living, NewTerms, Plan, Request, plans
from tests.billing.oracle import billed, owed
from tests.billing.test_generated_sequences import LIVES, settled
from tests.billing.test_late_updates import lived


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


def adds_up(judgement: Judgement) -> bool:
    """Return whether nothing is found but that the clinic often takes back what it adds."""
    findings = {one.invariant for one in judgement.findings} - {Invariant.CANCELLED_ADDITIONS}
    return not findings and not judgement.differing


@settings(settled, max_examples=LIVES // 5)
@given(plans(most_steps=16))
def test_the_books_of_a_sound_clinic_are_clean(plan: Plan) -> None:
    living = Living(plan)
    for gap, step in plan.steps:
        living.advance(gap, step)
        judgement = judged(living.life, living.now - timedelta(days=400))
        assert adds_up(judgement), judgement
    judgement = judged(living.run(months=3), plan.registered_at)
    assert adds_up(judgement), judgement


def test_a_type_that_was_added_and_used_in_one_period_is_no_finding() -> None:
    for pause in (timedelta(), timedelta(days=40)):
        life = lived(
            (pause, NewTerms(((LicenseType.BILLING, 700),), None, None)),
            (timedelta(), Request(((LicenseType.BILLING, 2),), None, kept=False, late=timedelta())),
            (timedelta(hours=1), NewTerms(((LicenseType.BILLING, 900),), None, None)),
            purchased=1,
            months=3,
        )
        assert not life.refused
        judgement = judged(life, life.plan.registered_at)
        assert judgement.is_clean, judgement
        costs = {key: cents for key, cents in owed(life, life.clinic.next_renewal).items() if cents}
        assert billed(life) == costs
