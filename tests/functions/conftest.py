"""Every handler on moto: an event in, the answer and the table's state out.

moto is not safe under threads; contention is judged by DynamoDB Local elsewhere.
"""

import copy
import importlib.util
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from jsonschema import Draft202012Validator
from moto import mock_aws
from moto.dynamodb.models import dynamodb_backends

from docs.template import table_properties
from licensing.adapters import threads
from licensing.adapters.staff import STAFF_GROUP
from tests.functions.mailing import BUCKET, REQUESTS, Mailbox, Sent

ROOT = Path(__file__).parents[2]
REGION = "us-east-1"
CLINIC, OTHER_CLINIC = "clinic-main-street", "clinic-lakeside"
CLIENT_ID = "pageclient123"

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "TABLE_NAME": "licenses",
    "POWERTOOLS_SERVICE_NAME": "clinic-license-manager",
    "POWERTOOLS_METRICS_NAMESPACE": "ClinicLicenseManager",
    "SENDER_ADDRESS": "licenses@vendor.example",
    "CONFIGURATION_SET": "licenses",
    "VENDOR_NAME": "Vendor Inc.",
    "STAFF_EMAIL": "staff@vendor.example",
    "EVENT_BUS": "licenses-events",
}


@dataclass(frozen=True)
class Context:
    """What Lambda tells a function about its invocation."""

    function_name: str = "function"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id: str = "52fdfc07-2182-154f-163f-5f0f9a621d72"

    def get_remaining_time_in_millis(self) -> int:
        """Return a time that no test uses up."""
        return 900_000


@dataclass(frozen=True)
class Answer:
    """What a caller gets."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The code of a problem, which is checked to be one."""
        assert self.headers["Content-Type"] == "application/problem+json"
        body = self.body
        assert {"type", "title", "status", "detail", "code", "request_id"} <= set(body)
        assert body["status"] == self.status
        return str(body["code"])


