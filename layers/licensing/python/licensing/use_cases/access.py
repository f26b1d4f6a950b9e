"""Who is asking, what they may do in a clinic (I5), and the one way to change it (I6)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Self, TypeVar

from licensing.domain.adjustments import Adjustment
from licensing.domain.changes import Change, Insert, Replace, ReplaceClinic
from licensing.domain.clinics import Clinic, require_open
from licensing.domain.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    PreconditionFailedError,
    refused_at,
)
from licensing.domain.history import Event, Step, history_of, replace_clinic, told_before
from licensing.domain.keys import ADJUSTMENT, TOKEN, USER, Key, clinic_key
from licensing.domain.users import SYSTEM, Actor, User

if TYPE_CHECKING:
    from licensing.domain.provisioning_tokens import ProvisioningToken
    from licensing.use_cases.ports import Store

A = TypeVar("A")


class Caller(NamedTuple):
    """Who asks: proven by ID token, mail rules or provisioning token, never by the request."""

    user_id: str
    """The account; of a program, its token."""
    is_staff: bool
    channel: str
    now: datetime
    """When they ask: all that is done for them happens then."""
    name: str = "License staff"
    is_program: bool = False
    versions: Collection[int] | None = None
    """Of what they decided on, which may have changed since; None if they do not say."""


class DueFirstError(ConflictError):
    """The day of a scheduled change has come: it is applied before anything else is done."""

    def __init__(self, store: Store, clinic_id: str, now: datetime) -> None:
        super().__init__("A scheduled change is being applied. Try again in a moment.")
        self.store, self.clinic_id, self.now = store, clinic_id, now


class Opened(NamedTuple):
    """A clinic as it was read on behalf of somebody, with the records that were read with it."""

    store: Store
    clinic: Clinic
    now: datetime
    actor: Actor = SYSTEM
    member: User | ProvisioningToken | None = None
    """Whose standing in the clinic a change relies on: a person's, or a program's."""
    records: Mapping[Key[Any], Any] | None = None

    def record(self, key: Key[A]) -> A | None:
        """Return what lies under one of the keys that were asked for."""
        return None if self.records is None else self.records[key]

    def up_to_date(self) -> Self:
        """Return it for a decision that counts licenses; raises DueFirstError."""
        if self.clinic.due_change(self.clinic.moment(self.now)) is not None:
            raise DueFirstError(self.store, self.clinic.clinic_id, self.now)
        return self

    def commit(
        self, after: Clinic, event: Event, *changes: Change, earlier: Sequence[Event] = ()
    ) -> Clinic:
        """Write the clinic, its history, and the changes that belong to it; return it as written.

        ``earlier`` is what history tells before the event, of the same transaction and moment.
        A scheduled adjustment that the clinic no longer has, and that no change replaces, went with
        the user who was to start: it is taken back.

        Raises ConflictError if the clinic has changed since it was read, or the member on whose
        permission the change relies; DueFirstError where a scheduled change has come before;
        RefusedError ``clinic_closed`` for a member's change of a clinic whose end has come.
        """
        written = self.written(after, event, *changes, earlier=earlier)
        self.store.commit(written)
        return replace(written[0].after, version=self.clinic.version + 1)

    def written(
        self, after: Clinic, event: Event, *changes: Change, earlier: Sequence[Event] = ()
    ) -> tuple[ReplaceClinic, *tuple[Change, ...]]:
        """Return what a commit writes, for one that writes another clinic as well.

        The first write of a member who was made one unasked shows that they know of the clinic.
        """
        if self.member is not None:
            require_open(self.clinic, self.now)
        # What takes several steps, each a millisecond after the one before, may end on another day.
        moment = max(self.clinic.moment(self.now), after.updated_at)
        # A renewal takes effect as its period begins, however late it is made.
        renews = after.next_renewal > self.clinic.next_renewal
        due = self.clinic.due_change(self.clinic.coming_period.start if renews else moment)
        if due is not None and due in after.scheduled:
            raise DueFirstError(self.store, self.clinic.clinic_id, moment)
        own = any(
            isinstance(change, Replace) and change.before == self.member for change in changes
        )
        if isinstance(self.member, User) and not self.member.joined:
            unseen = () if own else (Replace(self.member, self.member),)
            own = True
            changes = tuple(_joining(change, self.member) for change in (*changes, *unseen))
        change = replace_clinic(
            self.clinic,
            after,
            event,
            actor=self.actor,
            now=self.now,
            relying_on=None if own else self.member,
        )
        moment = change.after.updated_at
        gone = self._gone(change.after, changes)
        cancelled = [Replace(one, one.cancelled(moment)) for one in gone]
        events = [*(Event("adjustment_cancelled", one.adjustment_id) for one in gone), *earlier]
        told = (Insert(record) for record in told_before(change, events))
        return change, *(*(_dated(one, moment) for one in changes), *cancelled, *told)

    def written_in_steps(self, steps: Sequence[Step]) -> tuple[Change, ...]:
        """Return what a commit writes of several steps: the clinic is replaced once, by the last.

        Each but the last tells its history as of its own moment.
        """
        *earlier, last = steps
        return self.written(
            last.clinic,
            last.event,
            *(Insert(history_of(step.clinic, step.event, self.actor)) for step in earlier),
            *(change for step in steps for change in step.changes),
        )

    def _gone(self, after: Clinic, changes: Sequence[Change]) -> list[Adjustment]:
        """Return the scheduled adjustments that the clinic no longer has, but those told of."""
        gone = set(self.clinic.scheduled_adjustments) - set(after.scheduled_adjustments)
        for change in changes:
            if isinstance(change, Replace) and isinstance(change.before, Adjustment):
                gone.discard(change.before.adjustment_id)
        keys = [ADJUSTMENT.key(after.clinic_id, adjustment_id) for adjustment_id in sorted(gone)]
        return [require_adjustment(one) for one in self.store.load(*keys)] if keys else []


def _joining(change: Change, member: User) -> Change:
    """Return the change; if it is of the member, so that they have joined."""
    match change:
        case Replace(before, User() as after) if before == member:
            return Replace(member, replace(after, joined=True))
    return change


def _dated(change: Change, moment: datetime) -> Change:
    """Return the change of a user as one of the moment, any other as it is."""
    if isinstance(change, Replace) and isinstance(change.after, User):
        return change._replace(after=replace(change.after, changed_at=moment))
    return change


def as_member(store: Store, caller: Caller, clinic_id: str, *keys: Key[Any]) -> Opened:
    """Open a clinic for its active members, and for staff, who read every clinic.

    One that has closed is open to its former User Managers for a time. Raises NotFoundError for
    anybody who may not know of the clinic, as if there were none.
    """
    return _opened(store, caller, clinic_id, load(store, *_standing(caller, clinic_id), *keys))


def as_manager(store: Store, caller: Caller, clinic_id: str, *keys: Key[Any]) -> Opened:
    """Open a clinic for its User Managers, who act for it.

    Raises ForbiddenError for members without the permission and for staff, who read but do not
    act for a clinic.
    """
    return as_manager_by(
        store, caller, clinic_id, load(store, *_standing(caller, clinic_id), *keys)
    )


def as_manager_by(
    store: Store, caller: Caller, clinic_id: str, records: Mapping[Key[Any], Any]
) -> Opened:
    """Open a clinic as its User Managers by records that were read already, its own among them."""
    opened = _opened(store, caller, clinic_id, records)
    _require_manager(opened)
    return opened


def as_manager_of_both(
    store: Store, caller: Caller, one: str, other: str, *keys: Key[Any]
) -> tuple[Opened, Opened]:
    """Open two clinics for a User Manager of both, in one round trip; each knows all records.

    Raises NotFoundError if the caller may not know of one of them, else ForbiddenError if they
    manage not both.
    """
    found = load(store, *_standing(caller, one), *_standing(caller, other), *keys)
    both = _opened(store, caller, one, found), _opened(store, caller, other, found)
    for opened in both:
        with refused_at(opened.clinic.name):
            _require_manager(opened)
    return both


def as_oneself(store: Store, caller: Caller, clinic_id: str, *keys: Key[Any]) -> Opened:
    """Open a clinic for a user of it about themselves, also if they have left meanwhile.

    For nothing but a repeat's answer, unless the member is active.
    """
    found = load(store, *_standing(caller, clinic_id), *keys)
    clinic, member = (found[key] for key in _standing(caller, clinic_id))
    if clinic is None or member is None:
        raise _unknown_clinic()
    actor = Actor(caller.user_id, member.name, caller.channel)
    return Opened(store, clinic, caller.now, actor, member, found)


def require_active_member(opened: Opened) -> None:
    """Raise NotFoundError for somebody who is no active member (any more)."""
    if opened.member is None or not opened.member.active:
        raise _unknown_clinic()


def as_manager_or_staff(store: Store, caller: Caller, clinic_id: str, *keys: Key[Any]) -> Opened:
    """Open a clinic for its User Managers, and for staff, who may read all of it."""
    return (as_member if caller.is_staff else as_manager)(store, caller, clinic_id, *keys)


def as_manager_or_staff_of_closed(
    store: Store, caller: Caller, clinic_id: str, *keys: Key[Any]
) -> Opened:
    """Open a clinic for its User Managers; for staff once it has closed and has none any more."""
    opened = as_member(store, caller, clinic_id, *keys)
    if caller.is_staff and opened.clinic.has_closed:
        return opened._replace(actor=staff_actor(caller), member=None)
    _require_manager(opened)
    return opened


def as_staff(store: Store, caller: Caller, clinic_id: str, *keys: Key[Any]) -> Opened:
    """Open a clinic for the vendor's staff, who act in their own name."""
    require_staff(caller)
    found = load(store, clinic_key(clinic_id), *keys)
    clinic = found[clinic_key(clinic_id)]
    if clinic is None:
        raise _unknown_clinic(staff=True)
    return Opened(store, clinic, caller.now, staff_actor(caller), None, found)


