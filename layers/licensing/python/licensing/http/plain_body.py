"""Bodies that are read without pydantic, which would take a fifth of a cold start.

They are frozen dataclasses, read by the annotations of their fields: one of fields.py, a list of
bodies, another body, an enumeration, or one of these or null. Nothing else is understood here.
"""

from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, ClassVar, NamedTuple, Self, Union, get_args, get_origin

from licensing.domain.errors import FieldError
from licensing.http.errors import wrong_fields
from licensing.http.fields import (
    NO_CHOICE,
    NOT_A_LIST,
    NOT_AN_OBJECT,
    REQUIRED,
    TOO_FEW,
    TOO_MANY,
    UNKNOWN,
    Check,
)


@dataclass(frozen=True, slots=True)
class Entries:
    """How many entries a list has."""

    least: int
    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        """Tell pydantic the same."""
        return handler(source) | {"min_length": self.least, "max_length": self.most}


class WrongTogetherError(ValueError):
    """A field does not go with the others, or what it lists does not go together."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def each_once(field: str, entries: Sequence[object], named_by: str) -> None:
    """Refuse a list of which two entries are of the same thing, such as a license type."""
    names = [getattr(entry, named_by) for entry in entries]
    for name in names:
        if names.count(name) > 1:
            raise WrongTogetherError(field, f"List {name} once.")


@dataclass(frozen=True, slots=True)
class PlainBody:
    """Base of such bodies: closed to unknown fields.

    A rule over several fields goes to ``__post_init__`` and raises WrongTogetherError.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {"extra": "forbid"}

    @classmethod
    def read(cls, value: dict[str, Any]) -> Self:
        """Return the body; raises InvalidRequestError, which names every wrong field."""
        wrong: list[FieldError] = []
        body: Self = _body(cls, value, "", wrong)
        if wrong:
            raise wrong_fields(wrong)
        return body

    def canonical(self) -> dict[str, Any]:
        """Return the body as plain data that is the same for every spelling of a request."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: _canonical(value) for name, value in given.items() if value is not None}


class _Part(NamedTuple):
    """A field's annotation, taken apart."""

    required: bool
    may_be_null: bool
    kind: Any
    rule: Check | Entries | None


@cache
def _parts(body: type[Any]) -> dict[str, _Part]:
    parts = {}
    for field in fields(body):
        kind: Any = field.type
        may_be_null = get_origin(kind) in (Union, UnionType)
        if may_be_null:
            kind = get_args(kind)[0]
        rule = None
        if get_origin(kind) is Annotated:
            kind, rule = get_args(kind)
        parts[field.name] = _Part(field.default is MISSING, may_be_null, kind, rule)
    return parts


def _body(kind: Any, value: Any, at: str, wrong: list[FieldError]) -> Any:
    """Return the body, or None and add what is wrong with it; raises ValueError for none at all."""
    if not isinstance(value, dict):
        raise ValueError(NOT_AN_OBJECT)  # noqa: TRY004  every mistake of a caller is a ValueError
    before = len(wrong)
    known = _parts(kind)
    read: dict[str, Any] = {}
    for name, part in known.items():
        place = f"{at}.{name}" if at else name
        if name in value:
            read[name] = _value(part, value[name], place, wrong)
        elif part.required:
            wrong.append(FieldError(place, REQUIRED))
    wrong += [
        FieldError(f"{at}.{name}" if at else name, UNKNOWN) for name in value if name not in known
    ]
    if len(wrong) > before:
        return None
    try:
        return kind(**read)
    except WrongTogetherError as error:
        wrong.append(FieldError(f"{at}.{error.field}" if at else error.field, str(error)))
    return None


def _value(part: _Part, value: Any, at: str, wrong: list[FieldError]) -> Any:
    """Return what a field is, or None and add what is wrong with it."""
    if value is None and part.may_be_null:
        return None
    try:
        if isinstance(part.rule, Check):
            return part.rule.read(value)
        if isinstance(part.rule, Entries):
            return _entries(get_args(part.kind)[0], part.rule, value, at, wrong)
        if issubclass(part.kind, Enum):
            return _choice(part.kind, value)
        return _body(part.kind, value, at, wrong)
    except ValueError as error:
        wrong.append(FieldError(at, str(error)))
    return None


def _choice(kind: type[Enum], value: Any) -> Enum:
    choices = [member.value for member in kind]
    if isinstance(value, str) and value in choices:
        return kind(value)
    *others, last = map(repr, choices)
    raise ValueError(NO_CHOICE.format(expected=f"{', '.join(others)} or {last}"))


def _entries(kind: Any, rule: Entries, value: Any, at: str, wrong: list[FieldError]) -> Any:
    if not isinstance(value, list):
        raise ValueError(NOT_A_LIST)  # noqa: TRY004
    if len(value) > rule.most:
        raise ValueError(TOO_MANY.format(max_length=rule.most))
    if len(value) < rule.least:
        raise ValueError(TOO_FEW.format(min_length=rule.least))
    before = len(wrong)
    entry = _Part(required=True, may_be_null=False, kind=kind, rule=None)
    entries = [_value(entry, one, f"{at}[{n}]", wrong) for n, one in enumerate(value)]
    return None if len(wrong) > before else entries


def _canonical(value: Any) -> Any:
    if isinstance(value, PlainBody):
        return value.canonical()
    if isinstance(value, list):
        return [_canonical(entry) for entry in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value
