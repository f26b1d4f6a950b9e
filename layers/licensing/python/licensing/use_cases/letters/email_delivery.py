"""Sending the letters of a mailed request or of a notice, each at most once."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from licensing.domain.addresses import MailAddress
from licensing.domain.changes import Change, Replace, written_over
from licensing.domain.keys import Key, address_key, mail_key, notice_key
from licensing.domain.mail_requests import MailRequest
from licensing.domain.notices import Notice
from licensing.domain.outgoing import Delivery, Outgoing
from licensing.use_cases.access import require_there
from licensing.use_cases.committing import until_committed
from licensing.use_cases.letters.recipients import send_each
from licensing.use_cases.ports import DeliveryRefusedError, DeliveryUnknownError, Postbox, Store

M = TypeVar("M", MailRequest, Notice)


def deliver(store: Store, postbox: Postbox, mail: MailRequest, *, now: datetime) -> set[str]:
    """Send the mail's letters that surely did not go out yet; return what stands for who got one.

    Raises DeliveryRefusedError when all were tried and one surely did not go out.
    """
    key = mail_key(mail.digest)
    return _deliver(store, postbox, key, mail, tags={"mail": mail.digest}, now=now)


def deliver_notice(store: Store, postbox: Postbox, notice: Notice, *, now: datetime) -> set[str]:
    """Send a notice's letters in the same way."""
    key = notice_key(notice.clinic_id, notice.cause)
    tags = {"clinic_id": notice.clinic_id, "notice": notice.cause}
    return _deliver(store, postbox, key, notice, tags=tags, now=now)


def _deliver(
    store: Store, postbox: Postbox, key: Key[M], mail: M, *, tags: Mapping[str, str], now: datetime
) -> set[str]:
    refused: DeliveryRefusedError | None = None
    for number, queued in enumerate(mail.letters or ()):
        if queued.delivery is Delivery.SENDING:
            # Whoever began to send it was cut off: nobody can tell whether it went out.
            mail = _note(store, key, number, Delivery.UNKNOWN)
        if queued.delivery is not Delivery.QUEUED:
            continue
        claimed = _claim(store, key, number, now)
        if claimed is None:
            continue
        letter = _letter(claimed, number)
        left: tuple[str, ...] = ()
        try:
            left = send_each(
                postbox, letter.recipients, letter.letter, tags=tags, headers=letter.headers
            )
            delivery = Delivery.SENT
        except DeliveryUnknownError:
            delivery = Delivery.UNKNOWN
        except DeliveryRefusedError as error:
            refused, delivery = error, Delivery.QUEUED
        if left:
            refused = DeliveryRefusedError("some of the recipients")
        mail = _note(store, key, number, delivery, left)
    if refused is not None:
        raise refused
    return {
        recipient
        for letter in mail.letters or ()
        if letter.delivery is Delivery.SENT
        for recipient in letter.recipients
    }


@until_committed
def give_up(store: Store, digest: str) -> None:
    """Leave unsent what of a mail's letters is open: neither words nor addresses are kept."""
    (mail,) = store.load(mail_key(digest))
    if mail is not None and not mail.is_settled:
        store.commit([Replace(mail, mail.given_up())])


def _letter(mail: MailRequest | Notice, number: int) -> Outgoing:
    return (mail.letters or ())[number]


def _with_letter(mail: M, number: int, letter: Outgoing) -> M:
    letters: tuple[Outgoing, ...] = mail.letters or ()
    return replace(mail, letters=(*letters[:number], letter, *letters[number + 1 :]))


@until_committed
def _claim(store: Store, key: Key[M], number: int, now: datetime) -> M | None:
    """Return the mail with this letter ours to send; None if it is not to be sent, or not by us.

    A conflict alone proves nothing: DynamoDB also answers so when it is throttled.
    """
    (mail,) = store.load(key)
    if mail is None or _letter(mail, number).delivery is not Delivery.QUEUED:
        return None
    letter = _letter(mail, number)
    counted: list[Change] = []
    if letter.uncounted:
        recipients, counted = _told(store, letter.recipients, now)
        letter = letter._replace(recipients=recipients, uncounted=False)
    delivery = Delivery.SENDING if letter.recipients else Delivery.DROPPED
    claimed = _with_letter(mail, number, letter.come_to(delivery))
    store.commit([Replace(mail, claimed), *counted])
    return replace(claimed, version=mail.version + 1) if letter.recipients else None


def _told(
    store: Store, recipients: tuple[str, ...], now: datetime
) -> tuple[tuple[str, ...], list[Change]]:
    """Return those who may be told today, and what counts that they were."""
    told: list[str] = []
    counted: list[Change] = []
    found = store.load(*(address_key(recipient) for recipient in recipients))
    for recipient, known in zip(recipients, found, strict=True):
        address = known or MailAddress(recipient)
        if address.may_be_told(now):
            told.append(recipient)
            counted.append(written_over(known, address.with_news(now)))
    return tuple(told), counted


@until_committed
def _note(
    store: Store, key: Key[M], number: int, delivery: Delivery, left: tuple[str, ...] = ()
) -> M:
    """Write how far the letter has come; to those who are left it is yet to be sent."""
    (mail,) = store.load(key)
    mail = require_there(mail, "a claimed mail")
    letter = _letter(mail, number)
    if left and letter.delivery is Delivery.SENDING:
        letter = letter._replace(recipients=left, delivery=Delivery.QUEUED)
    else:
        letter = letter.come_to(delivery)
    after = _with_letter(mail, number, letter)
    store.commit([Replace(mail, after)])
    return replace(after, version=mail.version + 1)
