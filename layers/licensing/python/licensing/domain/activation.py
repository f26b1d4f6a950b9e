"""Making users active and inactive: who holds a license, and who is left to manage."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from licensing.domain.adjustments import Adjustment
from licensing.domain.clinics import Clinic, require_open
from licensing.domain.errors import RefusedError
from licensing.domain.forecast import not_starting
from licensing.domain.licenses import LicenseType
from licensing.domain.users import USER_MANAGER, User


class Activation(NamedTuple):
    """A user as they are now, in the clinic as it is now, and the release if there was one."""

    clinic: Clinic
    user: User
    adjustment: Adjustment | None = None


def require_available(clinic: Clinic, license_type: LicenseType, name: str) -> None:
    """Raise RefusedError ``licenses_unavailable`` if nobody can be given such a license."""
    license = clinic.licenses.get(license_type)
    if license is None or license.available == 0:
        raise RefusedError(
            "licenses_unavailable",
            f"No {license_type.label} license is available for {name}. Add one, or "
            "make another user of this type inactive first.",
        )


def activate(clinic: Clinic, user: User, *, now: datetime) -> tuple[Clinic, User]:
    """Give the user a license of their type; raises RefusedError ``licenses_unavailable``."""
    require_open(clinic, now)
    require_available(clinic, user.license_type, user.name)
    after, changed = _switched(clinic, user, 1, clinic.moment(now))
    return not_starting(after, user), changed


def with_license_type(
    clinic: Clinic, user: User, license_type: LicenseType, *, now: datetime
) -> tuple[Clinic, User]:
    """Give the user another license type; an active one takes that license for theirs.

    Whoever waits for their first day will take it then.
    Raises RefusedError ``licenses_unavailable``.
    """
    changed = replace(user, license_type=license_type)
    if not user.active:
        return clinic.with_first_day_of(changed), changed
    require_available(clinic, license_type, user.name)
    moment = clinic.moment(now)
    given_back = clinic.with_use(user.license_type, -1, moment)
    return given_back.with_use(license_type, 1, moment), changed


def deactivate(clinic: Clinic, user: User, *, now: datetime) -> tuple[Clinic, User]:
    """Take the user's license back; it stays purchased and billed.

    Raises RefusedError ``last_user_manager``.
    """
    require_open(clinic, now)
    if user.manages:
        require_another_manager(clinic, user)
    after, changed = _switched(clinic, user, -1, clinic.moment(now))
    return not_starting(after, user), changed


def leave(clinic: Clinic, users: Iterable[User], *, now: datetime) -> tuple[Clinic, list[User]]:
    """Make some active users of a clinic that closes inactive, the last manager, too."""
    moment, gone = clinic.moment(now), []
    for user in users:
        clinic, inactive = _switched(clinic, user, -1, moment)
        gone.append(inactive)
    return clinic, gone


def require_another_manager(clinic: Clinic, user: User) -> None:
    """Raise RefusedError if the clinic would be left without an active User Manager."""
    if clinic.active_managers <= 1:
        raise RefusedError(
            "last_user_manager",
            f"{user.name} is the clinic's last active User Manager. Make someone else an active "
            "User Manager first.",
        )


def name_manager(
    clinic: Clinic, user: User, replaced: User | None, *, now: datetime
) -> tuple[Clinic, User, User | None]:
    """Make the user an active User Manager of their license type, in the place of another.

    Whoever is replaced becomes inactive, or no longer waits for their first day, and their license
    can be the one that the other takes. Raises RefusedError ``licenses_unavailable``.
    """
    require_open(clinic, now)
    moment = clinic.moment(now)
    manager = replace(user, permissions=(USER_MANAGER,), joined=True)
    taken = Counter[LicenseType]()
    if not user.active:
        manager = manager.with_activity(True, moment)
        taken[user.license_type] = 1
    gone = replaced and replace(replaced, starts=None)
    if gone is not None and gone.active:
        gone = gone.with_activity(False, moment)
        taken[gone.license_type] -= 1
    after = clinic
    for kind, more in taken.items():
        license = clinic.licenses.get(kind)
        if license is None or license.available < more:
            raise RefusedError(
                "licenses_unavailable",
                f"No {kind.label} license is available for {user.name}. Choose whom they replace, "
                "use another license type, or have the clinic add a license first.",
            )
        if more:
            after = after.with_use(kind, more, moment)
    managers = clinic.active_managers + (not user.manages)
    if replaced is not None:
        managers -= replaced.manages
    after = replace(after.touched(moment), active_managers=managers)
    for starting in (user, replaced):
        after = after if starting is None else not_starting(after, starting)
    return after, manager, gone


def _switched(clinic: Clinic, user: User, step: int, moment: datetime) -> tuple[Clinic, User]:
    """Return both with one license more in use, or one less, and as many User Managers."""
    managers = clinic.active_managers + step * (USER_MANAGER in user.permissions)
    after = replace(clinic.with_use(user.license_type, step, moment), active_managers=managers)
    return after, user.with_activity(step == 1, moment)
