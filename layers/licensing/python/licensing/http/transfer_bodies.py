"""Bodies of requests to transfer licenses from one clinic to another."""

from dataclasses import dataclass
from typing import Annotated

from licensing.domain.licenses import LicenseType
from licensing.domain.transfers import MOST_MOVED, TransferRequest
from licensing.http.fields import Explanation, Identifier, Quantity
from licensing.http.plain_body import Entries, PlainBody, WrongTogetherError, each_once


@dataclass(frozen=True, slots=True)
class QuantityBody(PlainBody):
    """How many licenses of one type."""

    license_type: LicenseType
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class MoverBody(PlainBody):
    """A user who moves along."""

    user_id: Identifier


@dataclass(frozen=True, slots=True)
class TransferBody(PlainBody):
    """POST /license-transfers, and its preview."""

    from_clinic_id: Identifier
    to_clinic_id: Identifier
    lines: Annotated[list[QuantityBody], Entries(1, len(LicenseType))]
    explanation: Explanation
    users: Annotated[list[MoverBody], Entries(1, MOST_MOVED)] | None = None

    def __post_init__(self) -> None:
        """Refuse a transfer that leads nowhere, and what is listed twice."""
        if self.from_clinic_id == self.to_clinic_id:
            message = "The licenses come from this clinic. Choose another one."
            raise WrongTogetherError("to_clinic_id", message)
        each_once("lines", self.lines, "license_type")
        each_once("users", self.users or (), "user_id")

    def request(self) -> TransferRequest:
        """Return what is asked for, as the domain takes it."""
        quantities = {line.license_type: line.quantity for line in self.lines}
        user_ids = tuple(user.user_id for user in self.users or ())
        return TransferRequest(quantities, self.explanation, user_ids)
