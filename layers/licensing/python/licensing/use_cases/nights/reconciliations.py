"""What staff look at: the nights, and the findings of one."""

from collections.abc import Mapping
from datetime import date

from licensing.domain.errors import NotFoundError
from licensing.domain.keys import FINDING, REPORT, REPORTS, Page, night_partition, report_key
from licensing.domain.reconciliation import NightlyFinding, Report
from licensing.use_cases.access import Caller, require_staff
from licensing.use_cases.clinics.find_clinics import names_of
from licensing.use_cases.ports import Store


def list_reconciliations(
    store: Store, caller: Caller, *, limit: int, cursor: str | None
) -> Page[Report]:
    """Return a page of the nights' results, newest first."""
    require_staff(caller)
    return store.page(REPORTS, REPORT, limit=limit, cursor=cursor, newest_first=True)


def get_reconciliation(
    store: Store, caller: Caller, night: date, *, limit: int, cursor: str | None
) -> tuple[Report, Page[NightlyFinding], Mapping[str, str]]:
    """Return one night's result with a page of its findings, and the names of their clinics."""
    require_staff(caller)
    (report,) = store.load(report_key(night))
    if report is None:
        raise NotFoundError(
            "No reconciliation ran on this date. Choose one from the list of reconciliations."
        )
    page = store.page(night_partition(night), FINDING, limit=limit, cursor=cursor)
    return report, page, names_of(store, (record.finding.clinic_id for record in page.records))
