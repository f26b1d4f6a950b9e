"""What is kept about mail, as plain attributes and back: addresses, claims, letters, replies."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from licensing.domain.addresses import AppliedRequest, MailAddress
from licensing.domain.keys import (
    ADDRESS,
    MAIL,
    REPLY,
    WORDS,
    Key,
    address_key,
    mail_key,
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

Plain = dict[str, Any]
OfMail = MailAddress | MailRequest | ClaimedWords | Answerable

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


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


def to_plain(record: OfMail) -> Plain:
    """Return the record's attributes, without its key."""
    match record:
        case MailAddress():
            return _write_address(record)
        case MailRequest():
            return _write_mail(record)
        case ClaimedWords():
            return {
                "received": _ms(record.received_at),
                "expires_at": _expiry(record.received_at, WORDS_KEPT_FOR),
            }
        case Answerable():
            return _write_answerable(record)


def _write_address(address: MailAddress) -> Plain:
    suppressed = address.suppressed_at
    return {
        "suppressed_because": address.suppressed_because,
        "suppressed": None if suppressed is None else _ms(suppressed),
        "clinics": list(address.clinics) or None,
        "replied": [_ms(moment) for moment in address.replied_at] or None,
        "told": [_ms(moment) for moment in address.told_at] or None,
        "requests": [[of.words, _ms(of.arrived_at)] for of in address.requests] or None,
        "version": address.version,
    }


def _read_address(key: Key[Any], item: Plain) -> MailAddress:
    return MailAddress(
        address=_name(key),
        suppressed_because=item.get("suppressed_because"),
        suppressed_at=_moment(item["suppressed"]) if "suppressed" in item else None,
        clinics=tuple(item.get("clinics", ())),
        replied_at=tuple(_moment(moment) for moment in item.get("replied", ())),
        told_at=tuple(_moment(moment) for moment in item.get("told", ())),
        requests=tuple(
            AppliedRequest(words, _moment(at)) for words, at in item.get("requests", ())
        ),
        version=item["version"],
    )


def _write_mail(mail: MailRequest) -> Plain:
    return {
        "sender_id": mail.sender_id,
        "received": _ms(mail.received_at),
        "object_key": mail.object_key,
        "verdicts": mail.verdicts,
        "outcome": mail.outcome,
        "letters": [
            [
                list(letter.recipients),
                letter.letter.subject,
                letter.letter.text,
                letter.letter.html,
                letter.headers,
                letter.delivery,
                *([True] if letter.uncounted else []),
            ]
            for letter in mail.letters
        ],
        "replied_to": mail.replied_to,
        "expires_at": _expiry(mail.received_at, KEPT_FOR),
        "version": mail.version,
    }


def _read_mail(key: Key[Any], item: Plain) -> MailRequest:
    return MailRequest(
        digest=_name(key),
        sender_id=item["sender_id"],
        received_at=_moment(item["received"]),
        object_key=item["object_key"],
        verdicts=item["verdicts"],
        outcome=item["outcome"],
        letters=tuple(
            Outgoing(
                tuple(recipients),
                Letter(subject, text, html),
                headers,
                Delivery(delivery),
                *counted,
            )
            for recipients, subject, text, html, headers, delivery, *counted in item["letters"]
        ),
        replied_to=item.get("replied_to"),
        version=item["version"],
    )


def _write_answerable(answer: Answerable) -> Plain:
    return {
        "sender_id": answer.sender_id,
        "written": _ms(answer.written_at),
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
        written_at=_moment(item["written"]),
        pending=item["pending"],
        adjustments=tuple(
            (clinic_id, adjustment_id) for clinic_id, adjustment_id in item.get("adjustments", ())
        ),
        used=item.get("used", False),
        version=item["version"],
    )


def _read_words(key: Key[Any], item: Plain) -> ClaimedWords:
    return ClaimedWords(_name(key), _moment(item["received"]))


def _name(key: Key[Any]) -> str:
    return key.partition.partition("#")[2]


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND


def _moment(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND


def _expiry(moment: datetime, after: timedelta) -> int:
    return int((moment + after).timestamp())


READERS: dict[str, Callable[[Key[Any], Plain], OfMail]] = {
    ADDRESS: _read_address,
    MAIL: _read_mail,
    WORDS: _read_words,
    REPLY: _read_answerable,
}
"""What reads a record, by its sort key."""
