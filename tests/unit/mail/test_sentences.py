"""What people write, sentence by sentence: sentences.txt says what must come of each."""

from pathlib import Path

import pytest

from licensing.mail.clinic_names import Clinic
from licensing.mail.grammar import Change, Clarification, meaning_of
from tests.unit.mail.senders import DANA, MANAGED, PAT, in_short

Case = tuple[str, str, str]


def cases() -> list[Case]:
    """Return sender, outcome and text of every line."""
    found: list[Case] = []
    sender = DANA
    for line in Path(__file__).with_name("sentences.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("# Pat:"):
            sender = PAT
        elif line and not line.startswith("#"):
            outcome, _, text = line.partition(" | ")
            found.append((sender, outcome, text))
    return found


def heard(sender: str, text: str) -> str:
    """Return what a line's mail means, in short."""
    subject, _, body = text.rpartition("||")
    names = sender.split("@", maxsplit=1)[0].split(".")
    clinics: list[Clinic] = MANAGED[sender]
    meaning = meaning_of(subject, body.replace("\\n", "\n"), clinics, names=names)
    if isinstance(meaning, Clarification):
        again = meaning_of("", meaning.ready, clinics, names=names)
        assert isinstance(again, Change), f"the ready sentence is not understood: {meaning.ready}"
    return in_short(meaning)


@pytest.mark.parametrize(("sender", "outcome", "text"), cases(), ids=lambda value: value[:70])
def test_a_sentence_means_what_the_table_says(sender: str, outcome: str, text: str) -> None:
    """Also, whatever is asked back comes with a sentence that would be understood."""
    found = heard(sender, text)
    assert found == outcome or (outcome == "ask" and found.startswith("ask ")), found


def test_there_are_sentences_of_every_outcome() -> None:
    """The table holds at least 150 sentences of our own, and none twice."""
    texts = [(sender, text) for sender, _, text in cases()]
    assert len(set(texts)) == len(texts) >= 150
    kinds = {outcome.split()[0] for _, outcome, _ in cases()}
    assert kinds >= {"ask", "question", "nothing", "lakeside", "main-street"}
