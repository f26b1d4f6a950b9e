"""What a mail came to: as operators read it, and as the reply to our answer finds it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import astuple
from datetime import date
from typing import Any, Literal, NotRequired, TypedDict

from licensing.domain.adjustments import RENEWAL, Action, EffectiveOn, Line
from licensing.domain.licenses import LicenseType
from licensing.mail.outcomes.outcome import ClinicChange, LeftOpen, Outcome, Wish

Intent = Literal["add", "remove", "mixed", "undo", "none", "ask_back", "ignore"]


class LineAnswer(TypedDict):
    """One line of a request; the clinic only where a mail concerns several."""

    action: str
    license_type: str
    quantity: int
    clinic: NotRequired[str]


class MailAnswer(TypedDict):
    """What became of a mail: the function's return value, and what is stored of it."""

    intent: Intent
    clinic: str | None
    lines: list[LineAnswer]
    """What was changed."""
    explanation: str | None
    replied: bool
    reason: str | None
    proposal: NotRequired[list[LineAnswer]]
    """What a YES would change."""
    scheduled: NotRequired[bool]
    """Whether it is changed on a later day."""
    undone: NotRequired[list[LineAnswer]]
    """What had been changed, and no longer is."""


def answer_of(outcome: Outcome) -> MailAnswer:
    """Return the outcome in the form that callers and operators get."""
    lines = _lines(outcome.changes)
    clinics: set[str | None] = {change.clinic_id for change in outcome.changes}
    clinics |= {wish.clinic_id for wish in outcome.wishes}
    reasons = dict.fromkeys(of.explanation for of in outcome.changes if of.explanation)
    answer: MailAnswer = {
        "intent": _intent(outcome),
        "clinic": clinics.pop() if len(clinics) == 1 else None,
        "lines": lines if outcome.verdict == "apply" else [],
        "explanation": "; ".join(reasons) or None,
        "replied": False,
        "reason": outcome.doubt.value if outcome.doubt else outcome.reason,
    }
    if outcome.verdict == "propose":
        answer["proposal"] = lines
    if outcome.verdict == "apply" and any(of.effective_on for of in outcome.changes):
        answer["scheduled"] = True
    if outcome.verdict == "undo":
        answer["undone"] = lines
    return answer


def _intent(outcome: Outcome) -> Intent:
    match outcome.verdict:
        case "apply":
            actions = {line.action for change in outcome.changes for line in change.lines}
            if len(actions) > 1:
                return "mixed"
            return "add" if Action.ADD in actions else "remove"
        case "propose" | "ask":
            return "ask_back"
        case verdict:
            return verdict


def _lines(changes: Iterable[ClinicChange]) -> list[LineAnswer]:
    changes = tuple(changes)
    lines: list[LineAnswer] = []
    for change in changes:
        for line in change.lines:
            entry: LineAnswer = {
                "action": line.action.value,
                "license_type": line.license_type.value,
                "quantity": line.quantity,
            }
            if len(changes) > 1:
                entry["clinic"] = change.clinic_id
            lines.append(entry)
    return lines


def sealed(pending: LeftOpen, token: str) -> bytes:
    """Return what a reply can refer to, to be read by whoever has the token and by nobody else.

    A token seals one thing only.
    """
    plain = {
        "kind": pending.kind,
        "changes": [astuple(change) for change in pending.changes],
        "wishes": [astuple(wish) for wish in pending.wishes],
        "sure": pending.sure,
        "transfer": pending.transfer,
    }
    return _under(token, json.dumps(plain, separators=(",", ":"), default=str).encode())


def opened(kept: bytes, token: str) -> LeftOpen:
    """Return what was sealed under the token."""
    return _restored(json.loads(_under(token, kept)))


def _under(token: str, text: bytes) -> bytes:
    """Seal or open by a stream that only the token gives: it is random, and used once."""
    stream = hashlib.shake_256(f"pending {token}".encode()).digest(len(text))
    return bytes(one ^ other for one, other in zip(text, stream, strict=True))


def _restored(kept: dict[str, Any]) -> LeftOpen:
    return LeftOpen(
        kept["kind"],
        tuple(
            ClinicChange(
                clinic_id,
                tuple(
                    Line(Action(action), LicenseType(kind), quantity)
                    for action, kind, quantity in lines
                ),
                explanation,
                _day(day),
            )
            for clinic_id, lines, explanation, day in kept["changes"]
        ),
        tuple(
            Wish(action and Action(action), kind and LicenseType(kind), quantity, clinic_id, reason)
            for action, kind, quantity, clinic_id, reason in kept["wishes"]
        ),
        kept["sure"],
        kept["transfer"],
    )


def _day(kept: str | None) -> EffectiveOn | None:
    if kept is None or kept == RENEWAL:
        return RENEWAL if kept else None
    return date.fromisoformat(kept)
