"""What is kept about mail, as plain attributes and back: addresses, claims, letters, replies."""

from typing import Any

from licensing.adapters.forms import VERSION, Form, attribute, by_kind, by_sort, expiry
from licensing.domain import keys, mail_requests
from licensing.domain.addresses import ADDRESSES_KEPT_FOR, MailAddress
from licensing.domain.clinic_mails import ClinicMail
from licensing.domain.ids import milliseconds, moment_of
from licensing.domain.notices import NOTICES_KEPT_FOR, Notice
from licensing.domain.outgoing import Delivery, Letter, Outgoing


def _expiry_of(address: MailAddress) -> int | None:
    """Return when nothing that is counted matters any more; a suppression is kept."""
    arrivals = (request.arrived_at for request in address.requests)
    counted = (*address.replied_at, *address.told_at, *arrivals)
    if not address.takes_mail or not counted:
        return None
    return expiry(max(counted), ADDRESSES_KEPT_FOR)


_ADDRESS = Form(
    MailAddress,
    keys.ADDRESS,
    ("address",),
    *("suppressed_because", "requests"),
    attribute("suppressed", "suppressed_at"),
    attribute("replied", "replied_at"),
    attribute("told", "told_at"),
    VERSION,
    key=keys.address_key,
    also={"expires_at": _expiry_of},
)


def _write_letters(letters: tuple[Outgoing, ...]) -> list[list[Any]]:
    return [
        [
            list(letter.recipients),
            *letter.letter,
            letter.headers,
            letter.delivery,
            *([True] if letter.uncounted else []),
        ]
        for letter in letters
    ]


def _read_letters(letters: list[list[Any]]) -> tuple[Outgoing, ...]:
    return tuple(
        Outgoing(
            tuple(recipients),
            Letter(subject, text, html),
            headers,
            Delivery(delivery),
            *counted,
        )
        for recipients, subject, text, html, headers, delivery, *counted in letters
    )


_MAIL = Form(
    mail_requests.MailRequest,
    keys.MAIL,
    ("digest",),
    *("sender_id", "object_key", "verdicts", "replied_to"),
    attribute("received", "received_at"),
    # Reasons are words of the mail; they stand on the adjustments that they are given for.
    attribute("outcome", write=lambda outcome: outcome | {"explanation": None}),
    attribute("letters", "", _write_letters, _read_letters, always=True),
    VERSION,
    key=keys.mail_key,
    also={
        # By this the night finds what could not be sent.
        "unsent": lambda mail: None if mail.is_settled else milliseconds(mail.received_at),
        "expires_at": lambda mail: expiry(mail.received_at, mail_requests.KEPT_FOR),
    },
)

_WORDS = Form(
    mail_requests.ClaimedWords,
    keys.WORDS,
    ("digest",),
    attribute("received", "received_at"),
    key=keys.words_key,
    also={"expires_at": lambda words: expiry(words.received_at, mail_requests.WORDS_KEPT_FOR)},
)

_REPLY = Form(
    mail_requests.Answerable,
    keys.REPLY,
    ("digest",),
    *("sender_id", "pending", "adjustments", "used"),
    attribute("written", "written_at"),
    VERSION,
    key=keys.reply_key,
    also={"expires_at": lambda answer: expiry(answer.written_at, mail_requests.ANSWERS_KEPT_FOR)},
)

_NOTICE = Form(
    Notice,
    keys.NOTICE,
    ("clinic_id", "cause"),
    *("kind", "said", "addresses"),
    attribute("written", "written_at"),
    attribute("letters", "", _write_letters, _read_letters),
    VERSION,
    key=keys.notice_key,
    told=lambda of, _: of.partition("#")[::2],
    also={
        # By this the night finds what was not sent.
        "unsent": lambda notice: None if notice.is_settled else milliseconds(notice.written_at),
        "expires_at": lambda notice: expiry(notice.written_at, NOTICES_KEPT_FOR),
    },
)

_MAILED = Form(
    ClinicMail,
    keys.MAILED,
    ("clinic_id", "mail_id"),
    attribute("mail", "digest"),
    attribute("notice", "cause"),
    also={"expires_at": lambda mail: expiry(moment_of(mail.mail_id), NOTICES_KEPT_FOR)},
)

_ALL = _ADDRESS, _MAIL, _WORDS, _REPLY, _NOTICE, _MAILED
FORMS, READERS = by_kind(*_ALL), by_sort(*_ALL)
