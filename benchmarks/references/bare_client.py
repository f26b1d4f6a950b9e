"""The least that a handler with boto3 must load: one client."""

import boto3

dynamodb = boto3.client("dynamodb")
