"""The night's work on one segment of the table: check every clinic, repair what is safe.

A second run of the night, or one cut off and started again, adds nothing.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from licensing.domain import keys
from licensing.domain.adjustments import Adjustment, Confirmation, Status
from licensing.domain.billing import is_renewal_due
from licensing.domain.books import Books, Judgement
from licensing.domain.changes import Insert
from licensing.domain.clinics import Clinic
from licensing.domain.closing import is_closing_due
from licensing.domain.facts import AdjustmentFact, HeaderFact, LineFact, UserFact
from licensing.domain.history import Event
from licensing.domain.ids import moment_at
from licensing.domain.keys import Key
from licensing.domain.overview import sums_of
from licensing.domain.reconciliation import (
    NEXT_NIGHT,
    NO_CLINIC,
    Finding,
    Invariant,
    NightlyFinding,
    Repair,
    Sums,
)
from licensing.use_cases.access import Opened
from licensing.use_cases.clinics.close_clinic import close_due
from licensing.use_cases.committing import until_committed
from licensing.use_cases.conflicts import insert_once
from licensing.use_cases.letters.email_delivery import give_up
from licensing.use_cases.nights.nights import begin_night
from licensing.use_cases.notices.due_notices import warn_of_failures, write_due
from licensing.use_cases.ports import Directory, Ledger, Pending, ScannedPartition, Store, Workflows
from licensing.use_cases.renewals import finish_lines, renew_due
from licensing.use_cases.users.remove_user import finish_removal

_NOTHING_WAITED = "nothing was waiting to make it"
_CLINICS = keys.partition("")
_NOTICES_TRIED_FOR = timedelta(hours=3)
"""Longer than their workflow tries."""
_LETTERS_TRIED_FOR = timedelta(days=15)
"""Longer than the mail that caused them waits among the dead letters, to be handled again."""
_LOOKS = 5
"""How often a clinic is read until it holds still meanwhile."""
_RETRIES = 3
"""How often a segment is begun again for a clinic whose check failed, before the night goes on."""
_CHANCE = random.SystemRandom()

# What findings about records expected, what was there, and what to do.
_ORPHANED = (
    "a clinic",
    "records of a clinic that is not there",
    "Restore the clinic's record from a backup of the table.",
)
_UNREADABLE = (
    "a record that can be read",
    "one of a form that this release does not know",
    "Correct the record or put the clinic back, then run the reconciliation again.",
)
_RESTLESS = (
    "a clinic that can be read in one state",
    f"a clinic that changed during each of {_LOOKS} readings",
    "Run the reconciliation again when the clinic is quiet.",
)
_CURE = "The log of reconcile_billing has the cause: cure it, then run the reconciliation again."
_UNBLOCK = "Ask the clinic whether the address is right, then correct or unblock it."


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    sums: Sums
    """What the clinics add up to that this run checked."""
    after: Key[Any] | None
    """The key behind which the next run begins; None at the end of the segment."""


@dataclass(frozen=True, slots=True)
class Night:
    """The night that is being reconciled, and what it takes."""

    store: Store
    ledger: Ledger
    workflows: Workflows
    directory: Directory
    at: datetime
    since: datetime | None
    """The moment of the night before, if there was one."""
    began: datetime
    """Since when the night runs: what was started after it, the night has started."""
    patient: bool
    """Whether what fails is left to another try, which cures it unless the clinic is at fault."""

    @property
    def date(self) -> date:
        """Under which date everything is written."""
        return self.at.date()


def reconcile_segment(
    store: Store,
    ledger: Ledger,
    workflows: Workflows,
    directory: Directory,
    *,
    segment: int,
    segments: int,
    at: datetime,
    now: datetime,
    after: Key[Any] | None,
    retried: int = 0,
    enough_time: Callable[[], bool],
) -> Progress:
    """Check the clinics of a segment behind a key, at least one, for as long as there is time.

    ``retried`` is how often this run failed before.
    """
    since, patient = begin_night(store, at), retried < _RETRIES
    night = Night(store, ledger, workflows, directory, at, since, min(at, now), patient)
    sums = Sums()
    for part, cut in _partitions(ledger, segment, segments, after):
        sums = sums.and_also(_done_or_reported(night, part, cut))
        if not part.name.startswith(_CLINICS):
            # Not a place to go on from: such keys hold addresses, and workflows keep their input.
            continue
        after = Key(part.name, part.last_sort)
        if not enough_time():
            return Progress(sums, after)
    return Progress(sums, None)


def _done_or_reported(night: Night, part: ScannedPartition, cut: bool) -> Sums:
    """Do what a partition asks for; what fails time and again is a finding, and the night goes on.

    A record that cannot be read is one at once: another try finds it as it is.
    """
    kind, _, of = part.name.partition("#")
    is_clinic = part.name.startswith(_CLINICS)
    try:
        if is_clinic:
            return _check(night, part, cut)
        _look_after_mail(night, part)
    except Exception as error:
        # Of mail only the kind: the rest of the key may be an address.
        clinic_id, subject = (of, keys.CLINIC) if is_clinic else (NO_CLINIC, kind)
        if not part.unreadable:
            if night.patient:
                raise
            says = "records that can be checked", f"a check that failed with {type(error).__name__}"
            _write_of_records(night, clinic_id, subject, *says, _CURE)
        for sort in part.unreadable:
            _write_of_records(night, clinic_id, sort if is_clinic else subject, *_UNREADABLE)
    return Sums() if part.clinic is None else sums_of(part.clinic, overdue=0, parked=0)


def _look_after_mail(night: Night, part: ScannedPartition) -> None:
    if part.unreadable:
        raise LookupError("a record about mail cannot be read")
    if part.blocked_because is not None:
        address = part.name.partition("#")[2]
        says = "an address that accepts email", f"blocked after a {part.blocked_because}"
        for user in night.store.memberships_of_address(address):
            of = user.owner, Invariant.MAIL_ADDRESS, address
            _write(night, Finding(*of, *says, _UNBLOCK))
    if part.unsent_since is not None:
        _send_or_give_up(night, part.name, moment_at(part.unsent_since))


def _send_or_give_up(night: Night, name: str, since: datetime) -> None:
    """Start a notice again that is not sent; give up letters that nobody will send any more."""
    kind, _, of = name.partition("#")
    if kind == keys.MAIL:
        if since < night.at - _LETTERS_TRIED_FOR:
            give_up(night.store, of)
    elif since < night.at - _NOTICES_TRIED_FOR:
        clinic_id, _, cause = of.partition("#")
        night.workflows.send_notice(clinic_id, cause, f"{night.date}")


def _partitions(
    ledger: Ledger, segment: int, segments: int, after: Key[Any] | None
) -> Iterator[tuple[ScannedPartition, bool]]:
    """Yield each partition, and whether a page or the segment may have cut it.

    Once; and again where the clinic's own record comes on a later page than others of it.
    """
    done = None if after is None else after.partition
    start = after
    while True:
        page = ledger.scan(segment, segments, start)
        for number, part in enumerate(page.partitions):
            if part.name == done and part.clinic is None:
                continue
            cut_before = part.name == done or (number == 0 and start is None)
            is_last = number == len(page.partitions) - 1
            yield (
                part,
                cut_before or (is_last and (page.last is None or page.last.partition == part.name)),
            )
            done = part.name
        if page.last is None:
            return
        start = page.last


def _check(night: Night, part: ScannedPartition, cut: bool) -> Sums:
    """Check a clinic by what the scan brought, or by reading it; returns what it adds up to."""
    clinic_id = part.name.removeprefix(_CLINICS)
    if (
        cut
        or part.clinic is None
        or part.erasing
        or part.unreadable
        or part.clinic.due_change(night.at)
        or is_closing_due(part.clinic, night.at)
    ):
        sums = _examine(night, clinic_id)
        # Another segment may see others of its records: whoever sees the clinic's own counts it.
        return Sums() if part.clinic is None else sums
    books = Books(part.clinic, at=night.at, since=night.since)
    judgement = _closed(books, part.invoices, part.adjustments, part.users)
    if not judgement.is_clean:
        return _examine(night, clinic_id)
    clinic = part.clinic
    if is_renewal_due(clinic, night.at):
        clinic = renew_due(night.store, clinic, now=night.at)
    _act(night, clinic, judgement)
    return sums_of(clinic, overdue=judgement.overdue, parked=judgement.parked)


def _act(night: Night, clinic: Clinic, judgement: Judgement) -> None:
    """Repair what is safe and tell what is due; see that what comes before the next night will."""
    _repair(night, clinic.clinic_id, judgement)
    write_due(night.store, clinic, since=night.since, at=night.at)
    for change in clinic.scheduled:
        if night.at < change.applies_at <= night.at + NEXT_NIGHT:
            night.workflows.start_day(clinic.clinic_id, change.adjustment_id, change.applies_at)
    warn_of_failures(night.store, clinic, at=night.at)


def _closed(
    books: Books,
    invoices: Iterable[HeaderFact | LineFact],
    adjustments: Iterable[AdjustmentFact],
    users: Iterable[UserFact],
) -> Judgement:
    for invoice in invoices:
        if isinstance(invoice, HeaderFact):
            books.add_header(invoice)
        else:
            books.add_line(invoice)
    for adjustment in adjustments:
        books.add_adjustment(adjustment)
    for user in users:
        books.add_user(user)
    return books.close()


def _examine(night: Night, clinic_id: str) -> Sums:
    """Read a clinic consistently and write down what is wrong; returns what it adds up to.

    Every change of a clinic changes its version, so what was read while the version stayed is
    one state of it. Renewals, scheduled changes that are late, and lines that wait to be written
    come first, so that a second run of the night finds the same. So do removals of users that
    stopped halfway.
    """
    for erasure in night.store.all(clinic_id, keys.ERASURE):
        finish_removal(night.store, night.directory, erasure)
    sums = Sums()
    for _ in range(_LOOKS):
        (clinic,) = night.store.load(keys.clinic_key(clinic_id))
        if clinic is None:
            _write_of_records(night, clinic_id, keys.CLINIC, *_ORPHANED)
            return Sums()
        clinic = close_due(night.store, renew_due(night.store, clinic, now=night.at), now=night.at)
        finish_lines(night.store, clinic)
        judgement = _judge_read(night, clinic)
        sums = sums_of(clinic, overdue=judgement.overdue, parked=judgement.parked)
        (again,) = night.store.load(keys.clinic_key(clinic_id))
        if again is not None and again.version == clinic.version:
            for finding in judgement.findings:
                _write(night, finding)
            _act(night, clinic, judgement)
            return sums
        time.sleep(_CHANCE.uniform(0, 1))
    _write_of_records(night, clinic_id, keys.CLINIC, *_RESTLESS)
    return sums


def _registered(store: Store, clinic_id: str) -> dict[str, int] | None:
    """Return the licenses at registration as the clinic's first history record tells them."""
    for first in store.page(keys.partition(clinic_id), keys.HISTORY, limit=1).records:
        if first.action == "clinic_registered":
            return {str(kind): count for kind, count in first.after["licenses"].items()}
    return None


