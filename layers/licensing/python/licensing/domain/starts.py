"""Users who start on a later day: noted, and made active as it begins, or why not."""

from dataclasses import replace
from datetime import date, datetime

from licensing.domain.activation import activate
from licensing.domain.adjustments import Action, Adjustment, AdjustmentRequest, Line
from licensing.domain.clinics import Clinic, ScheduledChange, require_open_until
from licensing.domain.forecast import forecast, not_starting
from licensing.domain.ids import moment_of, new_id
from licensing.domain.licenses import LicenseType
from licensing.domain.periods import local_midnight
from licensing.domain.scheduled import day_of, place_of, require_room, schedule_adjustment
from licensing.domain.users import Actor, User


def schedule_start(
    clinic: Clinic, user: User, starts_on: date, *, actor: Actor, now: datetime
) -> tuple[Clinic, User, Adjustment | None]:
    """Let the user become active as the day begins, and a license be added if none will be left.

    Raises InvalidRequestError for a day out of reach, RefusedError ``too_many_scheduled``.
    """
    moment = clinic.moment(now)
    kind = user.license_type
    applies_at = local_midnight(day_of(clinic, starts_on, moment, "starts_on"), clinic.zone)
    require_open_until(clinic, applies_at, now=moment)
    if _left(clinic, kind, applies_at):
        require_room(clinic)
        start = ScheduledChange(new_id(place_of(clinic, applies_at)), {kind: 0}, user.user_id)
        return (
            clinic.with_scheduled(start).touched(moment),
            replace(user, starts=start.adjustment_id),
            None,
        )
    request = AdjustmentRequest(
        (Line(Action.ADD, kind, 1),), f"{user.name} starts.", effective_on=starts_on
    )
    after, adjustment = schedule_adjustment(clinic, request, actor=actor, now=now)
    scheduled = tuple(
        one._replace(starts=user.user_id) if one.adjustment_id == adjustment.adjustment_id else one
        for one in after.scheduled
    )
    return (
        replace(after, scheduled=scheduled),
        replace(user, starts=adjustment.adjustment_id),
        adjustment,
    )


def reschedule_start(
    clinic: Clinic, user: User, starts_on: date | None, *, actor: Actor, now: datetime
) -> tuple[Clinic, User, Adjustment | None]:
    """Let the user start as if they had not been scheduled before, or no longer where it is None.

    Returns and raises what ``schedule_start`` does.
    """
    clinic, user = not_starting(clinic, user), replace(user, starts=None)
    if starts_on is None:
        return clinic, user, None
    return schedule_start(clinic, user, starts_on, actor=actor, now=now)


def _left(clinic: Clinic, kind: LicenseType, applies_at: datetime) -> int:
    """Return how many licenses are left on the day, and whenever somebody starts after it."""
    days = {one.applies_at for one in clinic.scheduled if one.starts and kind in one.deltas}
    later = {max(day, applies_at) for day in days if not clinic.is_closed(day)}
    by_then = (forecast(clinic, day)[0] for day in {applies_at} | later)
    return min(one.licenses[kind].available for one in by_then)


def start(
    clinic: Clinic, user: User | None, due: ScheduledChange, *, now: datetime
) -> tuple[Clinic, User | None]:
    """Return the clinic as the day of a start has come, and the user if they become active.

    Not who is active already. Raises RefusedError ``licenses_unavailable``, also where none is
    left of a license type that they were given meanwhile.
    """
    moment = max(clinic.moment(now), moment_of(due.adjustment_id))
    noted = clinic.without_start(due)
    if user is None or user.starts != due.adjustment_id:
        return noted.touched(moment), None
    return activate(noted, user, now=moment)
