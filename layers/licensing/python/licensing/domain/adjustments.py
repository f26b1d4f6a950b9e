"""License adjustments: deciding on a request, a cancellation, and what each step changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Literal, NamedTuple, Self

from licensing.domain.billing import price_change, with_invoiced_changes
from licensing.domain.business_time import (
    CONFIRMATION_HOURS,
    INVOICE_UPDATE_HOURS,
    add_business_hours,
)
from licensing.domain.clinics import AddedToday, Clinic, OpenAdjustment, require_open, require_types
from licensing.domain.errors import InvalidRequestError, RefusedError
from licensing.domain.ids import new_id
from licensing.domain.in_words import listed
from licensing.domain.invoices import InvoiceLine, total
from licensing.domain.licenses import Counts, License, LicenseType, licenses_in_words
from licensing.domain.limits import LONGEST_EXPLANATION, SHORTEST_EXPLANATION
from licensing.domain.proration import ProrationUnit
from licensing.domain.users import Actor

PRICE_VALID_FOR = timedelta(minutes=15)
"""How long the prices of a preview can be accepted."""


class Action(StrEnum):
    """What a line does."""

    ADD = "add"
    REMOVE = "remove"


RENEWAL: Final = "renewal"
"""As the day of a change: the first day of the coming billing period."""

EffectiveOn = date | Literal["renewal"]
"""The day from which on a change is to hold."""


class Status(StrEnum):
    """How far an adjustment has come: applied → invoiced → confirmed, or cancelled.

    One for a later day is scheduled first, and lapses if it cannot be applied then.
    """

    SCHEDULED = "scheduled"
    APPLIED = "applied"
    INVOICED = "invoiced"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Confirmation(StrEnum):
    """How far the confirmation mail has come.

    ``unknown``: a sender stopped midway, and nobody can tell whether the mail went out.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"


class Line(NamedTuple):
    """One license type of a request, its quantity at least 1."""

    action: Action
    license_type: LicenseType
    quantity: int

    @classmethod
    def of(cls, license_type: LicenseType, delta: int) -> Self:
        """Return the line that changes the type by so many, below zero for a release."""
        return cls(Action.ADD if delta > 0 else Action.REMOVE, license_type, abs(delta))

    @property
    def delta(self) -> int:
        """The quantity with its sign."""
        return self.quantity if self.action is Action.ADD else -self.quantity

    @property
    def in_words(self) -> str:
        """Such as ``2 therapist licenses``."""
        return licenses_in_words(self.quantity, self.license_type)

    @property
    def done(self) -> str:
        """What becomes of them."""
        return "added" if self.action is Action.ADD else "released"


class AdjustmentRequest(NamedTuple):
    """What a User Manager asks for, by whichever channel."""

    lines: tuple[Line, ...]
    explanation: str | None = None
    priced_at: datetime | None = None
    """When the prices were previewed that the request accepts."""
    effective_on: EffectiveOn | None = None
    """From when on, if not at once; what is scheduled is priced when it is applied."""

    @property
    def types(self) -> dict[str, LicenseType]:
        """The license types by the fields that name them."""
        return {f"lines[{n}].license_type": line.license_type for n, line in enumerate(self.lines)}


