"""What senders of request mails and the clinic's other User Managers are told.

Every reply is a few sentences, a table of facts, and links, in plain strings: whoever renders
them as text and HTML escapes them. What is not known is a blank, never a guess. Nothing that a
sender wrote is repeated as markup, and of headers only what is safe.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from licensing.domain.adjustments import (
    RENEWAL,
    Action,
    Line,
    asked_in_words,
    done_in_words,
    planned_in_words,
)
from licensing.domain.in_words import day_in_words, listed
from licensing.domain.licenses import Counts, LicenseType
from licensing.domain.outgoing import Said
from licensing.mail.answering import answering
from licensing.mail.doubts import WHY, Doubt
from licensing.mail.outcomes.outcome import ClinicChange, Outcome, Wish

Facts = list[tuple[str, str]]
Names = dict[str, str]
"""The sender's clinics: their names by id."""
BLANK: Final = "___"


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
    link: str
    """To the clinic's adjustments on the page."""
    applies_on: str = ""
    """The day of what is scheduled, as people read it."""


def done(subject: str, applied: Sequence[Applied]) -> Said:
    """Tell the sender what was done, what comes next, and how to take it back."""
    days = {each.applies_on for each in applied}
    of_its_own = len(days) > 1  # Renewals of two clinics.
    what = "; ".join(
        f"{_what(each)} at {each.clinic_name}{f' on {each.applies_on}' if of_its_own else ''}"
        for each in applied
    )
    on = applied[0].applies_on
    scheduled = "Scheduled" if of_its_own else f"Scheduled for {on}"
    return Said(
        answering(subject),
        f"{scheduled}: {what}. Nothing changes until then."
        if on
        else f"Done: {what}. Effective immediately.",
        [fact for each in applied for fact in _facts(each, several=len(applied) > 1)],
        "Changed your mind? Reply UNDO to this email within 7 days, or cancel the change on the "
        "page until it is on the invoice."
        if on
        else "Changed your mind? Reply UNDO to this email, or cancel the change on the page, until "
        "it is on the invoice.",
        tuple(_links("See or cancel the change", applied)),
    )


def notice(applied: Applied, requested_by: str) -> Said:
    """Tell the clinic's other User Managers of a change that one of them asked for by mail."""
    what = _what(applied)
    did = "scheduled a license change" if applied.applies_on else "changed licenses"
    return Said(
        f"License change at {applied.clinic_name}: {what}",
        f"{requested_by} {did} at {applied.clinic_name} by email: {what}.",
        _facts(applied, several=False),
        f"You're receiving this because you're a User Manager of {applied.clinic_name}. If the "
        "change is a mistake, cancel it on the page before the invoice is updated.",
        tuple(_links("See or cancel the change", [applied])),
    )


def undone(subject: str, cancelled: Sequence[Applied]) -> Said:
    """Tell the sender that the change of an earlier mail is taken back."""
    return Said(
        answering(subject),
        f"Undone: {_taken_back(cancelled)}. Your invoice stays as it was.",
        [fact for each in cancelled for fact in _counts_of(each, several=len(cancelled) > 1)],
        "Need something else? Reply with the change you want.",
        tuple(_links("See the change", cancelled)),
    )


def undo_notice(cancelled: Applied, requested_by: str) -> Said:
    """Tell the other User Managers that a change was taken back by mail."""
    return Said(
        f"License change undone at {cancelled.clinic_name}",
        f"{requested_by} undid a license change by email: {_taken_back([cancelled])}.",
        _counts_of(cancelled, several=False),
        f"You're receiving this because you're a User Manager of {cancelled.clinic_name}.",
        tuple(_links("See the change", [cancelled])),
    )


