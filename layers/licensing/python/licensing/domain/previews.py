"""What is to come: of an adjustment before anybody asks for it, and of an invoice."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from licensing.domain.adjustments import Adjustment
from licensing.domain.clinics import Clinic
from licensing.domain.invoices import AnyLine, Correction, Invoice, InvoiceLine, total
from licensing.domain.users import User


class Preview(NamedTuple):
    """The clinic before and after an adjustment, and what the invoices become."""

    before: Clinic
    after: Clinic
    adjustment: Adjustment
    lines: tuple[InvoiceLine, ...]
    """What will be written when the adjustment is invoiced."""
    next_invoice_on: date
    next_invoice_total_before_cents: int
    """Its total without the adjustment."""
    next_invoice_total_cents: int
    """The total of the invoice on which the lines will be, as far as can be known."""
    monthly_change_cents: int
    would_lapse: str | None = None
    """Why what is to be scheduled could not be applied, if the users stayed as they are."""
    would_prevent: Sequence[str] = ()
    """What waits for its day and would not happen then, and why."""

    @property
    def change_now_cents(self) -> int:
        """What the lines add up to."""
        return total(self.lines)


class PendingAdjustment(NamedTuple):
    """An adjustment whose lines are on no invoice yet."""

    adjustment: Adjustment
    lines: tuple[InvoiceLine, ...]
    on_this_invoice: bool
    """Whether its lines come to the upcoming invoice, and not to a later one."""
    monthly_change_cents: int
    is_by_closing: bool
    """Whether it is what the clinic's planned end will release."""


class InvoiceInDetail(NamedTuple):
    """A clinic's invoice with its lines; of the upcoming one also what is expected."""

    clinic: Clinic
    invoice: Invoice
    lines: list[AnyLine]
    pending: list[PendingAdjustment]
    expected_cents: int


class AtAGlance(NamedTuple):
    """One of somebody's clinics in one row."""

    clinic: Clinic
    member: User
    expected_cents: int | None
    """What the upcoming invoice is expected to come to; None for who may not see invoices."""


class CorrectedInvoice(NamedTuple):
    """An invoice with a correction that was just put on it."""

    invoice: Invoice
    correction: Correction
