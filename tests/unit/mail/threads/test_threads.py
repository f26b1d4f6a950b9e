"""The threads themselves: the same each time, all different, and as varied as they claim."""

from collections import Counter
from email import message_from_bytes, policy

from tests.unit.mail.threads.forms import all_forms
from tests.unit.mail.threads.threads import generate, selection


def test_a_seed_makes_the_same_mails_each_time() -> None:
    """To the byte; another seed makes others."""
    again = generate.__wrapped__()
    assert again == generate()
    assert [one.raw() for one in again[::100]] == [one.raw() for one in generate()[::100]]
    assert generate(2) != again


def test_each_way_of_quoting_meets_each_signature() -> None:
    """In 1,500 mails and more, a third of which ask for something themselves."""
    above = {(thread.form, thread.signature) for thread in generate() if " above " in thread.why}
    forms = {thread.form for thread in generate()}
    assert len(above) == len(forms) * len({thread.signature for thread in generate()})
    assert len(forms) == len(all_forms()) >= 200
    counted = Counter(thread.label for thread in generate())
    assert counted["act"] >= 1_000
    assert counted["none"] + counted["ask"] >= 1_000
    assert counted["any-but-quoted"] >= 300


def test_own_lines_are_never_among_the_quoted() -> None:
    """So that a change tells whose words made it."""
    for thread in generate():
        changed = [
            {(line["clinic"], line["action"], line["license_type"]) for line in lines}
            for lines in (thread.lines, thread.quoted)
        ]
        assert changed[1]
        assert not changed[0] & changed[1]
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


def test_the_selection_has_each_form_and_signature() -> None:
    """In 320 mails."""
    chosen = selection(generate())
    assert len({thread.id for thread in chosen}) == len(chosen) == 320
    for feature in ("form", "signature", "label", "sender"):
        assert {getattr(thread, feature) for thread in chosen} == {
            getattr(thread, feature) for thread in generate()
        }
