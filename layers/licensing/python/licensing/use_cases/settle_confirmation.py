"""Staff decide about a confirmation of which nobody knows whether it went out."""

from dataclasses import replace
from datetime import datetime

from licensing.domain.adjustments import Adjustment, Confirmation, Status
from licensing.domain.changes import Insert, Replace
from licensing.domain.errors import RefusedError
from licensing.domain.history import happened
from licensing.domain.keys import adjustment_key
from licensing.use_cases.access import Caller, acting_staff, readable, staff_only
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store, Workflows
from licensing.use_cases.reading import known_adjustment, load_clinic
from licensing.use_cases.send_confirmation import confirmed
from licensing.use_cases.start_invoice_update import start_invoice_update


def settle_confirmation(
    store: Store,
    workflows: Workflows,
    caller: Caller,
    clinic_id: str,
    adjustment_id: str,
    *,
    outcome: str,
    reason: str,
    now: datetime,
) -> Adjustment:
    """Settle an ``unknown`` confirmation as sent, or queue the mail again, and return it.

    A repeat finds it settled so already, changes nothing and is answered alike. Raises RefusedError
    ``not_parked``.
    """
    staff_only(caller)

    def attempt() -> Adjustment:
        loaded, membership, (found,) = load_clinic(
            store, caller, clinic_id, adjustment_key(clinic_id, adjustment_id)
        )
        clinic = readable(loaded, caller, membership)
        adjustment = known_adjustment(found)
        wanted = Confirmation.SENT if outcome == "sent" else Confirmation.QUEUED
        if adjustment.confirmation is not Confirmation.UNKNOWN:
            if adjustment.settled_as == outcome:
                return adjustment
            raise RefusedError(
                "not_parked",
                f"This confirmation is {adjustment.confirmation}; only one whose outcome is "
                "unknown can be settled.",
            )
        actor = acting_staff(caller)
        settled = replace(adjustment, settled_as=outcome)
        if wanted is Confirmation.SENT:
            return confirmed(store, clinic, settled, now=now, actor=actor, why=reason)
        queued = replace(settled, confirmation=wanted, claim=None, parked_reason=None)
        after = clinic.touched(clinic.moment(now))
        store.commit(
            [
                Replace(clinic, after),
                Replace(adjustment, queued),
                Insert(
                    happened(
                        after,
                        "confirmation_requeued",
                        actor=actor,
                        subject=adjustment_id,
                        before={"confirmation": adjustment.confirmation},
                        after={"confirmation": queued.confirmation},
                        why=reason,
                    )
                ),
            ]
        )
        return replace(queued, version=adjustment.version + 1)

    adjustment = until_committed(attempt)
    if adjustment.confirmation is Confirmation.QUEUED:
        # Named by the version, so that the same request again starts nothing more.
        name = f"{adjustment_id}-resend-{adjustment.version}"
        start_invoice_update(workflows, adjustment, name=name)
    return _as_queued(adjustment) if outcome == "resend" else adjustment


def _as_queued(adjustment: Adjustment) -> Adjustment:
    """Return it as the first answer told it: the new mail may have gone out since (I7)."""
    return replace(
        adjustment,
        status=Status.INVOICED,
        confirmation=Confirmation.QUEUED,
        confirmed_at=None,
    )
