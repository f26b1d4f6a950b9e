"""Adding a user to a clinic: the sign-in account first, then the membership."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from licensing.domain.activation import activate, require_available
from licensing.domain.changes import Change, Insert
from licensing.domain.clinics import require_open, require_types
from licensing.domain.errors import RefusedError
from licensing.domain.history import Event, adjustment_event, user_event
from licensing.domain.keys import USER, Key, invitations_key, partition
from licensing.domain.licenses import LicenseType
from licensing.domain.provisioning import with_names
from licensing.domain.starts import schedule_start
from licensing.domain.users import UNTOLD, Provisioned, User
from licensing.use_cases.access import Caller, Opened, as_manager
from licensing.use_cases.committing import readings, until_committed
from licensing.use_cases.idempotency import digest
from licensing.use_cases.ports import Account, Store
from licensing.use_cases.users.invitations import Inviting, count_invitation, tell_added


@dataclass(frozen=True, slots=True)
class NewUser:
    """Who is to become a user."""

    name: str
    email: str
    license_type: LicenseType
    permissions: tuple[str, ...]
    active: bool = False
    """Whether they are to have a license at once."""
    starts_on: date | None = None
    """The day on which they are to have one, if that is a later one."""
    provisioned: Provisioned = UNTOLD

    @property
    def digest(self) -> str:
        """Stands for this request, so that the same one is known again."""
        starts = [] if self.starts_on is None else [str(self.starts_on)]
        return digest([self.name, self.email, self.license_type, sorted(self.permissions), *starts])

    def in_clinic(
        self, clinic_id: str, user_id: str, moment: datetime, *, active: bool = False
    ) -> User:
        """Return the membership that this person gets."""
        return User(
            clinic_id=clinic_id,
            user_id=user_id,
            email=self.email,
            name=self.name,
            license_type=self.license_type,
            active=active,
            permissions=self.permissions,
            created_at=moment,
            added_as=self.digest,
            active_since=moment if active else None,
            inactive_since=None if active else moment,
            provisioned=self.provisioned,
        )


def add_user(
    store: Store,
    inviting: Inviting,
    caller: Caller,
    clinic_id: str,
    new: NewUser,
    *,
    opened: Opened | None = None,
) -> tuple[User, bool]:
    """Return the user, active only if ``new`` says so, and whether this request added them.

    A crash between the two steps leaves an account without membership, which the same
    request finds and completes. ``opened`` is the clinic with its invitations, if the caller was
    looked up with them. Raises RefusedError ``user_exists``, ``too_many_invitations``.
    """
    opened = opened or as_manager(store, caller, clinic_id, invitations_key(clinic_id))
    clinic = opened.clinic
    require_open(clinic, caller.now)
    require_types(clinic, {"license_type": new.license_type})
    # In this order: a twin of this request makes the account first.
    users = store.memberships_of_address(new.email)
    account = inviting.directory.account(new.email)
    _require_one_sign_in(clinic_id, users, account)
    known = None if account is None else store.load(USER.key(clinic_id, account.user_id))[0]
    if known is None:
        # Before anybody is invited; a repeat has been added, and may have taken the last of each.
        opened = _with_place(
            readings(
                opened, lambda: as_manager(store, caller, clinic_id, invitations_key(clinic_id))
            ),
            new,
        )
        count_invitation(opened, inviting.most_a_day)
    invitation = inviting.to(opened.clinic, opened.actor.name)
    account = account or inviting.directory.invite(new.email, new.name, invitation)
    key = USER.key(clinic_id, account.user_id)
    reading = readings(
        opened._replace(records={key: known}), lambda: as_manager(store, caller, clinic_id, key)
    )
    user, added = _add(store, reading, key, account, new)
    # Whoever has never signed in and is in no other clinic was invited when the account was made.
    if added and not account.made and (account.signed_in or not user.joined):
        tell_added(store, inviting, user, invitation)
    return user, added


def _require_one_sign_in(clinic_id: str, users: list[Key[User]], account: Account | None) -> None:
    """Refuse an address that a user of the clinic has whose sign-in was deleted."""
    own = None if account is None else USER.key(clinic_id, account.user_id)
    if any(key != own for key in users if key.partition == partition(clinic_id)):
        raise RefusedError(
            "user_exists",
            "A user of this clinic has this address, and their sign-in was deleted. Delete that "
            "user first, then add them again.",
        )


@until_committed
def _with_place(reading: Iterator[Opened], new: NewUser) -> Opened:
    """Return the clinic as one that has a place for who starts, or a license for who is active."""
    opened = next(reading).up_to_date()
    clinic = opened.clinic
    if new.starts_on is not None:
        user = new.in_clinic(clinic.clinic_id, "", opened.now)
        schedule_start(clinic, user, new.starts_on, actor=opened.actor, now=opened.now)
    if new.active:
        require_available(clinic, new.license_type, new.name)
    return opened


@until_committed
def _add(
    store: Store, reading: Iterator[Opened], key: Key[User], account: Account, new: NewUser
) -> tuple[User, bool]:
    opened = next(reading)
    clinic_id, user_id = opened.clinic.clinic_id, account.user_id
    existing = opened.record(key)
    if existing is not None:
        if existing.added_as == new.digest:
            return existing, False
        raise RefusedError(
            "user_exists",
            "This address already belongs to a user of the clinic. Edit that user, or "
            "use another address.",
        )
    opened.up_to_date()
    # Others' clinics may not speak for somebody who has not asked for it, nor to them.
    elsewhere = set() if account.made else set(store.clinics_of_user(user_id)) - {clinic_id}
    user = replace(
        new.in_clinic(clinic_id, user_id, opened.clinic.moment(opened.now)), joined=not elsewhere
    )
    clinic = with_names(opened.clinic, new.provisioned)
    changes: list[Change] = []
    earlier: list[Event] = []
    if new.active:
        clinic, user = activate(clinic, user, now=opened.now)
    elif new.starts_on is not None:
        clinic, user, adjustment = schedule_start(
            clinic, user, new.starts_on, actor=opened.actor, now=opened.now
        )
        if adjustment is not None:
            changes.append(Insert(adjustment))
            earlier.append(adjustment_event(opened.clinic, clinic, adjustment))
    event = user_event("user_added", opened.clinic, clinic, None, user)
    opened.commit(clinic, event, Insert(user), *changes, earlier=earlier)
    return user, True
