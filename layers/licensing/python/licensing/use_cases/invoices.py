"""Looking at invoices: finalized ones as they are, the upcoming one as it will be."""

from licensing import answers
from licensing.domain.billing import invoiced, recurring_lines
from licensing.domain.clinics import Clinic
from licensing.domain.errors import NotFoundError
from licensing.domain.invoices import Invoice, InvoiceLine, InvoiceStatus, StoredLine, total
from licensing.domain.keys import invoice_key, invoice_lines
from licensing.use_cases.access import Caller
from licensing.use_cases.ports import Store
from licensing.use_cases.preview_license_adjustment import lines_when_invoiced, when_due
from licensing.use_cases.reading import load_clinic, managed_or_staff
from licensing.use_cases.uninvoiced import uninvoiced

UPCOMING = "upcoming"


def list_invoices(
    store: Store, caller: Caller, clinic_id: str, *, limit: int, cursor: str | None
) -> answers.InvoicesPage:
    """Return a page of the clinic's invoices without their lines, newest first."""
    loaded, membership, _ = load_clinic(store, caller, clinic_id)
    clinic = managed_or_staff(loaded, caller, membership)
    # A clinic has one invoice a month, so their ids are known without a search that would
    # read all their lines.
    ids = [name for name in _invoice_ids(clinic) if cursor is None or name < cursor]
    chosen = ids[:limit]
    found = store.load(*(invoice_key(clinic_id, invoice_id) for invoice_id in chosen))
    rows = [_header(clinic, record) for record in found if isinstance(record, Invoice)]
    more = chosen[-1] if len(ids) > limit else None
    return {"invoices": rows, "next_cursor": more}


def get_invoice(
    store: Store, caller: Caller, clinic_id: str, invoice_id: str
) -> answers.InvoiceWithLinesAnswer:
    """Return one invoice with its lines; ``upcoming`` names the one that collects them now.

    The upcoming invoice shows the recurring lines that the renewal will add, by the
    quantities that are invoiced now.
    """
    loaded, membership, _ = load_clinic(store, caller, clinic_id)
    clinic = managed_or_staff(loaded, caller, membership)
    wanted = clinic.upcoming_invoice_id if invoice_id == UPCOMING else invoice_id
    (found,) = store.load(invoice_key(clinic_id, wanted))
    if not isinstance(found, Invoice):
        raise NotFoundError("This clinic has no such invoice. Ids look like 2026-12.")
    lines = [
        record.line
        for record in store.all(clinic_id, invoice_lines(wanted))
        if isinstance(record, StoredLine)
    ]
    lines.sort(key=_reading_order)
    if found.status is InvoiceStatus.UPCOMING:
        lines += recurring_lines(clinic, clinic.coming_period)
    pending: list[answers.PendingAnswer] = []
    expected = total(lines)
    if found.status is InvoiceStatus.UPCOMING:
        pending, expected = _pending(store, clinic, lines)
    return {
        **_header(clinic, found),
        "total_cents": total(lines),
        "lines": [answers.invoice_line(line, found.currency) for line in lines],
        "pending": pending,
        "expected_total_cents": expected,
    }


def _pending(
    store: Store, clinic: Clinic, lines: list[InvoiceLine]
) -> tuple[list[answers.PendingAnswer], int]:
    """Return what waits for its invoice, oldest first, and the total that this one will have."""
    found: list[answers.PendingAnswer] = []
    billed, added = clinic, 0
    prices = clinic.terms_for(clinic.coming_period).unit_prices
    for one in reversed(list(uninvoiced(store, clinic))):
        at_due = when_due(clinic, one.invoice_update_due_at)
        coming = lines_when_invoiced(store, clinic, at_due, one)
        here = at_due.next_renewal == clinic.next_renewal
        if here:
            billed, added = invoiced(billed, one.deltas), added + total(coming)
        found.append(
            {
                "adjustment_id": one.adjustment_id,
                "invoice_update_due_at": answers.timestamp(one.invoice_update_due_at),
                "on_this_invoice": here,
                "lines": [answers.invoice_line(line, clinic.currency) for line in coming],
                "monthly_change_cents": sum(
                    delta * prices[kind] for kind, delta in one.deltas.items()
                ),
            }
        )
    recurring = [total(recurring_lines(state, clinic.coming_period)) for state in (clinic, billed)]
    return found, total(lines) + added + recurring[1] - recurring[0]


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
