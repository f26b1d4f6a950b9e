"""Fills the local table with clinics quickly, past the API: for trying large numbers.

Each clinic is registered some months ago, asks for licenses, is billed and told of it by the
product's own use cases, on a table in memory; so the books of all of them agree.
"""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from random import Random
from typing import Any
from unittest.mock import Mock

from local.clients import Clients
from local.place import ROOT

# The product's code, which lies in a layer on AWS.
sys.path.insert(0, str(ROOT / "layers" / "licensing" / "python"))

from licensing.domain.adjustments import Action, AdjustmentRequest, Line
from licensing.domain.clinics import Clinic
from licensing.domain.keys import NOTICE, REPORTS, clinic_key
from licensing.domain.licenses import LicenseType
from licensing.domain.overview import sums_of
from licensing.domain.reconciliation import Report, Stage, Sums
from licensing.domain.users import USER_MANAGER
from licensing.use_cases.access import Caller
from licensing.use_cases.billing.update_invoice import update_invoice
from licensing.use_cases.clinics.register_clinic import (
    RegisteredLicense,
    Registration,
    register_clinic,
)
from licensing.use_cases.letters.send_confirmation import send_confirmation
from licensing.use_cases.nights.reconcile_billing import reconcile_segment
from licensing.use_cases.nights.summarize_reconciliation import summarize_reconciliation
from licensing.use_cases.renewals import renew_due
from licensing.use_cases.users.add_user import NewUser, add_user
from licensing.use_cases.users.invitations import Inviting
from local.memory.store import Store, ledger_of
from local.people import LOST, MAIL, ask, inviting

_A_BATCH, _WORKERS = 25, 4
_DAY = timedelta(days=1)
_ASKING, _UNCLEAR = 10, 50
"""One clinic in so many asks for licenses, and the mail of one in so many gets lost."""

PLACES = (
    *("Ashford", "Bay", "Birch Hill", "Cedar", "Clearwater", "Crescent", "Eastgate", "Elm Street"),
    *("Fairview", "Glen", "Harbor", "Hickory", "Juniper", "Lakeview", "Maple Grove", "Northside"),
    *("Oak Park", "Pine Ridge", "Prairie", "Riverside", "St. Mary\N{RIGHT SINGLE QUOTATION MARK}s"),
    *("Summit", "Sunset", "Valley", "Westfield", "Willow Creek"),
)
KINDS = (
    *("Physical Therapy", "Rehab", "Sports Medicine", "Hand Clinic", "Spine Center"),
    *("Wellness", "Orthopedics", "Family Practice", "Pediatric Therapy"),
)
FIRST = ("Ana", "Ben", "Chloe", "Dana", "Eli", "Fatima", "Grace", "Hugo", "Inês", "Jun", "Kai")
LAST = ("Alvarez", "Brooks", "Chen", "Duarte", "Eriksen", "Fontaine", "Garcia", "Huang", "Ito")
PRICES = {
    LicenseType.THERAPIST: 6_500,
    LicenseType.ASSISTANT: 4_500,
    LicenseType.FRONT_OFFICE: 3_000,
    LicenseType.BILLING: 2_500,
}

Item = dict[str, Any]


def load(clients: Clients, table: str, clinics: int, now: datetime) -> int:
    """Write so many clinics, ``clinic-load-000001`` and on; returns the number of items."""
    written = 0
    items = _items(clinics, now)
    dynamodb = clients.tables()
    with ThreadPoolExecutor(_WORKERS) as pool:
        while some := list(islice(batches(items), _WORKERS * 8)):
            for count in pool.map(lambda batch: write(dynamodb, table, batch), some):
                written += count
    return written


def _items(clinics: int, now: datetime) -> Iterator[Item]:
    sums, findings, overdue = Sums(), 0, 0
    for number in range(1, clinics + 1):
        store = clinic(number, now)
        # Only those of whose mail nobody knows are anything to a night.
        night = reconciled(store, now) if number % _UNCLEAR == 0 else Report(now.date(), now)
        findings, overdue = findings + night.findings, overdue + night.overdue
        one = _clinic(store, f"clinic-load-{number:06}")
        sums = sums.and_also(
            sums_of(one, overdue=night.overdue, parked=night.findings - night.overdue)
        )
        # Nobody is to be told of all this.
        yield from (
            item
            for item in store.table.items()
            if item["sk"]["S"] != NOTICE and item["pk"]["S"] != REPORTS
        )
    nights = Store()
    tonight = Report(now.date(), now, Stage.COMPLETE, clinics, findings, overdue, sums=sums)
    last = datetime.combine(now.date() - _DAY, datetime.min.time(), now.tzinfo)
    # So that tonight makes up for none.
    nights.put(tonight, Report(last.date(), last, Stage.COMPLETE, sums.clinics, sums=sums))
    yield from nights.table.items()


