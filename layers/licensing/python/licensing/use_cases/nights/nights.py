"""The reports of the nights: begun, completed, and looked at."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from licensing.domain.changes import Replace
from licensing.domain.keys import REPORT, REPORTS, Prefix, report_key
from licensing.domain.reconciliation import Report, Stage
from licensing.use_cases.conflicts import insert_once
from licensing.use_cases.ports import Store

A = TypeVar("A")
_NIGHTS_AT_ONCE = 10
_CLOCKS_DIFFER = timedelta(minutes=5)


def begin_night(store: Store, at: datetime) -> datetime | None:
    """Have a report of the night, and return the moment of the last complete night before."""
    insert_once(store, report_key(at.date()), Report(at.date(), at))
    for report in every(store, REPORTS, REPORT, at_once=_NIGHTS_AT_ONCE, newest_first=True):
        if report.stage is Stage.COMPLETE and report.night < at.date():
            return report.at
    return None


def every(
    store: Store, partition: str, begins: Prefix[A], *, at_once: int, newest_first: bool = False
) -> Iterator[A]:
    """Yield all records of a partition whose sort key begins so, read page by page."""
    cursor = None
    while True:
        page = store.page(
            partition, begins, limit=at_once, cursor=cursor, newest_first=newest_first
        )
        yield from page.records
        if page.next_cursor is None:
            return
        cursor = page.next_cursor


def load_night(store: Store, at: datetime) -> Report:
    """Return the report of the night, which a run has begun."""
    (report,) = store.load(report_key(at.date()))
    if report is None:
        begin_night(store, at)
        return load_night(store, at)
    return report


def replace_report(store: Store, before: Report, after: Report) -> Report:
    """Write the report and return it as it is then; raises ConflictError."""
    store.commit([Replace(before, after)])
    return replace(after, version=before.version + 1)


def is_refused(at: datetime, *, now: datetime, allowed: bool) -> bool:
    """Return whether the books may not be closed for this moment: it is yet to come."""
    return not allowed and at > now + _CLOCKS_DIFFER
