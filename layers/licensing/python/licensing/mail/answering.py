"""What makes an email an answer to another one: its subject, and the headers of its thread."""

import re
from collections.abc import Sequence
from typing import Final

from licensing.mail.reading.headers import Field, first, own_subject, values

_ID: Final = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,160}@[A-Za-z0-9.-]{1,160}>")
_MOST_REFERENCES: Final = 4000
_LONGEST_THREAD: Final = 8
_LONGEST_SUBJECT: Final = 150


def answering(subject: str) -> str:
    """Return the subject of an answer, on one line."""
    said, _ = own_subject(subject)
    return f"Re: {said[:_LONGEST_SUBJECT] or 'your license request'}"


def thread_headers(fields: Sequence[Field]) -> dict[str, str]:
    """Return the headers that put a reply into the thread and keep machines from answering.

    Only well-formed ids are repeated: a reply must not carry a header that the sender made up.
    """
    headers = {"Auto-Submitted": "auto-replied"}
    message_id = _ID.fullmatch(first(fields, "message-id").strip())
    if message_id is None:
        return headers
    earlier = _ID.findall(" ".join(values(fields, "references"))[-_MOST_REFERENCES:])
    thread = list(dict.fromkeys([*earlier[-_LONGEST_THREAD:], message_id[0]]))
    return {**headers, "In-Reply-To": message_id[0], "References": " ".join(thread)}
