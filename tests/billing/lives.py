"""Generated lives of a clinic: months of requests, cancellations, price changes and renewals.

A life is drawn by Hypothesis as steps, which are methods of ``Life`` with what they are given, and
then lived through the product's use cases on a table in this process.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
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
from licensing.domain.keys import ADJUSTMENT, INVOICE, clinic_key
from licensing.domain.licenses import LicenseType
from licensing.domain.limits import DEAREST_CENTS, MOST_LICENSES, MOST_PER_REQUEST
from licensing.domain.proration import ProrationUnit, ReleaseCredit
from licensing.domain.users import USER_MANAGER
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
class UntilBoundary:
    """A pause until shortly before or after the next billing period begins."""

    seconds: float


@dataclass(frozen=True)
class UntilClockChange:
    """A pause until shortly before or after the clocks are changed; none where they never are."""

    seconds: float


Gap = timedelta | UntilBoundary | UntilClockChange
Step = Callable[["Life"], object]
"""One of the life's methods, perhaps with what it is given."""
Lines = tuple[tuple[LicenseType, int], ...]
AT_ONCE = timedelta()


def nothing(life: "Life") -> None:
    """Do nothing; only time passes."""


@dataclass(frozen=True)
class Plan:
    """All that is drawn about one life."""

    licenses: tuple[tuple[LicenseType, int, int], ...]
    zone: str = "UTC"
    billing_day: int = 1
    registered_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    rules: Step = nothing
    """What staff set right after the registration, in force from the second period."""
    pause: timedelta = AT_ONCE
    steps: tuple[tuple[Gap, Step], ...] = ()
    finished: bool = True
    """Whether every workflow has run by the end (I3 speaks of invoiced adjustments only)."""


PEOPLE = inviting(lambda email: email.partition("@")[0])
"""Sign-ins whose id is the first part of the address."""


