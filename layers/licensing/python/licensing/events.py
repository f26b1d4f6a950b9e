"""Changes as other systems are told of them: ids and numbers, no names and no free text.

Each kind's detail is a class here, from which docs/events/ is made.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, TypedDict

from licensing.answers import Day, Timestamp, filled, timestamp
from licensing.answers.adjustments import LineAnswer, lines
from licensing.answers.invoices import BilledAnswer, billed
from licensing.answers.licenses import CountsAnswer, counted
from licensing.domain.adjustments import Adjustment
from licensing.domain.beside import History
from licensing.domain.business_events import BusinessEvent
from licensing.domain.clinics import Clinic
from licensing.domain.invoices import AnyLine, Invoice
from licensing.domain.licenses import Counts, LicenseType
from licensing.domain.reconciliation import Invariant, NightlyFinding
from licensing.domain.users import USER_MANAGER

LINES_PER_EVENT = 300
"""EventBridge takes 256 kilobytes; a line has up to 500 bytes."""


class Kind(StrEnum):
    """What happened, as the ``detail-type`` names it."""

    CLINIC_REGISTERED = "ClinicRegistered"
    CLINIC_CLOSED = "ClinicClosed"
    ADJUSTMENT_APPLIED = "LicenseAdjustmentApplied"
    ADJUSTMENT_INVOICED = "LicenseAdjustmentInvoiced"
    ADJUSTMENT_CANCELLED = "LicenseAdjustmentCancelled"
    ADJUSTMENT_SCHEDULED = "LicenseAdjustmentScheduled"
    ADJUSTMENT_LAPSED = "LicenseAdjustmentLapsed"
    USER_ACTIVATED = "UserActivated"
    USER_DEACTIVATED = "UserDeactivated"
    INVOICE_FINALIZED = "InvoiceFinalized"
    FINDING_REPORTED = "FindingReported"


ADJUSTMENTS = {
    "licenses_adjusted": Kind.ADJUSTMENT_APPLIED,
    "licenses_transferred": Kind.ADJUSTMENT_APPLIED,
    "adjustment_invoiced": Kind.ADJUSTMENT_INVOICED,
    "adjustment_cancelled": Kind.ADJUSTMENT_CANCELLED,
    "adjustment_scheduled": Kind.ADJUSTMENT_SCHEDULED,
    "adjustment_lapsed": Kind.ADJUSTMENT_LAPSED,
}
# A user may be added active, by a transfer, and an identity provider changes the license of one.
USERS = {
    "user_activated",
    "user_added",
    "user_changed",
    "user_deactivated",
    "user_manager_named",
}
CLOSED = {"clinic_closed"}
INVOICES = {"invoice_finalized"}
TOLD = {*ADJUSTMENTS, *USERS, *INVOICES, *CLOSED}
"""The actions in history that other systems are told of."""


class PricedCounts(CountsAnswer):
    """The licenses of one type at the registration, and the monthly price of each."""

    unit_price_cents: int


class Happened(TypedDict):
    """What every change tells."""

    event_id: str
    clinic_id: str
    occurred_at: Timestamp


class ClinicRegistered(Happened):
    """A clinic was registered; its User Managers are active and use licenses."""

    time_zone: str
    currency: str
    billing_day: int
    licenses: list[PricedCounts]


class ClinicClosed(Happened):
    """A clinic has come to its end: no licenses, no active users, its last invoice finalized."""

    closed_on: Day


class LicenseAdjustment(Happened):
    """A license adjustment; ``licenses`` holds the counts that the event changed, if any."""

    adjustment_id: str
    channel: str
    requested_by: str | None
    requested_at: Timestamp
    effective_at: Timestamp
    applies_at: Timestamp | None
    lines: list[LineAnswer]
    licenses: list[CountsAnswer]
    invoice_id: str | None


class UserSwitched(Happened):
    """A user who took a license or gave it back; ``licenses`` holds the counts after it."""

    user_id: str
    license_type: LicenseType
    user_manager: bool
    licenses: list[CountsAnswer]


class BilledLine(BilledAnswer):
    """One invoice line; amount = quantity * unit price * fraction, rounded."""

    line_id: str


class InvoiceFinalized(Happened):
    """An invoice that changes no more; one with many lines comes in ``parts``."""

    invoice_id: str
    currency: str
    first_day: Day
    until_day: Day
    total_cents: int
    part: int
    parts: int
    lines: list[BilledLine]


class FindingReported(TypedDict):
    """The nightly reconciliation found something that must not be so.

    ``subject`` is an id or a license type, and null where it would be a mail address.
    """

    event_id: str
    clinic_id: str
    night: Day
    invariant: Invariant
    subject: str | None


DETAILS: Mapping[Kind, type] = {
    Kind.CLINIC_REGISTERED: ClinicRegistered,
    Kind.CLINIC_CLOSED: ClinicClosed,
    **dict.fromkeys(ADJUSTMENTS.values(), LicenseAdjustment),
    Kind.USER_ACTIVATED: UserSwitched,
    Kind.USER_DEACTIVATED: UserSwitched,
    Kind.INVOICE_FINALIZED: InvoiceFinalized,
    Kind.FINDING_REPORTED: FindingReported,
}


def clinic_registered(clinic: Clinic) -> BusinessEvent:
    """Return the event of a clinic's first record; its id sorts before every other."""
    detail = filled(
        ClinicRegistered,
        clinic,
        event_id=f"{clinic.clinic_id}/0",
        occurred_at=clinic.registered_at,
        licenses=[
            filled(PricedCounts, license, license_type=kind)
            for kind, license in clinic.licenses.items()
        ],
    )
    return BusinessEvent(Kind.CLINIC_REGISTERED, {**detail})


