"""The threads themselves: what the tests of them rely on."""

from email import message_from_bytes, policy

from tests.unit.mail.senders import summed
from tests.unit.mail.threads.threads import generate, selection


def test_own_lines_are_never_among_the_quoted() -> None:
    """So that a change tells whose words made it."""
    for thread in generate():
        assert thread.quoted
        assert not summed(thread.lines) & summed(thread.quoted)
        assert thread.label == "any-but-quoted" or bool(thread.lines) == (thread.label == "act")


def test_the_words_survive_the_travel() -> None:
    """Whatever the charset, each part reads as it was written."""
    for thread in selection(generate()):
        parsed = message_from_bytes(thread.raw(), policy=policy.default)
        for kind, written in (("plain", thread.text), ("html", thread.html)):
            part = parsed.get_body((kind,))
            assert (part is None) == (written is None)
            if part is not None and written is not None:
                assert part.get_content().replace("\r\n", "\n").strip() == written.strip()
        assert (parsed["Subject"].strip(), len(parsed.defects)) == (thread.subject, 0)
