"""The body of a request: from bytes to a validated model, or to one clear problem."""

import base64
import binascii
import json
from typing import Any, NoReturn, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from pydantic import BaseModel, ValidationError

from licensing.domain.errors import FieldError, InvalidRequestError
from licensing.http.errors import (
    MalformedRequestError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
)

LARGEST_BODY = 64 * 1024
"""Bytes. The longest valid request, with every character escaped, has about 20,000."""

_DEEPEST = 20

Model = TypeVar("Model", bound=BaseModel)


def read_body(app: APIGatewayRestResolver, model: type[Model]) -> Model:
    """Return the validated body of the present request.

    Raises MalformedRequestError, PayloadTooLargeError, UnsupportedMediaTypeError or
    InvalidRequestError, which names every wrong field.
    """
    event = app.current_event
    _require_json(event.headers.get("content-type"))
    value = _parse(_bytes(event.raw_event.get("body"), event.raw_event.get("isBase64Encoded")))
    if not isinstance(value, dict):
        raise MalformedRequestError('The body must be one JSON object, such as {"name": …}.')
    try:
        return model.model_validate(value)
    except ValidationError as error:
        errors = tuple(_field_error(entry) for entry in error.errors(include_url=False))
        first = errors[0]
        more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
        raise InvalidRequestError(f"{first.field}: {first.message}{more}", errors) from error


def _require_json(content_type: str | None) -> None:
    media_type, _, parameters = (content_type or "").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip().strip('"')
    if media_type.strip() != "application/json" or charset not in ("", "utf-8", "utf8"):
        raise UnsupportedMediaTypeError(
            "Send the body as JSON in UTF-8, with the header 'Content-Type: application/json'."
        )


def _bytes(body: str | None, is_base64: bool | None) -> bytes:
    try:
        raw = base64.b64decode(body or "") if is_base64 else (body or "").encode()
    except (binascii.Error, UnicodeEncodeError):
        raise MalformedRequestError("The body is not UTF-8 text. Send JSON in UTF-8.") from None
    if len(raw) > LARGEST_BODY:
        raise PayloadTooLargeError(
            f"The body has {len(raw)} bytes; at most {LARGEST_BODY} are read."
        )
    return raw


def _parse(raw: bytes) -> Any:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise MalformedRequestError("The body is not UTF-8 text. Send JSON in UTF-8.") from None
    if not text.strip():
        raise MalformedRequestError("The body is empty. Send a JSON object.")
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        raise MalformedRequestError(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from None
    except RecursionError:
        raise MalformedRequestError(f"The body is nested deeper than {_DEEPEST} levels.") from None
    except ValueError:
        raise MalformedRequestError("The body holds a number that is too long to read.") from None
    if _depth(value) > _DEEPEST:
        raise MalformedRequestError(f"The body is nested deeper than {_DEEPEST} levels.")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedRequestError(f"The body holds {name}, which is not JSON.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise MalformedRequestError("The body names a field twice. Name each field once.")
    return value


def _depth(value: Any) -> int:
    depth, level = 0, [value]
    while level and depth <= _DEEPEST:
        depth += 1
        level = [
            child
            for parent in level
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
    return depth


def _field_error(entry: Any) -> FieldError:
    path = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in entry["loc"]
    ).removeprefix(".")
    return FieldError(path or "body", _message(entry))


_MESSAGES = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is not known here. Leave it out.",
    "value_error": "{error}",
    "enum": "Use one of {expected}.",
    "literal_error": "Use one of {expected}.",
    "too_short": "Give at least {min_length}.",
    "too_long": "Give at most {max_length}.",
    "string_type": "This must be text in quotation marks.",
    "bool_type": "This must be true or false, without quotation marks.",
    "list_type": "This must be a list, such as […].",
    "model_type": "This must be an object, such as {{…}}.",
}


def _message(entry: Any) -> str:
    pattern = _MESSAGES.get(entry["type"])
    if pattern is None:
        return str(entry["msg"])
    return pattern.format_map(entry.get("ctx", {}))
