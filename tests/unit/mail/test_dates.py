"""The day that a request is for: one day in one form, or none."""

from datetime import date
from typing import Any

import pytest

from licensing.domain.adjustments import RENEWAL
from licensing.mail.doubts import Doubt
from licensing.mail.language.clinic_names import NamedClinic
from licensing.mail.outcomes.dates import dated, day_in
from licensing.mail.reading.read_mail import ReadMail, read_mail
from licensing.mail.understanding import understand

TODAY = date(2026, 11, 25)
HERE = NamedClinic("clinic-main-street", "Main Street")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("from January 5", date(2027, 1, 5)),
        ("starting Jan. 5th", date(2027, 1, 5)),
        ("effective 5 January", date(2027, 1, 5)),
        ("as of the 5th of January 2027", date(2027, 1, 5)),
        ("as of December 1st", date(2026, 12, 1)),
        ("from 1/5", date(2027, 1, 5)),
        ("from 1/5/2027 on", date(2027, 1, 5)),
        ("on 2027-01-05", date(2027, 1, 5)),
        ("from January 5, 2027", date(2027, 1, 5)),
        ("from January 5, 2026", None),
        ("from February 30", None),
        ("from 13/40", None),
        ("from November 25, 2027", date(2027, 11, 25)),
        ("from November 26, 2027", None),
        ("at the end of the month", date(2026, 12, 1)),
        ("from the first of next month", date(2026, 12, 1)),
        ("eom", date(2026, 12, 1)),
        ("at the next renewal", RENEWAL),
        ("as of the next renewal", RENEWAL),
        ("tomorrow", date(2026, 11, 26)),
        ("her last day is December 31", date(2027, 1, 1)),
        # Just past, on no day, on two, or an end instead of a beginning.
        ("from November 20", None),
        ("from today", None),
        ("from Monday", None),
        ("from January 5 or January 12", None),
        ("from January 5, at the latest at the next renewal", None),
        ("until January 5", None),
        ("by January 5", None),
        ("before 1/5", None),
        ("between January 5", None),
        ("version 1/5/2027/3", None),
    ],
)
def test_a_day_is_named_once_or_not_at_all(text: str, day: Any) -> None:
    assert day_in(f"Please add 2 therapist licenses {text}.", TODAY) == day


def letter(text: str) -> ReadMail:
    """Read a mail."""
    head = "From: dana@mainstreetpt.example\r\nSubject: Licenses\r\nContent-Type: text/plain"
    return read_mail(f"{head}\r\n\r\n{text}\r\n".encode())


def test_what_is_for_another_day_is_proposed_with_it() -> None:
    mail = letter("Please add 2 therapist licenses from January 5.")
    found = understand(mail, [HERE])
    assert (found.verdict, found.doubt) == ("propose", Doubt.LATER)
    told = dated(found, mail, {HERE.clinic_id: TODAY})
    assert (told.verdict, told.doubt) == ("propose", Doubt.DATED)
    assert [change.effective_on for change in told.changes] == [date(2027, 1, 5)]


def test_a_move_for_another_day_is_proposed_with_it() -> None:
    """And never "right away"."""
    there = NamedClinic("clinic-lakeside", "Lakeside")
    mail = letter("As of January 5 please move 1 PT license from Main Street to Lakeside.")
    today = {HERE.clinic_id: TODAY, there.clinic_id: TODAY}
    told = dated(understand(mail, [HERE, there]), mail, today)
    assert (told.verdict, told.doubt, told.transfer) == ("propose", Doubt.DATED, True)
    assert [change.effective_on for change in told.changes] == [date(2027, 1, 5)] * 2


@pytest.mark.parametrize(
    "text",
    [
        "Please add 2 therapist licenses.",
        "Please add 2 therapist licenses next month.",
        "Please release 1 assistant license from January 5.",
    ],
)
def test_other_doubts_and_questions_stay_as_they_are(text: str) -> None:
    mail = letter(text)
    found = understand(mail, [HERE])
    assert dated(found, mail, {HERE.clinic_id: TODAY}) == found


def test_a_clinic_that_is_not_known_has_no_day() -> None:
    mail = letter("Please add 2 therapist licenses from January 5.")
    found = understand(mail, [HERE])
    assert dated(found, mail, {}) == found
