"""Bringing a clinic's users in by a list, as far as the list does not hold already."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from typing import Any, NamedTuple

from licensing.domain.changes import written_over
from licensing.domain.clinics import Clinic, require_open
from licensing.domain.keys import USER
from licensing.domain.user_imports import Effect, Row, decide
from licensing.domain.users import User
from licensing.use_cases.access import Caller, Opened, as_manager
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Directory, Store
from licensing.use_cases.users.add_user import NewUser

_MOST_WRITES = 96
"""Users and history of one transaction, which takes a hundred with the clinic and the caller."""

AtOnce = Callable[[Callable[[Any], Any], Iterable[Any]], list[Any]]
"""Calls a function with each of the values, several at once; returns what they return."""


class Imported(NamedTuple):
    """What the rows did, or would do, by their numbers; and the clinic after it."""

    clinic: Clinic
    effects: Mapping[int, Effect]
    applied: bool


class _Newcomer(NamedTuple):
    """The account of somebody, and whether they are in no other clinic."""

    user_id: str
    joined: bool


_UNKNOWN = _Newcomer("", joined=True)


def import_users(
    store: Store,
    directory: Directory,
    caller: Caller,
    clinic_id: str,
    rows: Sequence[Row],
    *,
    dry_run: bool,
    whole: bool,
    at_once: AtOnce,
) -> Imported:
    """Make the clinic's users what the rows say, some rows a transaction; nobody is mailed.

    ``whole``: nothing is done if a row can't be. When others change the clinic meanwhile, what is
    left is decided anew. What was done stays done: the same list again does the rest.
    """
    clinic, planned = _planned(store, caller, clinic_id, rows)
    if dry_run or (whole and any(effect.refusal for effect in planned)):
        after = planned[-1].clinic if planned else clinic
        return Imported(after, _by_number(planned), applied=False)
    wanted = [effect.row for effect in planned if effect.before is None and effect.events]
    accounts = _accounts(store, directory, clinic_id, wanted, at_once)
    done: dict[int, Effect] = {}
    while True:
        clinic, effects, rest = _do_some(store, caller, clinic_id, rows, accounts)
        done |= _by_number(effects)
        if rest is not None:
            return Imported(clinic, _by_number(planned) | _by_number(rest) | done, applied=True)


@until_committed
def _planned(
    store: Store, caller: Caller, clinic_id: str, rows: Sequence[Row]
) -> tuple[Clinic, list[Effect]]:
    """Return the clinic, and what all rows would do as it is."""
    opened = as_manager(store, caller, clinic_id)
    require_open(opened.clinic, caller.now)
    opened.up_to_date()
    users = _users(store, clinic_id)
    newcomers = _newcomers(opened.clinic, users, rows, caller.now)
    return opened.clinic, _decided(opened, caller, users, newcomers, rows)


@until_committed
def _do_some(
    store: Store,
    caller: Caller,
    clinic_id: str,
    rows: Sequence[Row],
    accounts: Mapping[str, _Newcomer],
) -> tuple[Clinic, list[Effect], list[Effect] | None]:
    """Do what one transaction holds; return the clinic, what was done, and all if that is it."""
    opened = as_manager(store, caller, clinic_id).up_to_date()
    users = _users(store, clinic_id)
    by_id = {user.user_id: user for user in users.values()}
    # Somebody may be in the clinic by another spelling of the address than their sign-in has.
    users |= {email: by_id[user_id] for email, (user_id, _) in accounts.items() if user_id in by_id}
    newcomers = _newcomers(opened.clinic, users, rows, caller.now, accounts)
    effects = _decided(opened, caller, users, newcomers, rows)
    some = _fitting(effects)
    left = sum(bool(effect.events) for effect in effects) - len(some)
    if left:
        # The caller, who may do nothing after their own row, goes on before it while they can.
        some = [*takewhile(lambda one: one.after.user_id != caller.user_id, some)] or some
    clinic = _commit(opened, some) if some else opened.clinic
    return clinic, some, None if left else effects


def _decided(
    opened: Opened,
    caller: Caller,
    users: Mapping[str, User],
    newcomers: Mapping[str, User],
    rows: Sequence[Row],
) -> list[Effect]:
    here = [row for row in rows if row.email in users or row.email in newcomers]
    return decide(opened.clinic, users, newcomers, here, caller=caller.user_id, now=caller.now)


def _fitting(effects: list[Effect]) -> list[Effect]:
    some: list[Effect] = []
    writes = 0
    for effect in effects:
        if not effect.events:
            continue
        waits = effect.before is not None and effect.before.starts is not None
        # A license that was to be added for them may be taken back, which has its history, too.
        writes += 1 + len(effect.events) + 2 * waits
        if writes > _MOST_WRITES:
            break
        some.append(effect)
    return some


def _commit(opened: Opened, effects: list[Effect]) -> Clinic:
    *earlier, last = [event for effect in effects for event in effect.events]
    changes = [written_over(effect.before, effect.after) for effect in effects]
    return opened.commit(effects[-1].clinic, last, *changes, earlier=earlier)


def _accounts(
    store: Store, directory: Directory, clinic_id: str, rows: Sequence[Row], at_once: AtOnce
) -> dict[str, _Newcomer]:
    """Return each newcomer's account; it is made if need be."""

    def account(row: Row) -> _Newcomer:
        found = directory.enroll(row.email, row.name)
        # Others' clinics may not speak for somebody who has not asked for it.
        alone = found.made or not set(store.clinics_of_user(found.user_id)) - {clinic_id}
        return _Newcomer(found.user_id, joined=alone)

    return dict(zip([row.email for row in rows], at_once(account, rows), strict=True))


def _newcomers(
    clinic: Clinic,
    users: Mapping[str, User],
    rows: Sequence[Row],
    now: datetime,
    accounts: Mapping[str, _Newcomer] | None = None,
) -> dict[str, User]:
    found: dict[str, User] = {}
    for row in rows:
        if row.email in users or (accounts is not None and row.email not in accounts):
            continue
        user_id, joined = accounts[row.email] if accounts is not None else _UNKNOWN
        new = NewUser(row.name, row.email, row.license_type, row.permissions or ())
        user = new.in_clinic(clinic.clinic_id, user_id, clinic.moment(now))
        found[row.email] = replace(user, joined=joined)
    return found


def _users(store: Store, clinic_id: str) -> dict[str, User]:
    return {user.email: user for user in store.all(clinic_id, USER)}


def _by_number(effects: Sequence[Effect]) -> dict[int, Effect]:
    return {effect.row.number: effect for effect in effects}
