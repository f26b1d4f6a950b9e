"""A confirmation that did not arrive goes to the clinic's other User Managers, once."""

from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from licensing.domain.adjustments import Adjustment, Confirmation, Status
from licensing.domain.changes import Replace
from licensing.domain.clinics import Clinic
from licensing.domain.keys import ADJUSTMENT, USER, clinic_key
from licensing.domain.outgoing import stand_in
from licensing.domain.users import User
from licensing.use_cases.access import Opened
from licensing.use_cases.committing import until_committed
from licensing.use_cases.letters.recipients import reachable_managers
from licensing.use_cases.letters.send_confirmation import NOBODY, record_confirmation
from licensing.use_cases.ports import Store, Workflows


class Returned(NamedTuple):
    """A confirmation that came back."""

    claim: str
    """Names the attempt that sent it."""
    address: str
    to_requester: bool
    """Whether it had gone to who asked for the change."""


_TOLD = (Status.INVOICED, Status.CONFIRMED)
_BOUNCED = "The email to the person who requested the change came back"


def redirect_confirmation(
    store: Store,
    workflows: Workflows,
    clinic_id: str,
    adjustment_id: str,
    returned: Returned,
    *,
    now: datetime,
) -> bool:
    """Have the confirmation sent to others, or parked where there are none; return whether so.

    One that went to several is left alone while it reached somebody. A repeat starts the
    sending again under the same name, which has no second effect.
    """
    queued = _requeue(store, clinic_id, adjustment_id, returned, now)
    if queued is None:
        return False
    if queued.confirmation is Confirmation.QUEUED:
        workflows.start(f"{adjustment_id}-bounced-{queued.version}", queued)
    return True


@until_committed
def _requeue(
    store: Store, clinic_id: str, adjustment_id: str, returned: Returned, now: datetime
) -> Adjustment | None:
    clinic, adjustment = store.load(clinic_key(clinic_id), ADJUSTMENT.key(clinic_id, adjustment_id))
    if clinic is None or adjustment is None:
        return None
    if adjustment.bounced and adjustment.confirmation is Confirmation.QUEUED:
        return adjustment
    if adjustment.claim != returned.claim or adjustment.status not in _TOLD:
        return None
    managers = reachable_managers(store, clinic, but=adjustment.requested_by.user_id)
    others = [other for other in managers if other != returned.address]
    if adjustment.bounced or not returned.to_requester:
        # It went to all of those.
        if all(stand_in(other) in adjustment.came_back for other in others):
            return _park(store, clinic, adjustment, now)
        _note(store, adjustment, returned.address)
        return None
    # Somebody with another address by now is written to there.
    requester = _requester(store, adjustment)
    moved = requester is not None and requester.manages and requester.email != returned.address
    if not (moved or others):
        return _park(store, clinic, adjustment, now)
    queued = adjustment.mail_queued(bounced=not moved)
    opened = Opened(store, clinic, now)
    return record_confirmation(opened, adjustment, queued, why=_BOUNCED)


def _requester(store: Store, adjustment: Adjustment) -> User | None:
    requester_id = adjustment.requested_by.user_id
    if requester_id is None:
        return None
    (requester,) = store.load(USER.key(adjustment.clinic_id, requester_id))
    return requester


def _note(store: Store, adjustment: Adjustment, address: str) -> None:
    """Note that it did not arrive there: an address that takes mail again tells nothing of it."""
    if stand_in(address) not in adjustment.came_back:
        noted = replace(adjustment, came_back=(*adjustment.came_back, stand_in(address)))
        store.commit([Replace(adjustment, noted)])


def _park(store: Store, clinic: Clinic, adjustment: Adjustment, now: datetime) -> Adjustment | None:
    if adjustment.confirmation is Confirmation.UNKNOWN:
        return None
    parked = adjustment.mail_parked(NOBODY)
    return record_confirmation(Opened(store, clinic, now), adjustment, parked, why=NOBODY)
