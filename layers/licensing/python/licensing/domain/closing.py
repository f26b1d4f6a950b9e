"""The end of a clinic: planned, taken back before it comes, and carried out."""

from dataclasses import replace
from datetime import date, datetime

from licensing.domain.adjustments import (
    Action,
    Adjustment,
    AdjustmentRequest,
    Line,
    request_adjustment,
)
from licensing.domain.billing import renew
from licensing.domain.clinics import Clinic, Closing, require_open
from licensing.domain.errors import InvalidRequestError
from licensing.domain.in_words import day_in_words
from licensing.domain.invoices import Invoice
from licensing.domain.periods import a_year_after, local_midnight
from licensing.domain.users import SYSTEM


def plan_closing(clinic: Clinic, day: date, *, now: datetime) -> Clinic:
    """Return the clinic with its end planned for the day; it ends at once if that is today.

    Raises InvalidRequestError for a day that is over or too far ahead, RefusedError
    ``clinic_closed``.
    """
    if clinic.closing is not None and clinic.closing.day == day:
        return clinic
    require_open(clinic, now)
    moment = clinic.moment(now)
    today = moment.astimezone(clinic.zone).date()
    farthest = a_year_after(today)
    if not today <= day <= farthest:
        days = f"{day_in_words(today)} to {day_in_words(farthest)}"
        raise InvalidRequestError.at("closes_on", f"Choose a day from {days}.")
    at = max(moment, local_midnight(day, clinic.zone))
    return replace(clinic.touched(moment), closing=Closing(day, at))


def keep_open(clinic: Clinic, *, now: datetime) -> Clinic:
    """Return the clinic without a planned end; raises RefusedError ``clinic_closed``."""
    require_open(clinic, now)
    return replace(clinic, closing=None)


def is_closing_due(clinic: Clinic, now: datetime) -> bool:
    """Return whether the clinic's end has come, and is not carried out yet."""
    return clinic.is_closed(now) and not clinic.has_closed


def release_all(clinic: Clinic, *, now: datetime) -> tuple[Clinic, Adjustment] | None:
    """Release all licenses that nobody uses as of the clinic's end; None if there are none.

    The invoice follows at once. Where the clinic ends with a billed period, nothing of it is
    left to be credited.
    """
    closing = clinic.closing
    lines = tuple(
        Line(Action.REMOVE, kind, license.available)
        for kind, license in clinic.licenses.items()
        if license.available > 0
    )
    if closing is None or not lines:
        return None
    request = AdjustmentRequest(lines, f"The clinic closed on {day_in_words(closing.day)}.")
    after, adjustment = request_adjustment(
        clinic, request, actor=SYSTEM, now=now, effective_at=closing.at
    )
    adjustment = replace(adjustment, invoice_update_due_at=adjustment.requested_at)
    entry = after.open_adjustments[0]._replace(invoice_update_due_at=adjustment.requested_at)
    after = replace(after, open_adjustments=(entry, *after.open_adjustments[1:]))
    if closing.at >= clinic.coming_period.start:
        adjustment = replace(adjustment, priced=())
        after = replace(after, uninvoiced_cents=clinic.uninvoiced_cents)
    return after, adjustment


def finish(clinic: Clinic, upcoming: Invoice, *, now: datetime) -> tuple[Clinic, Invoice]:
    """Finalize the last invoice, without recurring lines, and close the clinic."""
    last = renew(clinic, upcoming, now)
    closed = clinic.closing and clinic.closing._replace(carried_out=True)
    return replace(last.clinic, closing=closed, next_renewal=clinic.next_renewal), last.finalized


def is_by_closing(clinic: Clinic, adjustment: Adjustment) -> bool:
    """Return whether this is the release with which the clinic ended."""
    return clinic.closing is not None and adjustment.effective_at == clinic.closing.at
