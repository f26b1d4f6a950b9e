"""Calls the product's own HTTP API."""

import json
import urllib.error
import urllib.request
from typing import Any

from local.failures import LocalCloudError

SECONDS = 60


def call(method: str, url: str, token: str, body: object = None) -> dict[str, Any]:
    """Send one request and return the JSON that it is answered with."""
    request = urllib.request.Request(  # noqa: S310 - the local cloud's own address
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=SECONDS) as answer:
            content: dict[str, Any] = json.load(answer)
            return content
    except urllib.error.HTTPError as error:
        raise LocalCloudError(
            f"{method} {url} answered {error.code}: {error.read().decode(errors='replace')}"
        ) from None
