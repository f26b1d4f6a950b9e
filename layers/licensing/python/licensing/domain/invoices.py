"""Invoices and their lines, which explain their own arithmetic."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from licensing.domain.in_words import price
from licensing.domain.licenses import Counts, LicenseType, licenses_in_words
from licensing.domain.proration import ProrationUnit, ReleaseCredit, Share, amount


class InvoiceStatus(StrEnum):
    """Whether lines may still be added."""

    UPCOMING = "upcoming"
    FINALIZED = "finalized"


class LineKind(StrEnum):
    """Why a line is on the invoice."""

    RECURRING = "recurring"
    CHARGE = "proration_charge"
    CREDIT = "proration_credit"
    CORRECTION = "correction"


class Terms(NamedTuple):
    """What holds for a billing period: monthly prices and the rules of proration."""

    unit_prices: dict[LicenseType, int]
    proration_unit: ProrationUnit
    release_credit: ReleaseCredit


class InvoiceLine(NamedTuple):
    """One amount: quantity times unit price times share, rounded once; credits below zero."""

    line_id: str
    kind: LineKind
    license_type: LicenseType
    quantity: int
    unit_price_cents: int
    share: Share
    adjustment_id: str | None = None
    explanation: str | None = None

    @property
    def amount_cents(self) -> int:
        """The amount of the line in the currency's smallest unit."""
        sign = -1 if self.kind is LineKind.CREDIT else 1
        return amount(sign * self.quantity, self.unit_price_cents, self.share)


class Correction(NamedTuple):
    """An amount that staff put on an invoice, below zero in the clinic's favor."""

    correction_id: str
    amount_cents: int
    reason: str
    at: datetime

    @property
    def line_id(self) -> str:
        """How the line is named on its invoice."""
        return f"{CORRECTION}{self.correction_id}"


CORRECTION = "CORRECTION#"
"""How the names of corrections begin among the lines of an invoice."""
AnyLine = InvoiceLine | Correction
Some = TypeVar("Some", bound=AnyLine)


class StoredLine(NamedTuple):
    """A line where it stands: on which invoice of which clinic."""

    clinic_id: str
    invoice_id: str
    line: AnyLine


class Unwritten(NamedTuple):
    """An adjustment whose lines are counted on the invoice, and not all of them written yet."""

    adjustment_id: str
    written: int


class Billed(NamedTuple):
    """What an invoice bills for one license type: its changes, and the coming period."""

    changes: int
    recurring: int

    def plus(self, line: InvoiceLine) -> "Billed":
        """Return the sums with one more line."""
        cents = line.amount_cents
        if line.kind is LineKind.RECURRING:
            return Billed(self.changes, self.recurring + cents)
        return Billed(self.changes + cents, self.recurring)


@dataclass(frozen=True, slots=True)
class Invoice:
    """The header of an invoice; its lines are records of their own.

    ``total_cents`` sums the lines written so far. ``terms`` are those of the period that
    the recurring lines pay for, kept because later lines may have to price that period.
    """

    clinic_id: str
    invoice_id: str
    status: InvoiceStatus
    currency: str
    first: date
    until: date
    total_cents: int
    line_count: int
    opened_at: datetime
    finalized_at: datetime | None = None
    terms: Terms | None = None
    first_terms: Terms | None = None
    """On the first invoice: what held from the registration to the first billing day."""
    unwritten: Unwritten | None = None
    """Where one transaction could not hold an adjustment's lines; no others come before."""
    billed: dict[LicenseType, Billed] = field(default_factory=dict)
    """What the lines of each type add up to."""
    peaks: dict[LicenseType, Counts] | None = None
    """The greatest counts of the period that ended as this invoice was finalized, if known."""
    version: int = 1


def total(lines: Iterable[AnyLine]) -> int:
    """Return the sum of the lines' amounts, in cents."""
    return sum(line.amount_cents for line in lines)


def billed_with(
    billed: Mapping[LicenseType, Billed], lines: Iterable[AnyLine]
) -> dict[LicenseType, Billed]:
    """Return the sums of each type with these lines; a correction is of none."""
    sums = dict(billed)
    for line in lines:
        if isinstance(line, Correction):
            continue
        sums[line.license_type] = sums.get(line.license_type, Billed(0, 0)).plus(line)
    return sums


def shown(lines: Iterable[Some]) -> list[Some]:
    """Return the lines that people read: not those of types that cost nothing."""
    return [line for line in lines if isinstance(line, Correction) or line.unit_price_cents]


def describe(line: InvoiceLine, currency: str, zone: ZoneInfo) -> str:
    """Return the line in one sentence for people, its days those of the clinic."""
    month = _month(line.share, zone)
    if line.quantity == 0:
        if line.kind is LineKind.CHARGE:
            return f"Added {line.license_type.label} licenses, paid for {month} already."
        return f"Released {line.license_type.label} licenses, not credited for {month}."
    what = licenses_in_words(line.quantity, line.license_type)
    each = f"at {price(line.unit_price_cents, currency)}{' each' if line.quantity > 1 else ''}"
    part = _part(line.share, month, zone)
    if line.kind is LineKind.RECURRING:
        return f"{what} {each}: {part}."
    if line.adjustment_id is None and line.kind is LineKind.CHARGE:
        return f"{what} {each} from registration: {part}."
    if line.kind is LineKind.CHARGE:
        return f"{what} added {each}: {part}."
    return f"{what} released {each}, credited: {part}."


def _part(share: Share, month: str, zone: ZoneInfo) -> str:
    """Return such as ``Nov 25 to Dec 1, 19.27% of November``."""
    if share.numerator == 0:
        return f"nothing is left of {month}"
    days = f"{_day(share.begins, zone)} to {_day(share.ends, zone)}"
    if share.numerator == share.denominator:
        return f"{days}, all of {month}"
    return f"{days}, {100 * share.numerator / share.denominator:.2f}% of {month}"


def _month(share: Share, zone: ZoneInfo) -> str:
    """Return what the period is called: a month, or the one that ends on a day."""
    until = share.ends.astimezone(zone)
    if until.day == 1:
        return f"{until - timedelta(days=1):%B %Y}"
    return f"the month to {_day(share.ends, zone)}"


def _day(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%b} {local.day}"