def _judge_read(night: Night, clinic: Clinic) -> Judgement:
    registered = _registered(night.store, clinic.clinic_id)
    judgement = Judgement([], frozenset(), [], [])
    # Where lines differ, a second reading keeps those of the differing buckets.
    for _ in range(2):
        books = Books(
            clinic,
            at=night.at,
            since=night.since,
            registered=registered,
            watched=judgement.differing,
        )
        of, ledger = clinic.clinic_id, night.ledger
        judgement = _closed(books, ledger.invoices(of), ledger.adjustments(of), ledger.users(of))
        if not judgement.differing:
            break
    return judgement


def _repair(night: Night, clinic_id: str, judgement: Judgement) -> None:
    for adjustment_id in judgement.restart:
        _restart(night, clinic_id, adjustment_id, "it was due and had not been made")
    for one in judgement.verify:
        # Of what is unknown nothing is lost yet: it is not due, and another night comes.
        match night.workflows.keep_pending(
            clinic_id, one.adjustment_id, moment_at(one.due), since=night.began
        ):
            case Pending.BEGUN:
                _restart(night, clinic_id, one.adjustment_id, _NOTHING_WAITED, begun=True)
            case Pending.ENDED:
                _restart(night, clinic_id, one.adjustment_id, _NOTHING_WAITED)


