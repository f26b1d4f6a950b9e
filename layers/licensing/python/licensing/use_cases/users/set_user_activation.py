"""Giving a license to a user, taking it back, and releasing it in the same step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from licensing.domain.activation import Activation, activate, deactivate
from licensing.domain.adjustments import Action, AdjustmentRequest, Line, request_adjustment
from licensing.domain.beside import Answer
from licensing.domain.changes import Insert, Replace
from licensing.domain.errors import RefusedError
from licensing.domain.history import Step, adjustment_event, switched_event
from licensing.domain.keys import USER
from licensing.domain.users import User
from licensing.use_cases.access import (
    Caller,
    as_manager,
    as_oneself,
    require_active_member,
    require_user,
    require_version,
)
from licensing.use_cases.committing import until_committed
from licensing.use_cases.idempotency import RequestOnce

if TYPE_CHECKING:
    from licensing.use_cases.ports import Store


@until_committed
def set_user_activation(
    store: Store,
    caller: Caller,
    clinic_id: str,
    user_id: str,
    *,
    active: bool,
    once: RequestOnce[Activation],
    release_explanation: str | None = None,
) -> Answer:
    """Make the user active or inactive, and release the license if explained.

    Anybody may leave; all else is for User Managers.

    The activation that a user already has is answered, and nothing is written: no answer either,
    since the user's state itself answers a repeat.
    """
    key = USER.key(clinic_id, user_id)
    leaving = user_id == caller.user_id and not active and release_explanation is None
    open_clinic = as_oneself if leaving else as_manager
    opened = open_clinic(store, caller, clinic_id, key, *once.keys)
    if replay := once.replay(opened):
        return replay
    if leaving:
        require_active_member(opened)
    clinic, user = opened.clinic, require_user(opened.record(key))
    if user.active == active and release_explanation is None:
        return once.render(Activation(clinic, user))
    opened.up_to_date()
    require_version(caller, clinic)
    after, changed = (activate if active else deactivate)(clinic, user, now=caller.now)
    changed = replace(changed, version=user.version + 1)
    event = switched_event(clinic, after, user, changed)
    steps = [Step(after, event, (Replace(user, changed),))]
    adjustment = None
    if release_explanation is not None:
        require_active(user)
        switched = after
        one = Line(Action.REMOVE, user.license_type, 1)
        request = AdjustmentRequest((one,), release_explanation)
        after, adjustment = request_adjustment(
            switched, request, actor=opened.actor, now=caller.now
        )
        event = adjustment_event(switched, after, adjustment)
        steps.append(Step(after, event, (Insert(adjustment),)))
    answer = once.render(Activation(after, changed, adjustment))
    stored = once.store(opened, answer, after.updated_at)
    store.commit([*opened.written_in_steps(steps), *stored])
    return answer


def require_active(user: User) -> None:
    """Raise RefusedError ``nothing_to_release`` for a user who holds no license."""
    if not user.active:
        raise RefusedError(
            "nothing_to_release",
            f"{user.name} is already inactive, so this makes no license available. Release an "
            "available license instead.",
        )
