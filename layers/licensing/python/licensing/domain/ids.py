"""Time-ordered identifiers."""

import secrets
from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def new_id(moment: datetime) -> str:
    """Return a ULID: 48 bits of milliseconds and 80 random bits, in sort order of time.

    Source: https://github.com/ulid/spec. Twelve lines of our own instead of a package, since
    this is the only use and the layer's size and cold start count.
    """
    value = ((moment - _EPOCH) // _MILLISECOND << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def moment_of(identifier: str) -> datetime:
    """Return the millisecond at which ``new_id`` made this identifier."""
    value = 0
    for character in identifier[:10]:
        value = value << 5 | _ALPHABET.index(character)
    return _EPOCH + value * _MILLISECOND
