"""Table stream: a new license adjustment starts its delayed invoice update."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from licensing.adapters import settings
from licensing.adapters.store import record_of
from licensing.adapters.telemetry import logger
from licensing.adapters.workflows import Workflows
from licensing.domain.adjustments import Adjustment

workflows = Workflows(settings.invoice_update_arn())


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Start one update per inserted adjustment; raising makes the stream deliver it again."""
    for record in event["Records"]:
        adjustment = record_of(record["dynamodb"]["NewImage"])
        if not isinstance(adjustment, Adjustment):
            raise TypeError("the stream's filter lets only license adjustments through")
        name = adjustment.adjustment_id
        workflows.start_invoice_update(name, adjustment)
        logger.info("invoice_update_started", extra={"adjustment_id": name})
