"""License adjustments and transfers, each with a sentence on how far it has come."""

from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, TypedDict

from licensing.answers import PersonAnswer, Timestamp, filled
from licensing.answers.licenses import CountsAnswer, counted
from licensing.domain.adjustments import (
    Action,
    Adjustment,
    Confirmation,
    Status,
    asked_in_words,
    done_in_words,
    planned_in_words,
)
from licensing.domain.beside import Answer
from licensing.domain.in_words import local_day, local_time
from licensing.domain.invoices import LineKind, total
from licensing.domain.licenses import LicenseType

if TYPE_CHECKING:
    from licensing.domain.clinics import Clinic
    from licensing.domain.keys import Page
    from licensing.domain.transfers import Transfer


class LineAnswer(TypedDict):
    """One line of an adjustment."""

    action: Action
    license_type: LicenseType
    quantity: int


class OtherHalfAnswer(TypedDict):
    """The other clinic's adjustment of a transfer."""

    clinic_id: str
    adjustment_id: str
    name: str


class AdjustmentAnswer(TypedDict):
    """A license adjustment; ``transfer`` names the other half if it is one of a transfer.

    ``confirmation`` is null once it is canceled: no mail follows.
    """

    adjustment_id: str
    clinic_id: str
    status: Status
    confirmation: Confirmation | None
    channel: str
    lines: list[LineAnswer]
    explanation: str | None
    prorated_cents: int
    requested_by: PersonAnswer
    requested_at: Timestamp
    invoice_update_due_at: Timestamp
    confirmation_due_by: Timestamp
    invoiced_at: Timestamp | None
    confirmed_at: Timestamp | None
    cancelled_at: Timestamp | None
    applies_at: Timestamp | None
    lapsed_because: str | None
    message: str
    licenses: list[CountsAnswer]
    transfer: OtherHalfAnswer | None


TransferAnswer = TypedDict(
    "TransferAnswer", {"from": AdjustmentAnswer, "to": AdjustmentAnswer, "moved_users": list[str]}
)
TransferAnswer.__doc__ = "Both adjustments of a transfer, and the ids of the users who moved."


class AdjustmentsPage(TypedDict):
    """Some of the license adjustments, newest first."""

    license_adjustments: list[AdjustmentAnswer]
    next_cursor: str | None


def adjustment(of: Adjustment, zone: tzinfo = UTC) -> AdjustmentAnswer:
    """Return an adjustment, its message in the clinic's zone.

    Of what is canceled or invoiced the message names no times.
    """
    return filled(
        AdjustmentAnswer,
        of,
        confirmation=of.mail,
        channel=of.requested_by.channel,
        lines=lines(of),
        prorated_cents=total(of.priced),
        requested_by=filled(PersonAnswer, of.requested_by),
        message=_message(of, zone),
        licenses=[counted(kind, counts) for kind, counts in of.licenses.items()],
        transfer=of.transfer and filled(OtherHalfAnswer, of.transfer),
    )


def lines(of: Adjustment) -> list[LineAnswer]:
    """Return what an adjustment adds and releases."""
    return [filled(LineAnswer, line) for line in of.lines]


def adjustments(of: "tuple[Clinic, Page[Adjustment]]") -> AdjustmentsPage:
    clinic, page = of
    rows = [adjustment(record, clinic.zone) for record in page.records]
    return {"license_adjustments": rows, "next_cursor": page.next_cursor}


def adjustment_requested(of: "tuple[Clinic, Adjustment]") -> Answer:
    """Return the answer to the request of an adjustment, which is the one kept for repeats."""
    clinic, requested = of
    return Answer(201, {**adjustment(requested, clinic.zone)})


def licenses_transferred(of: "Transfer") -> Answer:
    """Return the answer to a transfer, which is the one kept for repeats."""
    body: TransferAnswer = {
        "from": adjustment(of.given.adjustment, of.given.clinic.zone),
        "to": adjustment(of.taken.adjustment, of.taken.clinic.zone),
        "moved_users": [one.user_id for one in of.moved],
    }
    return Answer(201, {**body})


def _message(of: Adjustment, zone: tzinfo) -> str:
    also = f" (transferred {of.transfer_in_words})" if of.transfer else ""
    asked, done = asked_in_words(of.lines) + also, done_in_words(of.lines) + also
    if of.status is Status.CANCELLED:
        return f"Canceled: {asked}. Licenses and invoice are as they were."
    if of.status is Status.SCHEDULED and of.applies_at is not None:
        day, planned = local_day(of.applies_at, zone), planned_in_words(of.lines) + also
        return f"Scheduled for {day}: {planned}. Nothing changes until then, and you can cancel it."
    if of.status is Status.LAPSED:
        return f"Not made: {asked}. {of.lapsed_because} Licenses and invoice are as they were."
    if of.status is Status.CONFIRMED:
        return f"Done: {done}. The invoice is updated, and the confirmation email was sent."
    if of.status is Status.INVOICED:
        if of.confirmation is Confirmation.UNKNOWN:
            return f"On the invoice: {done}. The confirmation email may not have gone out."
        return f"On the invoice: {done}. The confirmation email follows."
    added = any(line.action is Action.ADD for line in of.lines)
    released = any(line.action is Action.REMOVE for line in of.lines)
    paid = any(line.kind is LineKind.CREDIT and line.quantity == 0 for line in of.priced)
    since = " from the next renewal on" if paid else ""
    effect = ", and ".join(
        ["added licenses can be used now"] * added
        + [f"released licenses are no longer billed{since}"] * released
    )
    return (
        f"Done: {done}. {effect[0].upper()}{effect[1:]}. The invoice will be updated by "
        f"{local_time(of.invoice_update_due_at, zone)}; a confirmation email will follow by "
        f"{local_time(of.confirmation_due_by, zone)}."
    )
