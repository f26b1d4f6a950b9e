"""Generated lives of a clinic: months of requests, cancellations, price changes and renewals.

A life is drawn by Hypothesis as plain data and then lived through the product's use cases on
a table in this process. What of it may be referred to later is written down here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import hypothesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from licensing.answers.adjustments import adjustment_requested
from licensing.answers.invoices import invoice_corrected
from licensing.answers.users import activation_set
from licensing.domain.adjustments import (
    RENEWAL,
    Action,
    Adjustment,
    AdjustmentRequest,
    EffectiveOn,
    Line,
    Status,
)
from licensing.domain.beside import Answer
from licensing.domain.business_time import Calendar
from licensing.domain.clinics import Clinic, ScheduledChange
from licensing.domain.errors import InvalidRequestError, NotFoundError, RefusedError
from licensing.domain.invoices import Invoice, InvoiceLine, StoredLine
from licensing.domain.keys import INVOICE, USER, adjustment_key, clinic_key
from licensing.domain.licenses import LicenseType
from licensing.domain.limits import DEAREST_CENTS, MOST_LICENSES, MOST_PER_REQUEST
from licensing.domain.proration import ProrationUnit, ReleaseCredit
from licensing.domain.users import USER_MANAGER, User
from licensing.use_cases.access import Caller
from licensing.use_cases.billing.correct_invoice import correct_invoice
from licensing.use_cases.billing.preview_license_adjustment import preview_license_adjustment
from licensing.use_cases.billing.update_invoice import update_invoice
from licensing.use_cases.clinics.change_clinic import SettingsChange, change_clinic
from licensing.use_cases.clinics.close_clinic import close_clinic, close_due, keep_clinic_open
from licensing.use_cases.clinics.register_clinic import (
    RegisteredLicense,
    Registration,
    register_clinic,
)
from licensing.use_cases.idempotency import RequestOnce
from licensing.use_cases.licenses.apply_scheduled_adjustment import apply_scheduled_adjustment
from licensing.use_cases.licenses.cancel_license_adjustment import cancel_license_adjustment
from licensing.use_cases.licenses.request_license_adjustment import request_license_adjustment
from licensing.use_cases.renewals import renew_due
from licensing.use_cases.users.add_user import NewUser, add_user
from licensing.use_cases.users.set_user_activation import set_user_activation
from local.memory.store import Store
from local.people import inviting
from tests.invariants import violations

CLINIC_ID = "clinic-main-street"
STAFF = Caller("staff", is_staff=True, channel="api")
DANA = Caller("dana", is_staff=False, channel="web")

# Whole hours, half hours, quarters; summer time in both hemispheres, none at all, at midnight,
# by half an hour, interrupted; the farthest day.
ZONES = [
    "America/St_Johns",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Pacific/Kiritimati",
    "America/New_York",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Havana",
    "America/Santiago",
    "Asia/Kolkata",
    "Asia/Beirut",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "UTC",
]


@dataclass(frozen=True)
class Request:
    """A request of lines, perhaps at the prices of a preview some seconds before.

    ``kept``: at prices that were kept since the step before, whatever that step was.
    """

    lines: tuple[tuple[LicenseType, int], ...]
    preview_seconds: int | None
    kept: bool
    late: timedelta
    """How long after its due time the workflow runs."""


@dataclass(frozen=True)
class Schedule:
    """A request of lines for so many days from now, or for the coming renewal."""

    lines: tuple[tuple[LicenseType, int], ...]
    days: int | None
    late: timedelta
    """How long after the day has begun the workflow runs, and after its due time the update."""


@dataclass(frozen=True)
class CancelScheduled:
    """A cancellation of one of the adjustments that wait for their day, from the newest."""

    newest: int


@dataclass(frozen=True)
class Cancel:
    """A cancellation of one of the adjustments, counted from the newest."""

    newest: int


@dataclass(frozen=True)
class NewTerms:
    """A change of prices and rules by staff; a price adds the type if the clinic lacks it."""

    prices: tuple[tuple[LicenseType, int], ...]
    unit: ProrationUnit | None
    credit: ReleaseCredit | None


NOTHING_NEW = NewTerms((), None, None)


@dataclass(frozen=True)
class NewCalendar:
    """A change of the business hours by staff."""

    calendar: Calendar


@dataclass(frozen=True)
class Activate:
    """A user made active or inactive."""

    user: int
    active: bool


@dataclass(frozen=True)
class Release:
    """A user made inactive and their license released."""

    user: int
    late: timedelta


@dataclass(frozen=True)
class Night:
    """A nightly run, which renews what is due, and closes the clinic when its day has come."""


@dataclass(frozen=True)
class Close:
    """The end of the clinic, planned for so many days from now; 0 is today."""

    days: int


@dataclass(frozen=True)
class KeepOpen:
    """The end of the clinic taken back."""


@dataclass(frozen=True)
class Correct:
    """A correction by staff on the upcoming invoice."""

    cents: int


@dataclass(frozen=True)
class UntilBoundary:
    """A pause until shortly before or after the next billing period begins."""

    seconds: float


@dataclass(frozen=True)
class UntilClockChange:
    """A pause until shortly before or after the clocks are changed; none where they never are."""

    seconds: float


Gap = timedelta | UntilBoundary | UntilClockChange
Step = (
    Request
    | Schedule
    | CancelScheduled
    | Cancel
    | NewTerms
    | NewCalendar
    | Activate
    | Release
    | Night
    | Close
    | KeepOpen
    | Correct
)


@dataclass(frozen=True)
class Plan:
    """All that is drawn about one life."""

    licenses: tuple[tuple[LicenseType, int, int], ...]
    zone: str = "UTC"
    billing_day: int = 1
    registered_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    rules: NewTerms = NOTHING_NEW
    """What staff set right after the registration, in force from the second period."""
    pause: timedelta = timedelta()
    steps: tuple[tuple[Gap, Step], ...] = ()
    finished: bool = True
    """Whether every workflow has run by the end (I3 speaks of invoiced adjustments only)."""


@dataclass
class Life:
    """What happened, beside the table in which it left its records."""

    plan: Plan
    store: Store = field(default_factory=Store)
    accepted: list[str] = field(default_factory=list)
    """The ids of adjustments, in the order in which they were accepted or applied."""
    repriced: bool = False
    """Whether staff changed the terms."""
    refused: list[str] = field(default_factory=list)
    asked: int = 0
    """How often something was asked for a later day."""
    waiting: list[tuple[datetime, str]] = field(default_factory=list)
    scheduled: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)
    """When the workflow applies what waits for its day, and how late it is invoiced then."""
    promised: dict[str, tuple[InvoiceLine, ...]] = field(default_factory=dict)
    """The invoice lines that a preview showed, by the adjustment that took its prices."""
    _clinic: Clinic = field(init=False)
    _clinic_item: Any = None

    @property
    def clinic(self) -> Clinic:
        """The clinic as it is in the table; read again only if it was written."""
        item = self.store.table.get(clinic_key(CLINIC_ID))
        if item is not self._clinic_item:
            self._clinic_item = item
            (self._clinic,) = self.store.load(clinic_key(CLINIC_ID))
        return self._clinic

    @property
    def lines(self) -> list[StoredLine]:
        found = self.store.all(CLINIC_ID, INVOICE)
        return [record for record in found if isinstance(record, StoredLine)]

    @property
    def invoices(self) -> list[Invoice]:
        """All invoice headers in the table, oldest first."""
        found = self.store.all(CLINIC_ID, INVOICE)
        return [record for record in found if isinstance(record, Invoice)]

    @property
    def users(self) -> list[User]:
        return list(self.store.all(CLINIC_ID, USER))

    def adjustment(self, adjustment_id: str) -> Adjustment:
        (found,) = self.store.load(adjustment_key(CLINIC_ID, adjustment_id))
        assert isinstance(found, Adjustment)
        return found


def _lines(of: Request | Schedule) -> tuple[Line, ...]:
    return tuple(
        Line(Action.ADD if delta > 0 else Action.REMOVE, kind, abs(delta))
        for kind, delta in of.lines
    )


PEOPLE = inviting(lambda email: email.partition("@")[0])
"""Sign-ins whose id is the first part of the address."""


def _often(*listed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Draw from each as often as it is listed; ``st.one_of`` forgets what is listed twice."""
    return st.sampled_from(listed).flatmap(lambda chosen: chosen)


