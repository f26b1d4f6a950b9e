"""The end of a night: the report is completed, and staff hear of findings by mail, once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import reduce

from licensing.domain.keys import FINDING, REPAIR, night_partition
from licensing.domain.reconciliation import Finding, Invariant, Report, StaffMail, Stage, Sums
from licensing.letters import findings_of_the_night, written
from licensing.use_cases.committing import until_committed
from licensing.use_cases.nights.nights import every, load_night, replace_report
from licensing.use_cases.ports import DeliveryRefusedError, DeliveryUnknownError, Postbox, Store

_PAGE = 100
_FINDINGS_IN_A_MAIL = 20


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
    counted, first = _counted(store, report)
    sums = reduce(Sums.and_also, segments, Sums())
    complete = replace(counted, stage=Stage.COMPLETE, sums=sums, clinics=sums.clinics)
    if complete != report:
        complete = replace_report(store, report, complete)
    return _tell_staff(store, postbox, staff_address, complete, first, page)


def _counted(store: Store, report: Report) -> tuple[Report, list[Finding]]:
    """Return the report with what the night's records are, and the first of its findings."""
    of_night = night_partition(report.night)
    findings = overdue = blocked = 0
    first: list[Finding] = []
    for record in every(store, of_night, FINDING, at_once=_PAGE):
        findings += 1
        overdue += record.finding.invariant is Invariant.DEADLINE
        blocked += record.finding.invariant is Invariant.MAIL_ADDRESS
        if len(first) < _FINDINGS_IN_A_MAIL:
            first.append(record.finding)
    repairs = sum(1 for _ in every(store, of_night, REPAIR, at_once=_PAGE))
    counted = replace(report, findings=findings, overdue=overdue, blocked=blocked, repairs=repairs)
    return counted, first


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
