"""Invoices as CSV."""

from licensing.answers import InvoicesPage, InvoiceWithLinesAnswer
from licensing.http.csv_tables import Rows, amount

INVOICES = (
    "invoice_id",
    "status",
    "period_start",
    "period_end",
    "total",
    "currency",
    "finalized_at",
)
LINES = (
    "invoice_id",
    "kind",
    "license_type",
    "quantity",
    "unit_price",
    "from",
    "to",
    # Two columns: a spreadsheet reads 12/31 as a day.
    "share",
    "of",
    "amount",
    "currency",
    "adjustment_id",
    "explanation",
    "description",
)


def invoices_rows(page: InvoicesPage) -> tuple[Rows, str | None]:
    """Return a page of invoices, and where the next one begins."""
    rows = [{**row, "total": amount(row["total_cents"])} for row in page["invoices"]]
    return rows, page["next_cursor"]


def line_rows(invoice: InvoiceWithLinesAnswer) -> Rows:
    """Yield the lines of one invoice, from which its total can be added up."""
    for line in invoice["lines"]:
        share, _, of = line["fraction"].partition("/")
        yield {
            **line,
            "invoice_id": invoice["invoice_id"],
            "currency": invoice["currency"],
            "unit_price": amount(line["unit_price_cents"]),
            "share": share,
            "of": of,
            "amount": amount(line["amount_cents"]),
        }
