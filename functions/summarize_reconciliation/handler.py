"""BillingReconciliation, at its end: the night's report, its metrics, and mail to staff."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from licensing.adapters import settings
from licensing.adapters.metering import metrics
from licensing.adapters.nightly_records import sums_from
from licensing.adapters.postbox import Postbox
from licensing.adapters.store import Store
from licensing.adapters.telemetry import logger
from licensing.answers.staff import reconciliation
from licensing.use_cases.nights import summarize_reconciliation as use_case

store = Store(settings.table_name())
postbox = Postbox(settings.sender_address(), settings.configuration_set())


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Return the night's result in short."""
    report = use_case.summarize_reconciliation(
        store,
        postbox,
        settings.staff_address(),
        page=settings.page_url(),
        at=datetime.fromisoformat(event["at"]),
        segments=[sums_from(segment["sums"]) for segment in event["segments"]],
    )
    metrics.add_metric("ReconciledClinics", MetricUnit.Count, report.clinics)
    of_the_books = report.findings - report.blocked
    metrics.add_metric("ReconciliationFindings", MetricUnit.Count, of_the_books)
    metrics.add_metric("OverdueConfirmations", MetricUnit.Count, report.overdue)
    metrics.add_metric("ReconciliationRepairs", MetricUnit.Count, report.repairs)
    logger.info("reconciliation", extra={**reconciliation(report), "repairs": report.repairs})
    return {**reconciliation(report), "repairs": report.repairs, "overdue": report.overdue}
