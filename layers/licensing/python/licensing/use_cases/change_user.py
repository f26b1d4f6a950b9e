"""Changing a user's name, permissions, or (while inactive) license type."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from licensing.domain.activation import require_another_manager
from licensing.domain.changes import Replace
from licensing.domain.errors import FieldError, InvalidRequestError, PreconditionFailedError
from licensing.domain.history import Event, user_facts
from licensing.domain.keys import user_key
from licensing.domain.licenses import LicenseType
from licensing.domain.users import User
from licensing.use_cases.access import Caller, as_manager, require_user
from licensing.use_cases.add_user import require_type
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store


@until_committed
def change_user(
    store: Store,
    caller: Caller,
    clinic_id: str,
    user_id: str,
    *,
    now: datetime,
    name: str | None = None,
    permissions: tuple[str, ...] | None = None,
    license_type: LicenseType | None = None,
    versions: Collection[int] | None = None,
) -> User:
    """Change what is given and return the user; what is so already changes nothing.

    Raises RefusedError ``last_user_manager``, InvalidRequestError for the license type of
    an active user, PreconditionFailedError if the user's version is not among those given.
    """
    key = user_key(clinic_id, user_id)
    opened = as_manager(store, caller, clinic_id, key)
    clinic, user = opened.clinic, require_user(opened.record(key))
    changed = replace(
        user,
        name=user.name if name is None else name,
        permissions=user.permissions if permissions is None else permissions,
        license_type=license_type or user.license_type,
        provisioned=user.provisioned
        if name in (None, user.name)
        else user.provisioned.without_name(),
    )
    if changed == user:
        return user
    if versions is not None and user.version not in versions:
        raise PreconditionFailedError(
            f"{user.name} was changed meanwhile. Look at the user again, and repeat the change if "
            "it is still right."
        )
    if changed.license_type != user.license_type:
        require_type(clinic, changed.license_type)
        if user.active:
            message = "Make the user inactive first: an active user holds a license."
            raise InvalidRequestError(message, (FieldError("license_type", message),))
    if user.manages and not changed.manages:
        require_another_manager(clinic, user)
    managers = clinic.active_managers + changed.manages - user.manages
    event = Event("user_changed", user_id, user_facts(user), user_facts(changed))
    opened.commit(replace(clinic, active_managers=managers), event, Replace(user, changed), now=now)
    return replace(changed, version=user.version + 1)
