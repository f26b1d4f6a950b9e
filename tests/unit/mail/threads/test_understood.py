"""The threads, read and understood: what others wrote is never done."""

from collections import Counter

from licensing.mail.outcomes.outcome import Outcome
from licensing.mail.reading.read_mail import read_mail
from licensing.mail.understanding import understand
from tests.unit.mail.senders import DANA, MANAGED, PAT
from tests.unit.mail.threads.threads import Thread, generate, selection


def outcome_of(thread: Thread) -> Outcome:
    """Return what comes of a thread's last mail."""
    sender = {"dana": DANA, "pat": PAT}[thread.sender]
    return understand(read_mail(thread.raw()), MANAGED[sender])


def lines_of(outcome: Outcome) -> Counter[tuple[str, str, str]]:
    """Return the licenses of an outcome by clinic, action and type."""
    found = Counter[tuple[str, str, str]]()
    for change in outcome.changes:
        for line in change.lines:
            found[change.clinic_id, str(line.action), str(line.license_type)] += line.quantity
    return found


def wanted(thread: Thread) -> Counter[tuple[str, str, str]]:
    """Return the licenses that the thread's own words ask for."""
    found = Counter[tuple[str, str, str]]()
    for line in thread.lines:
        found[line["clinic"], line["action"], line["license_type"]] += line["quantity"]
    return found


def test_only_own_words_are_done() -> None:
    """Whatever is done is exactly what the sender's own words ask for."""
    wrong, came = [], Counter[str]()
    for thread in selection(generate()):
        outcome = outcome_of(thread)
        right = thread.label == "act" and lines_of(outcome) == wanted(thread)
        if outcome.verdict == "apply" and not right and thread.label != "any-but-quoted":
            wrong.append((thread.id, thread.why, outcome.changes))
        quoted = {(line["clinic"], line["action"], line["license_type"]) for line in thread.quoted}
        if outcome.verdict == "apply" and quoted & set(lines_of(outcome)):
            wrong.append((thread.id, thread.why, outcome.changes))
        if thread.label == "act":
            came["right" if outcome.verdict in ("apply", "propose") and right else "else"] += 1
    assert not wrong
    assert came["right"] >= 0.9 * came.total(), came
