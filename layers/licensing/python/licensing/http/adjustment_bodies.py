"""Bodies of requests for license adjustments."""

from dataclasses import dataclass
from typing import Annotated

from licensing.domain.adjustments import Action, Line
from licensing.domain.licenses import LicenseType
from licensing.http.fields import Explanation, Moment, Quantity
from licensing.http.plain_body import Entries, PlainBody


@dataclass(frozen=True, slots=True)
class LineBody(PlainBody):
    """One license type to add or to remove."""

    action: Action
    license_type: LicenseType
    quantity: Quantity


def _types_once(lines: list[LineBody]) -> None:
    types = [line.license_type for line in lines]
    for kind in types:
        if types.count(kind) > 1:
            raise ValueError(f"Name {kind.value} once; add its quantities up to one line.")


@dataclass(frozen=True, slots=True)
class AdjustmentLinesBody(PlainBody):
    """What is to change."""

    lines: Annotated[list[LineBody], Entries(1, len(LicenseType), _types_once)]

    def domain_lines(self) -> tuple[Line, ...]:
        """Return the lines as the domain knows them."""
        return tuple(Line(line.action, line.license_type, line.quantity) for line in self.lines)


@dataclass(frozen=True, slots=True)
class LicenseAdjustmentBody(AdjustmentLinesBody):
    """POST …/license-adjustments."""

    explanation: Explanation | None = None
    priced_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class PreviewBody(AdjustmentLinesBody):
    """POST …/license-adjustments/preview; an explanation may be sent along."""

    explanation: Explanation | None = None
