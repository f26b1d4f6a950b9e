"""What the nightly reconciliation relies on, on the four implementations of DynamoDB.

However a scan is cut into segments and pages, it yields what the same records give where nothing is
projected, filtered or cut.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any

import pytest

from licensing.adapters import records
from licensing.adapters.ledger import Ledger, file_item
from licensing.adapters.store import Store, _item
from licensing.domain.addresses import MailAddress
from licensing.domain.adjustments import Adjustment
from licensing.domain.beside import Erasure
from licensing.domain.changes import Insert
from licensing.domain.clinics import (
    AddedToday,
    Clinic,
    Closing,
    ComingTerms,
    OpenAdjustment,
    PeriodPeaks,
    ScheduledChange,
)
from licensing.domain.ids import new_id
from licensing.domain.keys import HISTORY, NAME, REQUEST, Key, address_key, clinic_key
from licensing.domain.licenses import Counts, LicenseType
from licensing.domain.mail_requests import MailRequest
from licensing.domain.notices import Kind, Notice
from licensing.domain.reconciliation import Finding, Invariant, NightlyFinding, Repair, Report
from licensing.domain.records import Record
from licensing.domain.users import USER_MANAGER
from licensing.use_cases.ports import ScannedPage, ScannedPartition
from tests.billing.test_segments import CLINICS, three_clinics
from tests.contention.clinic import TABLE
from tests.contention.test_store_contract import NOW, answer, happened, user

Written = dict[Key[Any], Record]

pytestmark = pytest.mark.contention

FIRST, SECOND, THIRD = CLINICS
PURGED = "clinic-purged"
BOUNCED = MailAddress("bounced@clinic.example").with_suppression("bounce", NOW)
UNSENT = Notice(FIRST, "unsent", Kind.PRICE_RISE, NOW)


@pytest.fixture(scope="module")
def written(backend: str) -> Written:
    """What was written to the implementation, in the order of its keys."""
    del backend
    lived = map(_told_apart, three_clinics().records().values())
    written = {records.key_of(record): record for record in (*lived, *_others())}
    inserts = [Insert(record) for record in written.values()]
    for start in range(0, len(inserts), 25):
        Store(TABLE).commit(inserts[start : start + 25])
    return dict(sorted(written.items()))


def _told_apart(record: Record) -> Record:
    match record:
        case Clinic(clinic_id="clinic-n"):
            coming = ComingTerms(
                record.next_renewal,
                {LicenseType.BILLING: 7},
                record.proration_unit,
                record.release_credit,
                NOW,
            )
            entry = OpenAdjustment(new_id(NOW), False, NOW, NOW)
            record = replace(record, coming_terms=(coming,), open_adjustments=(entry,))
            added = AddedToday(NOW.date(), {LicenseType.BILLING: 2})
            record = replace(record, open_count=1, uninvoiced_cents=5, added=added)
            return _with_what_is_rare(record)
        case Adjustment(clinic_id="clinic-n"):
            return replace(record, confirmed_at=NOW)
        case Adjustment(clinic_id="clinic-o"):
            return replace(record, cancelled_at=NOW)
    return record


def _with_what_is_rare(clinic: Clinic) -> Clinic:
    therapists = LicenseType.THERAPIST
    return replace(
        clinic,
        scheduled=(ScheduledChange(new_id(NOW), {therapists: 1}),),
        few_levels={therapists: (2, 0)},
        few_due={therapists: (3, 2)},
        past_peaks=(PeriodPeaks(NOW.date(), {therapists: Counts(3, 2)}),),
        closing=Closing(NOW.date(), NOW),
        has_user_names=True,
    )


def _others() -> Iterator[Record]:
    # Names are not asked for: two megabytes are read, and little of them is answered.
    yield from (user(number, THIRD, name="x" * 90_000) for number in range(24))
    yield user(0, SECOND, permissions=(USER_MANAGER,), starts="01KEJK7S057TBVRAM4V2H932M2")
    # Nothing of this clinic is asked for, which is more than two pages.
    yield from (happened(PURGED, number, 90_000) for number in range(36))
    yield from (answer(clinic_id, "digest") for clinic_id in (*CLINICS, PURGED))
    yield MailRequest("digest", "sender", NOW, "raw/mail", {}, {})
    yield Erasure(SECOND, "former", ("Ana Silva",), (NOW,))
    yield from (UNSENT, replace(UNSENT, cause="sent", letters=()))
    finding = Finding(SECOND, Invariant.I1, "therapist", "1", "2", "Count again.")
    yield from (NightlyFinding(NOW.date(), finding), Repair(NOW.date(), SECOND, "adjustment"))
    yield Report(NOW.date(), NOW)
    yield from (BOUNCED, MailAddress("answered@clinic.example").with_reply(NOW))


def whole(written: Written) -> list[ScannedPartition]:
    """Return what the ledger makes of records of which nothing is cut or left out."""
    found: list[ScannedPartition] = []
    for key, record in written.items():
        if key.sort.startswith((HISTORY, REQUEST, NAME)):
            continue
        if not found or found[-1].name != key.partition:
            found.append(ScannedPartition(key.partition))
        file_item(found[-1], _item(record))
    return found


@pytest.fixture
def ledger(written: Written) -> Ledger:
    """The product's own ledger on the implementation."""
    del written
    return Ledger(TABLE)


