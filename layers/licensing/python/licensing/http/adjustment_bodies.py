"""Bodies of requests about license adjustments."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from licensing.domain.adjustments import Action, Line
from licensing.domain.licenses import LicenseType
from licensing.http.fields import Body, Explanation, Moment, Quantity


class LineBody(Body):
    """One license type to add or to remove."""

    action: Action
    license_type: LicenseType
    quantity: Quantity


def _types_once(lines: list[LineBody]) -> list[LineBody]:
    types = [line.license_type for line in lines]
    for kind in types:
        if types.count(kind) > 1:
            raise ValueError(f"Name {kind.value} once; add its quantities up to one line.")
    return lines


class AdjustmentLinesBody(Body):
    """What is to change."""

    lines: Annotated[
        list[LineBody],
        Field(min_length=1, max_length=len(LicenseType)),
        AfterValidator(_types_once),
    ]

    def domain_lines(self) -> tuple[Line, ...]:
        """Return the lines as the domain knows them."""
        return tuple(Line(line.action, line.license_type, line.quantity) for line in self.lines)


class LicenseAdjustmentBody(AdjustmentLinesBody):
    """POST …/license-adjustments."""

    explanation: Explanation | None = None
    priced_at: Moment | None = None


class PreviewBody(AdjustmentLinesBody):
    """POST …/license-adjustments/preview; an explanation may be sent along."""

    explanation: Explanation | None = None


class SettleConfirmationBody(Body):
    """POST …/confirmation."""

    outcome: Literal["sent", "resend"]
    reason: Explanation
