"""Billing the periods that have begun, one per transaction; and what was billed so."""

from dataclasses import replace
from datetime import datetime

from licensing.domain.adjustments import Adjustment
from licensing.domain.billing import (
    catch_up_lines,
    is_renewal_due,
    renew,
    renewed_since,
    unwritten_lines,
)
from licensing.domain.changes import Insert, Replace
from licensing.domain.clinics import Clinic
from licensing.domain.history import Event
from licensing.domain.invoices import Invoice, InvoiceLine, StoredLine, Terms
from licensing.domain.keys import adjustment_key, clinic_key, invoice_key
from licensing.domain.periods import Period
from licensing.use_cases.access import Opened
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store


def renew_due(store: Store, clinic: Clinic, *, now: datetime) -> Clinic:
    """Finalize every invoice whose period has begun; return the clinic after the last.

    Two that do this at once finalize each invoice once: the clinic and the header are
    replaced only as they were read. Returns the clinic as it is where nothing is due.
    """
    while is_renewal_due(clinic, now):
        clinic = _renew_one(store, clinic.clinic_id, now)
    return clinic


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


def load_upcoming(store: Store, clinic: Clinic) -> Invoice:
    """Return the header of the invoice that collects the clinic's lines now."""
    upcoming = finish_lines(store, clinic)
    if upcoming is None:
        raise LookupError(f"clinic {clinic.clinic_id} has no upcoming invoice")
    return upcoming


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


@until_committed
def _write_more(store: Store, clinic_id: str, invoice_id: str) -> Invoice:
    """Write what the next transaction holds of an adjustment's lines; return the header then.

    The header counts all of them since the first, and history tells of all of them there. Until
    it waits for none, it is not finalized and takes no others.
    """
    clinic, upcoming = store.load(clinic_key(clinic_id), invoice_key(clinic_id, invoice_id))
    if clinic is None or upcoming is None:
        raise LookupError(f"clinic {clinic_id} has no invoice {invoice_id}")
    if upcoming.unwritten is None:
        return upcoming
    adjustment_id, written = upcoming.unwritten
    (adjustment,) = store.load(adjustment_key(clinic_id, adjustment_id))
    if adjustment is None:
        raise LookupError(f"clinic {clinic_id} has no adjustment {adjustment_id}")
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


@until_committed
def _renew_one(store: Store, clinic_id: str, now: datetime) -> Clinic:
    (clinic,) = store.load(clinic_key(clinic_id))
    if clinic is None:
        raise LookupError(f"clinic {clinic_id} is gone")
    if not is_renewal_due(clinic, now):
        return clinic
    upcoming = load_upcoming(store, clinic)
    renewal = renew(clinic, upcoming, now)
    finalized = renewal.finalized
    event = Event(
        "invoice_finalized",
        finalized.invoice_id,
        before={"total_cents": upcoming.total_cents},
        after={"total_cents": finalized.total_cents},
    )
    return Opened(store, clinic).commit(
        renewal.clinic,
        event,
        Replace(upcoming, finalized),
        *(Insert(StoredLine(clinic_id, finalized.invoice_id, line)) for line in renewal.lines),
        Insert(renewal.opened),
        now=now,
    )
