"""I4 and I7: what went out by mail, and what was started, each for one cause and once."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from tests.invariants.table import Partition, Plain, plain, record_of

CAUSES = (
    {"clinic_id", "adjustment_id", "claim", "to"},
    {"mail"},
    {"reconciliation"},
    {"clinic_id", "notice"},
    {"clinic_id", "added"},
)
"""The tags of a confirmation, a mailed request's letter, staff's mail of a night, a notice, and
the word to somebody who was added to one more clinic."""


def confirmations(clinics: dict[str, Partition], outbox: Sequence[Any]) -> Iterable[str]:
    """I4: one confirmation for each invoiced adjustment, to somebody of its clinic."""
    each = Counter(
        (mail.tags.get("clinic_id"), mail.tags.get("adjustment_id"), mail.tags["claim"], to)
        for mail in outbox
        if "claim" in mail.tags
        for to in mail.recipients
    )
    for (_, name, _, _), times in each.items():
        if times > 1:
            yield f"I4: somebody got the confirmation of {name} {times} times"
    # One sending may be to several, to each by a mail of its own.
    went_out = Counter((clinic_id, name) for clinic_id, name, _ in {about[:3] for about in each})
    for clinic_id, part in clinics.items():
        resends = Counter(
            record["subject"]
            for record in part.history.values()
            if record["action"] == "confirmation_requeued"
        )
        for name, adjustment in part.adjustments.items():
            sent = went_out.pop((clinic_id, name), 0)
            yield from _confirmed(name, adjustment, sent, resends[name])
    if went_out:
        yield f"I4: mails about adjustments that are not there: {dict(went_out)}"


def _confirmed(name: str, adjustment: Plain, sent: int, resends: int) -> Iterable[str]:
    state = adjustment["confirmation"]
    without = ("applied", "cancelled", "scheduled")
    if adjustment["status"] in without and (sent or state != "queued"):
        yield f"I4: {adjustment['status']} adjustment {name} has a confirmation"
    if sent > 1 + resends:
        yield f"I4: {sent} confirmations of {name} went out"
    if state == "queued" and sent > resends:
        yield f"I4: {name} is queued, and its mail went out already"
    if state == "sent" and sent == 0 and adjustment.get("settled_as") != "sent":
        yield f"I4: {name} counts as confirmed without a mail"
    lapsed = adjustment["status"] == "lapsed"
    if not lapsed and (state == "sent") != (adjustment["status"] == "confirmed"):
        yield f"I4: {name} is {adjustment['status']} with confirmation {state}"


def addressed(clinics: dict[str, Partition], outbox: Sequence[Any]) -> Iterable[str]:
    """I4: each mail has a cause that is known; confirmations stay within their clinic."""
    anybody = {address for part in clinics.values() for address in part.addresses}
    strangers: dict[str, set[str]] = {}
    for mail in outbox:
        if len(mail.recipients) != 1:
            yield f"I4: one mail went to {len(mail.recipients)}: {mail.tags}"
        if mail.tags.keys() not in CAUSES:
            yield f"I4: a mail went out that has no known cause: {mail.tags}"
        elif clinic_id := mail.tags.get("clinic_id"):
            part = clinics.get(clinic_id)
            others = set(mail.recipients) - (part.addresses if part else set())
            nobodys = strangers.setdefault(clinic_id, set())
            nobodys |= others - anybody
            # Nothing tells any more what addresses those had who were removed.
            if others & anybody or len(nobodys) > (part.removed if part else 0):
                yield f"I4: a mail left its clinic: {mail.tags}"


def started(clinics: dict[str, Partition], executions: Sequence[Any]) -> Iterable[str]:
    """I4: what leads to a confirmation was started for an adjustment, under its name."""
    for execution in executions:
        given = json.loads(execution.text)
        part = clinics.get(given["clinic_id"])
        if "cause" in given or _is_start(part, given):
            continue
        if part is None or given["adjustment_id"] not in part.adjustments:
            yield f"I4: an update was started for {given}, which is not there"
        elif not execution.name.startswith(given["adjustment_id"]):
            yield f"I4: the update of {given['adjustment_id']} is named {execution.name}"


def _is_start(part: Partition | None, given: Plain) -> bool:
    """Return whether it waits for the day of a user who needs no license to be added."""
    return (
        part is not None
        and "applies_at" in given
        and given["adjustment_id"] not in part.adjustments
    )


def replies(items: Iterable[Plain]) -> Iterable[str]:
    """I7: each answer of ours is acted upon once, by the person whom it went to."""
    acted: Counter[str] = Counter()
    answers: dict[str, Plain] = {}
    senders: dict[str, set[str]] = {}
    for item in items:
        kind, _, name = item["pk"]["S"].partition("#")
        if kind == "REPLY":
            answers[name] = record_of(item)
        elif kind == "MAIL" and "replied_to" in item:
            record = record_of(item)
            if record["outcome"]["lines"] or "undone" in record["outcome"]:
                acted[record["replied_to"]] += 1
                senders.setdefault(record["replied_to"], set()).add(record["sender_id"])
    for name, times in acted.items():
        answer = answers.get(name, {})
        if times > 1 or not answer.get("used") or senders[name] != {answer["sender_id"]}:
            yield f"I7: {times} replies to one answer had an effect, by {senders[name]}"


def notices(items: Iterable[Plain], outbox: Sequence[Any]) -> Iterable[str]:
    """I4: each notice goes to each of its recipients at most once, and to nobody else."""
    sent = Counter(
        (mail.tags["clinic_id"], mail.tags["notice"], _known(mail.recipients))
        for mail in outbox
        if "notice" in mail.tags
    )
    for item in items:
        if item["sk"]["S"] != "NOTICE":
            continue
        _, clinic_id, cause = item["pk"]["S"].split("#")
        for recipients, _, _, _, _, delivery, *_ in record_of(item).get("letters", ()):
            times = sent.pop((clinic_id, cause, _known(recipients)), 0)
            if times > 1 or (delivery == "sent") > times or (delivery == "queued" and times):
                yield f"I4: notice {cause} is {delivery}, and went out {times} times"
    if sent:
        yield f"I4: notices went out that nothing caused: {sorted(sent)}"


def listed(items: Iterable[Plain]) -> Iterable[str]:
    """I4: what a clinic's people were written stands in its list, once."""
    found: Counter[tuple[str, str]] = Counter()
    wanted: dict[str, set[str]] = {}
    for item in items:
        kind, _, name = item["pk"]["S"].partition("#")
        record = record_of(item)
        if item["sk"]["S"].startswith("MAILED#"):
            of = record.get("mail") or f"{name}#{record.get('notice')}"
            found[of, name] += 1
        elif kind in ("MAIL", "NOTICE") and record.get("letters"):
            wanted[name] = {name.partition("#")[0]} if kind == "NOTICE" else _named_by(record)
    for name in wanted.keys() | {of for of, _ in found}:
        lists = {clinic_id: times for (of, clinic_id), times in found.items() if of == name}
        expected = wanted.get(name, set()) or (lists.keys() if name in wanted else set())
        if not lists or lists != dict.fromkeys(expected, 1):
            yield f"I4: mail {name} is listed by {lists}, not by {expected}"


