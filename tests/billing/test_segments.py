"""Wherever a page, a segment or the clock cuts a scan: each clinic is checked once, as a whole."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from licensing.adapters.ledger import Ledger
from licensing.domain.adjustments import Adjustment, Confirmation, Status
from licensing.domain.clinics import Clinic
from licensing.domain.keys import clinic_key, invoice_key
from licensing.domain.licenses import LicenseType
from licensing.domain.reconciliation import NightlyFinding
from licensing.domain.records import Record
from licensing.use_cases.nights.reconcile_billing import reconcile_segment
from licensing.use_cases.ports import Pending
from local.memory.store import Store, ledger_of
from tests.billing.lives import CLINIC_ID, Life, Plan

NOTHING: Any = None
"""For what no clinic here gives cause to: no removal and no notice stopped halfway."""
AT = datetime(2026, 3, 10, tzinfo=UTC)
CLINICS = ["clinic-main-street", "clinic-n", "clinic-o"]


def in_pages(store: Store, items: int) -> Ledger:
    """Return the ledger of a table whose pages hold so many items, those filtered out counted."""
    ledger = ledger_of(store.table)
    ledger._request["Limit"] = items
    return ledger


class NoWorkflows:
    """Workflows that nobody needs."""

    def start_day(self, clinic_id: str, name: str, day: datetime) -> None:
        """Nobody scheduled anything here."""

    def start(self, name: str, adjustment: Adjustment) -> None:
        """Fail: there is nothing to start."""
        raise AssertionError(f"{name} was started for {adjustment}")

    def keep_pending(
        self, clinic_id: str, adjustment_id: str, due: datetime, *, since: datetime
    ) -> Pending:
        """Fail: nothing waits."""
        raise AssertionError(f"asked for {clinic_id} {adjustment_id}, due {due}, since {since}")

    def send_notice(self, clinic_id: str, cause: str, again: str = "") -> None:
        """Fail: nothing is to be sent."""
        raise AssertionError(f"{cause} of {clinic_id} was sent again: {again}")


def three_clinics() -> Store:
    """Return a table of three clinics that lived alike, all of it confirmed."""
    change = partial(Life.request, lines=((LicenseType.THERAPIST, 1),))
    plan = Plan(
        licenses=((LicenseType.THERAPIST, 3, 1_000), (LicenseType.BILLING, 1, 500)),
        registered_at=datetime(2026, 1, 10, tzinfo=UTC),
        steps=((timedelta(), change), (timedelta(hours=1), change)),
    )
    store = Life(plan).run(months=2).store
    for clinic_id in CLINICS[1:]:
        for key, record in store.records().items():
            if key.partition == clinic_key(CLINIC_ID).partition:
                store.put(_moved(record, clinic_id))
    return store


def _moved(record: Any, clinic_id: str) -> Record:
    change = getattr(record, "_replace", None) or partial(replace, record)
    moved: Record = change(clinic_id=clinic_id)
    return moved


def run(store: Store, page: int, *, enough_time: bool) -> tuple[int, int]:
    """Reconcile in as many runs as it takes; returns clinics checked, and runs."""
    after, clinics, runs = None, 0, 0
    while True:
        progress = reconcile_segment(
            store,
            in_pages(store, page),
            NoWorkflows(),
            NOTHING,
            segment=0,
            segments=1,
            at=AT,
            now=AT,
            after=after,
            enough_time=lambda: enough_time,
        )
        clinics, runs, after = clinics + progress.sums.clinics, runs + 1, progress.after
        if after is None:
            return clinics, runs


def found(store: Store) -> list[tuple[str, str, str]]:
    """Return what was written down."""
    return sorted(
        (record.finding.clinic_id, record.finding.invariant, record.finding.subject)
        for record in store.records().values()
        if isinstance(record, NightlyFinding)
    )


@pytest.mark.parametrize("enough_time", [True, False])
@pytest.mark.parametrize("page", [1, 2, 3, 5, 7, 11, 17, 29, 1_000])
def test_each_clinic_is_checked_once_wherever_it_is_cut(page: int, enough_time: bool) -> None:
    """Nothing is wrong, so nothing is found."""
    store = three_clinics()
    _confirm(store)

    clinics, runs = run(store, page, enough_time=enough_time)

    assert clinics == 3
    assert runs == 1 if enough_time else runs >= 3
    assert found(store) == []


@pytest.mark.parametrize("page", [1, 4, 9, 1_000])
def test_what_is_wrong_is_found_wherever_it_is_cut(page: int) -> None:
    """And written down once, by whichever run."""
    store = three_clinics()
    _confirm(store)
    clinic, header = store.load(clinic_key("clinic-n"), invoice_key("clinic-o", "2026-02"))
    therapist = clinic.licenses[LicenseType.THERAPIST]._replace(purchased=9)
    store.put(clinic.with_license(LicenseType.THERAPIST, therapist), replace(header, total_cents=1))

    for _ in range(2):
        assert run(store, page, enough_time=False)[0] == 3

    assert found(store) == [("clinic-n", "I2", "therapist"), ("clinic-o", "I3", "2026-02")]


def _confirm(store: Store) -> None:
    for record in store.records().values():
        if isinstance(record, Adjustment):
            store.put(replace(record, status=Status.CONFIRMED, confirmation=Confirmation.SENT))
        elif isinstance(record, Clinic):
            store.put(replace(record, open_count=0, open_adjustments=()))
