"""What is kept about mail, as plain attributes and back: addresses, claims, letters, replies."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from licensing.adapters.attributes import from_milliseconds, to_milliseconds
from licensing.domain.addresses import ADDRESSES_KEPT_FOR, AppliedRequest, MailAddress
from licensing.domain.clinic_mails import ClinicMail
from licensing.domain.ids import moment_of
from licensing.domain.keys import (
    ADDRESS,
    MAIL,
    MAILED,
    NOTICE,
    REPLY,
    WORDS,
    Key,
    address_key,
    clinic_mail_key,
    mail_key,
    notice_key,
    reply_key,
    words_key,
)
from licensing.domain.letter import Letter
from licensing.domain.mail_requests import (
    ANSWERS_KEPT_FOR,
    KEPT_FOR,
    WORDS_KEPT_FOR,
    Answerable,
    ClaimedWords,
    Delivery,
    MailRequest,
    Outgoing,
)
from licensing.domain.notices import NOTICES_KEPT_FOR, Kind, Notice, Said

Plain = dict[str, Any]
OfMail = MailAddress | MailRequest | ClaimedWords | Answerable | Notice | ClinicMail


def key_of(record: OfMail) -> Key[Any]:
    """Return the primary key of a record."""
    match record:
        case MailAddress():
            return address_key(record.address)
        case MailRequest():
            return mail_key(record.digest)
        case ClaimedWords():
            return words_key(record.digest)
        case Answerable():
            return reply_key(record.digest)
        case Notice():
            return notice_key(record.clinic_id, record.cause)
        case ClinicMail():
            return clinic_mail_key(record.clinic_id, record.mail_id)


def to_plain(record: OfMail) -> Plain:
    """Return the record's attributes, without its key."""
    match record:
        case MailAddress():
            return _write_address(record)
        case MailRequest():
            return _write_mail(record)
        case ClaimedWords():
            return {
                "received": to_milliseconds(record.received_at),
                "expires_at": _expiry(record.received_at, WORDS_KEPT_FOR),
            }
        case Answerable():
            return _write_answerable(record)
        case Notice():
            return _write_notice(record)
        case ClinicMail():
            return {
                "mail": record.digest,
                "notice": record.cause,
                "expires_at": _expiry(moment_of(record.mail_id), NOTICES_KEPT_FOR),
            }


def _write_address(address: MailAddress) -> Plain:
    suppressed = address.suppressed_at
    return {
        "suppressed_because": address.suppressed_because,
        "suppressed": None if suppressed is None else to_milliseconds(suppressed),
        "clinics": list(address.clinics) or None,
        "replied": [to_milliseconds(moment) for moment in address.replied_at] or None,
        "told": [to_milliseconds(moment) for moment in address.told_at] or None,
        "requests": [[of.words, to_milliseconds(of.arrived_at)] for of in address.requests] or None,
        "expires_at": _expiry_of(address),
        "version": address.version,
    }


def _expiry_of(address: MailAddress) -> int | None:
    """Return when nothing that is counted matters any more; a suppression is kept."""
    arrivals = (request.arrived_at for request in address.requests)
    counted = (*address.replied_at, *address.told_at, *arrivals)
    if not address.takes_mail or not counted:
        return None
    return _expiry(max(counted), ADDRESSES_KEPT_FOR)


def _read_address(key: Key[Any], item: Plain) -> MailAddress:
    return MailAddress(
        address=_name(key),
        suppressed_because=item.get("suppressed_because"),
        suppressed_at=from_milliseconds(item["suppressed"]) if "suppressed" in item else None,
        clinics=tuple(item.get("clinics", ())),
        replied_at=tuple(from_milliseconds(moment) for moment in item.get("replied", ())),
        told_at=tuple(from_milliseconds(moment) for moment in item.get("told", ())),
        requests=tuple(
            AppliedRequest(words, from_milliseconds(at)) for words, at in item.get("requests", ())
        ),
        version=item["version"],
    )


def _write_mail(mail: MailRequest) -> Plain:
    return {
        "sender_id": mail.sender_id,
        "received": to_milliseconds(mail.received_at),
        "object_key": mail.object_key,
        "verdicts": mail.verdicts,
        # Reasons are words of the mail; they stand on the adjustments that they are given for.
        "outcome": mail.outcome | {"explanation": None},
        "letters": _write_letters(mail.letters),
        "replied_to": mail.replied_to,
        # By this the night finds what could not be sent.
        "unsent": None if mail.is_settled else to_milliseconds(mail.received_at),
        "expires_at": _expiry(mail.received_at, KEPT_FOR),
        "version": mail.version,
    }


