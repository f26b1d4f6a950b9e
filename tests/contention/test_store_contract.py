"""What the store relies on, on four implementations of DynamoDB.

The one in this process carries the tests of the handlers, faults and lives, MiniStack the local
cloud; moto is a second opinion, and DynamoDB Local is AWS's own.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from licensing.adapters.store import Store
from licensing.domain.addresses import MailAddress
from licensing.domain.beside import History, StoredAnswer
from licensing.domain.changes import Change, Insert, Replace, Unchanged
from licensing.domain.errors import ConflictError, InvalidRequestError
from licensing.domain.keys import HISTORY, REQUEST, USER, Key, address_key, partition
from licensing.domain.licenses import LicenseType
from licensing.domain.records import Record
from licensing.domain.users import SYSTEM, User
from tests.contention.clinic import register

pytestmark = pytest.mark.contention

NOW = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
CLINIC = "clinic-main-street"


def user(number: int, clinic: str = CLINIC, **more: Any) -> User:
    """Return a user, each number another one."""
    plain: dict[str, Any] = {
        "clinic_id": clinic,
        "user_id": f"{clinic}-user-{number:05}",
        "email": f"user{number}@clinic.example",
        "name": f"Üser {number} 🦉",
        "license_type": LicenseType.THERAPIST,
        "active": number % 2 == 0,
        "permissions": (),
        "created_at": NOW,
        "added_as": "digest",
    }
    return User(**plain | more)


def key_of(of: User) -> Any:
    return USER.key(of.clinic_id, of.user_id)


def happened(clinic: str, number: int, size: int = 10) -> History:
    """Return a history record of about so many bytes."""
    identifier = f"{number:026}"
    facts: dict[str, Any] = {"text": "x" * size, "low": -(10**30), "empty": "", "nothing": None}
    return History(
        clinic, identifier, NOW + timedelta(milliseconds=number), "made", SYSTEM, "it", {}, facts
    )


def answer(clinic: str, digest: str) -> StoredAnswer:
    """Return an idempotency record, which holds bytes."""
    return StoredAnswer(clinic, digest, "body", 201, {"text": "größer", "list": [1, None]}, NOW)


def test_records_are_read_as_they_were_written(store: Store) -> None:
    """Text, numbers, bytes, lists, empty and missing values."""
    records: list[Record] = [user(1, "c-read"), happened("c-read", 1), answer("c-read", "d1")]
    store.commit([Insert(record) for record in records])
    keys = [
        key_of(user(1, "c-read")),
        HISTORY.key("c-read", f"{1:026}"),
        REQUEST.key("c-read", "d1"),
        USER.key("c-read", "nobody"),
    ]
    assert store.load(*keys) == [*records, None]
    assert store.load(keys[3], keys[0], keys[0]) == [None, records[0], records[0]]


def test_nothing_lies_under_a_key_that_no_table_takes(store: Store) -> None:
    """DynamoDB refuses to look for one; a caller may name any in a path."""
    keys = [
        Key("CLINIC#" + "c" * 2042, "CLINIC"),
        Key("CLINIC#c-read", "USER#" + "ü" * 510),
        Key("CLINIC#c-read", "USER#\ud800"),
    ]
    assert store.load(*keys) == [None] * 3
    assert store.load(keys[0], key_of(user(1, "c-nowhere")), keys[1]) == [None] * 3


def test_an_insert_needs_a_free_key(store: Store) -> None:
    """Also when the same record lies there already."""
    store.commit([Insert(user(1, "c-insert"))])
    with pytest.raises(ConflictError):
        store.commit([Insert(user(1, "c-insert"))])


def test_a_replacement_needs_the_version_that_was_read(store: Store) -> None:
    """And raises it by one; a record that is gone is no version at all."""
    first = user(1, "c-replace")
    store.commit([Insert(first)])
    store.commit([Replace(first, replace(first, name="Second"))])
    (second,) = store.load(key_of(first))
    assert isinstance(second, User)
    assert (second.name, second.version) == ("Second", 2)
    with pytest.raises(ConflictError):
        store.commit([Replace(first, replace(first, name="Third"))])
    with pytest.raises(ConflictError):
        store.commit([Replace(user(2, "c-replace"), user(2, "c-replace"))])
    assert store.load(key_of(first)) == [second]


def test_what_is_to_be_unchanged_refuses_the_whole_write(store: Store) -> None:
    """A write happens wholly or not at all, whichever part is refused."""
    guard, other = user(1, "c-whole"), user(2, "c-whole")
    store.commit([Insert(guard)])
    store.commit([Insert(other), Unchanged(guard)])
    store.commit([Replace(guard, replace(guard, active=True))])
    refused: list[list[Change]] = [
        [Insert(user(3, "c-whole")), Unchanged(guard)],
        [Unchanged(guard), Insert(user(3, "c-whole"))],
        [Insert(user(3, "c-whole")), Unchanged(user(4, "c-whole"))],
        [Insert(user(3, "c-whole")), Insert(other), Insert(happened("c-whole", 1))],
    ]
    for changes in refused:
        with pytest.raises(ConflictError):
            store.commit(changes)
    assert store.load(key_of(user(3, "c-whole"))) == [None]
    assert store.page(partition("c-whole"), HISTORY, limit=5).records == []


def test_a_hundred_records_are_one_write_and_three_hundred_one_load(store: Store) -> None:
    """As many as DynamoDB takes; a load is divided into batches."""
    for start in range(0, 300, 100):
        store.commit([Insert(user(number, "c-many")) for number in range(start, start + 100)])
    keys = [key_of(user(number, "c-many")) for number in range(300)]
    assert store.load(*keys) == [user(number, "c-many") for number in range(300)]


@pytest.mark.parametrize("newest_first", [False, True])
def test_pages_join_without_gap_or_repetition(store: Store, newest_first: bool) -> None:
    """In either direction, whatever the size of a page."""
    clinic = f"c-pages-{newest_first}"
    store.commit([Insert(happened(clinic, number)) for number in range(23)])
    store.commit([Insert(user(1, clinic)), Insert(answer(clinic, "d"))])
    wanted = sorted(range(23), reverse=newest_first)
    for limit in (1, 7, 23, 50):
        found: list[Record] = []
        cursor = None
        while True:
            page = store.page(
                partition(clinic), HISTORY, limit=limit, cursor=cursor, newest_first=newest_first
            )
            assert len(page.records) <= limit
            found += page.records
            cursor = page.next_cursor
            if cursor is None:
                break
        assert found == [happened(clinic, number) for number in wanted]


def test_a_filtered_page_is_full_all_the_same(store: Store) -> None:
    """Filters are applied by DynamoDB after reading, which may leave a page of it empty."""
    store.commit([Insert(user(number, "c-filter")) for number in range(60)])
    page = store.page(partition("c-filter"), USER, limit=20, equal={"active": False})
    assert page.records == [user(number, "c-filter") for number in range(1, 41, 2)]
    rest = store.page(
        partition("c-filter"), USER, limit=20, cursor=page.next_cursor, equal={"active": False}
    )
    assert rest.records == [user(number, "c-filter") for number in range(41, 60, 2)]
    assert rest.next_cursor is None
    both = {"active": True, "license_type": "assistant"}
    assert store.page(partition("c-filter"), USER, limit=20, equal=both).records == []


def test_more_than_a_megabyte_is_read_to_its_end(store: Store) -> None:
    """DynamoDB answers a megabyte at a time."""
    for start in range(0, 24, 8):
        store.commit(
            [Insert(happened("c-big", number, 90_000)) for number in range(start, start + 8)]
        )
    wanted = [happened("c-big", number, 90_000) for number in range(24)]
    assert list(store.all("c-big", HISTORY)) == wanted
    assert store.page(partition("c-big"), HISTORY, limit=100).records == wanted
    after = HISTORY.key("c-big", f"{20:026}").sort
    assert list(store.all("c-big", HISTORY, after=after)) == wanted[21:]
    backwards = list(store.all("c-big", HISTORY, after=after, newest_first=True))
    assert backwards == wanted[19::-1]


@pytest.mark.parametrize("cursor", ["", "!", "AAAA", "VVNFUiM", "w6Q"])
def test_a_cursor_of_another_list_is_refused(store: Store, cursor: str) -> None:
    """Only what a list of this kind gave out is taken."""
    with pytest.raises(InvalidRequestError):
        store.page(partition("c-cursor"), HISTORY, limit=5, cursor=cursor)


def test_indexes_find_memberships_by_account_and_by_address(store: Store) -> None:
    """One person may belong to several clinics; other records are in no index."""
    one = {"user_id": "person", "email": "person@clinic.example"}
    for number in range(3):
        clinic = f"c-index-{number}"
        store.commit([Insert(user(number, clinic, **one)), Insert(happened(clinic, 1))])
    assert sorted(store.clinics_of_user("person")) == [f"c-index-{number}" for number in range(3)]
    assert store.clinics_of_user("nobody") == []
    assert sorted(store.memberships_of_address("person@clinic.example")) == [
        USER.key(f"c-index-{number}", "person") for number in range(3)
    ]
    store.commit([Insert(MailAddress("person@clinic.example", "bounce", NOW))])
    assert len(store.memberships_of_address("person@clinic.example")) == 3
    assert isinstance(store.load(address_key("person@clinic.example"))[0], MailAddress)


def test_an_item_may_not_grow_beyond_400_kilobytes(store: Store) -> None:
    """The refusal is no conflict: trying again would not help."""
    with pytest.raises(store._dynamodb.exceptions.ClientError):
        store.commit([Insert(happened("c-large", 1, 410_000))])
    assert store.load(HISTORY.key("c-large", f"{1:026}")) == [None]


def test_a_refused_write_says_which_part_was_refused(store: Store) -> None:
    """One reason per operation, in their order: the store tells conflicts from mistakes by it."""
    client = store._dynamodb
    store.commit([Insert(user(1, "c-reasons"))])
    with pytest.raises(client.exceptions.ClientError) as refused:
        client.transact_write_items(
            TransactItems=[
                *store._operations(Insert(user(2, "c-reasons"))),
                *store._operations(Insert(user(1, "c-reasons"))),
                *store._operations(Unchanged(user(3, "c-reasons"))),
            ]
        )
    assert refused.value.response["Error"]["Code"] == "TransactionCanceledException"
    assert [reason["Code"] for reason in refused.value.response["CancellationReasons"]] == [
        "None",
        "ConditionalCheckFailed",
        "ConditionalCheckFailed",
    ]


def test_one_write_may_not_name_a_record_twice(store: Store) -> None:
    """DynamoDB takes it for a mistake, DynamoDB Local for a conflict; none of it is written."""
    with pytest.raises((store._dynamodb.exceptions.ClientError, ConflictError)):
        store.commit([Insert(user(1, "c-twice")), Insert(user(1, "c-twice"))])
    assert store.load(key_of(user(1, "c-twice"))) == [None]


@pytest.mark.parametrize("backend", ["ministack", "dynamodb_local"], indirect=True)
def test_a_transaction_sent_twice_with_one_token_happens_once(store: Store) -> None:
    """What botocore's own second attempt relies on after a lost answer; moto knows no tokens."""
    request = {
        "TransactItems": [*store._operations(Insert(user(1, "c-token")))],
        "ClientRequestToken": "the-same-token",
    }
    store._dynamodb.transact_write_items(**request)
    store._dynamodb.transact_write_items(**request)
    assert store.load(key_of(user(1, "c-token"))) == [user(1, "c-token")]


def test_clinics_are_found_page_by_page(store: Store) -> None:
    """By a scan of the small index, in no order, none twice."""
    for number in range(7):
        register(store, f"c-listed-{number}", 5)
    for limit in (1, 3, 100):
        found: list[str] = []
        cursor = None
        while True:
            clinics, cursor = store.clinics(limit=limit, cursor=cursor)
            found += [clinic.clinic_id for clinic in clinics]
            if cursor is None:
                break
        assert sorted(found) == [f"c-listed-{number}" for number in range(7)]
