"""How many licenses a clinic had and used at most in each billing period, and what to make of it.

The clinic's record has them until a renewal moves them to the invoice of the period that ended.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from licensing.domain.clinics import Clinic, PeriodPeaks
from licensing.domain.licenses import Counts, LicenseType
from licensing.domain.periods import Period

MOST_WAITING = 12
"""Periods whose peaks wait for late renewals; of those before, nothing is told."""
ADVISED_ON = 3
"""Whole periods in which a license must have been idle before somebody is advised to release it."""

Peaks = dict[LicenseType, Counts]


class Advice(NamedTuple):
    """Licenses that could be released."""

    license_type: LicenseType
    unused: int
    in_use_peak: int
    """The most that were used meanwhile."""
    periods: int
    """The whole periods in which they were not used, and not in the present one either."""
    monthly_saving_cents: int


def with_peaks(before: Clinic, after: Clinic) -> Clinic:
    """Return the changed clinic with the greatest counts of its period noted.

    A period belongs to the moment of a change, whatever has been renewed by then.
    """
    calendar = after.billing_calendar
    days = [one.updated_at.astimezone(calendar.zone).date() for one in (before, after)]
    # Nearly always it is another change of the same day.
    periods = [calendar.period_on(day) for day in days] if days[0] != days[1] else []
    ended = [*_ended(before, *periods)] if periods else []
    licenses = {}
    for kind, license in after.licenses.items():
        known = before.licenses.get(kind, license)
        most = max(known.in_use if ended else known.in_use_peak, license.in_use)
        peak = most if most > license.in_use else 0
        licenses[kind] = license if license.peak == peak else license._replace(peak=peak)
    waiting = (*before.past_peaks, *ended)
    if waiting:
        kept = [
            entry
            for entry in waiting
            if calendar.period_on(entry.first).until >= after.next_renewal
        ]
        waiting = tuple(kept[-MOST_WAITING:])
    if licenses == after.licenses and waiting == after.past_peaks:
        return after
    return replace(after, licenses=licenses, past_peaks=waiting)


def _ended(clinic: Clinic, first: Period, until: Period) -> Iterator[PeriodPeaks]:
    """Yield the periods from the first one to the one before ``until``, with their peaks."""
    calendar = clinic.billing_calendar
    period, peaks = first, _latest(clinic)
    while period.first < until.first:
        yield PeriodPeaks(period.first, peaks)
        period, peaks = calendar.period_on(period.until), clinic.counts


def peaks_of(clinic: Clinic, period: Period) -> Peaks | None:
    """Return the peaks of a period that no renewal has ended yet; None if they are not known."""
    for entry in clinic.past_peaks:
        if entry.first == period.first:
            return entry.peaks
    changed = clinic.billing_calendar.period_at(clinic.updated_at)
    if changed.first == period.first:
        return _latest(clinic)
    return clinic.counts if changed.first < period.first else None


def _latest(clinic: Clinic) -> Peaks:
    """Return the peaks of the period in which the clinic was changed last.

    ``paid_maximum`` is the greatest number purchased, from which a cancellation has taken what
    it took back; what was used before that counts all the same.
    """
    period = clinic.billing_calendar.period_at(clinic.updated_at)
    maxima = clinic.maximum_first == period.first
    return {
        kind: Counts(
            max(license.paid_maximum if maxima else license.purchased, license.in_use_peak),
            license.in_use_peak,
        )
        for kind, license in clinic.licenses.items()
    }


def advise(clinic: Clinic, whole: Sequence[Peaks], present: Peaks) -> list[Advice]:
    """Return which licenses nobody used in the last whole periods, the newest of them last.

    Licenses that were bought meanwhile are not counted: whoever they are for may be about to
    start. Nor are those whose release is scheduled, or that somebody starts with on a later day.
    """
    seen = whole[-ADVISED_ON:]
    prices = clinic.terms_for(clinic.coming_period).unit_prices
    found = []
    for kind, license in clinic.licenses.items():
        known = [peaks[kind] for peaks in seen if kind in peaks]
        if not known or len(known) < len(seen):
            continue
        used = max(peak.in_use for peak in (*known, present[kind]))
        held = min(license.purchased, *(peak.purchased for peak in known))
        unused = held - used - clinic.spoken_for(kind)
        if unused > 0 and prices[kind]:
            found.append(Advice(kind, unused, used, len(known), unused * prices[kind]))
    return found