def proposal(subject: str, outcome: Outcome, names: Names) -> Said:
    """Show what would be changed and why that was not done at once; a YES does it."""
    why = WHY[outcome.doubt] if outcome.doubt else ""
    return Said(
        answering(subject),
        "Nothing has changed yet. Reply YES and we'll schedule this change:"
        if any(change.effective_on for change in outcome.changes)
        else "Nothing has changed yet. Reply YES and we'll make this change right away:",
        [*facts_of(outcome.changes, names), *_wrote(outcome.words)],
        _lines(
            f"Why we're asking: {why}" if why else "",
            "If you'd like something else, reply with the whole change instead. YES works for 7 "
            "days.",
        ),
    )


def question(subject: str, outcome: Outcome, names: Names) -> Said:
    """Say what was understood, with its blanks, and ask for exactly what is missing."""
    wishes = outcome.wishes
    missing = _missing(wishes, names)
    why = WHY[outcome.doubt] if outcome.doubt else ""
    ask = f"Please tell us {listed(missing)}." if missing else _whole_request(names)
    return Said(
        answering(subject),
        _lines(f"Nothing has changed yet. {why}".strip(), ask),
        [*(("We understood", wish_in_words(wish, names)) for wish in wishes),
         *_wrote(outcome.words)],
        "You can reply with just that." if missing else "Reply with your request in one sentence.",
    )  # fmt: skip


def refusal(subject: str, advice: str, then: str, about: Facts) -> Said:
    """Tell the sender why what a mail is about is not done, or undone, and what to do then."""
    return Said(answering(subject), f"Nothing was changed. {advice}", about, then)


def answer(
    subject: str,
    licenses: Sequence[tuple[str, dict[LicenseType, Counts]]],
    names: Names,
    *,
    retracted: bool = False,
) -> Said:
    """Answer a mail that asks for no change: how the licenses stand, and how to change them.

    ``licenses`` are the sender's clinics by name, with their counts.
    """
    facts = [fact for name, by_type in licenses for fact in _standing(name, by_type, len(names))]
    return Said(
        answering(subject),
        "Nothing was changed: your email seems to take a request back. A change that was already "
        "made can be canceled on the page until it is on the invoice."
        if retracted
        else "Nothing was changed: we found no request to add or release licenses in your email. "
        "Here is where your licenses stand.",
        facts,
        f"To change them, just reply. {_whole_request(names)}\n"
        "You'll find prices, invoices, and users on the page.",
    )


def wish_in_words(wish: Wish, names: Names) -> str:
    """Return such as ``Release 1 ___ license at Lakeside Rehab because ___``."""
    verb = {Action.ADD: "Add", Action.REMOVE: "Release", None: BLANK}[wish.action]
    kind = wish.license_type.label if wish.license_type else BLANK
    quantity = BLANK if wish.quantity is None else str(wish.quantity)
    noun = "license" if wish.quantity == 1 else "licenses"
    clinic = names.get(wish.clinic_id or "", BLANK)
    because = f" because {wish.reason or BLANK}" if wish.action is Action.REMOVE else ""
    return f"{verb} {quantity} {kind} {noun} at {clinic}{because}"


_FEW_CLINICS: Final = 5
"""Of more, a letter has neither all types nor all names."""
_LONGEST_WORDS: Final = 120


def capitalized(words: str) -> str:
    """Return the words as a sentence begins."""
    return words[:1].upper() + words[1:]


def _lines(*paragraphs: str) -> str:
    return "\n".join(paragraph for paragraph in paragraphs if paragraph)


_TYPES: Final = listed((kind.label for kind in LicenseType), "or")


def _missing(wishes: Sequence[Wish], names: Names) -> list[str]:
    """What a sender must still say, each thing once."""
    one = len(wishes) == 1 and wishes[0].quantity == 1
    parts = {
        Doubt.NO_ACTION: "whether to add or release licenses",
        Doubt.NO_QUANTITY: "how many licenses",
        Doubt.NO_TYPE: f"which license type ({_TYPES})",
        Doubt.NO_CLINIC: _which_clinic(names),
        Doubt.NO_REASON: f"why you're releasing {'it' if one else 'them'}",
    }
    lacking = {doubt for wish in wishes for doubt in wish.lacks}
    return [part for doubt, part in parts.items() if doubt in lacking]


