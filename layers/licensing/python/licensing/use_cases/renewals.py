"""Billing the periods that have begun, one per transaction; and what was billed so."""

from datetime import datetime

from licensing.domain.billing import is_renewal_due, renew, renewed_since
from licensing.domain.changes import Insert, Replace
from licensing.domain.clinics import Clinic
from licensing.domain.history import Event
from licensing.domain.invoices import Invoice, StoredLine, Terms
from licensing.domain.keys import clinic_key, invoice_key
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
    (upcoming,) = store.load(invoice_key(clinic.clinic_id, clinic.upcoming_invoice_id))
    if upcoming is None:
        raise LookupError(f"clinic {clinic.clinic_id} has no upcoming invoice")
    return upcoming


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
