"""A clinic's identity provider, as a client of the handler."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.functions.conftest import CLINIC, Answer, World, load_event

LICENSE = "urn:ietf:params:scim:schemas:extension:clinic-license:2.0:User"


@dataclass
class Provider:
    """Whoever has a provisioning token."""

    world: World
    token: str
    context_path: str = ""
    """What the gateway says was called, if not the stage and the path."""

    def send(
        self,
        method: str,
        url: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        raw: str | None = None,
    ) -> Answer:
        """Send a request to an address under /scim/v2, and check the form of the answer."""
        event = load_event("serve_scim")
        parts = urlsplit(url)
        event["httpMethod"] = event["requestContext"]["httpMethod"] = method
        event["path"] = f"/scim/v2{parts.path}"
        event["requestContext"]["path"] = self.context_path or f"/v1{event['path']}"
        event["pathParameters"] = {"proxy": parts.path.strip("/")}
        query = dict(parse_qsl(parts.query))
        event["queryStringParameters"] = query or None
        event["multiValueQueryStringParameters"] = {k: [v] for k, v in query.items()} or None
        sent = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        event["headers"] |= sent
        event["multiValueHeaders"] |= {name: [text] for name, text in sent.items()}
        event["body"] = raw if raw is not None else None if body is None else json.dumps(body)
        answer = self.world.invoke("serve_scim", event)
        multi = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
        received = Answer(answer["statusCode"], multi, answer["body"])
        if received.text:
            assert multi["Content-Type"] == "application/scim+json"
        if received.status >= 400:
            assert received.body["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
            assert received.body["status"] == str(received.status)
            assert received.body["detail"]
        return received

    def create(self, email: str, **more: Any) -> Any:
        answer = self.send("POST", "/Users", {"userName": email, **more})
        assert answer.status == 201, answer.text
        return answer.body

    def patch(self, user_id: str, *operations: Any) -> Answer:
        schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
        body = {"schemas": [schema], "Operations": list(operations)}
        return self.send("PATCH", f"/Users/{user_id}", body)


def provider(world: World, clinic: str = CLINIC, name: str = "Okta") -> Provider:
    """Return a provider with a new token of the clinic."""
    body = {"name": name, "default_license_type": "therapist"}
    made = world.call("create_provisioning_token", clinic=clinic, body=body)
    assert made.status == 201, made.text
    return Provider(world, made.body["token"])
