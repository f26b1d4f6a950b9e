"""Domain objects as the plain data that callers get: the shapes of the HTTP contract.

By what they tell of. A shape is filled with a value's attributes of the same names.
"""

from datetime import date, datetime
from typing import Annotated, Any, TypedDict, TypeVar, cast

Timestamp = Annotated[str, "date-time"]
Day = Annotated[str, "date"]
Shape = TypeVar("Shape")


class PersonAnswer(TypedDict):
    """Somebody by id and name; the id is null for the system itself."""

    user_id: str | None
    name: str


def timestamp(moment: datetime) -> str:
    """Return RFC 3339 in UTC; milliseconds only where there are some."""
    spec = "milliseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=spec).replace("+00:00", "Z")


def optional_timestamp(moment: datetime | None) -> str | None:
    """Return RFC 3339, or null for what has not happened."""
    return None if moment is None else timestamp(moment)


def filled(shape: type[Shape], of: object, **others: Any) -> Shape:
    """Return what a shape tells of a value: its attributes of the same names, and ``others``."""
    own = [name for name in shape.__annotations__ if name not in others]
    return cast("Shape", {name: _plain(getattr(of, name)) for name in own} | others)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timestamp(value)
    return value.isoformat() if isinstance(value, date) else value
