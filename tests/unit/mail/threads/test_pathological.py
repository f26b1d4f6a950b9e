"""The pathological mails themselves: the same each time, many, and none too large to arrive."""

from hashlib import sha256

from tests.unit.mail.threads.pathological import LIMIT, generate


def test_the_mails_are_the_same_each_time() -> None:
    """To the byte, under names that differ."""
    first, again = (
        [(name, sha256(raw).digest()) for name, raw in generate(every=11)] for _ in range(2)
    )
    assert first == again
    assert len(dict(first)) == len(first) >= 150


def test_every_seventh_mail_is_of_every_kind() -> None:
    """And arrives: SES takes more, the product reads five megabytes."""
    sizes = {name: len(raw) for name, raw in generate(every=7)}
    assert len(sizes) >= 250
    assert {name.split()[0] for name in sizes} == {
        "clauses", "texts", "markup", "fields", "two_parts", "structures", "noise",
    }  # fmt: skip
    assert 4_000_000 < max(sizes.values()) <= LIMIT
