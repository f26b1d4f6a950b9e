"""Acting on a mail: the very change that the web makes, once, with an answer.

The claim of the mail, every change that it asks for and the letters that follow are one
transaction. Each answer can be replied to at an address of its own, by one person and once.
"""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from licensing.domain.addresses import MailAddress
from licensing.domain.changes import Change, Insert, Replace
from licensing.domain.clinic_mails import ClinicMail
from licensing.domain.clinics import Clinic
from licensing.domain.ids import new_id
from licensing.domain.keys import Key, address_key, clinic_key, mail_key, reply_key, words_key
from licensing.domain.mail_requests import Answerable, ClaimedWords, MailRequest
from licensing.domain.outgoing import Outgoing, stand_in
from licensing.domain.users import Actor
from licensing.mail.doubts import Doubt
from licensing.mail.language.clinic_names import NamedClinic
from licensing.mail.outcomes.dates import dated
from licensing.mail.outcomes.outcome import LeftOpen, Outcome
from licensing.mail.reading.headers import header_fields
from licensing.mail.reading.trust import Trusted, judge_sender
from licensing.mail.understanding import understand, understand_reply
from licensing.use_cases.access import Opened
from licensing.use_cases.committing import until_committed
from licensing.use_cases.email_requests import email_letters
from licensing.use_cases.email_requests.email_answers import MailAnswer, answer_of, opened, sealed
from licensing.use_cases.email_requests.email_arrival import Mail, Received, hashed
from licensing.use_cases.email_requests.email_decisions import CHANNEL, Decision, decide, named
from licensing.use_cases.letters.email_delivery import deliver
from licensing.use_cases.letters.recipients import reachable_managers
from licensing.use_cases.ports import Postbox, Store

_DUPLICATE = Outcome("ignore", reason="duplicate")
_MOST_CONCERNED = 5
"""In the records of how many clinics a mail is listed that names none."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known when a mail is decided about."""

    memberships: list[Opened]
    """The clinics for which the sender's mails count."""
    unopened: list[Opened]
    """Those that others made the sender a User Manager of, and the sender has not opened."""
    address: MailAddress
    known: bool
    """Whether there is a record of the address yet."""
    replied_to: Answerable | None


def receive_email_request(
    store: Store, postbox: Postbox, received: Received, *, now: datetime
) -> MailAnswer:
    """Return what the mail was understood as and what was done.

    Raises DeliveryRefusedError if a reply surely did not go out; the function is then called
    again with the same mail, which changes nothing more.
    """
    fields = header_fields(received.raw)
    verdict = judge_sender(received.ses, fields, own_addresses=received.own_addresses)
    if not isinstance(verdict, Trusted):
        return answer_of(Outcome("ignore", reason=verdict.reason))
    incoming = Mail(received, fields, verdict, now)
    answer, mail = _attempt(store, incoming)
    replied = mail is not None and stand_in(verdict.address) in deliver(
        store, postbox, mail, now=now
    )
    if answer is not None:
        return answer
    told: Any = {**mail.outcome, "replied": replied} if mail else answer_of(_DUPLICATE)
    return told  # type: ignore[no-any-return]


@until_committed
def _attempt(store: Store, mail: Mail) -> tuple[MailAnswer | None, MailRequest | None]:
    """Act on the mail as things stand; return an answer that is final, and what is to be sent."""
    address = mail.sender.address
    before, known = store.load(mail_key(mail.digest), address_key(address))
    if before is not None:
        return answer_of(_DUPLICATE), before
    memberships, unopened = _managed_by(store, address, mail.now)
    if not (memberships or unopened):
        return answer_of(Outcome("ignore", reason="not_a_user_manager")), None
    copy, replied_to = _others(store, mail)
    if copy:
        return answer_of(_DUPLICATE), None
    found = Found(
        memberships, unopened, known or MailAddress(address), known is not None, replied_to
    )
    outcome, replied_to = _understood(mail, found)
    outcome = dated(outcome, mail.read, _today_at(memberships, mail.now))
    if outcome.verdict == "ignore":
        return answer_of(outcome), None
    heard = found.address.may_be_answered(mail.now, replying=replied_to is not None)
    if outcome.verdict in ("apply", "undo") and not heard:
        # Its sender would not hear of the change: the page is the way for now.
        outcome, replied_to = Outcome("none", reason="not_answerable"), None
    for membership in memberships:
        membership.up_to_date()
    decision = decide(store, outcome, memberships, mail.received.rules, replied_to, mail.now)
    request, changes = _written(store, mail, replace(found, replied_to=replied_to), decision)
    store.commit(changes)
    return None, request


