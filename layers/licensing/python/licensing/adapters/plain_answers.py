"""DynamoDB's answers as the JSON that they are.

botocore's own parser walks through an answer by the service's model, which takes eleven times
as long as ``json.loads`` and for DynamoDB changes binary values only: see ``attributes.load``.
"""

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError
from botocore.parsers import JSONParser, ResponseParser, ResponseParserFactory


class UnreadableAnswerError(BotoCoreError):
    """DynamoDB's answer is no JSON: nobody knows what came of the request."""

    fmt = "DynamoDB's answer is no JSON"


class PlainAnswers(ResponseParserFactory):
    """Makes the parsers of a client whose answers are left as they are."""

    def create_parser(self, protocol_name: str) -> ResponseParser:
        """Return the parser for a protocol."""
        if protocol_name != "json":
            return super().create_parser(protocol_name)
        return _PlainParser()


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