def _read_mail(key: Key[Any], item: Plain) -> MailRequest:
    return MailRequest(
        digest=_name(key),
        sender_id=item["sender_id"],
        received_at=from_milliseconds(item["received"]),
        object_key=item["object_key"],
        verdicts=item["verdicts"],
        outcome=item["outcome"],
        letters=_read_letters(item["letters"]),
        replied_to=item.get("replied_to"),
        version=item["version"],
    )


def _write_letters(letters: tuple[Outgoing, ...]) -> list[list[Any]]:
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


def _read_letters(letters: list[list[Any]]) -> tuple[Outgoing, ...]:
    return tuple(
        Outgoing(
            tuple(recipients), Letter(subject, text, html), headers, Delivery(delivery), *counted
        )
        for recipients, subject, text, html, headers, delivery, *counted in letters
    )


def _write_notice(notice: Notice) -> Plain:
    said = notice.said
    return {
        "kind": notice.kind,
        "written": to_milliseconds(notice.written_at),
        "said": said
        and [
            said.subject,
            said.opening,
            [list(fact) for fact in said.facts],
            said.closing,
            [list(link) for link in said.links],
        ],
        "addresses": list(notice.addresses) or None,
        "letters": None if notice.letters is None else _write_letters(notice.letters),
        # By this the night finds what was not sent.
        "unsent": None if notice.is_settled else to_milliseconds(notice.written_at),
        "expires_at": _expiry(notice.written_at, NOTICES_KEPT_FOR),
        "version": notice.version,
    }


def _read_notice(key: Key[Any], item: Plain) -> Notice:
    clinic_id, _, cause = _name(key).partition("#")
    return Notice(
        clinic_id=clinic_id,
        cause=cause,
        kind=Kind(item["kind"]),
        written_at=from_milliseconds(item["written"]),
        said=_read_said(item.get("said")),
        addresses=tuple(item.get("addresses", ())),
        letters=_read_letters(item["letters"]) if "letters" in item else None,
        version=item["version"],
    )


def _read_said(values: list[Any] | None) -> Said | None:
    if values is None:
        return None
    subject, opening, facts, closing, links = values
    return Said(
        subject,
        opening,
        tuple((name, value) for name, value in facts),
        closing,
        tuple((label, address) for label, address in links),
    )


def _write_answerable(answer: Answerable) -> Plain:
    return {
        "sender_id": answer.sender_id,
        "written": to_milliseconds(answer.written_at),
        "pending": answer.pending,
        "adjustments": [list(one) for one in answer.adjustments] or None,
        "used": answer.used or None,
        "expires_at": _expiry(answer.written_at, ANSWERS_KEPT_FOR),
        "version": answer.version,
    }


def _read_answerable(key: Key[Any], item: Plain) -> Answerable:
    return Answerable(
        digest=_name(key),
        sender_id=item["sender_id"],
        written_at=from_milliseconds(item["written"]),
        pending=item["pending"],
        adjustments=tuple(
            (clinic_id, adjustment_id) for clinic_id, adjustment_id in item.get("adjustments", ())
        ),
        used=item.get("used", False),
        version=item["version"],
    )


def _read_words(key: Key[Any], item: Plain) -> ClaimedWords:
    return ClaimedWords(_name(key), from_milliseconds(item["received"]))


def _read_clinic_mail(key: Key[Any], item: Plain) -> ClinicMail:
    mail_id = key.sort.removeprefix(MAILED)
    return ClinicMail(_name(key), mail_id, item.get("mail"), item.get("notice"))


def _name(key: Key[Any]) -> str:
    return key.partition.partition("#")[2]


def _expiry(moment: datetime, after: timedelta) -> int:
    return int((moment + after).timestamp())


READERS: dict[str, Callable[[Key[Any], Plain], OfMail]] = {
    ADDRESS: _read_address,
    MAIL: _read_mail,
    MAILED: _read_clinic_mail,
    WORDS: _read_words,
    REPLY: _read_answerable,
    NOTICE: _read_notice,
}
"""What reads a record, by its sort key."""
