"""Lists and invoices as CSV: the columns of each, and what stands in them.

A row tells what the entry does, but for its version, and for lists in it that have their own.
"""

import json
from collections.abc import Mapping
from typing import Any

from licensing.answers.adjustments import AdjustmentsPage
from licensing.answers.clinics import MyLicensesPage
from licensing.answers.history import HistoryPage
from licensing.answers.invoices import InvoicesPage, InvoiceWithLinesAnswer
from licensing.answers.users import UsersPage
from licensing.http.csv_tables import Rows, amount

USERS = (
    *("name", "email", "license_type", "active", "permissions", "user_id", "active_since"),
    *("inactive_since", "starts_at", "mail_suppressed"),
)
ADJUSTMENTS = (
    *("adjustment_id", "status", "confirmation", "requested_at", "requested_by", "channel"),
    *("action", "license_type", "quantity", "prorated", "explanation", "applies_at"),
    *("invoice_update_due_at", "invoiced_at", "confirmed_at", "cancelled_at"),
    *("confirmation_due_by", "lapsed_because", "message", "user_id", "transfer_clinic_id"),
    *("transfer_clinic", "transfer_adjustment_id", "clinic_id"),
)
HISTORY = (
    *("history_id", "at", "action", "by", "user_id", "channel", "subject", "why", "before"),
    "after",
)
LICENSES = (
    *("clinic_id", "name", "purchased", "in_use", "available", "idle_monthly_cost", "currency"),
    *("next_renewal", "expected_total", "open_adjustments", "scheduled_adjustments"),
    *("closes_on", "closed", "permissions"),
)
INVOICES = (
    *("invoice_id", "status", "period_start", "period_end"),
    *("total", "currency", "finalized_at"),
)
LINES = (
    *("invoice_id", "kind", "license_type", "quantity", "unit_price", "from", "to"),
    # Two columns: a spreadsheet reads 12/31 as a day.
    *("share", "of"),
    *("amount", "currency", "adjustment_id", "explanation", "description"),
)


def clinic_rows(page: MyLicensesPage) -> Rows:
    for row in page["clinics"]:
        cents = row["expected_total_cents"]
        yield {
            **row,
            "idle_monthly_cost": amount(row["idle_monthly_cost_cents"]),
            "expected_total": None if cents is None else amount(cents),
            "closes_on": row["closure"] and row["closure"]["closes_on"],
            "closed": row["closure"] is not None and row["closure"]["closed"],
            "permissions": " ".join(row["permissions"]),
        }


def user_rows(page: UsersPage) -> Rows:
    for row in page["users"]:
        yield {**row, "permissions": " ".join(row["permissions"])}


def adjustment_rows(page: AdjustmentsPage) -> Rows:
    """Yield the lines of adjustments.

    The prorated amount is that of all lines of an adjustment and stands with the first, so that
    a column adds up.
    """
    for row in page["license_adjustments"]:
        for number, line in enumerate(row["lines"]):
            yield {
                **row,
                **line,
                "requested_by": row["requested_by"]["name"],
                "user_id": row["requested_by"]["user_id"],
                "transfer_clinic_id": row["transfer"] and row["transfer"]["clinic_id"],
                "transfer_clinic": row["transfer"] and row["transfer"]["name"],
                "transfer_adjustment_id": row["transfer"] and row["transfer"]["adjustment_id"],
                "prorated": None if number else amount(row["prorated_cents"]),
            }


def history_rows(page: HistoryPage) -> Rows:
    for row in page["history"]:
        yield {
            **row,
            "by": row["actor"]["name"],
            "user_id": row["actor"]["user_id"],
            "before": _facts(row["before"]),
            "after": _facts(row["after"]),
        }


def invoice_rows(page: InvoicesPage) -> Rows:
    for row in page["invoices"]:
        yield {**row, "total": amount(row["total_cents"])}


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


def _facts(of: Mapping[str, Any]) -> str:
    return json.dumps(of, ensure_ascii=False) if of else ""