def _today_at(memberships: Sequence[Opened], now: datetime) -> dict[str, date]:
    """Return which day it is in each clinic."""
    clinics = [of.clinic for of in memberships]
    return {one.clinic_id: one.moment(now).astimezone(one.zone).date() for one in clinics}


def _others(store: Store, mail: Mail) -> tuple[bool, Answerable | None]:
    """Return whether a copy of the mail was claimed, and the answer of ours that it replies to."""
    # Of what has neither, a key that nothing lies under: one round trip either way.
    copy, replied_to = store.load(
        words_key(mail.words or ""), reply_key(hashed(mail.token) if mail.token else "")
    )
    return copy is not None, replied_to


def _understood(mail: Mail, found: Found) -> tuple[Outcome, Answerable | None]:
    """Return what shall become of the mail, and the answer of ours whose reply it is."""
    if not found.memberships:
        return Outcome("none", reason=email_letters.NOT_OPENED), None
    named = [_named(of.clinic) for of in found.memberships]
    ours = found.replied_to
    if ours is not None and ours.sender_id in {of.actor.user_id for of in found.memberships}:
        outcome = understand_reply(mail.read, _what_was_asked(mail, ours), named)
        if outcome is not None:
            if not ours.is_open(mail.now):
                late = email_letters.USED if ours.used else email_letters.TOO_LATE
                return Outcome("none", reason=late), None
            return _unless_doubtful(outcome, mail.read.doubt), ours
    outcome = understand(mail.read, named)
    asked_before = found.address.has_just_asked(outcome.fingerprint, mail.arrived_at)
    if outcome.verdict == "apply" and asked_before:
        outcome = replace(outcome, verdict="propose", doubt=Doubt.ASKED_AGAIN)
    return outcome, None


def _named(clinic: Clinic) -> NamedClinic:
    purchased = {kind: license_.purchased for kind, license_ in clinic.licenses.items()}
    return NamedClinic(clinic.clinic_id, clinic.name, purchased)


def _unless_doubtful(outcome: Outcome, doubt: Doubt | None) -> Outcome:
    """A reply that may not be its sender's, or not from now, must be given once more."""
    if doubt is None:
        return outcome
    if outcome.verdict == "apply":
        return replace(outcome, verdict="propose", doubt=doubt)
    return replace(outcome, verdict="ask", doubt=doubt) if outcome.verdict == "undo" else outcome


