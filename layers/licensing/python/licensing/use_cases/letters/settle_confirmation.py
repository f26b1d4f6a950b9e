"""Staff decide about a confirmation of which nobody knows whether it went out."""

from dataclasses import replace

from licensing.domain.adjustments import Adjustment, Confirmation
from licensing.domain.errors import RefusedError
from licensing.domain.keys import adjustment_key
from licensing.use_cases.access import Caller, as_staff, require_adjustment
from licensing.use_cases.committing import until_committed
from licensing.use_cases.letters.send_confirmation import record_confirmation
from licensing.use_cases.ports import Store, Workflows


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
    settled = _settle(store, caller, clinic_id, adjustment_id, outcome, reason)
    if settled.confirmation is Confirmation.QUEUED:
        # Named by the version, so that the same request again starts nothing more.
        name = f"{adjustment_id}-resend-{settled.version}"
        workflows.start(name, settled)
    # As the first answer told it: the new mail may have gone out since (I7).
    return settled.mail_queued() if outcome == "resend" else settled


@until_committed
def _settle(
    store: Store,
    caller: Caller,
    clinic_id: str,
    adjustment_id: str,
    outcome: str,
    reason: str,
) -> Adjustment:
    key = adjustment_key(clinic_id, adjustment_id)
    opened = as_staff(store, caller, clinic_id, key)
    adjustment = require_adjustment(opened.record(key))
    if adjustment.confirmation is not Confirmation.UNKNOWN:
        if adjustment.settled_as == outcome:
            return adjustment
        raise RefusedError(
            "not_parked",
            f"This confirmation is {adjustment.confirmation}; only one whose outcome is "
            "unknown can be settled.",
        )
    settled = replace(adjustment, settled_as=outcome)
    sent = settled.mail_sent(opened.clinic.moment(caller.now))
    after = sent if outcome == "sent" else settled.mail_queued()
    return record_confirmation(opened, adjustment, after, why=reason)
