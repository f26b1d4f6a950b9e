"""Acting on a mail: the very change that the web makes, once, with an answer.

The claim of the mail, every change that it asks for and the letters that follow are one
transaction. A mail that comes again finds its claim, changes nothing, and at most sends a
letter that surely has not gone out yet.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from licensing.domain.addresses import MailAddress
from licensing.domain.adjustments import (
    Adjustment,
    AdjustmentRequest,
    request_adjustment,
    require_explanation,
    require_quantities,
)
from licensing.domain.changes import Change, Insert, Replace
from licensing.domain.clinics import Clinic
from licensing.domain.errors import LicensingError
from licensing.domain.history import replace_clinic
from licensing.domain.keys import Key, address_key, clinic_key, mail_key
from licensing.domain.mail_requests import Delivery, MailRequest, Outgoing
from licensing.domain.users import Actor, User
from licensing.mail.clinic_names import Clinic as NamedClinic
from licensing.mail.headers import Field, header_fields
from licensing.mail.trust import Trusted, arrival, judge_sender
from licensing.mail.understanding import Answer, Outcome, asked_again, claim_key, understand
from licensing.use_cases import email_letters
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import DeliveryRefusedError, DeliveryUnknownError, Postbox, Store
from licensing.use_cases.reachable import reachable_managers
from licensing.use_cases.request_license_adjustment import adjustment_event

CHANNEL = "email"
"""Stands in history and on adjustments for a request by mail."""

LARGEST_READ = 5 * 1024 * 1024
"""Bytes of a mail that are read at the most; SES takes in eight times as many."""

VERDICTS = ("spf", "dkim", "dmarc", "spam", "virus")


@dataclass(frozen=True, slots=True)
class Received:
    """A mail as SES handed it over."""

    ses: Mapping[str, Any]
    raw: bytes
    whole: bool
    """False if only the beginning was read, since it is larger than any request."""
    object_key: str
    own_addresses: Collection[str]
    accepting: bool
    """False while requests by mail are switched off for everybody."""
    most_quantity: int
    """The most licenses of one type that one request may add or remove."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A clinic that the sender manages, and the sender there."""

    clinic: Clinic
    user: User


@dataclass(frozen=True, slots=True)
class Decision:
    """What a mail leads to: the outcome as it is told, and what is to be written for it."""

    outcome: Outcome
    changes: list[Change]
    adjustments: list[tuple[Clinic, Adjustment]]
    advice: str | None = None
    """Why the rules refuse a request that was understood."""


def receive_email_request(
    store: Store, postbox: Postbox, received: Received, *, now: datetime
) -> Answer:
    """Return what the mail was understood as and what was done.

    Raises DeliveryRefusedError if a reply surely did not go out; the function is then called
    again with the same mail, which changes nothing more.
    """
    fields = header_fields(received.raw)
    verdict = judge_sender(received.ses, fields, own_addresses=received.own_addresses)
    if not isinstance(verdict, Trusted):
        return Outcome("ignore", reason=verdict.reason).answer(replied=False)
    digest = claim_key(verdict.address, received.raw, fields)
    arrived = arrival(received.ses) or now

    def attempt() -> tuple[Answer | None, MailRequest | None]:
        mail, known = store.load(mail_key(digest), address_key(verdict.address))
        if mail is not None:
            return Outcome("ignore", reason="duplicate").answer(replied=False), mail
        memberships = _managed_by(store, verdict.address)
        named = [NamedClinic(entry.clinic.clinic_id, entry.clinic.name) for entry in memberships]
        outcome = understand(verdict, received.raw, named, fields=fields, whole=received.whole)
        if outcome.intent == "ignore":
            return outcome.answer(replied=False), None
        address = known or MailAddress(verdict.address)
        if outcome.changes and address.has_just_asked(outcome.words, arrived):
            outcome = asked_again(outcome, named)
        decision = _decide(memberships, outcome, received, now)
        mail = MailRequest(
            digest=digest,
            sender_id=memberships[0].user.user_id,
            received_at=now,
            object_key=received.object_key,
            verdicts=_verdicts(received.ses),
            outcome=dict(decision.outcome.answer(replied=False)),
            letters=_letters(store, decision, memberships, address, fields, now),
        )
        noted = address
        if mail.letters and mail.letters[0].recipients == (address.address,):
            noted = noted.with_reply(now)
        if decision.adjustments:
            noted = noted.with_request(outcome.words, arrived)
        changes: list[Change] = [*decision.changes, Insert(mail)]
        if noted is not address:
            changes.append(Insert(noted) if known is None else Replace(known, noted))
        store.commit(changes)
        return None, mail

    answer, mail = until_committed(attempt)()
    replied = mail is not None and verdict.address in deliver(store, postbox, mail)
    if answer is not None or mail is None:
        return answer or Outcome("ignore", reason="duplicate").answer(replied=False)
    told: Any = {**mail.outcome, "replied": replied}
    return told  # type: ignore[no-any-return]


