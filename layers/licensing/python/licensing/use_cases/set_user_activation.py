"""Giving a license to a user, taking it back, and releasing it in the same step."""

from datetime import datetime
from typing import Any

from licensing import answers
from licensing.domain.activation import activate, deactivate
from licensing.domain.adjustments import (
    Action,
    Adjustment,
    AdjustmentRequest,
    Line,
    request_adjustment,
)
from licensing.domain.changes import Change, History, Insert, Replace, Unchanged
from licensing.domain.clinics import Clinic
from licensing.domain.errors import NotFoundError, RefusedError
from licensing.domain.history import happened, license_counts, user_facts
from licensing.domain.keys import Key, user_key
from licensing.domain.users import Actor, User
from licensing.use_cases.access import Caller, acting, managed
from licensing.use_cases.committing import until_committed
from licensing.use_cases.idempotency import Answer, RequestOnce
from licensing.use_cases.ports import Store
from licensing.use_cases.reading import load_clinic
from licensing.use_cases.request_license_adjustment import adjusted, require_match


def set_user_activation(
    store: Store,
    caller: Caller,
    clinic_id: str,
    user_id: str,
    *,
    active: bool,
    now: datetime,
    release_explanation: str | None = None,
    request: RequestOnce | None = None,
    if_match: str | None = None,
) -> Answer:
    """Make the user active or inactive, and release the license if explained.

    The activation that a user already has is answered and changes nothing; with a request's
    key the answer is kept, so that a repeat changes nothing either when others have since.
    """
    others: list[Key[Any]] = [user_key(clinic_id, user_id)]
    if request is not None:
        others.append(request.key)

    def attempt() -> Answer:
        loaded, membership, rest = load_clinic(store, caller, clinic_id, *others)
        clinic, manager = managed(loaded, caller, membership)
        if request is not None:
            replay = request.replay(rest[1])
            if replay is not None:
                return replay
        user = known_user(rest[0])
        if user.active == active and release_explanation is None:
            return _as_it_is(store, clinic, user, request, now)
        require_match(clinic, if_match)
        actor = acting(manager, caller)
        changes: list[Change] = []
        after, changed = (activate if active else deactivate)(clinic, user, now=now)
        switched = _history(clinic, after, user, changed, actor)
        adjustment = None
        if release_explanation is not None:
            if not user.active:
                raise RefusedError(
                    "nothing_to_release",
                    f"{user.name} is inactive already, so no license becomes free here. Release "
                    "an available license by a license adjustment instead.",
                )
            line = Line(Action.REMOVE, user.license_type, 1)
            release = AdjustmentRequest((line,), release_explanation)
            freed = after
            after, adjustment = request_adjustment(freed, release, actor=actor, now=now)
            changes += adjusted(freed, after, adjustment)
        changes += [
            Replace(clinic, after),
            Replace(user, changed),
            Insert(switched),
        ]
        answer = _answer(after, changed, adjustment)
        if manager.user_id != user.user_id:
            changes.append(Unchanged(manager))
        if request is not None:
            changes.append(Insert(request.answered(answer, after.updated_at)))
        store.commit(changes)
        return answer

    return until_committed(attempt)


def _as_it_is(
    store: Store, clinic: Clinic, user: User, request: RequestOnce | None, now: datetime
) -> Answer:
    answer = _answer(clinic, user, None)
    if request is not None:
        store.commit([Unchanged(clinic), Insert(request.answered(answer, now))])
    return answer


def known_user(user: User | None) -> User:
    """Return the user; raises NotFoundError where there is none."""
    if user is None:
        raise NotFoundError("This clinic has no such user. Check the id in the list of users.")
    return user


def _history(before: Clinic, after: Clinic, user: User, changed: User, actor: Actor) -> History:
    counts_before, counts_after = license_counts(before, after)
    return happened(
        after,
        "user_activated" if changed.active else "user_deactivated",
        actor=actor,
        subject=user.user_id,
        before={**user_facts(user), "licenses": counts_before},
        after={**user_facts(changed), "licenses": counts_after},
    )


def _answer(clinic: Clinic, user: User, adjustment: Adjustment | None) -> Answer:
    body: answers.ActivationAnswer = {
        "user": answers.user(user),
        "licenses": answers.licenses(clinic),
        "adjustment": None if adjustment is None else answers.adjustment(adjustment),
    }
    return Answer(200, dict(body))
