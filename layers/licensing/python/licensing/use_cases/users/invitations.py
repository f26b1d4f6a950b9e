"""Inviting people to sign in, and telling those who can already."""

from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from licensing import letters
from licensing.domain.changes import written_over
from licensing.domain.clinics import Clinic
from licensing.domain.invitations import Invitation, SentInvitations, one_more, require_one_left
from licensing.domain.keys import invitations_key
from licensing.domain.users import User
from licensing.use_cases.access import Opened
from licensing.use_cases.committing import readings, until_committed
from licensing.use_cases.letters.recipients import reachable
from licensing.use_cases.ports import (
    DeliveryRefusedError,
    DeliveryUnknownError,
    Directory,
    Postbox,
    Store,
)


class Inviting(NamedTuple):
    """What it takes to invite somebody."""

    directory: Directory
    postbox: Postbox
    page: str
    """The address of the User Manager page; empty if it has none."""
    vendor: str
    """In whose name staff invite."""
    most_a_day: int

    def to(self, clinic: Clinic, invited_by: str) -> Invitation:
        """Return an invitation to a clinic."""
        return self.to_clinic(clinic.clinic_id, clinic.name, invited_by)

    def to_clinic(self, clinic_id: str, clinic_name: str, invited_by: str) -> Invitation:
        """Return an invitation to a clinic that may not be registered yet."""
        link = f"{self.page}#/clinics/{clinic_id}" if self.page else ""
        return Invitation(clinic_name, invited_by, link)


def count_invitation(opened: Opened, most: int) -> None:
    """Count one more invitation of a clinic that was opened with those it has sent.

    Raises RefusedError ``too_many_invitations``.
    """
    key = invitations_key(opened.clinic.clinic_id)
    _count(opened, readings(opened.record(key), lambda: opened.store.load(key)[0]), most)


@until_committed
def _count(opened: Opened, reading: Iterator[SentInvitations | None], most: int) -> None:
    sent = next(reading)
    require_one_left(sent, opened.clinic, most=most, now=opened.now)
    opened.store.commit([written_over(sent, one_more(sent, opened.clinic, now=opened.now))])


def tell_added(store: Store, inviting: Inviting, user: User, invitation: Invitation) -> None:
    """Tell somebody with a sign-in of their own that they were added to a clinic, at most once.

    They are added whether the mail goes out or not: there is nobody to tell that it did not.
    """
    with suppress(DeliveryRefusedError, DeliveryUnknownError):
        for recipient in reachable(store, [user.email]):
            inviting.postbox.send(
                [recipient],
                letters.added_to_clinic(user, invitation),
                tags={"clinic_id": user.clinic_id, "added": user.user_id},
            )
