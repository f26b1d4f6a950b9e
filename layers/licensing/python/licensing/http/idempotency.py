"""The Idempotency-Key header."""

import re
from collections.abc import Callable
from typing import TypeVar

from licensing.domain.beside import Answer
from licensing.http.app import Api
from licensing.http.errors import KeyMissingError, MalformedRequestError
from licensing.http.plain_body import PlainBody
from licensing.use_cases.access import Caller
from licensing.use_cases.idempotency import RequestOnce

Result = TypeVar("Result")
LONGEST_KEY = 255
KEY = rf"[!-~](?:[ -~]{{0,{LONGEST_KEY - 2}}}[!-~])?"
"""Printable ASCII: headers have no agreed way to carry more. HTTP itself trims their ends."""


def request_once(
    app: Api,
    caller: Caller,
    clinic_id: str,
    operation: str,
    body: PlainBody,
    render: Callable[[Result], Answer],
    *,
    required: bool = True,
) -> RequestOnce[Result]:
    """Return the present request under its key; raises KeyMissingError if one is required."""
    key = app.header("idempotency-key")
    if key is None and required:
        raise KeyMissingError(
            "Send an Idempotency-Key header: any text that is new for each request, such as a "
            "UUID. Sending the same key again gets the same answer and changes nothing."
        )
    if key is not None and not re.fullmatch(KEY, key):
        raise MalformedRequestError(
            f"An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters."
        )
    return RequestOnce.of(clinic_id, caller, operation, key, body.canonical(), render)
