"""Mails that cost more than they weigh: each is read within limits, or not at all."""

from email.message import EmailMessage

import pytest

from licensing.mail.doubts import Doubt
from licensing.mail.language.license_grammar import MOST_TOKENS, trees_of
from licensing.mail.reading.mime import MOST_LINES, content_of
from licensing.mail.reading.own_words import MOST_LINES as MOST_TEXT_LINES
from licensing.mail.reading.read_mail import LARGEST_MAIL, LONGEST_TEXT, read_mail
from licensing.mail.requests.parsing import (
    MOST_CLAUSES,
    MOST_IN_SENTENCE,
    MOST_LICENSE_TOKENS,
    MOST_WORDS,
)
from tests.unit.mail.senders import ordinary_head, raw_mail, says
from tests.unit.mail.threads.pathological import generate

REQUEST = "Please add 2 PT licenses at Lakeside."


def test_only_blank_lines_beside_a_request_are_no_burden() -> None:
    """They are dropped before anything looks at them."""
    letter = read_mail(raw_mail(ordinary_head(), REQUEST + "\r\n" * 70_000))
    assert (letter.texts[0].text, letter.doubt) == (REQUEST, None)


@pytest.mark.parametrize(
    "body",
    ["a\r\n" * (MOST_LINES + 1), "a\r\n" * (MOST_TEXT_LINES + 1), "a " * LONGEST_TEXT,
     "a" * LARGEST_MAIL],
    ids=["lines of a mail", "lines of a text", "words", "mail"],
)  # fmt: skip
def test_texts_beyond_the_limits_are_too_long(body: str) -> None:
    """Nothing is cut off without a word."""
    letter = read_mail(raw_mail(ordinary_head(), body))
    assert letter.doubt is Doubt.TOO_LONG
    assert all(len(words.text) <= LONGEST_TEXT for words in letter.texts)


@pytest.mark.parametrize(
    "head",
    ['Content-Type: multipart/mixed; boundary="b"\r\n' * 21,
     f"Content-Type: text/plain{';' * 3000}", f"Content-Type: text/plain;\r\n{' a;' * 1000}",
     f"X-A: b\rContent-Type: text/plain{';' * 3000}", "Content-Language: en\r\n" * 500],
    ids=["multiparts", "parameters", "folded", "bare return", "headers"],
)  # fmt: skip
def test_structures_beyond_the_limits_are_not_parsed(head: str) -> None:
    """The parser's time would grow with their square."""
    content = content_of(raw_mail([head.strip()], REQUEST))
    assert (content.complete, content.plain) == (False, [])


@pytest.mark.parametrize(
    "text",
    [
        f"{REQUEST} " + "word " * MOST_WORDS,
        "Please add 2 PT licenses" + ", 2 PT licenses" * MOST_IN_SENTENCE,
        "Hi there. " * (MOST_CLAUSES + 2),
        "Please add two PT licenses at Lakeside. " * (MOST_LICENSE_TOKENS // 3),
    ],
    ids=["words", "words of a sentence", "clauses", "words about licenses"],
)
def test_words_beyond_the_limits_are_not_understood(text: str) -> None:
    """Asked about as too long, however they go on."""
    assert says(text).doubt is Doubt.TOO_LONG


@pytest.mark.parametrize("parting", [", ", " / ", "; ", " | "])
def test_what_parts_a_line_far_behind_parts_no_cells(parting: str) -> None:
    """Nor does it keep the mail from being read."""
    said = says(f"{REQUEST}\n{'a' * 1_000}{parting}b{parting}c")
    assert said.changes


def test_a_group_of_tokens_beyond_the_limit_is_not_parsed() -> None:
    """The readings of an ambiguous grammar may double with each token; of ours they do not."""
    assert len(trees_of("T" * MOST_TOKENS)) == 1
    before = trees_of.cache_info().misses
    found = says("Please add " + "PT " * (MOST_TOKENS + 1) + "licenses at Lakeside.")
    assert found.verdict == "ask"
    assert trees_of.cache_info().misses == before


def test_pathological_mails_come_to_short_texts() -> None:
    """Some of a thousand: the rest of the product sees no more than the limit.

    How long each takes is measured by benchmarks/mails.py.
    """
    letters = [read_mail(raw) for _, raw in generate(limit=400_000, every=8)]
    assert len(letters) > 80
    sizes = {len(words.text) + len(words.after) for each in letters for words in each.texts}
    assert max(sizes) <= 2 * LONGEST_TEXT
    assert {letter.doubt for letter in letters} >= {None, Doubt.TOO_LONG}


def test_a_text_that_is_attached_is_not_the_senders_words() -> None:
    """Mail programs show it below the mail, by name or as an attachment."""
    for how in ("attachment", 'inline; filename="a.txt"'):
        mail = EmailMessage()
        mail.set_content("Hi")
        mail.add_attachment("Please add 9 PT licenses", disposition="attachment")
        part = next(iter(mail.iter_attachments()))
        part.replace_header("Content-Disposition", how)
        content = content_of(mail.as_bytes())
        assert [piece.text.strip() for piece in content.plain] == ["Hi"]
        assert content.attachments == 1