def _named_by(mail: Plain) -> set[str]:
    """Return the clinics that a mail's outcome names; a question may be about any."""
    outcome = mail.get("outcome") or {}
    told = [line for side in ("lines", "proposal", "undone") for line in outcome.get(side) or ()]
    return {clinic for of in (outcome, *told) if (clinic := of.get("clinic"))}


def _known(recipients: Iterable[str]) -> tuple[str, ...]:
    """Return what stands for addresses, as it is kept once a letter went out."""
    return tuple(
        hashlib.sha256(one.encode()).hexdigest()[:16] if "@" in one else one for one in recipients
    )


def mailed_requests(items: Iterable[Plain], outbox: Sequence[Any]) -> Iterable[str]:
    """I7: each mail is acted on and answered once; staff hear of a night once."""
    sent = Counter(
        (mail.tags["mail"], _known(mail.recipients)) for mail in outbox if "mail" in mail.tags
    )
    asked, done = 0, 0
    for item in items:
        kind, _, name = item["pk"]["S"].partition("#")
        if kind == "MAIL":
            record = record_of(item)
            asked += len(record["outcome"]["lines"])
            for recipients, *_, delivery in record["letters"]:
                each = [sent.pop((name, (recipient,)), 0) for recipient in _known(recipients)]
                times = max(each, default=0)
                if times > 1 or (delivery == "sent") > times or (delivery == "queued" and times):
                    yield f"I7: a letter is {delivery}, and went out {times} times"
        elif item["sk"]["S"].startswith("ADJUSTMENT#") and plain(item["by"])[2] == "email":
            done += len(item["lines"]["L"])
    nights = Counter(mail.tags.get("reconciliation") for mail in outbox)
    for night, times in nights.items():
        if night and times > 1:
            yield f"I7: staff heard {times} times of {night}"
    if asked != done:
        yield f"I7: mails asked for {asked} lines, and {done} were applied"
    if sent:
        yield f"I7: {len(sent)} letters went out that no mail caused"
