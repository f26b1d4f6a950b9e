"""What is kept of what a mail came to."""

from datetime import date

import pytest

from licensing.domain.adjustments import RENEWAL, Action, EffectiveOn, Line
from licensing.domain.licenses import LicenseType
from licensing.mail.outcomes.outcome import ClinicChange, Outcome
from licensing.use_cases.email_requests.email_answers import answer_of

ONE = (Line(Action.ADD, LicenseType.THERAPIST, 1),)


@pytest.mark.parametrize("day", [date(2026, 12, 1), RENEWAL])
def test_what_is_changed_on_a_later_day_is_said_to_be(day: EffectiveOn) -> None:
    later = answer_of(Outcome("apply", (ClinicChange("c", ONE, None, day),)))
    assert (later["intent"], later["scheduled"]) == ("add", True)
    assert "scheduled" not in answer_of(Outcome("apply", (ClinicChange("c", ONE, None),)))
