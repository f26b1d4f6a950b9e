"""MiniStack with what API Gateway's MinimumCompressionSize does, which it keeps but does not do."""

import gzip
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from ministack import app as ministack
from ministack.services import apigateway_v1

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]

_answer = ministack.app


async def compressing(scope: Message, receive: Receive, send: Send) -> None:
    """Answer as MiniStack does; what an API says is compressed for callers that take it so."""
    headers = dict(scope.get("headers", []))
    host = headers.get(b"host", b"").decode().partition(":")[0]
    takes = b"gzip" in headers.get(b"accept-encoding", b"")
    # AWS services are at `localhost`; the API has the domain's name, or one below it.
    if scope["type"] != "http" or host == "localhost" or not takes:
        await _answer(scope, receive, send)
        return
    held: list[Message] = []

    async def hold(message: Message) -> None:
        held.append(message)

    await _answer(scope, receive, hold)
    for message in _compressed(held):
        await send(message)


def _compressed(messages: list[Message]) -> list[Message]:
    body = b"".join(message.get("body", b"") for message in messages[1:])
    if not messages or len(body) < _minimum():
        return messages
    start = messages[0]
    body = gzip.compress(body, mtime=0)
    kept = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
    added = [(b"content-encoding", b"gzip"), (b"content-length", str(len(body)).encode())]
    return [
        {**start, "headers": kept + added},
        {"type": "http.response.body", "body": body, "more_body": False},
    ]


def _minimum() -> float:
    """Return the least size that a deployed API compresses."""
    sizes = (api.get("minimumCompressionSize") for api in apigateway_v1._rest_apis.values())  # noqa: SLF001
    return min((int(size) for size in sizes if size is not None), default=float("inf"))


if __name__ == "__main__":
    ministack.app = compressing
    ministack.main()
