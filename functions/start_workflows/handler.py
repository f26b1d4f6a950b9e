"""Table stream: what an adjustment waits for is started, and a notice's mail."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from licensing.adapters import settings
from licensing.adapters.store import record_of
from licensing.adapters.telemetry import logger
from licensing.adapters.workflows import Workflows
from licensing.domain.adjustments import Adjustment, Status
from licensing.domain.clinics import Clinic
from licensing.domain.notices import Kind, Notice
from licensing.domain.users import User

workflows = Workflows(
    settings.invoice_update_arn(), settings.scheduled_adjustment_arn(), settings.notices_arn()
)


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Start one workflow per record; raising makes the stream deliver it again.

    Delivered are the new ones, adjustments that were scheduled when they change, users who start
    later, and versions of clinics with few licenses left. What was started is not started again.
    """
    # An execution lives for a year at most: the wait for a later day is the night's before it.
    too_far = datetime.now(UTC) + timedelta(days=364)
    for record in event["Records"]:
        written = record_of(record["dynamodb"]["NewImage"])
        if isinstance(written, Notice):
            workflows.send_notice(written.clinic_id, written.cause)
            logger.info("notice_started", extra={"notice": written.cause})
        elif isinstance(written, Clinic):
            workflows.send_notice(written.clinic_id, Kind.FEW_LEFT, f"{written.version}")
            logger.info("few_left_started", extra={"clinic_id": written.clinic_id})
        elif isinstance(written, User):
            if written.starts and written.starts_at and written.starts_at < too_far:
                workflows.start_day(written.clinic_id, written.starts, written.starts_at)
                logger.info("start_awaited", extra={"user_id": written.user_id})
        elif not isinstance(written, Adjustment):
            raise TypeError("the stream's filter lets nothing else through")
        elif (
            written.status not in (Status.CANCELLED, Status.CONFIRMED)
            and written.effective_at < too_far
        ):
            workflows.start(written.adjustment_id, written)
            logger.info("workflow_started", extra={"adjustment_id": written.adjustment_id})