_ALMOST = st.sampled_from([-1.0, -0.001, 0.0, 0.001])
"""Seconds."""
_MOMENTS = st.integers(0, 5_000).map(lambda ms: timedelta(milliseconds=ms))
_MINUTES = st.integers(1, 90).map(lambda minutes: timedelta(minutes=minutes))
_GAPS: st.SearchStrategy[Gap] = _often(
    _MOMENTS,
    _MINUTES,
    _MINUTES,
    st.integers(1, 80).map(lambda hours: timedelta(hours=hours)),
    st.integers(1, 35).map(lambda days: timedelta(days=days, hours=-1, seconds=17)),
    st.integers(-600, 5).map(UntilBoundary),
    _ALMOST.map(UntilBoundary),
    _ALMOST.map(UntilClockChange),
)
_RARE_GAPS: st.SearchStrategy[Gap] = _often(*[_GAPS] * 9, st.just(timedelta(days=380)))
"""A year in which nothing renews but what waits."""
_LATE = _often(
    st.just(timedelta()),
    st.just(timedelta()),
    st.integers(1, 30).map(lambda hours: timedelta(hours=hours)),
    st.integers(1, 75).map(lambda days: timedelta(days=days, seconds=3)),
)
_FEW = st.integers(-4, 5).filter(bool)
_DELTAS = _often(*[_FEW] * 6, st.sampled_from([MOST_PER_REQUEST, -MOST_PER_REQUEST]))
_QUANTITIES = _often(*[st.integers(1, 9)] * 6, st.just(MOST_LICENSES))
_PRICES = st.sampled_from([1, 99, 333, 1_000, 4_995, 7_777] * 2 + [0, DEAREST_CENTS])
_CENTS = st.sampled_from([1, -1, 2_500, -2_500, DEAREST_CENTS, -DEAREST_CENTS])


