"""Mails in the words of managers, each against what a careful clerk would do.

own.json was there when the rules were written, own_office.json, in other voices, for a part of
them. own_aside.json was kept unseen at first, as was a quarter of own_voices.json, which has ten
other voices; some of the later rules come from both. managers.json holds two sets by people who
had not seen the rules: at first sight 54 and 55 % of the certain mails were done, and two came to
a wrong change. own_fresh.json holds four rounds: at first sight 59, 59, 61 and
68 of 100 certain mails were done. unseen.json has 160 mails of all kinds and 120 with one remark,
harmful or harmless, hidden beside a clear request; every second mail of each was looked at. Of the
others 24 of 42 and 17 of 30 certain ones were done, and two of the 140 came to a wrong change.
first_sight.json holds the last three rounds: 54, 68 and 62 % were done, and one was done wrongly.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from licensing.mail.outcomes.outcome import Outcome
from licensing.mail.reading.read_mail import read_mail
from licensing.mail.understanding import understand
from tests.unit.mail.senders import DANA, MANAGED, PAT, lines_of, mail, summed

FOLDER = Path(__file__).parents[2] / "mail_phrases"
SENDERS = {"dana": ("Dana Reyes", DANA), "pat": ("Pat Cole", PAT)}


def understood(phrase: dict[str, Any]) -> Outcome:
    """Return what comes of a mail."""
    name, address = SENDERS[phrase["sender"]]
    subject = phrase["subject"].replace("\n", " ")
    raw = mail(phrase["text"], subject=subject, sender=f"{name} <{address}>")
    return understand(read_mail(raw), MANAGED[address])


def judged(name: str) -> tuple[Counter[str], list[str]]:
    """Return how many mails of each label came to what, and the ids of wrong changes."""
    came, wrong = Counter[str](), []
    for phrase in json.loads((FOLDER / name).read_text(encoding="utf-8")):
        outcome = understood(phrase)
        right = lines_of(outcome) == summed(phrase["lines"])
        label, verdict = phrase["label"], outcome.verdict
        came[label] += 1
        if verdict == "apply" and not (label == "act" and right):
            wrong.append(phrase["id"])
        if verdict in ("apply", "propose") and right:
            came[f"{label} {verdict}"] += 1
        if verdict == "propose" and label in ("ask", "none"):
            came["guessed"] += 1
    return came, wrong


@pytest.mark.parametrize(
    ("name", "applied", "right", "proposed", "guessed"),
    [
        ("own.json", 0.78, 0.94, 0.94, 0.06),
        ("own_aside.json", 0.77, 0.95, 0.86, 0.03),
        ("own_office.json", 0.86, 0.95, 0.95, 0.03),
        ("own_voices.json", 0.82, 0.95, 0.95, 0.03),
        ("own_fresh.json", 0.74, 0.91, 0.90, 0.06),
        ("unseen.json", 0.70, 0.94, 0.92, 0.20),
        ("managers.json", 0.70, 0.97, 0.94, 0.06),
        ("first_sight.json", 0.74, 0.91, 0.87, 0.09),
    ],
)
def test_mails_come_to_what_a_clerk_would_do(
    name: str, applied: float, right: float, proposed: float, guessed: float
) -> None:
    """No wrong change; of what is certain at least so much applied, or proposed rightly."""
    came, wrong = judged(name)
    assert not wrong
    assert came["act apply"] >= applied * came["act"], came
    assert came["act apply"] + came["act propose"] >= right * came["act"], came
    assert came["propose propose"] >= proposed * came["propose"], came
    assert came["guessed"] <= guessed * (came["ask"] + came["none"]), came


def test_there_are_mails_of_each_label() -> None:
    """More than 300 of them, a third of which is kept aside, and none twice."""
    both = [
        json.loads((FOLDER / name).read_text(encoding="utf-8"))
        for name in ("own.json", "own_aside.json")
    ]
    texts = [phrase["text"] for phrases in both for phrase in phrases]
    assert len(set(texts)) == len(texts) >= 300
    assert len(both[1]) >= len(texts) / 3
    for phrases in both:
        assert {phrase["label"] for phrase in phrases} == {"act", "propose", "ask", "none"}
