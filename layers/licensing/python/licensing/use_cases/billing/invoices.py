"""Looking at invoices: finalized ones as they are, the upcoming one as it will be."""

from dataclasses import replace

from licensing.domain.billing import (
    expected_total,
    recurring_cents,
    recurring_lines,
    with_invoiced_changes,
)
from licensing.domain.clinics import Clinic
from licensing.domain.closing import is_by_closing
from licensing.domain.errors import InvalidRequestError, NotFoundError
from licensing.domain.forecast import forecast
from licensing.domain.invoices import (
    AnyLine,
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    line_of,
    total,
)
from licensing.domain.keys import Page, invoice_key, invoice_lines
from licensing.domain.previews import InvoiceInDetail, PendingAdjustment
from licensing.use_cases.access import Caller, as_manager_or_staff
from licensing.use_cases.billing.preview_license_adjustment import (
    lines_when_invoiced,
    to_be_invoiced,
    when_invoiced,
)
from licensing.use_cases.billing.uninvoiced import uninvoiced
from licensing.use_cases.ports import Store

UPCOMING = "upcoming"


def list_invoices(
    store: Store, caller: Caller, clinic_id: str, *, limit: int, cursor: str | None
) -> tuple[Clinic, Page[Invoice]]:
    """Return the clinic and a page of its invoices without their lines, newest first."""
    clinic = as_manager_or_staff(store, caller, clinic_id).clinic
    # A clinic has one invoice a month, so their ids are known without a search that would
    # read all their lines.
    ids = _invoice_ids(clinic)
    if cursor is not None:
        if cursor not in ids:
            raise InvalidRequestError.at_cursor()
        ids = ids[ids.index(cursor) + 1 :]
    chosen = ids[:limit]
    found = store.load(*(invoice_key(clinic_id, invoice_id) for invoice_id in chosen))
    invoices = [_projected(clinic, invoice) for invoice in found if invoice is not None]
    return clinic, Page(invoices, chosen[-1] if len(ids) > limit else None)


def get_invoice(store: Store, caller: Caller, clinic_id: str, invoice_id: str) -> InvoiceInDetail:
    """Return an invoice of a clinic with its lines; ``upcoming`` names the one of now.

    The upcoming invoice shows the recurring lines that the renewal will add, by the
    quantities that are invoiced now, and what waits to be invoiced.
    """
    clinic = as_manager_or_staff(store, caller, clinic_id).clinic
    wanted = clinic.upcoming_invoice_id if invoice_id == UPCOMING else invoice_id
    (found,) = store.load(invoice_key(clinic_id, wanted))
    # An id that goes on with a line's names that one.
    if not isinstance(found, Invoice):
        raise NotFoundError(
            "This clinic has no such invoice. Choose one from the list of invoices."
        )
    lines = [line_of(stored) for stored in store.all(clinic_id, invoice_lines(wanted))]
    lines.sort(key=_reading_order)
    if found.status is InvoiceStatus.UPCOMING:
        lines += recurring_lines(clinic, clinic.coming_period)
    invoice = replace(found, total_cents=total(lines))
    if found.status is InvoiceStatus.FINALIZED:
        return InvoiceInDetail(clinic, invoice, lines, [], invoice.total_cents)
    pending, change = _pending(store, clinic)
    return InvoiceInDetail(clinic, invoice, lines, pending, invoice.total_cents + change)


def expected_cents(store: Store, clinic: Clinic, collected_cents: int) -> int:
    """Return what the clinic's upcoming invoice, which has so much by now, is expected to be.

    Reads on only where something waits across a renewal.
    """
    expected = expected_total(clinic, collected_cents)
    if expected is not None:
        return expected
    coming = recurring_cents(clinic, clinic.coming_period)
    return collected_cents + coming + _pending(store, clinic)[1]


def _pending(store: Store, clinic: Clinic) -> tuple[list[PendingAdjustment], int]:
    """Return what waits for its invoice, oldest first, and what it adds to the upcoming one."""
    pending: list[PendingAdjustment] = []
    billed, added = clinic, 0
    prices = clinic.terms_for(clinic.coming_period).unit_prices
    # What is scheduled for later lands on a later invoice.
    _, scheduled = forecast(clinic, clinic.coming_period.start)
    for one, due in reversed([*to_be_invoiced([*scheduled, *uninvoiced(store, clinic)])]):
        at_due = when_invoiced(clinic, one, due)
        lines = lines_when_invoiced(store, clinic, at_due, one)
        here = at_due.next_renewal == clinic.next_renewal
        if here:
            billed = with_invoiced_changes(billed, one.deltas)
            added += total(lines)
        ends = is_by_closing(clinic, one)
        pending.append(PendingAdjustment(one, lines, here, one.monthly_cents(prices), ends))
    before, after = (recurring_cents(state, clinic.coming_period) for state in (clinic, billed))
    return pending, added + after - before


def _projected(clinic: Clinic, invoice: Invoice) -> Invoice:
    """Return the invoice with what its renewal will bill in its total, if that is to come."""
    if invoice.status is InvoiceStatus.FINALIZED:
        return invoice
    coming = recurring_cents(clinic, clinic.coming_period)
    return replace(invoice, total_cents=invoice.total_cents + coming)


def _invoice_ids(clinic: Clinic) -> list[str]:
    calendar = clinic.billing_calendar
    period = clinic.coming_period
    registered = calendar.period_at(clinic.registered_at)
    ids = []
    while period.first > registered.first:
        ids.append(period.invoice_id)
        period = calendar.period_before(period)
    return ids


def _reading_order(line: AnyLine) -> tuple[bool, bool, str]:
    adjustment_id = line.adjustment_id if isinstance(line, InvoiceLine) else None
    return (adjustment_id is None, line.line_id.startswith("RECURRING"), line.line_id)
