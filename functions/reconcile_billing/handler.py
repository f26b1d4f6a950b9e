"""BillingReconciliation: checks one segment of the clinics, as far as there is time."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from licensing.adapters import settings
from licensing.adapters.directory import Directory
from licensing.adapters.ledger import Ledger
from licensing.adapters.nightly_records import plain_sums, sums_from
from licensing.adapters.store import Store
from licensing.adapters.telemetry import logger
from licensing.adapters.workflows import Workflows
from licensing.domain.keys import Key
from licensing.use_cases.nights.nights import is_refused
from licensing.use_cases.nights.reconcile_billing import reconcile_segment

LEAVE_MILLISECONDS = 60_000

store, ledger = Store(settings.table_name()), Ledger(settings.table_name())
workflows = Workflows(
    settings.invoice_update_arn(), settings.scheduled_adjustment_arn(), settings.notices_arn()
)
directory = Directory(settings.user_pool_id())


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the event with the outcome: ``more`` with a cursor, ``done`` or ``refused``."""
    at, now = datetime.fromisoformat(event["at"]), datetime.now(UTC)
    if is_refused(at, now=now, allowed=settings.allows_future_moment()):
        return {**event, "outcome": "refused", "cursor": None}
    progress = reconcile_segment(
        store,
        ledger,
        workflows,
        directory,
        segment=event["segment"],
        segments=event["segments"],
        at=at,
        now=now,
        after=Key(*event["cursor"]) if event.get("cursor") else None,
        retried=event.get("retried", 0),
        enough_time=lambda: context.get_remaining_time_in_millis() > LEAVE_MILLISECONDS,
    )
    sums = sums_from(event.get("sums", [])).and_also(progress.sums)
    outcome = "done" if progress.after is None else "more"
    logger.info("segment", extra={"segment": event["segment"], "clinics": sums.clinics})
    return {**event, "outcome": outcome, "cursor": progress.after, "sums": plain_sums(sums)}