def deliver(store: Store, postbox: Postbox, mail: MailRequest) -> set[str]:
    """Send the mail's letters that surely did not go out yet; return who was written to.

    Raises DeliveryRefusedError when all were tried and one surely did not go out.
    """
    key = mail_key(mail.digest)
    refused: DeliveryRefusedError | None = None
    for number in range(len(mail.letters)):
        if mail.letters[number].delivery is not Delivery.QUEUED:
            continue
        claimed = _claim(store, key, number)
        if claimed is None:
            continue
        letter = claimed.letters[number]
        try:
            postbox.send(
                letter.recipients, letter.letter, tags={"mail": mail.digest}, headers=letter.headers
            )
            delivery = Delivery.SENT
        except DeliveryUnknownError:
            delivery = Delivery.UNKNOWN
        except DeliveryRefusedError as error:
            refused, delivery = error, Delivery.QUEUED
        mail = _note(store, key, number, delivery)
    if refused is not None:
        raise refused
    return {
        recipient
        for letter in mail.letters
        if letter.delivery is Delivery.SENT
        for recipient in letter.recipients
    }


def _claim(store: Store, key: Key[MailRequest], number: int) -> MailRequest | None:
    """Return the mail with this letter ours to send; None if somebody else took it.

    A conflict alone proves nothing: DynamoDB also answers so when it is throttled.
    """

    def attempt() -> MailRequest | None:
        (mail,) = store.load(key)
        if mail is None or mail.letters[number].delivery is not Delivery.QUEUED:
            return None
        claimed = mail.with_delivery(number, Delivery.SENDING)
        store.commit([Replace(mail, claimed)])
        return replace(claimed, version=mail.version + 1)

    return until_committed(attempt)()


def _note(store: Store, key: Key[MailRequest], number: int, delivery: Delivery) -> MailRequest:
    def attempt() -> MailRequest:
        (mail,) = store.load(key)
        if mail is None:
            raise LookupError("a claimed mail is gone")
        after = mail.with_delivery(number, delivery)
        store.commit([Replace(mail, after)])
        return replace(after, version=mail.version + 1)

    return until_committed(attempt)()


def _managed_by(store: Store, address: str) -> list[Membership]:
    """Return the clinics of which the address is an active User Manager's, read consistently."""
    users = store.memberships_of_address(address)
    keys: list[Key[Any]] = [*users, *(clinic_key(_clinic_id(key)) for key in users)]
    found = store.load(*keys)
    memberships = []
    for user, clinic in zip(found[: len(users)], found[len(users) :], strict=True):
        if user is not None and clinic is not None and user.manages:
            memberships.append(Membership(clinic, user))
    return sorted(memberships, key=lambda entry: entry.clinic.clinic_id)


def _clinic_id(key: Key[Any]) -> str:
    return key.partition.partition("#")[2]


def _decide(
    memberships: Sequence[Membership], outcome: Outcome, received: Received, now: datetime
) -> Decision:
    """Apply every line in pure code; one that is refused refuses them all."""
    by_id = {entry.clinic.clinic_id: entry for entry in memberships}
    changes: list[Change] = []
    adjustments: list[tuple[Clinic, Adjustment]] = []
    try:
        for change in outcome.changes:
            membership = by_id[change.clinic_id]
            clinic, user = membership.clinic, membership.user
            if not (received.accepting and clinic.email_requests):
                off = Outcome("none", reason="email_requests_off", clinic_id=outcome.clinic_id)
                return Decision(off, [], [])
            request = AdjustmentRequest(change.lines, change.explanation)
            require_quantities(request, received.most_quantity)
            require_explanation(request)
            actor = Actor(user.user_id, user.name, CHANNEL)
            after, adjustment = request_adjustment(clinic, request, actor=actor, now=now)
            event = adjustment_event(clinic, after, adjustment)
            changes += [
                replace_clinic(clinic, after, event, actor=actor, now=now, relying_on=user),
                Insert(adjustment),
            ]
            adjustments.append((after, adjustment))
    except LicensingError as refused:
        unchanged = Outcome("ask_back", reason=refused.code, clinic_id=outcome.clinic_id)
        return Decision(unchanged, [], [], advice=refused.detail)
    return Decision(outcome, changes, adjustments)


def _letters(
    store: Store,
    decision: Decision,
    memberships: Sequence[Membership],
    address: MailAddress,
    fields: Sequence[Field],
    now: datetime,
) -> tuple[Outgoing, ...]:
    """Return the reply, unless the caps forbid it, and the news for the other managers."""
    letters: list[Outgoing] = []
    if address.may_be_answered(now):
        letters.append(
            email_letters.reply(
                decision.outcome,
                decision.adjustments,
                decision.advice,
                [entry.clinic for entry in memberships],
                fields,
                address.address,
            )
        )
    for clinic, adjustment in decision.adjustments:
        others = reachable_managers(store, clinic.clinic_id, but=adjustment.requested_by.user_id)
        if others:
            letters.append(email_letters.news(clinic, adjustment, tuple(others)))
    return tuple(letters)


def _verdicts(ses: Mapping[str, Any]) -> dict[str, str]:
    receipt = ses.get("receipt") or {}
    return {name: str((receipt.get(f"{name}Verdict") or {}).get("status", "")) for name in VERDICTS}