def clinic_closed(change: History) -> BusinessEvent:
    """Return the event of a clinic's end."""
    detail: ClinicClosed = {
        **_happened(change),
        "closed_on": change.after["closes_on"],
    }
    return BusinessEvent(Kind.CLINIC_CLOSED, {**detail})


def adjustment_changed(change: History, adjustment: Adjustment) -> BusinessEvent:
    """Return the event of an adjustment; all that it says of the adjustment never changes."""
    detail = filled(
        LicenseAdjustment,
        adjustment,
        **_happened(change),
        channel=adjustment.requested_by.channel,
        requested_by=adjustment.requested_by.user_id,
        lines=lines(adjustment),
        licenses=_all_counts(change.after.get("licenses", change.after)),
        invoice_id=change.after.get("invoice_id"),
    )
    return BusinessEvent(ADJUSTMENTS[change.action], {**detail})


def user_switched(change: History) -> list[BusinessEvent]:
    """Return the event of a user made active or inactive, none if they stay what they were.

    Who stays active with a license of another type has given one back and taken one.
    """
    before, after = change.before, change.after
    was, active = before.get("active", False), after["active"]
    counts = _all_counts(after.get("licenses", {}))
    if active != was:
        of = after if active else before
        return [_switched(change, active=active, kind=of["license_type"], to=counts)]
    if not active or before["license_type"] == after["license_type"]:
        return []
    return [
        _switched(
            change,
            f"/{part}",
            active=now,
            kind=kind,
            to=[one for one in counts if one["license_type"] == kind],
        )
        for part, (now, kind) in enumerate(
            ((False, before["license_type"]), (True, after["license_type"])), start=1
        )
    ]


def _switched(
    change: History, part: str = "", *, active: bool, kind: str, to: list[CountsAnswer]
) -> BusinessEvent:
    detail: UserSwitched = {
        **_happened(change, part),
        "user_id": change.subject,
        "license_type": LicenseType(kind),
        "user_manager": USER_MANAGER in change.after["permissions"],
        "licenses": to,
    }
    return BusinessEvent(Kind.USER_ACTIVATED if active else Kind.USER_DEACTIVATED, {**detail})


def invoice_finalized(
    change: History, invoice: Invoice, on_it: Sequence[AnyLine]
) -> list[BusinessEvent]:
    """Return the events of a finalized invoice, each with some of its lines."""
    starts = range(0, max(len(on_it), 1), LINES_PER_EVENT)
    events = []
    for part, start in enumerate(starts, start=1):
        detail = filled(
            InvoiceFinalized,
            invoice,
            **_happened(change, f"/{part}"),
            first_day=invoice.first,
            until_day=invoice.until,
            part=part,
            parts=len(starts),
            lines=[
                {"line_id": line.line_id, **billed(line)}
                for line in on_it[start : start + LINES_PER_EVENT]
            ],
        )
        events.append(BusinessEvent(Kind.INVOICE_FINALIZED, {**detail}))
    return events


def finding_reported(of: NightlyFinding) -> BusinessEvent:
    """Return the event of a finding; those of mail addresses count as one of their clinic."""
    found = of.finding
    subject = None if found.invariant is Invariant.MAIL_ADDRESS else found.subject
    parts = (of.night.isoformat(), found.clinic_id, found.invariant, *filter(None, [subject]))
    detail: FindingReported = {
        "event_id": "/".join(parts),
        "clinic_id": found.clinic_id,
        "night": of.night.isoformat(),
        "invariant": found.invariant,
        "subject": subject,
    }
    return BusinessEvent(Kind.FINDING_REPORTED, {**detail})


def _happened(change: History, part: str = "") -> Happened:
    return {
        # History's ids are in the order of a clinic's changes, and so are these.
        "event_id": f"{change.clinic_id}/{change.history_id}{part}",
        "clinic_id": change.clinic_id,
        "occurred_at": timestamp(change.at),
    }


def _all_counts(told: Mapping[str, Any]) -> list[CountsAnswer]:
    return [
        counted(kind, Counts(told[kind]["purchased"], told[kind]["in_use"]))
        for kind in LicenseType
        if kind in told
    ]