@dataclass
class Life:
    """Carries a plan out, step by step; what happened, beside the table with its records."""

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
    _before: Any = None
    _late: ScheduledChange | None = None

    def __post_init__(self) -> None:
        """Register the clinic, and add two users of each type."""
        plan = self.plan
        self.now = self._kept = plan.registered_at
        first = plan.licenses[0][0]
        registration = Registration(
            name="Main Street Physical Therapy",
            time_zone=plan.zone,
            currency="USD",
            billing_day=plan.billing_day,
            licenses=tuple(RegisteredLicense(*entry) for entry in plan.licenses),
            user_managers=(NewUser("Dana", "dana@clinic.example", first, (USER_MANAGER,)),),
        )
        register_clinic(self.store, PEOPLE, self.staff, CLINIC_ID, registration)
        for number in range(2 * len(plan.licenses)):
            kind = plan.licenses[number // 2][0]
            new = NewUser(f"User {number}", f"user{number}@clinic.example", kind, ())
            add_user(self.store, PEOPLE, self.dana, CLINIC_ID, new)

    @property
    def staff(self) -> Caller:
        return Caller("staff", True, "api", self.now)

    @property
    def dana(self) -> Caller:
        return Caller("dana", False, "web", self.now)

    @property
    def clinic(self) -> Clinic:
        """The clinic as it is in the table; read again only if it was written."""
        item = self.store.table.get(clinic_key(CLINIC_ID))
        if item is not self._clinic_item:
            self._clinic_item = item
            (self._clinic,) = self.store.load(clinic_key(CLINIC_ID))
        return self._clinic

    @property
    def today(self) -> date:
        """The clinic's day."""
        return self.clinic.moment(self.now).astimezone(self.clinic.zone).date()

    @property
    def lines(self) -> list[Any]:
        """All lines of invoices but corrections, each as it is stored."""
        found = [one for one in self.store.all(CLINIC_ID, INVOICE) if isinstance(one, StoredLine)]
        return [stored for stored in found if isinstance(stored.line, InvoiceLine)]

    @property
    def invoices(self) -> list[Invoice]:
        """All invoice headers in the table, oldest first."""
        found = self.store.all(CLINIC_ID, INVOICE)
        return [record for record in found if isinstance(record, Invoice)]

    def adjustment(self, adjustment_id: str) -> Adjustment:
        (found,) = self.store.load(ADJUSTMENT.key(CLINIC_ID, adjustment_id))
        assert isinstance(found, Adjustment)
        return found

    def run(self, *, months: int) -> "Life":
        """Live through all steps, and on until so many billing periods are renewed."""
        self._try(self.plan.rules)
        self._pass(self.plan.pause)
        for gap, step in self.plan.steps:
            self.advance(gap, step)
        end = self.plan.registered_at + timedelta(days=32 * months)
        self._pass(max(end - self.now, AT_ONCE))
        if self.plan.finished:
            while self.waiting or self.scheduled:
                self._pass(timedelta(days=40))
        self.night()
        return self

    def advance(self, gap: Gap, step: Step) -> None:
        """Let time pass, then take one step; a refusal is noted and changes nothing."""
        kept = self.clinic.moment(self.now)
        self._pass(self._duration(gap))
        self._try(step)
        self._kept = kept

    def _try(self, step: Step) -> None:
        self._look()
        try:
            step(self)
        except (RefusedError, InvalidRequestError, NotFoundError) as error:
            if error.code == "not_found" and not self.clinic.has_closed:
                raise
            # Nobody is a member of a clinic that has closed.
            self.refused.append(error.code)
            assert self._late or self.store.table.partitions == self._before
        self._note_applied()

    def _look(self) -> None:
        """Note how things are: a refusal changes nothing, but that it applies what is late."""
        self._before = self.store.table.snapshot()
        self._late = self.clinic.due_change(self.clinic.moment(self.now))

    def _note_applied(self) -> None:
        """Whoever finds a scheduled change due applies it; it goes on as one of its day."""
        for adjustment_id, (_, late) in sorted(self.scheduled.items()):
            written = self.adjustment(adjustment_id)
            if written.status is Status.SCHEDULED:
                continue
            del self.scheduled[adjustment_id]
            if written.has_changed_licenses:
                self.accept(adjustment_id, late)

    def _duration(self, gap: Gap) -> timedelta:
        match gap:
            case UntilBoundary(seconds):
                moment = self.clinic.billing_calendar.period_at(self.now).end
            case UntilClockChange(seconds):
                moment = clock_change(self.plan.zone, self.now) or self.now
            case _:
                return gap
        return max(moment + timedelta(seconds=seconds) - self.now, AT_ONCE)

    def _pass(self, gap: timedelta) -> None:
        self.pass_to(self.now + gap)

    def pass_to(self, until: datetime) -> None:
        """Let time pass; the updates that come meanwhile are made."""
        while True:
            days = [(day, one) for one, (day, _) in self.scheduled.items()]
            due, adjustment_id = min([*self.waiting, *days], default=(until, None))
            if adjustment_id is None or due > until:
                break
            self.now = max(due, self.now)
            if adjustment_id in self.scheduled:
                self._apply(adjustment_id)
            else:
                self.waiting.remove((due, adjustment_id))
                self._invoice(adjustment_id, self.now)
                self._note_applied()
        self.now = until

    def _apply(self, adjustment_id: str) -> None:
        store = self.store
        if self.clinic.is_closed(self.adjustment(adjustment_id).effective_at):
            # The clinic has ended before that day: the night gives up what waits for it.
            self.night()
            return
        outcome = apply_scheduled_adjustment(store, CLINIC_ID, adjustment_id, now=self.now)
        table = store.table.snapshot()
        again = apply_scheduled_adjustment(store, CLINIC_ID, adjustment_id, now=self.now)
        assert (again, store.table.partitions) == (outcome, table)
        assert outcome == ("lapsed" if self.adjustment(adjustment_id).lapsed_because else "applied")
        self._note_applied()

    def _invoice(self, adjustment_id: str, now: datetime) -> None:
        cancelled = self.adjustment(adjustment_id).status is Status.CANCELLED
        outcome = update_invoice(self.store, CLINIC_ID, adjustment_id, now=now)
        lines = self.lines
        again = update_invoice(self.store, CLINIC_ID, adjustment_id, now=now)
        assert again == outcome
        assert self.lines == lines
        assert outcome == ("cancelled" if cancelled else "invoiced")

    def request(
        self,
        lines: Lines,
        preview_seconds: int | None = None,
        *,
        kept: bool = False,
        late: timedelta = AT_ONCE,
    ) -> None:
        """Request lines, perhaps at the prices of a preview some seconds before.

        ``kept``: at prices that were kept since the step before, whatever that step was. ``late``:
        how long after its due time the workflow runs.
        """
        priced_at, shown, version = None, None, 0
        request = AdjustmentRequest(_asked(lines), "Fewer hands.")
        if kept:
            priced_at = self._kept
        elif preview_seconds is not None:
            shown = preview_license_adjustment(self.store, self.dana, CLINIC_ID, request)
            priced_at = shown.adjustment.effective_at
            version = self.clinic.version
            self._pass(timedelta(seconds=preview_seconds))
            self._look()
        request = request._replace(priced_at=priced_at)
        self.accept(self.ask(request, f"{len(self.accepted)}"), late)
        if shown is not None and version + 1 == self.clinic.version:
            adjustment = self.adjustment(self.accepted[-1])
            assert adjustment.invoice_update_due_at >= shown.adjustment.invoice_update_due_at
            self.promised[adjustment.adjustment_id] = shown.lines

    def schedule(self, lines: Lines, days: int | None, late: timedelta) -> None:
        """Request lines for so many days from now, or for the coming renewal.

        ``late``: how long after the day has begun the workflow runs, and after its due time the
        update.
        """
        day: EffectiveOn = RENEWAL if days is None else self.today + timedelta(days=days)
        self.asked += 1
        request = AdjustmentRequest(_asked(lines), "Fewer hands.", effective_on=day)
        adjustment_id = self.ask(request, f"later {self.asked}")
        applies_at = self.adjustment(adjustment_id).effective_at
        self.scheduled[adjustment_id] = (applies_at + late, late)

    def ask(self, request: AdjustmentRequest, key: str) -> str:
        """Make a request under a key of its own, and return its adjustment's id."""
        once = RequestOnce.of(CLINIC_ID, self.dana, "adjust", key, {}, adjustment_requested)
        answer = request_license_adjustment(self.store, self.dana, CLINIC_ID, request, once=once)
        return str(answer.body["adjustment_id"])

    def accept(self, adjustment_id: str, late: timedelta) -> None:
        """Have what was applied invoiced so long after its due time."""
        written = self.adjustment(adjustment_id)
        at_renewal = written.status is Status.INVOICED and written.applies_at is not None
        assert at_renewal or written.status is Status.APPLIED
        self.accepted.append(adjustment_id)
        self.waiting.append((written.invoice_update_due_at + late, adjustment_id))

    def cancel(self, newest: int) -> None:
        """Cancel one of the adjustments, counted from the newest."""
        self._cancel(self.accepted, newest)

    def cancel_scheduled(self, newest: int) -> None:
        """Cancel one of those that wait for their day, from the newest."""
        self._cancel(sorted(self.scheduled), newest)

    def _cancel(self, among: list[str], newest: int) -> None:
        if newest < len(among):
            chosen = among[-1 - newest]
            cancel_license_adjustment(self.store, self.dana, CLINIC_ID, chosen)

    def activate(self, user: int, *, active: bool) -> None:
        """Make a user active or inactive."""
        self._switch(user, active, None)

    def release(self, user: int, late: timedelta) -> None:
        """Make a user inactive, and release the license."""
        answer = self._switch(user, False, f"{len(self.accepted)}")
        self.accept(str(answer.body["adjustment"]["adjustment_id"]), late)

    def _switch(self, user: int, active: bool, key: str | None) -> Answer:
        return set_user_activation(
            self.store,
            self.dana,
            CLINIC_ID,
            f"user{user}",
            active=active,
            release_explanation=None if key is None else "They left.",
            once=RequestOnce.of(CLINIC_ID, self.dana, "switch", key, {}, activation_set),
        )

    def night(self) -> None:
        """Renew what is due, and close the clinic when its day has come."""
        for due in (renew_due, close_due):
            due(self.store, self.clinic, now=self.now)
            self._note_applied()

    def terms(
        self,
        prices: Lines = (),
        unit: ProrationUnit | None = None,
        credit: ReleaseCredit | None = None,
    ) -> None:
        """Have staff change prices and rules; a price adds the type if the clinic lacks it."""
        self._change(
            SettingsChange(prices=dict(prices), proration_unit=unit, release_credit=credit)
        )
        self.repriced = True

    def hours(self, calendar: Calendar) -> None:
        """Have staff change the business hours."""
        self._change(SettingsChange(calendar=calendar))

    def _change(self, change: SettingsChange) -> None:
        change_clinic(self.store, self.staff, CLINIC_ID, change)

    def close(self, days: int) -> None:
        """Have staff plan the end of the clinic for so many days from now; 0 is today."""
        day = self.today + timedelta(days=days)
        close_clinic(self.store, self.staff, CLINIC_ID, closes_on=day, reason="It moves.")
        self._note_applied()

    def keep_open(self) -> None:
        """Have staff take the end of the clinic back."""
        keep_clinic_open(self.store, self.staff, CLINIC_ID)

    def correct(self, cents: int) -> None:
        """Have staff put a correction on the upcoming invoice."""
        correct_invoice(
            self.store,
            self.staff,
            CLINIC_ID,
            "upcoming",
            amount_cents=cents,
            reason="Made up for.",
            once=RequestOnce.of(
                CLINIC_ID, self.staff, "correct", f"{self.now}", {}, invoice_corrected
            ),
        )


def _asked(lines: Lines) -> tuple[Line, ...]:
    return tuple(
        Line(Action.ADD if delta > 0 else Action.REMOVE, kind, abs(delta)) for kind, delta in lines
    )


def wrong_in(life: Life) -> list[str]:
    """Return what the judge of the invariants says of the table that a life left."""
    return violations(life.store.table.items(), staff=["staff"])


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


Drawn = st.SearchStrategy[Step]


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


def _step(method: Callable[..., object], **given: st.SearchStrategy[Any]) -> Drawn:
    return st.builds(partial, st.just(method), **given)


def _terms(kinds: list[LicenseType], *, likely: ReleaseCredit) -> Drawn:
    prices = st.dictionaries(st.sampled_from(kinds), _PRICES)
    return _step(
        Life.terms,
        prices=prices.map(lambda chosen: tuple(chosen.items())),
        unit=st.none() | st.sampled_from(ProrationUnit),
        credit=st.sampled_from([likely, likely, None, ReleaseCredit.PRORATED]),
    )


def _steps(kinds: list[LicenseType], added: list[LicenseType], *, closes: bool) -> Drawn:
    wanted = kinds + added
    by_type = st.dictionaries(st.sampled_from(wanted), _DELTAS, min_size=1).map(
        lambda lines: tuple(lines.items())
    )
    preview = st.one_of(st.none(), st.integers(0, 15 * 60))
    kept = st.sampled_from([False, False, True])
    request = _step(Life.request, lines=by_type, preview_seconds=preview, kept=kept, late=_LATE)
    cancel = _step(Life.cancel, newest=st.sampled_from([0, 0, 0, 1, 1, 2, 3]))
    day = st.one_of(st.none(), st.integers(1, 3), st.integers(1, 45))
    schedule = _step(Life.schedule, lines=by_type, days=day, late=_LATE)
    user = st.integers(0, 2 * len(kinds) - 1)
    news = [_step(Life.terms, prices=st.tuples(st.tuples(st.just(of), _PRICES))) for of in added]
    days = st.one_of(st.just(0), st.integers(1, 40))
    ends = [_step(Life.close, days=days), _step(Life.keep_open)] if closes else []
    return _often(
        *[request] * 3,
        *[cancel] * 2,
        *[schedule] * 2,
        _step(Life.cancel_scheduled, newest=st.integers(0, 2)),
        _terms(wanted, likely=ReleaseCredit.NONE),
        *news,
        *news,
        _step(Life.hours, calendar=st.sampled_from(Calendar)),
        _step(Life.activate, user=user, active=st.booleans()),
        _step(Life.release, user=user, late=_LATE),
        _step(Life.night),
        _step(Life.correct, cents=_CENTS),
        *ends,
    )


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
