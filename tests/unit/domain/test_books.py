"""The nightly judge of one clinic's books: silent about what is sound, exact about what is not."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from licensing.domain.books import Books, Judgement
from licensing.domain.clinics import Clinic, Closing, ScheduledChange
from licensing.domain.facts import CHARGE, AdjustmentFact, HeaderFact, LineFact, TermsFact, UserFact
from licensing.domain.ids import milliseconds, new_id
from licensing.domain.reconciliation import Invariant
from tests.unit.domain.builders import (
    BEGIN,
    BILLING,
    END,
    HALF,
    MILLISECOND,
    THERAPIST,
    clinic,
    month,
)
from tests.unit.domain.builders import license as counts

HOUR = timedelta(hours=1)
AT = HALF + timedelta(days=9)
"""The moment that is judged: a week after the promised confirmation."""
SECONDS = 30 * 86_400
ALL_BUCKETS = range(64)
MANAGER, THERAPISTS = UserFact("therapist", True, True), [UserFact("therapist", True, False)] * 2
TERMS = TermsFact({"therapist": 1_000, "billing": 500}, "second", "prorated")
UPCOMING = HeaderFact("2026-05", "upcoming", 6_000, 2, None, TERMS)


def registration(kind: str, quantity: int, price: int) -> LineFact:
    """Return the line of a type that was registered as April began."""
    return LineFact(
        "2026-05",
        f"REGISTRATION#{kind}",
        CHARGE,
        kind,
        quantity,
        price,
        milliseconds(BEGIN),
        milliseconds(END),
        SECONDS,
        SECONDS,
        quantity * price,
    )


REGISTERED = [registration("therapist", 5, 1_000), registration("billing", 2, 500)]


def change(*deltas: tuple[str, int], at: datetime = HALF, **values: Any) -> AdjustmentFact:
    """Return an adjustment, by default of one therapist license, that waits for its invoice."""
    promised = milliseconds(at + timedelta(hours=24))
    fact = AdjustmentFact(
        new_id(at),
        deltas or (("therapist", 1),),
        milliseconds(at),
        milliseconds(at + timedelta(hours=20)),
        promised,
        "applied",
        "queued",
        None,
        None,
        None,
    )
    return fact._replace(**values)


def cancelled(at: datetime, *deltas: tuple[str, int]) -> AdjustmentFact:
    """Return an adjustment that was cancelled a minute later."""
    moment = milliseconds(at + timedelta(minutes=1))
    return change(*deltas, at=at, status="cancelled", cancelled=moment)


def confirmed(at: datetime, when: datetime) -> AdjustmentFact:
    """Return a confirmed adjustment that changed nothing, so that no line is missed."""
    moment = milliseconds(when)
    return change(at=at, status="confirmed", confirmation="sent", confirmed=moment)._replace(
        deltas=(), invoice_id="2026-05"
    )


def waiting(number: int = 1) -> Clinic:
    """Return the clinic while additions of one therapist license each wait."""
    return clinic(
        counts(5 + number, 3, invoiced=5), open_count=number, uninvoiced_cents=number * 500
    )


def judge(
    judged: Clinic | None = None,
    *adjustments: AdjustmentFact,
    at: datetime = AT,
    since: datetime | None = None,
    headers: list[HeaderFact] | None = None,
    lines: list[LineFact] | None = None,
    users: list[UserFact] | None = None,
    registered: dict[str, int] | None = None,
    watched: Any = (),
) -> Judgement:
    """Judge a clinic that is sound but for what is said."""
    books = Books(judged or clinic(), at=at, since=since, registered=registered, watched=watched)
    for header in [UPCOMING] if headers is None else headers:
        books.add_header(header)
    for line in REGISTERED if lines is None else lines:
        books.add_line(line)
    for adjustment in adjustments:
        books.add_adjustment(adjustment)
    for user in [MANAGER, *THERAPISTS] if users is None else users:
        books.add_user(user)
    judgement = books.close()
    for finding in judgement.findings:
        assert finding.clinic_id == "main-street"
        # The advice is whole sentences.
        assert re.fullmatch(r"([A-Z][a-z]* [^.]+\.( |$))+", finding.advice)
        assert not re.search("[A-Z]{2}", finding.advice)
    return judgement


def told(judgement: Judgement) -> list[tuple[str, str, str, str]]:
    """Return the findings without their advice."""
    return [
        (finding.invariant, finding.subject, finding.expected, finding.actual)
        for finding in judgement.findings
    ]


def test_sound_books_are_clean() -> None:
    judgement = judge()

    assert judgement == Judgement([], frozenset(), [], [])
    assert judgement.is_clean


@pytest.mark.parametrize(
    ("judged", "users", "finding"),
    [
        (
            clinic(),
            [MANAGER, THERAPISTS[0]],
            ("I1", "therapist", "2 in use, as many as active users", "3 in use of 5"),
        ),
        (
            clinic(),
            [MANAGER, *THERAPISTS, UserFact("assistant", True, False)],
            ("I1", "assistant", "1 in use, as many as active users", "0 in use of 0"),
        ),
        (
            clinic(active_managers=2),
            [MANAGER, *THERAPISTS],
            ("I1", "user_managers", "1 active User Managers", "2 counted"),
        ),
        (
            clinic(),
            [MANAGER, MANAGER, THERAPISTS[0]],
            ("I1", "user_managers", "2 active User Managers", "1 counted"),
        ),
    ],
)
def test_active_users_are_as_many_as_licenses_in_use(
    judged: Clinic, users: list[UserFact], finding: tuple[str, ...]
) -> None:
    assert told(judge(judged, users=users)) == [finding]


def test_whoever_waits_for_a_first_day_is_noted_in_the_clinics_record() -> None:
    """For that very day, and nobody else is."""
    day, other = new_id(END), new_id(END + HOUR)
    noted = clinic(scheduled=(ScheduledChange(day, {THERAPIST: 0}, "ana"),))
    users = [MANAGER, *THERAPISTS]
    ana = UserFact("therapist", False, False, (day, "ana"))

    assert judge(noted, users=[*users, ana]).is_clean
    for judged, wait, expected, actual in (
        (noted, [], "nobody", f"ana ({day})"),
        (noted, [ana._replace(waits=(other, "ana"))], f"ana ({other})", f"ana ({day})"),
        (noted, [ana._replace(waits=(day, "max"))], f"max ({day})", f"ana ({day})"),
        (clinic(), [ana, ana._replace(waits=(day, "max"))], f"ana ({day}), max ({day})", "nobody"),
    ):
        assert told(judge(judged, users=[*users, *wait])) == [
            (
                "I1",
                "first_days",
                f"{expected} waiting for a first day",
                f"{actual} noted in the clinic's record",
            )
        ]


def test_purchased_licenses_are_those_registered_and_adjusted() -> None:
    assert told(judge(clinic(counts(6, 3, invoiced=5)))) == [
        ("I2", "therapist", "5 purchased, by registration and adjustments", "6 purchased")
    ]
    history = {"therapist": 4, "billing": 2}
    assert told(judge(waiting(), change(), registered=history, at=HALF))[0] == (
        ("I2", "therapist", "5 purchased, by registration and adjustments", "6 purchased")
    )


def test_a_type_that_began_without_licenses_is_on_no_invoice() -> None:
    judged = clinic().with_license(BILLING, counts(0))
    header = UPCOMING._replace(total_cents=5_000, line_count=1)

    assert judge(judged, headers=[header], lines=REGISTERED[:1]).is_clean


def test_a_renewal_bills_what_was_registered_and_invoiced() -> None:
    assert told(judge(clinic(counts(5, 3, invoiced=4)))) == [
        (
            "I3",
            "renewal/therapist",
            "5 billed at the next renewal",
            "4 billed at the next renewal",
        )
    ]


def test_an_invoiced_change_is_billed_at_the_next_renewal() -> None:
    one = change(status="invoiced", invoice_id="2026-05", due=milliseconds(AT + HOUR))
    one = one._replace(promised=milliseconds(AT))
    line = LineFact(
        "2026-05",
        f"{one.adjustment_id}#1",
        CHARGE,
        "therapist",
        1,
        1_000,
        milliseconds(HALF),
        milliseconds(END),
        SECONDS // 2,
        SECONDS,
        500,
    )
    judged = clinic(counts(6, 3), open_count=1)
    header = UPCOMING._replace(total_cents=6_500, line_count=3)

    assert judge(judged, one, headers=[header], lines=[*REGISTERED, line]).is_clean


def test_open_adjustments_and_what_they_cost_are_counted() -> None:
    one, other = change(), change(at=HALF + MILLISECOND)
    judged = replace(waiting(2), uninvoiced_cents=0, open_count=3)

    assert told(judge(judged, one, other, at=HALF)) == [
        (
            "I4",
            "open_adjustments",
            "2 adjustments wait for invoice or confirmation",
            "3 counted",
        ),
        ("I3", "uninvoiced", "$10.00 wait for the invoice", "$0.00 counted"),
    ]


def test_a_release_that_is_not_credited_waits_for_its_invoice_without_a_cost() -> None:
    uncredited = UPCOMING._replace(first_terms=TERMS._replace(credit="none"))
    judged = clinic(counts(4, 3, invoiced=5), open_count=1)

    assert judge(judged, change(("therapist", -1)), headers=[uncredited], at=HALF).is_clean


def test_a_cost_that_nobody_knows_is_not_judged() -> None:
    unknown = change(("unheard-of", 1))
    judged = replace(waiting(2), licenses=waiting(1).licenses)

    assert told(judge(judged, unknown, change(at=HALF + MILLISECOND), at=HALF)) == []


def test_confirmed_and_cancelled_adjustments_are_no_longer_open() -> None:
    assert judge(None, confirmed(HALF, HALF), cancelled(HALF, ("therapist", 1))) == judge()


def test_what_is_scheduled_counts_for_nothing_but_is_noted_in_the_clinic() -> None:
    one = change(status="scheduled", at=END)
    noted = clinic(scheduled=(ScheduledChange(one.adjustment_id, {THERAPIST: 1}),))

    other = ScheduledChange(new_id(END + MILLISECOND), {THERAPIST: 1})

    assert judge(noted, one) == judge()
    (finding,) = judge(noted.with_scheduled(other), one).findings
    assert finding.expected == f"{one.adjustment_id} scheduled"
    both = f"{one.adjustment_id}, {other.adjustment_id}"
    assert finding.actual == f"{both} noted in the clinic's record"
    second = one._replace(adjustment_id=other.adjustment_id)
    assert judge(noted, one, second).findings[0].expected == f"{both} scheduled"
    assert told(judge(noted)) == [
        (
            "I2",
            "scheduled",
            "nothing scheduled",
            f"{one.adjustment_id} noted in the clinic's record",
        )
    ]
    assert told(judge(None, one)) == [
        (
            "I2",
            "scheduled",
            f"{one.adjustment_id} scheduled",
            "nothing noted in the clinic's record",
        )
    ]


def test_there_is_an_invoice_for_each_renewal_and_one_to_come() -> None:
    strange = HeaderFact("2026-03", "finalized", 0, 0, TERMS, None)

    assert told(judge(headers=[UPCOMING, strange])) == [
        ("I3", "2026-03", "invoice absent", "invoice finalized")
    ]
    assert told(judge(headers=[])) == [("I3", "2026-05", "invoice upcoming", "invoice absent")]
    assert told(judge(headers=[UPCOMING._replace(status="finalized")])) == [
        ("I3", "2026-05", "invoice upcoming", "invoice finalized without its terms")
    ]


def test_a_renewed_invoice_is_finalized_with_its_terms() -> None:
    judged = clinic(next_renewal=END.date().replace(month=6))
    to_come = HeaderFact("2026-06", "upcoming", 0, 0, None, None)

    judgement = judge(judged, headers=[UPCOMING, to_come])

    assert told(judgement)[0] == ("I3", "2026-05", "invoice finalized", "invoice upcoming")


def test_the_last_invoice_of_a_clinic_that_has_closed_is_finalized() -> None:
    closed = clinic(closing=Closing(END.date(), END, True))
    last = UPCOMING._replace(status="finalized", terms=TERMS)

    assert judge(closed, headers=[last]).is_clean
    assert told(judge(closed)) == [("I3", "2026-05", "invoice finalized", "invoice upcoming")]


@pytest.mark.parametrize(
    ("header", "actual"),
    [
        (UPCOMING._replace(total_cents=6_001), "a total of $60.01 in 2 lines"),
        (UPCOMING._replace(line_count=3), "a total of $60.00 in 3 lines"),
    ],
)
def test_an_invoice_has_the_total_of_its_lines(header: HeaderFact, actual: str) -> None:
    assert told(judge(headers=[header])) == [
        ("I3", "2026-05", "a total of $60.00 in 2 lines", actual)
    ]


def test_a_line_that_differs_is_told_once_its_bucket_is_watched() -> None:
    wrong = [REGISTERED[0]._replace(cents=4_999), REGISTERED[1]]

    unwatched = judge(lines=wrong)
    watched = judge(lines=wrong, watched=unwatched.differing)

    assert unwatched.findings == []
    assert len(unwatched.differing) == 1
    assert told(watched) == [
        (
            "I3",
            "2026-05/REGISTRATION#therapist",
            str(REGISTERED[0]),
            str(wrong[0]),
        )
    ]


def test_lines_that_nobody_asked_for_are_told_in_their_order() -> None:
    strange = [REGISTERED[0]._replace(line_id=name) for name in ("z", "a")]

    assert told(judge(lines=[*REGISTERED, *strange], watched=ALL_BUCKETS)) == [
        ("I3", f"2026-05/{one.line_id}", "no such line", str(one)) for one in reversed(strange)
    ]


def test_a_line_of_registration_that_is_gone_is_told_and_the_total_not_judged() -> None:
    judgement = judge(lines=REGISTERED[1:], registered={"therapist": 5, "billing": 2})

    (finding,) = told(judgement)
    gone = str(REGISTERED[0])
    assert finding == ("I3", "2026-05/REGISTRATION#therapist", gone, "no such line")


@pytest.mark.parametrize(
    ("status", "confirmation"),
    [
        ("applied", "sent"),
        ("applied", "unknown"),
        ("cancelled", "sending"),
        ("invoiced", "sent"),
        ("confirmed", "queued"),
        ("forgotten", "queued"),
    ],
)
def test_a_confirmation_fits_its_adjustment(status: str, confirmation: str) -> None:
    one = change(status=status, confirmation=confirmation, confirmed=0)

    assert told(judge(None, one))[0] == (
        "I4",
        one.adjustment_id,
        f"a confirmation that fits the status {status}",
        f"a confirmation that is {confirmation}",
    )


def test_a_confirmation_that_nobody_knows_of_is_told_and_left_alone() -> None:
    one = change(status="invoiced", confirmation="unknown", invoice_id="2026-05")
    other = one._replace(adjustment_id=new_id(HALF + MILLISECOND))

    judgement = judge(clinic(counts(7, 3), open_count=2), one, other, at=HALF + HOUR * 22)

    assert judgement.parked == 2
    assert (
        "I4",
        one.adjustment_id,
        "a confirmation that was sent",
        "a confirmation that may not have been sent",
    ) in told(judgement)
    assert (judgement.restart, judgement.verify) == ([], [])


def test_an_open_adjustment_is_late_after_its_promise() -> None:
    one = change()
    promised = HALF + timedelta(hours=24)

    assert judge(waiting(), one, at=promised).is_clean
    assert judge(waiting(2), one, change(), at=promised + MILLISECOND).overdue == 2
    (finding,) = judge(waiting(), one, at=promised + MILLISECOND).findings
    assert "Check the log of InvoiceUpdate for " in finding.advice
    assert told(judge(waiting(), one, at=promised + MILLISECOND)) == [
        (
            "deadline",
            one.adjustment_id,
            "confirmed by Apr 17, 2026, 12:00 AM UTC",
            "applied and not confirmed",
        )
    ]


@pytest.mark.parametrize("confirmation", ["queued", "sending"])
def test_that_a_change_lapsed_is_told_again_after_an_hour(confirmation: str) -> None:
    one = change(status="lapsed", confirmation=confirmation)

    assert judge(None, one, at=HALF + HOUR).restart == [one.adjustment_id]
    assert judge(None, one, at=HALF + HOUR - MILLISECOND) == judge()


def test_that_a_change_lapsed_may_or_may_not_have_been_told() -> None:
    one = change(status="lapsed", confirmation="unknown")
    judgement = judge(None, one)

    assert (judgement.parked, judgement.restart) == (1, [])
    assert told(judgement) == [
        (
            "I4",
            one.adjustment_id,
            "a confirmation that was sent",
            "a confirmation that may not have been sent",
        )
    ]
    assert judge(None, one._replace(confirmation="sent", confirmed=one.promised)) == judge()


def test_moments_are_told_in_the_clinics_own_time() -> None:
    eastern = replace(waiting(), time_zone="America/New_York")

    findings = judge(eastern, change(), at=HALF + 25 * HOUR).findings

    assert "confirmed by Apr 16, 2026, 8:00 PM EDT" in [finding.expected for finding in findings]


def test_a_confirmation_that_came_late_is_told_in_the_night_after() -> None:
    late = HALF + timedelta(hours=25)
    one = confirmed(HALF, late)

    told_first = judge(None, one, since=late - MILLISECOND)

    assert told(told_first) == [
        (
            "deadline",
            one.adjustment_id,
            "confirmed by Apr 17, 2026, 12:00 AM UTC",
            "confirmed on Apr 17, 2026, 1:00 AM UTC",
        )
    ]
    assert told(judge(None, one)) == told(told_first)
    assert judge(None, one, since=late).is_clean


def test_a_confirmation_in_the_last_promised_moment_is_in_time() -> None:
    assert judge(None, confirmed(HALF, HALF + timedelta(hours=24))).is_clean


def test_an_update_that_is_an_hour_late_is_started_again() -> None:
    one = change()
    due = HALF + timedelta(hours=20)

    assert judge(waiting(), one, at=due + HOUR).restart == [one.adjustment_id]
    assert judge(waiting(), one, at=due + HOUR - MILLISECOND).restart == []


def test_an_update_that_falls_due_before_the_next_night_should_be_waited_for() -> None:
    one = change(due=milliseconds(HALF + timedelta(hours=40)))
    last = HALF + timedelta(hours=14)

    assert judge(waiting(), one, at=last).verify == [one]
    assert judge(waiting(), one, at=last - MILLISECOND).verify == []
    assert judge(waiting(), one, at=last).restart == []


def test_a_young_adjustment_may_still_be_on_its_way() -> None:
    one = change()

    assert judge(waiting(), one, at=HALF + HOUR).verify == [one]
    assert judge(waiting(), one, at=HALF + HOUR - MILLISECOND).verify == []


def test_more_than_three_cancelled_additions_in_a_period_are_told_once() -> None:
    many = [cancelled(HALF + timedelta(hours=hour), ("therapist", 1)) for hour in range(4)]
    last = HALF + timedelta(hours=3, minutes=1)

    assert judge(None, *many[1:]).is_clean
    assert told(judge(None, *many, since=last - MILLISECOND)) == [
        (
            "cancelled_additions",
            "2026-04-16",
            (
                "at most 3 additions, and 50 added licenses, canceled or released in the same "
                "billing period"
            ),
            "4 times, 4 licenses in all",
        )
    ]
    assert judge(None, *many, since=last).is_clean
    assert judge(None, *many).findings[0].advice.endswith(" to the clinic's User Managers.")


def test_cancelled_additions_are_counted_by_period() -> None:
    at_the_end = [cancelled(END - timedelta(hours=hour), ("therapist", 1)) for hour in (2, 1)]
    in_may = [cancelled(END + timedelta(hours=hour), ("therapist", 1)) for hour in (0, 1)]

    judgement = judge(clinic(next_renewal=month(6).first), *at_the_end, *in_may)

    assert Invariant.CANCELLED_ADDITIONS not in [one.invariant for one in judgement.findings]


def test_cancelled_releases_do_not_count() -> None:
    three = [cancelled(HALF + timedelta(hours=hour), ("therapist", 1)) for hour in range(3)]
    release = cancelled(HALF + timedelta(hours=4), ("therapist", -1))

    assert judge(None, *three, release).is_clean
    mixed = cancelled(HALF + timedelta(hours=4), ("billing", -1), ("therapist", 1))
    assert [finding.invariant for finding in judge(None, *three, mixed).findings] == [
        Invariant.CANCELLED_ADDITIONS
    ]


def taken_back(*deltas: tuple[tuple[str, int], ...], days: int = 1) -> list[str]:
    """Return what is told of confirmed changes that follow each other after so many days."""
    changes = [
        change(*each, at=HALF + number * timedelta(days=days), status="confirmed")
        for number, each in enumerate(deltas)
    ]
    findings = judge(clinic(next_renewal=month(7).first), *changes).findings
    return [each.actual for each in findings if each.invariant is Invariant.CANCELLED_ADDITIONS]


def test_many_licenses_that_were_added_and_released_in_one_period_are_told() -> None:
    added, released = (("therapist", 30),), (("therapist", -60),)

    assert taken_back(added, added, released) == ["1 time, 60 licenses in all"]
    assert taken_back(added, added, released, days=10) == []
    both = (("therapist", 30), ("billing", 30))
    assert taken_back(both, tuple((kind, -delta) for kind, delta in both)) == [
        "1 time, 60 licenses in all"
    ]


def test_a_license_that_was_there_before_the_period_is_released_for_good() -> None:
    added, released = (("therapist", 30),), (("therapist", -30),)

    assert taken_back(released, released) == []
    assert taken_back(added, released, released) == []
    assert taken_back(added, released, added, released) == ["2 times, 60 licenses in all"]
