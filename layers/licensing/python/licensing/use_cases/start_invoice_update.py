"""Starting the delayed invoice update of an adjustment, once."""

from datetime import datetime

from licensing.answers import timestamp
from licensing.domain.adjustments import Adjustment
from licensing.use_cases.ports import Workflows


def start_invoice_update(workflows: Workflows, adjustment: Adjustment, *, name: str) -> None:
    """Start the update under the name; a start of the same update again changes nothing."""
    due = adjustment.invoice_update_due_at
    workflows.start_invoice_update(
        name, task_of(adjustment.clinic_id, adjustment.adjustment_id, due)
    )


def task_of(clinic_id: str, adjustment_id: str, due: datetime) -> dict[str, str]:
    """Return what the workflow is given for an adjustment, the same whoever starts it."""
    return {
        "clinic_id": clinic_id,
        "adjustment_id": adjustment_id,
        "invoice_update_due_at": timestamp(due),
    }
