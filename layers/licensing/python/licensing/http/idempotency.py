"""The Idempotency-Key header."""

import re
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver

from licensing.http.app import header
from licensing.http.errors import KeyMissingError, MalformedRequestError
from licensing.use_cases.access import Caller
from licensing.use_cases.idempotency import RequestOnce

LONGEST_KEY = 255
KEY = rf"[!-~](?:[ -~]{{0,{LONGEST_KEY - 2}}}[!-~])?"
"""Printable ASCII: headers have no agreed way to carry more. HTTP itself trims their ends."""


def request_once(
    app: APIGatewayRestResolver,
    caller: Caller,
    clinic_id: str,
    operation: str,
    body: dict[str, Any],
) -> RequestOnce | None:
    """Return the present request under its key, or None if it came without one."""
    key = header(app, "idempotency-key")
    if key is None:
        return None
    if not re.fullmatch(KEY, key):
        raise MalformedRequestError(
            f"An Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters."
        )
    return RequestOnce.of(clinic_id, caller, operation, key, body)


def required_request_once(
    app: APIGatewayRestResolver,
    caller: Caller,
    clinic_id: str,
    operation: str,
    body: dict[str, Any],
) -> RequestOnce:
    """Return the present request under its key; raises KeyMissingError without one."""
    request = request_once(app, caller, clinic_id, operation, body)
    if request is None:
        raise KeyMissingError(
            "Send an Idempotency-Key header: any text that is new for each request, such as a "
            "UUID. The same key again then repeats the answer instead of the change."
        )
    return request
