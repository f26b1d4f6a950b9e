"""Staff decide about a confirmation of which nobody knows whether it went out."""

from dataclasses import replace

from licensing.domain.adjustments import Adjustment, Confirmation
from licensing.domain.errors import RefusedError
from licensing.domain.keys import ADJUSTMENT
from licensing.use_cases.access import Caller, as_staff, require_adjustment
from licensing.use_cases.committing import until_committed
from licensing.use_cases.letters.send_confirmation import record_confirmation
from licensing.use_cases.ports import Store, Workflows


@until_committed
def settle_confirmation(
    store: Store,
    workflows: Workflows,
    caller: Caller,
    clinic_id: str,
    adjustment_id: str,
    *,
    outcome: str,
    reason: str,
) -> Adjustment:
    """Settle an ``unknown`` confirmation as sent, or queue the mail again, and return it.

    A repeat finds it settled so already, changes nothing and is answered alike. Raises RefusedError
    ``not_parked``.
    """
    key = ADJUSTMENT.key(clinic_id, adjustment_id)
    opened = as_staff(store, caller, clinic_id, key)
    settled = require_adjustment(opened.record(key))
    if settled.confirmation is Confirmation.UNKNOWN:
        decided = replace(settled, settled_as=outcome)
        sent = decided.mail_sent(opened.clinic.moment(caller.now))
        after = sent if outcome == "sent" else decided.mail_queued()
        settled = record_confirmation(opened, settled, after, why=reason)
    elif settled.settled_as != outcome:
        raise RefusedError(
            "not_parked",
            "Only a confirmation whose outcome is unknown can be settled. Read the adjustment "
            "again.",
        )
    if settled.confirmation is Confirmation.QUEUED:
        # Named by the version, so that the same request again starts nothing more.
        workflows.start(f"{adjustment_id}-resend-{settled.version}", settled)
    # As the first answer told it: the new mail may have gone out since (I7).
    return settled.mail_queued() if outcome == "resend" else settled
