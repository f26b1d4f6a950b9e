"""What an adjustment would do to licenses and invoice; changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, Self

from licensing.domain import billing
from licensing.domain.adjustments import Adjustment, AdjustmentRequest, Status
from licensing.domain.clinics import Clinic, ScheduledChange
from licensing.domain.forecast import forecast, prevented, with_room
from licensing.domain.in_words import local_day
from licensing.domain.invoices import Invoice, InvoiceLine, total
from licensing.domain.keys import USER, invoice_key
from licensing.domain.previews import Preview
from licensing.domain.scheduled import apply_scheduled, cannot_apply, decide_request
from licensing.use_cases.access import Caller, Opened, as_manager
from licensing.use_cases.billing.coming_invoices import (
    coming_cents,
    coming_invoice_keys,
    lines_when_invoiced,
    when_invoiced,
)
from licensing.use_cases.billing.uninvoiced import uninvoiced
from licensing.use_cases.ports import Store


def preview_license_adjustment(
    store: Store, caller: Caller, clinic_id: str, request: AdjustmentRequest
) -> Preview:
    """Return licenses before and after, the invoice lines, and the totals they lead to.

    Of a request for a later day they are those of that day, with all that is scheduled before it.
    """
    opened = as_manager(store, caller, clinic_id, *coming_invoice_keys(clinic_id, caller.now))
    return preview_of(opened, Course.of(opened, request))


def preview_of(opened: Opened, course: "Course") -> Preview:
    """Return what a course leads to; the clinic was opened with its ``coming_invoice_keys``."""
    store, clinic, header = opened.store, opened.clinic, _upcoming_header(opened)
    adjustment = course.adjustment
    at_due = when_invoiced(clinic, adjustment, adjustment.invoice_update_due_at)
    written = lines_when_invoiced(store, clinic, at_due, adjustment)
    landing = at_due.coming_period
    prices = course.after.terms_for(landing).unit_prices
    before, after = _totals(store, clinic, header, course, opened.now, at_due, written)
    return Preview(
        before=course.before,
        after=course.after,
        adjustment=adjustment,
        lines=written,
        next_invoice_on=landing.first,
        next_invoice_total_before_cents=before,
        next_invoice_total_cents=after,
        monthly_change_cents=adjustment.monthly_cents(prices),
        would_lapse=course.would_lapse,
        would_prevent=list(_in_words(store, clinic, course.prevented)),
    )


def _in_words(
    store: Store, clinic: Clinic, changes: Sequence[tuple[ScheduledChange, str]]
) -> Iterator[str]:
    for change, why in changes:
        on, what = local_day(change.applies_at, clinic.zone), "A release is scheduled for"
        if change.starts is not None:
            (user,) = store.load(USER.key(clinic.clinic_id, change.starts))
            what = f"{user.name if user else 'A user'} is scheduled to start on"
        yield f"{what} {on}. {why}"


class Course(NamedTuple):
    """How things go with what was asked for: the clinic's changes in the order of their days."""

    before: Clinic
    """The clinic right before the change."""
    after: Clinic
    adjustment: Adjustment
    """The change as it will have been applied."""
    earlier: list[Adjustment]
    """What is applied until then of all that is scheduled, newest first."""
    undisturbed: Clinic
    """The clinic with those, had nothing been asked for."""
    would_lapse: str | None = None
    prevented: Sequence[tuple[ScheduledChange, str]] = ()
    """What was to come and will not."""

    @classmethod
    def of(cls, opened: Opened, request: AdjustmentRequest) -> Self:
        """Decide on the request as things will be; raises what a request raises."""
        moment = opened.clinic.moment(opened.now)
        clinic, earlier = forecast(opened.clinic, moment)
        after, adjustment = decide_request(clinic, request, actor=opened.actor, now=opened.now)
        failing = prevented(clinic, after)
        if adjustment.applies_at is None:
            return cls(clinic, after, adjustment, earlier, clinic, prevented=failing)
        clinic, coming = forecast(clinic, adjustment.applies_at)
        planned = replace(adjustment, status=Status.APPLIED)
        room = with_room(clinic, planned)
        after, planned = apply_scheduled(room, planned, now=adjustment.applies_at)
        why = cannot_apply(clinic, adjustment, yet=True)
        return cls(clinic, after, planned, [*coming, *earlier], clinic, why, failing)

    def waiting(self, until: datetime) -> tuple[list[Adjustment], list[Adjustment]]:
        """Return what will have been applied by the moment, without and with what is asked for."""
        _, without = forecast(self.undisturbed, until)
        _, with_it = forecast(self.after, until)
        return [*without, *self.earlier], [*with_it, self.adjustment, *self.earlier]


def _totals(
    store: Store,
    clinic: Clinic,
    header: Invoice | None,
    course: Course,
    now: datetime,
    at_due: Clinic,
    lines: Sequence[InvoiceLine],
) -> tuple[int, int]:
    """Return the total of the change's invoice without it and with it."""
    landing = at_due.coming_period
    without, with_it = course.waiting(landing.start)
    present = header.total_cents if header is not None else 0
    lands_now = at_due.next_renewal == clinic.next_renewal
    collected = present if lands_now else 0
    at_once = course.adjustment.applies_at is None
    if lands_now and at_once and billing.all_land_as_priced(clinic):
        # Without a renewal on the way, all that is not invoiced yet lands there as it was priced,
        # and the clinic's own record tells what that adds up to.
        collected += clinic.uninvoiced_cents
        billed = billing.with_all_invoiced(clinic)
        more = billing.with_invoiced_changes(billed, course.adjustment.deltas)
        before, after = (billing.recurring_cents(one, landing) for one in (billed, more))
        return collected + before, collected + total(lines) + after
    older = list(uninvoiced(store, clinic))
    before, after = (
        coming_cents(store, clinic, landing, [*coming, *older], now)
        for coming in (without, with_it)
    )
    return collected + before, collected + after


def _upcoming_header(opened: Opened) -> Invoice | None:
    upcoming = invoice_key(opened.clinic.clinic_id, opened.clinic.upcoming_invoice_id)
    header = (opened.records or {}).get(upcoming)
    if header is None:
        # Renewals are late, or were made ahead of the clock in a demonstration.
        (header,) = opened.store.load(upcoming)
    return header
