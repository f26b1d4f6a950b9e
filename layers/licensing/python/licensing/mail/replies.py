"""What senders of request mails and the clinic's other User Managers are told.

Every reply is a sentence, a table of facts and a closing sentence, in plain strings: whoever
renders them as text and HTML escapes them. Nothing that a sender wrote is repeated as markup,
and of headers only what is safe.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from licensing.domain.adjustments import Counts, Line, lines_in_words
from licensing.domain.licenses import LicenseType
from licensing.mail.doubts import Doubt
from licensing.mail.headers import Field, first, unfolded, values

Facts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """One mail to be sent, before it is rendered."""

    subject: str
    opening: str
    facts: Facts
    closing: str


@dataclass(frozen=True, slots=True)
class Applied:
    """A change as it was applied in one clinic; times as people read them."""

    clinic_name: str
    lines: tuple[Line, ...]
    explanation: str | None
    counts: dict[LicenseType, Counts]
    """After the change, of every license type of the clinic."""
    invoice_update_due: str
    confirmation_due: str
    adjustment_id: str


def done(subject: str, applied: Sequence[Applied]) -> Reply:
    """Tell the sender what was understood and done, and what comes next."""
    what = "; ".join(f"{lines_in_words(each.lines)} at {each.clinic_name}" for each in applied)
    facts = [fact for each in applied for fact in _facts(each)]
    return Reply(
        _answering(subject),
        f"Done, as you asked: {what}.",
        facts,
        "The change holds at once. To take it back, cancel it on the page before the invoice is "
        "updated.",
    )


def notice(applied: Applied, requested_by: str) -> Reply:
    """Tell the clinic's other User Managers of a change that one of them asked for by mail."""
    what = lines_in_words(applied.lines)
    return Reply(
        f"License change at {applied.clinic_name}: {what}",
        f"{requested_by} asked by email to {what} at {applied.clinic_name}. It is done.",
        _facts(applied),
        "You get this mail because you are a User Manager of the clinic. If this should not have "
        "happened, cancel it on the page before the invoice is updated.",
    )


def clarification(subject: str, doubt: Doubt, ready: str) -> Reply:
    """Ask back: what is unclear, and one sentence that the sender can send."""
    return Reply(
        _answering(subject),
        f"Nothing was changed. {WHY[doubt]}",
        [("You can send, for example", ready)],
        "Send it as an answer or as a new mail, with your own numbers, clinic and reason. Please "
        "write the whole request: this mailbox remembers no earlier mail.",
    )


def refusal(subject: str, advice: str) -> Reply:
    """Tell the sender why the rules do not allow a request that was understood."""
    return Reply(
        _answering(subject),
        f"Nothing was changed. {advice}",
        [],
        "When this is settled, send your request again, or make the change on the page.",
    )


def answer(
    subject: str, licenses: Sequence[tuple[str, dict[LicenseType, Counts]]], ready: str
) -> Reply:
    """Answer a mail that asks for no change: how the licenses stand, and how to change them.

    ``licenses`` are the sender's clinics by name, with their counts.
    """
    facts = [
        (f"{name}, {license_type.label}", _counts(counts))
        for name, by_type in licenses
        for license_type, counts in by_type.items()
    ]
    return Reply(
        _answering(subject),
        "Nothing was changed: your mail was not understood as a request to add or remove licenses.",
        [*facts, ("To change licenses, write for example", ready)],
        "Prices, invoices, users and every past change are on the page.",
    )


