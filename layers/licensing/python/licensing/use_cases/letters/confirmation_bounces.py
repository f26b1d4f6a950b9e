"""A confirmation that did not arrive goes to the clinic's other User Managers, once."""

from dataclasses import replace
from datetime import datetime

from licensing.domain.adjustments import Adjustment, Confirmation, Status
from licensing.domain.changes import Replace
from licensing.domain.clinics import Clinic, OpenAdjustment
from licensing.domain.history import Event
from licensing.domain.keys import adjustment_key, clinic_key, user_key
from licensing.use_cases.access import Opened
from licensing.use_cases.committing import until_committed
from licensing.use_cases.letters.reachable import reachable_managers
from licensing.use_cases.letters.send_confirmation import NOBODY
from licensing.use_cases.ports import Store, Workflows

_BOUNCED = "the mail to who requested the change came back"


def redirect_confirmation(
    store: Store,
    workflows: Workflows,
    clinic_id: str,
    adjustment_id: str,
    claim: str,
    address: str,
    *,
    now: datetime,
) -> bool:
    """Have the confirmation sent to others, or parked where there are none; return whether so.

    One that went to several is left alone while it reached somebody. A repeat starts the
    sending again under the same name, which has no second effect.
    """
    queued = _requeue(store, clinic_id, adjustment_id, claim, address, now)
    if queued is None:
        return False
    if queued.confirmation is Confirmation.QUEUED:
        workflows.start(f"{adjustment_id}-bounced-{queued.version}", queued)
    return True


@until_committed
def _requeue(
    store: Store, clinic_id: str, adjustment_id: str, claim: str, address: str, now: datetime
) -> Adjustment | None:
    clinic, adjustment = store.load(clinic_key(clinic_id), adjustment_key(clinic_id, adjustment_id))
    if clinic is None or adjustment is None:
        return None
    if adjustment.bounced and adjustment.confirmation is Confirmation.QUEUED:
        return adjustment
    if adjustment.claim != claim or adjustment.status not in (Status.INVOICED, Status.CONFIRMED):
        return None
    others = _others(store, clinic, adjustment, address)
    if adjustment.bounced or not _asked_for_by(store, adjustment, address):
        # It went to all of those.
        return None if others else _park(store, clinic, adjustment, now)
    if not others:
        return _park(store, clinic, adjustment, now)
    queued = replace(
        adjustment,
        status=Status.INVOICED,
        confirmation=Confirmation.QUEUED,
        confirmed_at=None,
        claim=None,
        parked_reason=None,
        bounced=True,
    )
    return _commit(store, clinic, adjustment, queued, "confirmation_requeued", _BOUNCED, now)


def _asked_for_by(store: Store, adjustment: Adjustment, address: str) -> bool:
    requester_id = adjustment.requested_by.user_id
    if requester_id is None:
        return False
    (requester,) = store.load(user_key(adjustment.clinic_id, requester_id))
    return requester is not None and requester.email == address


def _others(store: Store, clinic: Clinic, adjustment: Adjustment, address: str) -> list[str]:
    managers = reachable_managers(store, clinic, but=adjustment.requested_by.user_id)
    return [other for other in managers if other != address]


def _park(store: Store, clinic: Clinic, adjustment: Adjustment, now: datetime) -> Adjustment | None:
    if adjustment.confirmation is Confirmation.UNKNOWN:
        return None
    parked = replace(
        adjustment,
        status=Status.INVOICED,
        confirmation=Confirmation.UNKNOWN,
        confirmed_at=None,
        parked_reason=NOBODY,
    )
    return _commit(store, clinic, adjustment, parked, "confirmation_parked", NOBODY, now)


def _commit(
    store: Store,
    clinic: Clinic,
    before: Adjustment,
    after: Adjustment,
    action: str,
    why: str,
    now: datetime,
) -> Adjustment:
    changed = clinic
    if before.status is Status.CONFIRMED:
        entry = OpenAdjustment(
            before.adjustment_id, True, before.requested_at, before.invoice_update_due_at
        )
        changed = clinic.with_adjustment_reopened(entry)
    event = Event(
        action,
        before.adjustment_id,
        before={"confirmation": before.confirmation},
        after={"confirmation": after.confirmation},
        why=why,
    )
    Opened(store, clinic).commit(changed, event, Replace(before, after), now=now)
    return replace(after, version=before.version + 1)
