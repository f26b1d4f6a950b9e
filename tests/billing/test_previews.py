"""A preview tells the total of the invoice that the change will be on, if nothing else happens.

Some lives; `make faults` judges five thousand.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from licensing.domain.adjustments import Action, AdjustmentRequest, Line
from licensing.domain.business_time import Calendar
from licensing.domain.licenses import LicenseType
from licensing.domain.previews import Preview
from licensing.use_cases.billing.invoices import get_invoice
from licensing.use_cases.billing.preview_license_adjustment import preview_license_adjustment
from licensing.use_cases.licenses.list_licenses import list_licenses
from tests.billing.lives import (
    CLINIC_ID,
    DANA,
    Gap,
    Living,
    NewCalendar,
    NewTerms,
    Night,
    Plan,
    Request,
    Step,
    UntilBoundary,
    every,
    plans,
)
from tests.campaign import Piece, campaign

THERAPIST, ASSISTANT = LicenseType.THERAPIST, LicenseType.ASSISTANT
AT_ONCE = timedelta()


def shown(living: Living, line: Line) -> Preview:
    request = AdjustmentRequest((line,))
    return preview_license_adjustment(living.life.store, DANA, CLINIC_ID, request, now=living.now)


def previewed(living: Living, line: Line) -> int:
    """Preview a change, and return the promised total of its invoice."""
    return shown(living, line).next_invoice_total_cents


def billed(living: Living, line: Line) -> int:
    """Request the change, let all updates be made in time, and return the invoice's total.

    Updates that are late already come at once, and what is scheduled is applied on its day.
    """
    adjustment_id = living.ask(AdjustmentRequest((line,), "Fewer hands."), "the last")
    waiting = [adjustment_id, *(one for _, one in living.life.waiting)]
    in_time = {one: living.life.adjustment(one).invoice_update_due_at for one in waiting}
    living.life.waiting = []
    living.life.scheduled = {
        name: (max(living.life.adjustment(name).effective_at, living.now), AT_ONCE)
        for name in living.life.scheduled
    }
    living._accept(adjustment_id, datetime.resolution)
    living.life.waiting = sorted((max(due, living.now), one) for one, due in in_time.items())
    ends = living.life.clinic.closing
    if ends and ends.at <= in_time[adjustment_id]:
        return billed_at_last(living, ends.at)
    living.pass_to(in_time[adjustment_id])
    begins = living.life.clinic.coming_period.start
    if ends and ends.at <= begins:
        return billed_at_last(living, ends.at)
    # Older ones may be due after it, as the calendar was changed, and be on the same invoice.
    living.pass_to(max(living.now, begins - timedelta(milliseconds=1)))
    upcoming = get_invoice(living.life.store, DANA, CLINIC_ID, "upcoming", now=living.now)
    # What is scheduled for the renewal is part of it.
    return upcoming.expected_cents


def billed_at_last(living: Living, ends: datetime) -> int:
    """Let the clinic end, and return what its last invoice comes to."""
    living.pass_to(max(living.now, ends))
    living._renew_and_close()
    assert living.life.clinic.has_closed
    return get_invoice(
        living.life.store, DANA, CLINIC_ID, "upcoming", now=living.now
    ).invoice.total_cents


def live_and_preview(plan: Plan) -> None:
    """Live through the plan, then hold a preview against what its invoice becomes.

    After each step all clinics at a glance expect what the invoice does.
    """
    living = Living(plan)
    for gap, step in plan.steps:
        living.advance(gap, step)
        _look(living)
    clinic = living.life.clinic
    if clinic.is_closed(clinic.moment(living.now)):
        return
    behind = clinic.coming_period.start <= living.now
    busy = behind or living.life.waiting or living.life.scheduled
    if busy and living.now.microsecond >= 980_000:
        # What is late comes first, a millisecond each: the change may be charged a second less.
        return
    kind = next(iter(living.life.clinic.licenses))
    line = Line(Action.ADD, LicenseType(kind), 2)
    assert previewed(living, line) == billed(living, line)


def _look(living: Living) -> None:
    store = living.life.store
    rows = list_licenses(store, DANA, limit=50, cursor=None, now=living.now).records
    if living.life.clinic.has_closed:
        # To be seen for 400 days, with nothing more to expect.
        assert {row.expected_cents for row in rows} <= {None}
        return
    (row,) = rows
    upcoming = get_invoice(store, DANA, CLINIC_ID, "upcoming", now=living.now)
    assert row.expected_cents == upcoming.expected_cents


@campaign("previewed totals", "previews", usual=[0], whole=range(50))
def test_previews_and_all_clinics_at_a_glance_say_what_the_invoice_will(piece: Piece) -> None:
    def live(plan: Plan) -> None:
        live_and_preview(plan)
        piece.count(1)

    every(plans(most_steps=14), live, lives=100 if piece.whole else 160, seed=piece.of)


def lived(*steps: tuple[Gap, Step], purchased: int = 1) -> Living:
    """Live through the steps from 31 December 2025 in New York, where a month is begun."""
    licenses = ((THERAPIST, purchased, 1_000), (ASSISTANT, purchased, 1_000))
    living = Living(Plan(licenses, zone="America/New_York", steps=steps))
    for gap, step in steps:
        living.advance(gap, step)
    return living


def test_what_is_late_is_previewed_at_the_prices_of_its_months() -> None:
    late = Request(((ASSISTANT, 1),), preview_seconds=None, kept=False, late=timedelta(days=30))
    dearer = NewTerms(((ASSISTANT, 9_900),), None, None)
    living = lived((AT_ONCE, late), (timedelta(hours=5), dearer), (UntilBoundary(0), Night()))
    line = Line(Action.ADD, THERAPIST, 1)
    assert previewed(living, line) == billed(living, line)


def test_what_is_late_behind_a_late_renewal_is_not_on_the_invoice_before_it() -> None:
    """Whoever invoices it renews first."""
    late = Request(((ASSISTANT, 1),), preview_seconds=None, kept=False, late=timedelta(days=30))
    living = lived((timedelta(days=2), Night()), (AT_ONCE, late))
    living.pass_to(living.life.clinic.coming_period.start + timedelta(hours=3))
    store, (waits,) = living.life.store, living.life.waiting
    upcoming = get_invoice(store, DANA, CLINIC_ID, "upcoming", now=living.now)
    assert waits[0] > living.now > upcoming.pending[0].adjustment.invoice_update_due_at
    _look(living)
    living.advance(AT_ONCE, Night())
    finalized = get_invoice(store, DANA, CLINIC_ID, upcoming.invoice.invoice_id, now=living.now)
    assert upcoming.expected_cents == finalized.invoice.total_cents


def change(kind: LicenseType, delta: int) -> Request:
    """Return a request whose update comes in time."""
    return Request(((kind, delta),), preview_seconds=None, kept=False, late=AT_ONCE)


def until(living: Living, month: int, day: int, hour: int = 0, minute: int = 0) -> timedelta:
    """Return the pause until the time of New York's clocks, in 2026."""
    new_york = ZoneInfo("America/New_York")
    return datetime(2026, month, day, hour, minute, tzinfo=new_york) - living.now


