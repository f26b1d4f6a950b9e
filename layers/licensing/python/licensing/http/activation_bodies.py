"""Bodies of requests that make users active and inactive."""

from dataclasses import dataclass

from licensing.http.fields import Explanation, Truth
from licensing.http.plain_body import PlainBody, WrongTogetherError


@dataclass(frozen=True, slots=True)
class ReleaseBody(PlainBody):
    """Why a license is released together with making its user inactive."""

    explanation: Explanation


@dataclass(frozen=True, slots=True)
class ActivationBody(PlainBody):
    """PUT …/users/{user_id}/activation."""

    active: Truth
    release_license: ReleaseBody | None = None

    def __post_init__(self) -> None:
        """Refuse a release that goes with nothing."""
        if self.active and self.release_license is not None:
            message = 'This goes with "active": false only.'
            raise WrongTogetherError("release_license", message)
