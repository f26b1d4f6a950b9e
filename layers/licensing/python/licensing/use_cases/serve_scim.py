"""What a clinic's identity provider does with its users, on the permission of its token."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime

from licensing.domain.changes import Insert, Replace
from licensing.domain.errors import ConflictError, PreconditionFailedError, RefusedError
from licensing.domain.keys import USER, erasure_key, token_key, user_key
from licensing.domain.licenses import LicenseType
from licensing.domain.notices import news
from licensing.domain.provisioning import Wanted, no_license, provide, provided
from licensing.domain.provisioning_tokens import ProvisioningToken, presented
from licensing.domain.users import User
from licensing.use_cases.access import Caller, as_manager, require_user
from licensing.use_cases.add_user import NewUser, add_user, require_type
from licensing.use_cases.change_user import readdress
from licensing.use_cases.committing import until_committed
from licensing.use_cases.invitations import Inviting
from licensing.use_cases.ports import Directory, Store
from licensing.use_cases.remove_user import remove_user

CHANNEL = "scim"


@until_committed
def authenticate(store: Store, text: str, *, now: datetime) -> ProvisioningToken | None:
    """Return the token whose text this is, if it is good; its use is noted by the hour.

    One read, whatever was sent, and one comparison, which takes as long for every text.
    """
    claimed = presented(text)
    if claimed is None:
        return None
    (token,) = store.load(token_key(claimed.clinic_id, claimed.token_id))
    if token is None or not token.matches(claimed):
        return None
    seen = token.seen(now)
    if seen is not token:
        store.commit([Replace(token, seen)])
    return token


def caller_of(token: ProvisioningToken) -> Caller:
    """Return the program that has the token."""
    return Caller(token.token_id, False, CHANNEL, token.actor_name, is_program=True)


def list_users(store: Store, token: ProvisioningToken) -> list[User]:
    """Return all users of the clinic, in the order of their ids: filters look at each."""
    as_manager(store, caller_of(token), token.clinic_id)
    return list(store.all(token.clinic_id, USER))


def get_user(store: Store, token: ProvisioningToken, user_id: str) -> User:
    """Return one of the clinic's users."""
    key = user_key(token.clinic_id, user_id)
    return require_user(as_manager(store, caller_of(token), token.clinic_id, key).record(key))


def create_user(
    store: Store, inviting: Inviting, token: ProvisioningToken, wanted: Wanted, *, now: datetime
) -> User:
    """Return the new user, invited; active ones have taken a license.

    SCIM has it that a repeat is refused: providers then look for the user by their name. Raises
    RefusedError ``user_exists`` or ``licenses_unavailable``.
    """
    _require_free_name(store, token, "", wanted)
    new = NewUser(
        wanted.name,
        wanted.email,
        wanted.license_type,
        (),
        active=wanted.active,
        provisioned=wanted.provisioned,
    )
    caller = caller_of(token)
    with _telling(store, token, now):
        user, added = add_user(store, inviting, caller, token.clinic_id, new, now=now)
    if not added:
        raise _exists()
    return user


def change_user(
    store: Store,
    directory: Directory,
    token: ProvisioningToken,
    user_id: str,
    revise: Callable[[User], Wanted],
    *,
    now: datetime,
    versions: Collection[int] | None,
) -> User:
    """Return the user as the provider wants them, all of it or nothing; what is so stays.

    Raises PreconditionFailedError, and RefusedError as in ``provide``.
    """
    with _telling(store, token, now):
        return _change(store, directory, token, user_id, revise, now, versions)


@until_committed
def _change(
    store: Store,
    directory: Directory,
    token: ProvisioningToken,
    user_id: str,
    revise: Callable[[User], Wanted],
    now: datetime,
    versions: Collection[int] | None,
) -> User:
    key = user_key(token.clinic_id, user_id)
    opened = as_manager(store, caller_of(token), token.clinic_id, key)
    user = require_user(opened.record(key))
    if versions is not None and user.version not in versions:
        raise PreconditionFailedError("The user was changed in the meantime. Read it again.")
    wanted = revise(user)
    if wanted.license_type != user.license_type:
        require_type(opened.clinic, wanted.license_type)
    if wanted.provisioned.user_name != user.provisioned.user_name:
        _require_free_name(store, token, user_id, wanted)
    clinic, changed = provide(opened.clinic, user, wanted, now=now)
    if changed == user:
        return user
    if changed.email != user.email:
        readdress(store, directory, token.clinic_id, changed)
    event = provided(opened.clinic, clinic, user, changed)
    opened.commit(clinic, event, Replace(user, changed), now=now)
    return replace(changed, version=user.version + 1)


def _require_free_name(
    store: Store, token: ProvisioningToken, user_id: str, wanted: Wanted
) -> None:
    """Refuse a userName that another user has, where it is not the address.

    Addresses are taken once in a clinic anyhow, so that the rule costs no read.
    """
    name = wanted.provisioned.user_name
    if name is None:
        return
    for other in store.all(token.clinic_id, USER):
        taken = (other.provisioned.user_name or other.email).lower()
        if taken == name.lower() and other.user_id != user_id:
            raise _exists()


@contextmanager
def _telling(store: Store, token: ProvisioningToken, now: datetime) -> Iterator[None]:
    """Tell the User Managers that a license was wanted and none was free: once a day."""
    try:
        yield
    except RefusedError as error:
        if error.code == "licenses_unavailable":
            cause = f"scim-{now:%Y-%m-%d}"
            said = no_license(token.name, error.detail, token.clinic_id)
            with suppress(ConflictError):
                store.commit([Insert(news(token.clinic_id, cause, said, now=now))])
        raise


def _exists() -> RefusedError:
    return RefusedError(
        "user_exists", "A user of the clinic has this userName already. Look for it by a filter."
    )


def delete_user(
    store: Store,
    directory: Directory,
    token: ProvisioningToken,
    user_id: str,
    *,
    now: datetime,
    versions: Collection[int] | None,
) -> None:
    """Take the user's license back, and remove them for good.

    What was interrupted is gone on with; raises NotFoundError where nothing is left to remove.
    """
    caller, clinic_id = caller_of(token), token.clinic_id
    key, begun = user_key(clinic_id, user_id), erasure_key(clinic_id, user_id)
    opened = as_manager(store, caller, clinic_id, key, begun)
    if opened.record(begun) is None:
        require_user(opened.record(key))
        change_user(store, directory, token, user_id, _inactive, now=now, versions=versions)
    remove_user(store, directory, caller, clinic_id, user_id, now=now)


def _inactive(user: User) -> Wanted:
    """Return the user as they are, without a license."""
    return Wanted(user.name, user.email, user.license_type, False, user.provisioned)


def license_types(store: Store, token: ProvisioningToken) -> Collection[LicenseType]:
    """Return the license types that the clinic has."""
    return as_manager(store, caller_of(token), token.clinic_id).clinic.licenses
