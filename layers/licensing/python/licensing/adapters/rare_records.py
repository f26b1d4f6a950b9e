"""Records that few functions see, as plain attributes and back: tokens, invitations, words."""

from datetime import UTC, datetime, timedelta

from licensing.adapters.forms import ACTOR, DAY, MOMENT, VERSION, Form, attribute, by_kind, expiry
from licensing.domain import keys
from licensing.domain.finding import ClinicWord
from licensing.domain.ids import milliseconds, moment_at
from licensing.domain.invitations import SentInvitations
from licensing.domain.licenses import LicenseType
from licensing.domain.provisioning_tokens import ProvisioningToken

_TOKEN = Form(
    ProvisioningToken,
    ("clinic_id", "token_id"),
    attribute("name"),
    attribute("digest"),
    attribute("license_type", "default_license_type", read=LicenseType),
    attribute("created", "created_at", *MOMENT),
    attribute("by", "created_by", *ACTOR),
    attribute("used", "last_used_at", *MOMENT),
    attribute("revoked", "revoked_at", *MOMENT),
    VERSION,
    key=keys.TOKEN.key,
)


def _expiry_of(sent: SentInvitations) -> int:
    # A clinic in whatever zone has another day by then.
    return expiry(datetime.combine(sent.day, datetime.min.time(), UTC), timedelta(days=3))


_INVITATIONS = Form(
    SentInvitations,
    ("clinic_id",),
    attribute("day", "", *DAY),
    attribute("count"),
    attribute(
        "again",
        write=lambda again: [again[0], milliseconds(again[1])],
        read=lambda kept: (kept[0], moment_at(kept[1])),
    ),
    VERSION,
    key=keys.invitations_key,
    also={"expires_at": _expiry_of},
)

_WORD = Form(
    ClinicWord,
    ("word", "clinic_id"),
    attribute("name"),
    key=keys.clinic_word_key,
    told=lambda _, name: name.partition("#")[::2],
)

FORMS = by_kind(_TOKEN, _INVITATIONS, _WORD)
READERS = {
    keys.NAME: _WORD.read_at,
    keys.TOKEN: _TOKEN.read_at,
    keys.INVITATIONS: _INVITATIONS.read_at,
}
"""What reads a record, by how its sort key begins."""
