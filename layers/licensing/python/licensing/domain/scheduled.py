"""License adjustments for a later day: scheduling them, applying them then, or letting them lapse.

What is scheduled changes nothing until its day begins in the clinic's zone. It is applied by the
same rules as a request of that moment; on the first day of a billing period as part of the renewal.
"""

from dataclasses import replace
from datetime import date, datetime

from licensing.domain.adjustments import (
    RENEWAL,
    Adjustment,
    AdjustmentRequest,
    EffectiveOn,
    Line,
    Status,
    carry_out,
    delays,
    new_adjustment,
    request_adjustment,
)
from licensing.domain.clinics import (
    MOST_SCHEDULED,
    Clinic,
    ScheduledChange,
    require_open_until,
    require_types,
)
from licensing.domain.errors import InvalidRequestError, RefusedError
from licensing.domain.ids import MILLISECOND, moment_of, new_id
from licensing.domain.in_words import day_in_words
from licensing.domain.periods import a_year_after, local_midnight
from licensing.domain.users import Actor


def decide_request(
    clinic: Clinic, request: AdjustmentRequest, *, actor: Actor, now: datetime
) -> tuple[Clinic, Adjustment]:
    """Decide on a request for now or for a later day, as it says."""
    decide = request_adjustment if request.effective_on is None else schedule_adjustment
    return decide(clinic, request, actor=actor, now=now)


def schedule_adjustment(
    clinic: Clinic, request: AdjustmentRequest, *, actor: Actor, now: datetime
) -> tuple[Clinic, Adjustment]:
    """Decide on a request for a later day: the clinic with it noted, and the adjustment.

    Raises InvalidRequestError for a day out of reach, a type that the clinic does not have, or a
    preview's price, since a later day has its own; RefusedError ``too_many_scheduled``, or
    ``licenses_unavailable`` for more than it will have.
    """
    moment = clinic.moment(now)
    require_types(clinic, request.types)
    if request.priced_at is not None:
        raise InvalidRequestError.at(
            "priced_at", "A later day is billed at its own prices. Leave priced_at out."
        )
    day = day_of(clinic, request.effective_on or RENEWAL, moment)
    applies_at = local_midnight(day, clinic.zone)
    require_open_until(clinic, applies_at, now=moment)
    require_room(clinic)
    adjustment_id = new_id(place_of(clinic, applies_at))
    deltas = {line.license_type: line.delta for line in request.lines}
    for line in request.lines:
        _require_enough_by_then(clinic, line, applies_at)
    adjustment = new_adjustment(
        clinic, request, actor, moment, effective_at=applies_at, scheduled_as=adjustment_id
    )
    after = clinic.with_scheduled(ScheduledChange(adjustment_id, deltas)).touched(moment)
    return after, replace(adjustment, status=Status.SCHEDULED)


def apply_scheduled(
    clinic: Clinic, adjustment: Adjustment, *, now: datetime
) -> tuple[Clinic, Adjustment]:
    """Apply a scheduled adjustment as of its day, however late; or let it lapse.

    It lapses, with nothing changed, where fewer licenses are available than it releases. All that
    is earlier than its day has been done in the clinic, and nothing that is later.
    """
    moment = max(clinic.moment(now), moment_of(adjustment.adjustment_id))
    noted = clinic.without_scheduled(adjustment.adjustment_id)
    reason = cannot_apply(clinic, adjustment)
    if reason is not None:
        return noted.touched(moment), replace(
            adjustment, status=Status.LAPSED, lapsed_because=reason
        )
    # The calendar may have changed since the request.
    due, promised = delays(clinic, adjustment.effective_at)
    asked = replace(adjustment, invoice_update_due_at=due, confirmation_due_by=promised)
    return carry_out(noted, asked, moment)


def cannot_apply(clinic: Clinic, adjustment: Adjustment, *, yet: bool = False) -> str | None:
    """Return why it lapses in the clinic as it is, or would; None where it can be applied."""
    for line in adjustment.lines:
        license = clinic.licenses[line.license_type]
        if -line.delta > license.available:
            one, many = ("is", "are") if yet else ("was", "were")
            return (
                f"{line.in_words} {one if line.quantity == 1 else many} to be released, but "
                f"{license.available} {one if license.available == 1 else many} available."
            )
    return None


def day_of(
    clinic: Clinic, effective_on: EffectiveOn, moment: datetime, field: str = "effective_on"
) -> date:
    """Return the clinic's day; raises InvalidRequestError for one that is past or too far off."""
    if effective_on == RENEWAL:
        return max(clinic.next_renewal, clinic.billing_calendar.period_at(moment).until)
    today = moment.astimezone(clinic.zone).date()
    if not today < effective_on <= a_year_after(today):
        raise InvalidRequestError.at(
            field,
            f"Choose a day from tomorrow to {day_in_words(a_year_after(today))}, in the clinic's "
            "time zone.",
        )
    return effective_on


def require_room(clinic: Clinic) -> None:
    """Raise RefusedError ``too_many_scheduled``."""
    if len(clinic.scheduled) < MOST_SCHEDULED:
        return
    if any(one.starts for one in clinic.scheduled):
        # Whoever starts with a license that is there has no request to cancel.
        told = (
            f"{MOST_SCHEDULED} changes and first days of users are scheduled already. Cancel a "
            "change, take back a first day, or wait until one of the days has come."
        )
    else:
        told = (
            f"{MOST_SCHEDULED} changes are scheduled already. Cancel one of them, or wait until "
            "one has been applied."
        )
    raise RefusedError("too_many_scheduled", told)


def place_of(clinic: Clinic, applies_at: datetime) -> datetime:
    """Return the millisecond of the next id for a day: after those that were scheduled for it."""
    same = [
        moment_of(one.adjustment_id) for one in clinic.scheduled if one.applies_at == applies_at
    ]
    return max(same) + MILLISECOND if same else applies_at


def _require_enough_by_then(clinic: Clinic, line: Line, applies_at: datetime) -> None:
    """Raise RefusedError where the clinic will not have as many licenses as are to be released."""
    purchased = clinic.licenses[line.license_type].purchased + sum(
        one.deltas.get(line.license_type, 0)
        for one in clinic.scheduled
        if one.applies_at <= applies_at
    )
    if purchased + line.delta < 0:
        will_have = f"only {purchased} on that day. Release fewer" if purchased > 0 else "none then"
        raise RefusedError(
            "licenses_unavailable",
            f"You asked to release {line.in_words}, but the clinic will have {will_have}.",
        )
