"""Starting the delayed invoice update of an adjustment, once."""

from licensing.answers import timestamp
from licensing.domain.adjustments import Adjustment
from licensing.use_cases.ports import Workflows


def start_invoice_update(workflows: Workflows, adjustment: Adjustment, *, name: str) -> None:
    """Start the update under the name; a start of the same update again changes nothing."""
    workflows.start_invoice_update(
        name,
        {
            "clinic_id": adjustment.clinic_id,
            "adjustment_id": adjustment.adjustment_id,
            "invoice_update_due_at": timestamp(adjustment.invoice_update_due_at),
        },
    )
