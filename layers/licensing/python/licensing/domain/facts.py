"""The parts of records that the invariants speak of, in plain values.

A night reads every record of the table, so these are read without building the records: of a
user four values, of an adjustment ten. Moments are milliseconds.
"""

from collections.abc import Mapping
from typing import NamedTuple

CHARGE, CREDIT, RECURRING = "proration_charge", "proration_credit", "recurring"


class UserFact(NamedTuple):
    """What the invariants say of a user."""

    license_type: str
    active: bool
    manages: bool
    waits: tuple[str, str] | None = None
    """What names the first day that they wait for, and who they are."""


class AdjustmentFact(NamedTuple):
    """What the invariants say of a license adjustment."""

    adjustment_id: str
    deltas: tuple[tuple[str, int], ...]
    effective: int
    due: int
    promised: int
    status: str
    confirmation: str
    invoice_id: str | None
    confirmed: int | None
    cancelled: int | None


class LineFact(NamedTuple):
    """An invoice line as a whole."""

    invoice_id: str
    line_id: str
    kind: str
    license_type: str
    quantity: int
    price: int
    begins: int
    ends: int
    numerator: int
    denominator: int
    cents: int

    def __str__(self) -> str:
        sign = "-" if self.kind == CREDIT else ""
        return (
            f"{self.kind} of {self.license_type}: {sign}{self.quantity} x {self.price} x "
            f"{self.numerator}/{self.denominator} = {self.cents} cents"
        )


def correction(invoice_id: str, line_id: str, cents: int) -> LineFact:
    """Return a correction by staff as a line: of no type and no period."""
    return LineFact(invoice_id, line_id, "correction", "", 1, cents, 0, 0, 1, 1, cents)


class TermsFact(NamedTuple):
    """What held in a billing period."""

    prices: Mapping[str, int]
    unit: str
    credit: str


class HeaderFact(NamedTuple):
    """What the invariants say of an invoice's header."""

    invoice_id: str
    status: str
    total_cents: int
    line_count: int
    terms: TermsFact | None
    first_terms: TermsFact | None
