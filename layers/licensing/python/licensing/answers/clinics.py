"""Clinics: what staff set, and how somebody's own ones are listed."""

import re
from typing import TYPE_CHECKING, TypedDict

from licensing.answers import Day, Timestamp, filled
from licensing.answers.licenses import (
    ClosureAnswer,
    LicenseAnswer,
    PriceAnswer,
    SettingsAnswer,
    TotalsAnswer,
    closure,
    licenses,
    prices,
    totals,
)

if TYPE_CHECKING:
    from licensing.domain.clinics import Clinic
    from licensing.domain.finding import ClinicWord
    from licensing.domain.keys import Page
    from licensing.domain.previews import AtAGlance
    from licensing.domain.users import User


class ClinicAnswer(SettingsAnswer):
    """A clinic's settings."""

    registered_at: Timestamp
    coming_prices: list[PriceAnswer]


class MyClinicAnswer(TypedDict):
    """A clinic that the caller may look at, and what else they may do there."""

    clinic_id: str
    name: str
    permissions: list[str]
    closed: bool | None
    """None in what a search finds, which looks at names only."""


class MyClinicsPage(TypedDict):
    """Some of the clinics."""

    clinics: list[MyClinicAnswer]
    next_cursor: str | None


class ClinicLicensesAnswer(TotalsAnswer):
    """One of my clinics in a row; the expected total is for its User Managers only."""

    clinic_id: str
    name: str
    currency: str
    permissions: list[str]
    licenses: list[LicenseAnswer]
    next_renewal: Day | None
    """None where the clinic has closed."""
    closure: ClosureAnswer | None
    expected_total_cents: int | None
    open_adjustments: int
    scheduled_adjustments: int


class MoneyAnswer(TypedDict):
    """The sums of money in one currency; of the invoices those that the caller may see."""

    currency: str
    idle_monthly_cost_cents: int
    expected_total_cents: int | None


class ManyTotalsAnswer(TypedDict):
    """The sums over all clinics of an answer; money by currency."""

    clinics: int
    purchased: int
    in_use: int
    available: int
    open_adjustments: int
    scheduled_adjustments: int
    money: list[MoneyAnswer]


class MyLicensesPage(TypedDict):
    """Some of my clinics at a glance, and the sums over these."""

    clinics: list[ClinicLicensesAnswer]
    totals: ManyTotalsAnswer
    next_cursor: str | None


def clinic(of: "Clinic") -> ClinicAnswer:
    """Return a clinic's settings, and the prices that hold from the next renewal."""
    coming = of.terms_for(of.coming_period).unit_prices
    return filled(
        ClinicAnswer,
        of,
        licenses=licenses(of),
        coming_prices=prices(coming),
        closure=closure(of),
    )


def place(name: str) -> list[str | int]:
    """Return where a name stands in a list: Clinic 2 before Clinic 10."""
    parts = re.split(r"(\d+)", name.casefold())
    return [int(part) if index % 2 else part for index, part in enumerate(parts)]


def my_clinics(
    page: "Page[tuple[Clinic, User | None]] | Page[tuple[Clinic | ClinicWord, User | None]]",
) -> MyClinicsPage:
    """Return clinics, a page of them by name, with what the caller may do beyond looking."""
    by_name = sorted(page.records, key=lambda of: (place(of[0].name), of[0].clinic_id))
    return {
        "clinics": [
            {
                "clinic_id": clinic.clinic_id,
                "name": clinic.name,
                "permissions": ["staff"] if member is None else list(member.permissions),
                "closed": getattr(clinic, "has_closed", None),
            }
            for clinic, member in by_name
        ],
        "next_cursor": page.next_cursor,
    }


def my_licenses(page: "Page[AtAGlance]") -> MyLicensesPage:
    """Return a page of the caller's clinics at a glance, by name, with their sums."""
    rows = [_at_a_glance(of) for of in page.records]
    rows.sort(key=lambda row: (place(row["name"]), row["clinic_id"]))
    return {
        "clinics": rows,
        "totals": {
            "clinics": len(rows),
            "purchased": sum(row["purchased"] for row in rows),
            "in_use": sum(row["in_use"] for row in rows),
            "available": sum(row["available"] for row in rows),
            "open_adjustments": sum(row["open_adjustments"] for row in rows),
            "scheduled_adjustments": sum(row["scheduled_adjustments"] for row in rows),
            "money": [
                _money(currency, [row for row in rows if row["currency"] == currency])
                for currency in sorted({row["currency"] for row in rows})
            ],
        },
        "next_cursor": page.next_cursor,
    }


def _at_a_glance(of: "AtAGlance") -> ClinicLicensesAnswer:
    rows = licenses(of.clinic)
    return filled(
        ClinicLicensesAnswer,
        of.clinic,
        **totals(rows),
        permissions=list(of.member.permissions),
        licenses=rows,
        next_renewal=None if of.clinic.has_closed else of.clinic.next_renewal,
        closure=closure(of.clinic),
        expected_total_cents=of.expected_cents,
        open_adjustments=of.clinic.open_count,
        scheduled_adjustments=len(of.clinic.scheduled_adjustments),
    )


def _money(currency: str, rows: list[ClinicLicensesAnswer]) -> MoneyAnswer:
    expected = [cents for row in rows if (cents := row["expected_total_cents"]) is not None]
    return {
        "currency": currency,
        "idle_monthly_cost_cents": sum(row["idle_monthly_cost_cents"] for row in rows),
        "expected_total_cents": sum(expected) if expected else None,
    }
