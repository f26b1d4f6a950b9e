"""Changing a user's name, address, permissions, or (while inactive) license type and first day."""

from dataclasses import replace
from datetime import date

from licensing.domain.activation import require_another_manager
from licensing.domain.changes import Change, Insert, Replace
from licensing.domain.clinics import require_open, require_types
from licensing.domain.errors import InvalidRequestError, RefusedError
from licensing.domain.history import Event, adjustment_event, user_event
from licensing.domain.keys import USER
from licensing.domain.licenses import LicenseType
from licensing.domain.starts import reschedule_start
from licensing.domain.users import User
from licensing.use_cases.access import Caller, as_manager, require_user, require_version
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Directory, Store


@until_committed
def change_user(
    store: Store,
    directory: Directory,
    caller: Caller,
    clinic_id: str,
    user_id: str,
    *,
    name: str | None = None,
    email: str | None = None,
    permissions: tuple[str, ...] | None = None,
    license_type: LicenseType | None = None,
    starts_on: date | None = None,
    no_first_day: bool = False,
) -> User:
    """Change what is given and return the user; what is so already changes nothing.

    Whoever waits for their first day is scheduled anew if it or their license type changes, with
    the license that is to be added for them; with ``no_first_day`` they wait no longer.

    Raises RefusedError ``last_user_manager``, ``shared_account``, ``user_exists``,
    ``too_many_scheduled``, InvalidRequestError for the license type or the first day of an active
    user, PreconditionFailedError if the caller decided on another version of the user.
    """
    key = USER.key(clinic_id, user_id)
    opened = as_manager(store, caller, clinic_id, key)
    clinic, user = opened.clinic, require_user(opened.record(key))
    changed = replace(
        user if name is None else user.with_name(name),
        email=user.email if email is None else email,
        permissions=user.permissions if permissions is None else permissions,
        license_type=license_type or user.license_type,
    )
    waits_for = clinic.first_day_of(user)
    starts_on = None if no_first_day else starts_on or waits_for
    if changed == user and starts_on == waits_for:
        return user
    require_open(clinic, caller.now)
    require_version(caller, user)
    opened.up_to_date()
    if changed.license_type != user.license_type:
        require_types(clinic, {"license_type": changed.license_type})
        if user.active:
            message = "Make the user inactive first: an active user holds a license."
            raise InvalidRequestError.at("license_type", message)
    if starts_on is not None and user.active:
        message = f"{user.name} is active already. Leave this out, or make them inactive first."
        raise InvalidRequestError.at("starts_on", message)
    if user.manages and not changed.manages:
        require_another_manager(clinic, user)
    changes: list[Change] = []
    earlier: list[Event] = []
    if (starts_on, changed.license_type) != (waits_for, user.license_type):
        clinic, changed, added = reschedule_start(
            clinic, changed, starts_on, actor=opened.actor, now=caller.now
        )
        if added is not None:
            changes.append(Insert(added))
            earlier.append(adjustment_event(opened.clinic, clinic, added))
    if changed.email != user.email:
        readdress(store, directory, clinic_id, changed)
    managers = clinic.active_managers + changed.manages - user.manages
    opened.commit(
        replace(clinic, active_managers=managers),
        user_event("user_changed", opened.clinic, clinic, user, changed),
        Replace(user, changed),
        *changes,
        earlier=earlier,
    )
    return replace(changed, version=user.version + 1)


def readdress(store: Store, directory: Directory, clinic_id: str, user: User) -> None:
    """Let the user sign in by their new address; the sign-in first, which a repeat finds done.

    Raises RefusedError where other clinics have a say, or the address is somebody else's.
    """
    if set(store.clinics_of_user(user.user_id)) != {clinic_id}:
        raise RefusedError(
            "shared_account",
            f"{user.name} also belongs to another clinic, with the same sign-in. Add a user with "
            "the new address instead, and make this one inactive.",
        )
    if directory.is_of_staff(user.user_id):
        raise RefusedError(
            "shared_account",
            f"{user.name} belongs to the license staff, who keep their own sign-ins. Add a user "
            "with the new address instead, and make this one inactive.",
        )
    account = directory.account(user.email)
    if account is not None and account.user_id != user.user_id:
        raise RefusedError(
            "user_exists", "Someone else signs in with this address. Use another address."
        )
    if account is None:
        directory.readdress(user.user_id, user.email)
