"""Records that few functions see, as plain attributes and back: tokens, invitations, words."""

from datetime import UTC, datetime, timedelta

from licensing.adapters.forms import VERSION, Form, attribute, by_kind, by_sort, expiry
from licensing.domain import keys
from licensing.domain.finding import ClinicWord
from licensing.domain.invitations import SentInvitations
from licensing.domain.provisioning_tokens import ProvisioningToken

_TOKEN = Form(
    ProvisioningToken,
    keys.TOKEN,
    ("clinic_id", "token_id"),
    *("name", "digest"),
    attribute("license_type", "default_license_type"),
    attribute("created", "created_at"),
    attribute("by", "created_by"),
    attribute("used", "last_used_at"),
    attribute("revoked", "revoked_at"),
    VERSION,
)


def _expiry_of(sent: SentInvitations) -> int:
    # A clinic in whatever zone has another day by then.
    return expiry(datetime.combine(sent.day, datetime.min.time(), UTC), timedelta(days=3))


_INVITATIONS = Form(
    SentInvitations,
    keys.INVITATIONS,
    ("clinic_id",),
    *("day", "count", "again"),
    VERSION,
    key=keys.invitations_key,
    also={"expires_at": _expiry_of},
)

_WORD = Form(
    ClinicWord,
    keys.NAME,
    ("word", "clinic_id"),
    "name",
    key=keys.clinic_word_key,
    told=lambda _, name: name.partition("#")[::2],
)

_ALL = _TOKEN, _INVITATIONS, _WORD
FORMS, READERS = by_kind(*_ALL), by_sort(*_ALL)
