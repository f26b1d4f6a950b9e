"""The fields of request bodies: each checked once, here, and described for the API's schema."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from licensing.adapters.settings import max_quantity
from licensing.http.addresses import is_plain_address
from licensing.http.text import visible_text

MOST_LICENSES = 100_000
DEAREST_CENTS = 100_000_000
LONGEST_SIGN_IN = 128
"""Characters. Cognito takes no longer address as a name to sign in by."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)")


def _whole(low: int, high: int) -> tuple[BeforeValidator, WithJsonSchema]:
    def check(value: Any) -> int:
        if isinstance(value, float) and value.is_integer() and abs(value) <= high:
            # 5.0 and 5e0 are whole numbers in JSON, where 5 and 5.0 are the same.
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"This must be a whole number from {low} to {high}.")
        return value

    schema = {"type": "integer", "minimum": low, "maximum": high}
    return BeforeValidator(check), WithJsonSchema(schema)


def _one_line(shortest: int, longest: int) -> AfterValidator:
    return AfterValidator(lambda value: visible_text(value, shortest=shortest, longest=longest))


def _text(shortest: int, longest: int) -> WithJsonSchema:
    # JSON Schema has no word for what is visible, so that the format's name has to do.
    return WithJsonSchema(
        {
            "type": "string",
            "format": "visible-text",
            "description": "Visible characters: no control, invisible or unassigned ones.",
            "minLength": shortest,
            "maxLength": longest,
        }
    )


def _explanation(value: str) -> str:
    return visible_text(value, shortest=3, longest=1000, lines=True)


def _address(value: str) -> str:
    if not is_plain_address(value):
        raise ValueError("This must be one plain email address, such as ana@clinic.example.")
    if len(value) > LONGEST_SIGN_IN:
        raise ValueError(f"Use an address of at most {LONGEST_SIGN_IN} characters.")
    return value.lower()


def _moment(value: Any) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("This must be a time such as 2026-04-15T14:00:00Z.")
    try:
        # A leap second counts as the one before: Python's clock has none.
        text = re.sub(r"^(.{17})60", r"\g<1>59", value.upper())
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("There is no such time. Use one such as 2026-04-15T14:00:00Z.") from None


def _time_zone(value: str) -> str:
    try:
        # Only names of the zone database: a path would be looked up in the file system.
        if len(value) <= 64 and re.fullmatch(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+){0,2}", value):
            ZoneInfo(value)
            return value
    except (KeyError, ValueError, OSError):
        pass
    raise ValueError("This must be a time zone such as America/New_York.")


Name = Annotated[
    str,
    _one_line(1, 200),
    _text(1, 200),
]
Explanation = Annotated[
    str,
    AfterValidator(_explanation),
    _text(3, 1000),
]
EmailAddress = Annotated[
    str,
    AfterValidator(_address),
    WithJsonSchema(
        {
            "type": "string",
            "format": "email",
            "description": "One plain address, without name, comment or quotes.",
            "minLength": 6,
            "maxLength": LONGEST_SIGN_IN,
        }
    ),
]
Moment = Annotated[
    datetime, BeforeValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
TimeZone = Annotated[
    str,
    AfterValidator(_time_zone),
    WithJsonSchema(
        {
            "type": "string",
            "format": "time-zone",
            "description": "A name of the IANA time zone database.",
            "examples": ["America/New_York"],
        }
    ),
]
Permissions = Annotated[list[Literal["user_manager"]], Field(max_length=1)]
Cents = Annotated[int, *_whole(0, DEAREST_CENTS)]
BillingDay = Annotated[int, *_whole(1, 31)]
Quantity = Annotated[int, *_whole(1, max_quantity())]
Purchased = Annotated[int, *_whole(0, MOST_LICENSES)]


class Body(BaseModel):
    """Base of all bodies: strict, and closed to unknown fields."""

    # Enumerations arrive as text, which strict mode refuses from Python objects.
    # Built when first used: a module of bodies holds more than one function needs.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    def canonical(self) -> dict[str, Any]:
        """Return the body as plain data that is the same for every spelling of a request."""
        return self.model_dump(mode="json", exclude_unset=True)
