"""What is kept about mail, as plain attributes and back: addresses, claims, letters, replies."""

from typing import Any

from licensing.adapters.forms import (
    MOMENT,
    MOMENTS,
    TUPLE,
    VERSION,
    Form,
    attribute,
    by_kind,
    expiry,
)
from licensing.domain import keys, mail_requests
from licensing.domain.addresses import ADDRESSES_KEPT_FOR, AppliedRequest, MailAddress
from licensing.domain.clinic_mails import ClinicMail
from licensing.domain.ids import milliseconds, moment_of
from licensing.domain.notices import NOTICES_KEPT_FOR, Kind, Letter, Notice, Said


def _expiry_of(address: MailAddress) -> int | None:
    """Return when nothing that is counted matters any more; a suppression is kept."""
    arrivals = (request.arrived_at for request in address.requests)
    counted = (*address.replied_at, *address.told_at, *arrivals)
    if not address.takes_mail or not counted:
        return None
    return expiry(max(counted), ADDRESSES_KEPT_FOR)


_ADDRESS = Form(
    MailAddress,
    ("address",),
    attribute("suppressed_because"),
    attribute("suppressed", "suppressed_at", *MOMENT),
    attribute("clinics", "", *TUPLE),
    attribute("replied", "replied_at", *MOMENTS),
    attribute("told", "told_at", *MOMENTS),
    attribute(
        "requests",
        write=lambda requests: [[of.words, milliseconds(of.arrived_at)] for of in requests],
        read=lambda kept: tuple(AppliedRequest(words, MOMENT[1](at)) for words, at in kept),
    ),
    VERSION,
    key=keys.address_key,
    also={"expires_at": _expiry_of},
)


def _write_letters(letters: tuple[mail_requests.Outgoing, ...]) -> list[list[Any]]:
    return [
        [
            list(letter.recipients),
            letter.letter.subject,
            letter.letter.text,
            letter.letter.html,
            letter.headers,
            letter.delivery,
            *([True] if letter.uncounted else []),
        ]
        for letter in letters
    ]


def _read_letters(letters: list[list[Any]]) -> tuple[mail_requests.Outgoing, ...]:
    return tuple(
        mail_requests.Outgoing(
            tuple(recipients),
            Letter(subject, text, html),
            headers,
            mail_requests.Delivery(delivery),
            *counted,
        )
        for recipients, subject, text, html, headers, delivery, *counted in letters
    )


_MAIL = Form(
    mail_requests.MailRequest,
    ("digest",),
    attribute("sender_id"),
    attribute("received", "received_at", *MOMENT),
    attribute("object_key"),
    attribute("verdicts"),
    # Reasons are words of the mail; they stand on the adjustments that they are given for.
    attribute("outcome", write=lambda outcome: outcome | {"explanation": None}),
    attribute("letters", "", _write_letters, _read_letters, always=True),
    attribute("replied_to"),
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
    ("digest",),
    attribute("received", "received_at", *MOMENT),
    key=keys.words_key,
    also={"expires_at": lambda words: expiry(words.received_at, mail_requests.WORDS_KEPT_FOR)},
)

_REPLY = Form(
    mail_requests.Answerable,
    ("digest",),
    attribute("sender_id"),
    attribute("written", "written_at", *MOMENT),
    attribute("pending"),
    attribute(
        "adjustments",
        write=lambda adjustments: [list(one) for one in adjustments],
        read=lambda kept: tuple(map(tuple, kept)),
    ),
    attribute("used"),
    VERSION,
    key=keys.reply_key,
    also={"expires_at": lambda answer: expiry(answer.written_at, mail_requests.ANSWERS_KEPT_FOR)},
)


def _write_said(said: Said) -> list[Any]:
    subject, opening, facts, closing, links = said
    return [subject, opening, [list(fact) for fact in facts], closing, [list(on) for on in links]]


def _read_said(values: list[Any]) -> Said:
    subject, opening, facts, closing, links = values
    return Said(subject, opening, tuple(map(tuple, facts)), closing, tuple(map(tuple, links)))


_NOTICE = Form(
    Notice,
    ("clinic_id", "cause"),
    attribute("kind", read=Kind),
    attribute("written", "written_at", *MOMENT),
    attribute("said", "", _write_said, _read_said),
    attribute("addresses", "", *TUPLE),
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
    ("clinic_id", "mail_id"),
    attribute("mail", "digest"),
    attribute("notice", "cause"),
    key=keys.MAILED.key,
    also={"expires_at": lambda mail: expiry(moment_of(mail.mail_id), NOTICES_KEPT_FOR)},
)


FORMS = by_kind(_ADDRESS, _MAIL, _WORDS, _REPLY, _NOTICE, _MAILED)
READERS = {
    keys.ADDRESS: _ADDRESS.read_at,
    keys.MAIL: _MAIL.read_at,
    keys.WORDS: _WORDS.read_at,
    keys.REPLY: _REPLY.read_at,
    keys.NOTICE: _NOTICE.read_at,
    keys.MAILED: _MAILED.read_at,
}
"""What reads a record, by its sort key."""
