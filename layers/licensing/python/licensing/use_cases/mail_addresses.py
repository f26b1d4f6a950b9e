"""Addresses that bounce or complain: no further mail, until staff clear them."""

from datetime import datetime

from licensing.domain.addresses import MailAddress
from licensing.domain.changes import Change, Insert, Replace
from licensing.domain.history import happened
from licensing.domain.keys import address_key, clinic_key
from licensing.domain.users import SYSTEM, Actor
from licensing.use_cases.access import Caller, acting_staff, staff_only
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store

# DynamoDB takes 100 records in a transaction; a clinic's history is two, its record with it.
_MOST_TOLD = 2 * 49


def suppress_address(store: Store, address: str, because: str, *, now: datetime) -> None:
    """Let no further mail go to the address; a repeat changes nothing."""

    def attempt() -> None:
        (known,) = store.load(address_key(address))
        if known is not None and not known.takes_mail:
            return
        users = store.memberships_of_address(address)
        clinics = tuple(sorted({key.partition.partition("#")[2] for key in users}))
        after = (known or MailAddress(address)).suppressed(because, clinics, now)
        _commit(
            store,
            Insert(after) if known is None else Replace(known, after),
            _histories(store, clinics, "mail_address_suppressed", SYSTEM, because, now),
        )

    until_committed(attempt)


def clear_address(store: Store, caller: Caller, address: str, *, now: datetime) -> None:
    """Let mail go to the address again; one that takes mail already is left as it is."""
    staff_only(caller)

    def attempt() -> None:
        (known,) = store.load(address_key(address))
        if known is None or known.takes_mail:
            return
        actor = acting_staff(caller)
        _commit(
            store,
            Replace(known, known.cleared()),
            _histories(store, known.clinics, "mail_address_cleared", actor, None, now),
        )

    until_committed(attempt)


def _commit(store: Store, change: Change, histories: list[Change]) -> None:
    """Write a change with its histories.

    A transaction has a limit, which somebody who works for very many clinics exceeds. Then the
    change is in the last one: if a step fails, a history may be told twice, and none is missing.
    """
    while len(histories) > _MOST_TOLD:
        store.commit(histories[:_MOST_TOLD])
        histories = histories[_MOST_TOLD:]
    store.commit([change, *histories])


def _histories(
    store: Store,
    clinics: tuple[str, ...],
    action: str,
    actor: Actor,
    why: str | None,
    now: datetime,
) -> list[Change]:
    changes: list[Change] = []
    for clinic in store.load(*(clinic_key(clinic_id) for clinic_id in clinics)):
        if clinic is not None:
            after = clinic.touched(clinic.moment(now))
            # The address itself stands in no history: it is a person's.
            happening = happened(
                after, action, actor=actor, subject=clinic.clinic_id, before={}, after={}, why=why
            )
            changes += [Replace(clinic, after), Insert(happening)]
    return changes
