"""Bodies of requests about confirmations, by staff."""

from typing import Literal

from licensing.http.fields import Explanation
from licensing.http.pydantic_body import PydanticBody


class SettleConfirmationBody(PydanticBody):
    """POST …/confirmation."""

    outcome: Literal["sent", "resend"]
    reason: Explanation
