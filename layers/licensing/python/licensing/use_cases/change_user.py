"""Changing a user's name, permissions, or (while inactive) license type."""

from dataclasses import replace
from datetime import datetime

from licensing import answers
from licensing.domain.activation import require_another_manager
from licensing.domain.changes import Change, Insert, Replace, Unchanged
from licensing.domain.errors import FieldError, InvalidRequestError, PreconditionFailedError
from licensing.domain.history import happened, user_facts
from licensing.domain.keys import user_key
from licensing.domain.licenses import LicenseType
from licensing.domain.users import User
from licensing.use_cases.access import Caller, acting, managed
from licensing.use_cases.add_user import require_type
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store
from licensing.use_cases.reading import expect, load_clinic
from licensing.use_cases.request_license_adjustment import etag_matches
from licensing.use_cases.set_user_activation import known_user


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
    if_match: str | None = None,
) -> User:
    """Change what is given and return the user; what is so already changes nothing.

    Raises RefusedError ``last_user_manager``, InvalidRequestError for the license type of
    an active user, PreconditionFailedError if the user is no longer as ``if_match`` says.
    """

    def attempt() -> User:
        loaded, membership, (found,) = load_clinic(
            store, caller, clinic_id, user_key(clinic_id, user_id)
        )
        clinic, manager = managed(loaded, caller, membership)
        user = known_user(expect(User, found))
        changed = replace(
            user,
            name=user.name if name is None else name,
            permissions=user.permissions if permissions is None else permissions,
            license_type=license_type or user.license_type,
        )
        if changed == user:
            return user
        if not etag_matches(answers.user_etag(user), if_match):
            raise PreconditionFailedError(
                f"{user.name} was changed meanwhile. Look at the user again, and repeat the "
                "change if it is still right."
            )
        if changed.license_type != user.license_type:
            require_type(clinic, changed.license_type)
            if user.active:
                message = "Make the user inactive first: an active user holds a license."
                raise InvalidRequestError(message, (FieldError("license_type", message),))
        if user.manages and not changed.manages:
            require_another_manager(clinic, user)
        after = replace(
            clinic.touched(clinic.moment(now)),
            active_managers=clinic.active_managers + changed.manages - user.manages,
        )
        changes: list[Change] = [
            Replace(clinic, after),
            Replace(user, changed),
            Insert(
                happened(
                    after,
                    "user_changed",
                    actor=acting(manager, caller),
                    subject=user_id,
                    before=user_facts(user),
                    after=user_facts(changed),
                )
            ),
        ]
        if manager.user_id != user_id:
            changes.append(Unchanged(manager))
        store.commit(changes)
        return changed

    return until_committed(attempt)
