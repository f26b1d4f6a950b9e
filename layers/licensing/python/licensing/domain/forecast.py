"""What becomes of the changes that are scheduled, as far as can be known before their days.

And of a clinic whose end is planned.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from licensing.domain.adjustments import Adjustment, AdjustmentRequest, Line, new_adjustment
from licensing.domain.business_time import Calendar, add_business_hours
from licensing.domain.clinics import Clinic, ScheduledChange
from licensing.domain.closing import release_all
from licensing.domain.scheduled import apply_scheduled, cannot_apply
from licensing.domain.users import SYSTEM, User

_WARNED_BEFORE = 72
"""Hours of business days."""


def forecast(clinic: Clinic, until: datetime) -> tuple[Clinic, list[Adjustment]]:
    """Return the clinic with all applied that is scheduled up to the moment, and the applied.

    Newest first, the release with which the clinic ends among them. Users are taken to stay as
    they are: what would lapse so is left out.
    """
    applied: list[Adjustment] = []
    for change in clinic.scheduled:
        if clinic.is_closed(change.applies_at):
            break
        if change.applies_at <= until and not change.changes_licenses:
            clinic = _started(clinic, change)
        elif change.applies_at <= until:
            clinic, one = apply_scheduled(clinic, _planned(clinic, change), now=change.applies_at)
            if one.lapsed_because is None:
                applied.insert(0, one)
            clinic = _started(clinic, change)
    if clinic.closing is not None and clinic.is_closed(until) and not clinic.has_closed:
        clinic, released = _ended(clinic, clinic.closing.at)
        applied = [*released, *applied]
    return clinic, applied


def _ended(clinic: Clinic, at: datetime) -> tuple[Clinic, list[Adjustment]]:
    """Return the clinic at its planned end, and the release of all that it has by then."""
    idle = {kind: license._replace(in_use=0) for kind, license in clinic.licenses.items()}
    clinic = replace(clinic, licenses=idle)
    while clinic.coming_period.start < at:
        clinic = replace(clinic, next_renewal=clinic.coming_period.until)
    released = release_all(clinic, now=at)
    return (clinic, []) if released is None else (released[0], [released[1]])


def _started(clinic: Clinic, change: ScheduledChange) -> Clinic:
    """Return the clinic with the user active who starts, if there is a license for them."""
    if change.starts is None:
        return clinic
    kind = change.starts_with
    license = clinic.licenses[kind]
    if license.available:
        clinic = clinic.with_license(kind, license._replace(in_use=license.in_use + 1))
    return clinic.without_start(change.without_license)


def coming_failures(clinic: Clinic, at: datetime) -> Iterator[tuple[ScheduledChange, str]]:
    """Yield what would fail within the next days, and why: two business days are left to act.

    Three, since it is asked once a night.
    """
    if not clinic.scheduled:
        # Asked of every clinic: most have nothing scheduled, and business hours take a while.
        return
    soon = add_business_hours(at, _WARNED_BEFORE, calendar=Calendar.BUSINESS_DAYS, zone=clinic.zone)
    for change, reason in _failures(clinic):
        if change.applies_at > soon:
            return
        if change.applies_at > at:
            yield change, reason


def _failures(clinic: Clinic) -> Iterator[tuple[ScheduledChange, str]]:
    """Yield each release that would lapse, and each user who would find no license, and why."""
    for change in clinic.scheduled:
        if clinic.is_closed(change.applies_at):
            return
        planned = _planned(clinic, change)
        reason = cannot_apply(clinic, planned, yet=True)
        if reason is None:
            if change.changes_licenses:
                clinic, _ = apply_scheduled(clinic, planned, now=change.applies_at)
            if change.starts and not clinic.licenses[change.starts_with].available:
                reason = f"No {change.starts_with.label} license will be available."
            clinic = _started(clinic, change)
        if reason is not None:
            yield change, reason


def prevented(before: Clinic, after: Clinic) -> list[tuple[ScheduledChange, str]]:
    """Return what waits for its day, would have happened, and will not after a change, and why."""
    failing = {change.adjustment_id for change, _ in _failures(before)}
    waiting = {change.adjustment_id for change in before.scheduled} - failing
    return [(change, why) for change, why in _failures(after) if change.adjustment_id in waiting]


def not_starting(clinic: Clinic, user: User) -> Clinic:
    """Return the clinic with the user no longer waiting for their first day.

    A license that was to be added for them is not, unless somebody else would find none.
    """
    if user.starts is None:
        return clinic
    added = clinic.without_first_day(user)
    after = added.without_scheduled(user.starts)
    return after if _left_out(after) <= _left_out(added) else added


def _left_out(clinic: Clinic) -> set[str]:
    """Return who will find no license on their first day."""
    return {change.starts for change, _ in _failures(clinic) if change.starts}


def with_room(clinic: Clinic, adjustment: Adjustment) -> Clinic:
    """Return the clinic with so many users inactive that the adjustment can be applied."""
    for kind, delta in adjustment.deltas.items():
        license = clinic.licenses[kind]
        in_use = max(0, min(license.in_use, license.purchased + delta))
        clinic = clinic.with_license(kind, license._replace(in_use=in_use))
    return clinic


def _planned(clinic: Clinic, change: ScheduledChange) -> Adjustment:
    """Return the adjustment as far as the clinic's record names it."""
    lines = tuple(Line.of(kind, delta) for kind, delta in change.deltas.items() if delta)
    request, at, name = AdjustmentRequest(lines), change.applies_at, change.adjustment_id
    moment = clinic.updated_at
    return new_adjustment(clinic, request, SYSTEM, moment, effective_at=at, scheduled_as=name)
