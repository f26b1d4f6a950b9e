"""Table stream: what was committed goes to the event bus, for the vendor's other systems."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from licensing.adapters import settings
from licensing.adapters.bus import EventBus
from licensing.adapters.store import Store, record_of
from licensing.adapters.telemetry import logger
from licensing.use_cases import publish_events as use_case

store = Store(settings.table_name())
bus = EventBus(settings.event_bus())


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Publish a batch; the stream delivers again from the first record that was not taken."""
    changes = [record["dynamodb"] for record in event["Records"]]
    told = use_case.publish_events(store, bus, [record_of(one["NewImage"]) for one in changes])
    logger.info("events_published", extra={"records": told, "of": len(changes)})
    failed = [one["SequenceNumber"] for one in changes[told : told + 1]]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
