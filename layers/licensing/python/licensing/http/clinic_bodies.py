"""Bodies of requests by staff: about clinics, and the confirmations of their changes."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from licensing.domain.business_time import Calendar
from licensing.domain.errors import InvalidRequestError
from licensing.domain.licenses import LicenseType
from licensing.domain.limits import MOST_USER_MANAGERS
from licensing.domain.proration import ProrationUnit, ReleaseCredit
from licensing.domain.users import USER_MANAGER
from licensing.http.fields import (
    BillingDay,
    Cents,
    Currency,
    Day,
    EmailAddress,
    Explanation,
    Name,
    Purchased,
    TimeZone,
    Truth,
)
from licensing.http.plain_body import Entries, PlainBody, each_once
from licensing.use_cases.clinics.change_clinic import SettingsChange
from licensing.use_cases.clinics.register_clinic import RegisteredLicense, Registration
from licensing.use_cases.users.add_user import NewUser


@dataclass(frozen=True, slots=True)
class RegisteredLicenseBody(PlainBody):
    """One license type that a clinic starts with."""

    license_type: LicenseType
    purchased: Purchased
    unit_price_cents: Cents


@dataclass(frozen=True, slots=True)
class UserManagerBody(PlainBody):
    """A User Manager that a clinic starts with."""

    name: Name
    email: EmailAddress
    license_type: LicenseType


@dataclass(frozen=True, slots=True)
class RegisterClinicBody(PlainBody):
    """PUT /clinics/{clinic_id}."""

    name: Name
    time_zone: TimeZone
    currency: Currency
    billing_day: BillingDay
    licenses: Annotated[list[RegisteredLicenseBody], Entries(1, len(LicenseType))]
    user_managers: Annotated[list[UserManagerBody], Entries(1, MOST_USER_MANAGERS)]

    def registration(self) -> Registration:
        """Return the registration as the use case takes it."""
        return Registration(
            self.name,
            self.time_zone,
            self.currency,
            self.billing_day,
            tuple(
                RegisteredLicense(entry.license_type, entry.purchased, entry.unit_price_cents)
                for entry in self.licenses
            ),
            tuple(
                NewUser(entry.name, entry.email, entry.license_type, (USER_MANAGER,))
                for entry in self.user_managers
            ),
        )


@dataclass(frozen=True, slots=True)
class PriceBody(PlainBody):
    """A new monthly price, in force from the next renewal."""

    license_type: LicenseType
    unit_price_cents: Cents


@dataclass(frozen=True, slots=True)
class ChangeClinicBody(PlainBody):
    """PATCH /clinics/{clinic_id}."""

    name: Name | None = None
    calendar: Calendar | None = None
    proration_unit: ProrationUnit | None = None
    release_credit: ReleaseCredit | None = None
    prices: Annotated[list[PriceBody], Entries(0, len(LicenseType))] | None = None
    email_requests: Truth | None = None

    def __post_init__(self) -> None:
        """Refuse two prices of one license type."""
        each_once("prices", self.prices or (), "license_type")

    def change(self) -> SettingsChange:
        """Return the change."""
        return SettingsChange(
            self.name,
            self.calendar,
            self.email_requests,
            self.proration_unit,
            self.release_credit,
            {entry.license_type: entry.unit_price_cents for entry in self.prices or ()},
        )


@dataclass(frozen=True, slots=True)
class CloseClinicBody(PlainBody):
    """PUT …/closure."""

    closes_on: Day
    reason: Explanation


CLINIC_ID = r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"


def clinic_identifier(value: str) -> str:
    """Return a new clinic's id; raises InvalidRequestError for what is no good id."""
    if not re.fullmatch(CLINIC_ID, value):
        raise InvalidRequestError.at(
            "clinic_id", "A clinic ID has 3 to 63 lowercase letters, numbers, and hyphens."
        )
    return value


@dataclass(frozen=True, slots=True)
class SettleConfirmationBody(PlainBody):
    """POST …/confirmation."""

    outcome: Literal["sent", "resend"]
    reason: Explanation
