"""Every handler on the AWS in this process: an event in, the answer and the table's state out."""

import copy
import importlib.util
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import Mock, patch
from zoneinfo import ZoneInfo

import pytest
from jsonschema import Draft202012Validator

from docs.template import table_properties
from licensing.adapters import aws, staff, threads
from licensing.adapters.staff import STAFF_GROUP
from licensing.domain.clinics import Clinic
from licensing.domain.keys import clinic_key
from licensing.http import app
from local.memory.tables import Table, key_of
from tests.faults.seam import Seam
from tests.functions.mailing import BUCKET, REQUESTS, Mailbox, Sent
from tests.inmemory.cloud import ACCOUNT, REGION, Cloud
from tests.inmemory.roles import may

ROOT = Path(__file__).parents[2]
CLINIC, OTHER_CLINIC = "clinic-main-street", "clinic-lakeside"
ZONE = ZoneInfo("America/New_York")
CLIENT_ID = "pageclient123"
TABLE = "licenses"
ADJUSTMENT = "/clinics/{clinic_id}/license-adjustments/{adjustment_id}"
STAFF = "4d7c1f2e-0000-4000-8000-0000000000ff"
MACHINES = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:clinic-license-manager-"

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": REGION,
    "TABLE_NAME": TABLE,
    "USER_POOL_ID": f"{REGION}_licenses",
    "POWERTOOLS_SERVICE_NAME": "clinic-license-manager",
    "POWERTOOLS_METRICS_NAMESPACE": "ClinicLicenseManager",
    "SENDER_ADDRESS": "licenses@vendor.example",
    "CONFIGURATION_SET": "licenses",
    "VENDOR_NAME": "Vendor Inc.",
    "STAFF_EMAIL": "staff@vendor.example",
    "EVENT_BUS": "licenses-events",
    "INVOICE_UPDATE_ARN": f"{MACHINES}InvoiceUpdate",
    "SCHEDULED_ADJUSTMENT_ARN": f"{MACHINES}ScheduledAdjustment",
    "NOTICES_ARN": f"{MACHINES}Notices",
    "MAIL_BUCKET": BUCKET,
    "REQUEST_ADDRESS": REQUESTS,
    "ALLOW_FUTURE_MOMENT": "true",
}
"""The environment of the functions: that of the local cloud, where nights to come are run."""


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
    """One product on the AWS in this process."""

    cloud: Cloud = field(default_factory=lambda: Cloud({TABLE: Table.of(table_properties())}))
    handlers: dict[str, ModuleType] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=lambda: {"staff": STAFF})
    empty: Any = None
    """The state before the first clinic is registered."""
    demo: Any = None
    """The state with the demo's two clinics."""
    running: list[str] = field(default_factory=list)
    """The functions that run, each called amid the one before it."""

    def __post_init__(self) -> None:
        """Let every client that is made here be answered by the cloud."""
        self.cloud.staff = (STAFF,)
        self.cloud.allows = lambda operation, request: (
            not self.running or may(self.running[-1], operation, request)
        )
        self.seam = Seam(self.cloud)
        self.session = self.seam.session()

    def aws(self, service: str) -> Any:
        """Return a client as the product makes them."""
        with patch.object(aws, "_session", lambda: self.session):
            return aws.client(service)

    def handler(self, function: str) -> ModuleType:
        """Return a function's module, loaded as Lambda would, once per world."""
        if function not in self.handlers:
            path = ROOT / "functions" / function / "handler.py"
            spec = importlib.util.spec_from_file_location(f"{function}_handler", path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            with patch.object(aws, "_session", lambda: self.session):
                spec.loader.exec_module(module)
            self.handlers[function] = module
        return self.handlers[function]

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Invoke a function with an event and return what it returns."""
        handler = self.handler(function).lambda_handler
        self.running.append(function)
        try:
            return handler(event, Context())
        finally:
            self.running.pop()

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

    def invoiced(self, adjustment: Mapping[str, Any]) -> dict[str, str]:
        """Have an adjustment on the invoice, and return what its workflow's tasks are given."""
        task = {name: adjustment[name] for name in ("clinic_id", "adjustment_id")}
        assert self.invoke("update_invoice", task) == {"outcome": "invoiced"}
        return task

    def status(self, clinic: str = CLINIC, who: str = "dana") -> dict[str, Any]:
        status: dict[str, Any] = self.read("get_license_status", clinic=clinic, who=who)
        return status

    def read(self, function: str, **more: Any) -> Any:
        answer = self.call(function, **more)
        assert answer.status == 200, answer.text
        return answer.body

    def invoice(self, clinic: str = CLINIC, who: str = "dana") -> Any:
        """Return the upcoming invoice."""
        return self.read("list_invoices", clinic=clinic, who=who, invoice_id="upcoming")

    def listed(self, function: str, **more: Any) -> list[Any]:
        """Return the rows of a list."""
        return self._rows(self.read(function, **more))

    def _rows(self, page: dict[str, Any]) -> list[Any]:
        (rows,) = (part for part in page.values() if isinstance(part, list))
        return rows

    def leafed(self, function: str, *, limit: int = 50, **more: Any) -> list[Any]:
        """Return the rows of all pages of a list."""
        query = more.pop("query", {}) | {"limit": str(limit)}
        page = self.read(function, query=query, **more)
        rows = self._rows(page)
        while page["next_cursor"]:
            cursor = {"cursor": page["next_cursor"]}
            page = self.read(function, query=query | cursor, **more)
            rows += self._rows(page)
        return rows

    def adjustment(self, named: Mapping[str, Any]) -> Any:
        names = {"clinic": named["clinic_id"], "adjustment_id": named["adjustment_id"]}
        return self.read("list_license_adjustments", who="staff", resource=ADJUSTMENT, **names)

    def counts(self, license_type: str, clinic: str = CLINIC) -> tuple[int, int, int]:
        """Return purchased, in use and available of one type."""
        row = next(
            row
            for row in self.status(clinic, "staff")["licenses"]
            if row["license_type"] == license_type
        )
        return row["purchased"], row["in_use"], row["available"]

    def adjust(
        self,
        lines: Sequence[tuple[str, str, int]],
        *,
        key: str,
        who: str = "dana",
        clinic: str = CLINIC,
        headers: dict[str, str | None] | None = None,
        **more: Any,
    ) -> Answer:
        """Request a license adjustment; ``more`` goes into the body."""
        body: dict[str, Any] = {"lines": [requested(*line) for line in lines]}
        if any(action == "remove" for action, _, _ in lines):
            body["explanation"] = "They left the clinic."
        body |= more
        function = "request_license_adjustment"
        return self.call(function, key=key, who=who, clinic=clinic, body=body, headers=headers)

    def close(self, on: str, clinic: str = CLINIC) -> Answer:
        """Plan the clinic's end as staff."""
        body = {"closes_on": on, "reason": "The practice retires."}
        return self.call("close_clinic", who="staff", clinic=clinic, body=body)

    def add_user(
        self,
        name: str,
        license_type: str = "therapist",
        *,
        active: bool = False,
        clinic: str = CLINIC,
        **more: Any,
    ) -> dict[str, Any]:
        """Add a user as Dana, perhaps make them active, and return them as they were added."""
        email = f"{name.lower().replace(' ', '.')}@mainstreetpt.example"
        body = {"name": name, "email": email, "license_type": license_type, "permissions": []}
        answer = self.call("add_user", clinic=clinic, body=body | more)
        assert answer.status == 201, answer.text
        user: dict[str, Any] = answer.body
        self.accounts[name.split(maxsplit=1)[0].lower()] = user["user_id"]
        if active:
            assert self.activate(user["user_id"], clinic=clinic).status == 200
        return user

    def add_manager(self, name: str, license_type: str = "therapist") -> dict[str, Any]:
        """Add an active User Manager as Dana and return them."""
        return self.add_user(name, license_type, active=True, permissions=["user_manager"])

    def activate(self, user_id: str, active: bool = True, **more: Any) -> Answer:
        """Make a user active or inactive as Dana, without a key of its own."""
        more.setdefault("headers", {"Idempotency-Key": None})
        return self.call("set_user_activation", body={"active": active}, user_id=user_id, **more)

    def clinic(self, clinic_id: str = CLINIC) -> Clinic:
        """Return a clinic as the store reads it."""
        (clinic,) = self.handler("get_license_status").app.store.load(clinic_key(clinic_id))
        assert isinstance(clinic, Clinic)
        return clinic

    def items(self, clinic: str = CLINIC, begins: str = "") -> list[dict[str, Any]]:
        """Return the clinic's items as they lie in the table."""
        return [
            item
            for item in self.table()
            if item["pk"]["S"] == f"CLINIC#{clinic}" and item["sk"]["S"].startswith(begins)
        ]

    def table(self) -> list[dict[str, Any]]:
        """Return a copy of all items of the table, in the order of their keys."""
        return copy.deepcopy(self.cloud.tables[TABLE].items())

    def notices(self) -> list[dict[str, str]]:
        """Return what the workflow is given for each notice in the table."""
        named = [item["pk"]["S"].split("#") for item in self.table() if item["sk"]["S"] == "NOTICE"]
        return [{"clinic_id": clinic_id, "cause": cause} for _, clinic_id, cause in named]

    def write(self, item: dict[str, Any]) -> None:
        """Write an item over what is there, as nobody should."""
        self.cloud.tables[TABLE].put(key_of(item), item)

    def delete(self, item: dict[str, Any]) -> None:
        """Remove an item, as nobody should."""
        self.cloud.tables[TABLE].put(key_of(item), None)

    def stream(self, image: dict[str, Any]) -> None:
        """Hand an item to start_workflows, as the table's stream does once it is written."""
        event = load_event("start_workflows")
        record = event["Records"][0]["dynamodb"]
        record["Keys"] = {name: image[name] for name in ("pk", "sk")}
        record["NewImage"] = image
        self.invoke("start_workflows", event)

    def bounce(self, address: str, kind: str = "Permanent", **tags: list[str]) -> Any:
        """Deliver SES's event that a mail to an address bounced."""
        event = load_event("record_mail_event")
        detail = event["detail"]
        detail["bounce"] |= {"bounceType": kind, "bouncedRecipients": [{"emailAddress": address}]}
        detail["mail"]["tags"] |= tags
        return self.invoke("record_mail_event", event)

    def reconcile(self, at: datetime, segments: int = 2, **more: Any) -> dict[str, Any]:
        """Run a night as its workflow does, a segment after the other."""
        text = f"{at:%Y-%m-%dT%H:%M:%SZ}"
        done = []
        for segment in range(segments):
            state: Any = {"at": text, "segments": segments, "segment": segment, **more}
            while state.get("outcome") != "done":
                state = json.loads(json.dumps(self.invoke("reconcile_billing", state)))
                assert state["outcome"] in ("more", "done")
            done.append(state)
        report: dict[str, Any] = self.invoke(
            "summarize_reconciliation", {"at": text, "segments": done}
        )
        return report

    @contextmanager
    def later(self, function: str, days: int) -> Iterator[None]:
        """Let a function's clock be ahead within this."""
        ahead = Mock(wraps=datetime, now=lambda zone: datetime.now(zone) + timedelta(days=days))
        module = self.handler(function)
        # Who calls a route is asked for at its start, and told the time along with it.
        with patch.object(module if hasattr(module, "datetime") else app, "datetime", ahead):
            yield

    @contextmanager
    def mail_fails(self, function: str, error: BaseException) -> Iterator[None]:
        """Let the mail service fail a function within this."""
        ses = self.handler(function).postbox._ses
        with patch.object(ses, "send_email", side_effect=error):
            yield

    def sent_by(self, function: str, patch: pytest.MonkeyPatch) -> Sent:
        """Return the mails that a function sends from now on."""
        sent: Sent = []
        module = self.handler(function)
        ses = getattr(module, "app", module).postbox._ses
        patch.setattr(ses, "send_email", lambda **mail: sent.append(mail))
        return sent

    def with_demo(self) -> None:
        """Register the two demo clinics: Dana manages both, Pat the second."""
        dana = ("Dana Reyes", "dana.reyes@mainstreetpt.example")
        register(self, CLINIC, [dana])
        register(self, OTHER_CLINIC, [dana, ("Pat Cole", "pat.cole@lakesiderehab.example")])

    def snapshot(self) -> Any:
        """Return what ``restore`` takes."""
        return self.cloud.snapshot(), dict(self.accounts)

    def restore(self, snapshot: Any) -> None:
        """Put the world back."""
        cloud, accounts = snapshot
        self.cloud.restore(cloud)
        self.accounts = dict(accounts)


def requested(action: str, license_type: str, quantity: int) -> dict[str, Any]:
    """Return a line of a request."""
    return {"action": action, "license_type": license_type, "quantity": quantity}


def today(days: int = 0) -> str:
    """Return the day of the demo's clinics, or one to come."""
    return f"{datetime.now(ZONE) + timedelta(days=days):%Y-%m-%d}"


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
    with pytest.MonkeyPatch.context() as environment:
        for name, value in ENVIRONMENT.items():
            environment.setenv(name, value)
        for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
            environment.delenv(name, raising=False)
        environment.setattr(threads, "WORKERS", 1)
        world = World()
        directory = world.aws("cognito-idp")
        environment.setattr(staff, "_cognito", lambda: directory)
        address = ENVIRONMENT["STAFF_EMAIL"]
        world.cloud.accounts[address] = {"sub": STAFF, "email": address}
        world.empty = world.snapshot()
        yield world


@pytest.fixture
def empty_world(stage: World) -> World:
    """The product before the first clinic is registered."""
    stage.restore(stage.empty)
    return stage


@pytest.fixture
def world(empty_world: World) -> World:
    """The product with both demo clinics; Dana manages both, Pat the second."""
    if empty_world.demo is None:
        empty_world.with_demo()
        empty_world.demo = empty_world.snapshot()
    empty_world.restore(empty_world.demo)
    return empty_world


def register(world: World, clinic: str, managers: list[tuple[str, str]], **of_each: int) -> None:
    """Register a clinic as staff and learn its managers' accounts."""
    body = json.loads(load_event("register_clinic")["body"])
    body["licenses"] = [license | of_each for license in body["licenses"]]
    names = {CLINIC: "Main Street Physical Therapy", OTHER_CLINIC: "Lakeside Rehab"}
    body["name"] = names.get(clinic, clinic)
    body["user_managers"] = [
        {"name": name, "email": email, "license_type": "therapist"} for name, email in managers
    ]
    answer = world.call("register_clinic", who="staff", clinic=clinic, body=body)
    assert answer.status == 201, answer.text
    for item in world.items(clinic, "USER#"):
        world.accounts[item["name"]["S"].split()[0].lower()] = item["user_id"]["S"]


@pytest.fixture
def outbox(world: World, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """The confirmations that the mail service takes."""
    return world.sent_by("send_confirmation", monkeypatch)


@pytest.fixture
def mailbox(world: World, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """A mailbox in front of the product with its two clinics."""
    return Mailbox(world, world.sent_by("receive_email_request", monkeypatch))
