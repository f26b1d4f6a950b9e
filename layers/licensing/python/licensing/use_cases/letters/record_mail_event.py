"""What became of a mail, as the mail service tells it later."""

from dataclasses import dataclass
from datetime import datetime

from licensing.use_cases.letters.confirmation_bounces import Returned, redirect_confirmation
from licensing.use_cases.letters.mail_addresses import suppress_mail_address
from licensing.use_cases.letters.send_confirmation import settle_sent
from licensing.use_cases.ports import Store, Workflows


@dataclass(frozen=True, slots=True)
class MailEvent:
    """One event about one mail."""

    kind: str
    """``send``, ``bounce`` for good, ``transient_bounce``, ``complaint``; others say nothing."""
    addresses: tuple[str, ...] = ()
    clinic_id: str | None = None
    adjustment_id: str | None = None
    claim: str | None = None
    to_requester: bool | None = None
    """Whether a confirmation went to who asked for the change; None of an earlier release."""


def record_mail_event(
    store: Store, workflows: Workflows, event: MailEvent, *, now: datetime
) -> str:
    """Return what the event led to: ``settled``, ``suppressed``, ``redirected`` or ``ignored``.

    A send event proves that a confirmation went out, also one that was parked. An address
    that bounces for good or complains gets no further mail. A confirmation that bounces, also
    one that the mail service has given up on, goes to others. A repeat changes nothing.
    """
    if event.kind == "send":
        if event.clinic_id is None or event.adjustment_id is None or event.claim is None:
            return "ignored"
        settle_sent(store, event.clinic_id, event.adjustment_id, event.claim, now=now)
        return "settled"
    if event.kind in ("bounce", "complaint") and event.addresses:
        for address in event.addresses:
            suppress_mail_address(store, address, event.kind, now=now)
    redirected = [
        address for address in event.addresses if _redirect(store, workflows, event, address, now)
    ]
    if event.kind in ("bounce", "complaint") and event.addresses:
        return "suppressed"
    return "redirected" if redirected else "ignored"


def _redirect(
    store: Store, workflows: Workflows, event: MailEvent, address: str, now: datetime
) -> bool:
    if (
        event.kind not in ("bounce", "transient_bounce")
        or event.clinic_id is None
        or event.adjustment_id is None
        or event.claim is None
    ):
        return False
    returned = Returned(event.claim, address, event.to_requester)
    return redirect_confirmation(
        store, workflows, event.clinic_id, event.adjustment_id, returned, now=now
    )