def _terms(kinds: list[LicenseType], *, likely: ReleaseCredit) -> st.SearchStrategy[NewTerms]:
    prices = st.dictionaries(st.sampled_from(kinds), _PRICES)
    return st.builds(
        NewTerms,
        prices.map(lambda chosen: tuple(chosen.items())),
        st.none() | st.sampled_from(ProrationUnit),
        st.sampled_from([likely, likely, None, ReleaseCredit.PRORATED]),
    )


def _steps(
    kinds: list[LicenseType], added: list[LicenseType], *, closes: bool
) -> st.SearchStrategy[Step]:
    wanted = kinds + added
    by_type = st.dictionaries(st.sampled_from(wanted), _DELTAS, min_size=1).map(
        lambda lines: tuple(lines.items())
    )
    preview = st.one_of(st.none(), st.integers(0, 15 * 60))
    kept = st.sampled_from([False, False, True])
    request = st.builds(Request, by_type, preview, kept, _LATE)
    cancel = st.builds(Cancel, st.sampled_from([0, 0, 0, 1, 1, 2, 3]))
    day = st.one_of(st.none(), st.integers(1, 3), st.integers(1, 45))
    schedule = st.builds(Schedule, by_type, day, _LATE)
    user = st.integers(0, 2 * len(kinds) - 1)
    news = [
        st.builds(NewTerms, st.tuples(st.tuples(st.just(kind), _PRICES)), st.none(), st.none())
        for kind in added
    ]
    days = st.one_of(st.just(0), st.integers(1, 40))
    ends = [st.builds(Close, days), st.just(KeepOpen())] if closes else []
    return _often(
        *[request] * 3,
        *[cancel] * 2,
        *[schedule] * 2,
        st.builds(CancelScheduled, st.integers(0, 2)),
        _terms(wanted, likely=ReleaseCredit.NONE),
        *news,
        *news,
        st.builds(NewCalendar, st.sampled_from(Calendar)),
        st.builds(Activate, user, st.booleans()),
        st.builds(Release, user, _LATE),
        st.just(Night()),
        st.builds(Correct, _CENTS),
        *ends,
    )


def wrong_in(life: Life) -> list[str]:
    """Return what the judge of the invariants says of the table that a life left."""
    return violations(life.store.table.items(), staff=[STAFF.user_id])


def clock_change(zone: str, after: datetime) -> datetime | None:
    """Return when the clocks of the zone are changed next, within a year."""
    local = ZoneInfo(zone)

    def offset(hours: int) -> timedelta | None:
        return (after + timedelta(hours=hours)).astimezone(local).utcoffset()

    for hour in range(24, 24 * 366, 24):
        if offset(hour) != offset(hour - 24):
            begin = after.replace(minute=0, second=0, microsecond=0)
            quarters = (begin + timedelta(minutes=15 * of) for of in range(4 * hour - 96, 4 * hour))
            found = (one for one in quarters if one.astimezone(local).utcoffset() == offset(hour))
            return next(found, None)
    return None


