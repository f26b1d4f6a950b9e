"""Notices workflow: one notice goes out to those who want its kind, each at most once."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from licensing.adapters import settings
from licensing.adapters.postbox import Postbox
from licensing.adapters.store import Store
from licensing.adapters.telemetry import logger
from licensing.use_cases.notices import send_notice as use_case

store = Store(settings.table_name())
postbox = Postbox(settings.sender_address(), settings.configuration_set())


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Return the outcome; raising makes the workflow try again."""
    clinic_id, cause = event["clinic_id"], event["cause"]
    logger.append_keys(clinic_id=clinic_id, notice=cause)
    outcome = use_case.send_notice(
        store, postbox, clinic_id, cause, page=settings.page_url(), now=datetime.now(UTC)
    )
    logger.info("notice", extra={"outcome": outcome})
    return {"outcome": outcome}
