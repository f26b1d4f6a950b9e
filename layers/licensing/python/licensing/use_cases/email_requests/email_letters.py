"""The letters that a mailed request causes, from what was decided about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from licensing.domain.adjustments import Action, Adjustment, EffectiveOn, Line, Status
from licensing.domain.clinics import Clinic
from licensing.domain.in_words import local_day, local_time
from licensing.domain.limits import MOST_CLINICS_IN_A_MAIL
from licensing.domain.outgoing import Outgoing, Said
from licensing.letters import letter
from licensing.mail import replies
from licensing.mail.answering import thread_headers
from licensing.mail.doubts import WHY
from licensing.mail.reading.headers import Field, first
from licensing.use_cases.email_requests.email_decisions import DONE_BEFORE, OFF, TOO_MANY, Decision

NOT_OPENED, USED, TOO_LATE = "clinic_not_opened", "already_answered", "answered_too_late"
DECLINED = "declined"
"""Why a mail leads to nothing, of which its sender is told."""

_MAY_SETTLE = {"licenses_unavailable", "later_adjustment"}
"""Refusals of which the very same request may succeed later."""

_MOST_RECIPIENTS = 50
"""Each is counted in the transaction that claims the letter, which holds at most 100 records."""

_TOLD = {
    OFF: (
        "Requests by email are switched off for now.",
        "You can make the change on the page instead.",
    ),
    TOO_MANY: (
        f"One email can change licenses in at most {MOST_CLINICS_IN_A_MAIL} clinics.",
        "Name up to as many in each of several emails, or make the changes on the page.",
    ),
    USED: (
        "You've already replied to that email, and your first reply counts.",
        "If you'd like another change, send it as a new request.",
    ),
    TOO_LATE: (
        "That email was more than 7 days old, so your reply no longer counts.",
        "If you'd still like the change, send it as a new request or make it on the page.",
    ),
    DONE_BEFORE: ("That change was already canceled.", "There is nothing left to undo."),
    DECLINED: (
        "We won't make the change we asked you about.",
        "If you'd like a different change, just reply with it.",
    ),
}

_LAST = (
    "We've answered several emails from you lately, so new requests by email won't be read for a "
    "while. Please use the page until then."
)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where answers lead."""

    page: str
    """The User Manager page; empty if nobody knows."""
    recipient: str
    reply_to: str
    """What a reply to this answer is sent to."""
    last: bool
    """Whether this is the last answer that goes there for a while."""


def reply(
    decision: Decision,
    managed: Sequence[Clinic],
    unopened: Sequence[Clinic],
    fields: Sequence[Field],
    at: Addresses,
) -> Outgoing:
    """Return the answer to the sender: what was done, what to do instead, or what is missing."""
    told = _told(decision, managed, first(fields, "subject"), at)
    if unopened and not decision.applied:
        names = ", ".join(clinic.name for clinic in unopened)
        told = told._replace(closing=f"{told.closing}\n{_unopened(names)}".strip())
    if at.last:
        told = told._replace(closing=f"{told.closing}\n{_LAST}")
    links = [*told.links, *_ways(decision, managed or unopened, at)]
    headers = thread_headers(fields)
    if at.reply_to:
        headers["Reply-To"] = at.reply_to
    return Outgoing((at.recipient,), letter(told._replace(links=links)), headers)


def news(
    clinic: Clinic, adjustment: Adjustment, recipients: Sequence[str], page: str
) -> list[Outgoing]:
    """Return what the clinic's other User Managers are told of a mail's effect."""
    cancelled = adjustment.status is Status.CANCELLED
    notice = replies.undo_notice if cancelled else replies.notice
    told = notice(_applied(clinic, adjustment, page), adjustment.requested_by.name)
    some = (
        tuple(recipients[start : start + _MOST_RECIPIENTS])
        for start in range(0, len(recipients), _MOST_RECIPIENTS)
    )
    headers = thread_headers(())
    return [Outgoing(of, letter(told), headers, uncounted=True) for of in some]


def _told(decision: Decision, managed: Sequence[Clinic], subject: str, at: Addresses) -> Said:
    outcome = decision.outcome
    names = {clinic.clinic_id: clinic.name for clinic in managed}
    if decision.applied:
        return replies.done(subject, [_applied(*each, at.page) for each in decision.applied])
    if decision.undone:
        return replies.undone(subject, [_applied(*each, at.page) for each in decision.undone])
    pending = decision.pending
    made = pending is not None and pending.kind == "applied"
    about = replies.facts_of(pending.changes, names, made=made) if pending else []
    if decision.advice is not None and pending:
        word = "UNDO" if made else "YES"
        then = "Reply with the whole change you want."
        if outcome.reason in _MAY_SETTLE:
            then += f" Or, once that's settled, reply {word} and we'll try this one again."
        return replies.refusal(subject, decision.advice, then, about)
    if outcome.doubt and made:
        then = "To undo the change, reply UNDO again."
        return replies.refusal(subject, WHY[outcome.doubt], then, about)
    if outcome.verdict == "propose":
        return replies.proposal(subject, outcome, names)
    if outcome.verdict == "ask":
        return replies.question(subject, outcome, names)
    if outcome.reason in _TOLD:
        why, then = _TOLD[outcome.reason]
        return replies.refusal(subject, decision.advice or why, then, [])
    if outcome.reason == NOT_OPENED:
        return replies.refusal(subject, "We can't take your requests by email yet.", "", [])
    counts = [(clinic.name, clinic.counts) for clinic in managed]
    return replies.answer(subject, counts, names, retracted=outcome.reason == "retracted")


