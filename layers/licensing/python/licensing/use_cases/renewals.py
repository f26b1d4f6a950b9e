"""Billing the periods that have begun, and applying what was scheduled, in the order of time.

One per transaction, whoever finds it due. And what was billed so.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from licensing.domain.adjustments import Adjustment
from licensing.domain.billing import (
    catch_up_lines,
    is_renewal_due,
    renew,
    renewed_since,
    unwritten_lines,
)
from licensing.domain.changes import Change, Insert, Replace
from licensing.domain.clinics import Clinic, ScheduledChange
from licensing.domain.errors import RefusedError
from licensing.domain.history import Event, adjustment_event, switched_event
from licensing.domain.invoices import Invoice, InvoiceLine, StoredLine, Terms
from licensing.domain.keys import ADJUSTMENT, USER, clinic_key, invoice_key
from licensing.domain.notices import news
from licensing.domain.periods import Period
from licensing.domain.scheduled import apply_scheduled
from licensing.domain.starts import start
from licensing.letters import start_missed
from licensing.use_cases.access import Opened, require_there
from licensing.use_cases.conflicts import repeated_on_conflict

if TYPE_CHECKING:
    from licensing.use_cases.ports import Store


def renew_due(store: Store, clinic: Clinic, *, now: datetime) -> Clinic:
    """Finalize every invoice whose period has begun; return the clinic after the last.

    Scheduled changes are applied on the way, each in its time: those of the first day of a period
    before it is billed. Two that do this at once finalize each invoice once.
    """
    while is_renewal_due(clinic, clinic.moment(now)) or clinic.due_change(clinic.moment(now)):
        clinic = _advance(store, clinic.clinic_id, now)
    return clinic


def apply_due(store: Store, clinic_id: str, *, now: datetime) -> None:
    """Apply every scheduled change whose day has come, and before it what is earlier."""
    (clinic,) = store.load(clinic_key(clinic_id))
    while clinic is not None and clinic.due_change(clinic.moment(now)):
        clinic = _advance(store, clinic_id, now)


def billed_since(
    store: Store, clinic: Clinic, effective_at: datetime
) -> list[tuple[Period, Terms]]:
    """Return the periods after the one of ``effective_at`` that are billed already, by what terms.

    Their invoices tell the terms; where there is none such period, nothing is read.
    """
    periods = list(renewed_since(clinic, effective_at))
    found = store.load(*(invoice_key(clinic.clinic_id, period.invoice_id) for period in periods))
    billed: list[tuple[Period, Terms]] = []
    for period, finalized in zip(periods, found, strict=True):
        if finalized is None or finalized.terms is None:
            raise LookupError(f"clinic {clinic.clinic_id} has no invoice {period.invoice_id}")
        billed.append((period, finalized.terms))
    return billed


def load_clinic(store: Store, clinic_id: str) -> Clinic:
    """Return a clinic that is there."""
    (clinic,) = store.load(clinic_key(clinic_id))
    return require_there(clinic, f"clinic {clinic_id}")


def load_adjustment(store: Store, clinic_id: str, adjustment_id: str) -> Adjustment:
    """Return an adjustment that the clinic's own record names."""
    (adjustment,) = store.load(ADJUSTMENT.key(clinic_id, adjustment_id))
    return require_there(adjustment, f"adjustment {adjustment_id} of clinic {clinic_id}")


def load_upcoming(store: Store, clinic: Clinic) -> Invoice:
    """Return the header of the invoice that collects the clinic's lines now."""
    upcoming = finish_lines(store, clinic)
    return require_there(upcoming, f"the upcoming invoice of clinic {clinic.clinic_id}")


def finish_lines(store: Store, clinic: Clinic) -> Invoice | None:
    """Write what is left of lines that were begun to be written; return the upcoming header."""
    (upcoming,) = store.load(invoice_key(clinic.clinic_id, clinic.upcoming_invoice_id))
    while upcoming is not None and upcoming.unwritten is not None:
        upcoming = _write_more(store, clinic.clinic_id, upcoming.invoice_id)
    return upcoming


def lines_of(store: Store, clinic: Clinic, adjustment: Adjustment) -> tuple[InvoiceLine, ...]:
    """Return all lines of an adjustment on the invoice that collects lines now."""
    periods = billed_since(store, clinic, adjustment.effective_at)
    return catch_up_lines(adjustment.priced, adjustment.deltas, periods)


