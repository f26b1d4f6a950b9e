"""What the references of a template stand for, so that rights can be compared with calls."""

import re
from collections.abc import Mapping
from typing import Any

from tests.inmemory.cloud import ACCOUNT, REGION

_PSEUDO = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
}
_REFERENCE = re.compile(r"\$\{([^}]+)\}")

# How the ARN of a resource is made of its name, by type: what `Arn` and the like stand for.
_ARNS = {
    "AWS::Cognito::UserPool": "cognito-idp:{at}:userpool/{name}",
    "AWS::DynamoDB::Table": "dynamodb:{at}:table/{name}",
    "AWS::KMS::Key": "kms:{at}:key/{name}",
    "AWS::Lambda::Function": "lambda:{at}:function:{name}",
    "AWS::Logs::LogGroup": "logs:{at}:log-group:{name}:*",
    "AWS::S3::Bucket": "s3:::{name}",
    "AWS::SNS::Topic": "sns:{at}:{name}",
    "AWS::SQS::Queue": "sqs:{at}:{name}",
    "AWS::StepFunctions::StateMachine": "states:{at}:stateMachine:{name}",
    "AWS::Events::EventBus": "events:{at}:event-bus/{name}",
    "AWS::Events::Rule": "events:{at}:rule/{name}",
}
_NAMES = ("LogGroupName", "FunctionName", "Name", "EmailIdentity")
_REF_IS_ARN = {"AWS::StepFunctions::StateMachine", "AWS::SNS::Topic"}


class Resolved:
    """A stack whose resources have names: those given, else their own, else their logical ids."""

    def __init__(self, stack: Mapping[str, Any], names: Mapping[str, str]) -> None:
        self.resources: dict[str, dict[str, Any]] = stack["Resources"]
        self._names = names

    def name(self, resource: str) -> str:
        if resource in self._names:
            return self._names[resource]
        properties = self.resources[resource].get("Properties", {})
        own = next((properties[key] for key in _NAMES if key in properties), resource)
        return str(self.text(own))

    def arn(self, resource: str) -> str:
        kind = self.resources[resource]["Type"]
        form = _ARNS.get(kind, "any:{at}:{name}")
        return "arn:aws:" + form.format(at=f"{REGION}:{ACCOUNT}", name=self.name(resource))

    def text(self, value: Any) -> Any:
        """Return the value with its references replaced."""
        if isinstance(value, list):
            return [self.text(item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Ref" or function.startswith("Fn::"):
                return self._called(function, argument)
        return {key: self.text(item) for key, item in value.items()}

    def _called(self, function: str, argument: Any) -> Any:
        match function:
            case "Ref":
                return self._ref(argument)
            case "Fn::GetAtt":
                parts = argument.split(".") if isinstance(argument, str) else argument
                return self._attribute(parts[0], ".".join(parts[1:]))
            case "Fn::Sub":
                text, given = (argument, {}) if isinstance(argument, str) else argument
                for key, item in given.items():
                    text = text.replace(f"${{{key}}}", str(self.text(item)))
                return _REFERENCE.sub(self._substituted, text)
            case "Fn::Select":
                return self.text(argument[1])[int(argument[0])]
            case "Fn::Split":
                return str(self.text(argument[1])).split(argument[0])
            case "Fn::Join":
                return str(argument[0]).join(map(str, self.text(argument[1])))
        raise ValueError(f"{function} is not known here")

    def _substituted(self, found: re.Match[str]) -> str:
        resource, _, attribute = found[1].partition(".")
        return str(self._attribute(resource, attribute) if attribute else self._ref(found[1]))

    def _ref(self, name: str) -> str:
        if name in _PSEUDO:
            return _PSEUDO[name]
        if name not in self.resources:
            return self._names.get(name, name)
        is_arn = self.resources[name]["Type"] in _REF_IS_ARN
        return self.arn(name) if is_arn else self.name(name)

    def _attribute(self, resource: str, attribute: str) -> str:
        match attribute:
            case "Arn":
                return self.arn(resource)
            case "StreamArn":
                return f"{self.arn(resource)}/stream/2026-11-25T00:00:00.000"
            case "Name" | "QueueName":
                return self.name(resource)
        return f"{resource}.{attribute}"
