"""Bodies of requests about provisioning tokens."""

from licensing.domain.licenses import LicenseType
from licensing.http.fields import Name
from licensing.http.pydantic_body import PydanticBody


class CreateProvisioningTokenBody(PydanticBody):
    """POST …/provisioning-tokens."""

    name: Name
    default_license_type: LicenseType
