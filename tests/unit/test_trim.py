"""What the layer keeps of botocore is enough for every client, and for what is asked of it."""

import ast
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.loaders import Loader

from benchmarks.scenes import CLINIC, Clinic
from layers.dependencies import trim
from licensing.adapters import aws
from licensing.adapters.archive import Archive
from licensing.adapters.bus import EventBus
from licensing.adapters.directory import Directory
from licensing.adapters.ledger import Ledger
from licensing.adapters.postbox import Postbox
from licensing.adapters.store import Store
from licensing.adapters.workflows import Workflows
from licensing.domain.business_events import BusinessEvent
from licensing.domain.keys import ADJUSTMENT, clinic_key
from licensing.domain.outgoing import Letter
from licensing.use_cases.ports import Account

ADAPTERS = Path(aws.__file__).parent
INSTALLED = Path(botocore.__file__).parent / "data"
DROPPED = "sns"

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:InvoiceUpdate"
PERSON = {"UserAttributes": [{"Name": "sub", "Value": "4d7c1f2e"}]}
ANSWERS = {
    "BatchGetItem": {"Responses": {}, "UnprocessedKeys": {}},
    "Scan": {"Items": []},
    "AdminGetUser": PERSON,
    "SendEmail": {"MessageId": "1"},
    "PutEvents": {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]},
    "StartExecution": {"executionArn": MACHINE, "startDate": 0},
    "GetObject": None,
}


@pytest.fixture(scope="module")
def trimmed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The trimmed data of the installed botocore."""
    data = tmp_path_factory.mktemp("botocore") / "data"
    data.mkdir()
    for path in INSTALLED.iterdir():
        if path.is_file():
            shutil.copy(path, data)
    # Copying all 400 services would take longer than all that is tested here.
    for service in {*trim.SERVICES, DROPPED}:
        shutil.copytree(INSTALLED / service, data / service)
    trim.trim_services(data)
    trim.trim_documentation(data)
    trim.trim_endpoint_rules(data)
    trim.trim_endpoints(data / "endpoints.json")
    return data


@pytest.fixture
def session(trimmed: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Clients of the adapters come from the trimmed data; returns the addresses they call."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example")
    for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    made = botocore.session.Session()
    loader = Loader(extra_search_paths=[str(trimmed)], include_default_search_paths=False)
    made.register_component("data_loader", loader)
    called: list[str] = []

    def send(**happening: Any) -> Any:
        request, event_name = happening["request"], happening["event_name"]
        called.append(request.url)
        content = ANSWERS[event_name.rpartition(".")[2]]
        body = b"a mail" if content is None else json.dumps(content).encode()
        return AWSResponse(request.url, 200, HTTPHeaders(), _Raw(body))

    # First: moto, where it is at work in this process, answers every session.
    made.get_component("event_emitter").register_first("before-send", send)
    monkeypatch.setattr(aws, "_session", lambda: made)
    return called


class _Raw:
    """The body of an answer, as it comes off the wire."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self.read()

    def read(self, *_: Any) -> bytes:
        content, self._content = self._content, b""
        return content


def test_the_layer_keeps_the_services_that_adapters_use() -> None:
    """No more: each is a part of the layer's size. No less: its client could not be made."""
    used = {
        node.args[0].value
        for path in ADAPTERS.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "client"
        and isinstance(node.args[0], ast.Constant)
    }
    assert used == trim.SERVICES


@pytest.mark.parametrize("service", sorted(trim.SERVICES))
@pytest.mark.usefixtures("session")
def test_every_client_can_be_made(service: str) -> None:
    """With the settings that the product makes it with."""
    assert aws.client(service).meta.service_model.service_name == service


def test_every_adapter_makes_a_call(session: list[str]) -> None:
    """Its request is built, signed, sent to the service's own address, and the answer read."""
    assert Store("licenses").load(clinic_key("clinic-main-street")) == [None]
    assert Ledger("licenses").scan(0, 1, None).partitions == []
    assert Archive("mails", "raw/").read("raw/1", at_most=100) == (b"a mail", True)
    account = Directory("us-east-1_EXAMPLE").account("ana@clinic.example")
    assert account == Account("4d7c1f2e", signed_in=True)
    (adjustment,) = Clinic(users=1, open_adjustments=1).store.all(CLINIC, ADJUSTMENT)
    Workflows(MACHINE, MACHINE).start("one", adjustment)
    letter = Letter("Licenses", "Text.", "<p>Text.</p>")
    Postbox("licenses@vendor.example", "licenses").send(["ana@clinic.example"], letter, tags={})
    assert EventBus("licenses-events").put([BusinessEvent("UserActivated", {})]) == 1
    assert [url.split("/")[2] for url in session] == [
        "dynamodb.eu-central-1.amazonaws.com",
        "dynamodb.eu-central-1.amazonaws.com",
        "mails.s3.eu-central-1.amazonaws.com",
        "cognito-idp.eu-central-1.amazonaws.com",
        "states.eu-central-1.amazonaws.com",
        "email.eu-central-1.amazonaws.com",
        "events.eu-central-1.amazonaws.com",
    ]


@pytest.mark.usefixtures("session")
def test_other_services_are_gone() -> None:
    """That is what the trimming is for."""
    with pytest.raises(botocore.exceptions.UnknownServiceError):
        aws.client(DROPPED)


def test_texts_are_gone(trimmed: Path) -> None:
    """They are four fifths of what a client parses."""
    for service in trim.SERVICES:
        for whole in (INSTALLED / service).glob("*/service-2.json.gz"):
            model = trimmed / whole.relative_to(INSTALLED)
            assert model.stat().st_size < whole.stat().st_size
