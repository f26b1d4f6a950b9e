"""Deciding on what a mail comes to: the very rules of the web, all of a mail or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from licensing.domain.adjustments import (
    Action,
    Adjustment,
    AdjustmentRequest,
    Line,
    Status,
    cancel_adjustment,
    require_explanation,
    require_quantities,
)
from licensing.domain.changes import Change, Insert, Replace
from licensing.domain.clinics import Clinic
from licensing.domain.errors import InvalidRequestError, LicensingError, RefusedError
from licensing.domain.history import Step, adjustment_event, cancellation_event
from licensing.domain.in_words import listed
from licensing.domain.keys import ADJUSTMENT, adjustment_key
from licensing.domain.licenses import LicenseType
from licensing.domain.limits import MOST_CLINICS_IN_A_MAIL
from licensing.domain.mail_requests import Answerable
from licensing.domain.scheduled import decide_request
from licensing.domain.transfers import TransferRequest, transfer_licenses
from licensing.domain.users import Actor, User
from licensing.mail.outcomes.outcome import ClinicChange, LeftOpen, Outcome
from licensing.use_cases.access import Opened
from licensing.use_cases.ports import Store

CHANNEL = "email"
"""Stands in history and on adjustments for a request by mail."""

OFF, TOO_MANY = "email_requests_off", "too_many_clinics"
_ASKS = ("apply", "propose", "ask")
_OF_NO_REQUEST = ("no_request", "question", "retracted")
DONE_BEFORE = "already_undone"
_REFUSALS = (RefusedError, InvalidRequestError)
"""What the sender is told; a conflict is tried again."""


@dataclass(frozen=True, slots=True)
class Membership:
    """A clinic that the sender manages, and the sender there."""

    clinic: Clinic
    user: User

    @property
    def actor(self) -> Actor:
        """The sender as history names them."""
        return Actor(self.user.user_id, self.user.name, CHANNEL)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the vendor allows by mail."""

    accepting: bool
    """False while requests by mail are switched off for everybody."""
    most_quantity: int
    """The most licenses of one type that one request may add or release."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What a mail leads to: the outcome as it is told, and what is to be written for it."""

    outcome: Outcome
    changes: list[Change] = field(default_factory=list)
    applied: list[tuple[Clinic, Adjustment]] = field(default_factory=list)
    undone: list[tuple[Clinic, Adjustment]] = field(default_factory=list)
    advice: str | None = None
    """Why the rules refuse what was understood."""
    pending: LeftOpen | None = None
    """What the reply to the answer can accept, complete or take back."""


@dataclass(slots=True)
class _Done:
    """What was done in one clinic, each thing upon the one before, to be written at once."""

    membership: Membership
    steps: list[Step] = field(default_factory=list)

    @property
    def clinic(self) -> Clinic:
        """The clinic as it is after all that was done."""
        return self.steps[-1].clinic if self.steps else self.membership.clinic

    def written(self, store: Store, now: datetime) -> Sequence[Change]:
        """Return one change of the clinic, with a record of history for each thing done."""
        of = self.membership
        opened = Opened(store, of.clinic, of.actor, of.user)
        return opened.written_in_steps(self.steps, now=now)


def decide(
    store: Store,
    outcome: Outcome,
    memberships: Sequence[Membership],
    rules: Rules,
    replied_to: Answerable | None,
    now: datetime,
) -> Decision:
    """Return what the outcome leads to in the state that was read."""
    managed = {entry.clinic.clinic_id: entry for entry in memberships}
    closed = _closed_to(outcome, managed, rules)
    if closed:
        return _switched_off(outcome, closed, rules)
    if outcome.verdict in _ASKS and len(named(outcome)) > MOST_CLINICS_IN_A_MAIL:
        return Decision(Outcome("none", reason=TOO_MANY, fingerprint=outcome.fingerprint))
    match outcome.verdict:
        case "apply":
            # A transfer is made at once; for a later day it is a release and an addition then.
            later = any(change.effective_on is not None for change in outcome.changes)
            act = _transferred if outcome.transfer and not later else _applied
            return act(store, outcome, managed, rules, now)
        case "undo" if replied_to is not None:
            return _undone(store, outcome, managed, replied_to, rules, now)
        case "propose":
            return Decision(outcome, pending=_proposed(outcome))
        case "ask" if outcome.changes:
            # An UNDO that may not be its sender's: the same reply is to come again.
            return Decision(outcome, pending=LeftOpen("applied", outcome.changes))
        case "ask" if outcome.wishes:
            return Decision(
                outcome, pending=LeftOpen("asked", wishes=outcome.wishes, sure=outcome.sure)
            )
        case _:
            return Decision(outcome)


