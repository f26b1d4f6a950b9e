"""Removing a user for good: what is kept of their clinic no longer names them.

First the membership goes, in the transaction that writes down who is to be erased: from then on
nobody can name them anew. Then every record that does is written without them. What was interrupted
goes on where it stopped when it is asked for again, or in the night.
"""

from collections import defaultdict
from dataclasses import replace
from typing import Any

from licensing.domain import keys
from licensing.domain.adjustments import Adjustment
from licensing.domain.beside import Erasure
from licensing.domain.changes import Change, Delete, Insert, Put, Replace, Rewrite
from licensing.domain.erasure import FORMER, Eraser, known_as, require_inactive
from licensing.domain.forecast import not_starting
from licensing.domain.history import Event, user_facts
from licensing.domain.invoices import Invoice
from licensing.domain.keys import Key, Prefix
from licensing.domain.provisioning_tokens import ProvisioningToken
from licensing.domain.reconciliation import FINDINGS_KEPT_FOR, Invariant
from licensing.use_cases.access import Caller, as_manager_or_staff_of_closed, require_version
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Directory, Store

_NAMING: tuple[Prefix[Any], ...] = (
    keys.HISTORY,
    keys.ADJUSTMENT,
    keys.INVOICE,
    keys.REQUEST,
    keys.TOKEN,
)
_AT_ONCE = 25


def remove_user(
    store: Store,
    directory: Directory,
    caller: Caller,
    clinic_id: str,
    user_id: str,
) -> None:
    """Remove an inactive user; who is removed already stays so.

    The sign-in goes as well unless another clinic has its owner as a user, or they belong to the
    vendor's staff. Raises RefusedError ``user_active``, PreconditionFailedError if the caller
    decided on another version of the user.
    """
    erasure = _begin(store, caller, clinic_id, user_id)
    if erasure is not None:
        finish_removal(store, directory, erasure)


def finish_removal(store: Store, directory: Directory, erasure: Erasure) -> None:
    """Do what is left of a removal that has begun."""
    for begins in _NAMING:
        _erase(store, erasure.clinic_id, Eraser(erasure), begins)
    elsewhere = store.clinics_of_user(erasure.user_id)
    _erase_other_halves(store, erasure, but=elsewhere)
    _erase_findings(store, erasure)
    if not elsewhere and not directory.is_of_staff(erasure.user_id):
        directory.delete(erasure.user_id)
    for address in erasure.addresses:
        if not store.memberships_of_address(address):
            _delete(store, keys.address_key(address))
    _delete(store, keys.ERASURE.key(erasure.clinic_id, erasure.user_id))


@until_committed
def _begin(
    store: Store,
    caller: Caller,
    clinic_id: str,
    user_id: str,
) -> Erasure | None:
    """Return what is to be erased; None if nothing is left of the user."""
    key, begun = keys.USER.key(clinic_id, user_id), keys.ERASURE.key(clinic_id, user_id)
    opened = as_manager_or_staff_of_closed(store, caller, clinic_id, key, begun)
    user = opened.record(key)
    if user is None:
        return opened.record(begun)
    require_version(caller, user)
    opened.up_to_date()
    require_inactive(user)
    words = known_as(user, list(store.all(clinic_id, keys.HISTORY)))
    erasure = Erasure(clinic_id, user_id, tuple(words), tuple(words.values()))
    event = Event("user_removed", user_id, before=user_facts(user) | {"name": FORMER})
    after = not_starting(opened.clinic, user)
    opened.commit(after, event, Delete(user), Insert(erasure))
    return erasure


def _erase_other_halves(store: Store, erasure: Erasure, *, but: list[str]) -> None:
    """Let what other clinics have of transfers be without the user, unless they belong there."""
    halves = defaultdict[str, set[str]](set)
    for adjustment in store.all(erasure.clinic_id, keys.ADJUSTMENT):
        if adjustment.transfer is not None:
            halves[adjustment.transfer.clinic_id].add(adjustment.transfer.adjustment_id)
    for clinic_id, adjustments in halves.items():
        if clinic_id not in but:
            for begins in _NAMING:
                _erase(store, clinic_id, Eraser(erasure, frozenset(adjustments)), begins)


@until_committed
def _erase(store: Store, clinic_id: str, eraser: Eraser, begins: Prefix[Any]) -> None:
    batch: list[Change] = []
    for record in store.all(clinic_id, begins):
        if isinstance(record, Invoice):
            continue
        without = eraser.without(record)
        if without != record:
            batch.append(_written_over(record, without))
        if len(batch) == _AT_ONCE:
            store.commit(batch)
            batch = []
    if batch:
        store.commit(batch)


@until_committed
def _erase_findings(store: Store, erasure: Erasure) -> None:
    """Let what the nights found of the user's addresses, as long as it is kept, name an id."""
    nights = store.page(
        keys.REPORTS, keys.REPORT, limit=FINDINGS_KEPT_FOR.days, newest_first=True
    ).records
    for address in erasure.addresses:
        places = (
            keys.finding_key(one.night, erasure.clinic_id, Invariant.MAIL_ADDRESS, address)
            for one in nights
        )
        for one in store.load(*places):
            if one is not None:
                without = replace(one, finding=replace(one.finding, subject=erasure.user_id))
                store.commit([Delete(one), Put(without)])


def _written_over(before: Any, after: Any) -> Change:
    if isinstance(before, Adjustment | ProvisioningToken):
        return Replace(before, after)
    return Rewrite(before, after)


@until_committed
def _delete(store: Store, key: Key[Any]) -> None:
    known = store.load(key)[0]
    if known is not None:
        store.commit([Delete(known)])
