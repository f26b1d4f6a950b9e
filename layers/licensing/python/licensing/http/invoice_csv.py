"""Invoices as CSV, for spreadsheets, which take some texts for formulas."""

import csv
import io
from collections.abc import Iterable, Sequence

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response

from licensing.answers import InvoicesPage, InvoiceWithLinesAnswer
from licensing.http.app import SECURITY_HEADERS, header

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_INVOICES = (
    "invoice_id",
    "status",
    "period_start",
    "period_end",
    "total",
    "currency",
    "finalized_at",
)
_LINES = (
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


def wants_csv(app: APIGatewayRestResolver) -> bool:
    """Return whether Accept prefers CSV to JSON."""
    preference = {"text/csv": 0.0, "application/json": 0.0}
    for entry in (header(app, "accept") or "").split(","):
        media, *parameters = (part.strip().lower() for part in entry.split(";"))
        if media in preference:
            preference[media] = _quality(parameters)
    return preference["text/csv"] > preference["application/json"]


def invoices_csv(page: InvoicesPage) -> Response[str]:
    """Return a page of invoices; a further page is named by the Link header."""
    rows = [
        (
            row["invoice_id"],
            row["status"],
            row["period_start"],
            row["period_end"],
            _units(row["total_cents"]),
            row["currency"],
            row["finalized_at"] or "",
        )
        for row in page["invoices"]
    ]
    cursor = page["next_cursor"]
    more = {} if cursor is None else {"Link": f'<?cursor={cursor}>; rel="next"'}
    return _answer("invoices", _table(_INVOICES, rows), more)


def invoice_csv(invoice: InvoiceWithLinesAnswer) -> Response[str]:
    """Return the lines of one invoice, from which its total can be added up."""
    rows = []
    for line in invoice["lines"]:
        share, _, of = line["fraction"].partition("/")
        rows.append(
            (
                invoice["invoice_id"],
                line["kind"],
                line["license_type"],
                str(line["quantity"]),
                _units(line["unit_price_cents"]),
                line["from"],
                line["to"],
                share,
                of,
                _units(line["amount_cents"]),
                invoice["currency"],
                line["adjustment_id"] or "",
                guarded(line["explanation"] or ""),
                guarded(line["description"]),
            )
        )
    return _answer(f"invoice-{invoice['invoice_id']}", _table(_LINES, rows), {})


def guarded(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            digits = value.strip().replace(".", "", 1)
            return float(value) if digits.isascii() and digits.isdigit() else 0.0
    return 1.0


def _units(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _answer(name: str, text: str, headers: dict[str, str]) -> Response[str]:
    return Response(
        status_code=200,
        content_type="text/csv; charset=utf-8",
        body=text,
        headers={
            **SECURITY_HEADERS,
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Vary": "Accept",
            **headers,
        },
    )
