"""Bodies of requests about users."""

from typing import Annotated, Literal

from pydantic import Field

from licensing.domain.licenses import LicenseType
from licensing.domain.users import USER_MANAGER
from licensing.http.fields import Day, EmailAddress, Explanation, Name, UserId
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
