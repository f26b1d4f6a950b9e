"""Confirming an invoiced adjustment by mail: once, or parked when nobody can know (I4).

``queued → sending`` is written with a claim before the mail is handed over and ``sent`` after it;
whoever finds ``sending`` of somebody else parks it as ``unknown``.
"""

import secrets
from dataclasses import replace
from datetime import datetime

from licensing.domain import keys
from licensing.domain.adjustments import Adjustment, Confirmation, Status
from licensing.domain.billing import recurring_cents
from licensing.domain.changes import Replace
from licensing.domain.clinics import Clinic, OpenAdjustment
from licensing.domain.closing import is_by_closing
from licensing.domain.history import Event
from licensing.domain.invoices import InvoiceLine, InvoiceStatus
from licensing.domain.outgoing import Letter
from licensing.letters import closure, confirmation, lapse, written
from licensing.use_cases.access import Opened
from licensing.use_cases.committing import until_committed
from licensing.use_cases.letters.recipients import reachable, reachable_managers, send_each
from licensing.use_cases.ports import DeliveryRefusedError, DeliveryUnknownError, Postbox, Store

SENT, PARKED = "sent", "parked"

_FOUND_SENDING = "An earlier attempt stopped before it knew whether the email went out"
_NO_ANSWER = "The email service didn't say whether the email went out"
NOBODY = "No active User Manager of the clinic has an address that accepts email"


def send_confirmation(
    store: Store,
    postbox: Postbox,
    clinic_id: str,
    adjustment_id: str,
    *,
    now: datetime,
    page: str = "",
) -> str:
    """Return ``sent``, ``parked``, ``cancelled``, ``not_invoiced`` or ``not_found``.

    Of a scheduled change that lapsed its mail says so, and why, to all who could act on it.
    Raises DeliveryRefusedError when the mail surely did not go out; the claim is then given
    back, and the workflow tries again.
    """
    of = clinic_id, adjustment_id
    clinic, adjustment = _load(store, *of)
    if clinic is None or adjustment is None:
        return "not_found"
    if adjustment.status in (Status.CANCELLED, Status.APPLIED, Status.SCHEDULED):
        return "cancelled" if adjustment.status is Status.CANCELLED else "not_invoiced"
    if adjustment.confirmation is Confirmation.SENT:
        return SENT
    if adjustment.confirmation is Confirmation.UNKNOWN:
        return PARKED
    if adjustment.confirmation is Confirmation.SENDING:
        return settle(store, *of, adjustment.claim, now=now, parked=_FOUND_SENDING)
    requester, recipients = _recipients(store, clinic, adjustment)
    if not recipients:
        return settle(store, *of, adjustment.claim, now=now, parked=NOBODY)
    letter = _letter(store, clinic, adjustment, page)
    claimed = replace(adjustment, confirmation=Confirmation.SENDING, claim=secrets.token_hex(8))
    # Not repeated on a conflict: whoever was faster owns the mail, and the retry sees it.
    store.commit([Replace(adjustment, claimed)])
    claimed = replace(claimed, version=adjustment.version + 1)
    tags = {
        "clinic_id": clinic_id,
        "adjustment_id": adjustment_id,
        "claim": claimed.claim or "",
        # Their address may be another one by the time that the mail comes back.
        "to": "requester" if requester else "others",
    }
    try:
        send_each(postbox, recipients, letter, tags=tags)
    except DeliveryUnknownError:
        return settle(store, *of, claimed.claim, now=now, parked=_NO_ANSWER)
    except DeliveryRefusedError:
        # Surely not sent. Not repeated on a conflict: somebody parked it meanwhile.
        store.commit([Replace(claimed, replace(adjustment, claim=None))])
        raise
    return settle(store, *of, claimed.claim, now=now)


