"""Business metrics, as log lines that CloudWatch reads."""

from aws_lambda_powertools import Metrics

metrics = Metrics()
