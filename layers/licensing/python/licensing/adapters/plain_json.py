"""DynamoDB's requests and answers as the JSON that they are.

botocore walks through them by the service's model, which takes eleven times as long and changes
binary values only: see ``attributes.load``.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError
from botocore.model import OperationModel
from botocore.parsers import JSONParser, ResponseParser, ResponseParserFactory
from botocore.serialize import JSONSerializer


class UnreadableAnswerError(BotoCoreError):
    """DynamoDB's answer is no JSON: nobody knows what came of the request."""

    fmt = "DynamoDB's answer is no JSON"


class PlainAnswers(ResponseParserFactory):
    """Makes the parsers of a client whose answers are left as they are."""

    def create_parser(self, protocol_name: str) -> ResponseParser:
        if protocol_name != "json":
            return super().create_parser(protocol_name)
        return _PlainParser()


class PlainRequests(JSONSerializer):
    """Writes the requests of a client whose parameters are the JSON that is sent."""

    def serialize_to_request(
        self, parameters: Mapping[str, Any], operation_model: OperationModel
    ) -> dict[str, Any]:
        known = operation_model.metadata
        return {
            "method": "POST",
            "url_path": "/",
            "query_string": "",
            "headers": {
                "X-Amz-Target": f"{known['targetPrefix']}.{operation_model.name}",
                "Content-Type": f"application/x-amz-json-{known['jsonVersion']}",
            },
            "body": json.dumps(parameters, separators=(",", ":"), default=_as_text).encode(),
        }


def _as_text(binary: bytes) -> str:
    return base64.b64encode(binary).decode()


class _PlainParser(JSONParser):
    """Hands over an answer's JSON; failures are parsed as usual."""

    def parse(self, response: Mapping[str, Any], shape: Any) -> dict[str, Any]:
        """Return the answer; raises UnreadableAnswerError, as if none had come."""
        if response["status_code"] >= 300:
            failure: dict[str, Any] = super().parse(response, shape)
            return failure
        try:
            answer: dict[str, Any] = json.loads(response["body"])
        except ValueError as error:
            raise UnreadableAnswerError from error
        answer["ResponseMetadata"] = {"HTTPStatusCode": response["status_code"]}
        return answer
