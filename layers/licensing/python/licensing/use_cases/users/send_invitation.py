"""Inviting a user again who has not signed in yet."""

from licensing.domain.changes import written_over
from licensing.domain.clinics import require_open
from licensing.domain.errors import RefusedError
from licensing.domain.history import Event
from licensing.domain.invitations import SentInvitations, one_more, require_one_left
from licensing.domain.keys import USER, invitations_key
from licensing.domain.users import User
from licensing.use_cases.access import Caller, Opened, as_manager_or_staff, require_user
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store
from licensing.use_cases.users.invitations import Inviting


def send_invitation(
    store: Store, inviting: Inviting, caller: Caller, clinic_id: str, user_id: str
) -> User:
    """Send the user an invitation with a new temporary password, and return them.

    Asked again within a minute, it is the same request. Noted after it was sent: who gets no
    answer asks again, and better two invitations than none. Raises RefusedError
    ``already_signed_in``, ``sign_in_deleted``, ``too_many_invitations``.
    """
    opened, user, sent = _opened(store, caller, clinic_id, user_id)
    if sent is not None and sent.just_sent_to(user_id, caller.now):
        return user
    require_open(opened.clinic, caller.now)
    _require_never_signed_in(inviting, user)
    require_one_left(sent, opened.clinic, most=inviting.most_a_day, now=caller.now)
    invited_by = inviting.vendor if caller.is_staff else opened.actor.name
    inviting.directory.invite_again(user.email, inviting.to(opened.clinic, invited_by))
    _note(store, caller, clinic_id, user_id)
    return user


@until_committed
def _note(store: Store, caller: Caller, clinic_id: str, user_id: str) -> None:
    opened, user, sent = _opened(store, caller, clinic_id, user_id)
    count = written_over(sent, one_more(sent, opened.clinic, now=caller.now, again=user_id))
    opened.commit(opened.clinic, Event("invitation_sent", user.user_id), count)


def _opened(
    store: Store, caller: Caller, clinic_id: str, user_id: str
) -> tuple[Opened, User, SentInvitations | None]:
    key, sent_key = USER.key(clinic_id, user_id), invitations_key(clinic_id)
    opened = as_manager_or_staff(store, caller, clinic_id, key, sent_key)
    return opened, require_user(opened.record(key)), opened.record(sent_key)


def _require_never_signed_in(inviting: Inviting, user: User) -> None:
    account = inviting.directory.account(user.user_id)
    if account is None:
        raise RefusedError(
            "sign_in_deleted",
            f"The sign-in of {user.name} was deleted. Make the user inactive and delete them, then "
            "add them again.",
        )
    if account.signed_in:
        raise RefusedError(
            "already_signed_in",
            f"{user.name} has already signed in and doesn't need an invitation. A forgotten "
            "password can be reset on the sign-in page.",
        )
