"""What only the vendor's staff see: the nights, all clinics together, mail that fails."""

from typing import TYPE_CHECKING, TypedDict

from licensing.answers import Day, Timestamp, filled, timestamp
from licensing.answers.clinics import place
from licensing.answers.users import NoticesAnswer, notices
from licensing.domain.adjustments import Confirmation, Status
from licensing.domain.licenses import LicenseType
from licensing.domain.outgoing import Delivery
from licensing.domain.overview import ClinicState, Overview
from licensing.domain.reconciliation import Report, Sums

if TYPE_CHECKING:
    from collections.abc import Mapping

    from licensing.domain.keys import Page
    from licensing.domain.reconciliation import NightlyFinding


class MailAddressAnswer(TypedDict):
    """A mail address, and whether mail may go there."""

    address: str
    takes_mail: bool


class FindingAnswer(TypedDict):
    """Something that must not be so, and what staff can do about it."""

    clinic_id: str
    invariant: str
    subject: str
    expected: str
    actual: str
    advice: str


class NightlyFindingAnswer(FindingAnswer):
    """A finding among those of all clinics."""

    clinic_name: str | None


class ReconciliationAnswer(TypedDict):
    """One night's result, in short."""

    date: Day
    status: str
    clinics: int
    findings: int


class ReconciliationWithFindingsAnswer(TypedDict):
    """One night's result, with one page of its findings."""

    date: Day
    status: str
    clinics_checked: int
    finding_count: int
    overdue_confirmations: int
    repairs: int
    findings: list[NightlyFindingAnswer]
    next_cursor: str | None


class ReconciliationsPage(TypedDict):
    """One page of the nights, newest first."""

    reconciliations: list[ReconciliationAnswer]
    next_cursor: str | None


class LicenseSumsAnswer(TypedDict):
    """The licenses of one type in all clinics."""

    license_type: LicenseType
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
    at: Timestamp
    clinics: int
    licenses: list[LicenseSumsAnswer]
    recurring: list[MonthlySumAnswer]
    open_adjustments: int
    overdue_confirmations: int
    parked_confirmations: int
    findings: int


class ConfirmationAnswer(TypedDict):
    """What is told of every confirmation."""

    adjustment_id: str
    status: Status
    confirmation: Confirmation | None
    requested_at: Timestamp
    confirmation_due_by: Timestamp
    parked_reason: str | None


class WaitingConfirmationAnswer(ConfirmationAnswer):
    """A confirmation that is overdue, or of which nobody knows whether it was sent."""

    clinic_id: str
    clinic_name: str | None
    overdue: bool
    invoiced_at: Timestamp | None


class OverviewAnswer(TypedDict):
    """All clinics as of the last night; before the first one there are no months."""

    months: list[NightSumsAnswer]
    waiting_confirmations: list[WaitingConfirmationAnswer]


class BlockedAddressAnswer(TypedDict):
    """A user's address that mail does not go to."""

    address: str
    because: str
    since: Timestamp


class ConfirmationMailAnswer(ConfirmationAnswer):
    """How far the confirmation of an adjustment has come."""

    confirmed_at: Timestamp | None
    settled_as: str | None


class RecipientAnswer(TypedDict):
    """A user who was written to."""

    user_id: str
    name: str


class MailAnswer(TypedDict):
    """A letter to one of the clinic's users, and how it fared."""

    kind: str
    at: Timestamp
    to: RecipientAnswer | None
    intent: str | None
    delivery: Delivery


class ToldManagerAnswer(RecipientAnswer, NoticesAnswer):
    """A User Manager, and what they are told unasked."""


class ClinicStateAnswer(TypedDict):
    """What staff need of a clinic beside its licenses, invoices and history."""

    clinic_id: str
    checked_at: Timestamp | None
    notices: list[ToldManagerAnswer]
    findings: list[FindingAnswer]
    confirmations: list[ConfirmationMailAnswer]
    mails: list[MailAnswer]
    blocked_addresses: list[BlockedAddressAnswer]


def reconciliation(of: "Report") -> ReconciliationAnswer:
    """Return a night's result in short."""
    return filled(ReconciliationAnswer, of, date=of.night, status=of.stage)


def reconciliations(page: "Page[Report]") -> ReconciliationsPage:
    rows = [reconciliation(record) for record in page.records]
    return {"reconciliations": rows, "next_cursor": page.next_cursor}


def reconciliation_with_findings(
    of: "Report", page: "Page[NightlyFinding]", names: "Mapping[str, str]"
) -> ReconciliationWithFindingsAnswer:
    """Return a night's result with a page of its findings, by the clinics' names."""
    findings = [
        filled(
            NightlyFindingAnswer, record.finding, clinic_name=names.get(record.finding.clinic_id)
        )
        for record in page.records
    ]
    findings.sort(key=lambda row: (place(row["clinic_name"] or row["clinic_id"]), row["clinic_id"]))
    return filled(
        ReconciliationWithFindingsAnswer,
        of,
        date=of.night,
        status=of.stage,
        clinics_checked=of.clinics,
        finding_count=of.findings,
        overdue_confirmations=of.overdue,
        findings=findings,
        next_cursor=page.next_cursor,
    )


def clinic_state(of: ClinicState) -> ClinicStateAnswer:
    """Return a clinic's state; the confirmations are those of its newest adjustments."""
    return {
        "clinic_id": of.clinic.clinic_id,
        "checked_at": timestamp(of.night.at) if of.night else None,
        "notices": [
            {**filled(RecipientAnswer, one), **notices(one.notices)} for one in of.managers
        ],
        "findings": [filled(FindingAnswer, one) for one in of.findings],
        "confirmations": [
            filled(ConfirmationMailAnswer, one, confirmation=one.mail) for one in of.confirmations
        ],
        "mails": [
            filled(MailAnswer, one, to=one.to and filled(RecipientAnswer, one.to))
            for one in of.letters
        ],
        "blocked_addresses": [
            {
                "address": one.address,
                "because": one.suppressed_because or "",
                "since": timestamp(one.suppressed_at),
            }
            for one in of.blocked
            if one.suppressed_at is not None
        ],
    }


def overview(of: Overview) -> OverviewAnswer:
    """Return the months, the newest first, and what waits, the longest overdue first."""
    return {
        "months": [_night(report, report.sums) for report in of.months if report.sums is not None],
        "waiting_confirmations": [
            filled(
                WaitingConfirmationAnswer,
                one.adjustment,
                clinic_name=of.names.get(one.adjustment.clinic_id),
                overdue=one.is_overdue,
            )
            for one in of.waiting
        ],
    }


def _night(report: Report, sums: Sums) -> NightSumsAnswer:
    types = [kind for kind in LicenseType if kind in sums.purchased]
    return {
        "month": f"{report.night:%Y-%m}",
        "at": timestamp(report.at),
        "clinics": sums.customers,
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