class OtherHalf(NamedTuple):
    """The adjustment of another clinic with which this one makes a transfer of licenses."""

    clinic_id: str
    adjustment_id: str
    name: str
    """The other clinic's name at that time."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A change of a clinic's licenses, from the request to its confirmation."""

    adjustment_id: str
    clinic_id: str
    lines: tuple[Line, ...]
    explanation: str | None
    requested_by: Actor
    requested_at: datetime
    effective_at: datetime
    invoice_update_due_at: datetime
    confirmation_due_by: datetime
    licenses: dict[LicenseType, Counts]
    """As they were right after it."""
    priced: tuple[InvoiceLine, ...]
    """The invoice lines of the period in which the change took effect."""
    paid_maximum_before: dict[LicenseType, int]
    added_before: dict[LicenseType, int] = field(default_factory=dict)
    """What had been added on its day before it, where the clinic is billed by the day."""
    status: Status = Status.APPLIED
    confirmation: Confirmation = Confirmation.QUEUED
    invoice_id: str | None = None
    invoiced_at: datetime | None = None
    confirmed_at: datetime | None = None
    cancelled_at: datetime | None = None
    claim: str | None = None
    """Names the attempt that is sending the confirmation, or did last."""
    parked_reason: str | None = None
    bounced: bool = False
    """Whether the mail to who asked for it did not arrive, so that others are told."""
    came_back: tuple[str, ...] = ()
    """What stands for the addresses of others from which it came back as well."""
    settled_as: str | None = None
    """What staff last decided about an unknown confirmation: sent or resend."""
    applies_at: datetime | None = None
    """The start of the day for which it was scheduled; none where it held at once."""
    lapsed_because: str | None = None
    transfer: OtherHalf | None = None
    version: int = 1

    @property
    def is_open(self) -> bool:
        """Whether it waits for its invoice or for its confirmation."""
        return self.status in (Status.APPLIED, Status.INVOICED)

    @property
    def mail(self) -> Confirmation | None:
        """How far its mail has come; None of what was taken back, which has none."""
        return None if self.status is Status.CANCELLED else self.confirmation

    @property
    def has_changed_licenses(self) -> bool:
        """Whether the clinic's licenses are what they are with it."""
        return self.status in (Status.APPLIED, Status.INVOICED, Status.CONFIRMED)

    @property
    def deltas(self) -> dict[LicenseType, int]:
        """By how many each type changes; a type is in one line at most."""
        return {line.license_type: line.delta for line in self.lines}

    def cancelled(self, moment: datetime) -> Self:
        """Return it as taken back at the moment."""
        return replace(self, status=Status.CANCELLED, cancelled_at=moment)

    def mail_queued(self, *, bounced: bool = False) -> Self:
        """Return it with its mail yet to be sent, though one may have been before."""
        return replace(
            self._unconfirmed(Confirmation.QUEUED),
            claim=None,
            parked_reason=None,
            bounced=bounced,
            came_back=(),
        )

    def mail_parked(self, reason: str) -> Self:
        """Return it with a mail of which nobody can tell whether it reached anybody, and why."""
        return replace(self._unconfirmed(Confirmation.UNKNOWN), parked_reason=reason)

    def mail_sent(self, moment: datetime) -> Self:
        """Return it with its mail sent, which confirms it unless it lapsed."""
        lapsed = self.status is Status.LAPSED
        return replace(
            self,
            status=Status.LAPSED if lapsed else Status.CONFIRMED,
            confirmation=Confirmation.SENT,
            confirmed_at=moment,
            parked_reason=None,
        )

    def _unconfirmed(self, confirmation: Confirmation) -> Self:
        status = Status.INVOICED if self.status is Status.CONFIRMED else self.status
        return replace(self, status=status, confirmation=confirmation, confirmed_at=None)

    @property
    def transfer_in_words(self) -> str:
        """Such as ``to Lakeside Rehab``; empty where it is no half of a transfer."""
        if self.transfer is None:
            return ""
        releases = any(line.delta < 0 for line in self.lines)
        return f"{'to' if releases else 'from'} {self.transfer.name}"

    def monthly_cents(self, unit_prices: Mapping[LicenseType, int]) -> int:
        """Return by how much the clinic's month changes at the prices."""
        return sum(delta * unit_prices[kind] for kind, delta in self.deltas.items())

    @property
    def license_types(self) -> frozenset[LicenseType]:
        """The types whose licenses it changes."""
        return frozenset(line.license_type for line in self.lines)


def asked_in_words(lines: Iterable[Line]) -> str:
    """Return such as ``add 2 therapist licenses and release 1 billing license``."""
    verbs = {Action.ADD: "add", Action.REMOVE: "release"}
    return listed(f"{verbs[line.action]} {line.in_words}" for line in lines)


