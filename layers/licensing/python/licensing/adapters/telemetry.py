"""Logs with ids only: no names, addresses, tokens or mail bodies."""

from aws_lambda_powertools import Logger

logger = Logger(use_rfc3339=True)
