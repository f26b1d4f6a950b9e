"""Putting an adjustment on the upcoming invoice when its delay is over."""

from dataclasses import replace
from datetime import datetime

from licensing.domain.adjustments import Adjustment, Status
from licensing.domain.billing import catch_up_lines, invoiced, renewed_since, with_lines
from licensing.domain.changes import Insert, Replace
from licensing.domain.clinics import Clinic
from licensing.domain.history import happened
from licensing.domain.invoices import Invoice, StoredLine, Terms, total
from licensing.domain.keys import ADJUSTMENT, adjustment_key, clinic_key, invoice_key
from licensing.domain.periods import Period
from licensing.domain.users import SYSTEM
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store
from licensing.use_cases.reading import expect
from licensing.use_cases.renewals import renew_due


def update_invoice(store: Store, clinic_id: str, adjustment_id: str, *, now: datetime) -> str:
    """Return ``invoiced``, ``cancelled`` or ``not_found``; a repeat returns the same.

    First come older adjustments of the same license types, then what is due is renewed; then
    the adjustment's lines are written, one per period from the effective one through the last
    renewed, so that nothing is billed twice or forgotten when an adjustment straddles a
    renewal. Whether it is due is the workflow's judgement.
    """

    def attempt() -> str:
        loaded, found = store.load(clinic_key(clinic_id), adjustment_key(clinic_id, adjustment_id))
        clinic, adjustment = expect(Clinic, loaded), expect(Adjustment, found)
        if clinic is None or adjustment is None:
            return "not_found"
        if adjustment.status is Status.CANCELLED:
            return "cancelled"
        if adjustment.status is not Status.APPLIED:
            return "invoiced"
        if older := _to_come_first(store, clinic, adjustment):
            for one in older:
                update_invoice(store, clinic_id, one.adjustment_id, now=now)
            return attempt()
        clinic = renew_due(store, clinic, now=now)
        upcoming, periods = _headers(store, clinic, adjustment)
        deltas = {line.license_type: line.delta for line in adjustment.lines}
        lines = catch_up_lines(adjustment.priced, deltas, periods)
        moment = clinic.moment(now)
        after = replace(
            invoiced(clinic, deltas).marked_invoiced(adjustment_id).touched(moment),
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
                *(Insert(StoredLine(clinic_id, upcoming.invoice_id, line)) for line in lines),
                Insert(
                    happened(
                        after,
                        "adjustment_invoiced",
                        actor=SYSTEM,
                        subject=adjustment_id,
                        before={"total_cents": upcoming.total_cents},
                        after={
                            "total_cents": billed.total_cents,
                            "invoice_id": upcoming.invoice_id,
                        },
                    )
                ),
            ]
        )
        return "invoiced"

    return until_committed(attempt)


def _to_come_first(store: Store, clinic: Clinic, adjustment: Adjustment) -> list[Adjustment]:
    """Return the older adjustments of the same types that are on no invoice yet, oldest first.

    Each was priced upon those before it, so a type's changes are billed in the order of their
    requests. Nobody loses anything: an adjustment with a later one of its type can no longer be
    cancelled. Their own updates find them invoiced and go on to their confirmations.
    """
    still_open = clinic.open_before(adjustment.adjustment_id)
    if not still_open:
        return []
    found: list[Adjustment] = []
    here = adjustment_key(clinic.clinic_id, adjustment.adjustment_id).sort
    for record in store.all(clinic.clinic_id, ADJUSTMENT, after=here, newest_first=True):
        one = expect(Adjustment, record)
        if one is None or one.status not in (Status.APPLIED, Status.INVOICED):
            continue
        if one.status is Status.APPLIED and one.shares_a_type_with(adjustment):
            found.append(one)
        still_open -= 1
        if not still_open:
            break
    return found[::-1]


def _headers(
    store: Store, clinic: Clinic, adjustment: Adjustment
) -> tuple[Invoice, list[tuple[Period, Terms]]]:
    periods = list(renewed_since(clinic, adjustment.effective_at))
    upcoming, *renewed = store.load(
        invoice_key(clinic.clinic_id, clinic.upcoming_invoice_id),
        *(invoice_key(clinic.clinic_id, period.invoice_id) for period in periods),
    )
    header = expect(Invoice, upcoming)
    if header is None:
        raise LookupError(f"clinic {clinic.clinic_id} has no upcoming invoice")
    priced: list[tuple[Period, Terms]] = []
    for period, found in zip(periods, renewed, strict=True):
        finalized = expect(Invoice, found)
        if finalized is None or finalized.terms is None:
            raise LookupError(f"clinic {clinic.clinic_id} has no invoice {period.invoice_id}")
        priced.append((period, finalized.terms))
    return header, priced
