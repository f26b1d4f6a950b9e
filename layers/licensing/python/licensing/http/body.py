"""The body of a request: from bytes to what its route takes, or to one clear problem."""

import base64
import binascii
import json
from typing import Any, NoReturn, Protocol, Self, TypeVar

from licensing.http.app import Api
from licensing.http.errors import (
    MalformedRequestError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
)

LARGEST_BODY = 64 * 1024
"""Bytes. The longest valid request, with every character escaped, has about 20,000."""

JSON = "application/json"
UTF_8 = ("", "utf-8", "utf8")
_DEEPEST = 20


class Body(Protocol):
    """What a route takes."""

    @classmethod
    def read(cls, value: dict[str, Any]) -> Self:
        """Return the body; raises InvalidRequestError, which names every wrong field."""


Taken = TypeVar("Taken", bound=Body)


def read_body(app: Api, kind: type[Taken]) -> Taken:
    """Return the validated body of the present request, which is all that it may say.

    Raises MalformedRequestError, PayloadTooLargeError, UnsupportedMediaTypeError or
    InvalidRequestError, which names every wrong field.
    """
    return kind.read(read_object(app, JSON))


def read_object(app: Api, *media_types: str) -> dict[str, Any]:
    """Return the JSON object that the present request carries, declared as one of these types.

    Raises MalformedRequestError, PayloadTooLargeError or UnsupportedMediaTypeError.
    """
    event = app.current_event
    _require_type(event.headers.get("content-type"), media_types)
    value = _parse(_bytes(event.raw_event.get("body"), event.raw_event.get("isBase64Encoded")))
    if not isinstance(value, dict):
        raise MalformedRequestError('The body must be one JSON object, such as {"name": …}.')
    return value


def declared(content_type: str | None) -> tuple[str, str]:
    """Return a body's media type and charset, empty where none is declared."""
    media_type, _, parameters = (content_type or "").lower().partition(";")
    charset = parameters.partition("charset=")[2].partition(";")[0].strip().strip('"')
    return media_type.strip(), charset


def _require_type(content_type: str | None, media_types: tuple[str, ...]) -> None:
    media_type, charset = declared(content_type)
    if media_type not in media_types or charset not in UTF_8:
        raise UnsupportedMediaTypeError(
            f"Send the body as JSON in UTF-8, with the header 'Content-Type: {media_types[0]}'."
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
        raise MalformedRequestError(
            "The body contains a number that is too long to read."
        ) from None
    if _depth(value) > _DEEPEST:
        raise MalformedRequestError(f"The body is nested deeper than {_DEEPEST} levels.")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise MalformedRequestError(f"The body contains {name}, which is not JSON.")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise MalformedRequestError("The body has a field twice. Send each field once.")
    try:
        "".join(value).encode()
    except UnicodeEncodeError:
        # An answer that named the field could not be sent.
        raise MalformedRequestError(
            "The name of a field contains half a character (a lone surrogate). Type it again."
        ) from None
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
