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


def filled(shape: type[Shape], of: object, **others: Any) -> Shape:
    """Return what a shape tells of a value: ``others``, and its attributes of the same names."""
    told = {}
    for name in shape.__annotations__:
        value = others[name] if name in others else getattr(of, name)
        # A moment is a day as well.
        if isinstance(value, date):
            value = timestamp(value) if isinstance(value, datetime) else value.isoformat()
        told[name] = value
    return cast("Shape", told)
