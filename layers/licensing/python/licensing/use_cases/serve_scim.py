"""What a clinic's identity provider does with its users, on the permission of its token."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime

from licensing.domain.changes import Insert, Replace
from licensing.domain.errors import ConflictError, PreconditionFailedError, RefusedError
from licensing.domain.keys import USER, token_key, user_key
from licensing.domain.licenses import LicenseType
from licensing.domain.notices import news
from licensing.domain.provisioning import Wanted, no_license, provide, provided
from licensing.domain.provisioning_tokens import ProvisioningToken, presented
from licensing.domain.users import User
from licensing.use_cases.access import Caller, as_manager, require_user
from licensing.use_cases.add_user import NewUser, add_user, require_type
from licensing.use_cases.committing import until_committed
from licensing.use_cases.invitations import Inviting
from licensing.use_cases.ports import Store

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
    return [user for user in store.all(token.clinic_id, USER) if not user.is_removed]


def get_user(store: Store, token: ProvisioningToken, user_id: str) -> User:
    """Return one of the clinic's users."""
    key = user_key(token.clinic_id, user_id)
    return _require_there(as_manager(store, caller_of(token), token.clinic_id, key).record(key))


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
        try:
            user, added = add_user(store, inviting, caller, token.clinic_id, new, now=now)
        except RefusedError as error:
            if error.code != "user_exists":
                raise
            added = False
        return user if added else _taken_back(store, token, wanted, now)


def change_user(
    store: Store,
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
        return _change(store, token, user_id, revise, now, versions, _require_there)


@until_committed
def _change(
    store: Store,
    token: ProvisioningToken,
    user_id: str,
    revise: Callable[[User], Wanted],
    now: datetime,
    versions: Collection[int] | None,
    require: Callable[[User | None], User],
) -> User:
    key = user_key(token.clinic_id, user_id)
    opened = as_manager(store, caller_of(token), token.clinic_id, key)
    user = require(opened.record(key))
    if versions is not None and user.version not in versions:
        raise PreconditionFailedError("The user was changed meanwhile. Read it again.")
    wanted = revise(user)
    if wanted.license_type != user.license_type:
        require_type(opened.clinic, wanted.license_type)
    if wanted.provisioned.user_name != user.provisioned.user_name:
        _require_free_name(store, token, user_id, wanted)
    clinic, changed = provide(opened.clinic, user, wanted, now=now)
    if changed == user:
        return user
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
        if taken == name.lower() and other.user_id != user_id and not other.is_removed:
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


def _taken_back(store: Store, token: ProvisioningToken, wanted: Wanted, now: datetime) -> User:
    """Return a user who was removed and is to be there again; anybody else is there already."""
    for user in store.all(token.clinic_id, USER):
        if user.email == wanted.email and user.is_removed:
            return _change(store, token, user.user_id, lambda _: wanted, now, None, require_user)
    raise _exists()


def delete_user(
    store: Store,
    token: ProvisioningToken,
    user_id: str,
    *,
    now: datetime,
    versions: Collection[int] | None,
) -> None:
    """Take the user's license back, and know them no more.

    For the clinic they are an inactive user still.
    """
    change_user(store, token, user_id, _removed, now=now, versions=versions)


def _removed(user: User) -> Wanted:
    """Return what a provider wants of a user whom it removes."""
    gone = user.provisioned._replace(removed=True)
    return Wanted(user.name, user.email, user.license_type, False, gone)


def _require_there(found: User | None) -> User:
    """Return the user; raises NotFoundError where there is none, or none any more."""
    return require_user(None if found is None or found.is_removed else found)


def license_types(store: Store, token: ProvisioningToken) -> Collection[LicenseType]:
    """Return the license types that the clinic has."""
    return as_manager(store, caller_of(token), token.clinic_id).clinic.licenses
