"""What the nightly books say of a life; of generated ones, test_generated_sequences.py asks."""

from datetime import datetime, timedelta
from functools import partial

from licensing.domain.books import Books, Judgement
from licensing.domain.facts import HeaderFact
from licensing.domain.licenses import LicenseType
from licensing.domain.reconciliation import Invariant
from local.memory.store import ledger_of
from tests.billing.lives import CLINIC_ID, Life, wrong_in
from tests.billing.test_late_updates import lived


def judged(life: Life, at: datetime) -> Judgement:
    """Return what the books say of the table that a life left."""
    books = Books(life.clinic, at=at, since=None)
    ledger = ledger_of(life.store.table)
    for fact in ledger.invoices(CLINIC_ID):
        if isinstance(fact, HeaderFact):
            books.add_header(fact)
        else:
            books.add_line(fact)
    for adjustment in ledger.adjustments(CLINIC_ID):
        books.add_adjustment(adjustment)
    for user in ledger.users(CLINIC_ID):
        books.add_user(user)
    return books.close()


def adds_up(judgement: Judgement) -> bool:
    """Return whether nothing is found but that the clinic often takes back what it adds."""
    findings = {one.invariant for one in judgement.findings} - {Invariant.CANCELLED_ADDITIONS}
    return not findings and not judgement.differing


def test_a_type_that_was_added_and_used_in_one_period_is_no_finding() -> None:
    for pause in (timedelta(), timedelta(days=40)):
        life = lived(
            (pause, partial(Life.terms, prices=((LicenseType.BILLING, 700),))),
            (timedelta(), partial(Life.request, lines=((LicenseType.BILLING, 2),))),
            (timedelta(hours=1), partial(Life.terms, prices=((LicenseType.BILLING, 900),))),
            purchased=1,
            months=3,
        )
        assert not life.refused
        judgement = judged(life, life.plan.registered_at)
        assert judgement.is_clean, judgement
        assert wrong_in(life) == []
