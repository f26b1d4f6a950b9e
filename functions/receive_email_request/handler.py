"""SES receipt rule: a User Manager's mail becomes the change that it asks for."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from licensing.adapters import settings
from licensing.adapters.archive import Archive
from licensing.adapters.postbox import Postbox
from licensing.adapters.store import Store
from licensing.adapters.telemetry import logger
from licensing.use_cases.email_requests import receive_email_request as use_case
from licensing.use_cases.email_requests.email_arrival import LARGEST_READ, Received
from licensing.use_cases.email_requests.email_decisions import Rules

store = Store(settings.table_name())
postbox = Postbox(settings.sender_address(), settings.configuration_set())
archive = Archive(settings.mail_bucket(), settings.mail_prefix())


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return what was understood and done; SES does not wait for it, operators read it."""
    ses = event["Records"][0]["ses"]
    key = archive.key_of(ses["mail"]["messageId"])
    logger.append_keys(object_key=key)
    raw, whole = archive.read(key, at_most=LARGEST_READ)
    received = Received(
        ses=ses,
        raw=raw,
        whole=whole,
        object_key=key,
        own_addresses={settings.sender_address(), settings.request_address()},
        request_address=settings.request_address(),
        page=settings.page_url(),
        rules=Rules(settings.accepts_email_requests(), settings.max_quantity()),
    )
    answer = use_case.receive_email_request(store, postbox, received, now=datetime.now(UTC))
    logger.info("email_request", extra={"intent": answer["intent"], "reason": answer["reason"]})
    return dict(answer)
