"""The bodies of requests. Unknown fields are refused, and nothing is converted silently."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)

from licensing.adapters.settings import max_quantity
from licensing.domain.adjustments import Action, Line
from licensing.domain.business_time import Calendar
from licensing.domain.errors import FieldError, InvalidRequestError
from licensing.domain.licenses import LicenseType
from licensing.domain.proration import ProrationUnit, ReleaseCredit
from licensing.domain.users import USER_MANAGER
from licensing.use_cases.add_user import NewUser
from licensing.use_cases.change_clinic import ClinicChange
from licensing.use_cases.register_clinic import RegisteredLicense, Registration

from .text import visible_text

MOST_LICENSES = 100_000
DEAREST_CENTS = 100_000_000
_ADDRESS = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)")


def _whole(low: int, high: int) -> tuple[BeforeValidator, WithJsonSchema]:
    def check(value: Any) -> int:
        if isinstance(value, float) and value.is_integer() and abs(value) <= high:
            # 5.0 and 5e0 are whole numbers in JSON, where 5 and 5.0 are the same.
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"This must be a whole number from {low} to {high}.")
        return value

    schema = {"type": "integer", "minimum": low, "maximum": high}
    return BeforeValidator(check), WithJsonSchema(schema)


def _one_line(shortest: int, longest: int) -> AfterValidator:
    return AfterValidator(lambda value: visible_text(value, shortest=shortest, longest=longest))


def _explanation(value: str) -> str:
    return visible_text(value, shortest=3, longest=1000, lines=True)


def _address(value: str) -> str:
    address = value.strip().lower()
    if len(address) > 254 or not _ADDRESS.fullmatch(address):
        raise ValueError("This must be one plain email address, such as ana@clinic.example.")
    return address


def _moment(value: Any) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("This must be a time such as 2026-04-15T14:00:00Z.")
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("There is no such time. Use one such as 2026-04-15T14:00:00Z.") from None


def _time_zone(value: str) -> str:
    try:
        # Only names of the zone database: a path would be looked up in the file system.
        if re.fullmatch(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}", value):
            ZoneInfo(value)
            return value
    except (KeyError, ValueError, OSError):
        pass
    raise ValueError("This must be a time zone such as America/New_York.")


Name = Annotated[str, _one_line(1, 200)]
Explanation = Annotated[str, AfterValidator(_explanation)]
EmailAddress = Annotated[
    str, AfterValidator(_address), WithJsonSchema({"type": "string", "format": "email"})
]
Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Permissions = Annotated[list[Literal["user_manager"]], Field(max_length=1)]
Cents = Annotated[int, *_whole(0, DEAREST_CENTS)]
BillingDay = Annotated[int, *_whole(1, 31)]
Quantity = Annotated[int, *_whole(1, max_quantity())]
Purchased = Annotated[int, *_whole(0, MOST_LICENSES)]


class Body(BaseModel):
    """Base of all bodies: strict, and closed to unknown fields."""

    # Enumerations arrive as text, which strict mode refuses from Python objects.
    model_config = ConfigDict(extra="forbid", frozen=True)

    def canonical(self) -> dict[str, Any]:
        """Return the body as plain data that is the same for every spelling of a request."""
        return self.model_dump(mode="json", exclude_unset=True)


class LineBody(Body):
    """One license type to add or to remove."""

    action: Action
    license_type: LicenseType
    quantity: Quantity


def _types_once(lines: list[LineBody]) -> list[LineBody]:
    types = [line.license_type for line in lines]
    for kind in types:
        if types.count(kind) > 1:
            raise ValueError(f"Name {kind.value} once; add its quantities up to one line.")
    return lines


class AdjustmentLinesBody(Body):
    """What is to change."""

    lines: Annotated[
        list[LineBody],
        Field(min_length=1, max_length=len(LicenseType)),
        AfterValidator(_types_once),
    ]

    def domain_lines(self) -> tuple[Line, ...]:
        """Return the lines as the domain knows them."""
        return tuple(Line(line.action, line.license_type, line.quantity) for line in self.lines)


class LicenseAdjustmentBody(AdjustmentLinesBody):
    """POST …/license-adjustments."""

    explanation: Explanation | None = None
    priced_at: Moment | None = None


class PreviewBody(AdjustmentLinesBody):
    """POST …/license-adjustments/preview; an explanation may be sent along."""

    explanation: Explanation | None = None


class AddUserBody(Body):
    """POST …/users."""

    name: Name
    email: EmailAddress
    license_type: LicenseType
    permissions: Permissions

    def new_user(self) -> NewUser:
        """Return who is to become a user."""
        return NewUser(self.name, self.email, self.license_type, tuple(self.permissions))


class ChangeUserBody(Body):
    """PATCH …/users/{user_id}."""

    name: Name | None = None
    permissions: Permissions | None = None
    license_type: LicenseType | None = None

    def permission_tuple(self) -> tuple[str, ...] | None:
        """Return the permissions as the domain knows them."""
        return None if self.permissions is None else tuple(self.permissions)


class ReleaseBody(Body):
    """Why a license is released together with making its user inactive."""

    explanation: Explanation


class ActivationBody(Body):
    """PUT …/users/{user_id}/activation."""

    active: Annotated[bool, Field(strict=True)]
    release_license: ReleaseBody | None = None

    @model_validator(mode="after")
    def _release_only_when_inactive(self) -> "ActivationBody":
        if self.active and self.release_license is not None:
            raise ValueError("release_license goes with active: false.")
        return self


class RegisteredLicenseBody(Body):
    """One license type that a clinic starts with."""

    license_type: LicenseType
    purchased: Purchased
    unit_price_cents: Cents


class UserManagerBody(Body):
    """A User Manager that a clinic starts with."""

    name: Name
    email: EmailAddress
    license_type: LicenseType


class RegisterClinicBody(Body):
    """PUT /clinics/{clinic_id}."""

    name: Name
    time_zone: TimeZone
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    billing_day: BillingDay
    licenses: Annotated[
        list[RegisteredLicenseBody], Field(min_length=1, max_length=len(LicenseType))
    ]
    user_managers: Annotated[list[UserManagerBody], Field(min_length=1, max_length=10)]

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


class PriceBody(Body):
    """A new monthly price, in force from the next renewal."""

    license_type: LicenseType
    unit_price_cents: Cents


class ChangeClinicBody(Body):
    """PATCH /clinics/{clinic_id}."""

    name: Name | None = None
    calendar: Calendar | None = None
    proration_unit: ProrationUnit | None = None
    release_credit: ReleaseCredit | None = None
    prices: Annotated[list[PriceBody], Field(max_length=len(LicenseType))] | None = None
    email_requests: Annotated[bool, Field(strict=True)] | None = None

    def change(self) -> ClinicChange:
        """Return the change as the use case takes it."""
        return ClinicChange(
            self.name,
            self.calendar,
            self.email_requests,
            self.proration_unit,
            self.release_credit,
            {entry.license_type: entry.unit_price_cents for entry in self.prices or ()},
        )


class SettleConfirmationBody(Body):
    """POST …/confirmation."""

    outcome: Literal["sent", "resend"]
    reason: Explanation


def clinic_identifier(value: str) -> str:
    """Return a new clinic's id; raises InvalidRequestError for what is no good id."""
    if not re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])", value):
        message = "A clinic id has 3 to 63 lower-case letters, digits and hyphens."
        raise InvalidRequestError(message, (FieldError("clinic_id", message),))
    return value
