"""Bodies of requests about users."""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

from licensing.domain.licenses import LicenseType
from licensing.http.fields import Body, EmailAddress, Explanation, Name, Permissions
from licensing.use_cases.add_user import NewUser


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


def _only_when_inactive(release: ReleaseBody | None, body: ValidationInfo) -> ReleaseBody | None:
    if release is not None and body.data.get("active"):
        raise ValueError("release_license goes with active: false.")
    return release


class ActivationBody(Body):
    """PUT …/users/{user_id}/activation."""

    active: Annotated[bool, Field(strict=True)]
    release_license: Annotated[ReleaseBody | None, AfterValidator(_only_when_inactive)] = None
