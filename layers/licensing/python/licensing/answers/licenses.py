"""The licenses of a clinic: how many of each type, used and unused, and on what terms."""

from typing import TYPE_CHECKING, TypedDict

from licensing.answers import Day, Timestamp, filled
from licensing.domain.adjustments import Status
from licensing.domain.business_time import Calendar
from licensing.domain.licenses import Counts, License, LicenseType
from licensing.domain.proration import ProrationUnit, ReleaseCredit

if TYPE_CHECKING:
    from licensing.domain.clinics import Clinic


class CountsAnswer(TypedDict):
    """The licenses of one type right after the change."""

    license_type: LicenseType
    purchased: int
    in_use: int
    available: int


class LicenseAnswer(CountsAnswer):
    """One license type in a license status."""

    unit_price_cents: int
    idle_monthly_cost_cents: int
    idle_since: Timestamp | None
    spare: int
    """Available, and needed by nothing that is scheduled."""


class TotalsAnswer(TypedDict):
    """The sums over all license types."""

    purchased: int
    in_use: int
    available: int
    idle_monthly_cost_cents: int


class OpenAdjustmentAnswer(TypedDict):
    """An adjustment that is not confirmed yet, in short."""

    adjustment_id: str
    status: Status
    requested_at: Timestamp
    invoice_update_due_at: Timestamp


class OpenAdjustmentsAnswer(TypedDict):
    """How many adjustments are open, and the newest ten of them."""

    count: int
    newest: list[OpenAdjustmentAnswer]


class PriceAnswer(TypedDict):
    """The monthly price of one license type."""

    license_type: LicenseType
    unit_price_cents: int


class ComingTermsAnswer(TypedDict):
    """Prices and rules that were announced, and the day of the renewal from which they hold."""

    first_day: Day
    prices: list[PriceAnswer]
    proration_unit: ProrationUnit
    release_credit: ReleaseCredit


class ScheduledChangeAnswer(TypedDict):
    """What waits for its day: by how much each license type changes then, and who starts."""

    adjustment_id: str | None
    applies_at: Timestamp
    changes: list["QuantityChangeAnswer"]
    starts_user_id: str | None


class QuantityChangeAnswer(TypedDict):
    """By how many licenses a type changes: below zero for a release."""

    license_type: LicenseType
    change: int


class ClosureAnswer(TypedDict):
    """The end of a clinic: its day, and whether it was carried out."""

    closes_on: Day
    closed: bool


class SettingsAnswer(TypedDict):
    """A clinic's settings, and its licenses as they are."""

    clinic_id: str
    name: str
    currency: str
    time_zone: str
    billing_day: int
    calendar: Calendar
    proration_unit: ProrationUnit
    release_credit: ReleaseCredit
    email_requests: bool
    next_renewal: Day
    closure: ClosureAnswer | None
    licenses: list[LicenseAnswer]


class LicenseStatusAnswer(SettingsAnswer):
    """The licenses of a clinic, as of ``updated_at``, and the terms that it has them on."""

    totals: TotalsAnswer
    updated_at: Timestamp
    coming_terms: ComingTermsAnswer | None
    open_adjustments: OpenAdjustmentsAnswer
    scheduled_adjustments: list[ScheduledChangeAnswer]


def licenses(clinic: "Clinic") -> list[LicenseAnswer]:
    """Return the counts, prices and idle costs per type."""
    return [
        filled(LicenseAnswer, license, license_type=kind, spare=clinic.spare(kind))
        for kind, license in clinic.licenses.items()
    ]


def license_status(clinic: "Clinic") -> LicenseStatusAnswer:
    rows = licenses(clinic)
    return filled(
        LicenseStatusAnswer,
        clinic,
        coming_terms=_coming_terms(clinic),
        closure=closure(clinic),
        licenses=rows,
        totals=totals(rows),
        open_adjustments={
            "count": clinic.open_count,
            "newest": [
                filled(
                    OpenAdjustmentAnswer,
                    entry,
                    status=Status.INVOICED if entry.invoiced else Status.APPLIED,
                )
                for entry in clinic.open_adjustments
            ],
        },
        scheduled_adjustments=[
            filled(
                ScheduledChangeAnswer,
                one,
                adjustment_id=one.adjustment_id if one.changes_licenses else None,
                changes=[
                    {"license_type": kind, "change": delta}
                    for kind, delta in one.deltas.items()
                    if delta
                ],
                starts_user_id=one.starts,
            )
            for one in clinic.scheduled
        ],
    )


def counted(kind: LicenseType, counts: Counts | License) -> CountsAnswer:
    return filled(CountsAnswer, counts, license_type=kind)


def totals(rows: list[LicenseAnswer]) -> TotalsAnswer:
    return {
        "purchased": sum(row["purchased"] for row in rows),
        "in_use": sum(row["in_use"] for row in rows),
        "available": sum(row["available"] for row in rows),
        "idle_monthly_cost_cents": sum(row["idle_monthly_cost_cents"] for row in rows),
    }


def _coming_terms(of: "Clinic") -> ComingTermsAnswer | None:
    announced = [terms.first for terms in of.coming_terms if terms.first >= of.next_renewal]
    if not announced:
        return None
    calendar = of.billing_calendar
    coming = of.terms_for(calendar.period_on(announced[-1]))
    # What was announced and taken back is as before.
    if coming == of.terms_for(calendar.period_before(of.coming_period)):
        return None
    return filled(
        ComingTermsAnswer, coming, first_day=announced[-1], prices=prices(coming.unit_prices)
    )


def closure(of: "Clinic") -> ClosureAnswer | None:
    if of.closing is None:
        return None
    return {"closes_on": of.closing.day.isoformat(), "closed": of.has_closed}


def prices(of: dict[LicenseType, int]) -> list[PriceAnswer]:
    return [{"license_type": kind, "unit_price_cents": cents} for kind, cents in of.items()]
