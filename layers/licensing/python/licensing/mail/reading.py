"""A raw mail as its sender's own words: what the subject says, and the text in two renditions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from licensing.mail.doubts import Doubt
from licensing.mail.headers import Field, first, header_fields, unfolded
from licensing.mail.html_text import seen_text
from licensing.mail.mime import Piece, content_of
from licensing.mail.new_text import NewText, new_text

LARGEST_MAIL: Final = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Letter:
    """What was read of a mail."""

    subject: str
    answers: bool
    """The subject was taken over from another mail ("Re:", "FW:")."""
    texts: tuple[NewText, ...]
    """The own words as plain text and as HTML; once if the mail has but one of them."""
    attachments: int
    names: frozenset[str]
    """The words of the sender's own name and address."""
    doubt: Doubt | None
    """Why nothing may come of the mail, whatever it says."""

    @property
    def wordless(self) -> bool:
        """Whether there are no own words at all below the subject."""
        return not any(text.text.strip() for text in self.texts)


def read_mail(raw: bytes, fields: Sequence[Field] | None = None, *, whole: bool = True) -> Letter:
    """Read a raw mail. Never raises: what cannot be read is a doubt."""
    fields = header_fields(raw) if fields is None else fields
    subject, answers = _subject(unfolded(first(fields, "subject")))
    names = _names(unfolded(first(fields, "from")))
    if not whole or len(raw) > LARGEST_MAIL:
        return Letter(subject, answers, (), 0, names, Doubt.TOO_LONG)
    content = content_of(raw)
    doubt = None if content.complete else Doubt.TOO_LONG
    if not content.readable:
        doubt = Doubt.UNREADABLE
    plain, plain_seen = _own(content.plain, names)
    same = content.plain == content.rich
    rich, rich_seen = (plain, plain_seen) if same else _own(content.rich, names)
    blank = not plain.text.strip() and not plain.quoted
    texts = (plain,) if same else (rich,) if blank else (plain, rich)
    if not (plain_seen and rich_seen):
        doubt = doubt or Doubt.HIDDEN_CHARACTERS
    return Letter(subject, answers, texts, content.attachments, names, doubt)


def _own(pieces: Sequence[Piece], names: frozenset[str]) -> tuple[NewText, bool]:
    """The own words of pieces shown below each other, and whether all of it can be seen."""
    seen = True
    lines: list[str] = []
    wrapped = all(not piece.is_html for piece in pieces)
    for piece in pieces:
        if piece.is_html:
            shown = seen_text(piece.text)
            seen = seen and not shown.doubtful
            lines += shown.lines
        else:
            lines += re.split(r"\r\n|\n|\r", piece.text)
        lines.append("")
    return new_text(lines, names, wrapped=wrapped), seen


_PREFIX: Final = re.compile(
    r"\s*(?:(?P<answer>re|fw|fwd|aw|wg|sv|vs|rif|ref|antw|tr|rv|enc)(?:\[\d+\])?\s*:"
    r"|\[(?:external|ext|e|caution|spam\??|suspicious)[^\]]{0,30}\]|(?:external|caution)\s*:)\s*",
    re.IGNORECASE,
)


def _subject(text: str) -> tuple[str, bool]:
    """The subject without reply marks and gateway tags, and whether it had reply marks."""
    answers = False
    while match := _PREFIX.match(text):
        answers = answers or match["answer"] is not None
        text = text[match.end() :]
    return text.strip(), answers


def _names(sender: str) -> frozenset[str]:
    """The words of a From header that the sender may sign with."""
    name, _, address = sender.rpartition("<")
    local = address.partition("@")[0]
    words = re.findall(r"[^\W\d_]{2,}", f"{name} {local}".lower())
    return frozenset(words) - {"licenses", "license", "requests", "admin", "office", "billing"}
