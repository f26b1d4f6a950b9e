"""Putting an adjustment on the upcoming invoice when its delay is over."""

from dataclasses import replace
from datetime import datetime

from licensing.domain.adjustments import Adjustment, Status, to_come_first
from licensing.domain.billing import catch_up_lines, invoiced, with_lines
from licensing.domain.changes import Insert, Replace
from licensing.domain.clinics import Clinic
from licensing.domain.history import happened
from licensing.domain.invoices import StoredLine, total
from licensing.domain.keys import adjustment_key, clinic_key, invoice_key
from licensing.domain.users import SYSTEM
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store
from licensing.use_cases.renewals import billed_since, renew_due
from licensing.use_cases.uninvoiced import uninvoiced


def update_invoice(store: Store, clinic_id: str, adjustment_id: str, *, now: datetime) -> str:
    """Return ``invoiced``, ``cancelled`` or ``not_found``; a repeat returns the same.

    Older adjustments that must come first are invoiced before it. What is due is renewed, then
    the adjustment's lines are written, one per period from the effective one through the last
    renewed, so that nothing is billed twice or forgotten when an adjustment straddles a
    renewal. Whether it is due is the workflow's judgement.
    """

    def attempt() -> str:
        clinic, adjustment = store.load(
            clinic_key(clinic_id), adjustment_key(clinic_id, adjustment_id)
        )
        if clinic is None or adjustment is None:
            return "not_found"
        if adjustment.status is Status.CANCELLED:
            return "cancelled"
        if adjustment.status is not Status.APPLIED:
            return "invoiced"
        older = to_come_first(adjustment, uninvoiced(store, clinic, before=adjustment))
        for one in (*older, adjustment):
            clinic = _put_on_invoice(store, clinic, one, now)
        return "invoiced"

    return until_committed(attempt)


def _put_on_invoice(store: Store, clinic: Clinic, adjustment: Adjustment, now: datetime) -> Clinic:
    """Write the lines of an applied adjustment; return the clinic after it."""
    clinic = renew_due(store, clinic, now=now)
    (upcoming,) = store.load(invoice_key(clinic.clinic_id, clinic.upcoming_invoice_id))
    if upcoming is None:
        raise LookupError(f"clinic {clinic.clinic_id} has no upcoming invoice")
    periods = billed_since(store, clinic, adjustment.effective_at)
    lines = catch_up_lines(adjustment.priced, adjustment.deltas, periods)
    moment = clinic.moment(now)
    after = replace(
        invoiced(clinic, adjustment.deltas)
        .marked_invoiced(adjustment.adjustment_id)
        .touched(moment),
        uninvoiced_cents=clinic.uninvoiced_cents - total(adjustment.priced),
    )
    billed = with_lines(upcoming, lines)
    store.commit(
        [
            Replace(clinic, after),
            Replace(
                adjustment,
                replace(
                    adjustment,
                    status=Status.INVOICED,
                    invoice_id=upcoming.invoice_id,
                    invoiced_at=moment,
                ),
            ),
            Replace(upcoming, billed),
            *(Insert(StoredLine(clinic.clinic_id, upcoming.invoice_id, line)) for line in lines),
            Insert(
                happened(
                    after,
                    "adjustment_invoiced",
                    actor=SYSTEM,
                    subject=adjustment.adjustment_id,
                    before={"total_cents": upcoming.total_cents},
                    after={"total_cents": billed.total_cents, "invoice_id": upcoming.invoice_id},
                )
            ),
        ]
    )
    return replace(after, version=clinic.version + 1)
