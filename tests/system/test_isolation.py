"""Every route with every token that is not one of ours: refused, and nothing changes."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from local.clients import Clients
from local.place import ROOT
from local.stack import Stack
from tests.system.api import Api

DANA = "dana.reyes@mainstreetpt.example"
PATH = {
    "clinic_id": "clinic-main-street",
    "adjustment_id": "01KAQ3V7M0ZZZZZZZZZZZZZZZZ",
    "user_id": "nobody",
    "token_id": "01KAQ3V7M0ZZZZZZZZZZZZZZZZ",
    "invoice_id": "upcoming",
    "address": "ana@mainstreetpt.example",
    "date": "2026-04-15",
}


def routes() -> list[tuple[str, str, Any]]:
    """Return each described route with its example body."""
    described = json.loads(Path(ROOT / "docs" / "openapi.json").read_text())
    found = []
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            body = content.get("application/json", {}).get("example")
            found.append((method.upper(), path.format_map(PATH), body))
    return found


@pytest.fixture(scope="session")
def foreign_tokens(
    stack: Stack, clients: Clients, id_token: Callable[[str], str]
) -> dict[str, str]:
    """Tokens that look like ours: changed, unsigned, of another pool, for another purpose."""
    good = id_token(DANA)
    head, payload, signature = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))

    def encoded(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return {
        "garbage": "garbage",
        "prolonged": f"{head}.{encoded(claims | {'exp': claims['exp'] + 1})}.{signature}",
        "promoted": f"{head}.{encoded(claims | {'cognito:groups': ['license-staff']})}.{signature}",
        "unsigned": f"{encoded({'alg': 'none', 'typ': 'JWT'})}.{payload}.",
        "other pool": other_pool_token(clients),
        "access token": access_token(stack, clients),
        "provisioning token": provisioning_token(stack, good),
    }


def password(stack: Stack) -> str:
    return next(entry["password"] for entry in stack["accounts"] if entry["email"] == DANA)


def access_token(stack: Stack, clients: Clients) -> str:
    """Return Dana's access token, which the API does not take."""
    return sign_in(clients, stack["user_pool_client_id"], DANA, password(stack))["AccessToken"]


def other_pool_token(clients: Clients) -> str:
    """Return a good ID token of a pool that is not the product's."""
    cognito = clients.cognito()
    pool = cognito.create_user_pool(PoolName="elsewhere")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="elsewhere", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(UserPoolId=pool, Username="dana", MessageAction="SUPPRESS")
    cognito.admin_set_user_password(
        UserPoolId=pool, Username="dana", Password="Elsewhere-1234", Permanent=True
    )
    return sign_in(clients, client, "dana", "Elsewhere-1234")["IdToken"]


def provisioning_token(stack: Stack, good: str) -> str:
    """Return a token of an identity provider, which is good at SCIM's addresses only."""
    path = f"/clinics/{PATH['clinic_id']}/provisioning-tokens"
    body = {"name": "Isolation", "default_license_type": "therapist"}
    made = Api(stack["api_url"], good).call("POST", path, body)
    assert made.status == 201, made.text
    token: str = made.body["token"]
    return token


def sign_in(clients: Clients, client: str, name: str, password: str) -> dict[str, str]:
    """Return all tokens of a sign-in."""
    answer = clients.cognito().initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=client,
        AuthParameters={"USERNAME": name, "PASSWORD": password},
    )
    tokens = answer["AuthenticationResult"]
    return {name: tokens[name] for name in ("IdToken", "AccessToken")}


def test_no_route_takes_a_token_that_is_not_ours(
    stack: Stack, clients: Clients, foreign_tokens: dict[str, str]
) -> None:
    """Each kind is answered with 401, every route does so, and nothing is asked for or changed."""
    before = changes(clients, stack)
    tokens = {"no token": None, **foreign_tokens}
    assert len(routes()) >= 18
    for method, path, body in routes():
        # One authorizer judges for all routes: which kinds it takes need not be asked at each.
        kinds = tokens if path.endswith("/license-adjustments") else ("no token", "promoted")
        for kind in kinds:
            refused = Api(stack["api_url"], tokens[kind]).call(method, path, body, key="isolation")
            assert refused.status == 401, f"{method} {path} with {kind}: {refused.status}"
    assert changes(clients, stack) == before


# Every change has its history; what workflows of earlier requests do meanwhile is the system's.
WRITTEN = ("HISTORY#", "REQUEST#", "ADJUSTMENT#", "USER#", "TOKEN#")


def changes(clients: Clients, stack: Stack) -> set[tuple[str, str]]:
    """Return the keys of what requests leave in the table."""
    pages = clients.tables().get_paginator("scan").paginate(TableName=stack["table_name"])
    return {
        (item["pk"]["S"], item["sk"]["S"])
        for page in pages
        for item in page["Items"]
        if item["sk"]["S"].startswith(WRITTEN) and not is_of_the_system(item)
    }


def is_of_the_system(item: dict[str, Any]) -> bool:
    """Whether nobody's request is told, but what a workflow of an earlier test did meanwhile."""
    by: list[dict[str, str]] = item.get("by", {}).get("L", [{}])
    return by[-1].get("S") == "system"
