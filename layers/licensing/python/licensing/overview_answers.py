"""The vendor's overview as callers are told it."""

from typing import TypedDict

from licensing.answers import optional_timestamp, timestamp
from licensing.domain.licenses import LicenseType
from licensing.domain.overview import Overview, Waiting
from licensing.domain.reconciliation import Report, Sums


class LicenseSumsAnswer(TypedDict):
    """The licenses of one type in all clinics."""

    license_type: str
    purchased: int
    in_use: int
    idle: int


class MonthlySumAnswer(TypedDict):
    """What all licenses cost each month, in one currency."""

    currency: str
    monthly_cents: int


class NightSumsAnswer(TypedDict):
    """What all clinics added up to on the last night of a month."""

    month: str
    at: str
    clinics: int
    licenses: list[LicenseSumsAnswer]
    recurring: list[MonthlySumAnswer]
    open_adjustments: int
    overdue_confirmations: int
    parked_confirmations: int
    findings: int


class WaitingConfirmationAnswer(TypedDict):
    """A confirmation that is overdue, or of which nobody knows whether it was sent."""

    clinic_id: str
    adjustment_id: str
    status: str
    confirmation: str
    overdue: bool
    parked_reason: str | None
    requested_at: str
    confirmation_due_by: str
    invoiced_at: str | None


class OverviewAnswer(TypedDict):
    """All clinics as of the last night; before the first one there are no months."""

    months: list[NightSumsAnswer]
    waiting_confirmations: list[WaitingConfirmationAnswer]


def overview(of: Overview) -> OverviewAnswer:
    """Return the months, the newest first, and what waits, the longest overdue first."""
    return {
        "months": [_night(report, report.sums) for report in of.months if report.sums is not None],
        "waiting_confirmations": [_waiting(one) for one in of.waiting],
    }


def _night(report: Report, sums: Sums) -> NightSumsAnswer:
    types = [kind for kind in LicenseType if kind in sums.purchased]
    return {
        "month": f"{report.night:%Y-%m}",
        "at": timestamp(report.at),
        "clinics": sums.clinics,
        "licenses": [
            {
                "license_type": kind,
                "purchased": sums.purchased[kind],
                "in_use": sums.in_use[kind],
                "idle": sums.purchased[kind] - sums.in_use[kind],
            }
            for kind in types
        ],
        "recurring": [
            {"currency": currency, "monthly_cents": cents}
            for currency, cents in sorted(sums.monthly_cents.items())
        ],
        "open_adjustments": sums.open,
        "overdue_confirmations": sums.overdue,
        "parked_confirmations": sums.parked,
        "findings": report.findings,
    }


def _waiting(one: Waiting) -> WaitingConfirmationAnswer:
    adjustment = one.adjustment
    return {
        "clinic_id": adjustment.clinic_id,
        "adjustment_id": adjustment.adjustment_id,
        "status": adjustment.status,
        "confirmation": adjustment.confirmation,
        "overdue": one.is_overdue,
        "parked_reason": adjustment.parked_reason,
        "requested_at": timestamp(adjustment.requested_at),
        "confirmation_due_by": timestamp(adjustment.confirmation_due_by),
        "invoiced_at": optional_timestamp(adjustment.invoiced_at),
    }
