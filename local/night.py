"""Runs the nightly reconciliation on the local cloud."""

import json
import time
from datetime import UTC, datetime
from typing import Any

from local.clients import Clients
from local.failures import LocalCloudError

PATIENCE_SECONDS = 600


def reconcile(clients: Clients, at: datetime) -> dict[str, Any]:
    """Return the report of the night, as of the moment."""
    workflows = clients.workflows()
    started = workflows.start_execution(
        stateMachineArn=clients.outputs()["BillingReconciliationArn"],
        input=json.dumps({"at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "segments": 2}),
    )
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        execution = workflows.describe_execution(executionArn=started["executionArn"])
        if execution["status"] == "SUCCEEDED":
            report: dict[str, Any] = json.loads(execution["output"])
            return report
        if execution["status"] != "RUNNING":
            raise LocalCloudError(f"The reconciliation failed: {execution.get('cause')}")
        time.sleep(0.2)
    raise LocalCloudError("The reconciliation still runs after ten minutes.")
