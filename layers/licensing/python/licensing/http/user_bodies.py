"""Bodies of requests about users: who they are, what they are told, and what provides them."""

from dataclasses import dataclass
from typing import Annotated, Literal

from licensing.domain.licenses import LicenseType
from licensing.domain.notice_settings import NoticeSettings
from licensing.domain.users import USER_MANAGER
from licensing.http.fields import (
    Day,
    EmailAddress,
    Explanation,
    FirstDay,
    Left,
    Name,
    Truth,
    UserId,
)
from licensing.http.plain_body import Entries, PlainBody, each_once
from licensing.use_cases.users.add_user import NewUser

Permissions = Annotated[list[Literal["user_manager"]], Entries(0, 1)]


@dataclass(frozen=True, slots=True)
class AddUserBody(PlainBody):
    """POST …/users."""

    name: Name
    email: EmailAddress
    license_type: LicenseType
    permissions: Permissions
    starts_on: Day | None = None

    def new_user(self) -> NewUser:
        """Return who is to become a user."""
        return NewUser(
            self.name,
            self.email,
            self.license_type,
            tuple(self.permissions),
            starts_on=self.starts_on,
        )


@dataclass(frozen=True, slots=True)
class ChangeUserBody(PlainBody):
    """PATCH …/users/{user_id}."""

    name: Name | None = None
    email: EmailAddress | None = None
    permissions: Permissions | None = None
    license_type: LicenseType | None = None
    starts_on: FirstDay = None

    def permission_tuple(self) -> tuple[str, ...] | None:
        """Return the permissions as the domain knows them."""
        return None if self.permissions is None else tuple(self.permissions)


@dataclass(frozen=True, slots=True)
class NameUserManagerBody(PlainBody):
    """POST …/user-managers, by staff."""

    name: Name
    email: EmailAddress
    license_type: LicenseType
    reason: Explanation
    replaces: UserId | None = None

    def new_user(self) -> NewUser:
        """Return who is to become a User Manager."""
        return NewUser(self.name, self.email, self.license_type, (USER_MANAGER,))


@dataclass(frozen=True, slots=True)
class FewLeftBody(PlainBody):
    """At how many licenses left of a type somebody is told."""

    license_type: LicenseType
    at: Left


@dataclass(frozen=True, slots=True)
class NoticesBody(PlainBody):
    """PUT /clinics/{clinic_id}/notices."""

    few_left: Annotated[list[FewLeftBody], Entries(0, len(LicenseType))]
    before_renewal: Truth
    invoice_finalized: Truth
    price_rise: Truth

    def __post_init__(self) -> None:
        """Refuse two levels of one license type."""
        each_once("few_left", self.few_left, "license_type")

    def settings(self) -> NoticeSettings:
        """Return the settings."""
        few_left = {entry.license_type: entry.at for entry in self.few_left}
        return NoticeSettings(
            few_left, self.before_renewal, self.invoice_finalized, self.price_rise
        )


@dataclass(frozen=True, slots=True)
class CreateProvisioningTokenBody(PlainBody):
    """POST …/provisioning-tokens."""

    name: Name
    default_license_type: LicenseType
