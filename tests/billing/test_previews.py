"""A preview tells the total of the invoice that the change will be on, if nothing else happens.

Some lives; `make faults` judges five thousand.
"""

from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from licensing.domain.adjustments import Action, AdjustmentRequest, Line
from licensing.domain.business_time import Calendar
from licensing.domain.licenses import LicenseType
from licensing.domain.previews import Preview
from licensing.use_cases.billing.invoices import get_invoice
from licensing.use_cases.billing.preview_license_adjustment import preview_license_adjustment
from licensing.use_cases.licenses.list_licenses import list_licenses
from tests.billing.lives import (
    AT_ONCE,
    CLINIC_ID,
    Gap,
    Life,
    Plan,
    Step,
    UntilBoundary,
    every,
    plans,
)
from tests.campaign import Piece, campaign

THERAPIST, ASSISTANT = LicenseType.THERAPIST, LicenseType.ASSISTANT


def shown(life: Life, line: Line) -> Preview:
    request = AdjustmentRequest((line,))
    return preview_license_adjustment(life.store, life.dana, CLINIC_ID, request)


def previewed(life: Life, line: Line) -> int:
    """Preview a change, and return the promised total of its invoice."""
    return shown(life, line).next_invoice_total_cents


def billed(life: Life, line: Line) -> int:
    """Request the change, let all updates be made in time, and return the invoice's total.

    Updates that are late already come at once, and what is scheduled is applied on its day.
    """
    adjustment_id = life.ask(AdjustmentRequest((line,), "Fewer hands."), "the last")
    waiting = [adjustment_id, *(one for _, one in life.waiting)]
    in_time = {one: life.adjustment(one).invoice_update_due_at for one in waiting}
    life.waiting = []
    life.scheduled = {
        name: (max(life.adjustment(name).effective_at, life.now), AT_ONCE)
        for name in life.scheduled
    }
    life.accept(adjustment_id, datetime.resolution)
    life.waiting = sorted((max(due, life.now), one) for one, due in in_time.items())
    ends = life.clinic.closing
    if ends and ends.at <= in_time[adjustment_id]:
        return billed_at_last(life, ends.at)
    life.pass_to(in_time[adjustment_id])
    begins = life.clinic.coming_period.start
    if ends and ends.at <= begins:
        return billed_at_last(life, ends.at)
    # Older ones may be due after it, as the calendar was changed, and be on the same invoice.
    life.pass_to(max(life.now, begins - timedelta(milliseconds=1)))
    upcoming = get_invoice(life.store, life.dana, CLINIC_ID, "upcoming")
    # What is scheduled for the renewal is part of it.
    return upcoming.expected_cents


def billed_at_last(life: Life, ends: datetime) -> int:
    """Let the clinic end, and return what its last invoice comes to."""
    life.pass_to(max(life.now, ends))
    life.night()
    assert life.clinic.has_closed
    return get_invoice(life.store, life.dana, CLINIC_ID, "upcoming").invoice.total_cents


def live_and_preview(plan: Plan) -> None:
    """Live through the plan, then hold a preview against what its invoice becomes.

    After each step all clinics at a glance expect what the invoice does.
    """
    life = Life(plan)
    for gap, step in plan.steps:
        life.advance(gap, step)
        _look(life)
    clinic = life.clinic
    if clinic.is_closed(clinic.moment(life.now)):
        return
    behind = clinic.coming_period.start <= life.now
    busy = behind or life.waiting or life.scheduled
    if busy and life.now.microsecond >= 980_000:
        # What is late comes first, a millisecond each: the change may be charged a second less.
        return
    kind = next(iter(life.clinic.licenses))
    line = Line(Action.ADD, LicenseType(kind), 2)
    assert previewed(life, line) == billed(life, line)


def _look(life: Life) -> None:
    store = life.store
    rows = list_licenses(store, life.dana, limit=50, cursor=None).records
    if life.clinic.has_closed:
        # To be seen for 400 days, with nothing more to expect.
        assert {row.expected_cents for row in rows} <= {None}
        return
    (row,) = rows
    upcoming = get_invoice(store, life.dana, CLINIC_ID, "upcoming")
    assert row.expected_cents == upcoming.expected_cents


@campaign("previewed totals", "previews", usual=[0], whole=range(50))
def test_previews_and_all_clinics_at_a_glance_say_what_the_invoice_will(piece: Piece) -> None:
    def live(plan: Plan) -> None:
        live_and_preview(plan)
        piece.count(1)

    every(plans(most_steps=14), live, lives=100 if piece.whole else 160, seed=piece.of)


