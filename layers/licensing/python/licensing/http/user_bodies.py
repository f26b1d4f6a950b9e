"""Bodies of requests about users: who they are, what they are told, and what provides them."""

from typing import Annotated, Literal

from pydantic import Field

from licensing.domain.errors import InvalidRequestError
from licensing.domain.licenses import LicenseType
from licensing.domain.notice_settings import NoticeSettings
from licensing.domain.users import USER_MANAGER
from licensing.http.fields import Day, EmailAddress, Explanation, Left, Name, Truth, UserId
from licensing.http.pydantic_body import PydanticBody
from licensing.use_cases.users.add_user import NewUser

Permissions = Annotated[list[Literal["user_manager"]], Field(max_length=1)]


class AddUserBody(PydanticBody):
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


class ChangeUserBody(PydanticBody):
    """PATCH …/users/{user_id}."""

    name: Name | None = None
    email: EmailAddress | None = None
    permissions: Permissions | None = None
    license_type: LicenseType | None = None
    starts_on: Day | None = None

    @property
    def no_first_day(self) -> bool:
        """Whether the first day is taken back: null says so, and leaving it out does not."""
        return "starts_on" in self.model_fields_set and self.starts_on is None

    def permission_tuple(self) -> tuple[str, ...] | None:
        """Return the permissions as the domain knows them."""
        return None if self.permissions is None else tuple(self.permissions)


class NameUserManagerBody(PydanticBody):
    """POST …/user-managers, by staff."""

    name: Name
    email: EmailAddress
    license_type: LicenseType
    reason: Explanation
    replaces: UserId | None = None

    def new_user(self) -> NewUser:
        """Return who is to become a User Manager."""
        return NewUser(self.name, self.email, self.license_type, (USER_MANAGER,))


class FewLeftBody(PydanticBody):
    """At how many licenses left of a type somebody is told."""

    license_type: LicenseType
    at: Left


class NoticesBody(PydanticBody):
    """PUT /clinics/{clinic_id}/notices."""

    few_left: Annotated[list[FewLeftBody], Field(max_length=len(LicenseType))]
    before_renewal: Truth
    invoice_finalized: Truth
    price_rise: Truth

    def settings(self) -> NoticeSettings:
        """Return the settings; raises InvalidRequestError if a license type is named twice."""
        few_left = {entry.license_type: entry.at for entry in self.few_left}
        if len(few_left) < len(self.few_left):
            raise InvalidRequestError.at("few_left", "List each license type once.")
        return NoticeSettings(
            few_left, self.before_renewal, self.invoice_finalized, self.price_rise
        )


class CreateProvisioningTokenBody(PydanticBody):
    """POST …/provisioning-tokens."""

    name: Name
    default_license_type: LicenseType
