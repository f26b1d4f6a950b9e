"""How large the clinic's item is, which every change writes: two units per started kilobyte."""

from dataclasses import replace
from datetime import timedelta

import pytest

from benchmarks.scenes import CLINIC, Clinic, attributes_of
from licensing.adapters import records
from licensing.domain import clinics
from licensing.domain.clinics import NEWEST_OPEN, ComingTerms
from licensing.domain.keys import clinic_key
from licensing.domain.licenses import LicenseType
from licensing.domain.proration import ProrationUnit, ReleaseCredit
from local.memory.tables import item_size

KILOBYTE = 1024
WITHOUT_NAMES = 910
"""Bytes with four license types and ten open adjustments; docs/architecture.md says so."""


@pytest.fixture(scope="module")
def busy() -> clinics.Clinic:
    """A clinic with four license types and more open adjustments than its item names."""
    four = list(LicenseType)[:4]
    clinic = Clinic(users=2, open_adjustments=NEWEST_OPEN + 2, types=four)
    (record,) = clinic.store.load(clinic_key(CLINIC))
    assert isinstance(record, clinics.Clinic)
    assert len(record.licenses) == len(four)
    assert len(record.open_adjustments) == NEWEST_OPEN
    return record


def size(clinic: clinics.Clinic) -> int:
    key = records.key_of(clinic)
    named = {"pk": {"S": key.partition}, "sk": {"S": key.sort}}
    return item_size(named | attributes_of(records.to_plain(clinic)))


def test_a_busy_clinic_is_below_a_kilobyte(busy: clinics.Clinic) -> None:
    """Its name and its id, which stands there twice, come on top of what all clinics have."""
    own = len(busy.name.encode()) + 2 * len(busy.clinic_id)
    assert size(busy) - own <= WITHOUT_NAMES
    assert size(busy) <= KILOBYTE


def test_a_longer_name_costs_the_next_kilobyte(busy: clinics.Clinic) -> None:
    """The documented bound is the one where it begins."""
    room = KILOBYTE - WITHOUT_NAMES - 2 * len(busy.clinic_id)
    assert size(replace(busy, name="x" * room)) <= KILOBYTE
    assert KILOBYTE < size(replace(busy, name="x" * (room + 20))) <= 2 * KILOBYTE


def test_no_clinic_takes_more_than_three_kilobytes(busy: clinics.Clinic) -> None:
    """Whatever its name, its id, its counts, and the changes announced for its coming periods."""
    coming = ComingTerms(
        busy.next_renewal,
        dict.fromkeys(LicenseType, 100_000_000),
        ProrationUnit.SECOND,
        ReleaseCredit.PRORATED,
        busy.updated_at,
    )
    licenses = {
        kind: license._replace(
            purchased=100_000,
            in_use=99_999,
            invoiced=100_000,
            paid_maximum=100_000,
            unit_price_cents=100_000_000,
        )
        for kind, license in busy.licenses.items()
    }
    largest = replace(
        busy,
        clinic_id="c" * 63,
        name="\N{MATHEMATICAL SCRIPT CAPITAL A}" * 200,
        time_zone="America/Argentina/ComodRivadavia",
        licenses=licenses,
        open_count=10**6,
        uninvoiced_cents=10**12,
        version=10**9,
        coming_terms=(coming, coming._replace(first=coming.first + timedelta(days=31))),
    )
    assert 2 * KILOBYTE < size(largest) <= 3 * KILOBYTE
