"""What an adjustment would do, before anybody asks for it."""

from typing import NamedTuple

from licensing.domain.adjustments import Adjustment
from licensing.domain.clinics import Clinic
from licensing.domain.invoices import InvoiceLine, total


class Preview(NamedTuple):
    """The clinic before and after an adjustment, and what the invoices become."""

    before: Clinic
    after: Clinic
    adjustment: Adjustment
    lines: tuple[InvoiceLine, ...]
    """What will be written when the adjustment is invoiced."""
    next_invoice_cents: int
    """The total of the invoice on which the lines will be, as far as can be known."""
    monthly_change_cents: int

    @property
    def change_now_cents(self) -> int:
        """What the lines add up to."""
        return total(self.lines)