@st.composite
def plans(draw: st.DrawFn, *, most_steps: int = 24) -> Plan:
    # Mostly one type: several in one life seldom meet.
    most = draw(st.sampled_from([1, 1, 1, 2, 3]))
    kinds = draw(st.lists(st.sampled_from(LicenseType), min_size=1, max_size=most, unique=True))
    lacking = [kind for kind in LicenseType if kind not in kinds]
    # One that nobody can ask for before staff have priced it.
    added = draw(st.sampled_from([[], [], lacking[:1]]))
    zone = draw(st.sampled_from(ZONES))
    closes = draw(st.sampled_from([False, False, True]))
    registered_at = draw(
        st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)).map(  # noqa: DTZ001
            # As clocks tell a clinic's moments: in milliseconds.
            lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)
        )
    )
    if draw(st.sampled_from([False, False, False, True])):
        clocks = clock_change(zone, registered_at) or registered_at
        registered_at = clocks + timedelta(seconds=draw(_ALMOST))
    return Plan(
        zone=zone,
        billing_day=draw(st.integers(1, 31)),
        registered_at=registered_at,
        licenses=tuple((kind, draw(_QUANTITIES), draw(_PRICES)) for kind in kinds),
        rules=draw(_terms(kinds, likely=ReleaseCredit.NONE)),
        pause=timedelta(days=draw(st.sampled_from([0, 20, 32, 32]))),
        steps=tuple(
            draw(
                st.lists(
                    st.tuples(_RARE_GAPS, _steps(kinds, added, closes=closes)),
                    min_size=6,
                    max_size=most_steps,
                )
            )
        ),
        finished=draw(st.sampled_from([True, True, True, False])),
    )


def every(
    drawn: st.SearchStrategy[Plan], live: Callable[[Plan], object], *, lives: int, seed: int = 0
) -> None:
    """Live through so many of the lives, which are the same for the same seed."""

    @hypothesis.seed(seed)
    @settings(
        max_examples=lives,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn)
    def each(plan: Plan) -> None:
        live(plan)

    each()


