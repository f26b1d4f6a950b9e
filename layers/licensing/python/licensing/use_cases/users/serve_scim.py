"""What a clinic's identity provider does with its users, on the permission of its token."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from licensing.domain import keys
from licensing.domain.changes import Replace
from licensing.domain.clinics import Clinic, require_types
from licensing.domain.errors import PreconditionFailedError, RefusedError
from licensing.domain.keys import Key
from licensing.domain.licenses import LicenseType
from licensing.domain.notices import news
from licensing.domain.provisioning import Wanted, no_license, provide, provided, takes_name
from licensing.domain.provisioning_tokens import ProvisioningToken, presented
from licensing.domain.users import User
from licensing.use_cases.access import Caller, Opened, as_manager, as_manager_by, load, require_user
from licensing.use_cases.committing import readings, until_committed
from licensing.use_cases.notices.due_notices import write_notice
from licensing.use_cases.ports import Directory, Store
from licensing.use_cases.users.add_user import NewUser, add_user
from licensing.use_cases.users.change_user import readdress
from licensing.use_cases.users.invitations import Inviting
from licensing.use_cases.users.remove_user import remove_user

CHANNEL = "scim"


class Provider(NamedTuple):
    """A provider whose token is good, and what was read with the token."""

    store: Store
    token: ProvisioningToken
    records: Mapping[Key[Any], Any]
    now: datetime

    @property
    def clinic_id(self) -> str:
        """The clinic whose users it keeps."""
        return self.token.clinic_id

    @property
    def caller(self) -> Caller:
        """The program that has the token."""
        name, token_id = self.token.actor_name, self.token.token_id
        return Caller(token_id, False, CHANNEL, self.now, name, is_program=True)

    def opened(self) -> Opened:
        """Return the clinic as it was read; raises as ``as_manager``."""
        return as_manager_by(self.store, self.caller, self.clinic_id, self.records)

    def reading(self, *along: Key[Any]) -> Iterator[Opened]:
        """Yield the clinic as it was read, and, for what is repeated, as it is then."""
        return readings(
            self.opened(), lambda: as_manager(self.store, self.caller, self.clinic_id, *along)
        )


@until_committed
def authenticate(store: Store, text: str, member: str, *, now: datetime) -> Provider | None:
    """Return the provider whose token's text this is, if it is good; its use is noted by the hour.

    One read, whatever was sent, and one comparison, which takes as long for every text. What the
    request is about is read along: the ``member``, or for who may be new, the invitations.
    """
    claimed = presented(text)
    if claimed is None:
        return None
    clinic_id, key = claimed.clinic_id, keys.TOKEN.key(claimed.clinic_id, claimed.token_id)
    about: tuple[Key[Any], ...] = (keys.invitations_key(clinic_id),)
    if member:
        about = keys.USER.key(clinic_id, member), keys.ERASURE.key(clinic_id, member)
    wanted = key, keys.clinic_key(clinic_id), *about
    records = load(store, *wanted)
    token: ProvisioningToken | None = records[key]
    if token is None or not token.matches(claimed):
        return None
    seen = token.seen(now)
    if seen is not token:
        store.commit([Replace(token, seen)])
        token = replace(seen, version=token.version + 1)
    return Provider(store, token, {**records, key: token}, now)


def list_users(provider: Provider) -> list[User]:
    """Return all users of the clinic, in the order of their ids: filters look at each."""
    provider.opened()
    return list(provider.store.all(provider.clinic_id, keys.USER))


def get_user(provider: Provider, user_id: str) -> User:
    """Return one of the clinic's users."""
    return require_user(provider.opened().record(keys.USER.key(provider.clinic_id, user_id)))


