"""Which notices are due, as a clinic's own record tells: most nights of most clinics, none."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from licensing.domain.business_time import is_business_day
from licensing.domain.clinics import Clinic, ComingTerms
from licensing.domain.licenses import LicenseType
from licensing.domain.notices import Kind
from licensing.domain.periods import BillingCalendar, local_midnight
from licensing.domain.reconciliation import NEXT_NIGHT

BUSINESS_DAYS_BEFORE_RENEWAL = 3
TOLD_BEFORE_PRICE_RISE = timedelta(days=30)
_ONE_DAY = timedelta(days=1)
_UTC = ZoneInfo("UTC")


class Due(NamedTuple):
    """A notice to be written, and what stands for it within the clinic."""

    kind: Kind
    cause: str


def due_notices(clinic: Clinic, *, since: datetime | None, at: datetime) -> list[Due]:
    """Return what became due after ``since``, the moment of the night before, until ``at``.

    Each is due in one night only, so that no record has to say that it was told; a night that
    is run again finds the same, and what it finds is written once by its cause.
    """
    since = at - _ONE_DAY if since is None else since
    # A clinic's day begins in the same day of UTC or, east of it, in the one before.
    first, last = since.date(), at.date() + _ONE_DAY
    told, begun = _days(clinic.next_renewal, clinic.billing_day)
    near = first <= told <= last or first <= begun <= last
    # Nearly always the end: a clinic of whose month nothing begins or ends.
    if not (near or clinic.coming_terms or clinic.few_due):
        return []
    return list(_due(clinic, since, at))


def due_before_a_night(clinic: Clinic, *, announced_at: datetime) -> list[Due]:
    """Return which prices that were announced just now may have risen before a night tells it."""
    return [
        Due(Kind.PRICE_RISE, price_rise_cause(terms))
        for terms in clinic.coming_terms
        if terms.announced_at == announced_at
        and local_midnight(terms.first, clinic.zone) <= announced_at + NEXT_NIGHT
        and rises(clinic, terms)
    ]


@lru_cache(maxsize=256)
def _days(renewal: date, billing_day: int) -> tuple[date, date]:
    """Return when a coming renewal is told of, and when the period before it began."""
    before = BillingCalendar(billing_day, _UTC).period_on(renewal - _ONE_DAY)
    return business_days_before(renewal, BUSINESS_DAYS_BEFORE_RENEWAL), before.first


def _due(clinic: Clinic, since: datetime, at: datetime) -> Iterator[Due]:
    if clinic.is_closed(at):
        return
    if clinic.few_due:
        yield Due(Kind.FEW_LEFT, few_left_cause(clinic, at))
    coming = clinic.coming_period
    told = local_midnight(
        business_days_before(coming.first, BUSINESS_DAYS_BEFORE_RENEWAL), clinic.zone
    )
    renews = not clinic.ends_before(coming)
    if renews and max(since, clinic.registered_at) < told <= at < coming.start:
        yield Due(Kind.BEFORE_RENEWAL, before_renewal_cause(clinic))
    begun = clinic.billing_calendar.period_before(coming)
    if max(since, clinic.registered_at) < begun.start <= at:
        yield Due(Kind.INVOICE_FINALIZED, f"invoice_finalized-{begun.invoice_id}")
    for terms in clinic.coming_terms:
        if since < _told_from(clinic, terms) <= at and rises(clinic, terms):
            yield Due(Kind.PRICE_RISE, price_rise_cause(terms))


def before_renewal_cause(clinic: Clinic) -> str:
    """Return what stands for the notice of the coming renewal."""
    return f"before_renewal-{clinic.next_renewal}"


def price_rise_cause(terms: ComingTerms) -> str:
    """Return what stands for the notice of announced terms, anew once they are changed.

    No two changes of a clinic have the same millisecond; of seconds that can't be said.
    """
    return f"price_rise-{terms.first}-{terms.announced_at:%Y%m%d%H%M%S%f}"[:-3]


def few_left_cause(clinic: Clinic, at: datetime) -> str:
    """Return what stands for the notice of the clinic's day: there is one a day."""
    return f"few_left-{at.astimezone(clinic.zone).date()}"


def business_days_before(day: date, days: int) -> date:
    """Return the day with so many business days from it on, before ``day``."""
    while days:
        day -= _ONE_DAY
        days -= is_business_day(day)
    return day


def _told_from(clinic: Clinic, terms: ComingTerms) -> datetime:
    """Return when to tell of announced terms: 30 days before, or once they are announced."""
    usual = local_midnight(terms.first - TOLD_BEFORE_PRICE_RISE, clinic.zone)
    return max(usual, terms.announced_at)


def rises(clinic: Clinic, terms: ComingTerms) -> dict[LicenseType, tuple[int, int]]:
    """Return the prices of the clinic's licenses that these terms raise, before and after.

    None where the clinic ends before.
    """
    calendar = clinic.billing_calendar
    period = calendar.period_on(terms.first)
    if clinic.ends_before(period):
        return {}
    before = clinic.terms_for(calendar.period_before(period)).unit_prices
    after = clinic.terms_for(period).unit_prices
    return {
        kind: (before[kind], after[kind])
        for kind, license in clinic.licenses.items()
        if license.purchased and after[kind] > before[kind]
    }
