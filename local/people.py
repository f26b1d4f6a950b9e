"""Sign-ins without Cognito: an address gives the same account each time, and nobody is mailed."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from licensing.answers.adjustments import adjustment_requested
from licensing.domain.adjustments import AdjustmentRequest
from licensing.domain.invitations import Invitation
from licensing.domain.notices import Letter
from licensing.use_cases.access import Caller
from licensing.use_cases.idempotency import RequestOnce
from licensing.use_cases.licenses.request_license_adjustment import request_license_adjustment
from licensing.use_cases.ports import Account, DeliveryUnknownError, Store
from licensing.use_cases.users.invitations import Inviting


class People:
    """Accounts whose ids come from their addresses."""

    def __init__(self, name: Callable[[str], str]) -> None:
        self._name = name

    def invite(self, email: str, name: str, invitation: Invitation) -> Account:
        """Return the account of an address."""
        del name, invitation
        return Account(self._name(email), signed_in=False)

    def invite_again(self, email: str, invitation: Invitation) -> None:
        """Do nothing."""

    def enroll(self, email: str, name: str) -> Account:
        """Return the account of an address."""
        del name
        return Account(self._name(email), signed_in=False)

    def account(self, name: str) -> Account | None:
        """Return the account of an address."""
        return Account(self._name(name), signed_in=False)

    def is_of_staff(self, user_id: str) -> bool:
        """Say no."""
        del user_id
        return False

    def readdress(self, user_id: str, email: str) -> None:
        """Do nothing."""

    def delete(self, user_id: str) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Mail:
    """A mail service that sends nothing, and may fail."""

    fails: Exception | None = None

    def send(
        self,
        recipients: Sequence[str],
        letter: Letter,
        *,
        tags: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Do nothing."""
        del recipients, letter, tags, headers
        if self.fails:
            raise self.fails


def ask(
    store: Store,
    caller: Caller,
    clinic_id: str,
    key: str,
    request: AdjustmentRequest,
) -> str:
    """Ask for more or fewer licenses, and return the adjustment's id."""
    once = RequestOnce.of(clinic_id, caller, "adjust", key, {}, adjustment_requested)
    done = request_license_adjustment(store, caller, clinic_id, request, once=once)
    return str(done.body["adjustment_id"])


LOST = Mail(DeliveryUnknownError("the connection broke"))
NEVER = Mail(AssertionError("nobody has signed in here, so that nobody is written to"))


def user_id(email: str) -> str:
    """Return the id of an address."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, email))


def inviting(name: Callable[[str], str] = user_id) -> Inviting:
    """Return what it takes to invite as many people as one likes."""
    return Inviting(People(name), NEVER, page="", vendor="Vendor", most_a_day=1_000_000)
