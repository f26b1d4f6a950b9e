"""InvoiceUpdate, when the delay is over: the adjustment goes on the upcoming invoice."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from licensing.adapters import settings
from licensing.adapters.store import Store
from licensing.adapters.telemetry import logger
from licensing.use_cases.billing import update_invoice as use_case

store = Store(settings.table_name())


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Return the outcome, on which the workflow decides; a repeat returns the same."""
    clinic_id, adjustment_id = event["clinic_id"], event["adjustment_id"]
    logger.append_keys(clinic_id=clinic_id, adjustment_id=adjustment_id)
    outcome = use_case.update_invoice(store, clinic_id, adjustment_id, now=datetime.now(UTC))
    logger.info("invoice_update", extra={"outcome": outcome})
    return {"outcome": outcome}
