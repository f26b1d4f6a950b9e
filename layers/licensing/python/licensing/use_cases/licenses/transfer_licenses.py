"""Transferring licenses between two clinics of one User Manager."""

from typing import Any

from licensing.domain.beside import Answer
from licensing.domain.errors import InvalidRequestError
from licensing.domain.keys import USER, Key
from licensing.domain.transfers import Mover, Transfer, TransferRequest, transfer_licenses
from licensing.domain.users import User
from licensing.use_cases.access import Caller, Opened, as_manager_of_both
from licensing.use_cases.committing import until_committed
from licensing.use_cases.idempotency import RequestOnce
from licensing.use_cases.ports import Store


@until_committed
def transfer(
    store: Store,
    caller: Caller,
    from_clinic_id: str,
    to_clinic_id: str,
    request: TransferRequest,
    *,
    once: RequestOnce[Transfer],
) -> Answer:
    """Release here and add there in one transaction; users move along in it.

    The answer is kept with the clinic that gives: a repeat finds it there.
    """
    source, target = open_both(store, caller, from_clinic_id, to_clinic_id, request, *once.keys)
    if replay := once.replay(source):
        return replay
    for opened in (source, target):
        opened.up_to_date()
    done = decide(source, target, request)
    answer = once.render(done)
    stored = once.store(source, answer, done.given.adjustment.requested_at)
    store.commit(
        [
            *source.written_in_steps(done.given.steps),
            *target.written_in_steps(done.taken.steps),
            *stored,
        ]
    )
    return answer


def open_both(
    store: Store,
    caller: Caller,
    from_clinic_id: str,
    to_clinic_id: str,
    request: TransferRequest,
    *keys: Key[Any],
) -> tuple[Opened, Opened]:
    """Open both clinics, with those who are to move as each knows them, in one round trip."""
    movers = [
        USER.key(clinic_id, user_id)
        for clinic_id in (from_clinic_id, to_clinic_id)
        for user_id in request.user_ids
    ]
    return as_manager_of_both(store, caller, from_clinic_id, to_clinic_id, *movers, *keys)


def decide(source: Opened, target: Opened, request: TransferRequest) -> Transfer:
    """Return what the transfer makes of both clinics."""
    movers = [
        Mover(
            _require_user(source, user_id, number),
            target.record(USER.key(target.clinic.clinic_id, user_id)),
        )
        for number, user_id in enumerate(request.user_ids)
    ]
    clinics, actors = (source.clinic, target.clinic), (source.actor, target.actor)
    return transfer_licenses(*clinics, request, movers, actors=actors, now=source.now)


def _require_user(opened: Opened, user_id: str, number: int) -> User:
    found = opened.record(USER.key(opened.clinic.clinic_id, user_id))
    if found is None:
        message = f"{opened.clinic.name} has no such user. Check the ID in the list of users."
        raise InvalidRequestError.at(f"users[{number}].user_id", message)
    return found
