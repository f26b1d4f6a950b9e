"""Writing the history of a clinic (I6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from licensing.domain.adjustments import Status
from licensing.domain.beside import History
from licensing.domain.changes import Change, ReplaceClinic
from licensing.domain.ids import id_before, new_id
from licensing.domain.usage import with_peaks

if TYPE_CHECKING:
    from licensing.domain.adjustments import Adjustment
    from licensing.domain.clinics import Clinic
    from licensing.domain.provisioning_tokens import ProvisioningToken
    from licensing.domain.users import Actor, User


class Event(NamedTuple):
    """What happened, as history tells it."""

    action: str
    subject: str
    before: Mapping[str, Any] = {}
    after: Mapping[str, Any] = {}
    why: str | None = None


class Step(NamedTuple):
    """What a clinic became, by what, and what is written beside it."""

    clinic: Clinic
    event: Event
    changes: tuple[Change, ...]


def history_of(
    clinic: Clinic, event: Event, actor: Actor, history_id: str | None = None
) -> History:
    """Return the record of what made the clinic what it is now."""
    return History(
        clinic_id=clinic.clinic_id,
        history_id=history_id or new_id(clinic.updated_at),
        at=clinic.updated_at,
        action=event.action,
        actor=actor,
        subject=event.subject,
        before=dict(event.before),
        after=dict(event.after),
        why=event.why,
    )


def replace_clinic(
    before: Clinic,
    after: Clinic,
    event: Event,
    *,
    actor: Actor,
    now: datetime,
    relying_on: User | ProvisioningToken | None = None,
) -> ReplaceClinic:
    """Return the change of a clinic with its history, dated now unless a rule has dated it."""
    if after.updated_at == before.updated_at:
        after = after.touched(before.moment(now))
    after = with_peaks(before, after).with_few_left_since(before)
    return ReplaceClinic(before, after, history_of(after, event, actor), relying_on)


def told_before(change: ReplaceClinic, events: Sequence[Event]) -> list[History]:
    """Return the records of what came before a change in its transaction, in their order."""
    last = change.history
    return [
        history_of(change.after, event, last.actor, id_before(last.history_id, len(events) - place))
        for place, event in enumerate(events)
    ]


def license_counts(before: Clinic, after: Clinic) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the counts of the types that differ, before and after."""
    changed = [kind for kind in after.licenses if _counts(before, kind) != _counts(after, kind)]
    return (
        {kind: _counts(before, kind) for kind in changed},
        {kind: _counts(after, kind) for kind in changed},
    )


def switched_event(before: Clinic, after: Clinic, user: User, changed: User) -> Event:
    """Return what history tells of a user who was made active or inactive."""
    counts_before, counts_after = license_counts(before, after)
    return Event(
        "user_activated" if changed.active else "user_deactivated",
        user.user_id,
        before={**user_facts(user), "licenses": counts_before},
        after={**user_facts(changed), "licenses": counts_after},
    )


def user_event(
    action: str,
    before: Clinic,
    after: Clinic,
    user: User | None,
    changed: User,
    why: str | None = None,
) -> Event:
    """Return what history tells of a user who was changed, or of a new one."""
    had, has = license_counts(before, after)
    was, is_ = {} if user is None else user_facts(user), user_facts(changed)
    if had:
        was["licenses"], is_["licenses"] = had, has
    if user is not None and user.email != changed.email:
        was["email"], is_["email"] = user.email, changed.email
    if changed.starts != (user and user.starts):
        for told, one in ((was, user), (is_, changed)):
            if one is not None:
                day = before.first_day_of(one)
                told["starts_on"] = day and day.isoformat()
    return Event(action, changed.user_id, was, is_, why)


def adjustment_event(before: Clinic, after: Clinic, adjustment: Adjustment) -> Event:
    """Return what history tells of an adjustment that was applied or scheduled."""
    if adjustment.status is Status.SCHEDULED and adjustment.applies_at:
        applies = {"applies_at": adjustment.applies_at.isoformat()}
        return Event(
            "adjustment_scheduled", adjustment.adjustment_id, {}, applies, adjustment.explanation
        )
    counts = license_counts(before, after)
    return Event("licenses_adjusted", adjustment.adjustment_id, *counts, adjustment.explanation)


def cancellation_event(before: Clinic, after: Clinic, adjustment: Adjustment) -> Event:
    """Return what history tells of an adjustment that was cancelled."""
    counts = license_counts(before, after)
    return Event("adjustment_cancelled", adjustment.adjustment_id, *counts)


def user_facts(user: User) -> dict[str, Any]:
    """Return what history says of a user."""
    return {
        "name": user.name,
        "license_type": user.license_type,
        "active": user.active,
        "permissions": list(user.permissions),
    }


def token_facts(token: ProvisioningToken) -> dict[str, Any]:
    """Return what history says of a provisioning token."""
    return {
        "name": token.name,
        "default_license_type": token.default_license_type,
        "active": token.active,
    }


def _counts(clinic: Clinic, kind: Any) -> dict[str, int]:
    license = clinic.licenses[kind]
    return {"purchased": license.purchased, "in_use": license.in_use}
