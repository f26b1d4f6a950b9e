"""Ending a clinic: planned by staff, and carried out when its day has come."""

from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from licensing.domain import closing
from licensing.domain.activation import leave
from licensing.domain.adjustments import take_back_scheduled
from licensing.domain.changes import Insert, Replace
from licensing.domain.clinics import Clinic, ScheduledChange
from licensing.domain.history import (
    Event,
    adjustment_event,
    cancellation_event,
    license_counts,
    user_facts,
)
from licensing.domain.keys import USER
from licensing.domain.users import User
from licensing.use_cases.access import Caller, Opened, as_staff
from licensing.use_cases.billing.uninvoiced import uninvoiced
from licensing.use_cases.billing.update_invoice import put_on_invoice
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store
from licensing.use_cases.renewals import load_adjustment, load_clinic, load_upcoming, renew_due

_MOST_LEAVING = 40
"""Users of one transaction, which takes a hundred records in all."""


def close_clinic(
    store: Store, caller: Caller, clinic_id: str, *, closes_on: date, reason: str
) -> Clinic:
    """Plan the clinic's end, carry it out if that is today, and return the clinic.

    What is planned so already changes nothing. Raises RefusedError ``clinic_closed``.
    """
    planned = _plan(store, caller, clinic_id, closes_on, reason)
    # By the clinic's own clock, which many changes of one millisecond set forward.
    return close_due(store, planned, now=planned.moment(caller.now))


@until_committed
def keep_clinic_open(store: Store, caller: Caller, clinic_id: str) -> Clinic:
    """Take a planned end back and return the clinic; raises RefusedError ``clinic_closed``."""
    opened = as_staff(store, caller, clinic_id)
    after = closing.keep_open(opened.clinic, now=caller.now)
    if after == opened.clinic:
        return after
    event = Event("closure_taken_back", clinic_id, _facts(opened.clinic), _facts(after))
    return opened.commit(after, event)


def close_due(store: Store, clinic: Clinic, *, now: datetime) -> Clinic:
    """Carry out the clinic's end if it has come, step by step; return the clinic after it."""
    while closing.is_closing_due(clinic, now):
        clinic = _step(store, renew_due(store, clinic, now=now).clinic_id, now)
    return clinic


@until_committed
def _plan(store: Store, caller: Caller, clinic_id: str, closes_on: date, reason: str) -> Clinic:
    opened = as_staff(store, caller, clinic_id)
    after = closing.plan_closing(opened.clinic, closes_on, now=caller.now)
    if after == opened.clinic:
        return after
    event = Event("closure_planned", clinic_id, _facts(opened.clinic), _facts(after), reason)
    return opened.commit(after, event)


@until_committed
def _step(store: Store, clinic_id: str, now: datetime) -> Clinic:
    clinic = load_clinic(store, clinic_id)
    if not closing.is_closing_due(clinic, now):
        return clinic
    opened = Opened(store, clinic, now)
    if clinic.scheduled:
        first = clinic.scheduled[0]
        drop_first = _take_back if first.changes_licenses else _drop_start
        return drop_first(opened, first)
    active = (user for user in store.all(clinic_id, USER) if user.active)
    if leaving := list(islice(active, _MOST_LEAVING)):
        return _leave(opened, leaving)
    if (released := closing.release_all(clinic, now=now)) is not None:
        after, adjustment = released
        event = adjustment_event(clinic, after, adjustment)
        return opened.commit(after, event, Insert(adjustment))
    if waiting := list(uninvoiced(store, clinic)):
        return put_on_invoice(store, clinic, waiting[-1], now)
    return _finish(opened)


def _drop_start(opened: Opened, first: ScheduledChange) -> Clinic:
    clinic = opened.clinic
    (user,) = opened.store.load(USER.key(clinic.clinic_id, first.starts or ""))
    changes = []
    if user is not None and user.starts == first.adjustment_id:
        changes = [Replace(user, replace(user, starts=None))]
    event = Event("user_start_dropped", first.starts or "")
    return opened.commit(clinic.without_start(first), event, *changes)


def _take_back(opened: Opened, first: ScheduledChange) -> Clinic:
    clinic = opened.clinic
    scheduled = load_adjustment(opened.store, clinic.clinic_id, first.adjustment_id)
    after, cancelled = take_back_scheduled(clinic, scheduled, now=opened.now)
    event = cancellation_event(clinic, after, scheduled)
    return opened.commit(after, event, Replace(scheduled, cancelled))


def _leave(opened: Opened, leaving: list[User]) -> Clinic:
    clinic = opened.clinic
    after, gone = leave(clinic, leaving, now=opened.now)
    both = list(zip(leaving, gone, strict=True))
    counts = license_counts(clinic, after)
    before, now_so = ({"licenses": of} for of in counts)
    return opened.commit(
        after,
        Event("users_left", clinic.clinic_id, before, now_so),
        *(Replace(user, inactive) for user, inactive in both),
        earlier=[
            Event("user_deactivated", user.user_id, user_facts(user), user_facts(inactive))
            for user, inactive in both
        ],
    )


def _finish(opened: Opened) -> Clinic:
    upcoming = load_upcoming(opened.store, opened.clinic)
    after, last = closing.finish(opened.clinic, upcoming, now=opened.now)
    before, total = ({"total_cents": invoice.total_cents} for invoice in (upcoming, last))
    return opened.commit(
        after,
        Event("clinic_closed", after.clinic_id, after=_facts(after)),
        Replace(upcoming, last),
        earlier=[Event("invoice_finalized", last.invoice_id, before, total)],
    )


def _facts(clinic: Clinic) -> dict[str, str | None]:
    return {"closes_on": clinic.closing and clinic.closing.day.isoformat()}