def done_in_words(lines: Iterable[Line]) -> str:
    """Return such as ``2 therapist licenses added and 1 billing license released``."""
    return listed(f"{line.in_words} {line.done}" for line in lines)


def planned_in_words(lines: Iterable[Line]) -> str:
    """Return such as ``2 therapist licenses to be added``, of what is scheduled."""
    return listed(f"{line.in_words} to be {line.done}" for line in lines)


def require_explanation(request: AdjustmentRequest) -> None:
    """Raise InvalidRequestError where licenses are released without an explanation.

    Also one that says too little or too much: what comes by mail was not looked at before.
    """
    said = len((request.explanation or "").strip())
    explained = SHORTEST_EXPLANATION <= said <= LONGEST_EXPLANATION
    if not explained and any(line.delta < 0 for line in request.lines):
        raise InvalidRequestError.at(
            "explanation",
            f"To release licenses, give a reason of {SHORTEST_EXPLANATION} to "
            f"{LONGEST_EXPLANATION} characters.",
        )


def require_quantities(request: AdjustmentRequest, most: int) -> None:
    """Raise InvalidRequestError if more licenses of a type are asked for than one request may."""
    if any(line.quantity > most for line in request.lines):
        raise InvalidRequestError(
            f"One request can add or release at most {most} licenses of a type. Ask for fewer."
        )


def request_adjustment(
    clinic: Clinic,
    request: AdjustmentRequest,
    *,
    actor: Actor,
    now: datetime,
    effective_at: datetime | None = None,
) -> tuple[Clinic, Adjustment]:
    """Decide on a request: the clinic with the licenses changed, and the adjustment.

    With ``effective_at`` it is the end of the clinic that asks. Raises InvalidRequestError for
    a type that the clinic does not have, RefusedError ``licenses_unavailable``,
    ``price_expired`` or ``clinic_closed``.
    """
    moment = clinic.moment(now)
    if effective_at is None:
        require_open(clinic, now)
        effective_at = _accepted_price(clinic, request, moment)
    require_types(clinic, request.types)
    return carry_out(
        clinic, new_adjustment(clinic, request, actor, moment, effective_at=effective_at), moment
    )


def new_adjustment(
    clinic: Clinic,
    request: AdjustmentRequest,
    actor: Actor,
    moment: datetime,
    *,
    effective_at: datetime,
    scheduled_as: str | None = None,
) -> Adjustment:
    """Return what was asked for at the moment, with nothing done yet.

    Its delays run from the request, or from the day for which it is scheduled under a name.
    """
    due, promised = delays(clinic, effective_at if scheduled_as else moment)
    return Adjustment(
        adjustment_id=scheduled_as or new_id(moment),
        clinic_id=clinic.clinic_id,
        lines=request.lines,
        explanation=request.explanation,
        requested_by=actor,
        requested_at=moment,
        effective_at=effective_at,
        invoice_update_due_at=due,
        confirmation_due_by=promised,
        licenses=clinic.counts,
        priced=(),
        paid_maximum_before={},
        applies_at=effective_at if scheduled_as else None,
    )


