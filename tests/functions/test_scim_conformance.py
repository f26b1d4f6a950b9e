"""SCIM as an independent client judges it: scim2-tester against the handler."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from tests.functions.conftest import World
from tests.functions.scim import Provider, provider

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


class Gateway:
    """A web server before the handler."""

    def __init__(self, caller: Provider) -> None:
        self._caller = caller

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        path, query = environ["PATH_INFO"].removeprefix("/scim/v2"), environ["QUERY_STRING"]
        raw = environ["wsgi.input"].read().decode()
        names = {"Content-Type": "CONTENT_TYPE", "Host": "HTTP_HOST"}
        headers = {name: environ[key] for name, key in names.items() if environ.get(key)}
        answer = self._caller.send(
            environ["REQUEST_METHOD"], f"{path}?{query}", raw=raw, headers=headers
        )
        start_response(f"{answer.status} Status", list(answer.headers.items()))
        return [answer.text.encode()]


def test_the_tester_finds_no_error(world: World) -> None:
    """Discovery, users created, read, listed, replaced, patched and deleted."""
    licenses = [("add", row["license_type"], 20) for row in world.status()["licenses"]]
    assert world.adjust(licenses, key="enough").status == 201
    client = WSGISCIMClient(Gateway(provider(world)), base_url="https://licenses.example/scim/v2")
    results = check_server(client)
    bad = [of for of in results if of.status in (Status.ERROR, Status.CRITICAL, Status.DEVIATION)]
    assert not bad, "\n".join(f"{of.title}: {of.reason}" for of in bad)
    assert len([of for of in results if of.status is Status.SUCCESS]) > 30
