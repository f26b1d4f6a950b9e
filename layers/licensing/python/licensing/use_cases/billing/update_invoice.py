"""Putting an adjustment on the upcoming invoice when its delay is over."""

from dataclasses import replace
from datetime import datetime

from licensing.domain.adjustments import Adjustment, Status, to_come_first
from licensing.domain.billing import unwritten_lines, with_invoiced_changes, with_lines
from licensing.domain.changes import Insert, Replace
from licensing.domain.clinics import Clinic
from licensing.domain.history import Event
from licensing.domain.invoices import StoredLine, total
from licensing.domain.keys import ADJUSTMENT, clinic_key
from licensing.use_cases.access import Opened
from licensing.use_cases.billing.uninvoiced import uninvoiced
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store
from licensing.use_cases.renewals import finish_lines, lines_of, load_upcoming, renew_due


@until_committed
def update_invoice(store: Store, clinic_id: str, adjustment_id: str, *, now: datetime) -> str:
    """Return ``invoiced``, ``cancelled``, ``scheduled``, ``lapsed`` or ``not_found``.

    A repeat returns the same. Older adjustments that must come first are invoiced before it.
    Whether it is due is the workflow's judgement.
    """
    clinic, adjustment = store.load(clinic_key(clinic_id), ADJUSTMENT.key(clinic_id, adjustment_id))
    if clinic is None or adjustment is None:
        return "not_found"
    if adjustment.status in (Status.CANCELLED, Status.SCHEDULED, Status.LAPSED):
        return adjustment.status.value
    if adjustment.status is not Status.APPLIED:
        if adjustment.invoice_id == clinic.upcoming_invoice_id:
            finish_lines(store, clinic)
        return "invoiced"
    older = to_come_first(adjustment, uninvoiced(store, clinic, before=adjustment))
    for one in (*older, adjustment):
        clinic = put_on_invoice(store, clinic, one, now)
    return "invoiced"


def put_on_invoice(store: Store, clinic: Clinic, adjustment: Adjustment, now: datetime) -> Clinic:
    """Write the lines of an applied adjustment; return the clinic after it."""
    clinic = renew_due(store, clinic, now=now)
    upcoming = load_upcoming(store, clinic)
    lines = lines_of(store, clinic, adjustment)
    now_written, rest = unwritten_lines(adjustment.adjustment_id, lines)
    billed = replace(with_lines(upcoming, lines), unwritten=rest)
    after = replace(
        with_invoiced_changes(clinic, adjustment.deltas).with_adjustment_invoiced(
            adjustment.adjustment_id
        ),
        uninvoiced_cents=clinic.uninvoiced_cents - total(adjustment.priced),
    )
    on_invoice = replace(
        adjustment,
        status=Status.INVOICED,
        invoice_id=upcoming.invoice_id,
        invoiced_at=clinic.moment(now),
    )
    event = Event(
        "adjustment_invoiced",
        adjustment.adjustment_id,
        before={"total_cents": upcoming.total_cents},
        after={"total_cents": billed.total_cents, "invoice_id": upcoming.invoice_id},
    )
    after = Opened(store, clinic, now).commit(
        after,
        event,
        Replace(adjustment, on_invoice),
        Replace(upcoming, billed),
        *(Insert(StoredLine(clinic.clinic_id, upcoming.invoice_id, line)) for line in now_written),
    )
    if rest is not None:
        finish_lines(store, after)
    return after
