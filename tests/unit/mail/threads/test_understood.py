"""The threads, read and understood: what others wrote is never done."""

from collections import Counter

import pytest

from licensing.mail.outcomes.outcome import Outcome
from licensing.mail.reading.read_mail import read_mail
from licensing.mail.understanding import understand
from tests.unit.mail.senders import DANA, MANAGED, PAT, lines_of, mail, summed
from tests.unit.mail.threads.threads import Thread, generate, selection


def outcome_of(thread: Thread) -> Outcome:
    """Return what comes of a thread's last mail."""
    sender = {"dana": DANA, "pat": PAT}[thread.sender]
    return understand(read_mail(thread.raw()), MANAGED[sender])


def test_only_own_words_are_done() -> None:
    """Whatever is done is exactly what the sender's own words ask for."""
    wrong, came = [], Counter[str]()
    for thread in selection(generate()):
        outcome = outcome_of(thread)
        right = thread.label == "act" and lines_of(outcome) == summed(thread.lines)
        if outcome.verdict == "apply" and not right and thread.label != "any-but-quoted":
            wrong.append((thread.id, thread.why, outcome.changes))
        if outcome.verdict == "apply" and summed(thread.quoted) & lines_of(outcome):
            wrong.append((thread.id, thread.why, outcome.changes))
        if thread.label == "act":
            came["right" if outcome.verdict in ("apply", "propose") and right else "else"] += 1
    assert not wrong
    assert came["right"] >= 0.9 * came.total(), came


ASKED = "Please add two PT licenses at Lakeside."
OTHERS = [
    "From Kim:\n\n", "Message from Kim Tran: ", "Kim Tran\n", "**Kim Tran**\n\n", "Kim:\n",
    "Kim says: ", "Per Kim's text: ", "Kim -- ", "[Kim] ", "Kim (on the phone): ", "Dana, ",
    "Submitted by: Kim Tran\n", "Kim Tran, Clinic Manager\n\n", "Voicemail transcript:\n",
    "WhatsApp from Kim\n", "\n\n- Kim", "\n\nKim", "\n\nKim Tran\nClinic Manager",
    " Thanks, Kim", "\n\nBest,\nKim Tran, DPT",
]  # fmt: skip
OWN = [
    "Hi Kim:\n\n", "Anna,\n\n", "Lakeside: ", "Quick one: ", "Approved by: Kim Tran\n", "PTs: ",
    "TL;DR: ", "\n\n- Dana", "\n\nDana Reyes\nClinic Manager", " Thanks, Dana",
    "\n\nBest,\nDana M. Reyes, DPT",
]  # fmt: skip


@pytest.mark.parametrize("around", [*OTHERS, *OWN])
def test_what_a_name_introduces_or_signs_is_done_only_if_it_is_the_senders(around: str) -> None:
    text = f"{ASKED}{around}" if around[0] in "\n " else f"{around}{ASKED}"
    outcome = understand(read_mail(mail(text, subject="")), MANAGED[DANA])
    assert (outcome.verdict == "apply") == (around in OWN)
