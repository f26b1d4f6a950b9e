"""What became of a mail, as the mail service tells it later."""

from dataclasses import dataclass
from datetime import datetime

from licensing.use_cases.letters.confirmation_bounces import Returned, redirect_confirmation
from licensing.use_cases.letters.mail_addresses import suppress_mail_address
from licensing.use_cases.letters.send_confirmation import settle
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
    to_requester: bool = False
    """Whether a confirmation went to who asked for the change."""


def record_mail_event(
    store: Store, workflows: Workflows, event: MailEvent, *, now: datetime
) -> str:
    """Return what the event led to: ``settled``, ``suppressed``, ``redirected`` or ``ignored``.

    A send event proves that a confirmation went out, also one that was parked. One that bounces
    goes to others. A repeat changes nothing.
    """
    of = _confirmation_of(event)
    if event.kind == "send":
        if of is None:
            return "ignored"
        settle(store, *of, now=now)
        return "settled"
    suppressed = event.kind in ("bounce", "complaint") and bool(event.addresses)
    if suppressed:
        for address in event.addresses:
            suppress_mail_address(store, address, event.kind, now=now)
    redirected = False
    if of is not None and event.kind in ("bounce", "transient_bounce"):
        clinic_id, adjustment_id, claim = of
        for address in event.addresses:
            returned = Returned(claim, address, event.to_requester)
            redirected |= redirect_confirmation(
                store, workflows, clinic_id, adjustment_id, returned, now=now
            )
    if suppressed:
        return "suppressed"
    return "redirected" if redirected else "ignored"


def _confirmation_of(event: MailEvent) -> tuple[str, str, str] | None:
    """Return clinic, adjustment and claim of the confirmation that the mail is, if it is one."""
    if event.clinic_id is None or event.adjustment_id is None or event.claim is None:
        return None
    return event.clinic_id, event.adjustment_id, event.claim