def _which_clinic(names: Names) -> str:
    if len(names) > _FEW_CLINICS:
        return "the clinic's name"
    return f"which clinic ({listed(names.values(), 'or')})"


def _whole_request(names: Names) -> str:
    clinic = f", and {_which_clinic(names)}" if len(names) > 1 else ""
    return (
        f"Tell us exactly what to change: add or release, how many, which license type ({_TYPES})"
        f"{clinic}. To release licenses, also say why."
    )


def facts_of(changes: Iterable[ClinicChange], names: Names, *, made: bool = False) -> Facts:
    """Return what was asked for, or was made of it, clinic by clinic."""
    facts: Facts = []
    for change in changes:
        what = capitalized((done_in_words if made else asked_in_words)(change.lines))
        # What somebody no longer manages has no name for them.
        facts.append((names.get(change.clinic_id, "Change"), what))
        on = change.effective_on
        if on is not None:
            facts.append(("Effective", "the next renewal" if on == RENEWAL else day_in_words(on)))
        if change.explanation:
            facts.append(("Reason", change.explanation))
    return facts


def _wrote(words: Sequence[str]) -> Facts:
    whole = [" ".join(each.split()).lstrip(",; ") for each in words]
    # What stands in another excerpt is not repeated.
    said = [
        one if len(one) <= _LONGEST_WORDS else f"{one[: _LONGEST_WORDS - 1]}\u2026"
        for one in dict.fromkeys(whole)
        if not any(one in other and one != other for other in whole)
    ]
    return [("You wrote", ", ".join(f"\u201c{each}\u201d" for each in said))] if said else []


def _what(applied: Applied) -> str:
    in_words = planned_in_words if applied.applies_on else done_in_words
    return in_words(applied.lines)


def _links(label: str, applied: Sequence[Applied]) -> Iterable[tuple[str, str]]:
    for each in applied:
        if each.link:
            yield (f"{label} ({each.clinic_name})" if len(applied) > 1 else label, each.link)


def _facts(applied: Applied, *, several: bool) -> Facts:
    of = f"{applied.clinic_name}, " if several else ""
    return [
        *_counts_of(applied, several=several),
        *([(capitalized(f"{of}effective"), applied.applies_on)] if applied.applies_on else []),
        *([(capitalized(f"{of}reason"), applied.explanation)] if applied.explanation else []),
        (capitalized(f"{of}invoice updated by"), applied.invoice_update_due),
        (capitalized(f"{of}confirmation email by"), applied.confirmation_due),
        (capitalized(f"{of}request ID"), applied.adjustment_id),
    ]


def _counts_of(applied: Applied, *, several: bool) -> Facts:
    changed = {line.license_type for line in applied.lines}
    of = f"{applied.clinic_name}, " if several else ""
    return [
        (capitalized(f"{of}{license_type.label}"), _counts(counts))
        for license_type, counts in applied.counts.items()
        if license_type in changed
    ]


def _taken_back(cancelled: Sequence[Applied]) -> str:
    each = [f"{of.clinic_name} ({asked_in_words(of.lines)})" for of in cancelled]
    if len(each) == 1:
        return f"the change at {each[0]} is canceled"
    return f"the changes at {listed(each)} are canceled"


def _standing(clinic: str, by_type: dict[LicenseType, Counts], clinics: int) -> Facts:
    if clinics > _FEW_CLINICS:
        every = by_type.values()
        purchased, in_use = sum(one.purchased for one in every), sum(one.in_use for one in every)
        return [(clinic, _counts(Counts(purchased, in_use)))]
    return [(f"{clinic}, {kind.label}", _counts(counts)) for kind, counts in by_type.items()]


def _counts(counts: Counts) -> str:
    return f"{counts.purchased} total, {counts.in_use} in use, {counts.available} available"