def create_user(provider: Provider, inviting: Inviting, wanted: Wanted) -> User:
    """Return the new user, invited; active ones have taken a license.

    SCIM has it that a repeat is refused: providers then look for the user by their name. Raises
    RefusedError ``user_exists`` or ``licenses_unavailable``.
    """
    opened = provider.opened()
    _require_free_name(provider, opened.clinic, "", wanted)
    new = NewUser(
        wanted.name,
        wanted.email,
        wanted.license_type,
        (),
        active=bool(wanted.active),
        provisioned=wanted.provisioned,
    )
    with _telling(provider):
        user, added = add_user(
            provider.store, inviting, provider.caller, provider.clinic_id, new, opened=opened
        )
    if not added:
        raise _exists()
    return user


def change_user(
    provider: Provider,
    directory: Directory,
    user_id: str,
    revise: Callable[[User], Wanted],
    *,
    allows: Callable[[int], bool],
) -> User:
    """Return the user as the provider wants them, all of it or nothing; what is so stays.

    Raises PreconditionFailedError for a version of the user that ``allows`` denies, and
    RefusedError as in ``provide``.
    """
    key = keys.USER.key(provider.clinic_id, user_id)
    with _telling(provider):
        return _change(provider, provider.reading(key), directory, key, revise, allows)


@until_committed
def _change(
    provider: Provider,
    reading: Iterator[Opened],
    directory: Directory,
    key: Key[User],
    revise: Callable[[User], Wanted],
    allows: Callable[[int], bool],
) -> User:
    opened = next(reading)
    user = require_user(opened.record(key))
    if not allows(user.version):
        raise PreconditionFailedError(
            "The user isn't in a version that this change is for. Read it again."
        )
    opened.up_to_date()
    wanted = revise(user)
    if wanted.license_type != user.license_type:
        require_types(opened.clinic, {"license_type": wanted.license_type})
    if not takes_name(user, wanted):
        _require_free_name(provider, opened.clinic, user.user_id, wanted)
    clinic, changed = provide(opened.clinic, user, wanted, now=opened.now)
    if changed == user:
        return user
    if changed.email != user.email:
        readdress(provider.store, directory, provider.clinic_id, changed)
    event = provided(opened.clinic, clinic, user, changed)
    written = opened.commit(clinic, event, Replace(user, changed))
    return replace(changed, version=user.version + 1, changed_at=written.updated_at)


def _require_free_name(provider: Provider, clinic: Clinic, user_id: str, wanted: Wanted) -> None:
    """Refuse a userName that another user has, where it need not be the address.

    Addresses are taken once in a clinic anyhow, so that the rule costs no read where no provider
    uses other names.
    """
    if wanted.provisioned.user_name is None and not clinic.has_user_names:
        return
    for other in provider.store.all(clinic.clinic_id, keys.USER):
        if other.user_id != user_id and takes_name(other, wanted):
            raise _exists()


@contextmanager
def _telling(provider: Provider) -> Iterator[None]:
    """Tell the User Managers that a license was wanted and none was free: once a day."""
    try:
        yield
    except RefusedError as error:
        if error.code == "licenses_unavailable":
            cause = f"scim-{provider.now:%Y-%m-%d}"
            said = no_license(provider.token.name, error.detail, provider.clinic_id)
            write_notice(provider.store, news(provider.clinic_id, cause, said, now=provider.now))
        raise


def _exists() -> RefusedError:
    return RefusedError(
        "user_exists", "A user of this clinic already has this userName. Find it with a filter."
    )


def delete_user(
    provider: Provider, directory: Directory, user_id: str, *, allows: Callable[[int], bool]
) -> None:
    """Take the user's license back, and remove them for good.

    What was interrupted is gone on with; raises NotFoundError where nothing is left to remove.
    """
    opened = provider.opened()
    if opened.record(keys.ERASURE.key(provider.clinic_id, user_id)) is None:
        get_user(provider, user_id)
        change_user(provider, directory, user_id, _inactive, allows=allows)
    remove_user(provider.store, directory, provider.caller, provider.clinic_id, user_id)


def _inactive(user: User) -> Wanted:
    """Return the user as they are, without a license."""
    return Wanted(user.name, user.email, user.license_type, False, user.provisioned)


def license_types(provider: Provider) -> Collection[LicenseType]:
    """Return the license types that the clinic has."""
    return provider.opened().clinic.licenses
