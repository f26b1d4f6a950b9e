"""Calls the product's own HTTP API."""

import http.client
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from local.failures import LocalCloudError

SECONDS = 60


def call(
    method: str,
    url: str,
    token: str,
    body: object = None,
    headers: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Send one request and return the JSON that it is answered with."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=SECONDS)
    try:
        connection.request(
            method,
            urlunsplit(("", "", address.path, address.query, "")),
            body=None if body is None else json.dumps(body).encode(),
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/json",
                **(headers or {}),
            },
        )
        answer = connection.getresponse()
        text = answer.read().decode(errors="replace")
    finally:
        connection.close()
    if answer.status >= http.HTTPStatus.MULTIPLE_CHOICES:
        raise LocalCloudError(f"{method} {url} answered {answer.status}: {text}")
    content: dict[str, Any] = json.loads(text)
    return content
