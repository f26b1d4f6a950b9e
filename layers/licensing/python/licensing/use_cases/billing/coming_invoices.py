"""What invoices that are to come will hold, of all that waits to be on one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from licensing.domain import billing
from licensing.domain.adjustments import Adjustment, Status, to_come_first
from licensing.domain.clinics import Clinic
from licensing.domain.forecast import forecast
from licensing.domain.invoices import Invoice, InvoiceLine, total
from licensing.domain.keys import Key, invoice_key
from licensing.domain.periods import Period
from licensing.use_cases.billing.uninvoiced import uninvoiced
from licensing.use_cases.ports import Store
from licensing.use_cases.renewals import billed_since


def coming_invoice_keys(clinic_id: str, now: datetime) -> list[Key[Invoice]]:
    """Return where the clinic's upcoming invoice lies, unless renewals are late.

    It is named by the next renewal, which is read with the clinic: this month's or next month's,
    so that both can be asked for in the one round trip.
    """
    following = now.replace(day=28) + timedelta(days=4)
    return [invoice_key(clinic_id, f"{month:%Y-%m}") for month in (now, following)]


def expected_cents(store: Store, clinic: Clinic, collected_cents: int, now: datetime) -> int:
    """Return what the clinic's upcoming invoice, which has so much by now, is expected to be.

    Reads on only where something waits across a renewal, or the renewal is late.
    """
    late = billing.is_renewal_due(clinic, clinic.moment(now))
    expected = None if late else billing.expected_total(clinic, collected_cents)
    if expected is not None:
        return expected
    coming = clinic.coming_period
    return collected_cents + coming_cents(store, clinic, coming, all_waiting(store, clinic), now)


def all_waiting(store: Store, clinic: Clinic) -> list[Adjustment]:
    """Return what waits for its invoice, newest first.

    What is scheduled for later than the upcoming one lands on a later one.
    """
    _, scheduled = forecast(clinic, clinic.coming_period.start)
    return [*scheduled, *uninvoiced(store, clinic)]


def coming_cents(
    store: Store, clinic: Clinic, landing: Period, waiting: Sequence[Adjustment], now: datetime
) -> int:
    """Return what an invoice will hold of all that waits, newest first, and recurring lines."""
    billed, collected = clinic, 0
    for one, then in when_each_is_invoiced(clinic, waiting, now):
        if then.next_renewal <= landing.first:
            billed = billing.with_invoiced_changes(billed, one.deltas)
        if then.next_renewal == landing.first:
            collected += total(lines_when_invoiced(store, clinic, then, one))
    return collected + billing.recurring_cents(billed, landing)


def lines_when_invoiced(
    store: Store, clinic: Clinic, at_due: Clinic, adjustment: Adjustment
) -> tuple[InvoiceLine, ...]:
    """Return the lines that update_invoice will write when the clinic is as then."""
    coming = [
        (period, clinic.terms_for(period))
        for period in billing.renewed_since(at_due, adjustment.effective_at)
        if period.first >= clinic.next_renewal
    ]
    billed = billed_since(store, clinic, adjustment.effective_at)
    return billing.catch_up_lines(adjustment.priced, adjustment.deltas, [*billed, *coming])


def when_each_is_invoiced(
    clinic: Clinic, waiting: Sequence[Adjustment], now: datetime
) -> Iterator[tuple[Adjustment, Clinic]]:
    """Yield what waits, newest first, each with the clinic as it will be then.

    What is late is invoiced now at the earliest, after the renewals that are late as well. A later
    one's update may take it, also where an older one is due after it, as the calendar was changed.
    """
    moment = clinic.moment(now)
    due = {one.adjustment_id: max(moment, one.invoice_update_due_at) for one in waiting}
    for number, one in enumerate(waiting, start=1):
        if one.status is not Status.INVOICED:
            for taken in to_come_first(one, waiting[number:]):
                name = taken.adjustment_id
                due[name] = min(due[name], due[one.adjustment_id])
    for one in waiting:
        yield one, when_invoiced(clinic, one, due[one.adjustment_id])


def when_invoiced(clinic: Clinic, adjustment: Adjustment, due: datetime) -> Clinic:
    """Return the clinic with the renewals made that come before the adjustment's invoice."""
    if adjustment.status is Status.INVOICED:
        # Part of a renewal that is to come.
        day = adjustment.effective_at.astimezone(clinic.zone).date()
        return replace(clinic, next_renewal=day)
    while billing.is_renewal_due(clinic, due):
        clinic = replace(clinic, next_renewal=clinic.coming_period.until)
    return clinic