def require_staff(caller: Caller) -> None:
    """Raise NotFoundError unless the caller belongs to the vendor's staff."""
    if not caller.is_staff:
        raise NotFoundError("Only license staff can use this address.")


def require_there(found: A | None, what: str) -> A:
    """Return what must be there by what others tell; raises LookupError where it is gone."""
    if found is None:
        raise LookupError(f"{what} is gone")
    return found


def require_adjustment(found: Adjustment | None) -> Adjustment:
    """Return the adjustment; raises NotFoundError where there is none."""
    if found is None:
        raise NotFoundError("This clinic has no such license adjustment. Check the ID.")
    return found


def require_user(found: User | None) -> User:
    """Return the user; raises NotFoundError where there is none."""
    if found is None:
        raise NotFoundError("This clinic has no such user. Check the ID in the list of users.")
    return found


def require_version(caller: Caller, of: Clinic | User) -> None:
    """Raise PreconditionFailedError if the caller decided on another version of it."""
    if caller.versions is not None and of.version not in caller.versions:
        raise PreconditionFailedError(
            f"Someone else changed {of.name} in the meantime. Look at what is there now, then "
            "make your change again if it is still right."
        )


def staff_actor(caller: Caller) -> Actor:
    """Return the staff member as history names them."""
    return Actor(caller.user_id, caller.name, caller.channel)