def test_what_is_due_after_the_renewal_by_the_calendar_of_its_time_is_not_in_the_total() -> None:
    """It was asked for in office hours, which the clinic has no more."""
    living = lived((AT_ONCE, NewCalendar(Calendar.OFFICE_HOURS)), purchased=10)
    living.advance(until(living, 4, 2), Night())
    living.advance(until(living, 4, 28, 15), change(ASSISTANT, 4))
    living.advance(until(living, 4, 28, 16), NewCalendar(Calendar.BUSINESS_DAYS))
    living.advance(until(living, 4, 29, 0, 30), Night())
    ((due, _),) = living.life.waiting
    assert due == datetime(2026, 5, 1, 11, tzinfo=ZoneInfo("America/New_York"))

    line = Line(Action.ADD, THERAPIST, 1)

    assert previewed(living, line) == billed(living, line) == 210_66


def test_what_a_younger_update_takes_to_the_invoice_is_in_the_total() -> None:
    """Though it is due later by itself, and has no type in common with what is previewed."""
    living = lived((AT_ONCE, NewCalendar(Calendar.OFFICE_HOURS)), purchased=10)
    living.advance(until(living, 4, 2), Night())
    living.advance(until(living, 4, 28, 15), change(ASSISTANT, 4))
    living.advance(until(living, 4, 28, 16), NewCalendar(Calendar.BUSINESS_DAYS))
    living.advance(until(living, 4, 28, 17), change(ASSISTANT, -1))
    living.advance(until(living, 4, 29, 0, 30), Night())

    line = Line(Action.ADD, THERAPIST, 1)

    upcoming = get_invoice(living.life.store, DANA, CLINIC_ID, "upcoming", now=living.now)
    assert [one.on_this_invoice for one in upcoming.pending] == [True, True]
    assert upcoming.expected_cents == shown(living, line).next_invoice_total_before_cents
    assert previewed(living, line) == billed(living, line)
