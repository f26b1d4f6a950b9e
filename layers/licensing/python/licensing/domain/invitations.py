"""Invitations to sign in, and how many of them a clinic may send in a day."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from licensing.domain.clinics import Clinic
from licensing.domain.errors import RefusedError
from licensing.domain.in_words import day_in_words

_SAME_REQUEST = timedelta(minutes=1)


class Invitation(NamedTuple):
    """What a mail says that invites somebody to a clinic."""

    clinic_name: str
    invited_by: str
    link: str
    """The clinic's page, which asks to sign in first; empty where there is none."""


@dataclass(frozen=True, slots=True)
class SentInvitations:
    """How many invitations a clinic has sent on the last day on which it sent any.

    Beside the clinic's record, which every change would else carry the count along.
    """

    clinic_id: str
    day: date
    count: int
    again: tuple[str, datetime] | None = None
    """The user whom the latest further invitation went to, and when."""
    version: int = 1

    def just_sent_to(self, user_id: str, now: datetime) -> bool:
        """Return whether the latest further invitation went to this user a moment ago.

        To ask for it once more is the same request: an impatient click, or an answer lost.
        """
        if self.again is None:
            return False
        recipient, at = self.again
        return recipient == user_id and now - at < _SAME_REQUEST


def one_more(
    sent: SentInvitations | None, clinic: Clinic, *, now: datetime, again: str | None = None
) -> SentInvitations:
    """Return the count with one more, a further one of the user ``again`` if given.

    The day is the clinic's own.
    """
    today = now.astimezone(clinic.zone).date()
    if sent is None:
        sent = SentInvitations(clinic.clinic_id, today, 0)
    count = sent.count + 1 if sent.day == today else 1
    latest = sent.again if again is None else (again, now)
    return replace(sent, day=today, count=count, again=latest)


def require_one_left(
    sent: SentInvitations | None, clinic: Clinic, *, most: int, now: datetime
) -> None:
    """Raise RefusedError ``too_many_invitations`` where the day's are used up."""
    today = now.astimezone(clinic.zone).date()
    if sent is not None and sent.day == today and sent.count >= most:
        tomorrow = today + timedelta(days=1)
        raise RefusedError(
            "too_many_invitations",
            f"{clinic.name} has sent {most} invitations today, the most that a clinic can send in "
            f"a day. Try again on {day_in_words(tomorrow)}.",
        )
