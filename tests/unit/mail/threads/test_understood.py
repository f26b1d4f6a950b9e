"""The threads, read and understood: what others wrote is never done."""

from collections import Counter

from licensing.mail.outcomes.outcome import Outcome
from licensing.mail.reading.read_mail import read_mail
from licensing.mail.understanding import understand
from tests.unit.mail.senders import DANA, MANAGED, PAT, lines_of, summed
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
