"""What can be wrong with a SCIM request, in the protocol's own words."""

from collections.abc import Collection

from licensing.domain.errors import LicensingError


class ScimError(LicensingError):
    """A request that SCIM itself has a word for: a status and a ``scimType`` (RFC 7644, 3.12)."""

    def __init__(
        self,
        detail: str,
        scim_type: str | None = None,
        status: int = 400,
        allowed: Collection[str] = (),
    ) -> None:
        super().__init__(detail)
        self.scim_type = scim_type
        self.status = status
        self.allowed = allowed
        """The methods that there are, if this one is none of them."""
