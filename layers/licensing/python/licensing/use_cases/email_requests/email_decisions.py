"""Deciding on what a mail comes to: the very rules of the web, all of a mail or nothing."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

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
from licensing.domain.errors import InvalidRequestError, RefusedError
from licensing.domain.history import Step, adjustment_event, cancellation_event
from licensing.domain.in_words import listed
from licensing.domain.keys import ADJUSTMENT
from licensing.domain.licenses import LicenseType
from licensing.domain.limits import MOST_CLINICS_IN_A_MAIL
from licensing.domain.mail_requests import Answerable
from licensing.domain.scheduled import decide_request
from licensing.domain.transfers import TransferRequest, transfer_licenses
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

    begun: Opened
    steps: list[Step] = field(default_factory=list)

    @property
    def clinic(self) -> Clinic:
        """The clinic as it is after all that was done."""
        return self.steps[-1].clinic if self.steps else self.begun.clinic


def decide(
    store: Store,
    outcome: Outcome,
    memberships: Sequence[Opened],
    rules: Rules,
    replied_to: Answerable | None,
    now: datetime,
) -> Decision:
    """Return what the outcome leads to in the state that was read."""
    managed = {entry.clinic.clinic_id: entry for entry in memberships}
    deciding = _Deciding(store, outcome, managed, rules, now)
    closed = deciding.closed()
    if closed:
        return deciding.switched_off(closed)
    if outcome.verdict in _ASKS and len(named(outcome)) > MOST_CLINICS_IN_A_MAIL:
        return Decision(Outcome("none", reason=TOO_MANY, fingerprint=outcome.fingerprint))
    proposed = LeftOpen("proposed", outcome.changes, transfer=outcome.transfer)
    done = LeftOpen("applied", outcome.changes)
    match outcome.verdict:
        case "apply":
            # A transfer is made at once; for a later day it is a release and an addition then.
            later = any(change.effective_on is not None for change in outcome.changes)
            act = deciding.transferred if outcome.transfer and not later else deciding.applied
            return _unless_refused(lambda: act(Decision(outcome, pending=done)), outcome, proposed)
        case "undo" if replied_to is not None:
            return _unless_refused(lambda: deciding.undone(replied_to), outcome, done)
        case "propose":
            return Decision(outcome, pending=proposed)
        case "ask" if outcome.changes:
            # An UNDO that may not be its sender's: the same reply is to come again.
            return Decision(outcome, pending=done)
        case "ask" if outcome.wishes:
            return Decision(
                outcome, pending=LeftOpen("asked", wishes=outcome.wishes, sure=outcome.sure)
            )
        case _:
            return Decision(outcome)


def _unless_refused(act: Callable[[], Decision], outcome: Outcome, pending: LeftOpen) -> Decision:
    """Return what is done; or that all of it is refused, and what may be replied then."""
    try:
        return act()
    except _REFUSALS as refused:
        unchanged = Outcome("ask", reason=refused.code, fingerprint=outcome.fingerprint)
        return Decision(unchanged, advice=refused.detail, pending=pending)


class _Deciding(NamedTuple):
    """An outcome, and the state in which it is decided upon."""

    store: Store
    outcome: Outcome
    managed: Mapping[str, Opened]
    rules: Rules
    now: datetime

    def applied(self, decision: Decision) -> Decision:
        """Apply every line in pure code; one that is refused refuses them all."""
        done: dict[str, _Done] = {}
        for change in self.outcome.changes:
            here = done.setdefault(change.clinic_id, _Done(self._membership(change.clinic_id)))
            for request in _in_turn(change):
                self._require_sense(request)
                before, actor = here.clinic, here.begun.actor
                after, adjustment = decide_request(before, request, actor=actor, now=self.now)
                event = adjustment_event(before, after, adjustment)
                here.steps.append(Step(after, event, (Insert(adjustment),)))
                decision.applied.append((after, adjustment))
        return self._with_changes(decision, done.values())

    def transferred(self, decision: Decision) -> Decision:
        """Apply a transfer: what the first change releases, the second one adds."""
        given, taken = self.outcome.changes
        self._require_sense(AdjustmentRequest(given.lines, given.explanation))
        source, target = self._membership(given.clinic_id), self._membership(taken.clinic_id)
        quantities = {line.license_type: line.quantity for line in given.lines}
        transfer = transfer_licenses(
            source.clinic,
            target.clinic,
            TransferRequest(quantities, given.explanation or ""),
            actors=(source.actor, target.actor),
            now=self.now,
        )
        both = [(source, transfer.given), (target, transfer.taken)]
        decision.applied.extend((half.clinic, half.adjustment) for _, half in both)
        return self._with_changes(decision, [_Done(of, [*half.steps]) for of, half in both])

    def undone(self, replied_to: Answerable) -> Decision:
        """Cancel every adjustment that the mail led to, by the rules of a cancellation."""
        found = self.store.load(*(ADJUSTMENT.key(*one) for one in replied_to.adjustments))
        undone_already = (Status.CANCELLED, Status.LAPSED)
        open_ones = [one for one in found if one is not None and one.status not in undone_already]
        undone = tuple(ClinicChange(one.clinic_id, one.lines, one.explanation) for one in open_ones)
        if not undone:
            why = next((one.lapsed_because for one in found if one and one.lapsed_because), None)
            return Decision(
                replace(self.outcome, verdict="none", changes=(), reason=DONE_BEFORE),
                advice=f"That change was not made: {why}" if why else None,
            )
        decision = Decision(replace(self.outcome, changes=undone))
        done: dict[str, _Done] = {}
        # The newest first: each was made upon those before it.
        for one in reversed(open_ones):
            membership = self._membership(one.clinic_id)
            if not self._allowed(membership):
                return self.switched_off([membership.clinic])
            here = done.setdefault(one.clinic_id, _Done(membership))
            before = here.clinic
            later = self._later(one, {other.adjustment_id for _, other in decision.undone})
            after, cancelled = cancel_adjustment(before, one, later=later, now=self.now)
            event = cancellation_event(before, after, one)
            here.steps.append(Step(after, event, (Replace(one, cancelled),)))
            decision.undone.append((after, cancelled))
        return self._with_changes(decision, done.values())

    def _later(self, one: Adjustment, cancelled_already: Collection[str]) -> Iterator[Adjustment]:
        key = ADJUSTMENT.key(one.clinic_id, one.adjustment_id)
        for other in self.store.all(one.clinic_id, ADJUSTMENT, after=key.sort):
            if other.adjustment_id not in cancelled_already:
                yield other

    def _with_changes(self, decision: Decision, done: Iterable[_Done]) -> Decision:
        for here in done:
            decision.changes.extend(here.begun.written_in_steps(here.steps))
        return decision

    def _require_sense(self, request: AdjustmentRequest) -> None:
        require_quantities(request, self.rules.most_quantity)
        require_explanation(request)

    def _membership(self, clinic_id: str) -> Opened:
        if clinic_id not in self.managed:
            raise RefusedError("not_a_user_manager", "You no longer manage that clinic.")
        return self.managed[clinic_id]

    def _allowed(self, membership: Opened) -> bool:
        return self.rules.accepting and membership.clinic.email_requests

    def closed(self) -> list[Clinic]:
        """Return which of the clinics take no requests by mail, if nothing can come of this one.

        To propose or to ask would promise what a YES cannot do. UNDO is judged by what it takes
        back.
        """
        outcome, about = self.outcome, named(self.outcome)
        asks = outcome.verdict in _ASKS
        if outcome.verdict == "undo" or not (asks or outcome.reason in _OF_NO_REQUEST):
            return []
        known = [self.managed[one] for one in sorted(about & self.managed.keys())]
        concerned = known or [*self.managed.values()]
        closed = [of.clinic for of in concerned if not self._allowed(of)]
        return closed if about or len(closed) == len(concerned) else []

    def switched_off(self, closed: Sequence[Clinic]) -> Decision:
        """Return that these take no requests by mail."""
        where = listed(clinic.name for clinic in closed) if self.rules.accepting else "now"
        return Decision(
            Outcome("none", reason=OFF, fingerprint=self.outcome.fingerprint),
            advice=f"Requests by email are switched off for {where}.",
        )


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


def named(outcome: Outcome) -> set[str]:
    """Return the clinics that a mail names."""
    wished = {wish.clinic_id for wish in outcome.wishes if wish.clinic_id}
    return {change.clinic_id for change in outcome.changes} | wished
