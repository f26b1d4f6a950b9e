"""Adding a user to a clinic: the sign-in account first, then the membership."""

from dataclasses import dataclass, replace
from datetime import datetime

from licensing.domain.changes import Insert
from licensing.domain.clinics import Clinic
from licensing.domain.errors import FieldError, InvalidRequestError, RefusedError
from licensing.domain.history import Event, user_facts
from licensing.domain.keys import user_key
from licensing.domain.licenses import LicenseType
from licensing.domain.users import User
from licensing.use_cases.access import Caller, as_manager
from licensing.use_cases.committing import until_committed
from licensing.use_cases.idempotency import digest
from licensing.use_cases.ports import Directory, Store


@dataclass(frozen=True, slots=True)
class NewUser:
    """Who is to become a user."""

    name: str
    email: str
    license_type: LicenseType
    permissions: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Stands for this request, so that the same one is known again."""
        return digest([self.name, self.email, self.license_type, sorted(self.permissions)])

    def in_clinic(self, clinic_id: str, user_id: str, moment: datetime, *, active: bool) -> User:
        """Return the membership that this person gets."""
        return User(
            clinic_id=clinic_id,
            user_id=user_id,
            email=self.email,
            name=self.name,
            license_type=self.license_type,
            active=active,
            permissions=self.permissions,
            created_at=moment,
            added_as=self.digest,
            active_since=moment if active else None,
            inactive_since=None if active else moment,
        )


def add_user(
    store: Store,
    directory: Directory,
    caller: Caller,
    clinic_id: str,
    new: NewUser,
    *,
    now: datetime,
) -> tuple[User, bool]:
    """Return the user, inactive, and whether this request added them.

    A crash between the two steps leaves an account without membership, which the same
    request finds and completes. Raises RefusedError ``user_exists``.
    """
    require_type(as_manager(store, caller, clinic_id).clinic, new.license_type)
    return _add(store, caller, clinic_id, directory.invite(new.email, new.name), new, now)


@until_committed
def _add(
    store: Store, caller: Caller, clinic_id: str, user_id: str, new: NewUser, now: datetime
) -> tuple[User, bool]:
    key = user_key(clinic_id, user_id)
    opened = as_manager(store, caller, clinic_id, key)
    existing = opened.record(key)
    if existing is not None:
        if existing.added_as == new.digest:
            return existing, False
        raise RefusedError(
            "user_exists",
            "This address belongs to a user of the clinic already. Change that user, or "
            "use another address.",
        )
    # Others' clinics may not speak for somebody who has not asked for it, nor to them.
    elsewhere = set(store.clinics_of_user(user_id)) - {clinic_id}
    user = replace(
        new.in_clinic(clinic_id, user_id, opened.clinic.moment(now), active=False),
        joined=not elsewhere,
    )
    event = Event("user_added", user_id, after=user_facts(user))
    opened.commit(opened.clinic, event, Insert(user), now=now)
    return user, True


def require_type(clinic: Clinic, license_type: LicenseType, field: str = "license_type") -> None:
    """Raise InvalidRequestError for a license type that the clinic does not have."""
    if license_type not in clinic.licenses:
        message = f"This clinic has no such licenses. It has {', '.join(clinic.licenses)}."
        raise InvalidRequestError(message, (FieldError(field, message),))
