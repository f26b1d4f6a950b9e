"""Users of a clinic and what they may do."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple, Self

from licensing.domain.ids import start_of_day_named_by
from licensing.domain.licenses import LicenseType
from licensing.domain.notice_settings import USUAL_SETTINGS, NoticeSettings

USER_MANAGER = "user_manager"


class Provisioned(NamedTuple):
    """What a clinic's identity provider says of a user beside what the clinic knows."""

    external_id: str | None = None
    user_name: str | None = None
    """Where it is not the address."""
    given_name: str | None = None
    family_name: str | None = None
    formatted_name: str | None = None
    """Empty where the provider has told that there is none."""
    primary: bool | None = None
    """False where it has told that the address is not the primary one."""

    def without_name(self) -> Self:
        """Return it for a user who was renamed by others."""
        return self._replace(given_name=None, family_name=None, formatted_name=None)


UNTOLD = Provisioned()
"""Of a user whom no identity provider keeps."""


@dataclass(frozen=True, slots=True)
class User:
    """A person's membership in one clinic; ``user_id`` is the sign-in's ``sub``."""

    clinic_id: str
    user_id: str
    email: str
    name: str
    license_type: LicenseType
    active: bool
    permissions: tuple[str, ...]
    created_at: datetime
    added_as: str
    """Stands for the request that added the user, so that the same one is known again."""
    active_since: datetime | None = None
    inactive_since: datetime | None = None
    joined: bool = True
    """Whether the person has acted in the clinic, or was registered with it by staff.

    Whoever is made a member with an account that they had already has not asked for it.
    """
    provisioned: Provisioned = UNTOLD
    starts: str | None = None
    """Names what waits in the clinic's record for the day on which they become active."""
    notices: NoticeSettings = USUAL_SETTINGS
    """Of what they are told unasked while they are a User Manager."""
    changed_at: datetime | None = None
    version: int = 1

    @property
    def last_changed_at(self) -> datetime:
        """When this was last written."""
        return self.changed_at or self.created_at

    @property
    def starts_at(self) -> datetime | None:
        """The start of the day on which they become active, if they wait for it."""
        return start_of_day_named_by(self.starts) if self.starts else None

    @property
    def manages(self) -> bool:
        """Whether this is an active User Manager."""
        return self.active and USER_MANAGER in self.permissions

    @property
    def actor_name(self) -> str:
        """How history names what this person does."""
        return self.name

    @property
    def takes_part_by_mail(self) -> bool:
        """Whether this person's mails count for the clinic, and its news go to them."""
        return self.manages and self.joined

    def with_name(self, name: str) -> Self:
        """Return the user renamed by others than the identity provider, if that is a new name."""
        if name == self.name:
            return self
        return replace(self, name=name, provisioned=self.provisioned.without_name())

    def with_activity(self, active: bool, moment: datetime) -> Self:
        """Return the user made active or inactive at the moment."""
        if active:
            return replace(self, active=True, active_since=moment, inactive_since=None, starts=None)
        return replace(self, active=False, active_since=None, inactive_since=moment)


class Actor(NamedTuple):
    """Who changed something, and by which channel."""

    user_id: str | None
    name: str
    channel: str


SYSTEM = Actor(None, "Clinic License Manager", "system")
"""The product itself, for what nobody asked for by hand."""
