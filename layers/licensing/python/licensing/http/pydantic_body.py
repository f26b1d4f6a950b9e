"""Bodies that pydantic reads: the rule, for every route that nobody waits for all day."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from licensing.domain.errors import FieldError
from licensing.http import fields
from licensing.http.errors import wrong_fields


class PydanticBody(BaseModel):
    """Base of such bodies: closed to unknown fields."""

    # Enumerations arrive as text, which strict mode refuses from Python objects.
    # Built when first used: a module of bodies holds more than one function needs.
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    @classmethod
    def read(cls, value: dict[str, Any]) -> Self:
        """Return the body; raises InvalidRequestError, which names every wrong field."""
        try:
            return cls.model_validate(value)
        except ValidationError as error:
            entries = error.errors(include_url=False)
            raise wrong_fields([_field_error(entry) for entry in entries]) from error


def _field_error(entry: Any) -> FieldError:
    path = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in entry["loc"]
    ).removeprefix(".")
    return FieldError(path or "body", _message(entry))


_MESSAGES = {
    "missing": fields.REQUIRED,
    "extra_forbidden": fields.UNKNOWN,
    "string_type": fields.NOT_TEXT,
    "bool_type": fields.NOT_TRUE_OR_FALSE,
    "list_type": fields.NOT_A_LIST,
    "model_type": fields.NOT_AN_OBJECT,
}
_PATTERNS = {
    "value_error": "{error}",
    "enum": fields.NO_CHOICE,
    "literal_error": fields.NO_CHOICE,
    "too_short": fields.TOO_FEW,
    "too_long": fields.TOO_MANY,
}


def _message(entry: Any) -> str:
    kind: str = entry["type"]
    if kind in _PATTERNS:
        return _PATTERNS[kind].format_map(entry["ctx"])
    return _MESSAGES.get(kind, str(entry["msg"]))