def _written(
    store: Store, mail: Mail, found: Found, decision: Decision
) -> tuple[MailRequest, list[Change]]:
    """Return the claimed mail with its letters, and all that is committed with it."""
    outcome, page = decision.outcome, mail.received.page
    changes = list(decision.changes)
    letters: list[Outgoing] = []
    noted = found.address
    if noted.may_be_answered(mail.now, replying=found.replied_to is not None):
        reply_to, answerable = _reply_to(mail, found, decision)
        managed = [of.clinic for of in found.memberships]
        unopened = [of.clinic for of in found.unopened]
        noted = noted.with_reply(mail.now)
        last = not noted.may_be_answered(mail.now)
        at = email_letters.Addresses(page, noted.address, reply_to, last)
        letters.append(email_letters.reply(decision, managed, unopened, mail.fields, at))
        changes += answerable
    for clinic, adjustment in (*decision.applied, *decision.undone):
        others = reachable_managers(store, clinic, but=adjustment.requested_by.user_id)
        letters += email_letters.news(clinic, adjustment, others, page)
    if decision.applied and found.replied_to is None:
        noted = noted.with_request(outcome.fingerprint, mail.arrived_at)
    request = MailRequest(
        digest=mail.digest,
        sender_id=_sender_id(found),
        received_at=mail.now,
        object_key=mail.received.object_key,
        verdicts=mail.verdicts,
        outcome=dict(answer_of(outcome)),
        letters=tuple(letters),
        replied_to=found.replied_to.digest if found.replied_to else None,
    )
    changes.append(Insert(request))
    for clinic_id in _concerned(outcome, found) if letters else ():
        changes.append(Insert(ClinicMail(clinic_id, new_id(mail.now), digest=mail.digest)))
    if mail.words:
        changes.append(Insert(ClaimedWords(mail.words, mail.now)))
    if noted is not found.address:
        changes.append(Replace(found.address, noted) if found.known else Insert(noted))
    return request, changes


def _concerned(outcome: Outcome, found: Found) -> Iterable[str]:
    """Return the clinics that the mail names; if none, those of which it can be."""
    managed = [of.clinic.clinic_id for of in found.memberships or found.unopened]
    return sorted(named(outcome)) or managed[:_MOST_CONCERNED]


def _reply_to(mail: Mail, found: Found, decision: Decision) -> tuple[str, list[Change]]:
    """Return the address for a reply to the answer, and what is written so that it works."""
    own, pending, ours = mail.received.request_address, decision.pending, found.replied_to
    changes: list[Change] = []
    if pending is None or not own:
        if ours is not None and decision.undone:
            changes.append(Replace(ours, replace(ours, used=True)))
        return own, changes
    token = mail.token
    if ours is not None:
        again = decision.advice is not None or pending.kind == "applied"
        if again and _what_was_asked(mail, ours).kind == pending.kind:
            # Refused as things stand, or doubtful: the same reply may come again.
            return _labelled(own, token), changes
        changes.append(Replace(ours, replace(ours, used=True)))
    token = secrets.token_hex(16)
    answerable = Answerable(
        digest=hashed(token),
        sender_id=_sender_id(found),
        written_at=mail.now,
        pending=sealed(pending, token),
        adjustments=tuple((of.clinic_id, of.adjustment_id) for _, of in decision.applied),
    )
    return _labelled(own, token), [*changes, Insert(answerable)]


def _what_was_asked(mail: Mail, ours: Answerable) -> LeftOpen:
    """Return what an answer of ours was about; it was found by the token of the reply."""
    return opened(ours.pending, mail.token or "")


def _labelled(address: str, label: str | None) -> str:
    name, _, domain = address.rpartition("@")
    return f"{name}+{label}@{domain}" if label else address


def _sender_id(found: Found) -> str:
    return (*found.memberships, *found.unopened)[0].actor.user_id or ""


def _managed_by(store: Store, address: str, now: datetime) -> tuple[list[Opened], list[Opened]]:
    """Return the clinics of which the address is an active User Manager's, read consistently.

    Those that the person was added to by others, and has not opened yet, come apart.
    """
    users = sorted(store.memberships_of_address(address))
    keys: list[Key[Any]] = [*users, *(clinic_key(key.owner) for key in users)]
    found = store.load(*keys)
    opened: list[Opened] = []
    unopened: list[Opened] = []
    for user, clinic in zip(found[: len(users)], found[len(users) :], strict=True):
        if user is not None and clinic is not None and user.manages:
            actor = Actor(user.user_id, user.name, CHANNEL)
            (opened if user.joined else unopened).append(Opened(store, clinic, now, actor, user))
    return opened, unopened
