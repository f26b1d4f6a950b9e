"""The vendor's overview: what all clinics add up to, now and month by month."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from licensing.domain.addresses import MailAddress
from licensing.domain.adjustments import Adjustment
from licensing.domain.clinic_mails import SentLetter
from licensing.domain.clinics import Clinic
from licensing.domain.reconciliation import Finding, Report, Stage, Sums
from licensing.domain.users import User

MOST_MONTHS = 12


class Waiting(NamedTuple):
    """A confirmation that staff should do something about."""

    adjustment: Adjustment
    is_overdue: bool


class Overview(NamedTuple):
    """What staff see first."""

    months: list[Report]
    """The last night of each month, the newest first: the first of them is the last of all."""
    waiting: list[Waiting]
    names: Mapping[str, str]
    """Those of the clinics of what waits, by their ids."""


class ClinicState(NamedTuple):
    """What staff need of a clinic beside its licenses, its invoices and its history."""

    clinic: Clinic
    night: Report | None
    """The last complete night, whose findings these are."""
    managers: list[User]
    """Whom notices may go to, and what each wants."""
    findings: list[Finding]
    confirmations: list[Adjustment]
    """The newest adjustments, with how far the confirmation of each has come."""
    letters: list[SentLetter]
    """The newest other mails to its people."""
    blocked: list[MailAddress]
    """Its users' addresses that take no mail."""


def sums_of(clinic: Clinic, *, overdue: int, parked: int) -> Sums:
    """Return what a clinic adds to all others."""
    licenses = clinic.licenses.items()
    cents = sum(license.purchased * license.unit_price_cents for _, license in licenses)
    return Sums(
        1,
        {str(kind): license.purchased for kind, license in licenses},
        {str(kind): license.in_use for kind, license in licenses},
        {clinic.currency: cents},
        clinic.open_count,
        overdue,
        parked,
        int(clinic.has_closed),
    )


def months_of(nights: Iterable[Report]) -> list[Report]:
    """Return the last complete night of each month, the newest first; ``nights`` are so, too."""
    months: dict[tuple[int, int], Report] = {}
    for report in nights:
        if report.stage is Stage.COMPLETE and report.sums is not None:
            months.setdefault((report.night.year, report.night.month), report)
    return list(months.values())[:MOST_MONTHS]
