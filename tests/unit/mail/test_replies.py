"""Texts of answers: nothing is reversed or made up, and each doubt is explained."""

from dataclasses import replace

import pytest

from licensing.domain.adjustments import Action, Line
from licensing.domain.in_words import price
from licensing.domain.licenses import Counts, LicenseType
from licensing.domain.outgoing import Said
from licensing.letters import letter
from licensing.mail.doubts import WHY, Doubt
from licensing.mail.outcomes.outcome import ClinicChange, Outcome, Wish
from licensing.mail.replies import Applied, answer, done, proposal, question, wish_in_words

NAMES = {"clinic-lakeside": "Lakeside Rehab", "clinic-main-street": "Main Street"}
THERAPIST = LicenseType.THERAPIST


def text_of(reply: Said) -> str:
    """Return a reply as plain text."""
    return letter(reply).text


@pytest.mark.parametrize("doubt", Doubt)
def test_each_doubt_is_explained_in_a_sentence(doubt: Doubt) -> None:
    assert WHY[doubt].endswith(".")


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Wish(), "___ ___ ___ licenses at ___"),
        (Wish(Action.ADD, THERAPIST, 2), "Add 2 therapist licenses at ___"),
        (Wish(None, THERAPIST, 1, "clinic-lakeside"), "___ 1 therapist license at Lakeside Rehab"),
        (
            Wish(Action.REMOVE, None, None, "clinic-lakeside"),
            "Release ___ ___ licenses at Lakeside Rehab because ___",
        ),
        (
            Wish(Action.REMOVE, THERAPIST, 1, "clinic-lakeside", "Ann left"),
            "Release 1 therapist license at Lakeside Rehab because Ann left",
        ),
        (Wish(Action.ADD, THERAPIST, 1, "clinic-foreign"), "Add 1 therapist license at ___"),
    ],
)
def test_what_is_not_known_is_a_blank(wish: Wish, words: str) -> None:
    assert wish_in_words(wish, NAMES) == words


def test_a_question_asks_for_all_that_is_missing_and_nothing_else() -> None:
    reply = question("x", Outcome("ask", wishes=(Wish(None, THERAPIST, None),)), NAMES)
    assert reply.opening.splitlines()[-1] == (
        "Please tell us whether to add or release licenses, how many licenses, and which clinic "
        "(Lakeside Rehab or Main Street)."
    )
    complete = Wish(Action.REMOVE, THERAPIST, 1, "clinic-lakeside")
    unexplained = Outcome("ask", wishes=(complete,), doubt=Doubt.NO_REASON)
    reply = question("x", unexplained, NAMES)
    assert reply.opening.endswith("Please tell us why you're releasing it.")
    several = (replace(complete, quantity=2),)
    reply = question("x", replace(unexplained, wishes=several), NAMES)
    assert reply.opening.endswith("Please tell us why you're releasing them.")


def test_of_many_clinics_a_letter_has_a_line_each_and_no_list_of_names() -> None:
    names = {f"clinic-{number}": f"Bay {number}" for number in range(6)}
    counts = {THERAPIST: Counts(3, 1), LicenseType.BILLING: Counts(2, 2)}
    reply = answer("x", [(name, counts) for name in names.values()], names)
    assert reply.facts[5] == ("Bay 5", "5 total, 3 in use, 2 available")
    assert len(reply.facts) == 6
    assert ", and the clinic's name." in reply.closing
    few = dict(list(names.items())[:5])
    reply = answer("x", [(name, counts) for name in few.values()], few)
    assert reply.facts[0] == ("Bay 0, therapist", "3 total, 1 in use, 2 available")
    assert "which clinic (Bay 0, Bay 1, Bay 2, Bay 3, or Bay 4)." in reply.closing


def test_who_takes_a_request_back_is_not_told_that_there_was_none() -> None:
    said = answer("x", [], NAMES, retracted=True).opening
    assert "seems to take a request back" in said
    assert "found no request" not in said


@pytest.mark.parametrize("subject", ["Licenses", "RE: AW: Licenses", "WG: [EXTERNAL] Licenses"])
def test_the_subject_of_an_answer_has_one_mark_in_one_language(subject: str) -> None:
    assert answer(subject, [], {}, retracted=True).subject == "Re: Licenses"


def test_a_question_about_nothing_understood_names_no_direction_number_or_type() -> None:
    words = ("put us down for logins",)
    reply = question("x", Outcome("ask", doubt=Doubt.NOT_UNDERSTOOD, words=words), NAMES)
    assert "add or release, how many, which license type" in reply.opening
    assert reply.facts == [("You wrote", "\u201cput us down for logins\u201d")]


def test_a_proposal_shows_the_change_and_the_words_that_made_us_ask() -> None:
    change = ClinicChange("clinic-lakeside", (Line(Action.REMOVE, THERAPIST, 2),), "Ann\nleft")
    hedged = Outcome("propose", (change,), doubt=Doubt.HEDGED, words=("we may\n need",))
    text = text_of(proposal("x", hedged, NAMES))
    assert "Lakeside Rehab: Release 2 therapist licenses\n" in text
    assert "Reason:\n    Ann\n    left\n" in text
    assert "You wrote: \u201cwe may need\u201d\n" in text
    assert "Reply YES" in text
    assert "remove" not in text.lower()
    words = ("We may", "We may need two", ", Perhaps")
    said = proposal("x", replace(hedged, words=words), NAMES)
    assert said.facts[-1] == ("You wrote", "\u201cWe may need two\u201d, \u201cPerhaps\u201d")
    said = proposal("x", replace(hedged, words=("a" * 121,)), NAMES)
    assert said.facts[-1][1].endswith("a\u2026\u201d")


def scheduled(name: str, day: str) -> Applied:
    """Return an addition that is scheduled."""
    lines = (Line(Action.ADD, THERAPIST, 1),)
    return Applied(name, lines, None, {}, "", "", "id", "", applies_on=day)


def test_what_is_scheduled_is_told_with_its_day_and_how_long_undo_works() -> None:
    """It may be months ahead; and two clinics' renewals need not be on one day."""
    same = done("x", [scheduled("Bay", "Dec 1, 2026"), scheduled("Hill", "Dec 1, 2026")])
    assert same.opening.startswith("Scheduled for Dec 1, 2026: 1 therapist license to be added at")
    assert "Reply UNDO to this email within 7 days" in same.closing
    each = done("x", [scheduled("Bay", "Dec 1, 2026"), scheduled("Hill", "Dec 15, 2026")])
    assert each.opening == (
        "Scheduled: 1 therapist license to be added at Bay on Dec 1, 2026; 1 therapist license to "
        "be added at Hill on Dec 15, 2026. Nothing changes until then."
    )
    assert "7 days" not in done("x", [scheduled("Bay", "")]).closing


@pytest.mark.parametrize(
    ("cents", "currency", "words"),
    [(1888, "USD", "$18.88"), (-123456789, "USD", "-$1,234,567.89"), (5, "EUR", "0.05 EUR")],
)
def test_prices_read_as_people_write_them(cents: int, currency: str, words: str) -> None:
    assert price(cents, currency) == words
