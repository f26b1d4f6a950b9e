"""How records stand in their items: each field is named once, for writing and for reading.

How its value is written follows from its type: moments are milliseconds, days and choices texts,
what has parts of its own is the list of these. None is not written but among such parts.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import EnumType
from functools import cache, cached_property
from itertools import takewhile
from types import UnionType
from typing import Any, get_args, get_origin

from licensing.domain.ids import milliseconds, moment_at
from licensing.domain.keys import Key, Prefix

Plain = dict[str, Any]
Convert = Callable[[Any], Any] | None
"""None where a value stays as it is."""
Also = Mapping[str, Callable[[Any], Any]] | None
"""What is written and not read: the keys of an index, or when the item expires."""


# Tuples and plain classes: to make the class of a named one takes longer than all of a form.
Attribute = tuple[str, str, Convert, Convert, bool]


def attribute(
    name: str,
    field: str = "",
    write: Convert = None,
    read: Convert = None,
    *,
    always: bool = False,
) -> Attribute:
    """Return one attribute of an item, which is a field of the record, of the same name by default.

    With ``write`` or ``read`` it is not written, or read, as its type says. ``always`` if it is
    written although the record's class has the same by default.
    """
    return name, field or name, write, read, always


class Form:
    """The attributes of one kind of record, and where it lies."""

    def __init__(
        self,
        kind: type,
        sort: str,
        named: tuple[str, ...],
        *attributes: Attribute | str,
        key: Callable[..., Key[Any]] | None = None,
        told: Callable[[str, str], Iterable[Any]] = lambda of, name: (of, name),
        also: Also = None,
    ) -> None:
        """``sort`` is how its sort key begins; a name alone stands for the field of that name.

        ``named`` are the fields that the key is made of, and tells: by default whose, and which.
        """
        self.kind, self.sort, self._named, self._told = kind, sort, named, told
        self._key = key or (sort.key if isinstance(sort, Prefix) else None)
        self._also = also
        self._attributes = [attribute(one) if isinstance(one, str) else one for one in attributes]

    @property
    def names(self) -> list[str]:
        """The attributes that a record is read from."""
        return [name for name, *_ in self._attributes]

    @cached_property
    def _parts(self) -> list[tuple[str, str, Convert, Convert, Any]]:
        # Once there is such a record: most functions see few of the kinds.
        parts, known = [], _fields(self.kind)
        for name, field, *own, always in self._attributes:
            of, usual = known[field]
            write, read = own if any(own) else conversions(of)
            parts.append((name, field, write, read, None if always else usual))
        return parts

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
        return plain | _told(record, self._also)

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

    def __init__(
        self,
        kind: type,
        part: str,
        forms: Iterable[Form],
        key: Callable[[Any], Key[Any]],
        also: Also = None,
    ) -> None:
        self.kind, self._part, self.key, self._also = kind, part, key, also
        self._forms = {form.kind: form for form in forms}

    def write(self, record: Any) -> Plain:
        """Return the attributes, which are those of the value."""
        part = getattr(record, self._part)
        return self._forms[type(part)].write(part) | _told(record, self._also)


def _told(record: Any, also: Also) -> Plain:
    told = {name: tell(record) for name, tell in (also or {}).items()}
    return {name: value for name, value in told.items() if value is not None}


def _fields(kind: Any) -> dict[str, tuple[Any, Any]]:
    """Return the type and the default of each field."""
    if not is_dataclass(kind):
        return {
            name: (of, kind._field_defaults.get(name)) for name, of in kind.__annotations__.items()
        }
    return {
        one.name: (
            one.type,
            one.default if one.default_factory is MISSING else one.default_factory(),
        )
        for one in fields(kind)
    }


@cache
def conversions(kind: Any) -> tuple[Convert, Convert]:
    """Return what writes values of a type, and what reads them again."""
    origin, of = get_origin(kind), get_args(kind)
    if origin is UnionType:
        kinds = [one for one in of if one is not type(None)]
        return conversions(kinds[0]) if len(kinds) == 1 else (None, None)
    if origin is Sequence or of[1:] == (...,):
        return _of_many(*conversions(of[0]))
    if origin is tuple:
        return _of_parts(lambda *parts: parts, of, {})
    if origin in (dict, Mapping) and isinstance(of[0], EnumType):
        return _of_each(of[0], *conversions(of[1]))
    if hasattr(kind, "_field_defaults"):
        return _of_parts(kind, kind.__annotations__.values(), kind._field_defaults)
    return (None, kind) if isinstance(kind, EnumType) else _SIMPLE.get(kind, (None, None))


def _of_many(write: Convert, read: Convert) -> tuple[Convert, Convert]:
    return (
        (lambda values: [write(value) for value in values]) if write else list,
        (lambda kept: tuple(map(read, kept))) if read else tuple,
    )


def _of_each(names: Any, write: Convert, read: Convert) -> tuple[Convert, Convert]:
    """Values by names are read in the order in which people read these; DynamoDB keeps none."""
    return (
        (lambda values: {name: write(value) for name, value in values.items()}) if write else dict,
        lambda kept: {
            name: read(kept[name]) if read else kept[name] for name in names if name in kept
        },
    )


def _of_parts(
    make: Callable[..., Any], kinds: Iterable[Any], usual: Mapping[str, Any]
) -> tuple[Convert, Convert]:
    """Parts at the end that are nothing by default are not written."""
    both = [conversions(kind) for kind in kinds]
    writes, reads = ([(n, one[way]) for n, one in enumerate(both) if one[way]] for way in (0, 1))
    nothing = [value in (None, 0) for value in usual.values()]

    def converted(values: Iterable[Any], converts: Iterable[tuple[int, Any]]) -> list[Any]:
        parts = list(values)
        for place, convert in converts:
            if place < len(parts) and parts[place] is not None:
                parts[place] = convert(parts[place])
        return parts

    def write(value: Any) -> list[Any]:
        parts = converted(value, writes)
        for _ in takewhile(bool, reversed(nothing)):
            if parts[-1]:
                break
            parts.pop()
        return parts

    return write, lambda kept: make(*converted(kept, reads))


def by_kind(*forms: Form | Within) -> Mapping[type, Form | Within]:
    """Return the forms by the classes of the records that have them."""
    return {form.kind: form for form in forms}


def by_sort(*forms: Form) -> dict[str, Callable[[str, str, Plain], Any]]:
    """Return what reads a record by how its sort key begins."""
    return {form.sort: form.read_at for form in forms}


def expiry(moment: datetime, after: timedelta) -> int:
    """Return the second at which DynamoDB may delete an item."""
    return int((moment + after).timestamp())


VERSION = attribute("version", always=True)
_SIMPLE: dict[Any, tuple[Convert, Convert]] = {
    datetime: (milliseconds, moment_at),
    date: (date.isoformat, date.fromisoformat),
}
