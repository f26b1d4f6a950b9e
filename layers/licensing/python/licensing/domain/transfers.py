"""Transferring licenses from one clinic to another: a release here and an addition there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from licensing.domain.activation import activate, deactivate
from licensing.domain.adjustments import (
    Action,
    Adjustment,
    AdjustmentRequest,
    Line,
    OtherHalf,
    request_adjustment,
)
from licensing.domain.changes import Insert, Replace
from licensing.domain.clinics import Clinic
from licensing.domain.errors import RefusedError, refused_at
from licensing.domain.history import Event, Step, license_counts, switched_event, user_event
from licensing.domain.licenses import LicenseType
from licensing.domain.users import Actor, User

MOST_MOVED = 15
"""How many users one transfer takes along: all of it is one transaction, of 100 records at most.

For ten of them a license may be taken back that was to be added on their first day.
"""


class TransferRequest(NamedTuple):
    """What is to be transferred, and why."""

    quantities: dict[LicenseType, int]
    explanation: str
    user_ids: tuple[str, ...] = ()
    """Who moves along."""


class Mover(NamedTuple):
    """A user who moves along: as they are here, and there if they belong to that clinic already."""

    here: User
    there: User | None


class Half(NamedTuple):
    """What a transfer is for one of its clinics, each step upon the one before."""

    adjustment: Adjustment
    steps: tuple[Step, ...]

    @property
    def clinic(self) -> Clinic:
        """The clinic as it is afterwards."""
        return self.steps[-1].clinic


class Transfer(NamedTuple):
    """Both halves, and the users who moved as they are in the second clinic."""

    given: Half
    taken: Half
    moved: tuple[User, ...] = ()


def transfer_licenses(
    source: Clinic,
    target: Clinic,
    request: TransferRequest,
    movers: Sequence[Mover] = (),
    *,
    actors: tuple[Actor, Actor],
    now: datetime,
) -> Transfer:
    """Decide on a transfer: each clinic by its own terms, at the same time.

    A user who moves along is made inactive before the release, so that it may be theirs that
    goes, and active after the addition. Raises what a request in either clinic raises, and
    RefusedError ``currencies_differ``, ``user_inactive`` or ``license_type_differs``.
    """
    _require_one_currency(source, target)
    now = max(source.moment(now), target.moment(now))
    leaving = _leave(source, movers, now)
    before = leaving[-1].clinic if leaving else source
    released, given = _request(before, request, Action.REMOVE, actors[0], now)
    added, taken = _request(target, request, Action.ADD, actors[1], now)
    given = replace(given, transfer=OtherHalf(target.clinic_id, taken.adjustment_id, target.name))
    taken = replace(taken, transfer=OtherHalf(source.clinic_id, given.adjustment_id, source.name))
    arriving, moved = _arrive(added, movers, now)
    return Transfer(
        Half(given, (*leaving, _adjusted(before, released, given, _subjects(leaving)))),
        Half(taken, (_adjusted(target, added, taken, _subjects(arriving)), *arriving)),
        moved,
    )


def _require_one_currency(source: Clinic, target: Clinic) -> None:
    if source.currency != target.currency:
        raise RefusedError(
            "currencies_differ",
            f"{source.name} pays in {source.currency} and {target.name} in {target.currency}, so "
            "licenses can't be transferred between them. Release them at one clinic and add them "
            "at the other.",
        )


def _request(
    clinic: Clinic, request: TransferRequest, action: Action, actor: Actor, now: datetime
) -> tuple[Clinic, Adjustment]:
    lines = tuple(Line(action, kind, quantity) for kind, quantity in request.quantities.items())
    asked = AdjustmentRequest(lines, request.explanation)
    with refused_at(clinic.name):
        return request_adjustment(clinic, asked, actor=actor, now=now)


def _leave(clinic: Clinic, movers: Sequence[Mover], now: datetime) -> list[Step]:
    steps: list[Step] = []
    for user, _ in movers:
        if not user.active:
            raise RefusedError(
                "user_inactive",
                f"{user.name} is already inactive at {clinic.name}, so there is no license to "
                "move. Leave them out, and make them active at the other clinic.",
            )
        with refused_at(clinic.name):
            after, changed = deactivate(clinic, user, now=now)
        event = switched_event(clinic, after, user, changed)
        steps.append(Step(after, event, (Replace(user, changed),)))
        clinic = after
    return steps


def _arrive(
    clinic: Clinic, movers: Sequence[Mover], now: datetime
) -> tuple[list[Step], tuple[User, ...]]:
    steps: list[Step] = []
    moved: list[User] = []
    for here, there in movers:
        if there is not None and there.active:
            moved.append(there)
            continue
        user = there or _newcomer(clinic, here, now)
        if user.license_type is not here.license_type:
            raise RefusedError(
                "license_type_differs",
                f"{user.name} has the license type {user.license_type.label} at {clinic.name}. "
                f"Change it to {here.license_type.label} there first.",
            )
        with refused_at(clinic.name):
            after, changed = activate(clinic, user, now=now)
        if there is None:
            event = user_event("user_added", clinic, after, None, changed)
            steps.append(Step(after, event, (Insert(changed),)))
        else:
            changed = replace(changed, version=there.version + 1)
            event = switched_event(clinic, after, user, changed)
            steps.append(Step(after, event, (Replace(there, changed),)))
        moved.append(changed)
        clinic = after
    return steps, tuple(moved)


def _newcomer(clinic: Clinic, user: User, now: datetime) -> User:
    """Return the membership that somebody gets who was not in the clinic, without permissions.

    Whoever brings them has not asked them: see ``User.joined``.
    """
    return User(
        clinic_id=clinic.clinic_id,
        user_id=user.user_id,
        email=user.email,
        name=user.name,
        license_type=user.license_type,
        active=False,
        permissions=(),
        created_at=clinic.moment(now),
        added_as=user.added_as,
        joined=False,
    )


def _adjusted(before: Clinic, after: Clinic, half: Adjustment, users: tuple[str, ...]) -> Step:
    counts_before, counts_after = license_counts(before, after)
    event = Event(
        "licenses_transferred",
        half.adjustment_id,
        before={"licenses": counts_before},
        after={
            "licenses": counts_after,
            "transfer": half.transfer and half.transfer._asdict(),
            **({"users": list(users)} if users else {}),
        },
        why=half.explanation,
    )
    return Step(after, event, (Insert(half),))


def _subjects(steps: Sequence[Step]) -> tuple[str, ...]:
    return tuple(step.event.subject for step in steps)