def _applied(
    store: Store,
    outcome: Outcome,
    managed: Mapping[str, Membership],
    rules: Rules,
    now: datetime,
) -> Decision:
    """Apply every line in pure code; one that is refused refuses them all."""
    decision = Decision(outcome, pending=LeftOpen("applied", outcome.changes))
    done: dict[str, _Done] = {}
    try:
        for change in outcome.changes:
            membership = _membership(managed, change.clinic_id)
            here = done.setdefault(change.clinic_id, _Done(membership))
            for request in _in_turn(change):
                require_quantities(request, rules.most_quantity)
                require_explanation(request)
                before = here.clinic
                after, adjustment = decide_request(before, request, actor=membership.actor, now=now)
                event = adjustment_event(before, after, adjustment)
                here.steps.append(Step(after, event, (Insert(adjustment),)))
                decision.applied.append((after, adjustment))
        for here in done.values():
            decision.changes.extend(here.written(store, now))
    except _REFUSALS as refused:
        return _refused(outcome, refused, _proposed(outcome))
    return decision


def _proposed(outcome: Outcome) -> LeftOpen:
    return LeftOpen("proposed", outcome.changes, transfer=outcome.transfer)


def _transferred(
    store: Store,
    outcome: Outcome,
    managed: Mapping[str, Membership],
    rules: Rules,
    now: datetime,
) -> Decision:
    """Apply a transfer: what the first change releases, the second one adds."""
    decision = Decision(outcome, pending=LeftOpen("applied", outcome.changes))
    given, _ = outcome.changes
    asked = AdjustmentRequest(given.lines, given.explanation)
    try:
        require_quantities(asked, rules.most_quantity)
        require_explanation(asked)
        source, target = (_membership(managed, change.clinic_id) for change in outcome.changes)
        quantities = {line.license_type: line.quantity for line in given.lines}
        transfer = transfer_licenses(
            source.clinic,
            target.clinic,
            TransferRequest(quantities, given.explanation or ""),
            actors=(source.actor, target.actor),
            now=now,
        )
        for membership, half in ((source, transfer.given), (target, transfer.taken)):
            decision.applied.append((half.clinic, half.adjustment))
            decision.changes.extend(_Done(membership, [*half.steps]).written(store, now))
    except _REFUSALS as refused:
        return _refused(outcome, refused, _proposed(outcome))
    return decision


def _in_turn(change: ClinicChange) -> list[AdjustmentRequest]:
    """Return the requests that make the change: a type that is released and added takes two.

    An adjustment names a type once. Released first, what is added again may be paid already.
    """
    total: dict[tuple[Action, LicenseType], int] = {}
    for line in change.lines:
        of = (line.action, line.license_type)
        total[of] = total.get(of, 0) + line.quantity
    lines = tuple(Line(action, kind, quantity) for (action, kind), quantity in total.items())
    if len({line.license_type for line in lines}) == len(lines):
        return [AdjustmentRequest(lines, change.explanation, effective_on=change.effective_on)]
    released = tuple(line for line in lines if line.delta < 0)
    added = tuple(line for line in lines if line.delta > 0)
    on = change.effective_on
    return [
        AdjustmentRequest(released, change.explanation, effective_on=on),
        AdjustmentRequest(added, effective_on=on),
    ]


