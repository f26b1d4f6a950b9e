"""The tokens of a clinic's identity provider."""

from typing import TYPE_CHECKING, TypedDict

from licensing.answers import PersonAnswer, Timestamp, filled
from licensing.domain.licenses import LicenseType

if TYPE_CHECKING:
    from licensing.domain.provisioning_tokens import ProvisioningToken


class ProvisioningTokenAnswer(TypedDict):
    """A provisioning token, without its text."""

    token_id: str
    name: str
    default_license_type: LicenseType
    created_at: Timestamp
    created_by: PersonAnswer
    last_used_at: Timestamp | None
    revoked_at: Timestamp | None


class NewProvisioningTokenAnswer(ProvisioningTokenAnswer):
    """A provisioning token with its text, which is told this once."""

    token: str


class ProvisioningTokensAnswer(TypedDict):
    """The clinic's tokens that are good, newest first."""

    provisioning_tokens: list[ProvisioningTokenAnswer]


def provisioning_token(of: "ProvisioningToken") -> ProvisioningTokenAnswer:
    return filled(ProvisioningTokenAnswer, of, created_by=filled(PersonAnswer, of.created_by))


def new_provisioning_token(of: "ProvisioningToken", text: str) -> NewProvisioningTokenAnswer:
    """Return a token as its maker sees it, this once."""
    return {**provisioning_token(of), "token": text}


def provisioning_tokens(of: "list[ProvisioningToken]") -> ProvisioningTokensAnswer:
    return {"provisioning_tokens": [provisioning_token(token) for token in of]}
