"""Looking at invoices: finalized ones as they are, the upcoming one as it will be."""

from dataclasses import replace
from datetime import datetime

from licensing.domain.adjustments import Adjustment
from licensing.domain.billing import recurring_cents, recurring_lines
from licensing.domain.clinics import Clinic
from licensing.domain.closing import is_by_closing
from licensing.domain.errors import InvalidRequestError, NotFoundError
from licensing.domain.invoices import AnyLine, Invoice, InvoiceLine, InvoiceStatus, total
from licensing.domain.keys import Page, invoice_key, invoice_lines
from licensing.domain.previews import InvoiceInDetail, PendingAdjustment
from licensing.use_cases.access import Caller, as_manager_or_staff
from licensing.use_cases.billing.coming_invoices import (
    all_waiting,
    coming_cents,
    lines_when_invoiced,
    when_each_is_invoiced,
)
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
    found = load_invoice(store, clinic, invoice_id)
    lines = [stored.line for stored in store.all(clinic_id, invoice_lines(found.invoice_id))]
    lines.sort(key=_reading_order)
    collected = total(lines)
    if found.status is InvoiceStatus.FINALIZED:
        return InvoiceInDetail(clinic, replace(found, total_cents=collected), lines, [], collected)
    coming, waits = clinic.coming_period, all_waiting(store, clinic)
    expected = collected + coming_cents(store, clinic, coming, waits, caller.now)
    lines += recurring_lines(clinic, coming)
    invoice = replace(found, total_cents=total(lines))
    return InvoiceInDetail(
        clinic, invoice, lines, _pending(store, clinic, waits, caller.now), expected
    )


def load_invoice(store: Store, clinic: Clinic, invoice_id: str) -> Invoice:
    """Return an invoice's header; raises NotFoundError where there is none."""
    wanted = clinic.upcoming_invoice_id if invoice_id == UPCOMING else invoice_id
    (found,) = store.load(invoice_key(clinic.clinic_id, wanted))
    # An id that goes on with a line's names that one.
    if not isinstance(found, Invoice):
        raise NotFoundError(
            "This clinic has no such invoice. Choose one from the list of invoices."
        )
    return found


def _pending(
    store: Store, clinic: Clinic, waits: list[Adjustment], now: datetime
) -> list[PendingAdjustment]:
    """Return what waits for its invoice, oldest first."""
    prices = clinic.terms_for(clinic.coming_period).unit_prices
    return [
        PendingAdjustment(
            one,
            lines_when_invoiced(store, clinic, then, one),
            then.next_renewal == clinic.next_renewal,
            one.monthly_cents(prices),
            is_by_closing(clinic, one),
        )
        for one, then in reversed([*when_each_is_invoiced(clinic, waits, now)])
    ]


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
