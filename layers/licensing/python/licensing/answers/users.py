"""Users, with the licenses that they take or give back, and what they are told unasked."""

from typing import TYPE_CHECKING, TypedDict

from licensing.answers import Timestamp, filled
from licensing.answers.adjustments import AdjustmentAnswer, adjustment
from licensing.answers.licenses import LicenseAnswer, licenses
from licensing.domain.beside import Answer
from licensing.domain.licenses import LicenseType

if TYPE_CHECKING:
    from licensing.domain.activation import Activation
    from licensing.domain.addresses import MailAddress
    from licensing.domain.keys import Page
    from licensing.domain.notice_settings import NoticeSettings
    from licensing.domain.users import User


class UserAnswer(TypedDict):
    """A user of a clinic."""

    user_id: str
    name: str
    email: str
    license_type: LicenseType
    active: bool
    permissions: list[str]
    active_since: Timestamp | None
    inactive_since: Timestamp | None
    starts_at: Timestamp | None
    etag: str


class ListedUserAnswer(UserAnswer):
    """A user as they are read, and why their address gets no mail, if so: a bounce, a complaint."""

    mail_suppressed: str | None


class ActivationAnswer(TypedDict):
    """A user made active or inactive, the clinic's licenses, and the release if there was one."""

    user: UserAnswer
    licenses: list[LicenseAnswer]
    adjustment: AdjustmentAnswer | None


class FewLeftAnswer(TypedDict):
    """At how many licenses left of a type the caller is told."""

    license_type: LicenseType
    at: int


class NoticesAnswer(TypedDict):
    """Which emails the caller gets of a clinic without asking."""

    few_left: list[FewLeftAnswer]
    before_renewal: bool
    invoice_finalized: bool
    price_rise: bool


class RemovedUserAnswer(TypedDict):
    """Who is no user any more."""

    user_id: str
    removed: bool


class UsersPage(TypedDict):
    """Some of the users."""

    users: list[ListedUserAnswer]
    next_cursor: str | None


def user(of: "User") -> UserAnswer:
    return filled(UserAnswer, of, permissions=list(of.permissions), etag=f'"{of.version}"')


def notices(of: "NoticeSettings") -> NoticesAnswer:
    levels = [
        {"license_type": kind, "at": of.few_left[kind]}
        for kind in LicenseType
        if kind in of.few_left
    ]
    return filled(NoticesAnswer, of, few_left=levels)


def listed_user(of: "User", known: "MailAddress | None") -> ListedUserAnswer:
    return {**user(of), "mail_suppressed": known.suppressed_because if known else None}


def users(page: "Page[tuple[User, MailAddress | None]]") -> UsersPage:
    rows = [listed_user(*of) for of in page.records]
    return {"users": rows, "next_cursor": page.next_cursor}


def activation_set(of: "Activation") -> Answer:
    """Return the answer to an activation, which is the one kept for repeats."""
    body: ActivationAnswer = {
        "user": user(of.user),
        "licenses": licenses(of.clinic),
        "adjustment": (
            None if of.adjustment is None else adjustment(of.adjustment, of.clinic.zone)
        ),
    }
    return Answer(200, {**body})
