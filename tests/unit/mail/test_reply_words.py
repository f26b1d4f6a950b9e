"""Answers to our mails: YES, UNDO, or only what was missing."""

import pytest

from licensing.domain.adjustments import Action, Line
from licensing.domain.licenses import LicenseType
from licensing.mail.outcomes.outcome import ClinicChange, LeftOpen, Outcome, Wish
from licensing.mail.reading.own_words import OwnWords
from licensing.mail.reply_words import answer_in
from tests.unit.mail.senders import DANA, MANAGED, in_short

CHANGE = ClinicChange("clinic-lakeside", (Line(Action.ADD, LicenseType.THERAPIST, 2),), None)
PROPOSED = LeftOpen("proposed", (CHANGE,))
APPLIED = LeftOpen("applied", (CHANGE,))


def answered(text: str, pending: LeftOpen, after: str = "", *, scattered: bool = False) -> str:
    """Return what a reply of Dana's comes to, in short; "" if it is a mail of its own."""
    own = OwnWords(text, after, scattered=scattered, quoted=True)
    outcome: Outcome | None = answer_in(own, pending, MANAGED[DANA], frozenset({"dana", "reyes"}))
    return in_short(outcome) if outcome is not None else ""


def asked(*wishes: Wish, sure: bool = True) -> LeftOpen:
    """Return what an answer left open that asked for something."""
    return LeftOpen("asked", wishes=wishes, sure=sure)


YES = [
    "YES", "Yes", "yes please", "Yes, please go ahead.", "Yep!", "ok", "Go ahead, thanks!", "Do it",
    "Hi, yes please do it. Thank you!", "Yes.\nDana", "That's right", "Looks good, thanks",
]  # fmt: skip


@pytest.mark.parametrize("text", YES)
def test_yes_does_what_was_proposed(text: str) -> None:
    """In the ways in which people say it, with thanks and a name."""
    assert answered(text, PROPOSED) == "lakeside +2 therapist"


@pytest.mark.parametrize(
    "text",
    ["Yes, but make it 3", "Yes if it is free", "Yes?", "Yes. Actually wait.", "yes and no",
     "Yes, at Main Street", "Maybe", "Please add 3 PT licenses at Lakeside",
     "yes unless Pat objects",     "Yes tomorrow", "I said yes to Pat", "yes, not", ""],
)  # fmt: skip
def test_what_is_more_than_yes_does_nothing(text: str) -> None:
    """It is a mail of its own."""
    assert answered(text, PROPOSED) == ""


@pytest.mark.parametrize("text", ["No", "no thanks", "Never mind", "please don't"])
def test_no_leaves_it(text: str) -> None:
    """And is no request either."""
    assert answered(text, PROPOSED) == "none"


def test_words_below_the_yes_can_cast_doubt() -> None:
    """Nobody can tell whose they are: the proposal is made again."""
    assert answered("Yes", PROPOSED, "Only if it is free.") == "propose lakeside +2 therapist"


def test_yes_between_quoted_lines_is_a_mail_of_its_own() -> None:
    """It may answer something else."""
    assert answered("Yes", PROPOSED, scattered=True) == ""


@pytest.mark.parametrize(
    "text",
    ["UNDO", "undo please", "Please undo that. Thanks", "Cancel that", "Please undo this change",
     "Cancel the change please", "Undo, sorry"],
)  # fmt: skip
def test_undo_takes_back_what_was_done(text: str) -> None:
    """Only what was done: a proposal has nothing to undo."""
    assert answered(text, APPLIED).startswith("undo")
    assert not answered(text, PROPOSED).startswith("undo")


@pytest.mark.parametrize("text", ["Don't undo it", "Undo the last two", "yes", "How do I undo it?"])
def test_what_is_more_than_undo_undoes_nothing(text: str) -> None:
    """Nor does a YES to what is done already."""
    assert answered(text, APPLIED) == ""


ADD = Wish(Action.ADD, LicenseType.THERAPIST, 2, "clinic-lakeside")
REMOVE = Wish(Action.REMOVE, LicenseType.BILLING, 1, "clinic-lakeside")


@pytest.mark.parametrize(
    ("wish", "text", "came"),
    [
        (Wish(Action.ADD, LicenseType.THERAPIST, 2), "Lakeside", "lakeside +2 therapist"),
        (Wish(Action.ADD, LicenseType.THERAPIST, 2), "At Main Street please!",
         "main-street +2 therapist"),
        (Wish(Action.ADD, LicenseType.THERAPIST, None, "clinic-lakeside"), "two",
         "lakeside +2 therapist"),
        (Wish(Action.ADD, None, 2, "clinic-lakeside"), "PT", "lakeside +2 therapist"),
        (Wish(None, LicenseType.THERAPIST, 2, "clinic-lakeside"), "add", "lakeside +2 therapist"),
        (Wish(Action.ADD, LicenseType.THERAPIST), "2, Lakeside", "lakeside +2 therapist"),
        (REMOVE, "He retired.", 'lakeside -1 billing "He retired"'),
        (REMOVE, "our biller left in May", 'lakeside -1 billing "our biller left in May"'),
    ],
)  # fmt: skip
def test_the_missing_piece_completes_a_request(wish: Wish, text: str, came: str) -> None:
    """Clinic, number, type, direction or reason, alone or together."""
    assert answered(text, asked(wish)) == came


@pytest.mark.parametrize(
    "text",
    ["Lakeside or Main Street", "Lakeside?", "not Lakeside", "2 or 3", "I don't know", "both",
     "Please add 1 biller at Lakeside", "Lakeside, but wait for Pat"],
)  # fmt: skip
def test_a_piece_with_two_meanings_completes_nothing(text: str) -> None:
    """Nor one with a condition, or a request beside it."""
    outcome = answered(text, asked(Wish(Action.ADD, LicenseType.THERAPIST, 2)))
    assert not outcome or outcome.split()[0] in ("ask", "propose")


def test_a_piece_may_leave_another_open() -> None:
    """Which is asked for next."""
    assert answered("Lakeside", asked(Wish(Action.ADD, None, 2))) == "ask"


def test_what_was_doubted_is_proposed_when_complete() -> None:
    """A hedge does not go away with the missing clinic."""
    pending = asked(Wish(Action.ADD, LicenseType.THERAPIST, 2), sure=False)
    assert answered("Lakeside", pending) == "propose lakeside +2 therapist"


def test_a_complete_request_is_not_completed() -> None:
    """A clinic that is known is not changed by another one."""
    assert answered("Main Street", asked(ADD)) == ""
