"""DynamoDB's requests and answers, written and read as the JSON that they are."""

import json
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import BotoCoreError
from botocore.serialize import JSONSerializer

from licensing.adapters import attributes
from licensing.adapters.plain_json import PlainAnswers, PlainRequests


def parsed(status: int, body: bytes) -> Any:
    """Return what the parser makes of an answer."""
    response = {"status_code": status, "headers": {}, "body": body}
    return PlainAnswers().create_parser("json").parse(response, None)  # type: ignore[arg-type]


def test_an_answer_is_left_as_it_is() -> None:
    """Only its status is added, as retries look for it."""
    answer = {"Responses": {"licenses": [{"pk": {"S": "CLINIC#one"}, "n": {"N": "1"}}]}}
    expected = answer | {"ResponseMetadata": {"HTTPStatusCode": 200}}
    assert parsed(200, json.dumps(answer).encode()) == expected


def test_a_failure_has_its_code() -> None:
    body = b'{"__type": "com.amazonaws.dynamodb#TransactionCanceledException", "message": "no"}'
    assert parsed(400, body)["Error"]["Code"] == "TransactionCanceledException"


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"Responses": {"lic', b"\xff"])
def test_a_broken_answer_counts_as_none(body: bytes) -> None:
    with pytest.raises(BotoCoreError, match="no JSON"):
        parsed(200, body)


@pytest.mark.parametrize("content", ["AAEC", b"\x00\x01\x02"])
def test_binary_values_come_as_text_or_bytes(content: str | bytes) -> None:
    """On the wire and in a stream's image they are text."""
    assert attributes.load({"B": content}) == b"\x00\x01\x02"


def test_a_request_is_what_botocore_would_send() -> None:
    """The same headers and the same JSON, binary values as text."""
    parameters = {
        "TransactItems": [
            {"Put": {"TableName": "licenses", "Item": {"pk": {"S": "a"}, "b": {"B": b"\x00\x01"}}}}
        ]
    }
    service = botocore.session.get_session().get_service_model("dynamodb")
    model = service.operation_model("TransactWriteItems")
    ours, theirs = (
        serializer.serialize_to_request(parameters, model)
        for serializer in (PlainRequests(), JSONSerializer())
    )
    assert json.loads(ours.pop("body")) == json.loads(theirs.pop("body"))
    assert ours == theirs