def load(store: Store, *keys: Key[Any]) -> Mapping[Key[Any], Any]:
    """Return what lies under the keys, None for nothing, in one round trip."""
    return dict(zip(keys, store.load(*keys), strict=True))


def _standing(caller: Caller, clinic_id: str) -> tuple[Key[Any], Key[Any]]:
    """Return where the clinic lies, and what the caller is in it."""
    member_key = TOKEN.key if caller.is_program else USER.key
    return clinic_key(clinic_id), member_key(clinic_id, caller.user_id)


def _opened(
    store: Store, caller: Caller, clinic_id: str, records: Mapping[Key[Any], Any]
) -> Opened:
    clinic, member = (records[key] for key in _standing(caller, clinic_id))
    if clinic is None or not (caller.is_staff or (member and clinic.lets_look(member, caller.now))):
        raise _unknown_clinic(staff=caller.is_staff)
    name = member.actor_name if member else caller.name
    actor = Actor(caller.user_id, name, caller.channel)
    return Opened(store, clinic, caller.now, actor, member, records)


def _require_manager(opened: Opened) -> None:
    member = opened.member
    if member is None or not (member.manages or opened.clinic.was_managed_by(member)):
        raise ForbiddenError(
            "Only a User Manager of this clinic can do this. Ask one of the clinic's User "
            "Managers to do it or to give you permission."
        )


def _unknown_clinic(*, staff: bool = False) -> NotFoundError:
    """Return the one answer for clinics that are foreign and clinics that do not exist."""
    way = "ask a User Manager of the clinic to make you an active user"
    if staff:
        way = "find the clinic by its name"
    return NotFoundError(f"Clinic not found. Check the address, or {way}.")
