"""Who is asking, and what they may do in a clinic (I5)."""

from dataclasses import dataclass

from licensing.domain.clinics import Clinic
from licensing.domain.errors import ForbiddenError, NotFoundError
from licensing.domain.users import Actor, User


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is signed in: proven by the ID token or by the mail rules, never by the request."""

    user_id: str
    is_staff: bool
    channel: str
    name: str = "License staff"


def unknown_clinic() -> NotFoundError:
    """Return the one answer for clinics that are foreign and clinics that do not exist."""
    return NotFoundError(
        "Clinic not found. Check the address, or ask a User Manager of the clinic to make you an "
        "active user."
    )


def readable(clinic: Clinic | None, caller: Caller, membership: User | None) -> Clinic:
    """Return the clinic if the caller may read it; raises NotFoundError otherwise."""
    if clinic is None or not (caller.is_staff or (membership and membership.active)):
        raise unknown_clinic()
    return clinic


def managed(clinic: Clinic | None, caller: Caller, membership: User | None) -> tuple[Clinic, User]:
    """Return the clinic and the caller as its User Manager.

    Raises NotFoundError for who may not know of the clinic, ForbiddenError for members
    without the permission and for staff, who read but do not act for a clinic.
    """
    found = readable(clinic, caller, membership)
    if membership is None or not membership.manages:
        raise ForbiddenError(
            "Only a User Manager of this clinic can do this. Ask one of the clinic's User "
            "Managers to do it or to give you the permission."
        )
    return found, membership


def staff_only(caller: Caller) -> None:
    """Raise NotFoundError unless the caller belongs to the vendor's staff."""
    if not caller.is_staff:
        raise NotFoundError("There is nothing here for you. Only license staff use this address.")


def acting(membership: User, caller: Caller) -> Actor:
    """Return the member as history names them."""
    return Actor(membership.user_id, membership.name, caller.channel)


def acting_staff(caller: Caller) -> Actor:
    """Return the staff member as history names them."""
    return Actor(caller.user_id, caller.name, caller.channel)