@until_committed
def _restart(
    night: Night, clinic_id: str, adjustment_id: str, why: str, *, begun: bool = False
) -> None:
    """Start an adjustment's workflow again, which does what is left to do, if anything is.

    Started first and written down then, since a start under one name has one effect. What has
    ``begun`` under its own name is only written down.
    """
    clinic, adjustment, done = night.store.load(
        keys.clinic_key(clinic_id),
        keys.ADJUSTMENT.key(clinic_id, adjustment_id),
        keys.repair_key(night.date, clinic_id, adjustment_id),
    )
    if clinic is None or adjustment is None or done is not None or not _is_open(adjustment):
        return
    if not begun:
        night.workflows.start(f"{adjustment_id}-{night.date}", adjustment)
    status = {"status": adjustment.status}
    Opened(night.store, clinic, night.at).commit(
        clinic,
        Event("invoice_update_restarted", adjustment_id, status, status, why),
        Insert(Repair(night.date, clinic_id, adjustment_id)),
    )


def _is_open(adjustment: Adjustment) -> bool:
    if adjustment.status in (Status.INVOICED, Status.LAPSED):
        return adjustment.confirmation in (Confirmation.QUEUED, Confirmation.SENDING)
    return adjustment.status is Status.APPLIED


def _write_of_records(night: Night, clinic_id: str, subject: str, *says: str) -> None:
    """Write down a finding about records; ``says`` what was expected, what is, and what to do."""
    _write(night, Finding(clinic_id, Invariant.RECORDS, subject, *says))


def _write(night: Night, finding: Finding) -> None:
    found = finding.clinic_id, finding.invariant, finding.subject
    key = keys.finding_key(night.date, *found)
    insert_once(night.store, key, NightlyFinding(night.date, finding))
