"""API Gateway in this process: every HTTP request ends here instead of on a network.

The template's routes say which function a request is for. What the gateway answers by itself (no
such route, no sign-in, too large) is taken from the template's GatewayResponses.
"""

import base64
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests.sessions
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from docs.template import functions, template
from tests.functions.conftest import World, load_event

ADDRESS = "https://api.licenses.example"
LARGEST_BODY = 10 * 1024 * 1024
_REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"


@dataclass(frozen=True)
class Route:
    """One method of one path, and the function behind it."""

    method: str
    resource: str
    function: str

    @property
    def pattern(self) -> str:
        """What a path of this route looks like; a parameter is one segment, as it was sent."""
        return re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", self.resource)

    def parameters(self, path: str) -> dict[str, str]:
        """Return what a path of this route names."""
        match = re.fullmatch(self.pattern, path)
        return {} if match is None else match.groupdict()


@dataclass(frozen=True)
class Request:
    """What a caller sends."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header's value, whatever the case of its name."""
        return next((text for sent, text in self.headers.items() if sent.lower() == name), "")


@dataclass(frozen=True)
class Reply:
    """What goes back to the caller."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@cache
def routes() -> tuple[Route, ...]:
    """Return the API's routes, those without parameters first, as the gateway prefers them."""
    found = [
        Route(method, path, function.name)
        for function in functions()
        if function.name != "show_user_manager"
        for method, path in function.routes
    ]
    return tuple(sorted(found, key=lambda route: (route.resource.count("{"), route.resource)))


def gateway_answer(kind: str) -> Reply:
    """Return what the template lets the gateway answer by itself, by AWS's name for it."""
    given = template()["Resources"]["Api"]["Properties"]["GatewayResponses"][kind]
    headers = given["ResponseParameters"]["Headers"].items()
    text = given["ResponseTemplates"]["application/json"]
    return Reply(
        given["StatusCode"],
        [(name, value.strip("'")) for name, value in headers],
        text.replace("$context.requestId", _REQUEST_ID).encode(),
    )


class Gateway:
    """The API as callers reach it; somebody's token is their name in the world.

    ``before_each`` is called before each request, in the thread that sends it.
    """

    def __init__(self, world: World, before_each: Callable[[], None] = lambda: None) -> None:
        self._world = world
        self._before_each = before_each
        self.answered: Counter[int] = Counter()

    def answer(self, request: Request) -> Reply:
        self._before_each()
        reply = self._answer(request)
        self.answered[reply.status] += 1
        return reply

    def _answer(self, request: Request) -> Reply:
        if len(request.body) > LARGEST_BODY:
            return gateway_answer("REQUEST_TOO_LARGE")
        taken = [of for of in routes() if re.fullmatch(of.pattern, request.path)]
        # The path decides; one without parameters hides another with some, whatever the method.
        route = next(
            (of for of in taken if (of.resource, of.method) == (taken[0].resource, request.method)),
            None,
        )
        if route is None:
            return gateway_answer("MISSING_AUTHENTICATION_TOKEN")
        who = request.header("authorization").removeprefix("Bearer ")
        if who not in self._world.accounts:
            return gateway_answer("UNAUTHORIZED")
        event = _event(route, request, route.parameters(request.path))
        event["requestContext"]["authorizer"] = {"claims": self._world.claims(who)}
        return _reply(self._world.invoke(route.function, event))


@contextmanager
def reached(gateway: Gateway) -> Iterator[None]:
    """Within this, whatever is sent by ``requests`` goes to the gateway and nowhere else."""

    class Adapter(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
            reply = gateway.answer(_received(request))
            raw = HTTPResponse(
                io.BytesIO(reply.body),
                HTTPHeaderDict(reply.headers),
                reply.status,
                version=11,
                reason=HTTPStatus(reply.status).phrase,
                preload_content=False,
            )
            return self.build_response(request, raw)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.sessions, "HTTPAdapter", Adapter)
        yield


def _received(request: requests.PreparedRequest) -> Request:
    url = urlsplit(request.url or "")
    assert f"{url.scheme}://{url.netloc}" == ADDRESS
    body = request.body or b""
    assert isinstance(body, bytes | str)
    return Request(
        request.method or "GET",
        str(url.path),
        str(url.query),
        {
            name: text.decode("latin-1") if isinstance(text, bytes) else text
            for name, text in request.headers.items()
        },
        body.encode() if isinstance(body, str) else body,
    )


def _event(route: Route, request: Request, parameters: dict[str, str]) -> dict[str, Any]:
    query: dict[str, list[str]] = {}
    for name, text in parse_qsl(request.query, keep_blank_values=True):
        query.setdefault(name, []).append(text)
    # A REST API hands path and parameters on as they were sent, percent-encoded, and the query
    # decoded; of a repeated name the last value counts. It takes every body for text, since the
    # template names no binary media types.
    event = load_event(route.function) | {
        "resource": route.resource,
        "httpMethod": route.method,
        "path": request.path,
        "pathParameters": parameters or None,
        "queryStringParameters": {name: texts[-1] for name, texts in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "headers": dict(request.headers),
        "multiValueHeaders": {name: [text] for name, text in request.headers.items()},
        "body": request.body.decode(errors="replace") or None,
        "isBase64Encoded": False,
    }
    event["requestContext"] |= {"resourcePath": route.resource, "httpMethod": route.method}
    return event


def _reply(answer: dict[str, Any]) -> Reply:
    headers = [
        (name, text) for name, texts in answer["multiValueHeaders"].items() for text in texts
    ]
    body = answer["body"]
    raw = base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()
    return Reply(answer["statusCode"], headers, raw)