def thread_headers(fields: Sequence[Field]) -> dict[str, str]:
    """Return the headers that put a reply into the thread and keep machines from answering.

    Only well-formed ids are repeated: a reply must not carry a header that the sender made up.
    """
    headers = {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"}
    message_id = _ID.fullmatch(first(fields, "message-id").strip())
    if message_id is None:
        return headers
    earlier = _ID.findall(" ".join(values(fields, "references"))[-_MOST_REFERENCES:])
    thread = list(dict.fromkeys([*earlier[-_LONGEST_THREAD:], message_id[0]]))
    return {**headers, "In-Reply-To": message_id[0], "References": " ".join(thread)}


_ID: Final = re.compile(r"<[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,160}@[A-Za-z0-9.-]{1,160}>")
_MOST_REFERENCES: Final = 4000
_LONGEST_THREAD: Final = 8
_LONGEST_SUBJECT: Final = 150

WHY: Final = {
    Doubt.HIDDEN_CHARACTERS: "The mail has hidden or look-alike characters, or text that not "
    "every mail program shows.",
    Doubt.NEGATED: "The mail says what not to do, so it is unclear what shall change.",
    Doubt.CORRECTED: "The mail seems to correct or take back something, so it is unclear what "
    "holds.",
    Doubt.CONDITION: "The request seems to depend on something else. Write again when the change "
    "shall be made: it is made at once.",
    Doubt.HEDGED: "The request leaves a choice open. Say exactly what shall be changed.",
    Doubt.RANGE: "The request names a range. Say one number.",
    Doubt.LIMIT: "It is unclear how many licenses to add or remove: say by how many the number "
    "shall change, not how many there shall be.",
    Doubt.QUANTITY: "A number was not understood. Say a whole number from 1 to 50.",
    Doubt.VAGUE: "It is unclear how many licenses are meant. Say a whole number from 1 to 50.",
    Doubt.DATE: "The request seems to be for another day. Changes are made at once: write again "
    "on that day.",
    Doubt.PRICE: "The mail speaks of prices. You find them on the page; then send the request "
    "alone.",
    Doubt.REFERENCE: "The mail refers to something that is not in its own text.",
    Doubt.NO_QUANTITY: "It is unclear how many licenses are meant. Say a whole number from 1 "
    "to 50.",
    Doubt.NO_TYPE: "It is unclear which licenses are meant: therapist, assistant, front office or "
    "billing.",
    Doubt.NOT_UNDERSTOOD: "Part of the mail was not understood.",
    Doubt.QUESTION: "The mail holds a question beside the request. Send the request alone once "
    "you know the answer.",
    Doubt.NO_CLINIC: "You manage several clinics, and the mail names none of them.",
    Doubt.UNKNOWN_CLINIC: "The mail seems to name a clinic that you do not manage.",
    Doubt.SEVERAL_CLINICS: "It is unclear which of your clinics is meant for each license.",
    Doubt.NO_REASON: "To remove licenses, say why in a few words of your own.",
    Doubt.SAID_TWICE: "The same license type is named twice. Say once by how many it shall change.",
    Doubt.SUBJECT_DIFFERS: "Subject and text of the mail say different things.",
    Doubt.TEXTS_DIFFER: "The mail's plain text and its formatted text say different things.",
    Doubt.BETWEEN_QUOTES: "Your words stand between quoted lines, so it is unclear what they mean "
    "alone.",
    Doubt.ONLY_QUOTED: "The mail has no words of your own: quoted and forwarded text is not read.",
    Doubt.ONLY_ATTACHED: "The mail has no words of your own: attachments are not read.",
    Doubt.TOO_LONG: "The mail is too long or has too many parts to be read.",
    Doubt.UNREADABLE: "The mail could not be read.",
    Doubt.OLD: "The mail's date is missing, or more than a week away from the day it arrived. To "
    "be sure that it is yours and still holds, please send it anew.",
    Doubt.SPAM: "The mail did not pass all safety checks on its way. Please send it anew, as plain "
    "text and without attachments.",
    Doubt.REPEATED_HEADERS: "The mail has headers twice that there should be once, so it is "
    "unclear which hold. Please send it anew.",
    Doubt.ASKED_AGAIN: "The same words came from you a few minutes ago, and that change was made: "
    "this mail may be the same request, sent twice. If the change shall be made once more, ask in "
    "other words, or send the mail again after ten minutes.",
}
"""What a person is told for each doubt."""


def _answering(subject: str) -> str:
    """The subject of an answer, on one line."""
    said = re.sub(r"^(?:(?:re|aw|sv|fw|fwd)\s*:\s*)+", "", unfolded(subject), flags=re.IGNORECASE)
    return f"Re: {said[:_LONGEST_SUBJECT] or 'your license request'}"


def _facts(applied: Applied) -> Facts:
    changed = {line.license_type for line in applied.lines}
    return [
        ("Clinic", applied.clinic_name),
        ("Change", lines_in_words(applied.lines)),
        *([("Explanation", applied.explanation)] if applied.explanation else []),
        *(
            (f"Now, {license_type.label}", _counts(counts))
            for license_type, counts in applied.counts.items()
            if license_type in changed
        ),
        ("Invoice updated by", applied.invoice_update_due),
        ("Confirmation of the invoice by", applied.confirmation_due),
        ("Request", applied.adjustment_id),
    ]


def _counts(counts: Counts) -> str:
    return f"{counts.purchased} purchased: {counts.in_use} in use, {counts.available} available"
