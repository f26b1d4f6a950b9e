"""Looking back: the greatest counts of each period, what it cost, and what could be released."""

from datetime import datetime
from typing import NamedTuple

from licensing.domain.clinics import Clinic
from licensing.domain.invoices import Billed, Invoice
from licensing.domain.keys import invoice_key
from licensing.domain.licenses import LicenseType
from licensing.domain.periods import Period
from licensing.domain.usage import ADVISED_ON, Advice, Peaks, advise, peaks_of
from licensing.use_cases.access import Caller, as_member
from licensing.use_cases.ports import Store


class TypeUsage(NamedTuple):
    """One license type in one period."""

    license_type: LicenseType
    purchased_peak: int
    in_use_peak: int
    billed_cents: int


class PeriodUsage(NamedTuple):
    """One billing period, the present one included."""

    period: Period
    licenses: list[TypeUsage]


MOST_MONTHS, USUAL_MONTHS = 24, 12


class Usage(NamedTuple):
    """The periods that are known, the present one last, and advice from them."""

    periods: list[PeriodUsage]
    advice: list[Advice]


def get_license_usage(store: Store, caller: Caller, clinic_id: str, *, months: int) -> Usage:
    """Return the usage of so many periods up to the present one."""
    clinic = as_member(store, caller, clinic_id).clinic
    # Advice looks back as far as it has to, however little was asked for.
    periods = _periods(clinic, max(months, ADVISED_ON + 1), clinic.moment(caller.now))
    # One period's invoice bills its changes, the one before its month.
    after = clinic.billing_calendar.period_on(periods[-1].until)
    names = [period.invoice_id for period in (*periods, after)]
    found = store.load(*(invoice_key(clinic_id, name) for name in names))
    usage: list[PeriodUsage] = []
    whole: list[Peaks] = []
    for period, began, ended in zip(periods, found[:-1], found[1:], strict=True):
        peaks = ended.peaks if ended and ended.finalized_at else peaks_of(clinic, period)
        if peaks is None:
            continue
        types = [
            TypeUsage(kind, *peaks[kind], _cents(began, ended, kind))
            for kind in LicenseType
            if kind in peaks
        ]
        usage.append(PeriodUsage(period, types))
        if period is not periods[-1] and clinic.registered_at <= period.start:
            whole.append(peaks)
    present = peaks_of(clinic, periods[-1]) or {}
    return Usage(usage[-months:], advise(clinic, whole, present))


def _periods(clinic: Clinic, months: int, moment: datetime) -> list[Period]:
    """Return the last periods since registration, the oldest first."""
    calendar = clinic.billing_calendar
    period = calendar.period_at(moment)
    periods = [period]
    while len(periods) < months and period.start > clinic.registered_at:
        period = calendar.period_before(period)
        periods.append(period)
    return periods[::-1]


def _cents(began: Invoice | None, ended: Invoice | None, kind: LicenseType) -> int:
    """Return what a period was billed by the invoices at its beginning and at its end.

    There is none before a clinic's first, and none yet where a renewal is late.
    """
    month, changes = (
        invoice.billed.get(kind, Billed(0, 0)) if invoice else Billed(0, 0)
        for invoice in (began, ended)
    )
    return month.recurring + changes.changes
