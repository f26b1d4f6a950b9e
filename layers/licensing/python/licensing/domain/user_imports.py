"""A list of users that a clinic is to have: what each row changes, decided one after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from licensing.domain.activation import activate, deactivate, require_another_manager
from licensing.domain.clinics import Clinic
from licensing.domain.errors import LicensingError, RefusedError
from licensing.domain.history import Event, switched_event, user_event
from licensing.domain.licenses import LicenseType
from licensing.domain.users import User

MOST_ROWS = 500


class Row(NamedTuple):
    """What one row of the list asks for; what it leaves open (None) stays as it is."""

    number: int
    name: str
    email: str
    license_type: LicenseType
    active: bool | None
    permissions: tuple[str, ...] | None
    user_id: str = ""
    """Whom an exported list has in this row; empty where nobody is named so."""


class Effect(NamedTuple):
    """What a row does: its user and the clinic after it, or the reason why it does nothing."""

    row: Row
    before: User | None
    after: User
    clinic: Clinic
    events: tuple[Event, ...] = ()
    """What history tells of it, in its order; nothing where it was so already."""
    refusal: LicensingError | None = None


def decide(
    clinic: Clinic,
    users: Mapping[str, User],
    newcomers: Mapping[str, User],
    rows: Sequence[Row],
    *,
    caller: str,
    now: datetime,
) -> list[Effect]:
    """Return what each row does, in the order in which it is to be done.

    ``users`` and ``newcomers`` are who is in the clinic and who would be, by address. A row that
    finds no license, or would take the last User Manager, is tried again after the others, which
    may free one or bring another: so the same list again changes nothing. The caller's own row
    comes last, since they may do nothing after it. All happens at one moment of the clinic.
    """
    effects: dict[int, Effect] = {}
    by_id = {user.user_id: user for user in users.values()}
    own = {email for email, user in users.items() if user.user_id == caller}
    waiting = sorted(rows, key=lambda row: row.email in own)
    while waiting:
        refused = []
        for row in waiting:
            named = by_id.get(row.user_id)
            effect = _effect(clinic, users.get(row.email), named, newcomers, row, now)
            # Behind those that were decided meanwhile.
            effects.pop(row.number, None)
            effects[row.number] = effect
            if effect.refusal is not None:
                refused.append(row)
            clinic = effect.clinic
        if len(refused) == len(waiting):
            break
        waiting = refused
    return list(effects.values())


def _effect(
    clinic: Clinic,
    before: User | None,
    named: User | None,
    newcomers: Mapping[str, User],
    row: Row,
    now: datetime,
) -> Effect:
    user = before or newcomers[row.email]
    try:
        _require_same(user, named)
        return _done(Effect(row, before, user, clinic), now)
    except RefusedError as refusal:
        return Effect(row, before, user, clinic, refusal=refusal)


def _require_same(user: User, named: User | None) -> None:
    if named is not None and named.user_id != user.user_id:
        raise RefusedError(
            "address_changed",
            f"The user_id is that of {named.name}, whose address is {named.email}. Change their "
            "address on the page, or leave the user_id empty.",
        )


def _done(begun: Effect, now: datetime) -> Effect:
    row, user = begun.row, begun.after
    active = user.active if row.active is None else row.active
    effect = begun
    if begun.before is None:
        _require_type(begun.clinic, row.license_type)
        added = user_event("user_added", begun.clinic, begun.clinic, None, user)
        effect = begun._replace(events=(added,))
    if user.active and not active:
        effect = _switched(effect, now)
    effect = _changed(effect)
    return _switched(effect, now) if active and not effect.after.active else effect


def _switched(effect: Effect, now: datetime) -> Effect:
    clinic, user = effect.clinic, effect.after
    after, switched = (deactivate if user.active else activate)(clinic, user, now=now)
    event = switched_event(clinic, after, user, switched)
    # Dated when it is committed: one transaction has one moment.
    after = after.touched(clinic.updated_at)
    return effect._replace(after=switched, clinic=after, events=(*effect.events, event))


def _changed(effect: Effect) -> Effect:
    row, clinic, user = effect.row, effect.clinic, effect.after
    asked = replace(
        user.with_name(row.name),
        license_type=row.license_type,
        permissions=user.permissions if row.permissions is None else row.permissions,
    )
    if asked == user:
        return effect
    if asked.license_type != user.license_type:
        _require_type(clinic, asked.license_type)
        if user.active:
            raise RefusedError(
                "license_type_in_use",
                f"{user.name} is active and holds a {user.license_type.label} license. Make them "
                "inactive first, then import the row again.",
            )
    if user.manages and not asked.manages:
        require_another_manager(clinic, user)
    managers = clinic.active_managers + asked.manages - user.manages
    event = user_event("user_changed", clinic, clinic, user, asked)
    return effect._replace(
        after=asked,
        clinic=replace(clinic.with_first_day_of(asked), active_managers=managers),
        events=(*effect.events, event),
    )


def _require_type(clinic: Clinic, license_type: LicenseType) -> None:
    if license_type not in clinic.licenses:
        raise RefusedError(
            "license_type_unknown",
            f"This clinic has no {license_type.label} licenses. It has "
            f"{', '.join(kind.label for kind in clinic.licenses)}.",
        )
