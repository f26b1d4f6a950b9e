"""What a User Manager is told of a clinic unasked: each decides for themselves."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from licensing.domain.changes import Replace
from licensing.domain.clinics import require_types
from licensing.domain.errors import ForbiddenError
from licensing.domain.history import Event
from licensing.domain.keys import USER
from licensing.domain.licenses import LicenseType
from licensing.domain.notice_settings import NoticeSettings
from licensing.domain.users import User
from licensing.use_cases.access import Caller, Opened, as_manager, require_version
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store


def get_notices(store: Store, caller: Caller, clinic_id: str) -> NoticeSettings:
    """Return of what the caller is told."""
    return _member(as_manager(store, caller, clinic_id)).notices


@until_committed
def set_notices(
    store: Store, caller: Caller, clinic_id: str, settings: NoticeSettings
) -> NoticeSettings:
    """Have the caller told of what they want, and return it; what is so already changes nothing."""
    opened = as_manager(store, caller, clinic_id)
    clinic, member = opened.clinic, _member(opened)
    if settings == member.notices:
        return settings
    require_version(caller, clinic)
    named = {f"few_left[{n}].license_type": kind for n, kind in enumerate(settings.few_left)}
    require_types(clinic, named)
    after = replace(member, notices=settings)
    levels = _levels(
        after if user.user_id == member.user_id else user for user in store.all(clinic_id, USER)
    )
    event = Event("notices_changed", member.user_id, _facts(member), _facts(after))
    opened.commit(replace(clinic, few_levels=levels), event, Replace(member, after))
    return settings


def _member(opened: Opened) -> User:
    if not isinstance(opened.member, User):
        raise ForbiddenError("Only people get email notices. Sign in as a User Manager.")
    return opened.member


def _levels(users: Iterable[User]) -> dict[LicenseType, tuple[int, ...]]:
    """Return every level that somebody wants to be told of, each once.

    Also of those who are inactive now: who is told is decided when there is something to tell.
    """
    found: dict[LicenseType, set[int]] = {}
    for user in users:
        for kind, level in user.notices.few_left.items():
            found.setdefault(kind, set()).add(level)
    return {kind: tuple(sorted(found[kind])) for kind in LicenseType if kind in found}


def _facts(user: User) -> dict[str, Any]:
    return user.notices._asdict() | {"few_left": {**user.notices.few_left}}
