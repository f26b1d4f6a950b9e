"""AWS clients that talk to the local cloud, whatever the caller's own settings are."""

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from local.place import REGION, STACK_NAME, Place

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_stepfunctions import SFNClient


class Clients:
    """Makes clients for one local cloud."""

    def __init__(self, place: Place) -> None:
        key, secret = place.keys().values()
        self._session = boto3.Session(key, secret, region_name=REGION)
        config = Config(proxies={}, inject_host_prefix=False, retries={"total_max_attempts": 2})
        self._at: dict[str, Any] = {"endpoint_url": place.endpoint_url, "config": config}

    def cloudformation(self) -> "CloudFormationClient":
        return self._session.client("cloudformation", **self._at)

    def cognito(self) -> "CognitoIdentityProviderClient":
        return self._session.client("cognito-idp", **self._at)

    def functions(self) -> "LambdaClient":
        return self._session.client("lambda", **self._at)

    def logs(self) -> "CloudWatchLogsClient":
        return self._session.client("logs", **self._at)

    def buckets(self) -> "S3Client":
        return self._session.client("s3", **self._at)

    def tables(self) -> "DynamoDBClient":
        return self._session.client("dynamodb", **self._at)

    def queues(self) -> "SQSClient":
        return self._session.client("sqs", **self._at)

    def events(self) -> "EventBridgeClient":
        return self._session.client("events", **self._at)

    def workflows(self) -> "SFNClient":
        return self._session.client("stepfunctions", **self._at)

    def outputs(self) -> dict[str, str]:
        """Return the deployed stack's outputs."""
        stacks = self.cloudformation().describe_stacks(StackName=STACK_NAME)["Stacks"]
        return {
            output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])
        }
