"""Bodies of requests by staff: about clinics, and the confirmations of their changes."""

import re
from typing import Annotated, Literal

from pydantic import Field

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
from licensing.http.pydantic_body import PydanticBody
from licensing.use_cases.clinics.change_clinic import SettingsChange
from licensing.use_cases.clinics.register_clinic import RegisteredLicense, Registration
from licensing.use_cases.users.add_user import NewUser


class RegisteredLicenseBody(PydanticBody):
    """One license type that a clinic starts with."""

    license_type: LicenseType
    purchased: Purchased
    unit_price_cents: Cents


class UserManagerBody(PydanticBody):
    """A User Manager that a clinic starts with."""

    name: Name
    email: EmailAddress
    license_type: LicenseType


class RegisterClinicBody(PydanticBody):
    """PUT /clinics/{clinic_id}."""

    name: Name
    time_zone: TimeZone
    currency: Currency
    billing_day: BillingDay
    licenses: Annotated[
        list[RegisteredLicenseBody], Field(min_length=1, max_length=len(LicenseType))
    ]
    user_managers: Annotated[
        list[UserManagerBody], Field(min_length=1, max_length=MOST_USER_MANAGERS)
    ]

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


class PriceBody(PydanticBody):
    """A new monthly price, in force from the next renewal."""

    license_type: LicenseType
    unit_price_cents: Cents


class ChangeClinicBody(PydanticBody):
    """PATCH /clinics/{clinic_id}."""

    name: Name | None = None
    calendar: Calendar | None = None
    proration_unit: ProrationUnit | None = None
    release_credit: ReleaseCredit | None = None
    prices: Annotated[list[PriceBody], Field(max_length=len(LicenseType))] | None = None
    email_requests: Truth | None = None

    def change(self) -> SettingsChange:
        """Return the change; raises InvalidRequestError if a license type is priced twice."""
        listed = self.prices or []
        prices = {entry.license_type: entry.unit_price_cents for entry in listed}
        if len(prices) < len(listed):
            raise InvalidRequestError.at("prices", "List each license type once.")
        return SettingsChange(
            self.name,
            self.calendar,
            self.email_requests,
            self.proration_unit,
            self.release_credit,
            prices,
        )


class CloseClinicBody(PydanticBody):
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


class SettleConfirmationBody(PydanticBody):
    """POST …/confirmation."""

    outcome: Literal["sent", "resend"]
    reason: Explanation
