"""Invoices and their lines, as they are and as they are expected to become."""

from typing import TYPE_CHECKING, TypedDict
from zoneinfo import ZoneInfo

from licensing.answers import Day, Timestamp, filled, timestamp
from licensing.answers.adjustments import LineAnswer, lines
from licensing.answers.licenses import LicenseAnswer, licenses
from licensing.domain.beside import Answer
from licensing.domain.invoices import (
    AnyLine,
    Correction,
    Invoice,
    InvoiceStatus,
    LineKind,
    describe,
    shown,
)
from licensing.domain.licenses import LicenseType
from licensing.domain.periods import local_midnight

if TYPE_CHECKING:
    from licensing.domain.clinics import Clinic
    from licensing.domain.keys import Page
    from licensing.domain.previews import CorrectedInvoice, InvoiceInDetail, Preview

BilledAnswer = TypedDict(
    "BilledAnswer",
    {
        "kind": LineKind,
        "license_type": LicenseType | None,
        "quantity": int,
        "unit_price_cents": int,
        "from": Timestamp,
        "to": Timestamp,
        "fraction": str,
        "amount_cents": int,
        "adjustment_id": str | None,
    },
)


class InvoiceLineAnswer(BilledAnswer):
    """One invoice line; amount = quantity * unit price * fraction, rounded."""

    explanation: str | None
    description: str


class PreviewAnswer(TypedDict):
    """What an adjustment would do, as of ``priced_at``."""

    licenses_before: list[LicenseAnswer]
    licenses_after: list[LicenseAnswer]
    invoice_lines: list[InvoiceLineAnswer]
    change_now_cents: int
    next_invoice_on: Day
    next_invoice_total_before_cents: int
    next_invoice_total_cents: int
    monthly_change_cents: int
    currency: str
    invoice_update_due_at: Timestamp
    confirmation_due_by: Timestamp
    priced_at: Timestamp
    applies_at: Timestamp | None
    would_lapse: str | None
    would_prevent: list[str]


TransferPreviewAnswer = TypedDict(
    "TransferPreviewAnswer", {"from": PreviewAnswer, "to": PreviewAnswer}
)
TransferPreviewAnswer.__doc__ = (
    "What a transfer would do in the clinic that gives and the other one."
)


class InvoiceAnswer(TypedDict):
    """An invoice without its lines; its period is the one that recurring lines pay for."""

    invoice_id: str
    status: InvoiceStatus
    currency: str
    period_start: Timestamp
    period_end: Timestamp
    total_cents: int
    finalized_at: Timestamp | None


class PendingAnswer(TypedDict):
    """A request whose lines are on no invoice yet; ``on_this_invoice`` where they are to come.

    Without an id it is what the clinic's planned end will release.
    """

    adjustment_id: str | None
    requested: list[LineAnswer]
    applies_at: Timestamp | None
    invoice_update_due_at: Timestamp
    on_this_invoice: bool
    lines: list[InvoiceLineAnswer]
    monthly_change_cents: int


class InvoiceWithLinesAnswer(InvoiceAnswer):
    """An invoice with the lines that explain it, and what an upcoming one is expected to be."""

    lines: list[InvoiceLineAnswer]
    pending: list[PendingAnswer]
    expected_total_cents: int


class CorrectionAnswer(TypedDict):
    """A correction that staff put on an invoice."""

    correction_id: str
    invoice_id: str
    amount_cents: int
    currency: str
    reason: str
    corrected_at: Timestamp


class InvoicesPage(TypedDict):
    """Some of the invoices, newest first."""

    invoices: list[InvoiceAnswer]
    next_cursor: str | None


def invoice_line(line: AnyLine, currency: str, zone: ZoneInfo) -> InvoiceLineAnswer:
    """Return an invoice line with its arithmetic and one sentence about it."""
    if isinstance(line, Correction):
        why, what = line.reason, "Correction by the vendor."
        return {**billed(line), "explanation": why, "description": what}
    what = describe(line, currency, zone)
    return {**billed(line), "explanation": line.explanation, "description": what}


def billed(line: AnyLine) -> BilledAnswer:
    """Return the arithmetic of an invoice line."""
    if isinstance(line, Correction):
        return {
            "kind": LineKind.CORRECTION,
            "license_type": None,
            "quantity": 1,
            "unit_price_cents": line.amount_cents,
            "from": timestamp(line.at),
            "to": timestamp(line.at),
            "fraction": "1/1",
            "amount_cents": line.amount_cents,
            "adjustment_id": None,
        }
    share = {"from": line.share.begins, "to": line.share.ends, "fraction": str(line.share)}
    return filled(BilledAnswer, line, **share)


def invoice(of: Invoice, zone: ZoneInfo) -> InvoiceAnswer:
    """Return an invoice's header; its period is the one that its recurring lines pay for."""
    return filled(
        InvoiceAnswer,
        of,
        period_start=local_midnight(of.first, zone),
        period_end=local_midnight(of.until, zone),
    )


def invoices(of: "tuple[Clinic, Page[Invoice]]") -> InvoicesPage:
    clinic, page = of
    rows = [invoice(record, clinic.zone) for record in page.records]
    return {"invoices": rows, "next_cursor": page.next_cursor}


def invoice_with_lines(of: "InvoiceInDetail") -> InvoiceWithLinesAnswer:
    """Return a clinic's invoice with the lines that explain it."""
    currency, zone = of.invoice.currency, of.clinic.zone
    return {
        **invoice(of.invoice, zone),
        "lines": [invoice_line(line, currency, zone) for line in shown(of.lines)],
        "pending": [
            filled(
                PendingAnswer,
                one,
                adjustment_id=None if one.is_by_closing else one.adjustment.adjustment_id,
                requested=lines(one.adjustment),
                applies_at=one.adjustment.applies_at,
                invoice_update_due_at=one.adjustment.invoice_update_due_at,
                lines=[invoice_line(line, currency, zone) for line in shown(one.lines)],
            )
            for one in of.pending
        ],
        "expected_total_cents": of.expected_cents,
    }


def transfer_preview(of: "tuple[Preview, Preview]") -> TransferPreviewAnswer:
    given, taken = of
    return {"from": preview(given), "to": preview(taken)}


def invoice_corrected(of: "CorrectedInvoice") -> Answer:
    """Return the answer to a correction, which is the one kept for repeats."""
    body = filled(
        CorrectionAnswer,
        of.correction,
        invoice_id=of.invoice.invoice_id,
        currency=of.invoice.currency,
        corrected_at=of.correction.at,
    )
    return Answer(201, {**body})


def preview(of: "Preview") -> PreviewAnswer:
    currency, zone = of.before.currency, of.before.zone
    return filled(
        PreviewAnswer,
        of,
        licenses_before=licenses(of.before),
        licenses_after=licenses(of.after),
        invoice_lines=[invoice_line(line, currency, zone) for line in shown(of.lines)],
        currency=currency,
        invoice_update_due_at=of.adjustment.invoice_update_due_at,
        confirmation_due_by=of.adjustment.confirmation_due_by,
        priced_at=of.adjustment.effective_at,
        applies_at=of.adjustment.applies_at,
        would_prevent=list(of.would_prevent),
    )
