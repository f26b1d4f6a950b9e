"""Table stream: a new license adjustment starts its delayed invoice update, a notice its mail."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from licensing.adapters import settings
from licensing.adapters.notice_workflow import NoticeWorkflow
from licensing.adapters.store import record_of
from licensing.adapters.telemetry import logger
from licensing.adapters.workflows import Workflows
from licensing.domain.adjustments import Adjustment
from licensing.domain.notices import Notice

workflows = Workflows(settings.invoice_update_arn())
notices = NoticeWorkflow(settings.notices_arn())


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Start one workflow per inserted record; raising makes the stream deliver it again."""
    for record in event["Records"]:
        inserted = record_of(record["dynamodb"]["NewImage"])
        if isinstance(inserted, Notice):
            notices.start(inserted)
            logger.info("notice_started", extra={"notice": inserted.cause})
        elif isinstance(inserted, Adjustment):
            name = inserted.adjustment_id
            workflows.start_invoice_update(name, inserted)
            logger.info("invoice_update_started", extra={"adjustment_id": name})
        else:
            raise TypeError("the stream's filter lets only adjustments and notices through")
