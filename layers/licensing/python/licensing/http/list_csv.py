"""Users, license adjustments and history as CSV."""

import json
from collections.abc import Mapping
from typing import Any

from licensing.answers import AdjustmentsPage, HistoryPage, MyLicensesPage, UsersPage
from licensing.http.csv_tables import Rows, amount

USERS = (
    "name",
    "email",
    "license_type",
    "active",
    "permissions",
    "user_id",
    "active_since",
    "inactive_since",
)
ADJUSTMENTS = (
    "adjustment_id",
    "status",
    "confirmation",
    "requested_at",
    "requested_by",
    "channel",
    "action",
    "license_type",
    "quantity",
    "prorated",
    "explanation",
    "applies_at",
    "invoice_update_due_at",
    "invoiced_at",
    "confirmed_at",
    "cancelled_at",
)
HISTORY = (
    "history_id",
    "at",
    "action",
    "by",
    "user_id",
    "channel",
    "subject",
    "why",
    "before",
    "after",
)
LICENSES = (
    "clinic_id",
    "name",
    "purchased",
    "in_use",
    "available",
    "idle_monthly_cost",
    "currency",
    "next_renewal",
    "expected_total",
    "open_adjustments",
    "scheduled_adjustments",
    "closes_on",
)


def clinic_rows(page: MyLicensesPage) -> tuple[Rows, str | None]:
    """Return a page of somebody's clinics, and where the next one begins."""
    rows = [
        {
            **row,
            "idle_monthly_cost": amount(row["idle_monthly_cost_cents"]),
            "expected_total": None
            if (cents := row["expected_total_cents"]) is None
            else amount(cents),
            "closes_on": row["closure"]["closes_on"] if row["closure"] else None,
        }
        for row in page["clinics"]
    ]
    return rows, page["next_cursor"]


def user_rows(page: UsersPage) -> tuple[Rows, str | None]:
    """Return a page of users, and where the next one begins."""
    rows = [{**row, "permissions": " ".join(row["permissions"])} for row in page["users"]]
    return rows, page["next_cursor"]


def adjustment_rows(page: AdjustmentsPage) -> tuple[Rows, str | None]:
    """Return the lines of a page of adjustments, and where the next one begins.

    The prorated amount is that of all its lines and stands with the first, so that a column
    adds up.
    """
    rows = [
        {
            **row,
            **line,
            "requested_by": row["requested_by"]["name"],
            "prorated": None if number else amount(row["prorated_cents"]),
        }
        for row in page["license_adjustments"]
        for number, line in enumerate(row["lines"])
    ]
    return rows, page["next_cursor"]


def history_rows(page: HistoryPage) -> tuple[Rows, str | None]:
    """Return a page of history, and where the next one begins."""
    rows = [
        {
            **row,
            "by": row["actor"]["name"],
            "user_id": row["actor"]["user_id"],
            "before": _facts(row["before"]),
            "after": _facts(row["after"]),
        }
        for row in page["history"]
    ]
    return rows, page["next_cursor"]


def _facts(of: Mapping[str, Any]) -> str:
    return json.dumps(of, ensure_ascii=False) if of else ""