class Living:
    """Carries a plan out, step by step."""

    def __init__(self, plan: Plan, store: Store | None = None) -> None:
        self.life = Life(plan, store or Store())
        self.now = plan.registered_at
        self._kept = plan.registered_at
        self._before: Any = None
        self._late: ScheduledChange | None = None
        self._begin()

    def run(self, *, months: int) -> Life:
        """Live through all steps, and on until so many billing periods are renewed."""
        self._try(self.life.plan.rules)
        self._pass(self.life.plan.pause)
        for gap, step in self.life.plan.steps:
            self.advance(gap, step)
        end = self.life.plan.registered_at + timedelta(days=32 * months)
        self._pass(max(end - self.now, timedelta()))
        if self.life.plan.finished:
            while self.life.waiting or self.life.scheduled:
                self._pass(timedelta(days=40))
        self._renew_and_close()
        return self.life

    def advance(self, gap: Gap, step: Step) -> None:
        """Let time pass, then take one step; a refusal is noted and changes nothing."""
        kept = self.life.clinic.moment(self.now)
        self._pass(self._duration(gap))
        self._try(step)
        self._kept = kept

    def _try(self, step: Step) -> None:
        self._look()
        try:
            self._take(step)
        except (RefusedError, InvalidRequestError, NotFoundError) as error:
            if error.code == "not_found" and not self.life.clinic.has_closed:
                raise
            # Nobody is a member of a clinic that has closed.
            self.life.refused.append(error.code)
            assert self._late or self.life.store.table.partitions == self._before
        self._note_applied()

    def _look(self) -> None:
        """Note how things are: a refusal changes nothing, but that it applies what is late."""
        self._before = self.life.store.table.snapshot()
        self._late = self.life.clinic.due_change(self.life.clinic.moment(self.now))

    def _note_applied(self) -> None:
        """Whoever finds a scheduled change due applies it; it goes on as one of its day."""
        for adjustment_id, (_, late) in sorted(self.life.scheduled.items()):
            written = self.life.adjustment(adjustment_id)
            if written.status is Status.SCHEDULED:
                continue
            del self.life.scheduled[adjustment_id]
            if written.has_changed_licenses:
                self._accept(adjustment_id, late)

    def _take(self, step: Step) -> None:
        store = self.life.store
        match step:
            case Request():
                self._request(step)
            case Schedule():
                self._schedule(step)
            case CancelScheduled(newest):
                self._cancel_scheduled(newest)
            case Cancel(newest):
                if newest < len(self.life.accepted):
                    chosen = self.life.accepted[-1 - newest]
                    cancel_license_adjustment(store, DANA, CLINIC_ID, chosen, now=self.now)
            case Night():
                self._renew_and_close()
            case _:
                self._take_of_staff(step)

    def _take_of_staff(self, step: Step) -> None:
        match step:
            case NewTerms():
                self._set_terms(step)
            case NewCalendar(calendar):
                change = SettingsChange(calendar=calendar)
                change_clinic(self.life.store, STAFF, CLINIC_ID, change, now=self.now)
            case Close(days):
                self._close(days)
            case KeepOpen():
                keep_clinic_open(self.life.store, STAFF, CLINIC_ID, now=self.now)
            case Correct(cents):
                self._correct(cents)
            case _:
                self._take_of_user(step)

    def _take_of_user(self, step: Step) -> None:
        match step:
            case Activate(user, active):
                self._switch(user, active, None)
            case Release(user, late):
                self._release(user, late)

    def _duration(self, gap: Gap) -> timedelta:
        match gap:
            case UntilBoundary(seconds):
                moment = self.life.clinic.billing_calendar.period_at(self.now).end
            case UntilClockChange(seconds):
                moment = clock_change(self.life.plan.zone, self.now) or self.now
            case _:
                return gap
        return max(moment + timedelta(seconds=seconds) - self.now, timedelta())

    def _pass(self, gap: timedelta) -> None:
        self.pass_to(self.now + gap)

    def pass_to(self, until: datetime) -> None:
        """Let time pass; the updates that come meanwhile are made."""
        while True:
            days = [(day, one) for one, (day, _) in self.life.scheduled.items()]
            due, adjustment_id = min([*self.life.waiting, *days], default=(until, None))
            if adjustment_id is None or due > until:
                break
            self.now = max(due, self.now)
            if adjustment_id in self.life.scheduled:
                self._apply(adjustment_id)
            else:
                self.life.waiting.remove((due, adjustment_id))
                self._invoice(adjustment_id, self.now)
                self._note_applied()
        self.now = until

    def _apply(self, adjustment_id: str) -> None:
        store = self.life.store
        if self.life.clinic.is_closed(self.life.adjustment(adjustment_id).effective_at):
            # The clinic has ended before that day: the night gives up what waits for it.
            self._renew_and_close()
            return
        outcome = apply_scheduled_adjustment(store, CLINIC_ID, adjustment_id, now=self.now)
        table = store.table.snapshot()
        again = apply_scheduled_adjustment(store, CLINIC_ID, adjustment_id, now=self.now)
        assert (again, store.table.partitions) == (outcome, table)
        assert outcome == (
            "lapsed" if self.life.adjustment(adjustment_id).lapsed_because else "applied"
        )
        self._note_applied()

    def _invoice(self, adjustment_id: str, now: datetime) -> None:
        cancelled = self.life.adjustment(adjustment_id).status is Status.CANCELLED
        outcome = update_invoice(self.life.store, CLINIC_ID, adjustment_id, now=now)
        lines = self.life.lines
        again = update_invoice(self.life.store, CLINIC_ID, adjustment_id, now=now)
        assert again == outcome
        assert self.life.lines == lines
        assert outcome == ("cancelled" if cancelled else "invoiced")

    def _renew_and_close(self) -> None:
        renew_due(self.life.store, self.life.clinic, now=self.now)
        self._note_applied()
        close_due(self.life.store, self.life.clinic, now=self.now)
        self._note_applied()

    def _close(self, days: int) -> None:
        today = self.life.clinic.moment(self.now).astimezone(self.life.clinic.zone).date()
        day = today + timedelta(days=days)
        close_clinic(
            self.life.store, STAFF, CLINIC_ID, closes_on=day, reason="It moves.", now=self.now
        )
        self._note_applied()

    def _correct(self, cents: int) -> None:
        correct_invoice(
            self.life.store,
            STAFF,
            CLINIC_ID,
            "upcoming",
            amount_cents=cents,
            reason="Made up for.",
            once=RequestOnce.of(CLINIC_ID, STAFF, "correct", f"{self.now}", {}, invoice_corrected),
            now=self.now,
        )

    def _begin(self) -> None:
        plan = self.life.plan
        first = plan.licenses[0][0]
        registration = Registration(
            name="Main Street Physical Therapy",
            time_zone=plan.zone,
            currency="USD",
            billing_day=plan.billing_day,
            licenses=tuple(RegisteredLicense(*entry) for entry in plan.licenses),
            user_managers=(NewUser("Dana", "dana@clinic.example", first, (USER_MANAGER,)),),
        )
        store = self.life.store
        register_clinic(store, PEOPLE, STAFF, CLINIC_ID, registration, now=self.now)
        for number in range(2 * len(plan.licenses)):
            kind = plan.licenses[number // 2][0]
            new = NewUser(f"User {number}", f"user{number}@clinic.example", kind, ())
            add_user(store, PEOPLE, DANA, CLINIC_ID, new, now=self.now)

    def _request(self, step: Request) -> None:
        lines = _lines(step)
        priced_at, shown, version = None, None, 0
        if step.kept:
            priced_at = self._kept
        elif step.preview_seconds is not None:
            request = AdjustmentRequest(lines, "Fewer hands.")
            shown = preview_license_adjustment(
                self.life.store, DANA, CLINIC_ID, request, now=self.now
            )
            priced_at = shown.adjustment.effective_at
            version = self.life.clinic.version
            self._pass(timedelta(seconds=step.preview_seconds))
            self._look()
        request = AdjustmentRequest(lines, "Fewer hands.", priced_at)
        self._accept(self.ask(request, f"{len(self.life.accepted)}"), step.late)
        if shown is not None and version + 1 == self.life.clinic.version:
            adjustment = self.life.adjustment(self.life.accepted[-1])
            assert adjustment.invoice_update_due_at >= shown.adjustment.invoice_update_due_at
            self.life.promised[adjustment.adjustment_id] = shown.lines

    def _schedule(self, step: Schedule) -> None:
        today = self.life.clinic.moment(self.now).astimezone(self.life.clinic.zone).date()
        day: EffectiveOn = RENEWAL if step.days is None else today + timedelta(days=step.days)
        self.life.asked += 1
        request = AdjustmentRequest(_lines(step), "Fewer hands.", effective_on=day)
        adjustment_id = self.ask(request, f"later {self.life.asked}")
        applies_at = self.life.adjustment(adjustment_id).effective_at
        self.life.scheduled[adjustment_id] = (applies_at + step.late, step.late)

    def ask(self, request: AdjustmentRequest, key: str) -> str:
        """Make a request under a key of its own, and return its adjustment's id."""
        once = RequestOnce.of(CLINIC_ID, DANA, "adjust", key, {}, adjustment_requested)
        answer = request_license_adjustment(
            self.life.store, DANA, CLINIC_ID, request, once=once, now=self.now
        )
        return str(answer.body["adjustment_id"])

    def _cancel_scheduled(self, newest: int) -> None:
        if newest < len(self.life.scheduled):
            chosen = sorted(self.life.scheduled)[-1 - newest]
            cancel_license_adjustment(self.life.store, DANA, CLINIC_ID, chosen, now=self.now)

    def _release(self, user: int, late: timedelta) -> None:
        answer = self._switch(user, False, f"{len(self.life.accepted)}")
        self._accept(str(answer.body["adjustment"]["adjustment_id"]), late)

    def _switch(self, user: int, active: bool, key: str | None) -> Answer:
        return set_user_activation(
            self.life.store,
            DANA,
            CLINIC_ID,
            f"user{user}",
            active=active,
            now=self.now,
            release_explanation=None if key is None else "They left.",
            once=RequestOnce.of(CLINIC_ID, DANA, "switch", key, {}, activation_set),
        )

    def _accept(self, adjustment_id: str, late: timedelta) -> None:
        written = self.life.adjustment(adjustment_id)
        at_renewal = written.status is Status.INVOICED and written.applies_at is not None
        assert at_renewal or written.status is Status.APPLIED
        self.life.accepted.append(adjustment_id)
        self.life.waiting.append((written.invoice_update_due_at + late, adjustment_id))

    def _set_terms(self, step: NewTerms) -> None:
        change_clinic(
            self.life.store,
            STAFF,
            CLINIC_ID,
            SettingsChange(
                prices=dict(step.prices), proration_unit=step.unit, release_credit=step.credit
            ),
            now=self.now,
        )
        self.life.repriced = True
