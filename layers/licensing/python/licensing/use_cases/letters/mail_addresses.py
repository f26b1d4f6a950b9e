"""Addresses that bounce or complain: no further mail, until staff clear them."""

from datetime import datetime

from licensing.domain.addresses import MailAddress
from licensing.domain.changes import Change, Delete, Replace, written_over
from licensing.domain.history import Event
from licensing.domain.keys import address_key, clinic_key
from licensing.domain.users import SYSTEM, Actor
from licensing.use_cases.access import Caller, Opened, require_staff, staff_actor
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store

# DynamoDB takes 100 records in a transaction; a clinic with its history is two.
_MOST_TOLD = 49


@until_committed
def suppress_mail_address(store: Store, address: str, because: str, *, now: datetime) -> None:
    """Let no further mail go to the address; a repeat changes nothing."""
    (known,) = store.load(address_key(address))
    if known is not None and not known.takes_mail:
        return
    after = (known or MailAddress(address)).with_suppression(because, now)
    change = written_over(known, after)
    _commit(store, change, address, "mail_address_suppressed", SYSTEM, because, now)


@until_committed
def clear_mail_address(store: Store, caller: Caller, address: str) -> None:
    """Let mail go to the address again; one that takes mail already is left as it is."""
    require_staff(caller)
    (known,) = store.load(address_key(address))
    if known is None or known.takes_mail:
        return
    after, actor = known.without_suppression(), staff_actor(caller)
    change = Delete(known) if after.is_blank else Replace(known, after)
    _commit(store, change, address, "mail_address_cleared", actor, None, caller.now)


def _commit(
    store: Store,
    change: Change,
    address: str,
    action: str,
    actor: Actor,
    why: str | None,
    now: datetime,
) -> None:
    """Write a change with the histories of the clinics whose users have the address.

    A transaction has a limit, which somebody who works for very many clinics exceeds. Then the
    change is in the last one: if a step fails, a history may be told twice, and none is missing.
    The address itself stands in no history: it is a person's.
    """
    concerned = {clinic_key(user.owner) for user in store.memberships_of_address(address)}
    told = [
        change
        for clinic in store.load(*sorted(concerned))
        if clinic is not None
        for change in Opened(store, clinic, now, actor).written(
            clinic, Event(action, clinic.clinic_id, why=why)
        )
    ]
    while len(told) > _MOST_TOLD:
        store.commit(told[:_MOST_TOLD])
        told = told[_MOST_TOLD:]
    store.commit([change, *told])
