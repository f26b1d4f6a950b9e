"""What members and staff look at. Every read is authorized and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from licensing.domain import keys
from licensing.domain.keys import Key, Page
from licensing.use_cases.access import (
    Caller,
    as_manager_or_staff,
    as_member,
    load,
    require_adjustment,
    require_user,
)

if TYPE_CHECKING:
    from licensing.domain.addresses import MailAddress
    from licensing.domain.adjustments import Adjustment
    from licensing.domain.beside import History
    from licensing.domain.clinics import Clinic
    from licensing.domain.provisioning_tokens import ProvisioningToken
    from licensing.domain.users import User
    from licensing.use_cases.ports import Store


def get_license_status(store: Store, caller: Caller, clinic_id: str) -> Clinic:
    """Return the clinic with all its counters."""
    return as_member(store, caller, clinic_id).clinic


def list_clinics(
    store: Store, caller: Caller, *, limit: int, cursor: str | None
) -> Page[tuple[Clinic, User | None]]:
    """Return the clinics with the caller's active membership; for staff all there are."""
    if caller.is_staff:
        clinics, next_cursor = store.clinics(limit=limit, cursor=cursor)
        return Page([(clinic, None) for clinic in clinics], next_cursor)
    mine, _ = memberships(store, caller, limit=limit, cursor=cursor)
    return Page(list(mine.records), mine.next_cursor)


def memberships(
    store: Store,
    caller: Caller,
    *,
    limit: int,
    cursor: str | None,
    also: Callable[[str], Iterable[Key[Any]]] = lambda _: (),
) -> tuple[Page[tuple[Clinic, User]], Mapping[Key[Any], Any]]:
    """Return clinics that the caller may look at as a member, by id, and all that was read.

    ``also`` is asked for with each clinic.
    """
    ids = sorted(store.clinics_of_user(caller.user_id))
    rest = [clinic_id for clinic_id in ids if clinic_id > (cursor or "")]
    chosen = {
        one: (keys.clinic_key(one), keys.USER.key(one, caller.user_id)) for one in rest[:limit]
    }
    found = load(store, *(key for one, own in chosen.items() for key in (*own, *also(one))))
    mine = [
        (found[clinic], found[member])
        for clinic, member in chosen.values()
        if found[clinic] and found[member] and found[clinic].lets_look(found[member], caller.now)
    ]
    return Page(mine, [*chosen][-1] if len(chosen) < len(rest) else None), found


def list_license_adjustments(
    store: Store,
    caller: Caller,
    clinic_id: str,
    *,
    status: str | None,
    limit: int,
    cursor: str | None,
) -> tuple[Clinic, Page[Adjustment]]:
    """Return the clinic and a page of its license adjustments, newest first."""
    clinic = as_member(store, caller, clinic_id).clinic
    return clinic, store.page(
        keys.partition(clinic_id),
        keys.ADJUSTMENT,
        limit=limit,
        cursor=cursor,
        newest_first=True,
        equal={"status": status} if status else None,
    )


def get_license_adjustment(
    store: Store, caller: Caller, clinic_id: str, adjustment_id: str
) -> tuple[Clinic, Adjustment]:
    """Return the clinic and one of its license adjustments."""
    key = keys.ADJUSTMENT.key(clinic_id, adjustment_id)
    opened = as_member(store, caller, clinic_id, key)
    return opened.clinic, require_adjustment(opened.record(key))


def list_users(
    store: Store,
    caller: Caller,
    clinic_id: str,
    *,
    active: bool | None,
    license_type: str | None,
    limit: int,
    cursor: str | None,
) -> Page[tuple[User, MailAddress | None]]:
    """Return a page of the clinic's users, with what is known of their addresses."""
    as_member(store, caller, clinic_id)
    equal: dict[str, Any] = {}
    if active is not None:
        equal["active"] = active
    if license_type is not None:
        equal["license_type"] = license_type
    page = store.page(
        keys.partition(clinic_id), keys.USER, limit=limit, cursor=cursor, equal=equal or None
    )
    known = store.load(*(keys.address_key(user.email) for user in page.records))
    return Page(list(zip(page.records, known, strict=True)), page.next_cursor)


def get_user(
    store: Store, caller: Caller, clinic_id: str, user_id: str
) -> tuple[User, MailAddress | None]:
    """Return one of the clinic's users, with what is known of their address."""
    key = keys.USER.key(clinic_id, user_id)
    user = require_user(as_member(store, caller, clinic_id, key).record(key))
    return user, *store.load(keys.address_key(user.email))


def list_history(
    store: Store, caller: Caller, clinic_id: str, *, limit: int, cursor: str | None
) -> Page[History]:
    """Return a page of the clinic's history, newest first; for User Managers and staff."""
    as_manager_or_staff(store, caller, clinic_id)
    return store.page(
        keys.partition(clinic_id), keys.HISTORY, limit=limit, cursor=cursor, newest_first=True
    )


def list_provisioning_tokens(
    store: Store, caller: Caller, clinic_id: str
) -> list[ProvisioningToken]:
    """Return the tokens that are good, newest first; for User Managers and staff."""
    as_manager_or_staff(store, caller, clinic_id)
    tokens = store.all(clinic_id, keys.TOKEN, newest_first=True)
    return [token for token in tokens if token.active]