def reconciled(store: Store, now: datetime) -> Report:
    """Let the night look at a table in memory, and return what it reports."""
    others: Any = Mock()
    parts = (store, ledger_of(store.table), others, others)
    night = partial(reconcile_segment, *parts, at=now, now=now, enough_time=lambda: True)
    done = night(segment=0, segments=1, after=None)
    return summarize_reconciliation(store, others, "", at=now, segments=[done.sums])


def batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    """Yield as many items at a time as one call takes."""
    while batch := list(islice(items, _A_BATCH)):
        yield batch


def write(dynamodb: Any, table: str, batch: list[Item]) -> int:
    """Write a batch into the table, and return how many items it has."""
    request = {table: [{"PutRequest": {"Item": item}} for item in batch]}
    while request:
        request = dynamodb.batch_write_item(RequestItems=request).get("UnprocessedItems", {})
    return len(batch)


class _Repeatable(Random):
    """Chance that is the same each time: nothing here is secret."""


def clinic(number: int, now: datetime) -> Store:
    """Return the table of a clinic that has lived for some months; always the same ones."""
    chance = _Repeatable(number)
    clinic_id, domain = f"clinic-load-{number:06}", f"clinic{number}.example"
    manager = f"manager@{domain}"
    registered = now - timedelta(days=chance.randint(40, 150), hours=chance.randint(0, 23))
    registration = Registration(
        name=f"{chance.choice(PLACES)} {chance.choice(KINDS)} {number}",
        time_zone=chance.choice(("America/New_York", "America/Chicago", "America/Los_Angeles")),
        currency="USD",
        billing_day=1 + number % 28,
        licenses=tuple(
            RegisteredLicense(kind, chance.randint(3, 9), cents) for kind, cents in PRICES.items()
        ),
        user_managers=(NewUser(_name(chance), manager, LicenseType.FRONT_OFFICE, (USER_MANAGER,)),),
    )
    store, accounts = Store(), inviting(lambda email: email)
    register_clinic(store, accounts, staff(registered), clinic_id, registration)
    caller = Caller(manager, False, "web", registered + _DAY)
    _add_users(store, accounts, caller, clinic_id, chance)
    if number % _ASKING == 0:
        at = registered + timedelta(days=chance.randint(10, 30))
        _ask(store, caller._replace(now=at), clinic_id, number)
    renew_due(store, _clinic(store, clinic_id), now=now)
    return store


def staff(now: datetime) -> Caller:
    """Return who registers all of these clinics, asking then."""
    return Caller("load", True, "api", now, "python -m local load")


def _clinic(store: Store, clinic_id: str) -> Clinic:
    found: Clinic = store.load(clinic_key(clinic_id))[0]
    return found


def _name(chance: Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def _add_users(
    store: Store, accounts: Inviting, caller: Caller, clinic_id: str, chance: Random
) -> None:
    """Add some users, most of them active while there are licenses."""
    for person in range(chance.randint(2, 8)):
        kind = chance.choice(list(PRICES))
        email = f"user{person}@{caller.user_id.partition('@')[2]}"
        available = _clinic(store, clinic_id).licenses[kind].available
        active = available > 0 and chance.random() < 0.8
        new = NewUser(_name(chance), email, kind, (), active=active)
        add_user(store, accounts, caller, clinic_id, new)


def _ask(store: Store, caller: Caller, clinic_id: str, number: int) -> None:
    """Add licenses, have them billed and the clinic told; the mail of some gets lost."""
    lines = (Line(Action.ADD, LicenseType.THERAPIST, 1 + number % 3),)
    adjustment_id = ask(store, caller, clinic_id, "load", AdjustmentRequest(lines))
    invoiced = caller.now + timedelta(hours=20)
    update_invoice(store, clinic_id, adjustment_id, now=invoiced)
    mail = LOST if number % _UNCLEAR == 0 else MAIL
    send_confirmation(store, mail, clinic_id, adjustment_id, now=invoiced + timedelta(minutes=1))
