"""Records that few functions see, as plain attributes and back: tokens, invitations, words."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from licensing.adapters.attributes import from_milliseconds, to_milliseconds
from licensing.domain.clinic_words import ClinicWord
from licensing.domain.invitations import SentInvitations
from licensing.domain.keys import (
    INVITATIONS,
    NAME,
    TOKEN,
    Key,
    clinic_word_key,
    invitations_key,
    token_key,
)
from licensing.domain.licenses import LicenseType
from licensing.domain.provisioning_tokens import ProvisioningToken
from licensing.domain.users import Actor

Plain = dict[str, Any]
Rare = ProvisioningToken | SentInvitations | ClinicWord


def key_of(record: Rare) -> Key[Any]:
    """Return the primary key of a record."""
    match record:
        case ProvisioningToken():
            return token_key(record.clinic_id, record.token_id)
        case SentInvitations():
            return invitations_key(record.clinic_id)
        case ClinicWord():
            return clinic_word_key(record.word, record.clinic_id)


def to_plain(record: Rare) -> Plain:
    """Return the record's attributes, without its key."""
    match record:
        case ProvisioningToken():
            return _write_token(record)
        case SentInvitations():
            return _write_invitations(record)
        case ClinicWord():
            return {"name": record.name}


def _write_token(token: ProvisioningToken) -> Plain:
    return {
        "name": token.name,
        "digest": token.digest,
        "license_type": token.default_license_type,
        "created": to_milliseconds(token.created_at),
        "by": [token.created_by.user_id, token.created_by.name, token.created_by.channel],
        "used": token.last_used_at and to_milliseconds(token.last_used_at),
        "revoked": token.revoked_at and to_milliseconds(token.revoked_at),
        "version": token.version,
    }


def _read_token(key: Key[Any], item: Plain) -> ProvisioningToken:
    return ProvisioningToken(
        clinic_id=_clinic_id(key),
        token_id=key.sort.removeprefix(TOKEN),
        name=item["name"],
        digest=item["digest"],
        default_license_type=LicenseType(item["license_type"]),
        created_at=from_milliseconds(item["created"]),
        created_by=Actor(*item["by"]),
        last_used_at=from_milliseconds(item["used"]) if "used" in item else None,
        revoked_at=from_milliseconds(item["revoked"]) if "revoked" in item else None,
        version=item["version"],
    )


def _write_invitations(sent: SentInvitations) -> Plain:
    # Gone some days later; a clinic in whatever zone has another day by then.
    gone = datetime(sent.day.year, sent.day.month, sent.day.day, tzinfo=UTC) + timedelta(days=3)
    return {
        "day": sent.day.isoformat(),
        "count": sent.count,
        "again": sent.again and [sent.again[0], to_milliseconds(sent.again[1])],
        "expires_at": to_milliseconds(gone) // 1000,
        "version": sent.version,
    }


def _read_invitations(key: Key[Any], item: Plain) -> SentInvitations:
    day = date.fromisoformat(item["day"])
    again = (item["again"][0], from_milliseconds(item["again"][1])) if "again" in item else None
    return SentInvitations(_clinic_id(key), day, item["count"], again, item["version"])


def _read_word(key: Key[Any], item: Plain) -> ClinicWord:
    word, _mark, clinic_id = key.sort.removeprefix(NAME).partition("#")
    return ClinicWord(word, clinic_id, item["name"])


def _clinic_id(key: Key[Any]) -> str:
    return key.partition.partition("#")[2]


READERS: dict[str, Callable[[Key[Any], Plain], Rare]] = {
    NAME: _read_word,
    TOKEN: _read_token,
    INVITATIONS: _read_invitations,
}
"""What reads a record, by how its sort key begins."""
