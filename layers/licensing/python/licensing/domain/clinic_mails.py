"""Which mails went to a clinic's people besides confirmations: answers to theirs, and notices."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from licensing.domain.mail_requests import MailRequest
from licensing.domain.notices import Notice
from licensing.domain.outgoing import Delivery, stand_in
from licensing.domain.users import User

ANSWER, NEWS = "answer", "news_of_mail"
SCHEDULE = "schedule"
"""What became of a mail whose changes are for a later day."""


class ClinicMail(NamedTuple):
    """That letters concern a clinic; how each fares stands with the letters themselves."""

    clinic_id: str
    mail_id: str
    """By which they are in the order of their writing."""
    digest: str | None = None
    """Of the mail that was answered."""
    cause: str | None = None
    """Of the notice."""


class SentLetter(NamedTuple):
    """One letter to one person, and how it fared."""

    mail_id: str
    kind: str
    at: datetime
    """When it was written."""
    intent: str | None
    """What became of the mail that is answered."""
    to: User | None
    """None where its address belongs to none of the users by now, or it was dropped."""
    delivery: Delivery


def sent_letters(
    mails: Iterable[tuple[ClinicMail, MailRequest | Notice | None]], users: Iterable[User]
) -> Iterator[SentLetter]:
    """Yield the letters of a clinic's mails; what is kept no longer is left out.

    So is what a mail that concerns two clinics had told the other one's people.
    """
    people = {name: user for user in users for name in (user.email, stand_in(user.email))}
    for mail, of in mails:
        if of is None:
            continue
        for number, letter in enumerate(of.letters or ()):
            kind, at, intent = _about(of, number)
            for recipient in letter.recipients or ("",):
                to = people.get(recipient)
                if to or not recipient or kind != NEWS:
                    yield SentLetter(mail.mail_id, kind, at, intent, to, letter.delivery)


def _about(of: MailRequest | Notice, number: int) -> tuple[str, datetime, str | None]:
    if isinstance(of, Notice):
        return of.kind, of.written_at, None
    # The first one answers: what cannot be answered is not done, and nobody is told of it.
    if number == 0:
        intent = SCHEDULE if of.outcome.get("scheduled") else of.outcome["intent"]
        return ANSWER, of.received_at, intent
    return NEWS, of.received_at, None
