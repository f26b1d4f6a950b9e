"""How records stand in their items: each field is named once, for writing and for reading."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from typing import Any

from licensing.domain.ids import milliseconds, moment_at
from licensing.domain.keys import Key
from licensing.domain.licenses import LicenseType
from licensing.domain.users import Actor

Plain = dict[str, Any]


# Tuples and plain classes: to make the class of a named one takes longer than all of a form.
Attribute = tuple[str, str, Callable[[Any], Any] | None, Callable[[Any], Any] | None, bool]


def attribute(
    name: str,
    field: str = "",
    write: Callable[[Any], Any] | None = None,
    read: Callable[[Any], Any] | None = None,
    *,
    always: bool = False,
) -> Attribute:
    """Return one attribute of an item, which is a field of the record, of the same name by default.

    ``always`` if it is written although the record's class has the same by default.
    """
    return name, field or name, write, read, always


class Form:
    """The attributes of one kind of record, and where it lies."""

    def __init__(
        self,
        kind: type,
        named: tuple[str, ...],
        *attributes: Attribute,
        key: Callable[..., Key[Any]] | None = None,
        told: Callable[[str, str], Iterable[Any]] = lambda of, name: (of, name),
        also: Mapping[str, Callable[[Any], Any]] | None = None,
    ) -> None:
        """``named`` are the fields that the key is made of, and tells: by default whose, and which.

        ``also`` is written and not read: the keys of an index, or when the item expires.
        """
        usual = _defaults(kind)
        self.kind, self._named, self._key, self._told = kind, named, key, told
        self._also = also or {}
        self._parts = [
            (name, field, write, read, None if always else usual.get(field))
            for name, field, write, read, always in attributes
        ]

    @property
    def names(self) -> list[str]:
        """The attributes that a record is read from."""
        return [part[0] for part in self._parts]

    def key(self, record: Any) -> Key[Any]:
        """Return where the record lies."""
        if self._key is None:
            raise TypeError(f"a {self.kind.__name__} has no place of its own")
        return self._key(*(getattr(record, name) for name in self._named))

    def write(self, record: Any) -> Plain:
        """Return the attributes, without those that say no more than is so by default."""
        plain: Plain = {}
        for name, field, write, _, usual in self._parts:
            value = getattr(record, field)
            if value is not None and value != usual:
                plain[name] = write(value) if write else value
        for name, tell in self._also.items():
            if (value := tell(record)) is not None:
                plain[name] = value
        return plain

    def read(self, item: Plain, *known: Any) -> Any:
        """Return the record; ``known`` are the fields that no attribute tells."""
        told = dict(zip(self._named, known, strict=False))
        for name, field, _, read, _ in self._parts:
            if name in item:
                told[field] = read(item[name]) if read else item[name]
        return self.kind(**told)

    def read_at(self, of: str, name: str, item: Plain) -> Any:
        """Return the record that lies there."""
        return self.read(item, *self._told(of, name))


class Within:
    """A kind of record that is a value and where it stands."""

    def __init__(self, kind: type, part: str, form: Form, key: Callable[[Any], Key[Any]]) -> None:
        self.kind, self.part, self.form, self.key = kind, part, form, key

    def write(self, record: Any) -> Plain:
        """Return the attributes, which are those of the value."""
        return self.form.write(getattr(record, self.part))


def _defaults(kind: Any) -> dict[str, Any]:
    if not is_dataclass(kind):
        return dict(kind._field_defaults)
    return {
        field.name: field.default if field.default_factory is MISSING else field.default_factory()
        for field in fields(kind)
    }


def by_kind(*forms: Form | Within) -> Mapping[type, Form | Within]:
    """Return the forms by the classes of the records that have them."""
    return {form.kind: form for form in forms}


def by_type(values: Mapping[str, Any]) -> dict[LicenseType, Any]:
    """Return what is kept of license types by their names."""
    return {LicenseType(kind): value for kind, value in values.items()}


def expiry(moment: datetime, after: timedelta) -> int:
    """Return the second at which DynamoDB may delete an item."""
    return int((moment + after).timestamp())


VERSION = attribute("version", always=True)
# How values are written, and read again.
MOMENT = milliseconds, moment_at
MOMENTS = (
    lambda moments: [milliseconds(moment) for moment in moments],
    lambda kept: tuple(moment_at(moment) for moment in kept),
)
DAY = date.isoformat, date.fromisoformat
TUPLE = list, tuple
BY_TYPE = dict, by_type
ACTOR = list, lambda kept: Actor(*kept)
