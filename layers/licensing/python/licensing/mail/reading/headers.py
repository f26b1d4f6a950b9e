"""A mail's header block as it stands: in order, with repetitions and damage.

The standard library's parser gives the first of two From headers without a word, and its newer
policy raises on headers that senders do write. Trust needs to see what is there.
"""

import binascii
import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from licensing.mail import lexicon

LARGEST_BLOCK: Final = 256 * 1024


class Field(NamedTuple):
    """One header: its name in lower case and its value on one line."""

    name: str
    value: str


CUT_OFF: Final = Field("", "\r")
"""Stands at the end of a block that is longer than is read."""
_BLANK: Final = re.compile(rb"(?:^|\n)\r?\n")
_NAME: Final = re.compile(r"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)


def header_fields(raw: bytes) -> list[Field]:
    """Return all headers of a raw mail; a line that is none has the empty name.

    A carriage return that ends no line stays in the value: some programs end a line at it, others
    don't, and so they see different headers.
    """
    blank = _BLANK.search(raw, 0, LARGEST_BLOCK)
    whole = blank is not None or len(raw) <= LARGEST_BLOCK
    block = raw[: blank.start() if blank else LARGEST_BLOCK]
    rows: list[list[str]] = []
    for line in block.split(b"\n") if block else ():
        text = line.removesuffix(b"\r").decode("utf-8", "replace")
        if text[:1] in (" ", "\t") and rows:
            rows[-1].append(text.strip(" \t"))
        else:
            rows.append([text])
    fields: list[Field] = []
    for row in rows:
        text = " ".join(row)
        match = _NAME.fullmatch(text)
        fields.append(Field(match[1].lower(), match[2].strip(" \t")) if match else Field("", text))
    return fields if whole else [*fields, CUT_OFF]


def is_damaged(fields: Sequence[Field]) -> bool:
    """Whether a header block was cut off, or holds what programs read in different ways."""
    return any("\r" in each.value or "\x00" in each.value for each in fields)


def values(fields: Sequence[Field], name: str) -> list[str]:
    """Return every value of a header, in order."""
    return [field.value for field in fields if field.name == name]


def first(fields: Sequence[Field], name: str) -> str:
    """Return the first value of a header, or the empty text."""
    return next(iter(values(fields, name)), "")


_SAFE_CHARSETS: Final = re.compile(lexicon.pattern("structure", "charsets"))


def decoded(data: bytes, charset: str) -> str:
    """Return bytes as text: by the declared charset, else UTF-8, Windows-1252 or Latin-1."""
    declared = charset.strip().lower().strip("\"'")
    candidates = [declared] if _SAFE_CHARSETS.fullmatch(declared) else []
    for candidate in (*candidates, "utf-8", "cp1252"):
        try:
            return data.decode(candidate)
        except (LookupError, ValueError):
            continue
    return data.decode("latin-1")


_ENCODED: Final = re.compile(r"=\?([^?\s]{1,40})\?([bBqQ])\?([^?\s]{0,2000})\?=")
_BETWEEN: Final = re.compile(r"(?<=\?=)[ \t]+(?==\?)")
LONGEST_VALUE: Final = 2000


def unfolded(value: str) -> str:
    """Return a header's text with encoded words decoded, on one line, without controls."""
    text = _ENCODED.sub(_decoded_word, _BETWEEN.sub("", value[:LONGEST_VALUE]))
    printable = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(printable.split())[:LONGEST_VALUE]


def _decoded_word(match: re.Match[str]) -> str:
    charset, how, text = match[1].split("*")[0], match[2].lower(), match[3]
    data = text.encode("utf-8", "replace")
    try:
        if how == "b":
            data = binascii.a2b_base64(data + b"=" * (-len(data) % 4))
        else:
            data = binascii.a2b_qp(data, header=True)
    except (binascii.Error, ValueError):
        return match[0]
    return decoded(data, charset)


_PREFIX: Final = re.compile(
    rf"\s*(?:(?P<answer>{lexicon.pattern('structure', 'reply marks')})(?:\[\d{{1,4}}\])?"
    rf"\s*[:\uff1a]"
    rf"|{lexicon.pattern('structure', 'gateway tags')})\s*",
    re.IGNORECASE,
)


def own_subject(value: str) -> tuple[str, bool]:
    """Return a subject without reply marks and gateway tags, and whether it had reply marks."""
    text, answers = unfolded(value), False
    while match := _PREFIX.match(text):
        answers = answers or match["answer"] is not None
        text = text[match.end() :]
    return text.strip(), answers
