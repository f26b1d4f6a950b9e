"""What staff look at: the nights, and the findings of one."""

from datetime import date

from licensing import answers
from licensing.domain.errors import NotFoundError
from licensing.domain.keys import FINDING, REPORT, REPORTS, night_partition, report_key
from licensing.use_cases.access import Caller, require_staff
from licensing.use_cases.ports import Store


def list_reconciliations(
    store: Store, caller: Caller, *, limit: int, cursor: str | None
) -> answers.ReconciliationsPage:
    """Return a page of the nights' results, newest first."""
    require_staff(caller)
    page = store.page_of(REPORTS, REPORT, limit=limit, cursor=cursor, newest_first=True)
    rows = [answers.reconciliation(record) for record in page.records]
    return {"reconciliations": rows, "next_cursor": page.next_cursor}


def get_reconciliation(
    store: Store, caller: Caller, night: str, *, limit: int, cursor: str | None
) -> answers.ReconciliationWithFindingsAnswer:
    """Return one night's result with a page of its findings."""
    require_staff(caller)
    day = _date(night)
    (report,) = store.load(report_key(day))
    if report is None:
        raise NotFoundError("No reconciliation has run on this day. Dates look like 2026-12-01.")
    page = store.page_of(night_partition(day), FINDING, limit=limit, cursor=cursor)
    findings = [answers.finding(record.finding) for record in page.records]
    return {
        "date": report.night.isoformat(),
        "status": report.stage,
        "clinics_checked": report.clinics,
        "finding_count": report.findings,
        "overdue_confirmations": report.overdue,
        "repairs": report.repairs,
        "findings": findings,
        "next_cursor": page.next_cursor,
    }


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotFoundError(
            "This is no day of a reconciliation. Dates look like 2026-12-01."
        ) from None
