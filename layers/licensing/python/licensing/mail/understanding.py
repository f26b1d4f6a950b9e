"""A mail from its SES event and raw bytes to what shall happen, in two pure steps.

    verdict = trust.judge_sender(...)       who wrote, may it be believed
    (the caller looks up in which clinics the address is an active User Manager)
    outcome = understand(...)               what to do

The caller acts on the outcome: it changes licenses, stores the record, sends the reply.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, NotRequired, TypedDict

from licensing.domain.adjustments import Action
from licensing.mail.clinic_names import Clinic
from licensing.mail.doubts import Doubt
from licensing.mail.examples import guessed_line, name_of, ready_sentence
from licensing.mail.grammar import (
    Change,
    Clarification,
    ClinicChange,
    Meaning,
    Nothing,
    Question,
    meaning_of,
)
from licensing.mail.headers import Field, first, header_fields
from licensing.mail.reading import Letter, read_mail
from licensing.mail.trust import Automatic, Trusted, Unproven, Verdict, judge_sender

Intent = Literal["add", "remove", "mixed", "none", "ask_back", "ignore"]


class LineAnswer(TypedDict):
    """One line of a request; the clinic only where a mail concerns several."""

    action: str
    license_type: str
    quantity: int
    clinic: NotRequired[str]


class Answer(TypedDict):
    """What became of a mail: the handler's return value, and what is stored of it."""

    intent: Intent
    clinic: str | None
    lines: list[LineAnswer]
    explanation: str | None
    replied: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What shall happen with a mail."""

    intent: Intent
    changes: tuple[ClinicChange, ...] = ()
    reason: str | None = None
    """Why nothing is changed; None for a request."""
    ready: str | None = None
    """For a clarification: a sentence that the sender can send back."""
    clinic_id: str | None = None
    """The one clinic that is meant, where that is certain."""
    words: str = ""
    """For a request: what stands for the mail's words, the same whenever they are sent again."""

    def answer(self, *, replied: bool) -> Answer:
        """Return the outcome in the form that callers and operators get."""
        several = len(self.changes) > 1
        lines: list[LineAnswer] = []
        for change in self.changes:
            for line in change.lines:
                entry: LineAnswer = {
                    "action": line.action.value,
                    "license_type": line.license_type.value,
                    "quantity": line.quantity,
                }
                if several:
                    entry["clinic"] = change.clinic_id
                lines.append(entry)
        reasons = dict.fromkeys(c.explanation for c in self.changes if c.explanation)
        return {
            "intent": self.intent,
            "clinic": self.clinic_id,
            "lines": lines,
            "explanation": "; ".join(reasons) or None,
            "replied": replied,
            "reason": self.reason,
        }


def understand(
    verdict: Verdict,
    raw: bytes,
    clinics: Sequence[Clinic],
    *,
    fields: Sequence[Field] | None = None,
    whole: bool = True,
) -> Outcome:
    """Return what a judged mail asks for.

    ``clinics`` are those in which the trusted address is an active User Manager; without any, it
    is a stranger's. ``whole`` is False where ``raw`` was cut off. Never raises.
    """
    if isinstance(verdict, Automatic | Unproven):
        return Outcome("ignore", reason=verdict.reason)
    if not clinics:
        return Outcome("ignore", reason="not_a_user_manager")
    letter = read_mail(raw, fields, whole=whole)
    meaning = _meaning(letter, clinics)
    doubt = verdict.doubt or letter.doubt
    if doubt is not None and isinstance(meaning, Change | Clarification):
        meaning = _doubted(doubt, meaning, clinics)
    outcome = _outcome(meaning)
    return replace(outcome, words=_digest(letter)) if outcome.changes else outcome


def asked_again(outcome: Outcome, clinics: Sequence[Clinic]) -> Outcome:
    """Return a request as one to ask back, since the same words were just acted on."""
    clarified = _doubted(Doubt.ASKED_AGAIN, Change(outcome.changes), clinics)
    # Other words than a request that was itself a ready sentence.
    ready = f"In addition, {clarified.ready[:1].lower()}{clarified.ready[1:]}"
    return replace(_outcome(clarified), ready=ready)


def understand_event(
    ses: Mapping[str, Any],
    raw: bytes,
    clinics_of: Callable[[str], Sequence[Clinic]],
    *,
    own_addresses: Collection[str],
) -> Outcome:
    """Both steps at once: ``ses`` is that part of the event's record."""
    fields = header_fields(raw)
    verdict = judge_sender(ses, fields, own_addresses=own_addresses)
    clinics = clinics_of(verdict.address) if isinstance(verdict, Trusted) else ()
    return understand(verdict, raw, clinics, fields=fields)


