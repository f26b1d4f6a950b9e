"""SES events by EventBridge: a mail went out, bounced, or was complained about."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from licensing.adapters import settings
from licensing.adapters.mail_events import mail_event
from licensing.adapters.store import Store
from licensing.adapters.telemetry import logger
from licensing.adapters.workflows import Workflows
from licensing.use_cases.letters import record_mail_event as use_case

store = Store(settings.table_name())
workflows = Workflows(settings.invoice_update_arn())


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Return what the event led to."""
    told = mail_event(event)
    logger.append_keys(clinic_id=told.clinic_id, adjustment_id=told.adjustment_id)
    outcome = use_case.record_mail_event(store, workflows, told, now=datetime.now(UTC))
    logger.info("mail_event", extra={"kind": told.kind, "outcome": outcome})
    return {"outcome": outcome}
