"""Facts: moments in milliseconds, and lines that can be read."""

from datetime import UTC, datetime, timedelta

from licensing.domain.facts import CHARGE, CREDIT, LineFact, correction
from licensing.domain.ids import milliseconds, moment_at
from tests.unit.domain.builders import HALF, MILLISECOND


def test_a_moment_is_counted_in_whole_milliseconds_from_1970() -> None:
    assert milliseconds(datetime(1970, 1, 1, 0, 0, 1, 2_999, tzinfo=UTC)) == 1_002
    assert moment_at(1_002) == datetime(1970, 1, 1, 0, 0, 1, 2_000, tzinfo=UTC)
    assert moment_at(milliseconds(HALF + MILLISECOND)) == HALF + timedelta(milliseconds=1)


def test_a_line_is_told_with_its_arithmetic() -> None:
    charge = LineFact("2026-05", "a#1", CHARGE, "therapist", 2, 1_000, 0, 1, 15, 30, 1_000)

    assert str(charge) == "proration_charge of therapist: 2 x 1000 x 15/30 = 1000 cents"
    assert str(charge._replace(kind=CREDIT, cents=-1_000)) == (
        "proration_credit of therapist: -2 x 1000 x 15/30 = -1000 cents"
    )


def test_a_correction_is_a_line_of_no_type_and_no_period() -> None:
    line = LineFact("2026-05", "c#1", "correction", "", 1, -250, 0, 0, 1, 1, -250)

    assert correction("2026-05", "c#1", -250) == line