def carry_out(
    clinic: Clinic, adjustment: Adjustment, moment: datetime
) -> tuple[Clinic, Adjustment]:
    """Change the licenses and price it; raises RefusedError ``licenses_unavailable``.

    What is scheduled for a renewal is part of it: its period is billed by the new quantities, so
    that it has no lines of its own and is on that invoice at once.
    """
    period = clinic.billing_calendar.period_at(adjustment.effective_at)
    at_renewal = adjustment.applies_at == period.start
    before = clinic.in_period(period)
    after = before
    priced: list[InvoiceLine] = []
    for line in adjustment.lines:
        license = before.licenses[line.license_type]
        if -line.delta > license.available:
            raise RefusedError("licenses_unavailable", _cannot_release(line, license))
        if not at_renewal:
            priced.append(
                price_change(
                    before,
                    line.license_type,
                    line.delta,
                    effective_at=adjustment.effective_at,
                    line_id=f"{adjustment.adjustment_id}#{len(priced) + 1}",
                    adjustment_id=adjustment.adjustment_id,
                    explanation=adjustment.explanation,
                )
            )
        changed = license.plus(moment, purchased=line.delta)
        maximum = max(0 if at_renewal else license.paid_maximum, changed.purchased)
        after = after.with_license(line.license_type, changed._replace(paid_maximum=maximum))
    adjustment = replace(
        adjustment,
        licenses=after.counts,
        priced=tuple(priced),
        paid_maximum_before={
            line.license_type: before.licenses[line.license_type].paid_maximum
            for line in adjustment.lines
        },
        added_before=_added_before(before, adjustment.lines, adjustment.effective_at),
        status=Status.INVOICED if at_renewal else Status.APPLIED,
        invoice_id=period.invoice_id if at_renewal else None,
        invoiced_at=moment if at_renewal else None,
    )
    after = replace(after, added=_added_by(before, adjustment))
    if at_renewal:
        after = with_invoiced_changes(after, adjustment.deltas)
    entry = OpenAdjustment(
        adjustment.adjustment_id,
        at_renewal,
        adjustment.requested_at,
        adjustment.invoice_update_due_at,
    )
    after = replace(
        after.with_open_adjustment(entry).touched(moment),
        billing_changed_at=moment,
        uninvoiced_cents=after.uninvoiced_cents + total(priced),
    )
    return after, adjustment


def cancel_adjustment(
    clinic: Clinic, adjustment: Adjustment, *, later: Iterable[Adjustment], now: datetime
) -> tuple[Clinic, Adjustment]:
    """Decide on a cancellation; ``later`` are all adjustments requested after this one.

    Raises RefusedError ``already_invoiced``, ``later_adjustment`` or
    ``licenses_unavailable``.
    """
    require_open(clinic, now)
    if adjustment.status in (Status.INVOICED, Status.CONFIRMED):
        raise RefusedError(
            "already_invoiced",
            "This adjustment is already on the invoice. Request the reverse change instead.",
        )
    if adjustment.status is Status.SCHEDULED:
        return take_back_scheduled(clinic, adjustment, now=now)
    moment = clinic.moment(now)
    changed_types = adjustment.license_types
    for other in later:
        if other.has_changed_licenses and other.license_types & changed_types:
            raise RefusedError(
                "later_adjustment",
                f"A later request changed the same licenses ({done_in_words(other.lines)}). Cancel "
                "that one first, or request the reverse change instead.",
            )
    period = clinic.billing_calendar.period_at(moment)
    after = clinic.in_period(period)
    effective_period = clinic.billing_calendar.period_at(adjustment.effective_at)
    for line in adjustment.lines:
        license = after.licenses[line.license_type]
        if line.delta > license.available:
            raise RefusedError("licenses_unavailable", _cannot_take_back(line, license))
        changed = license.plus(moment, purchased=-line.delta)
        maximum = (
            adjustment.paid_maximum_before[line.license_type]
            if after.maximum_first == effective_period.first
            else changed.purchased
        )
        after = after.with_license(line.license_type, changed._replace(paid_maximum=maximum))
    after = replace(
        after.without_open_adjustment(adjustment.adjustment_id).touched(moment),
        added=_added_without(after, adjustment),
        billing_changed_at=moment,
        uninvoiced_cents=after.uninvoiced_cents - total(adjustment.priced),
    )
    return after, adjustment.cancelled(moment)


def take_back_scheduled(
    clinic: Clinic, scheduled: Adjustment, *, now: datetime
) -> tuple[Clinic, Adjustment]:
    """Take back what waits for its day, though it be one on which the clinic is closed."""
    moment = clinic.moment(now)
    after = clinic.without_scheduled(scheduled.adjustment_id).touched(moment)
    return after, scheduled.cancelled(moment)