def pages(
    ledger: Ledger, segment: int, segments: int, after: Key[Any] | None
) -> Iterator[ScannedPage]:
    """Yield the pages of a segment behind a key."""
    while True:
        page = ledger.scan(segment, segments, after)
        yield page
        after = page.last
        if after is None:
            return


def scanned(
    ledger: Ledger, segment: int = 0, segments: int = 1, after: Key[Any] | None = None
) -> list[ScannedPartition]:
    """Return the partitions of a segment behind a key, those that pages cut as wholes."""
    found = []
    parts = [part for page in pages(ledger, segment, segments, after) for part in page.partitions]
    for name, group in groupby(parts, attrgetter("name")):
        whole = ScannedPartition(name)
        for part in group:
            whole.last_sort = part.last_sort
            whole.clinic = part.clinic or whole.clinic
            whole.blocked_because = part.blocked_because or whole.blocked_because
            whole.invoices += part.invoices
            whole.adjustments += part.adjustments
            whole.users += part.users
            whole.erasing |= part.erasing
            whole.unsent_since = part.unsent_since
        found.append(whole)
    return found


@pytest.mark.parametrize("segments", [1, 3, 8])
def test_a_scan_yields_everything_once(ledger: Ledger, written: Written, segments: int) -> None:
    """The records of a partition come one after the other, in the order of their keys."""
    found = [part for number in range(segments) for part in scanned(ledger, number, segments)]
    found.sort(key=attrgetter("name"))
    assert found == whole(written)


def test_whatever_is_asked_for_is_there(ledger: Ledger, written: Written) -> None:
    """Or nobody would miss it in an answer."""
    there = {name for record in written.values() for name in records.to_plain(record)}
    asked = {name.removeprefix("#") for name in ledger._request["ExpressionAttributeNames"]}
    assert asked - there == {"pk", "sk"}


def test_beside_clinics_only_what_mail_does_not_reach_is_taken(
    ledger: Ledger, written: Written
) -> None:
    """Of mails, sent notices and former nights no more than the names of their partitions."""
    found = {part.name: part for part in scanned(ledger)}
    taken = {name for name, it in found.items() if it != ScannedPartition(name, it.last_sort)}
    keys = [clinic_key(clinic_id) for clinic_id in CLINICS]
    address = address_key(BOUNCED.address).partition
    notice = records.key_of(UNSENT).partition
    assert taken == {address, notice, *(key.partition for key in keys)}
    assert [found[key.partition].clinic for key in keys] == [written[key] for key in keys]
    assert found[address].blocked_because == "bounce"
    assert clinic_key(PURGED).partition not in found


def test_a_page_of_which_nothing_is_wanted_is_no_end(ledger: Ledger) -> None:
    """DynamoDB filters after reading a megabyte, so that a page may be empty."""
    *cut, last = pages(ledger, 0, 1, None)
    assert len(cut) >= 5
    assert any(not page.partitions for page in (*cut, last))


@pytest.mark.parametrize("segments", [1, 3])
def test_a_scan_goes_on_behind_any_partition(ledger: Ledger, segments: int) -> None:
    """A run without time names the last key that it took, wherever the page ended."""
    for segment in range(segments):
        whole = scanned(ledger, segment, segments)
        for number, part in enumerate(whole, start=1):
            after = Key(part.name, part.last_sort)
            assert scanned(ledger, segment, segments, after) == whole[number:]


def test_a_scan_goes_on_behind_any_record(ledger: Ledger, written: Written, backend: str) -> None:
    """As behind a page that ends in the middle of a clinic."""
    # For each page moto goes through all there is.
    step = 4 if backend == "moto" else 1
    of_first = {
        key: of for key, of in written.items() if key.partition == clinic_key(FIRST).partition
    }
    for after in list(of_first)[:-1:step]:
        rest = {key: record for key, record in of_first.items() if key > after}
        assert scanned(ledger, after=after)[0] == whole(rest)[0]


def test_queries_yield_the_same_of_one_clinic(ledger: Ledger, written: Written) -> None:
    """To its end, also if that is more than a megabyte."""
    parts = {part.name: part for part in whole(written)}
    for clinic_id in (*CLINICS, PURGED, "clinic-nowhere"):
        name = clinic_key(clinic_id).partition
        expected = parts.get(name, ScannedPartition(name))
        assert list(ledger.invoices(clinic_id)) == expected.invoices
        assert list(ledger.adjustments(clinic_id)) == expected.adjustments
        assert list(ledger.users(clinic_id)) == expected.users
