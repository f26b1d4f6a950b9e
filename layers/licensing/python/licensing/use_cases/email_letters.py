"""The letters that a mailed request causes, from what was decided about it."""

from collections.abc import Sequence

from licensing.domain.adjustments import Adjustment, Counts
from licensing.domain.clinics import Clinic
from licensing.domain.licenses import LicenseType
from licensing.domain.mail_requests import Outgoing
from licensing.letters import letter, local_time
from licensing.mail import replies
from licensing.mail.doubts import Doubt
from licensing.mail.headers import Field, first
from licensing.mail.understanding import Outcome

_SWITCHED_OFF = (
    "Requests by email are switched off here at present. Make the change on the page instead."
)


def reply(
    outcome: Outcome,
    applied: Sequence[tuple[Clinic, Adjustment]],
    advice: str | None,
    managed: Sequence[Clinic],
    fields: Sequence[Field],
    recipient: str,
) -> Outgoing:
    """Return the answer to the sender: what was done, or what to do instead."""
    subject = first(fields, "subject")
    if applied:
        told = replies.done(subject, [_applied(*each) for each in applied])
    elif outcome.reason == "email_requests_off":
        told = replies.refusal(subject, _SWITCHED_OFF)
    elif advice is not None:
        told = replies.refusal(subject, advice)
    elif outcome.intent == "ask_back" and outcome.reason is not None:
        told = replies.clarification(subject, Doubt(outcome.reason), outcome.ready or "")
    else:
        counts = [(clinic.name, _counts(clinic)) for clinic in managed]
        told = replies.answer(subject, counts, outcome.ready or "")
    return _outgoing(told, (recipient,), replies.thread_headers(fields))


def news(clinic: Clinic, adjustment: Adjustment, recipients: tuple[str, ...]) -> Outgoing:
    """Return what the clinic's other User Managers are told of an applied request."""
    told = replies.notice(_applied(clinic, adjustment), adjustment.requested_by.name)
    return _outgoing(told, recipients, replies.thread_headers(()))


def _outgoing(
    told: replies.Reply, recipients: tuple[str, ...], headers: dict[str, str]
) -> Outgoing:
    written = letter(told.subject, told.opening, told.facts, told.closing)
    return Outgoing(recipients, written, headers)


def _applied(clinic: Clinic, adjustment: Adjustment) -> replies.Applied:
    return replies.Applied(
        clinic_name=clinic.name,
        lines=adjustment.lines,
        explanation=adjustment.explanation,
        counts=adjustment.licenses,
        invoice_update_due=local_time(adjustment.invoice_update_due_at, clinic.zone),
        confirmation_due=local_time(adjustment.confirmation_due_by, clinic.zone),
        adjustment_id=adjustment.adjustment_id,
    )


def _counts(clinic: Clinic) -> dict[LicenseType, Counts]:
    return {
        kind: Counts(license.purchased, license.in_use) for kind, license in clinic.licenses.items()
    }
