"""The readable parts of a raw mail, with caps on parts, depth and size."""

import re
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from typing import Final, cast

from licensing.mail.reading.headers import decoded

# The standard library's parser looks at each line once for every part it stands in, and its time
# for a header's parameters grows with their square: what is larger is not given to it.
MOST_LINES: Final = 120_000
_MOST_MULTIPARTS: Final = 20
_MOST_HEADERS: Final = 400
_LONGEST_HEADER: Final = 2_000
MOST_PARTS: Final = 40
DEEPEST: Final = 12
MOST_TEXT: Final = 1024 * 1024
# Parts that come along and hold no request: pictures of signatures, electronic signatures.
_NO_REQUEST: Final = ("image/", "application/pkcs7-signature", "application/pgp-signature")
# What the standard library's parser has been seen to raise on broken mail, and near kin.
_BROKEN: Final = (
    AssertionError, AttributeError, IndexError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """One text part."""

    text: str
    is_html: bool


@dataclass
class Content:
    """What a mail shows: as plain text and as HTML, each made of pieces."""

    plain: list[Piece] = field(default_factory=list)
    rich: list[Piece] = field(default_factory=list)
    attachments: int = 0
    complete: bool = True
    """False when a cap cut something off, or parts contradict each other."""
    readable: bool = True


def content_of(raw: bytes) -> Content:
    """Return a mail's texts; unreadable mail has none and says so."""
    if not _is_bounded(raw):
        return Content(complete=False)
    try:
        message = message_from_bytes(raw, policy=compat32)
        reader = _Reader()
        plain, rich = reader.read(message, 0)
        return Content(plain, rich, reader.attachments, complete=reader.complete)
    except _BROKEN:
        return Content(readable=False, complete=False)


_CONTENT_HEADER: Final = re.compile(
    rb"(?:^|[\r\n])content-[a-z-]{1,40}[ \t]*:([^\r\n]*(?:(?:\r\n|\r|\n)[ \t][^\r\n]*)*)",
    re.IGNORECASE,
)


def _is_bounded(raw: bytes) -> bool:
    """Whether a mail has so few lines, parts and parameters that parsing it takes no time."""
    if raw.count(b"\n") + raw.count(b"\r") - raw.count(b"\r\n") > MOST_LINES:
        return False
    multiparts = 0
    for count, match in enumerate(_CONTENT_HEADER.finditer(raw)):
        multiparts += b"multipart/" in match[1].lower() or b"message/" in match[1].lower()
        large = count > _MOST_HEADERS or len(match[1]) > _LONGEST_HEADER
        if large or multiparts > _MOST_MULTIPARTS:
            return False
    return True


Both = tuple[list[Piece], list[Piece]]


class _Reader:
    def __init__(self) -> None:
        self.attachments = 0
        self.complete = True
        self._parts = 0
        self._left = MOST_TEXT

    def read(self, part: Message, depth: int) -> Both:
        """Return the part's pieces for a reader of plain text, and for one of HTML."""
        self._parts += 1
        if self._parts > MOST_PARTS or depth > DEEPEST:
            self.complete = False
            return [], []
        kind = part.get_content_type()
        if part.is_multipart() and part.get_content_maintype() == "multipart":
            children = cast("list[Message]", part.get_payload())
            shown = [self.read(child, depth + 1) for child in children]
            return self._alternative(shown) if kind == "multipart/alternative" else _mixed(shown)
        disposition = str(part.get("content-disposition", "")).strip().lower()
        attached = disposition.startswith("attachment") or part.get_filename() is not None
        if attached or kind not in ("text/plain", "text/html"):
            self.attachments += not kind.startswith(_NO_REQUEST)
            return [], []
        piece = Piece(self._text(part), kind == "text/html")
        return [piece], [piece]

    def _alternative(self, parts: list[Both]) -> Both:
        """Parts of which one is shown: the plain one, or the richest."""
        shown = [both for both in parts if any(both)]
        if not shown:
            return [], []
        if len(shown) > 2:
            self.complete = False
        plain = next((p for p, _ in shown if any(not piece.is_html for piece in p)), shown[0][0])
        rich = next((r for _, r in reversed(shown) if any(p.is_html for p in r)), shown[-1][1])
        return plain, rich

    def _text(self, part: Message) -> str:
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            return ""
        if len(data) > self._left:
            self.complete = False
        data = data[: self._left]
        self._left -= len(data)
        charset = part.get_param("charset") or ""
        return decoded(data, charset if isinstance(charset, str) else "")


def _mixed(shown: list[Both]) -> Both:
    """Parts that are shown one below the other."""
    return [p for plain, _ in shown for p in plain], [r for _, rich in shown for r in rich]
