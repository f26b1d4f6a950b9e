"""I3 over generated months: billed exactly once, exactly, and as the preview said.

Five hundred months; `make faults` lives through ten thousand.
"""

from collections import Counter
from datetime import datetime
from fractions import Fraction

from licensing.domain.clinics import Clinic
from licensing.domain.invoices import InvoiceLine, InvoiceStatus
from tests.billing.lives import Life, Living, Plan, every, plans
from tests.billing.oracle import billed, owed, rounded
from tests.campaign import Piece, campaign

MONTHS_OF_A_LIFE = 5


def judge(life: Life) -> None:
    """Hold everything that I3 says against the table that a life left."""
    clinic = life.clinic
    all_periods = owed(life, clinic.next_renewal)
    found = billed(life)
    assert {key: cents for key, cents in found.items() if cents} == {
        key: cents for key, cents in all_periods.items() if cents
    }
    if clinic.closing is None:
        assert len(all_periods) >= MONTHS_OF_A_LIFE * len(life.plan.licenses)
    _no_line_twice(life)
    _each_line_explains_itself(life)
    _headers_add_up(life, clinic)
    _as_the_preview_said(life)


def _no_line_twice(life: Life) -> None:
    lines = [stored.line for stored in life.lines]
    assert (
        max(Counter(line.line_id for line in lines if line.adjustment_id).values(), default=1) == 1
    )
    named = Counter((line.adjustment_id, line.license_type, line.share.ends) for line in lines)
    assert max(named.values()) == 1
    for one in life.accepted:
        of_it = [line for line in lines if line.adjustment_id == one.adjustment_id]
        first = {line.license_type for line in of_it if line.share.ends == _first_end(of_it)}
        # A scheduled change of a period's first moment is part of the renewal, without a line.
        begins = life.clinic.billing_calendar.period_at(one.effective_at).start
        lined = one.invoiced and not (one.scheduled and one.effective_at == begins)
        assert first == (set(one.deltas) if lined else set())


def _first_end(lines: list[InvoiceLine]) -> datetime | None:
    return min((line.share.ends for line in lines), default=None)


def _each_line_explains_itself(life: Life) -> None:
    for stored in life.lines:
        line = stored.line
        sign = -1 if line.kind == "proration_credit" else 1
        exact = (
            sign
            * line.quantity
            * line.unit_price_cents
            * Fraction(line.share.numerator, line.share.denominator)
        )
        assert line.amount_cents == rounded(exact)
        # What was added and released on a period's last day is credited for none of it.
        assert line.share.begins < line.share.ends or line.share.numerator == 0


def _headers_add_up(life: Life, clinic: Clinic) -> None:
    corrections = [(of.invoice_id, of.correction.amount_cents) for of in life.corrections]
    assert sorted(cents for _, cents in corrections) == sorted(life.corrected)
    amounts = corrections + [(of.invoice_id, of.line.amount_cents) for of in life.lines]
    for invoice in life.invoices:
        of_it = [cents for invoice_id, cents in amounts if invoice_id == invoice.invoice_id]
        assert (invoice.line_count, invoice.total_cents) == (len(of_it), sum(of_it))
        is_upcoming = invoice.invoice_id == clinic.upcoming_invoice_id and not clinic.has_closed
        assert (invoice.status is InvoiceStatus.UPCOMING) == is_upcoming
        assert invoice.first.isoformat()[:7] == invoice.invoice_id


def _as_the_preview_said(life: Life) -> None:
    for adjustment_id, shown in life.promised.items():
        lines = [stored.line for stored in life.lines if stored.line.adjustment_id == adjustment_id]
        lines.sort(key=lambda line: int(line.line_id.partition("#")[2]))
        for line, promise in zip(lines, shown, strict=False):
            if not _is_first_period(life, adjustment_id, line.share.ends) and life.terms[1:]:
                continue  # Prices of later periods may have been changed after the preview.
            assert line == promise._replace(line_id=line.line_id, adjustment_id=line.adjustment_id)


def _is_first_period(life: Life, adjustment_id: str, ends: datetime) -> bool:
    return life.adjustment(adjustment_id).priced[0].share.ends == ends


@campaign("billed months", "months", usual=[0], whole=range(20))
def test_every_generated_month_is_billed_exactly_once_and_exactly(piece: Piece) -> None:
    def live(plan: Plan) -> None:
        judge(Living(plan).run(months=MONTHS_OF_A_LIFE))
        piece.count(MONTHS_OF_A_LIFE)

    every(plans(), live, lives=100, seed=piece.of)