@until_committed
def settle(
    store: Store,
    clinic_id: str,
    adjustment_id: str,
    claim: str | None,
    *,
    now: datetime,
    parked: str | None = None,
) -> str:
    """Record that the mail of this claim went out, or, with the reason, that nobody can tell.

    Returns how its confirmation is then.
    """
    clinic, adjustment = _load(store, clinic_id, adjustment_id)
    if clinic is None or adjustment is None:
        return "not_found"
    if adjustment.confirmation is Confirmation.SENT:
        return SENT
    theirs = adjustment.claim == claim and adjustment.status in (Status.INVOICED, Status.LAPSED)
    if not theirs or (parked and adjustment.confirmation is Confirmation.UNKNOWN):
        # Staff settled it otherwise meanwhile; their word stands.
        return PARKED
    moment = clinic.moment(now)
    after = adjustment.mail_parked(parked) if parked else adjustment.mail_sent(moment)
    record_confirmation(Opened(store, clinic, now), adjustment, after, why=parked)
    return PARKED if parked else SENT


def record_confirmation(
    opened: Opened, before: Adjustment, after: Adjustment, *, why: str | None = None
) -> Adjustment:
    """Write how far the adjustment's mail has come, or back; return it; raises ConflictError."""
    clinic, adjustment_id = opened.clinic, before.adjustment_id
    if before.is_open and not after.is_open:
        clinic = clinic.without_open_adjustment(adjustment_id)
    if after.is_open and not before.is_open:
        due = before.invoice_update_due_at
        entry = OpenAdjustment(adjustment_id, True, before.requested_at, due)
        clinic = clinic.with_adjustment_reopened(entry)
    event = Event(
        _action(after),
        adjustment_id,
        before={"confirmation": before.confirmation},
        after={"confirmation": after.confirmation},
        why=why,
    )
    opened.commit(clinic, event, Replace(before, after))
    return replace(after, version=before.version + 1)


def _action(after: Adjustment) -> str:
    if after.confirmation is Confirmation.SENT:
        return "lapse_told" if after.status is Status.LAPSED else "adjustment_confirmed"
    parked = after.confirmation is Confirmation.UNKNOWN
    return "confirmation_parked" if parked else "confirmation_requeued"


def _load(
    store: Store, clinic_id: str, adjustment_id: str
) -> tuple[Clinic | None, Adjustment | None]:
    return store.load(keys.clinic_key(clinic_id), keys.ADJUSTMENT.key(clinic_id, adjustment_id))


def _letter(store: Store, clinic: Clinic, adjustment: Adjustment, page: str) -> Letter:
    if adjustment.status is Status.LAPSED:
        return written(lapse(clinic, adjustment), page)
    tell = closure if is_by_closing(clinic, adjustment) else confirmation
    return written(tell(clinic, adjustment, *_billed(store, clinic, adjustment)), page)


def _recipients(store: Store, clinic: Clinic, adjustment: Adjustment) -> tuple[bool, list[str]]:
    """Return whether it goes to the requester, or to the other active User Managers; and where.

    All of them where the change lapsed: any of them can make room and ask again. Of a clinic
    that has closed, it is those who managed it until then.
    """
    requester_id = adjustment.requested_by.user_id
    if adjustment.status is Status.LAPSED:
        return False, reachable_managers(store, clinic, but=None)
    if requester_id is not None and not adjustment.bounced:
        (requester,) = store.load(keys.USER.key(clinic.clinic_id, requester_id))
        if requester is not None and (requester.manages or clinic.was_managed_by(requester)):
            theirs = reachable(store, [requester.email])
            if theirs:
                return True, theirs
    return False, reachable_managers(store, clinic, but=requester_id)


def _billed(store: Store, clinic: Clinic, adjustment: Adjustment) -> tuple[list[InvoiceLine], int]:
    """Return the adjustment's lines and the total of the invoice that they are on."""
    invoice_id = adjustment.invoice_id or clinic.upcoming_invoice_id
    (invoice,) = store.load(keys.invoice_key(clinic.clinic_id, invoice_id))
    begins = keys.invoice_lines(invoice_id, adjustment.adjustment_id)
    on_it = store.all(clinic.clinic_id, begins)
    lines = [stored.line for stored in on_it if isinstance(stored.line, InvoiceLine)]
    if invoice is None:
        raise LookupError(f"clinic {clinic.clinic_id} has no invoice {invoice_id}")
    if invoice.status is InvoiceStatus.FINALIZED:
        return lines, invoice.total_cents
    return lines, invoice.total_cents + recurring_cents(clinic, clinic.coming_period)
