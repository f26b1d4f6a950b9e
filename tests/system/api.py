"""Calls the deployed API as a client program would, and waits for what comes later."""

import http.client
import json
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Value = TypeVar("Value")

LONGEST_WAIT = 180.0
"""Seconds. A business day takes five in these tests; a weekend comes on top."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Api:
    """The API as somebody signed in sees it."""

    url: str
    token: str | None

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        key: str | None = None,
        **headers: str,
    ) -> Answer:
        """Send one request on a connection of its own."""
        address = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(address.netloc, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        if key is not None:
            sent["Idempotency-Key"] = key
        content = raw
        if raw is None and body is not None:
            content = json.dumps(body).encode()
        if content is not None:
            sent.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, address.path.rstrip("/") + path, content, sent)
            answer = connection.getresponse()
            text = answer.read().decode()
            received = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, received, text)
        finally:
            connection.close()


def eventually(look: Callable[[], Value | None]) -> Value:
    """Return the first value that is there, looking again until the time is up."""
    until = time.monotonic() + LONGEST_WAIT
    while True:
        value = look()
        if value is not None:
            return value
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.25)