@dataclass
class World:
    """One product in moto's AWS, with the demo's two clinics registered."""

    aws: Any
    handlers: dict[str, ModuleType] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    staff: str = ""
    """The account of the vendor's staff."""
    demo: tuple[dict[str, Any], dict[str, str]] | None = None

    def handler(self, function: str) -> ModuleType:
        """Return a function's module, loaded as Lambda would, once per world."""
        if function not in self.handlers:
            path = ROOT / "functions" / function / "handler.py"
            spec = importlib.util.spec_from_file_location(f"{function}_handler", path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            self.handlers[function] = module
        return self.handlers[function]

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Invoke a function with an event and return what it returns."""
        return self.handler(function).lambda_handler(event, Context())

    def call(
        self,
        function: str,
        *,
        who: str | None = "dana",
        body: Any = None,
        raw_body: str | None = None,
        clinic: str = CLINIC,
        key: str | None = None,
        headers: dict[str, str | None] | None = None,
        query: dict[str, str] | None = None,
        resource: str | None = None,
        method: str | None = None,
        claims: dict[str, Any] | None = None,
        base64: bool = False,
        **path: str,
    ) -> Answer:
        """Call a route as somebody, beginning with the function's event in events/."""
        event = load_event(function)
        event["resource"] = resource or event["resource"]
        if method is not None:
            event |= {"httpMethod": method, "body": None}
        parameters = {"clinic_id": clinic, **path}
        event["path"] = event["resource"].format_map(parameters)
        event["pathParameters"] = parameters
        sent: dict[str, str | None] = dict(event["headers"])
        if key is not None:
            sent["Idempotency-Key"] = key
        sent |= headers or {}
        event["headers"] = {name: value for name, value in sent.items() if value is not None}
        event["multiValueHeaders"] = {name: [text] for name, text in event["headers"].items()}
        event["queryStringParameters"] = query
        event["multiValueQueryStringParameters"] = {k: [v] for k, v in (query or {}).items()}
        if raw_body is not None or body is not None:
            event["body"] = json.dumps(body) if raw_body is None else raw_body
            event["isBase64Encoded"] = base64
        if who is None:
            del event["requestContext"]["authorizer"]
        else:
            event["requestContext"]["authorizer"]["claims"] = self.claims(who) | (claims or {})
        answer = self.invoke(function, event)
        multi = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
        received = Answer(answer["statusCode"], multi, answer["body"])
        require_described(event["resource"], event["httpMethod"].lower(), received)
        return received

    def claims(self, who: str) -> dict[str, Any]:
        """Return an ID token's claims as the gateway hands them over."""
        claims = {"sub": self.accounts[who], "token_use": "id", "aud": CLIENT_ID}
        claims["iss"] = f"https://cognito-idp.{REGION}.amazonaws.com/{os.environ['USER_POOL_ID']}"
        if who != "staff":
            return claims
        return claims | {"cognito:groups": STAFF_GROUP, "name": "Sam Ortiz"}

    def status(self, clinic: str = CLINIC, who: str = "dana") -> dict[str, Any]:
        """Return the license status."""
        answer = self.call("get_license_status", clinic=clinic, who=who)
        assert answer.status == 200
        body: dict[str, Any] = answer.body
        return body

    def counts(self, license_type: str, clinic: str = CLINIC) -> tuple[int, int, int]:
        """Return purchased, in use and available of one type."""
        row = next(
            row
            for row in self.status(clinic, "staff")["licenses"]
            if row["license_type"] == license_type
        )
        return row["purchased"], row["in_use"], row["available"]

    def adjust(self, lines: list[tuple[str, str, int]], *, key: str, **more: Any) -> Answer:
        """Request a license adjustment as Dana."""
        body: dict[str, Any] = {
            "lines": [
                {"action": action, "license_type": kind, "quantity": quantity}
                for action, kind, quantity in lines
            ]
        }
        if any(action == "remove" for action, _, _ in lines):
            body["explanation"] = "They left the clinic."
        return self.call("request_license_adjustment", key=key, body=body | more)

    def add_user(self, name: str, license_type: str = "therapist", **more: Any) -> dict[str, Any]:
        """Add a user as Dana and return them."""
        email = f"{name.lower().replace(' ', '.')}@mainstreetpt.example"
        body = {"name": name, "email": email, "license_type": license_type, "permissions": []}
        answer = self.call("add_user", body=body | more)
        assert answer.status == 201, answer.text
        user: dict[str, Any] = answer.body
        self.accounts[name.split(maxsplit=1)[0].lower()] = user["user_id"]
        return user

    def activate(self, user_id: str, active: bool = True, **more: Any) -> Answer:
        """Make a user active or inactive as Dana, without a key of its own."""
        more.setdefault("headers", {"Idempotency-Key": None})
        return self.call("set_user_activation", body={"active": active}, user_id=user_id, **more)

    def items(self, clinic: str = CLINIC, begins: str = "") -> list[dict[str, Any]]:
        """Return the clinic's items as they lie in the table."""
        return [
            item
            for item in self.table()
            if item["pk"]["S"] == f"CLINIC#{clinic}" and item["sk"]["S"].startswith(begins)
        ]

    def reset(self) -> None:
        """Put the demo's clinics back as they were registered."""
        assert self.demo is not None
        items, accounts = self.demo
        moto_table().items.clear()
        moto_table().items.update(copy.deepcopy(items))
        self.accounts = dict(accounts)

    def table(self) -> list[dict[str, Any]]:
        """Return all items of the table, in the order of their keys."""
        items = [
            item.to_json()["Attributes"]
            for partition in moto_table().items.values()
            for item in partition.values()
        ]
        return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def moto_table() -> Any:
    """Return moto's own table: reading and restoring it through the API takes most of a test."""
    return dynamodb_backends["123456789012"][REGION].tables["licenses"]


@cache
def description() -> dict[str, Any]:
    """Return docs/openapi.json."""
    described: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text())
    return described


@cache
def validator(reference: str) -> Draft202012Validator:
    """Return what judges an answer by the schema that the reference names."""
    components = {"components": description()["components"]}
    return Draft202012Validator({"$ref": f"#{reference}", **components})


def require_described(resource: str, method: str, received: Answer) -> None:
    """Assert that docs/openapi.json knows this answer: its status, its type, its shape."""
    response = description()["paths"][resource][method]["responses"][str(received.status)]
    if "$ref" in response:
        response = description()["components"]["responses"][str(received.status)]
    if "content" not in response:
        assert received.text == ""
        return
    content = response["content"][received.headers["Content-Type"].partition(";")[0]]
    if "$ref" not in content["schema"]:
        return
    validator(content["schema"]["$ref"].removeprefix("#")).validate(received.body)


