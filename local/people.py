"""Sign-ins without Cognito: an address gives the same account each time, and nobody is mailed."""

import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from licensing.answers.adjustments import adjustment_requested
from licensing.domain.adjustments import AdjustmentRequest
from licensing.use_cases.access import Caller
from licensing.use_cases.idempotency import RequestOnce
from licensing.use_cases.licenses.request_license_adjustment import request_license_adjustment
from licensing.use_cases.ports import Account, DeliveryUnknownError, Store
from licensing.use_cases.users.invitations import Inviting


def _accounts(name: Callable[[str], str]) -> Any:
    """Return accounts whose ids come from their addresses."""

    def account(email: str, *_: object) -> Account:
        return Account(name(email), signed_in=False)

    return SimpleNamespace(
        invite=account, enroll=account, account=account, is_of_staff=lambda _: False
    )


def _mail(fails: Exception | None = None) -> Any:
    """Return a mail service that sends nothing, and may fail."""

    def send(*_: object, **__: object) -> None:
        if fails:
            raise fails

    return SimpleNamespace(send=send)


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


MAIL, LOST = _mail(), _mail(DeliveryUnknownError("the connection broke"))
_NEVER = _mail(AssertionError("nobody has signed in here, so that nobody is written to"))


def user_id(email: str) -> str:
    """Return the id of an address."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, email))


def inviting(name: Callable[[str], str] = user_id) -> Inviting:
    """Return what it takes to invite as many people as one likes."""
    return Inviting(_accounts(name), _NEVER, page="", vendor="Vendor", most_a_day=1_000_000)
