"""Wherever a page, a segment or the clock cuts a scan: each clinic is checked once, as a whole."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from licensing.adapters import attributes, ledger, records
from licensing.domain.adjustments import Adjustment, Confirmation, Status
from licensing.domain.clinics import Clinic
from licensing.domain.facts import AdjustmentFact, HeaderFact, LineFact, UserFact
from licensing.domain.invoices import Invoice
from licensing.domain.keys import HISTORY, NAME, REQUEST, Key, clinic_key, invoice_key
from licensing.domain.licenses import LicenseType
from licensing.domain.reconciliation import NightlyFinding
from licensing.domain.records import Record
from licensing.use_cases.ports import Pending, ScannedPage, ScannedPartition
from licensing.use_cases.reconcile_billing import reconcile_segment
from tests.billing.lives import CLINIC_ID, Living, NewTerms, Plan, Request
from tests.memory_store import MemoryStore

AT = datetime(2026, 3, 10, tzinfo=UTC)
CLINICS = ["clinic-main-street", "clinic-n", "clinic-o"]


@dataclass
class MemoryLedger:
    """Facts of a table in memory, in pages of so many items, filtered ones counted."""

    store: MemoryStore
    page: int
    scanned: int = 0

    def scan(self, segment: int, segments: int, after: Key[Any] | None) -> ScannedPage:
        """Return one page."""
        assert (segment, segments) == (0, 1)
        self.scanned += 1
        keys = [key for key in sorted(self.store.table) if after is None or key > after]
        found: list[ScannedPartition] = []
        for key in keys[: self.page]:
            if key.sort.startswith((HISTORY, REQUEST, NAME)):
                continue
            if not found or found[-1].name != key.partition:
                found.append(ScannedPartition(key.partition))
            ledger._file(found[-1], self._item(key))
        return ScannedPage(found, keys[self.page - 1] if len(keys) > self.page else None)

    def invoices(self, clinic_id: str) -> Iterator[HeaderFact | LineFact]:
        """Yield a clinic's invoices and their lines."""
        return (ledger._invoice(item) for item in self._items(clinic_id, "INVOICE#"))

    def adjustments(self, clinic_id: str) -> Iterator[AdjustmentFact]:
        """Yield a clinic's adjustments."""
        return (ledger._adjustment(item) for item in self._items(clinic_id, "ADJUSTMENT#"))

    def users(self, clinic_id: str) -> Iterator[UserFact]:
        """Yield a clinic's users."""
        return (ledger._user(item) for item in self._items(clinic_id, "USER#"))

    def registered(self, clinic_id: str) -> dict[str, int] | None:
        """Return nothing: the first invoice tells it too."""
        assert clinic_id in CLINICS
        return None

    def _items(self, clinic_id: str, begins: str) -> list[dict[str, Any]]:
        part = clinic_key(clinic_id).partition
        return [
            self._item(key)
            for key in sorted(self.store.table)
            if key.partition == part and key.sort.startswith(begins)
        ]

    def _item(self, key: Key[Any]) -> dict[str, Any]:
        plain = records.to_plain(self.store.table[key])
        return {"pk": {"S": key.partition}, "sk": {"S": key.sort}} | {
            name: attributes.dump(value) for name, value in plain.items()
        }


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


def three_clinics() -> MemoryStore:
    """Return a table of three clinics that lived alike, all of it confirmed."""
    change = Request(((LicenseType.THERAPIST, 1),), None, kept=False, late=timedelta())
    plan = Plan(
        zone="UTC",
        billing_day=1,
        registered_at=datetime(2026, 1, 10, tzinfo=UTC),
        licenses=((LicenseType.THERAPIST, 3, 1_000), (LicenseType.BILLING, 1, 500)),
        rules=NewTerms((), None, None),
        pause=timedelta(),
        steps=((timedelta(), change), (timedelta(hours=1), change)),
        finished=True,
    )
    store = Living(plan).run(months=2).store
    for clinic_id in CLINICS[1:]:
        for key, record in list(store.table.items()):
            if key.partition == clinic_key(CLINIC_ID).partition:
                copy = _moved(record, clinic_id)
                store.table[records.key_of(copy)] = copy
    return store


def _moved(record: Any, clinic_id: str) -> Record:
    change = getattr(record, "_replace", None) or partial(replace, record)
    moved: Record = change(clinic_id=clinic_id)
    return moved


def run(store: MemoryStore, page: int, *, enough_time: bool) -> tuple[int, int]:
    """Reconcile in as many runs as it takes; returns clinics checked, and runs."""
    after, clinics, runs = None, 0, 0
    while True:
        progress = reconcile_segment(
            store,
            MemoryLedger(store, page),
            NoWorkflows(),
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


def found(store: MemoryStore) -> list[tuple[str, str, str]]:
    """Return what was written down."""
    return sorted(
        (record.finding.clinic_id, record.finding.invariant, record.finding.subject)
        for record in store.table.values()
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
    clinic = _clinic(store, "clinic-n")
    therapist = clinic.licenses[LicenseType.THERAPIST]._replace(purchased=9)
    store.table[clinic_key("clinic-n")] = clinic.with_license(LicenseType.THERAPIST, therapist)
    header = store.table[invoice_key("clinic-o", "2026-02")]
    assert isinstance(header, Invoice)
    store.table[invoice_key("clinic-o", "2026-02")] = replace(header, total_cents=1)

    for _ in range(2):
        assert run(store, page, enough_time=False)[0] == 3

    assert found(store) == [("clinic-n", "I2", "therapist"), ("clinic-o", "I3", "2026-02")]


def _clinic(store: MemoryStore, clinic_id: str) -> Clinic:
    clinic = store.table[clinic_key(clinic_id)]
    assert isinstance(clinic, Clinic)
    return clinic


def _confirm(store: MemoryStore) -> None:
    for key, record in list(store.table.items()):
        if isinstance(record, Adjustment):
            store.table[key] = replace(
                record, status=Status.CONFIRMED, confirmation=Confirmation.SENT
            )
        elif isinstance(record, Clinic):
            store.table[key] = replace(record, open_count=0, open_adjustments=())
