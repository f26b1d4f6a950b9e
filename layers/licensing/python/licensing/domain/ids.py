"""Moments in milliseconds, and the identifiers that are made of them."""

import secrets
from datetime import UTC, datetime, timedelta

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def milliseconds(moment: datetime) -> int:
    """Return a moment as a number, as records and facts have it."""
    return (moment - _EPOCH) // MILLISECOND


def moment_at(milliseconds: int) -> datetime:
    """Return the moment that a number stands for."""
    return _EPOCH + milliseconds * MILLISECOND


def new_id(moment: datetime) -> str:
    """Return a ULID (https://github.com/ulid/spec): 48 bits of milliseconds, 80 random ones."""
    return _text((milliseconds(moment) << 80) | secrets.randbits(80))


def id_before(identifier: str, places: int) -> str:
    """Return the identifier that sorts so many places before, of the same millisecond."""
    return _text(_value(identifier) - places)


def start_of_day_named_by(identifier: str) -> datetime:
    """Return the start of the day that the identifier of something scheduled is of.

    In every time zone days begin with a whole minute.
    """
    return moment_of(identifier).replace(second=0, microsecond=0)


def moment_of(identifier: str) -> datetime:
    """Return the millisecond at which ``new_id`` made this identifier."""
    return moment_at(_value(identifier[:10]))


def _text(value: int) -> str:
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def _value(text: str) -> int:
    value = 0
    for character in text:
        value = value << 5 | _ALPHABET.index(character)
    return value
