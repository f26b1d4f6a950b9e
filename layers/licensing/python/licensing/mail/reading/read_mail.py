"""A raw mail as its sender's own words: what the subject says, and the text in two renditions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from licensing.mail.doubts import Doubt
from licensing.mail.reading.headers import Field, first, header_fields, own_subject, unfolded
from licensing.mail.reading.html_text import seen_text
from licensing.mail.reading.mime import Piece, content_of
from licensing.mail.reading.own_words import MOST_LINES, OwnWords, own_words

LARGEST_MAIL: Final = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What was read of a mail."""

    subject: str
    answers: bool
    """The subject was taken over from another mail ("Re:", "FW:")."""
    texts: tuple[OwnWords, ...]
    """The own words as plain text and as HTML; once if the mail has but one of them."""
    attachments: int
    names: frozenset[str]
    """The words of the sender's own name and address."""
    doubt: Doubt | None
    """Why nothing may come of the mail, whatever it says."""

    @property
    def wordless(self) -> bool:
        """Whether there are no own words at all below the subject."""
        return not any(text.text for text in self.texts)


def read_mail(raw: bytes, fields: Sequence[Field] | None = None, *, whole: bool = True) -> ReadMail:
    """Read a raw mail. Never raises: what cannot be read is a doubt."""
    fields = header_fields(raw) if fields is None else fields
    subject, answers = own_subject(first(fields, "subject"))
    names = _names(unfolded(first(fields, "from")))
    if not whole or len(raw) > LARGEST_MAIL:
        return ReadMail(subject, answers, (), 0, names, Doubt.TOO_LONG)
    content = content_of(raw)
    doubt = None if content.complete else Doubt.TOO_LONG
    if not content.readable:
        doubt = Doubt.UNREADABLE
    plain, first_doubt = _own(content.plain, names)
    same = content.plain == content.rich
    rich, second_doubt = (plain, None) if same else _own(content.rich, names)
    blank = not plain.text and not plain.quoted
    texts = (plain,) if same or plain == rich else (rich,) if blank else (plain, rich)
    doubt = doubt or first_doubt or second_doubt
    return ReadMail(subject, answers, texts, content.attachments, names, doubt)


LONGEST_TEXT: Final = 20_000
"""Characters of own words; a request is not that long."""
_NOTHING: Final = OwnWords("", "", scattered=False, quoted=False)


def _own(pieces: Sequence[Piece], names: frozenset[str]) -> tuple[OwnWords, Doubt | None]:
    """The own words of pieces shown below each other, and why they may not be all."""
    doubt: Doubt | None = None
    lines: list[str] = []
    wrapped = all(not piece.is_html for piece in pieces)
    for piece in pieces:
        if piece.is_html:
            shown = seen_text(piece.text)
            if shown.too_long:
                return _NOTHING, Doubt.TOO_LONG
            doubt = Doubt.HIDDEN_CHARACTERS if shown.doubtful else doubt
            lines += shown.lines
        else:
            lines += re.split(r"\r\n|\n|\r", piece.text)
        lines.append("")
    if sum(1 for line in lines if line and not line.isspace()) > MOST_LINES:
        return _NOTHING, Doubt.TOO_LONG
    own = own_words(lines, names, wrapped=wrapped)
    if len(own.text) + len(own.after) > LONGEST_TEXT:
        own = replace(own, text=own.text[:LONGEST_TEXT], after=own.after[:LONGEST_TEXT])
        doubt = Doubt.TOO_LONG
    return own, doubt


def _names(sender: str) -> frozenset[str]:
    """The words of a From header that the sender may sign with."""
    name, _, address = sender.rpartition("<")
    local = address.partition("@")[0]
    words = re.findall(r"[^\W\d_]{2,}", f"{name} {local}".lower())
    return frozenset(words) - {"licenses", "license", "requests", "admin", "office", "billing"}
