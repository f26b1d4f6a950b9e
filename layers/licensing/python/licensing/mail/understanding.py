"""What a mail of a trusted sender comes to, in both renditions of its text."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from licensing.mail.doubts import Doubt
from licensing.mail.language.clinic_names import NamedClinic
from licensing.mail.language.words import plain, words_of
from licensing.mail.outcomes.judgment import understand_text
from licensing.mail.outcomes.outcome import LeftOpen, Outcome
from licensing.mail.reading.identity import fingerprint
from licensing.mail.reading.own_words import OwnWords
from licensing.mail.reading.read_mail import ReadMail
from licensing.mail.remarks.phrases import doubts_in
from licensing.mail.reply_words import answer_in

_UNREAD: Final = (Doubt.TOO_LONG, Doubt.UNREADABLE)


def understand(mail: ReadMail, clinics: Sequence[NamedClinic]) -> Outcome:
    """Return what shall become of a mail that stands for itself.

    ``clinics`` are those in which the sender is an active User Manager. Never raises.
    """
    found = _understood(mail, clinics)
    if mail.doubt in _UNREAD and found.verdict != "none":
        found = Outcome("ask", doubt=mail.doubt)
    elif mail.doubt is not None and found.verdict == "apply":
        found = replace(found, verdict="propose", doubt=mail.doubt)
    return replace(found, fingerprint=fingerprint(mail))


def understand_reply(
    mail: ReadMail, pending: LeftOpen, clinics: Sequence[NamedClinic]
) -> Outcome | None:
    """Return what a reply does with what our answer left open.

    None if it is to be read as a mail of its own.
    """
    if not mail.texts or mail.doubt in _UNREAD:
        return None
    answers = [answer_in(text, pending, clinics, mail.names) for text in mail.texts]
    first = answers[0]
    if first is None or any(answer != first for answer in answers):
        return None
    return replace(first, fingerprint=fingerprint(mail))


def _understood(mail: ReadMail, clinics: Sequence[NamedClinic]) -> Outcome:
    if mail.wordless and (mail.answers or not mail.subject):
        return _wordless(mail)
    subject = "" if mail.answers else mail.subject
    texts = mail.texts or (OwnWords("", "", scattered=False, quoted=False),)
    outcomes = [_text(text, subject, clinics, mail.names) for text in texts]
    first = outcomes[0]
    if len({(each.changes, "" if each.changes else each.verdict) for each in outcomes}) > 1:
        return _differing(outcomes)
    if mail.wordless and first.verdict == "none":
        return _wordless(mail)
    words = [tuple(word.plain for word in words_of(plain(text.text))) for text in texts]
    pointed = any("attached" in doubts_in(said) for said in words)  # "see attached"
    if first.reason == "no_request" and mail.attachments and pointed:
        return Outcome("ask", doubt=Doubt.ONLY_ATTACHED)
    return first


def _text(
    text: OwnWords, subject: str, clinics: Sequence[NamedClinic], names: frozenset[str]
) -> Outcome:
    found = understand_text(text.text, subject, clinics, names=names, after=text.after)
    if text.scattered and found.verdict == "apply":
        # Words between quoted ones may answer what is quoted.
        return replace(found, verdict="propose", doubt=Doubt.BETWEEN_QUOTES)
    if text.scattered and found.verdict == "none":
        return Outcome("ask", doubt=Doubt.BETWEEN_QUOTES)
    return found


def _differing(outcomes: Sequence[Outcome]) -> Outcome:
    """Plain text and HTML that do not say the same: nobody can tell which was meant."""
    changed = next((each for each in outcomes if each.changes), None)
    if changed is None:
        return next(each for each in outcomes if each.verdict != "none")
    return Outcome("ask", doubt=Doubt.TEXTS_DIFFER)


def _wordless(mail: ReadMail) -> Outcome:
    """A mail without own words: what is attached or passed on may be meant as the request."""
    if any(text.quoted or text.after for text in mail.texts):
        return Outcome("ask", doubt=Doubt.ONLY_QUOTED)
    if mail.attachments or not mail.texts:
        return Outcome("ask", doubt=Doubt.ONLY_ATTACHED)
    return Outcome("none", reason="no_request")
