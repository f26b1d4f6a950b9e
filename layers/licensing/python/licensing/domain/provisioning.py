"""A user as a clinic's identity provider wants them: one decision, one change."""

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from licensing.domain.activation import activate, deactivate, with_license_type
from licensing.domain.clinics import Clinic
from licensing.domain.forecast import not_starting
from licensing.domain.history import Event, user_event
from licensing.domain.licenses import LicenseType
from licensing.domain.outgoing import Said
from licensing.domain.users import Provisioned, User


class Wanted(NamedTuple):
    """What a provider wants a user to be."""

    name: str
    email: str
    license_type: LicenseType
    active: bool | None
    """None where it did not say."""
    provisioned: Provisioned


def provide(clinic: Clinic, user: User, wanted: Wanted, *, now: datetime) -> tuple[Clinic, User]:
    """Return the clinic and the user as wanted.

    An active user who is to have another license type gives theirs back and takes the other one.
    Whoever is to be inactive no longer waits for their first day either.
    Raises RefusedError ``licenses_unavailable`` or ``last_user_manager``.
    """
    clinic = with_names(clinic, wanted.provisioned)
    changed = replace(user, name=wanted.name, email=wanted.email, provisioned=wanted.provisioned)
    if wanted.active is False:
        clinic, changed = not_starting(clinic, changed), replace(changed, starts=None)
        if changed.active:
            clinic, changed = deactivate(clinic, changed, now=now)
    if wanted.license_type != changed.license_type:
        clinic, changed = with_license_type(clinic, changed, wanted.license_type, now=now)
    if wanted.active and not changed.active:
        clinic, changed = activate(clinic, changed, now=now)
    return clinic, changed


def with_names(clinic: Clinic, provisioned: Provisioned) -> Clinic:
    """Return the clinic as one of which users must be looked through for a name, if need be."""
    if provisioned.user_name is None or clinic.has_user_names:
        return clinic
    return replace(clinic, has_user_names=True)


def takes_name(user: User, wanted: Wanted) -> bool:
    """Return whether a user has the name by which a provider calls another one.

    Case makes no difference. Whoever has no name of their own is called by their address.
    """
    wants = wanted.provisioned.user_name or wanted.email
    return (user.provisioned.user_name or user.email).lower() == wants.lower()


def provided(before: Clinic, after: Clinic, user: User, changed: User) -> Event:
    """Return what history tells of it."""
    action = "user_changed"
    if changed.active != user.active:
        action = "user_activated" if changed.active else "user_deactivated"
    event = user_event(action, before, after, user, changed)
    told, tells = _told_anew(user.provisioned, changed.provisioned)
    if told:
        event = event._replace(
            before={**event.before, "identity_provider": told},
            after={**event.after, "identity_provider": tells},
        )
    return event


def _told_anew(before: Provisioned, after: Provisioned) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what differs of what a provider says of a user, before and after."""
    names, both = Provisioned._fields, ((before, after), (after, before))
    was, is_ = (
        {name: one for name, one, other in zip(names, *sides, strict=True) if one != other}
        for sides in both
    )
    return was, is_


def no_license(token_name: str, detail: str, clinic_id: str) -> Said:
    """Return what User Managers are told when a provider found no license."""
    return Said(
        subject="No license is available for a user of your identity provider",
        opening=f"{token_name} tried to make a user active and was refused. {detail}",
        closing="It will try again, and succeed once a license is available. We won't email you "
        "about other users today.",
        links=(("See your licenses", f"#/clinics/{clinic_id}"),),
    )
