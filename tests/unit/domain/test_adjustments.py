"""Requests for other licenses, their cancellation, and the order in which they are billed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from licensing.domain.adjustments import (
    PRICE_VALID_FOR,
    Adjustment,
    AdjustmentRequest,
    Confirmation,
    Line,
    Status,
    asked_in_words,
    cancel_adjustment,
    done_in_words,
    planned_in_words,
    require_explanation,
    require_quantities,
    to_come_first,
)
from licensing.domain.business_time import Calendar
from licensing.domain.clinics import AddedToday, Clinic
from licensing.domain.errors import FieldError, InvalidRequestError, RefusedError
from licensing.domain.ids import moment_of
from licensing.domain.invoices import InvoiceLine, LineKind
from licensing.domain.licenses import Counts, License
from licensing.domain.proration import Share
from tests.unit.domain.builders import (
    ASSISTANT,
    BILLING,
    DANA,
    DAY,
    END,
    HALF,
    MILLISECOND,
    THERAPIST,
    add,
    clinic,
    entry,
    license,
    refused,
    remove,
    request,
    requested,
)

MINUTE = timedelta(minutes=1)
MAY_10 = datetime(2026, 5, 10, tzinfo=UTC)


@pytest.mark.parametrize("lines", [(remove(1),), (add(2), remove(1, BILLING))])
def test_a_release_needs_an_explanation(lines: tuple[Line, ...]) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        require_explanation(AdjustmentRequest(lines))

    why = "To release licenses, give a reason of 3 to 1000 characters."
    assert refused.value.detail == why
    assert refused.value.errors == (FieldError("explanation", why),)


def test_an_explained_release_and_any_addition_may_be_asked_for() -> None:
    require_explanation(AdjustmentRequest((remove(1),), "Two left."))
    require_explanation(AdjustmentRequest((add(1), add(1, BILLING))))


@pytest.mark.parametrize(
    ("said", "enough"), [("x ", 0), ("RIF", 1), ("x" * 1000, 1), ("x" * 1001, 0)]
)
def test_a_reason_of_a_letter_or_of_pages_explains_nothing(said: str, enough: int) -> None:
    """By mail as on the page."""
    if enough:
        require_explanation(AdjustmentRequest((remove(1),), said))
        return
    with pytest.raises(InvalidRequestError):
        require_explanation(AdjustmentRequest((remove(1),), said))


@pytest.mark.parametrize("line", [add(6), remove(6)])
def test_no_more_of_a_type_is_asked_for_than_one_request_may(line: Line) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        require_quantities(AdjustmentRequest((add(1, BILLING), line)), 5)

    assert refused.value.detail == (
        "One request can add or release at most 5 licenses of a type. Ask for fewer."
    )
    assert refused.value.errors == ()


def test_the_most_of_each_type_may_be_asked_for() -> None:
    require_quantities(AdjustmentRequest((add(5), remove(5, BILLING))), 5)


def test_added_licenses_are_available_at_once() -> None:
    after, _ = request(clinic(license(5, 5)), add(2))

    # Invoiced only later, by the workflow.
    assert after.licenses[THERAPIST] == license(7, 5, invoiced=5, idle_since=HALF)


def test_released_licenses_are_gone_at_once_and_stay_paid_for() -> None:
    after, _ = request(clinic(license(5, 3)), remove(2))

    assert after.licenses[THERAPIST] == license(3, 3, invoiced=5, paid_maximum=5)


def test_an_adjustment_tells_all_that_was_decided() -> None:
    _, adjustment = request(clinic(), add(2), remove(1, BILLING), explanation="Two hires.")

    made_by = adjustment.adjustment_id
    half = Share(HALF, END, 15 * 86_400, 30 * 86_400)
    told = {"adjustment_id": made_by, "explanation": "Two hires."}
    assert moment_of(made_by) == HALF
    assert adjustment == Adjustment(
        adjustment_id=made_by,
        clinic_id="main-street",
        lines=(add(2), remove(1, BILLING)),
        explanation="Two hires.",
        requested_by=DANA,
        requested_at=HALF,
        effective_at=HALF,
        invoice_update_due_at=HALF + timedelta(hours=20),
        confirmation_due_by=HALF + timedelta(hours=24),
        licenses={THERAPIST: Counts(7, 3), BILLING: Counts(1, 0)},
        priced=(
            InvoiceLine(f"{made_by}#1", LineKind.CHARGE, THERAPIST, 2, 1_000, half, **told),
            InvoiceLine(f"{made_by}#2", LineKind.CREDIT, BILLING, 1, 500, half, **told),
        ),
        paid_maximum_before={THERAPIST: 5, BILLING: 2},
        status=Status.APPLIED,
        confirmation=Confirmation.QUEUED,
    )


def test_the_clinic_counts_and_names_the_adjustment_until_it_is_confirmed() -> None:
    after, adjustment = request(clinic(uninvoiced_cents=7), add(2), remove(1, BILLING))

    waiting = entry(adjustment.adjustment_id)
    assert after.open_adjustments == (
        waiting._replace(invoice_update_due_at=adjustment.invoice_update_due_at),
    )
    assert after.open_count == 1
    assert after.uninvoiced_cents == 7 + 1_000 - 250
    assert (after.updated_at, after.billing_changed_at) == (HALF, HALF)


def test_the_promise_is_counted_in_the_clinics_own_business_hours() -> None:
    _, adjustment = request(
        clinic(calendar=Calendar.OFFICE_HOURS, time_zone="Asia/Kolkata"), add(1)
    )

    # 5:30 in Kolkata, where the office opens at 9 and closes at 17.
    assert adjustment.invoice_update_due_at == datetime(2026, 4, 20, 7, 30, tzinfo=UTC)
    assert adjustment.confirmation_due_by == datetime(2026, 4, 20, 11, 30, tzinfo=UTC)


def test_a_line_names_only_types_that_the_clinic_has() -> None:
    with pytest.raises(InvalidRequestError) as refused:
        request(clinic(), add(1), add(1, ASSISTANT))

    (error,) = refused.value.errors
    assert error.field == "lines[1].license_type"
    assert error.message == refused.value.detail
    assert error.message == (
        "Main Street has no assistant licenses; it has therapist and billing licenses."
    )


@pytest.mark.parametrize(
    ("before", "quantity", "why"),
    [
        (license(5, 4), 3, "1 is available. Release fewer, or make 2 therapist users inactive"),
        (license(5, 3), 3, "2 are available. Release fewer, or make 1 therapist user inactive"),
        (license(5, 5), 5, "0 are available. Release fewer, or make 5 therapist users inactive"),
    ],
)
def test_licenses_in_use_are_not_released(before: License, quantity: int, why: str) -> None:
    with refused(
        "licenses_unavailable",
        f"You asked to release {quantity} therapist licenses, but {why} first.",
    ):
        request(clinic(before), remove(quantity))


@pytest.mark.parametrize(
    ("purchased", "why"),
    [(5, "has only 5. Release fewer."), (0, "has none. Choose another license type.")],
)
def test_no_more_licenses_are_released_than_there_are(purchased: int, why: str) -> None:
    with pytest.raises(RefusedError) as refused:
        request(clinic(license(purchased)), remove(6))

    assert refused.value.detail == (
        f"You asked to release 6 therapist licenses, but the clinic {why}"
    )


def test_the_most_that_a_period_had_is_kept_and_begins_anew_with_the_next() -> None:
    fewer, _ = request(clinic(license(5)), remove(2))
    same_period, _ = request(fewer, add(1))
    next_period, late = request(fewer, add(1), now=MAY_10)

    assert same_period.licenses[THERAPIST].paid_maximum == 5
    assert next_period.licenses[THERAPIST].paid_maximum == 4
    assert late.paid_maximum_before == {THERAPIST: 3}
    assert next_period.maximum_first == MAY_10.date().replace(day=1)


def test_the_price_of_a_preview_holds_for_fifteen_minutes() -> None:
    previewed_at = HALF - PRICE_VALID_FOR

    _, adjustment = request(clinic(), add(1), priced_at=previewed_at)

    assert timedelta(minutes=15) == PRICE_VALID_FOR
    assert (adjustment.effective_at, adjustment.requested_at) == (previewed_at, HALF)
    assert adjustment.priced[0].share.begins == previewed_at
    assert adjustment.invoice_update_due_at == HALF + timedelta(hours=20)


@pytest.mark.parametrize(
    ("before", "priced_at", "now"),
    [
        (clinic(), HALF + MILLISECOND, HALF),
        (clinic(), HALF - PRICE_VALID_FOR - MILLISECOND, HALF),
        (clinic(billing_changed_at=HALF - MINUTE), HALF - MINUTE, HALF),
        (clinic(), END - MILLISECOND, END),
    ],
    ids=["to come", "too old", "the clinic has changed", "another period"],
)
def test_the_price_of_a_preview_expires(before: Clinic, priced_at: datetime, now: datetime) -> None:
    with refused(
        "price_expired",
        "The prices of this preview have expired. They are good for 15 minutes, or until the "
        "clinic's licenses or billing change. Get a new preview.",
    ):
        request(before, add(1), priced_at=priced_at, now=now)


@pytest.mark.parametrize("priced_at", [HALF, HALF - MILLISECOND])
def test_a_price_may_be_as_new_as_the_request(priced_at: datetime) -> None:
    before = clinic(billing_changed_at=HALF - 2 * MILLISECOND)

    assert request(before, add(1), priced_at=priced_at)[1].effective_at == priced_at


def test_a_cancelled_addition_is_as_if_it_had_not_been() -> None:
    before = clinic(license(5, 3), uninvoiced_cents=7)
    with_two, adjustment = request(before, add(2), add(1, BILLING))

    after, cancelled = cancel_adjustment(with_two, adjustment, later=[], now=HALF + MINUTE)

    assert after.licenses == before.licenses
    assert (after.uninvoiced_cents, after.open_count, after.open_adjustments) == (7, 0, ())
    assert (after.updated_at, after.billing_changed_at) == (HALF + MINUTE, HALF + MINUTE)
    assert cancelled == replace(adjustment, status=Status.CANCELLED, cancelled_at=HALF + MINUTE)


def test_a_cancelled_release_brings_the_licenses_back() -> None:
    fewer, adjustment = request(clinic(license(5, 3)), remove(2))

    after, _ = cancel_adjustment(fewer, adjustment, later=[], now=HALF + MINUTE)

    assert after.licenses[THERAPIST] == license(5, 3, idle_since=HALF + MINUTE)


@pytest.mark.parametrize("status", [Status.INVOICED, Status.CONFIRMED])
def test_what_is_on_the_invoice_is_not_cancelled(status: Status) -> None:
    with refused(
        "already_invoiced",
        "This adjustment is already on the invoice. Request the reverse change instead.",
    ):
        cancel_adjustment(clinic(), requested(add(1), status=status), later=[], now=HALF)


def test_what_a_later_adjustment_builds_on_is_not_cancelled() -> None:
    one, adjustment = request(clinic(), add(1))
    two, other_type = request(one, add(1, BILLING), now=HALF + MINUTE)
    three, later = request(two, add(1), add(1, BILLING), now=HALF + 2 * MINUTE)

    with refused(
        "later_adjustment",
        "A later request changed the same licenses (1 therapist license added and 1 billing "
        "license added). Cancel that one first, or request the reverse change instead.",
    ):
        cancel_adjustment(three, adjustment, later=[other_type, later], now=HALF + 3 * MINUTE)


@pytest.mark.parametrize(("in_use", "needed"), [(6, "1 user"), (7, "2 users")])
def test_added_licenses_in_use_are_not_taken_back(in_use: int, needed: str) -> None:
    after, adjustment = request(clinic(license(5, 5)), add(2))
    used = after.with_license(THERAPIST, after.licenses[THERAPIST].plus(HALF, in_use=in_use - 5))

    with refused(
        "licenses_unavailable",
        f"The added therapist licenses are already in use. Make {needed} inactive first, then "
        "cancel.",
    ):
        cancel_adjustment(used, adjustment, later=[], now=HALF + MINUTE)


def test_a_cancellation_leaves_a_new_period_its_own_maximum() -> None:
    fewer, _ = request(clinic(license(5)), remove(2))
    four, adjustment = request(fewer, add(1), now=END - MINUTE)

    after, _ = cancel_adjustment(four, adjustment, later=[], now=END + MINUTE)

    assert after.licenses[THERAPIST].paid_maximum == 3
    assert after.maximum_first == END.date()


@pytest.mark.parametrize("maximum", [4, 9])
def test_a_cancellation_gives_its_own_period_the_maximum_from_before(maximum: int) -> None:
    five, adjustment = request(clinic(license(4, paid_maximum=maximum)), add(1))

    after, _ = cancel_adjustment(five, adjustment, later=[], now=HALF + MINUTE)

    assert after.licenses[THERAPIST].paid_maximum == maximum


def test_what_must_come_first_may_bring_older_ones_of_its_other_types() -> None:
    oldest, middle = requested(add(1, BILLING)), requested(add(1), add(1, BILLING))
    own = requested(add(1, ASSISTANT))

    assert to_come_first(requested(add(1)), [middle, oldest]) == [oldest, middle]
    assert to_come_first(requested(add(1), add(1, ASSISTANT)), [middle, own]) == [own, middle]
    # Newer ones than the one that brings their type are none of its business.
    assert to_come_first(requested(add(1)), [oldest, middle]) == [middle]


@pytest.mark.parametrize(
    ("lines", "asked", "done"),
    [
        ([], "", ""),
        ([add(1)], "add 1 therapist license", "1 therapist license added"),
        (
            [add(2), remove(1, BILLING)],
            "add 2 therapist licenses and release 1 billing license",
            "2 therapist licenses added and 1 billing license released",
        ),
        (
            [add(2), remove(1, BILLING), add(3, ASSISTANT)],
            "add 2 therapist licenses, release 1 billing license, and add 3 assistant licenses",
            (
                "2 therapist licenses added, 1 billing license released, "
                "and 3 assistant licenses added"
            ),
        ),
    ],
)
def test_lines_are_told_in_words(lines: list[Line], asked: str, done: str) -> None:
    assert (asked_in_words(lines), done_in_words(lines)) == (asked, done)
    planned = done.replace("added", "to be added").replace("released", "to be released")
    assert planned_in_words(lines) == planned


def test_a_day_remembers_what_was_added_on_it_and_not_released() -> None:
    by_day = clinic(proration_unit=DAY)
    added, first = request(by_day, add(2), add(1, BILLING))
    fewer, second = request(added, remove(3), now=HALF + MINUTE)
    _, by_second = request(clinic(), add(2))
    back, _ = cancel_adjustment(fewer, second, later=[], now=HALF + 2 * MINUTE)

    assert first.added_before == {THERAPIST: 0, BILLING: 0}
    assert second.added_before == {THERAPIST: 2}
    assert by_second.added_before == {}
    assert added.added == back.added == AddedToday(HALF.date(), {THERAPIST: 2, BILLING: 1})
    assert fewer.added == AddedToday(HALF.date(), {THERAPIST: 0, BILLING: 1})


def test_the_day_of_an_addition_is_the_clinics_own() -> None:
    late = clinic(proration_unit=DAY, time_zone="Asia/Tokyo", next_renewal=END.date())
    added, one = request(late, add(1), now=HALF + timedelta(hours=15))
    _, next_day = request(added, add(1), now=HALF + timedelta(hours=40))
    back, _ = cancel_adjustment(added, one, later=[], now=HALF + timedelta(hours=16))

    assert added.added == AddedToday(HALF.date() + timedelta(days=1), {THERAPIST: 1})
    assert back.added == AddedToday(HALF.date() + timedelta(days=1), {THERAPIST: 0})
    assert next_day.added_before == {THERAPIST: 0}


def test_a_release_takes_no_price_from_before_a_change_of_users() -> None:
    used = clinic(updated_at=HALF - MINUTE)
    early = HALF - MINUTE

    assert request(used, add(1), priced_at=early)[1].effective_at == early
    with refused("price_expired"):
        request(used, add(1), remove(1, BILLING), priced_at=early)


@pytest.mark.parametrize(
    ("status", "is_open"),
    [
        (Status.APPLIED, True),
        (Status.INVOICED, True),
        (Status.CONFIRMED, False),
        (Status.CANCELLED, False),
    ],
)
def test_an_adjustment_is_open_until_confirmed_or_cancelled(status: Status, is_open: bool) -> None:
    assert requested(add(1), status=status).is_open is is_open


@pytest.mark.parametrize(
    ("status", "then"), [(Status.INVOICED, Status.CONFIRMED), (Status.LAPSED, Status.LAPSED)]
)
def test_only_a_mail_that_is_sent_confirms(status: Status, then: Status) -> None:
    """What lapsed stays so. After one that came back, or may have, all is as it was before."""
    asked = requested(add(1), status=status)
    tried = replace(asked, claim="a", parked_reason="b", came_back=("c",))
    sent = replace(tried, status=then, confirmation=Confirmation.SENT, confirmed_at=END)

    assert tried.mail_sent(END) == replace(sent, parked_reason=None)
    assert sent.mail_parked("d") == replace(
        tried, confirmation=Confirmation.UNKNOWN, parked_reason="d"
    )
    assert sent.mail_queued() == asked
    assert sent.mail_queued(bounced=True) == replace(asked, bounced=True)


def test_a_month_changes_by_the_price_of_each_license() -> None:
    both = requested(add(3), remove(1, BILLING))

    assert both.monthly_cents({THERAPIST: 1_000, BILLING: 500}) == 2_500
