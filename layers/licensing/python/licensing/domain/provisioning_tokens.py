"""Tokens by which a clinic's identity provider keeps its users: one each, shown once."""

import hmac
import re
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, Self

from licensing.domain.licenses import LicenseType
from licensing.domain.users import Actor

MOST_TOKENS = 10
"""How many tokens a clinic may have at a time: two for each of a few providers."""

SEEN_EVERY = timedelta(hours=1)
"""How exactly the last use is known: each use would otherwise cost a write."""

_SHAPE = r"clm\.([a-z0-9-]{1,63})\.([0-9A-Z]{26})\.[A-Za-z0-9_-]{43}"


class Presented(NamedTuple):
    """What somebody sent as a token: whose it claims to be, and what stands for all of it."""

    clinic_id: str
    token_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class ProvisioningToken:
    """A clinic's token: with it a program acts in this clinic, as its User Managers would."""

    clinic_id: str
    token_id: str
    name: str
    digest: str
    """Stands for the text, which nobody keeps."""
    default_license_type: LicenseType
    created_at: datetime
    created_by: Actor
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    version: int = 1

    @property
    def active(self) -> bool:
        """Whether the token is good."""
        return self.revoked_at is None

    @property
    def manages(self) -> bool:
        """Whether users are added and changed on its permission."""
        return self.active

    @property
    def actor_name(self) -> str:
        """How history names whoever acts with the token."""
        return f"SCIM token {self.name}"

    def matches(self, presented: Presented) -> bool:
        """Return whether this very text was given out; it takes as long whatever was sent."""
        return hmac.compare_digest(self.digest, presented.digest) and self.active

    def seen(self, now: datetime) -> Self:
        """Return the token as used now, or as it is if that was known about well enough."""
        if self.last_used_at is not None and now - self.last_used_at < SEEN_EVERY:
            return self
        return replace(self, last_used_at=now)

    def revoked(self, moment: datetime) -> Self:
        """Return the token as good for nothing from the moment on."""
        return replace(self, revoked_at=moment)


def new_text(clinic_id: str, token_id: str) -> str:
    """Return a new token's text: whose it is, which one, and 256 bits that nobody can guess."""
    return f"clm.{clinic_id}.{token_id}.{secrets.token_urlsafe(32)}"


def presented(text: str) -> Presented | None:
    """Return what a text claims to be a token of; None for what cannot be a token."""
    shape = re.fullmatch(_SHAPE, text)
    return Presented(shape[1], shape[2], digest_of(text)) if shape else None


def digest_of(text: str) -> str:
    """Return what stands for a token's text. The text is too random to be guessed from it."""
    return sha256(text.encode()).hexdigest()
