"""What an adjustment would do to licenses and invoice; changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from licensing.domain.adjustments import (
    Adjustment,
    AdjustmentRequest,
    request_adjustment,
    to_come_first,
)
from licensing.domain.billing import (
    all_land_as_priced,
    catch_up_lines,
    is_renewal_due,
    recurring_lines,
    renewed_since,
    with_all_invoiced,
    with_invoiced_changes,
)
from licensing.domain.clinics import Clinic
from licensing.domain.invoices import Invoice, InvoiceLine, total
from licensing.domain.keys import Key, invoice_key
from licensing.domain.previews import Preview
from licensing.use_cases.access import Caller, Opened, as_manager
from licensing.use_cases.ports import Store
from licensing.use_cases.renewals import billed_since
from licensing.use_cases.uninvoiced import uninvoiced


def preview_license_adjustment(
    store: Store,
    caller: Caller,
    clinic_id: str,
    request: AdjustmentRequest,
    *,
    now: datetime,
) -> Preview:
    """Return licenses before and after, the invoice lines, and the totals they lead to."""
    opened, header = _load(store, caller, clinic_id, now)
    clinic = opened.clinic
    after, adjustment = request_adjustment(clinic, request, actor=opened.actor, now=now)
    at_due = when_due(after, adjustment.invoice_update_due_at)
    written = lines_when_invoiced(store, clinic, at_due, adjustment)
    landing = at_due.coming_period
    collected, billed = _collected(store, clinic, header, at_due, adjustment, now)
    prices = after.terms_for(landing).unit_prices
    before = collected + total(recurring_lines(billed, landing))
    coming = total(recurring_lines(with_invoiced_changes(billed, adjustment.deltas), landing))
    return Preview(
        before=clinic,
        after=after,
        adjustment=adjustment,
        lines=written,
        next_invoice_on=landing.first,
        next_invoice_before_cents=before,
        next_invoice_cents=collected + total(written) + coming,
        monthly_change_cents=adjustment.monthly_cents(prices),
    )


def coming_invoice_keys(clinic_id: str, now: datetime) -> list[Key[Invoice]]:
    """Return where the clinic's upcoming invoice lies, unless renewals are late.

    It is named by the next renewal, which is read with the clinic: this month's or next month's,
    so that both can be asked for in the one round trip.
    """
    following = now.replace(day=28) + timedelta(days=4)
    return [invoice_key(clinic_id, f"{month:%Y-%m}") for month in (now, following)]


def when_due(clinic: Clinic, moment: datetime) -> Clinic:
    """Return the clinic with the renewals made that come before an invoice update then."""
    while is_renewal_due(clinic, moment):
        clinic = replace(clinic, next_renewal=clinic.coming_period.until)
    return clinic


def lines_when_invoiced(
    store: Store, clinic: Clinic, at_due: Clinic, adjustment: Adjustment
) -> tuple[InvoiceLine, ...]:
    """Return the lines that update_invoice will write when the clinic is as then."""
    coming = [
        (period, clinic.terms_for(period))
        for period in renewed_since(at_due, adjustment.effective_at)
        if period.first >= clinic.next_renewal
    ]
    billed = billed_since(store, clinic, adjustment.effective_at)
    return catch_up_lines(adjustment.priced, adjustment.deltas, [*billed, *coming])


def _collected(
    store: Store,
    clinic: Clinic,
    header: Invoice | None,
    at_due: Clinic,
    adjustment: Adjustment,
    now: datetime,
) -> tuple[int, Clinic]:
    """Return what else the invoice of an adjustment collects, and the clinic as it bills then.

    Without a renewal on the way, all that is not invoiced yet lands there as it was priced, and
    the clinic's own record tells what that adds up to.
    """
    present = header.total_cents if header is not None else 0
    lands_now = at_due.next_renewal == clinic.next_renewal
    if lands_now and all_land_as_priced(clinic):
        return present + clinic.uninvoiced_cents, with_all_invoiced(clinic)
    collected = present if lands_now else 0
    billed = clinic
    for one, due in _to_be_invoiced(adjustment, uninvoiced(store, clinic)):
        then = when_due(clinic, max(now, due))
        if then.next_renewal <= at_due.next_renewal:
            billed = with_invoiced_changes(billed, one.deltas)
        if then.next_renewal == at_due.next_renewal:
            collected += total(lines_when_invoiced(store, clinic, then, one))
    return collected, billed


def _to_be_invoiced(
    adjustment: Adjustment, older: Iterable[Adjustment]
) -> Iterator[tuple[Adjustment, datetime]]:
    """Yield the ``older``, the newest first, and when each update comes: a later one may take it.

    Also where an older one is due after a younger one, as the calendar was changed.
    """
    waiting = [adjustment, *older]
    due = {one.adjustment_id: one.invoice_update_due_at for one in waiting}
    for number, one in enumerate(waiting, start=1):
        for taken in to_come_first(one, waiting[number:]):
            name = taken.adjustment_id
            due[name] = min(due[name], due[one.adjustment_id])
    for one in waiting[1:]:
        yield one, due[one.adjustment_id]


def _load(
    store: Store, caller: Caller, clinic_id: str, now: datetime
) -> tuple[Opened, Invoice | None]:
    keys = coming_invoice_keys(clinic_id, now)
    opened = as_manager(store, caller, clinic_id, *keys)
    upcoming = invoice_key(clinic_id, opened.clinic.upcoming_invoice_id)
    header = opened.record(upcoming) if upcoming in keys else None
    if header is None:
        # Renewals are late, or were made ahead of the clock in a demonstration.
        (header,) = store.load(upcoming)
    return opened, header