def claim_key(address: str, raw: bytes, fields: Sequence[Field] | None = None) -> str:
    """Return what makes two deliveries the same mail: a hash of sender and Message-ID.

    Without a Message-ID, of sender and the raw mail below what SES put on top.
    """
    fields = header_fields(raw) if fields is None else fields
    message_id = first(fields, "message-id").strip()
    what = message_id.encode() if message_id else b"\0" + _without_trace(raw)
    return hashlib.sha256(address.lower().encode() + b"\0" + what).hexdigest()


def _digest(letter: Letter) -> str:
    said = "\n".join((letter.subject, *(text.text for text in letter.texts)))
    return hashlib.sha256(" ".join(said.casefold().split()).encode()).hexdigest()


_TRACE: Final = re.compile(
    rb"(?:(?:Return-Path|Received|X-SES-[A-Za-z-]+|Received-SPF|Authentication-Results)[ \t]*:"
    rb"[^\r\n]*(?:\r\n|\n)(?:[ \t][^\r\n]*(?:\r\n|\n))*)*",
    re.IGNORECASE,
)


def _without_trace(raw: bytes) -> bytes:
    match = _TRACE.match(raw)
    return raw[match.end() :] if match else raw


def _meaning(letter: Letter, clinics: Sequence[Clinic]) -> Meaning:
    meanings = [
        meaning_of(letter.subject, text.text, clinics, names=letter.names, answers=letter.answers)
        for text in letter.texts
    ]
    if not meanings:
        return _wordless(letter, clinics)
    meaning = meanings[0]
    if any(not _alike(meaning, other) for other in meanings[1:]):
        return _doubted(Doubt.TEXTS_DIFFER, _unclear_first(meanings), clinics)
    if isinstance(meaning, Change) and any(
        _between_quotes(text.segments, letter, clinics) for text in letter.texts
    ):
        return _doubted(Doubt.BETWEEN_QUOTES, meaning, clinics)
    if isinstance(meaning, Nothing) and letter.wordless:
        return _wordless(letter, clinics)
    return meaning


def _wordless(letter: Letter, clinics: Sequence[Clinic]) -> Meaning:
    """A mail without own words: what is attached or passed on may be meant as the request."""
    if any(text.quoted for text in letter.texts):
        return _doubted(Doubt.ONLY_QUOTED, Nothing(), clinics)
    if letter.attachments or not letter.texts:
        return _doubted(Doubt.ONLY_ATTACHED, Nothing(), clinics)
    return Nothing()


def _alike(one: Meaning, other: Meaning) -> bool:
    if isinstance(one, Change) or isinstance(other, Change):
        return one == other
    return isinstance(one, Clarification) == isinstance(other, Clarification)


def _unclear_first(meanings: Iterable[Meaning]) -> Meaning:
    found = list(meanings)
    return next((each for each in found if isinstance(each, Clarification | Change)), found[0])


def _between_quotes(segments: Sequence[str], letter: Letter, clinics: Sequence[Clinic]) -> bool:
    """Whether own words in several places say something: they may answer what is quoted."""
    saying = [
        segment
        for segment in segments
        if not isinstance(meaning_of("", segment, clinics, names=letter.names), Nothing)
    ]
    return len(segments) > 1 and len(saying) > 1


def _doubted(doubt: Doubt, meaning: Meaning, clinics: Sequence[Clinic]) -> Clarification:
    """The mail as one to ask back, with what was understood of it."""
    if isinstance(meaning, Clarification):
        return Clarification(doubt, meaning.ready, meaning.clinic_id)
    if isinstance(meaning, Change):
        ids = {part.clinic_id for part in meaning.parts}
        part = meaning.parts[0]
        name = name_of(clinics, part.clinic_id)
        ready = ready_sentence(part.lines, name, part.explanation)
        return Clarification(doubt, ready, ids.pop() if len(ids) == 1 else None)
    sole = clinics[0].clinic_id if len(clinics) == 1 else None
    return Clarification(doubt, ready_sentence([guessed_line([])], name_of(clinics, None)), sole)


def _outcome(meaning: Meaning) -> Outcome:
    match meaning:
        case Change(parts):
            actions = {line.action for part in parts for line in part.lines}
            intent: Intent = (
                "mixed" if len(actions) > 1 else ("add" if Action.ADD in actions else "remove")
            )
            sole = parts[0].clinic_id if len(parts) == 1 else None
            return Outcome(intent, parts, clinic_id=sole)
        case Clarification(doubt, ready, clinic_id):
            return Outcome("ask_back", reason=doubt.value, ready=ready, clinic_id=clinic_id)
        case Question():
            return Outcome("none", reason="question")
        case _:
            return Outcome("none", reason="no_request")
