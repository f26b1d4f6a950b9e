"""The fields of request bodies: each checked once, here, and described for the API's schema.

Bodies of both kinds are made of them: those that pydantic reads (pydantic_body.py) and those
that are read without it (plain_body.py). So nothing here imports pydantic.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from licensing.adapters.settings import max_quantity
from licensing.domain.adjustments import RENEWAL, EffectiveOn
from licensing.domain.currencies import CURRENCIES
from licensing.domain.limits import (
    DEAREST_CENTS,
    LONGEST_EXPLANATION,
    LONGEST_NAME,
    MOST_LICENSES,
    SHORTEST_EXPLANATION,
)
from licensing.domain.notice_settings import MOST_LEFT
from licensing.http.text import NO_ADDRESS, is_plain_address, visible_name, visible_text

LONGEST_IDENTIFIER = 128
"""Characters of what names a clinic or a user; what is longer names none."""
LONGEST_SIGN_IN = 128
"""Characters. Cognito takes no longer address as a name to sign in by."""

# What is said of a field, whoever finds it.
REQUIRED = "This field is required."
UNKNOWN = "This field is unknown. Leave it out."
NOT_TEXT = "This must be text in quotation marks."
NOT_TRUE_OR_FALSE = "This must be true or false, without quotation marks."
NOT_A_LIST = "This must be a list, such as […]."
NOT_AN_OBJECT = "This must be an object, such as {…}."
TOO_FEW = "Enter at least {min_length}."
TOO_MANY = "Enter at most {max_length}."
NO_CHOICE = "Use one of {expected}."

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)")


# Compared by identity: part of an annotation, it must have a hash.
@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """What a field must be; stands in its annotation, for both kinds of bodies.

    ``read`` returns the value, or raises ValueError with a sentence that says what is wrong.
    """

    read: Callable[[Any], Any]
    schema: Callable[[], Mapping[str, Any]]

    def __get_pydantic_core_schema__(self, *_: Any) -> Any:
        """Tell pydantic to leave the value to ``read``."""
        return {"type": "function-plain", "function": {"type": "no-info", "function": self.read}}

    def __get_pydantic_json_schema__(self, *_: Any) -> dict[str, Any]:
        """Tell pydantic how the field is described."""
        return dict(self.schema())


def _whole(low: int, most: Callable[[], int], *, but_not: int | None = None) -> Check:
    def read(value: Any) -> int:
        high = most()
        if isinstance(value, float) and value.is_integer() and abs(value) <= high:
            # 5.0 and 5e0 are whole numbers in JSON, where 5 and 5.0 are the same.
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"This must be a whole number from {low} to {high}.")
        if value == but_not:
            raise ValueError(f"This must not be {but_not}.")
        return value

    unless = {} if but_not is None else {"not": {"const": but_not}}
    return Check(read, lambda: {"type": "integer", "minimum": low, "maximum": most(), **unless})


def _text(read: Callable[[str], str], **schema: Any) -> Check:
    def read_text(value: Any) -> str:
        if not isinstance(value, str):
            raise ValueError(NOT_TEXT)  # noqa: TRY004  every mistake of a caller is a ValueError
        return read(value)

    return Check(read_text, lambda: {"type": "string", **schema})


def _visible(shortest: int, longest: int, *, lines: bool = False) -> Check:
    return _text(
        lambda value: visible_text(value, shortest=shortest, longest=longest, lines=lines),
        # JSON Schema has no word for what is visible, so that the format's name has to do.
        format="visible-text",
        description="Visible characters: no control, invisible, or unassigned ones.",
        minLength=shortest,
        maxLength=longest,
    )


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(NOT_TRUE_OR_FALSE)  # noqa: TRY004
    return value


def _address(value: str) -> str:
    if not is_plain_address(value):
        raise ValueError(NO_ADDRESS)
    if len(value) > LONGEST_SIGN_IN:
        raise ValueError(f"Use an address of at most {LONGEST_SIGN_IN} characters.")
    return value.lower()


def _moment(value: Any) -> datetime:
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("This must be a time, such as 2026-04-15T14:00:00Z.")
    try:
        # A leap second counts as the one before: Python's clock has none.
        text = re.sub(r"^(.{17})60", r"\g<1>59", value.upper())
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("There is no such time. Use one such as 2026-04-15T14:00:00Z.") from None


def _effective_on(value: Any) -> EffectiveOn:
    if value == RENEWAL:
        return RENEWAL
    return _day(value, 'This must be a date, such as 2026-04-15, or "renewal".')


def _day(value: Any, form: str = "This must be a date, such as 2026-04-15.") -> date:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError(form)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("There is no such date. Use one such as 2026-04-15.") from None


@cache
def time_zones() -> frozenset[str]:
    """Return the names that the zone database gives to places, and UTC."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return frozenset({"UTC", *(row[2] for row in rows)})


def _time_zone(value: str) -> str:
    if value in time_zones():
        return value
    raise ValueError("This must be the current name of a time zone, such as America/New_York.")


def _currency(value: str) -> str:
    if value in CURRENCIES:
        return value
    raise ValueError(
        "This must be the ISO 4217 code of a currency with two decimals, such as USD. Others, "
        "such as JPY and KWD, aren't supported."
    )


Name = Annotated[
    str,
    _text(
        lambda value: visible_name(value, longest=LONGEST_NAME),
        format="visible-text",
        description="Visible characters, and not a name reserved for the system.",
        minLength=1,
        maxLength=LONGEST_NAME,
    ),
]
UserId = Annotated[str, _visible(1, LONGEST_SIGN_IN)]
Identifier = Annotated[str, _visible(1, LONGEST_IDENTIFIER)]
Explanation = Annotated[str, _visible(SHORTEST_EXPLANATION, LONGEST_EXPLANATION, lines=True)]
EmailAddress = Annotated[
    str,
    _text(
        _address,
        format="email",
        description="One plain address, without name, comment or quotes.",
        minLength=6,
        maxLength=LONGEST_SIGN_IN,
    ),
]
Moment = Annotated[datetime, Check(_moment, lambda: {"type": "string", "format": "date-time"})]
Effective = Annotated[
    # An alias of a union; a body that leaves the field out changes the licenses at once.
    EffectiveOn,
    Check(
        _effective_on,
        lambda: {
            "anyOf": [{"type": "string", "format": "date"}, {"const": RENEWAL}],
            "description": "The day in the clinic's time zone at whose start the licenses change, "
            "from tomorrow up to 12 months ahead; or the coming renewal.",
        },
    ),
]
Day = Annotated[date, Check(_day, lambda: {"type": "string", "format": "date"})]
TimeZone = Annotated[
    str,
    _text(
        _time_zone,
        format="time-zone",
        description="A place in the IANA time zone database by its present name, or UTC.",
        examples=["America/New_York"],
    ),
]
Currency = Annotated[str, _text(_currency, enum=list(CURRENCIES))]
Truth = Annotated[bool, Check(_truth, lambda: {"type": "boolean"})]
Correction = Annotated[
    int,
    _whole(-DEAREST_CENTS, lambda: DEAREST_CENTS, but_not=0),
]
Cents = Annotated[int, _whole(0, lambda: DEAREST_CENTS)]
BillingDay = Annotated[int, _whole(1, lambda: 31)]
Quantity = Annotated[int, _whole(1, max_quantity)]
Left = Annotated[int, _whole(0, lambda: MOST_LEFT)]
Purchased = Annotated[int, _whole(0, lambda: MOST_LICENSES)]
