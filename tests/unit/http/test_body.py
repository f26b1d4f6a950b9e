"""How a request says what its body is."""

from types import SimpleNamespace
from typing import Any

import pytest

from licensing.http.body import JSON, read_object
from licensing.http.errors import UnsupportedMediaTypeError


def read(content_type: str) -> dict[str, Any]:
    """Return an empty object that is sent as of this type."""
    headers = {"content-type": content_type}
    event = SimpleNamespace(headers=headers, raw_event={"body": "{}", "isBase64Encoded": False})
    app: Any = SimpleNamespace(current_event=event)
    return read_object(app, JSON)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "Application/JSON; Charset=UTF-8",
        'application/json;charset="utf-8"',
        "application/json; charset=utf-8; odata.metadata=minimal",
        "application/json; version=1; charset=utf-8",
    ],
)
def test_json_in_utf_8_is_read_whatever_else_is_said_of_it(content_type: str) -> None:
    assert read(content_type) == {}


@pytest.mark.parametrize(
    "content_type", ["", "text/json", "text/csv", "application/json; charset=latin-1; x=utf-8"]
)
def test_anything_else_is_not(content_type: str) -> None:
    with pytest.raises(UnsupportedMediaTypeError):
        read(content_type)