def lived(*steps: tuple[Gap, Step], purchased: int = 1) -> Life:
    """Live through the steps from 31 December 2025 in New York, where a month is begun."""
    licenses = ((THERAPIST, purchased, 1_000), (ASSISTANT, purchased, 1_000))
    life = Life(Plan(licenses, zone="America/New_York", steps=steps))
    for gap, step in steps:
        life.advance(gap, step)
    return life


def test_what_is_late_is_previewed_at_the_prices_of_its_months() -> None:
    late = partial(Life.request, lines=((ASSISTANT, 1),), late=timedelta(days=30))
    dearer = partial(Life.terms, prices=((ASSISTANT, 9_900),))
    life = lived((AT_ONCE, late), (timedelta(hours=5), dearer), (UntilBoundary(0), Life.night))
    line = Line(Action.ADD, THERAPIST, 1)
    assert previewed(life, line) == billed(life, line)


def test_what_is_late_behind_a_late_renewal_is_not_on_the_invoice_before_it() -> None:
    """Whoever invoices it renews first."""
    late = partial(Life.request, lines=((ASSISTANT, 1),), late=timedelta(days=30))
    life = lived((timedelta(days=2), Life.night), (AT_ONCE, late))
    life.pass_to(life.clinic.coming_period.start + timedelta(hours=3))
    store, (waits,) = life.store, life.waiting
    upcoming = get_invoice(store, life.dana, CLINIC_ID, "upcoming")
    assert waits[0] > life.now > upcoming.pending[0].adjustment.invoice_update_due_at
    _look(life)
    life.advance(AT_ONCE, Life.night)
    finalized = get_invoice(store, life.dana, CLINIC_ID, upcoming.invoice.invoice_id)
    assert upcoming.expected_cents == finalized.invoice.total_cents


def change(kind: LicenseType, delta: int) -> Step:
    """Return a request whose update comes in time."""
    return partial(Life.request, lines=((kind, delta),))


def until(life: Life, month: int, day: int, hour: int = 0, minute: int = 0) -> timedelta:
    """Return the pause until the time of New York's clocks, in 2026."""
    new_york = ZoneInfo("America/New_York")
    return datetime(2026, month, day, hour, minute, tzinfo=new_york) - life.now


def test_what_is_due_after_the_renewal_by_the_calendar_of_its_time_is_not_in_the_total() -> None:
    """It was asked for in office hours, which the clinic has no more."""
    life = lived((AT_ONCE, partial(Life.hours, calendar=Calendar.OFFICE_HOURS)), purchased=10)
    life.advance(until(life, 4, 2), Life.night)
    life.advance(until(life, 4, 28, 15), change(ASSISTANT, 4))
    life.advance(until(life, 4, 28, 16), partial(Life.hours, calendar=Calendar.BUSINESS_DAYS))
    life.advance(until(life, 4, 29, 0, 30), Life.night)
    ((due, _),) = life.waiting
    assert due == datetime(2026, 5, 1, 11, tzinfo=ZoneInfo("America/New_York"))

    line = Line(Action.ADD, THERAPIST, 1)

    assert previewed(life, line) == billed(life, line) == 210_66


def test_what_a_younger_update_takes_to_the_invoice_is_in_the_total() -> None:
    """Though it is due later by itself, and has no type in common with what is previewed."""
    life = lived((AT_ONCE, partial(Life.hours, calendar=Calendar.OFFICE_HOURS)), purchased=10)
    life.advance(until(life, 4, 2), Life.night)
    life.advance(until(life, 4, 28, 15), change(ASSISTANT, 4))
    life.advance(until(life, 4, 28, 16), partial(Life.hours, calendar=Calendar.BUSINESS_DAYS))
    life.advance(until(life, 4, 28, 17), change(ASSISTANT, -1))
    life.advance(until(life, 4, 29, 0, 30), Life.night)

    line = Line(Action.ADD, THERAPIST, 1)

    upcoming = get_invoice(life.store, life.dana, CLINIC_ID, "upcoming")
    assert [one.on_this_invoice for one in upcoming.pending] == [True, True]
    assert upcoming.expected_cents == shown(life, line).next_invoice_total_before_cents
    assert previewed(life, line) == billed(life, line)