def _unopened(names: str) -> str:
    return (
        f"Another User Manager added you at {names}. You can make requests by email there once "
        "you have made a change on the page."
    )


def _ways(
    decision: Decision, managed: Sequence[Clinic], at: Addresses
) -> Iterable[tuple[str, str]]:
    """What the sender can do next by a click."""
    if decision.pending and at.reply_to:
        word = {"proposed": "YES", "applied": "UNDO", "asked": ""}[decision.pending.kind]
        if decision.advice is not None and decision.outcome.reason not in _MAY_SETTLE:
            word = ""  # It would be refused again.
        body = f"?body={word}" if word else ""
        yield f"Reply {word}".strip(), f"mailto:{at.reply_to}{body}"
    if not at.page or decision.applied or decision.undone:
        return
    outcome, names = decision.outcome, {clinic.clinic_id: clinic.name for clinic in managed}
    if outcome.verdict != "propose":
        yield from _places(decision, managed, at.page)
    elif outcome.transfer and outcome.changes[0].effective_on is None:
        given, taken = outcome.changes
        link = transfer_link(at.page, given.clinic_id, taken.clinic_id, taken.lines)
        yield "Review the transfer on the page", link
    else:
        for change in outcome.changes:
            label = "Review the change on the page"
            if len(outcome.changes) > 1:
                label += f" ({names.get(change.clinic_id, change.clinic_id)})"
            yield (
                label,
                form_link(at.page, change.clinic_id, change.lines, change.effective_on),
            )


def _places(decision: Decision, managed: Sequence[Clinic], page: str) -> Iterable[tuple[str, str]]:
    """Where the clinics stand that the answer is about: all of them, if none is named."""
    pending = decision.pending
    about: set[str | None] = set()
    if pending:
        about |= {change.clinic_id for change in pending.changes}
        about |= {wish.clinic_id for wish in pending.wishes}
    named = [clinic for clinic in managed if clinic.clinic_id in about]
    undo = pending is not None and pending.kind == "applied"
    label, view = ("See your requests", "/adjustments") if undo else ("See your licenses", "")
    clinics = named or (managed if len(managed) == 1 else ())
    for clinic in clinics:
        at = f" at {clinic.name}" if len(clinics) > 1 else ""
        yield f"{label}{at}", f"{page}#/clinics/{clinic.clinic_id}{view}"
    if not clinics:
        yield "See your clinics", f"{page}#/"


def form_link(
    page: str, clinic_id: str, lines: Sequence[Line], effective_on: EffectiveOn | None = None
) -> str:
    """Return the address of the page with the form filled in, and nothing sent yet."""
    parts = []
    for name, action in (("add", Action.ADD), ("release", Action.REMOVE)):
        of = _types([line for line in lines if line.action is action])
        parts += [f"{name}={of}"] if of else []
    parts += [f"from={effective_on}"] if effective_on else []
    return f"{page}#/clinics/{clinic_id}?{'&'.join(parts)}"


def transfer_link(page: str, from_id: str, to_id: str, lines: Sequence[Line]) -> str:
    """Return the address of the page with the form of a transfer filled in."""
    return f"{page}#/?from={from_id}&to={to_id}&types={_types(lines)}"


def _types(lines: Iterable[Line]) -> str:
    return ",".join(f"{line.license_type}:{line.quantity}" for line in lines)


def _applied(clinic: Clinic, adjustment: Adjustment, page: str) -> replies.Applied:
    return replies.Applied(
        clinic_name=clinic.name,
        lines=adjustment.lines,
        explanation=adjustment.explanation,
        counts=clinic.counts,
        invoice_update_due=local_time(adjustment.invoice_update_due_at, clinic.zone),
        confirmation_due=local_time(adjustment.confirmation_due_by, clinic.zone),
        adjustment_id=adjustment.adjustment_id,
        link=f"{page}#/clinics/{clinic.clinic_id}/adjustments/{adjustment.adjustment_id}"
        if page
        else "",
        applies_on=local_day(adjustment.applies_at, clinic.zone) if adjustment.applies_at else "",
    )
