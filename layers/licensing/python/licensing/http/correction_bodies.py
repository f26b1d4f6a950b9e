"""Bodies of requests that correct invoices, by staff."""

from dataclasses import dataclass

from licensing.http.fields import Correction, Explanation
from licensing.http.plain_body import PlainBody


@dataclass(frozen=True, slots=True)
class CorrectionBody(PlainBody):
    """POST …/corrections."""

    amount_cents: Correction
    reason: Explanation
