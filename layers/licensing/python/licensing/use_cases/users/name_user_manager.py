"""Staff name a User Manager: the way out when a clinic's only one is gone."""

from collections.abc import Iterator
from dataclasses import replace

from licensing.domain.activation import name_manager
from licensing.domain.changes import Replace, written_over
from licensing.domain.clinics import require_open, require_types
from licensing.domain.errors import InvalidRequestError
from licensing.domain.history import Event, license_counts, user_event, user_facts
from licensing.domain.keys import USER, Key, partition
from licensing.domain.users import User
from licensing.use_cases.access import Caller, Opened, as_staff, require_user
from licensing.use_cases.committing import readings, until_committed
from licensing.use_cases.ports import Store
from licensing.use_cases.users.add_user import NewUser
from licensing.use_cases.users.invitations import Inviting, tell_added


def name_user_manager(
    store: Store,
    inviting: Inviting,
    caller: Caller,
    clinic_id: str,
    new: NewUser,
    *,
    reason: str,
    replaces: str | None,
) -> tuple[User, bool]:
    """Return the active User Manager, and whether this request made them one.

    Somebody who is a user already keeps their name, and the license that they hold. Raises
    RefusedError ``licenses_unavailable``.
    """
    key = USER.key(clinic_id, replaces or "")
    opened = as_staff(store, caller, clinic_id, key)
    require_open(opened.clinic, caller.now)
    require_types(opened.clinic, {"license_type": new.license_type})
    if replaces is not None:
        require_user(opened.record(key))
    known = (one.partition for one in store.memberships_of_address(new.email))
    if partition(clinic_id) not in known:
        # Nobody is invited to what will be refused.
        _require_license(
            readings(opened, lambda: as_staff(store, caller, clinic_id, key)), key, new
        )
    invitation = inviting.to(opened.clinic, inviting.vendor)
    account = inviting.directory.invite(new.email, new.name, invitation)
    user, named = _name(store, caller, clinic_id, account.user_id, new, reason, replaces)
    if named and user.version == 1 and account.signed_in:
        tell_added(store, inviting, user, invitation)
    return user, named


@until_committed
def _require_license(reading: Iterator[Opened], replaced: Key[User], new: NewUser) -> None:
    opened = next(reading).up_to_date()
    manager = new.in_clinic(opened.clinic.clinic_id, "", opened.now)
    name_manager(opened.clinic, manager, opened.record(replaced), now=opened.now)


@until_committed
def _name(
    store: Store,
    caller: Caller,
    clinic_id: str,
    user_id: str,
    new: NewUser,
    reason: str,
    replaces: str | None,
) -> tuple[User, bool]:
    if replaces == user_id:
        message = "A user can't replace themselves. Leave this out, or choose another user."
        raise InvalidRequestError.at("replaces", message)
    key = USER.key(clinic_id, user_id)
    replaced_key: Key[User] = USER.key(clinic_id, replaces or "")
    opened = as_staff(store, caller, clinic_id, key, replaced_key)
    clinic, existing = opened.clinic, opened.record(key)
    replaced = None if replaces is None else require_user(opened.record(replaced_key))
    stays = replaced is not None and (replaced.active or replaced.starts is not None)
    if existing is not None and existing.takes_part_by_mail and not stays:
        return existing, False
    opened.up_to_date()
    user = new.in_clinic(clinic_id, user_id, clinic.moment(caller.now))
    if existing is not None:
        user = existing if existing.active else replace(existing, license_type=new.license_type)
    after, manager, gone = name_manager(clinic, user, replaced, now=caller.now)
    changes = [written_over(existing, manager)]
    if existing is not None:
        manager = replace(manager, version=existing.version + 1)
    earlier: list[Event] = []
    if replaced is not None and gone is not None and stays:
        action = "user_deactivated" if replaced.active else "user_changed"
        # The licenses are told of with the other one.
        earlier = [user_event(action, clinic, clinic, replaced, gone, reason)]
        changes += [Replace(replaced, gone)]
    counts_before, counts_after = license_counts(clinic, after)
    event = Event(
        "user_manager_named",
        user_id,
        before={**(user_facts(existing) if existing else {}), "licenses": counts_before},
        after={**user_facts(manager), "licenses": counts_after},
        why=reason,
    )
    opened.commit(after, event, *changes, earlier=earlier)
    return manager, True
