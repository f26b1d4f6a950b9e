"""Looking at invoices: finalized ones as they are, the upcoming one as it will be."""

from licensing import answers
from licensing.domain.billing import recurring_lines
from licensing.domain.clinics import Clinic
from licensing.domain.errors import NotFoundError
from licensing.domain.invoices import Invoice, InvoiceLine, InvoiceStatus, total
from licensing.domain.keys import invoice_key, invoice_lines
from licensing.use_cases.access import Caller, as_manager_or_staff
from licensing.use_cases.ports import Store

UPCOMING = "upcoming"


def list_invoices(
    store: Store, caller: Caller, clinic_id: str, *, limit: int, cursor: str | None
) -> answers.InvoicesPage:
    """Return a page of the clinic's invoices without their lines, newest first."""
    clinic = as_manager_or_staff(store, caller, clinic_id).clinic
    # A clinic has one invoice a month, so their ids are known without a search that would
    # read all their lines.
    ids = [name for name in _invoice_ids(clinic) if cursor is None or name < cursor]
    chosen = ids[:limit]
    found = store.load(*(invoice_key(clinic_id, invoice_id) for invoice_id in chosen))
    rows = [_header(clinic, invoice) for invoice in found if invoice is not None]
    more = chosen[-1] if len(ids) > limit else None
    return {"invoices": rows, "next_cursor": more}


def get_invoice(
    store: Store, caller: Caller, clinic_id: str, invoice_id: str
) -> answers.InvoiceWithLinesAnswer:
    """Return one invoice with its lines; ``upcoming`` names the one that collects them now.

    The upcoming invoice shows the recurring lines that the renewal will add, by the
    quantities that are invoiced now.
    """
    clinic = as_manager_or_staff(store, caller, clinic_id).clinic
    wanted = clinic.upcoming_invoice_id if invoice_id == UPCOMING else invoice_id
    (found,) = store.load(invoice_key(clinic_id, wanted))
    # An id that goes on with a line's names that one.
    if not isinstance(found, Invoice):
        raise NotFoundError("This clinic has no such invoice. Ids look like 2026-12.")
    lines = [stored.line for stored in store.all(clinic_id, invoice_lines(wanted))]
    lines.sort(key=_reading_order)
    if found.status is InvoiceStatus.UPCOMING:
        lines += recurring_lines(clinic, clinic.coming_period)
    return {
        **_header(clinic, found),
        "total_cents": total(lines),
        "lines": [answers.invoice_line(line, found.currency) for line in lines],
    }


def _header(clinic: Clinic, invoice: Invoice) -> answers.InvoiceAnswer:
    row = answers.invoice(invoice, clinic.zone)
    if invoice.status is InvoiceStatus.UPCOMING:
        projected = total(recurring_lines(clinic, clinic.coming_period))
        row["total_cents"] += projected
    return row


def _invoice_ids(clinic: Clinic) -> list[str]:
    calendar = clinic.billing_calendar
    period = clinic.coming_period
    registered = calendar.period_at(clinic.registered_at)
    ids = []
    while period.first > registered.first:
        ids.append(period.invoice_id)
        period = calendar.period_before(period)
    return ids


def _reading_order(line: InvoiceLine) -> tuple[bool, bool, str]:
    return (line.adjustment_id is None, line.line_id.startswith("RECURRING"), line.line_id)
