"""What letters and notices say is so, whatever the clinic's state."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from licensing import letters
from licensing.domain.clinics import Closing, ScheduledChange
from licensing.domain.invitations import Invitation
from licensing.domain.licenses import LicenseType
from licensing.domain.outgoing import Said
from tests.unit.domain.builders import BILLING, END, THERAPIST, add, clinic, license, request, user


def renewal(licenses: dict[LicenseType, Any], **changes: Any) -> str:
    """Return the last words of the notice of a renewal."""
    return letters.renewal_comes(clinic(licenses=licenses, **changes), 5_000).closing


LEAVING = (ScheduledChange("01KP9SCS004FJ49MFA3G4Y1Q0X", {THERAPIST: -2}),)


@pytest.mark.parametrize(
    ("licenses", "changes", "said"),
    [
        ({THERAPIST: license(5, 3)}, {}, "Release what you no longer need before then."),
        ({THERAPIST: license(5, 5)}, {}, "All of your licenses are in use."),
        # A type that costs nothing is not worth a release.
        ({THERAPIST: license(5, 5), BILLING: license(2, 0, price=0)}, {}, ""),
        (
            {THERAPIST: license(5, 3)},
            {"scheduled": LEAVING},
            "The licenses not in use are already scheduled to be released or used.",
        ),
    ],
)
def test_before_a_renewal_people_are_told_what_can_be_released(
    licenses: dict[LicenseType, Any], changes: dict[str, Any], said: str
) -> None:
    assert renewal(licenses, **changes) == said


def test_of_a_clinic_that_has_closed_nothing_is_billed_until_released() -> None:
    """The confirmation of a change of its last days comes later."""
    _, asked = request(clinic(), add(1))
    ended = clinic(closing=Closing(date(2026, 4, 17), END, True))
    billed = replace(asked, invoice_id="2026-05")
    assert "until you release" in letters.confirmation(clinic(), billed, [], 0).closing
    said = letters.confirmation(ended, billed, [], 0).closing
    assert "Nothing more is billed." in said
    assert "until you release" not in said


def test_a_letter_without_last_words_has_no_empty_paragraph() -> None:
    written = letters.letter(Said("x", "First.", [("Total", "$5.00")], "", [("See", "https://x")]))
    assert written.text == "First.\n\nTotal: $5.00\n\nSee: https://x\n"
    assert "<p></p>" not in written.html


def test_room_is_made_before_the_day_of_a_release() -> None:
    """It is applied as that day begins."""
    said = letters.lapse_warning(clinic(), LEAVING[0], "None.")
    assert said.subject.startswith("Make room before ")


def test_who_starts_later_need_not_wait_for_anybody() -> None:
    invited = Invitation("Main Street", "Dana Reyes", "")
    text = letters.added_to_clinic(user(active=False), invited).text
    assert "You can see the clinic once you're active there." in text


def test_of_rising_prices_a_sum_is_told_for_these_licenses_only() -> None:
    """Those of others may fall on the same day."""
    said = letters.prices_rise(clinic(), date(2026, 5, 1), {THERAPIST: (1_000, 1_200)})
    assert ("For these licenses", "$10.00 more a month") in said.facts