@repeated_on_conflict
def _write_more(store: Store, clinic_id: str, invoice_id: str) -> Invoice:
    """Write what the next transaction holds of an adjustment's lines; return the header then.

    The header counts all of them since the first, and history tells of all of them there. Until
    it waits for none, it is not finalized and takes no others.
    """
    clinic, upcoming = store.load(clinic_key(clinic_id), invoice_key(clinic_id, invoice_id))
    clinic = require_there(clinic, f"clinic {clinic_id}")
    upcoming = require_there(upcoming, f"invoice {invoice_id} of clinic {clinic_id}")
    if upcoming.unwritten is None:
        return upcoming
    adjustment_id, written = upcoming.unwritten
    adjustment = load_adjustment(store, clinic_id, adjustment_id)
    all_lines = lines_of(store, clinic, adjustment)
    lines, rest = unwritten_lines(adjustment_id, all_lines, written=written)
    after = replace(upcoming, unwritten=rest)
    store.commit(
        [
            Replace(upcoming, after),
            *(Insert(StoredLine(clinic_id, invoice_id, line)) for line in lines),
        ]
    )
    return replace(after, version=upcoming.version + 1)


@repeated_on_conflict
def _advance(store: Store, clinic_id: str, now: datetime) -> Clinic:
    """Do what is due first in the clinic: apply one scheduled change, or bill one period."""
    clinic = load_clinic(store, clinic_id)
    # By the clinic's own clock, which a demonstration sets forward.
    moment = clinic.moment(now)
    due = clinic.due_change(moment)
    if due is not None and due.applies_at <= clinic.coming_period.start:
        return _apply(store, clinic, due, now)
    if due is not None or is_renewal_due(clinic, moment):
        return _renew(store, clinic, now)
    return clinic


def _apply(store: Store, clinic: Clinic, due: ScheduledChange, now: datetime) -> Clinic:
    if not due.changes_licenses:
        return _start(store, clinic, due, now)
    scheduled = load_adjustment(store, clinic.clinic_id, due.adjustment_id)
    after, adjustment = apply_scheduled(clinic, scheduled, now=now)
    event = (
        adjustment_event(clinic, after, adjustment)
        if adjustment.lapsed_because is None
        else Event("adjustment_lapsed", due.adjustment_id, why=adjustment.lapsed_because)
    )
    return Opened(store, clinic, now).commit(after, event, Replace(scheduled, adjustment))


def _start(store: Store, clinic: Clinic, due: ScheduledChange, now: datetime) -> Clinic:
    """Make the user active whose day has come, or tell the User Managers why not."""
    (user,) = store.load(USER.key(clinic.clinic_id, due.starts or ""))
    changes: list[Change] = []
    try:
        after, started = start(clinic, user, due, now=now)
        event = Event("user_start_dropped", due.starts or "")
    except RefusedError as refused:
        after, started = clinic.without_start(due), None
        event = Event("user_start_missed", due.starts or "", why=refused.detail)
        moment = clinic.moment(now)
        said = start_missed(clinic, user, due.applies_at, refused.detail)
        changes = [Insert(news(clinic.clinic_id, f"start_{due.adjustment_id}", said, now=moment))]
    if user is not None and started is not None:
        event = switched_event(clinic, after, user, started)
        changes = [Replace(user, started)]
    elif user is not None and user.starts == due.adjustment_id:
        changes.append(Replace(user, replace(user, starts=None)))
    return Opened(store, clinic, now).commit(after, event, *changes)


def _renew(store: Store, clinic: Clinic, now: datetime) -> Clinic:
    upcoming = load_upcoming(store, clinic)
    renewal = renew(clinic, upcoming, now)
    finalized = renewal.finalized
    event = Event(
        "invoice_finalized",
        finalized.invoice_id,
        before={"total_cents": upcoming.total_cents},
        after={"total_cents": finalized.total_cents},
    )
    return Opened(store, clinic, now).commit(
        renewal.clinic,
        event,
        Replace(upcoming, finalized),
        *(
            Insert(StoredLine(clinic.clinic_id, finalized.invoice_id, line))
            for line in renewal.lines
        ),
        Insert(renewal.opened),
    )
