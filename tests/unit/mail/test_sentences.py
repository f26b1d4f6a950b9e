"""What people write, sentence by sentence: sentences.txt says what must come of each."""

from pathlib import Path

from tests.unit.mail.senders import DANA, PAT, in_short, says

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


def test_a_sentence_means_what_the_table_says() -> None:
    """The same verdict, lines and explanation."""
    wrong = []
    for sender, outcome, text in cases():
        subject, _, body = text.rpartition("||")
        came = in_short(says(body.replace("\\n", "\n"), subject, sender))
        if came != outcome:
            wrong.append(f"{came}, not {outcome} | {text}")
    assert not wrong, "\n".join(wrong)


def test_there_are_sentences_of_every_outcome() -> None:
    """The table holds at least 150 sentences of our own, and none twice."""
    texts = [(sender, text) for sender, _, text in cases()]
    assert len(set(texts)) == len(texts) >= 150
    kinds = {outcome.split()[0] for _, outcome, _ in cases()}
    assert kinds >= {"propose", "ask", "none", "lakeside", "main-street"}
