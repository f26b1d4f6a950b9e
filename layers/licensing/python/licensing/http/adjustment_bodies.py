"""Bodies of requests for license adjustments."""

from dataclasses import dataclass
from typing import Annotated

from licensing.domain.adjustments import Action, AdjustmentRequest, Line
from licensing.domain.licenses import LicenseType
from licensing.http.fields import Effective, Explanation, Moment, Quantity
from licensing.http.plain_body import Entries, PlainBody, each_once


@dataclass(frozen=True, slots=True)
class LineBody(PlainBody):
    """One license type to add or to remove."""

    action: Action
    license_type: LicenseType
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class AdjustmentLinesBody(PlainBody):
    """What is to change."""

    lines: Annotated[list[LineBody], Entries(1, len(LicenseType))]

    explanation: Explanation | None = None

    effective_on: Effective | None = None

    def __post_init__(self) -> None:
        """Refuse a license type that is listed twice."""
        each_once("lines", self.lines, "license_type")

    def request(self) -> AdjustmentRequest:
        """Return what is asked for, as the domain takes it."""
        lines = tuple(Line(line.action, line.license_type, line.quantity) for line in self.lines)
        return AdjustmentRequest(lines, self.explanation, effective_on=self.effective_on)


@dataclass(frozen=True, slots=True)
class LicenseAdjustmentBody(AdjustmentLinesBody):
    """POST …/license-adjustments."""

    priced_at: Moment | None = None

    def request(self) -> AdjustmentRequest:
        """Return what is asked for, at the prices that were accepted."""
        return AdjustmentLinesBody.request(self)._replace(priced_at=self.priced_at)


@dataclass(frozen=True, slots=True)
class PreviewBody(AdjustmentLinesBody):
    """POST …/license-adjustments/preview; an explanation may be sent along."""
