"""What a letter of a trusted sender comes to, in both renditions of its text."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from licensing.mail.doubts import Doubt
from licensing.mail.language.clinic_names import Clinic
from licensing.mail.language.words import plain, words_of
from licensing.mail.outcomes.judgment import understand_text
from licensing.mail.outcomes.outcome import Outcome, Pending
from licensing.mail.reading.identity import fingerprint
from licensing.mail.reading.letter import Letter
from licensing.mail.reading.own_words import OwnWords
from licensing.mail.remarks.doubtful import doubts_in
from licensing.mail.reply_words import answer_in

_UNREAD: Final = (Doubt.TOO_LONG, Doubt.UNREADABLE)


def understand(letter: Letter, clinics: Sequence[Clinic]) -> Outcome:
    """Return what shall become of a mail that stands for itself.

    ``clinics`` are those in which the sender is an active User Manager. Never raises.
    """
    found = _understood(letter, clinics)
    if letter.doubt in _UNREAD and found.verdict != "none":
        found = Outcome("ask", doubt=letter.doubt)
    elif letter.doubt is not None and found.verdict == "apply":
        found = replace(found, verdict="propose", doubt=letter.doubt)
    return replace(found, fingerprint=fingerprint(letter))


def understand_reply(letter: Letter, pending: Pending, clinics: Sequence[Clinic]) -> Outcome | None:
    """Return what a reply does with what our answer left open.

    None if it is to be read as a mail of its own.
    """
    if not letter.texts or letter.doubt in _UNREAD:
        return None
    answers = [answer_in(text, pending, clinics, letter.names) for text in letter.texts]
    first = answers[0]
    if first is None or any(answer != first for answer in answers):
        return None
    return replace(first, fingerprint=fingerprint(letter))


def _understood(letter: Letter, clinics: Sequence[Clinic]) -> Outcome:
    if letter.wordless and (letter.answers or not letter.subject):
        return _wordless(letter)
    subject = "" if letter.answers else letter.subject
    texts = letter.texts or (OwnWords("", "", scattered=False, quoted=False, forwarded=False),)
    outcomes = [_text(text, subject, clinics, letter.names) for text in texts]
    first = outcomes[0]
    if any(not _alike(first, other) for other in outcomes[1:]):
        return _differing(outcomes)
    if letter.wordless and first.verdict == "none":
        return _wordless(letter)
    if first.reason == "no_request" and letter.attachments and _mentions_attached(texts):
        return Outcome("ask", doubt=Doubt.ONLY_ATTACHED)
    return first


def _text(
    text: OwnWords, subject: str, clinics: Sequence[Clinic], names: frozenset[str]
) -> Outcome:
    found = understand_text(text.text, subject, clinics, names=names, after=text.after)
    if text.scattered and found.verdict == "apply":
        # Words between quoted ones may answer what is quoted.
        return replace(found, verdict="propose", doubt=Doubt.BETWEEN_QUOTES)
    if text.scattered and found.verdict == "none":
        return Outcome("ask", doubt=Doubt.BETWEEN_QUOTES)
    return found


def _mentions_attached(texts: Sequence[OwnWords]) -> bool:
    """Whether the words point to what came with the mail: "see attached"."""
    words = [tuple(word.plain for word in words_of(plain(text.text))) for text in texts]
    return any("attached" in doubts_in(said, frozenset()) for said in words)


def _alike(one: Outcome, other: Outcome) -> bool:
    if one.changes or other.changes:
        return one.changes == other.changes
    return one.verdict == other.verdict


def _differing(outcomes: Sequence[Outcome]) -> Outcome:
    """Plain text and HTML that do not say the same: nobody can tell which was meant."""
    changed = next((each for each in outcomes if each.changes), None)
    if changed is None:
        return next(each for each in outcomes if each.verdict != "none")
    return Outcome("ask", doubt=Doubt.TEXTS_DIFFER)


def _wordless(letter: Letter) -> Outcome:
    """A mail without own words: what is attached or passed on may be meant as the request."""
    if any(text.quoted for text in letter.texts):
        return Outcome("ask", doubt=Doubt.ONLY_QUOTED)
    if letter.attachments or not letter.texts:
        return Outcome("ask", doubt=Doubt.ONLY_ATTACHED)
    return Outcome("none", reason="no_request")