def load_event(function: str) -> dict[str, Any]:
    """Return the function's realistic event."""
    event: dict[str, Any] = json.loads((ROOT / "events" / f"{function}.json").read_text())
    return copy.deepcopy(event)


@pytest.fixture(scope="session")
def stage() -> Iterator[World]:
    """The product before the first clinic is registered, made once: handlers load slowly."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
            environment.delenv(name, raising=False)
        environment.setattr(threads, "WORKERS", 1)
        clients: dict[str, Any] = {}

        def aws(service: str) -> Any:
            if service not in clients:
                clients[service] = boto3.client(service, region_name=REGION)  # type: ignore[call-overload]
            return clients[service]

        aws("dynamodb").create_table(TableName="licenses", **table_properties())
        pool = aws("cognito-idp").create_user_pool(
            PoolName="licenses", UsernameAttributes=["email"], AutoVerifiedAttributes=["email"]
        )["UserPool"]["Id"]
        for name in ("InvoiceUpdate", "ScheduledAdjustment"):
            machine = aws("stepfunctions").create_state_machine(
                name=name,
                definition=json.dumps({"StartAt": "End", "States": {"End": {"Type": "Succeed"}}}),
                roleArn="arn:aws:iam::123456789012:role/states",
            )["stateMachineArn"]
            variable = "_".join(re.findall("[A-Z][a-z]+", name)).upper()
            environment.setenv(f"{variable}_ARN", machine)
        aws("sesv2").create_email_identity(EmailIdentity="licenses@vendor.example")
        environment.setenv("USER_POOL_ID", pool)
        environment.setenv("NOTICES_ARN", machine.replace("ScheduledAdjustment", "Notices"))
        cognito = aws("cognito-idp")
        cognito.create_group(UserPoolId=pool, GroupName=STAFF_GROUP)
        address = "staff@vendor.example"
        account = cognito.admin_create_user(
            UserPoolId=pool,
            Username=address,
            UserAttributes=[{"Name": "email", "Value": address}],
        )["User"]
        cognito.admin_add_user_to_group(UserPoolId=pool, Username=address, GroupName=STAFF_GROUP)
        sub = next(of["Value"] for of in account["Attributes"] if of["Name"] == "sub")
        yield World(aws, staff=sub)


@pytest.fixture
def empty_world(stage: World) -> World:
    """The product before the first clinic is registered."""
    moto_table().items.clear()
    stage.accounts = {"staff": stage.staff}
    return stage


@pytest.fixture
def world(empty_world: World) -> World:
    """The product with both demo clinics; Dana manages both, Pat the second."""
    if not empty_world.demo:
        dana = ("Dana Reyes", "dana.reyes@mainstreetpt.example")
        pat = ("Pat Cole", "pat.cole@lakesiderehab.example")
        register(empty_world, CLINIC, [dana])
        register(empty_world, OTHER_CLINIC, [dana, pat])
        empty_world.demo = copy.deepcopy(dict(moto_table().items)), dict(empty_world.accounts)
    empty_world.reset()
    return empty_world


def register(world: World, clinic: str, managers: list[tuple[str, str]]) -> None:
    """Register a clinic as staff and learn its managers' accounts."""
    body = json.loads(load_event("register_clinic")["body"])
    names = {CLINIC: "Main Street Physical Therapy", OTHER_CLINIC: "Lakeside Rehab"}
    body["name"] = names.get(clinic, clinic)
    body["user_managers"] = [
        {"name": name, "email": email, "license_type": "therapist"} for name, email in managers
    ]
    answer = world.call("register_clinic", who="staff", clinic=clinic, body=body)
    assert answer.status == 201, answer.text
    for item in world.items(clinic, "USER#"):
        world.accounts[item["name"]["S"].split()[0].lower()] = item["user_id"]["S"]


@pytest.fixture(scope="session")
def bucket(stage: World) -> Iterator[None]:
    """The bucket for arriving mails."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MAIL_BUCKET", BUCKET)
        environment.setenv("REQUEST_ADDRESS", REQUESTS)
        stage.aws("s3").create_bucket(Bucket=BUCKET)
        stage.handler("receive_email_request")
        yield


@pytest.fixture
def mailbox(world: World, bucket: None, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """A mailbox in front of the product with its two clinics."""
    del bucket
    sent: Sent = []
    ses = world.handler("receive_email_request").postbox._ses
    monkeypatch.setattr(ses, "send_email", lambda **mail: sent.append(mail))
    return Mailbox(world, sent)
