"""AWS clients that talk to the local cloud, whatever the caller's own settings are."""

from typing import TYPE_CHECKING

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
        self._endpoint_url = place.endpoint_url
        self._config = Config(
            proxies={}, inject_host_prefix=False, retries={"total_max_attempts": 2}
        )

    def cloudformation(self) -> "CloudFormationClient":
        """Return a client for the stack."""
        return self._session.client(
            "cloudformation", endpoint_url=self._endpoint_url, config=self._config
        )

    def cognito(self) -> "CognitoIdentityProviderClient":
        """Return a client for the user pool."""
        return self._session.client(
            "cognito-idp", endpoint_url=self._endpoint_url, config=self._config
        )

    def functions(self) -> "LambdaClient":
        """Return a client for the functions."""
        return self._session.client("lambda", endpoint_url=self._endpoint_url, config=self._config)

    def logs(self) -> "CloudWatchLogsClient":
        """Return a client for the logs."""
        return self._session.client("logs", endpoint_url=self._endpoint_url, config=self._config)

    def buckets(self) -> "S3Client":
        """Return a client for the buckets."""
        return self._session.client("s3", endpoint_url=self._endpoint_url, config=self._config)

    def tables(self) -> "DynamoDBClient":
        """Return a client for the table."""
        return self._session.client(
            "dynamodb", endpoint_url=self._endpoint_url, config=self._config
        )

    def queues(self) -> "SQSClient":
        """Return a client for the queues."""
        return self._session.client("sqs", endpoint_url=self._endpoint_url, config=self._config)

    def events(self) -> "EventBridgeClient":
        """Return a client for the event bus."""
        return self._session.client("events", endpoint_url=self._endpoint_url, config=self._config)

    def workflows(self) -> "SFNClient":
        """Return a client for the workflows."""
        return self._session.client(
            "stepfunctions", endpoint_url=self._endpoint_url, config=self._config
        )

    def outputs(self) -> dict[str, str]:
        """Return the deployed stack's outputs."""
        stacks = self.cloudformation().describe_stacks(StackName=STACK_NAME)["Stacks"]
        return {
            output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])
        }
