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
    rows = [
        (
            row["invoice_id"],
            row["status"],
            row["period_start"],
            row["period_end"],
            amount(row["total_cents"]),
            row["currency"],
            row["finalized_at"],
        )
        for row in page["invoices"]
    ]
    return rows, page["next_cursor"]


def line_rows(invoice: InvoiceWithLinesAnswer) -> Rows:
    """Yield the lines of one invoice, from which its total can be added up."""
    for line in invoice["lines"]:
        share, _, of = line["fraction"].partition("/")
        yield (
            invoice["invoice_id"],
            line["kind"],
            line["license_type"],
            line["quantity"],
            amount(line["unit_price_cents"]),
            line["from"],
            line["to"],
            share,
            of,
            amount(line["amount_cents"]),
            invoice["currency"],
            line["adjustment_id"],
            line["explanation"],
            line["description"],
        )