def _undone(
    store: Store,
    outcome: Outcome,
    managed: Mapping[str, Membership],
    replied_to: Answerable,
    rules: Rules,
    now: datetime,
) -> Decision:
    """Cancel every adjustment that the mail led to, by the rules of a cancellation."""
    found = store.load(*(adjustment_key(*one) for one in replied_to.adjustments))
    undone_already = (Status.CANCELLED, Status.LAPSED)
    open_ones = [one for one in found if one is not None and one.status not in undone_already]
    undone = tuple(ClinicChange(one.clinic_id, one.lines, one.explanation) for one in open_ones)
    if not undone:
        why = next((one.lapsed_because for one in found if one and one.lapsed_because), None)
        return Decision(
            replace(outcome, verdict="none", changes=(), reason=DONE_BEFORE),
            advice=f"That change was not made: {why}" if why else None,
        )
    decision = Decision(replace(outcome, changes=undone))
    done: dict[str, _Done] = {}
    try:
        # The newest first: each was made upon those before it.
        for one in reversed(open_ones):
            membership = _membership(managed, one.clinic_id)
            if not _allowed(membership, rules):
                return _switched_off(outcome, [membership.clinic], rules)
            here = done.setdefault(one.clinic_id, _Done(membership))
            cancelled_already = {other.adjustment_id for _, other in decision.undone}
            key = adjustment_key(one.clinic_id, one.adjustment_id)
            later = (
                other
                for other in store.all(one.clinic_id, ADJUSTMENT, after=key.sort)
                if other.adjustment_id not in cancelled_already
            )
            before = here.clinic
            after, cancelled = cancel_adjustment(before, one, later=later, now=now)
            event = cancellation_event(before, after, one)
            here.steps.append(Step(after, event, (Replace(one, cancelled),)))
            decision.undone.append((after, cancelled))
        for here in done.values():
            decision.changes.extend(here.written(store, now))
    except _REFUSALS as refused:
        return _refused(outcome, refused, LeftOpen("applied", outcome.changes))
    return decision


def _membership(managed: Mapping[str, Membership], clinic_id: str) -> Membership:
    if clinic_id not in managed:
        raise RefusedError("not_a_user_manager", "You no longer manage that clinic.")
    return managed[clinic_id]


def _allowed(membership: Membership, rules: Rules) -> bool:
    return rules.accepting and membership.clinic.email_requests


def _closed_to(outcome: Outcome, managed: Mapping[str, Membership], rules: Rules) -> list[Clinic]:
    """Return which of the clinics take no requests by mail, if nothing can come of this one.

    To propose or to ask would promise what a YES cannot do. UNDO is judged by what it takes back.
    """
    about = named(outcome)
    asks = outcome.verdict in _ASKS
    if outcome.verdict == "undo" or not (asks or outcome.reason in _OF_NO_REQUEST):
        return []
    concerned = [managed[one] for one in sorted(about & managed.keys())] or [*managed.values()]
    closed = [of.clinic for of in concerned if not _allowed(of, rules)]
    return closed if about or len(closed) == len(concerned) else []


def named(outcome: Outcome) -> set[str]:
    """Return the clinics that a mail names."""
    wished = {wish.clinic_id for wish in outcome.wishes if wish.clinic_id}
    return {change.clinic_id for change in outcome.changes} | wished


def _switched_off(outcome: Outcome, closed: Sequence[Clinic], rules: Rules) -> Decision:
    where = listed(clinic.name for clinic in closed) if rules.accepting else "now"
    advice = f"Requests by email are switched off for {where}."
    return Decision(Outcome("none", reason=OFF, fingerprint=outcome.fingerprint), advice=advice)


def _refused(outcome: Outcome, refused: LicensingError, pending: LeftOpen) -> Decision:
    unchanged = Outcome("ask", reason=refused.code, fingerprint=outcome.fingerprint)
    return Decision(unchanged, advice=refused.detail, pending=pending)
