"""InvoiceUpdate, after the invoice: the confirmation mail, once or parked."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from licensing.adapters import settings
from licensing.adapters.postbox import Postbox
from licensing.adapters.store import Store
from licensing.adapters.telemetry import logger
from licensing.use_cases.letters import send_confirmation as use_case

store = Store(settings.table_name())
postbox = Postbox(settings.sender_address(), settings.configuration_set())


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Return the outcome, on which the workflow decides."""
    clinic_id, adjustment_id = event["clinic_id"], event["adjustment_id"]
    logger.append_keys(clinic_id=clinic_id, adjustment_id=adjustment_id)
    outcome = use_case.send_confirmation(
        store,
        postbox,
        clinic_id,
        adjustment_id,
        page=settings.page_url(),
        now=datetime.now(UTC),
    )
    logger.info("confirmation", extra={"outcome": outcome})
    return {"outcome": outcome}
