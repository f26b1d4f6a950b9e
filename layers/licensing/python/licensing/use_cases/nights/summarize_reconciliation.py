"""The end of a night: the report is completed, and staff hear of findings by mail, once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import reduce
from typing import TypeVar

from licensing.domain.keys import FINDING, REPAIR, Prefix, night_partition
from licensing.domain.reconciliation import (
    Finding,
    Invariant,
    Report,
    StaffMail,
    Stage,
    Sums,
)
from licensing.letters import findings_of_the_night, written
from licensing.use_cases.committing import until_committed
from licensing.use_cases.nights.nights import load_night, replace_report
from licensing.use_cases.ports import DeliveryRefusedError, DeliveryUnknownError, Postbox, Store

A = TypeVar("A")
_PAGE = 100
_FINDINGS_IN_A_MAIL = 20


@dataclass(slots=True)
class NightCounts:
    """What a night left, counted from its records."""

    findings: int = 0
    overdue: int = 0
    repairs: int = 0


@until_committed
def summarize_reconciliation(
    store: Store,
    postbox: Postbox,
    staff_address: str,
    *,
    page: str = "",
    at: datetime,
    segments: Sequence[Sums],
) -> Report:
    """Complete the night's report and return it; a repeat changes nothing.

    Mail goes out at most once a night: whoever finds somebody's claim leaves it. Raises
    DeliveryRefusedError when it surely did not.
    """
    report = load_night(store, at)
    counts, first = _count(store, report.night)
    sums = reduce(Sums.and_also, segments, Sums())
    complete = replace(
        report,
        stage=Stage.COMPLETE,
        sums=sums,
        clinics=sums.clinics,
        findings=counts.findings,
        overdue=counts.overdue,
        repairs=counts.repairs,
    )
    if complete != report:
        complete = replace_report(store, report, complete)
    return _tell_staff(store, postbox, staff_address, complete, first, page)


def _count(store: Store, night: date) -> tuple[NightCounts, list[Finding]]:
    counts, first = NightCounts(), list[Finding]()
    for record in _of_night(store, night, FINDING):
        counts.findings += 1
        counts.overdue += record.finding.invariant is Invariant.DEADLINE
        if len(first) < _FINDINGS_IN_A_MAIL:
            first.append(record.finding)
    counts.repairs = sum(1 for _ in _of_night(store, night, REPAIR))
    return counts, first


def _of_night(store: Store, night: date, begins: Prefix[A]) -> Iterator[A]:
    cursor = None
    while True:
        page = store.page(night_partition(night), begins, limit=_PAGE, cursor=cursor)
        yield from page.records
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def _tell_staff(
    store: Store, postbox: Postbox, address: str, report: Report, first: list[Finding], page: str
) -> Report:
    if not (address and report.findings) or report.mail is not StaffMail.NONE:
        return report
    # Not sent on a conflict: whoever was faster owns the mail.
    claimed = replace_report(store, report, replace(report, mail=StaffMail.SENDING))
    letter = written(findings_of_the_night(report, first), page)
    try:
        postbox.send([address], letter, tags={"reconciliation": report.night.isoformat()})
    except DeliveryUnknownError:
        return replace_report(store, claimed, replace(claimed, mail=StaffMail.UNKNOWN))
    except DeliveryRefusedError:
        replace_report(store, claimed, replace(claimed, mail=StaffMail.NONE))
        raise
    return replace_report(store, claimed, replace(claimed, mail=StaffMail.SENT))