def to_come_first(adjustment: Adjustment, older: Iterable[Adjustment]) -> list[Adjustment]:
    """Return those of the uninvoiced ``older`` that must be invoiced before, the oldest first.

    ``older`` begin with the newest. Each adjustment was priced upon those before it, so a type's
    changes are billed in the order of their requests.
    """
    types = adjustment.license_types
    found: list[Adjustment] = []
    for one in older:
        if one.license_types & types:
            types |= one.license_types
            found.append(one)
    return found[::-1]


def delays(clinic: Clinic, since: datetime) -> tuple[datetime, datetime]:
    """Return when the invoice is to be updated, and by when that is to be confirmed."""
    calendar, zone = clinic.calendar, clinic.zone
    return (
        add_business_hours(since, INVOICE_UPDATE_HOURS, calendar=calendar, zone=zone),
        add_business_hours(since, CONFIRMATION_HOURS, calendar=calendar, zone=zone),
    )


def _added_before(
    clinic: Clinic, lines: Iterable[Line], effective_at: datetime
) -> dict[LicenseType, int]:
    """Return what had been added on the day of the types that change, if days are billed."""
    terms = clinic.terms_for(clinic.billing_calendar.period_at(effective_at))
    if terms.proration_unit is not ProrationUnit.DAY:
        return {}
    added = clinic.added_on(effective_at.astimezone(clinic.zone).date())
    return {line.license_type: added.get(line.license_type, 0) for line in lines}


def _added_by(clinic: Clinic, adjustment: Adjustment) -> AddedToday | None:
    """Return what is added on its day once the adjustment is made."""
    if not adjustment.added_before:
        return None
    day = adjustment.effective_at.astimezone(clinic.zone).date()
    changed = {
        kind: max(0, before + adjustment.deltas[kind])
        for kind, before in adjustment.added_before.items()
    }
    return AddedToday(day, clinic.added_on(day) | changed)


def _added_without(clinic: Clinic, adjustment: Adjustment) -> AddedToday | None:
    """Return what is added on the clinic's day once the adjustment is taken back."""
    day = adjustment.effective_at.astimezone(clinic.zone).date()
    if clinic.added is None or clinic.added.day != day:
        return clinic.added
    return AddedToday(day, clinic.added.quantities | adjustment.added_before)


def _accepted_price(clinic: Clinic, request: AdjustmentRequest, moment: datetime) -> datetime:
    """Return the moment whose prices hold: the preview's if one was accepted."""
    priced_at = request.priced_at
    if priced_at is None:
        return moment
    calendar = clinic.billing_calendar
    # What is released must have been idle since then, or it would have been used for nothing.
    releases = any(line.delta < 0 for line in request.lines)
    changed_at = clinic.updated_at if releases else clinic.billing_changed_at
    expired = (
        priced_at > moment
        or moment - priced_at > PRICE_VALID_FOR
        or priced_at <= changed_at
        # Its renewal may be late, but another period has begun.
        or calendar.period_at(priced_at) != calendar.period_at(moment)
    )
    if expired:
        raise RefusedError(
            "price_expired",
            "The prices of this preview have expired. They are good for 15 minutes, or until the "
            "clinic's licenses or billing change. Get a new preview.",
        )
    return priced_at


def _cannot_release(line: Line, license: License) -> str:
    if license.purchased < line.quantity:
        has, instead = "none", "Choose another license type"
        if license.purchased:
            has, instead = f"only {license.purchased}", "Release fewer"
        return f"You asked to release {line.in_words}, but the clinic has {has}. {instead}."
    free = line.quantity - license.available
    return (
        f"You asked to release {line.in_words}, but {license.available} "
        f"{'is' if license.available == 1 else 'are'} available. Release fewer, or make "
        f"{free} {line.license_type.label} user{'' if free == 1 else 's'} inactive first."
    )


def _cannot_take_back(line: Line, license: License) -> str:
    needed = line.quantity - license.available
    return (
        f"The added {line.license_type.label} licenses are already in use. Make {needed} "
        f"user{'' if needed == 1 else 's'} inactive first, then cancel."
    )
