"""A small clinic, its people and its changes, with sums that are done in the head.

The clinic is in UTC and billed on the first of the month; on April 16, half of April is left. It
has five therapist licenses at 10.00, of which three are in use, and two billing ones at 5.00.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from licensing.domain import adjustments
from licensing.domain.adjustments import Action, Adjustment, AdjustmentRequest, Line
from licensing.domain.business_time import Calendar
from licensing.domain.clinics import Clinic, ComingTerms, OpenAdjustment
from licensing.domain.errors import RefusedError
from licensing.domain.invoices import InvoiceLine, LineKind, Terms
from licensing.domain.licenses import License, LicenseType
from licensing.domain.periods import Period
from licensing.domain.proration import ProrationUnit, ReleaseCredit, Share
from licensing.domain.users import USER_MANAGER, Actor, User

THERAPIST, ASSISTANT, BILLING = LicenseType.THERAPIST, LicenseType.ASSISTANT, LicenseType.BILLING
DAY, SECOND = ProrationUnit.DAY, ProrationUnit.SECOND
PRORATED, NONE = ReleaseCredit.PRORATED, ReleaseCredit.NONE

BEGIN = datetime(2026, 4, 1, tzinfo=UTC)
HALF = datetime(2026, 4, 16, tzinfo=UTC)
"""A Thursday."""
END = datetime(2026, 5, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
DANA = Actor("dana", "Dana Reyes", "web")


@contextmanager
def refused(code: str, detail: str | None = None) -> Iterator[None]:
    """Expect that a rule refuses what is done within this, perhaps in these words."""
    with pytest.raises(RefusedError) as refusal:
        yield
    assert refusal.value.code == code
    assert detail in (None, refusal.value.detail)


def license(purchased: int, in_use: int = 0, price: int = 1_000, **changes: Any) -> License:
    """Return the counts of a type, all of it invoiced and the most that the period had."""
    idle_since = BEGIN if purchased > in_use else None
    return License(purchased, in_use, purchased, purchased, price, idle_since)._replace(**changes)


def clinic(therapist: License | None = None, **changes: Any) -> Clinic:
    """Return the clinic, perhaps with other therapist licenses and other values."""
    whole = Clinic(
        clinic_id="main-street",
        name="Main Street",
        time_zone="UTC",
        currency="USD",
        billing_day=1,
        calendar=Calendar.BUSINESS_DAYS,
        proration_unit=SECOND,
        release_credit=PRORATED,
        email_requests=True,
        licenses={THERAPIST: therapist or license(5, 3), BILLING: license(2, price=500)},
        active_managers=1,
        registered_at=BEGIN,
        updated_at=BEGIN,
        billing_changed_at=BEGIN,
        next_renewal=date(2026, 5, 1),
        maximum_first=date(2026, 4, 1),
        registration_digest="digest",
    )
    return replace(whole, **changes)


def user(*, manages: bool = False, active: bool = True, **changes: Any) -> User:
    permissions = (USER_MANAGER,) if manages else ()
    ana = User(
        "main-street",
        "ana",
        "ana@mainstreet.example",
        "Ana Silva",
        THERAPIST,
        active,
        permissions,
        BEGIN,
        "request",
    )
    return replace(ana, **changes)


def add(quantity: int, license_type: LicenseType = THERAPIST) -> Line:
    return Line(Action.ADD, license_type, quantity)


def remove(quantity: int, license_type: LicenseType = THERAPIST) -> Line:
    return Line(Action.REMOVE, license_type, quantity)


def request(
    clinic: Clinic,
    *lines: Line,
    now: datetime = HALF,
    priced_at: datetime | None = None,
    explanation: str | None = None,
) -> tuple[Clinic, Adjustment]:
    """Decide on Dana's request."""
    return adjustments.request_adjustment(
        clinic, AdjustmentRequest(lines, explanation, priced_at), actor=DANA, now=now
    )


def requested(*lines: Line, **changes: Any) -> Adjustment:
    """Return what came of a request to a clinic with plenty of licenses."""
    plenty = clinic(license(50), licenses={kind: license(50) for kind in LicenseType})
    return replace(request(plenty, *lines)[1], **changes)


def entry(adjustment_id: str, *, invoiced: bool = False, at: datetime = HALF) -> OpenAdjustment:
    """Return an open adjustment as the clinic names it."""
    return OpenAdjustment(adjustment_id, invoiced, at, at + timedelta(days=1))


def month(number: int) -> Period:
    """Return the clinic's billing period that begins in this month of 2026."""
    return clinic().billing_calendar.period_on(date(2026, number, 1))


def coming_terms(
    first: date,
    unit_prices: dict[LicenseType, int],
    unit: ProrationUnit = SECOND,
    credit: ReleaseCredit = PRORATED,
    announced_at: datetime = BEGIN,
) -> ComingTerms:
    """Return prices for the periods from the first day on, announced as April began."""
    return ComingTerms(first, unit_prices, unit, credit, announced_at)


def terms(
    therapist: int = 1_000, unit: ProrationUnit = SECOND, credit: ReleaseCredit = PRORATED
) -> Terms:
    """Return what holds for a period."""
    return Terms({THERAPIST: therapist, BILLING: 500}, unit, credit)


def line(
    quantity: int = 2,
    *,
    kind: LineKind = LineKind.CHARGE,
    share: tuple[int, int] = (15, 30),
    price: int = 1_000,
    **changes: Any,
) -> InvoiceLine:
    """Return an invoice line of therapist licenses for the second half of April."""
    half = Share(HALF, END, *share)
    line = InvoiceLine("a#1", kind, THERAPIST, quantity, price, half, adjustment_id="a")
    return line._replace(**changes)
