"""A clinic: its settings, all license counters, and where its billing stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol, Self
from zoneinfo import ZoneInfo

from licensing.domain.business_time import Calendar
from licensing.domain.errors import FieldError, InvalidRequestError, RefusedError
from licensing.domain.ids import MILLISECOND, start_of_day_named_by
from licensing.domain.in_words import day_in_words, listed
from licensing.domain.invoices import Terms
from licensing.domain.licenses import Counts, License, LicenseType
from licensing.domain.periods import BillingCalendar, Period
from licensing.domain.proration import ProrationUnit, ReleaseCredit
from licensing.domain.users import USER_MANAGER, User

NEWEST_OPEN = 10
"""How many open adjustments the clinic's record names; more are only counted."""

MOST_SCHEDULED = 10
"""How many changes may be scheduled at a time: the clinic's record names all of them."""

READABLE_FOR = timedelta(days=400)
"""How long its former User Managers can look at a clinic that has closed."""


class ComingTerms(NamedTuple):
    """Changed prices or rules, in force from the period that begins on ``first``."""

    first: date
    unit_prices: dict[LicenseType, int]
    proration_unit: ProrationUnit
    release_credit: ReleaseCredit
    announced_at: datetime


class AddedToday(NamedTuple):
    """What was added on a day of a clinic that is billed by the day, and not released since."""

    day: date
    quantities: dict[LicenseType, int]


class PeriodPeaks(NamedTuple):
    """The greatest counts of a period that has ended, until its renewal."""

    first: date
    peaks: dict[LicenseType, Counts]


class Member(Protocol):
    """Who has a standing in a clinic: a person, or a program of theirs."""

    @property
    def active(self) -> bool:
        """Whether it is good."""


class Closing(NamedTuple):
    """The end of a clinic."""

    day: date
    at: datetime
    """From when on nobody changes anything: the day's local midnight, or a moment of that day."""
    carried_out: bool = False
    """Whether all licenses are released, all users inactive, and the last invoice is final."""


class OpenAdjustment(NamedTuple):
    """An adjustment that is not yet confirmed, in short."""

    adjustment_id: str
    invoiced: bool
    requested_at: datetime
    invoice_update_due_at: datetime


class ScheduledChange(NamedTuple):
    """A change of licenses that waits for its day, in short.

    Its id is of that day and not of its request; those of one day follow by milliseconds.
    """

    adjustment_id: str
    """Or what stands in its place, where a user starts and no license has to be added."""
    deltas: dict[LicenseType, int]
    """By how much each type changes: not at all where a user only takes a license of it."""
    starts: str | None = None
    """The id of the user who becomes active then."""

    @property
    def changes_licenses(self) -> bool:
        """Whether there is an adjustment, and not only a user who starts."""
        return any(self.deltas.values())

    @property
    def starts_with(self) -> LicenseType:
        """The type of which the user takes a license, whether or not one is added."""
        return next(iter(self.deltas))

    @property
    def without_license(self) -> Self:
        """Return the start of the user alone: the license is added by now, or not at all."""
        return self._replace(deltas={self.starts_with: 0})

    @property
    def applies_at(self) -> datetime:
        """The start of its day."""
        return start_of_day_named_by(self.adjustment_id)


@dataclass(frozen=True, slots=True)
class Clinic:
    """One clinic. Every change within it replaces this record, so ``version`` orders them."""

    clinic_id: str
    name: str
    time_zone: str
    currency: str
    billing_day: int
    calendar: Calendar
    proration_unit: ProrationUnit
    release_credit: ReleaseCredit
    email_requests: bool
    licenses: dict[LicenseType, License]
    active_managers: int
    registered_at: datetime
    updated_at: datetime
    billing_changed_at: datetime
    """When an adjustment, a cancellation or a renewal last changed what will be billed."""
    next_renewal: date
    """The first day of the first period that no invoice has billed yet."""
    maximum_first: date
    """The first day of the period that each license's ``paid_maximum`` is of."""
    registration_digest: str
    added: AddedToday | None = None
    coming_terms: tuple[ComingTerms, ...] = ()
    open_adjustments: tuple[OpenAdjustment, ...] = ()
    open_count: int = 0
    uninvoiced_cents: int = 0
    """What the priced lines of applied adjustments add up to."""
    scheduled: tuple[ScheduledChange, ...] = ()
    """All changes that wait for their day, the earliest first."""
    few_levels: dict[LicenseType, tuple[int, ...]] = field(default_factory=dict)
    """At how many licenses left User Managers want to be told, each level once."""
    few_due: dict[LicenseType, tuple[int, int]] = field(default_factory=dict)
    """Of what they are yet to be told: how many were available before it, and after it."""
    past_peaks: tuple[PeriodPeaks, ...] = ()
    """While a renewal is late: what it will move to the invoice."""
    closing: Closing | None = None
    has_user_names: bool = False
    """Whether an identity provider ever called a user otherwise than by their address."""
    version: int = 1

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone, in which its days begin."""
        return ZoneInfo(self.time_zone)

    @property
    def billing_calendar(self) -> BillingCalendar:
        """The calendar of the clinic's billing periods."""
        return BillingCalendar(self.billing_day, self.zone)

    @property
    def coming_period(self) -> Period:
        """The first period that no invoice has billed yet."""
        return self.billing_calendar.period_on(self.next_renewal)

    @property
    def upcoming_invoice_id(self) -> str:
        """The one invoice that collects lines now."""
        return self.next_renewal.isoformat()[:7]

    @property
    def counts(self) -> dict[LicenseType, Counts]:
        """How many licenses of each type there are, and in use."""
        return {kind: Counts(of.purchased, of.in_use) for kind, of in self.licenses.items()}

    @property
    def has_closed(self) -> bool:
        """Whether the clinic's end was carried out."""
        return self.closing is not None and self.closing.carried_out

    def is_closed(self, now: datetime) -> bool:
        """Return whether the clinic's end has come, carried out or not yet."""
        return self.closing is not None and self.closing.at <= now

    def ends_before(self, period: Period) -> bool:
        """Return whether the clinic is closed when the period begins: it is not billed then."""
        return self.is_closed(period.start)

    def was_managed_by(self, member: object) -> bool:
        """Return whether this was a User Manager when the clinic closed.

        Nobody but the closing makes anybody inactive from then on.
        """
        return (
            self.closing is not None
            and isinstance(member, User)
            and USER_MANAGER in member.permissions
            and member.inactive_since is not None
            and member.inactive_since >= self.closing.at
        )

    def lets_look(self, member: Member, now: datetime) -> bool:
        """Return whether a member may look: active ones, and for a time the former managers."""
        if member.active and not self.has_closed:
            return True
        closing = self.closing
        return (
            closing is not None and now < closing.at + READABLE_FOR and self.was_managed_by(member)
        )

    def moment(self, now: datetime) -> datetime:
        """Return ``now`` in milliseconds, after every earlier change of this clinic.

        Clocks of two machines differ; a clinic's changes are ordered all the same.
        """
        truncated = now.replace(microsecond=now.microsecond // 1000 * 1000)
        return max(truncated, self.updated_at + MILLISECOND)

    def terms_for(self, period: Period) -> Terms:
        """Return the prices and rules of a period that is current or to come."""
        prices = {kind: license.unit_price_cents for kind, license in self.licenses.items()}
        unit, credit = self.proration_unit, self.release_credit
        for change in self.coming_terms:
            if change.first <= period.first:
                prices |= change.unit_prices
                unit, credit = change.proration_unit, change.release_credit
        return Terms(prices, unit, credit)

    def in_period(self, period: Period) -> Self:
        """Return the clinic with each ``paid_maximum`` being that of the period."""
        if self.maximum_first >= period.first:
            return self
        licenses = {
            kind: license._replace(paid_maximum=license.purchased)
            for kind, license in self.licenses.items()
        }
        return replace(self, licenses=licenses, maximum_first=period.first)

    def with_license(self, license_type: LicenseType, license: License) -> Self:
        """Return the clinic with the counts of one type replaced."""
        return replace(self, licenses={**self.licenses, license_type: license})

    def with_use(self, license_type: LicenseType, more: int, moment: datetime) -> Self:
        """Return the clinic with so many more licenses of a type in use, below zero for fewer."""
        license = self.licenses[license_type].plus(moment, in_use=more)
        return self.with_license(license_type, license).touched(moment)

    def with_types(self, prices: dict[LicenseType, int]) -> Self:
        """Return the clinic with none of each of these types, priced from now on, in their order.

        A type that the clinic has already stays as it is.
        """
        none = {kind: License(0, 0, 0, 0, cents, None) for kind, cents in prices.items()}
        known = none | self.licenses
        return replace(self, licenses={kind: known[kind] for kind in LicenseType if kind in known})

    def added_on(self, day: date) -> dict[LicenseType, int]:
        """Return how many licenses of each type were added on the day and not released since."""
        return self.added.quantities if self.added and self.added.day == day else {}

    def with_few_left_since(self, before: Self) -> Self:
        """Return the changed clinic with what is to be told of few licenses left.

        Only who crosses a level from above is told: once per crossing, however often the number
        changes below it. What was crossed before and is not told yet is told with it.
        """
        if not self.few_levels or self.is_closed(self.updated_at):
            return self
        crossed = dict(self.few_due)
        for kind, levels in self.few_levels.items():
            had, has = before.licenses.get(kind), self.licenses.get(kind)
            if had is None or has is None:
                continue
            if any(has.available <= level < had.available for level in levels):
                high, low = crossed.get(kind, (had.available, has.available))
                crossed[kind] = max(high, had.available), min(low, has.available)
        return self if crossed == self.few_due else replace(self, few_due=crossed)

    def touched(self, moment: datetime) -> Self:
        """Return the clinic as changed at the moment."""
        return replace(self, updated_at=moment)

    def with_scheduled(self, change: ScheduledChange) -> Self:
        """Return the clinic with one more change that waits for its day."""
        return replace(self, scheduled=tuple(sorted((*self.scheduled, change))))

    @property
    def scheduled_adjustments(self) -> list[str]:
        """The ids of all adjustments that wait for their day, the earliest first."""
        return [one.adjustment_id for one in self.scheduled if one.changes_licenses]

    def without_scheduled(self, adjustment_id: str) -> Self:
        """Return the clinic with one change of licenses less that waits for its day.

        A user who starts with it still does.
        """
        return self._rescheduled(
            one.without_license if one.adjustment_id == adjustment_id else one
            for one in self.scheduled
        )

    def without_start(self, change: ScheduledChange) -> Self:
        """Return the clinic with the start of a user no longer waiting for its day."""
        return self._rescheduled(one for one in self.scheduled if one != change)

    def without_first_day(self, user: User) -> Self:
        """Return the clinic with the user no longer waiting for their day.

        A license that is to be added for them still is.
        """
        if user.starts is None:
            return self
        return self._rescheduled(
            one._replace(starts=None) if one.adjustment_id == user.starts else one
            for one in self.scheduled
        )

    def first_day_of(self, user: User) -> date | None:
        """Return the day on which the user becomes active, if they wait for it."""
        return user.starts_at and user.starts_at.astimezone(self.zone).date()

    def with_first_day_of(self, user: User) -> Self:
        """Return the clinic with the user, if they wait, starting with a license of their type.

        One of another type that was to be added for them is not.
        """

        def of_type(one: ScheduledChange) -> ScheduledChange:
            stays = one.adjustment_id != user.starts or user.license_type in one.deltas
            return one if stays else one._replace(deltas={user.license_type: 0})

        return self._rescheduled(map(of_type, self.scheduled))

    def _rescheduled(self, changes: Iterable[ScheduledChange]) -> Self:
        """Return the clinic with these waiting, but for what comes to nothing."""
        left = tuple(one for one in changes if one.starts or one.changes_licenses)
        return replace(self, scheduled=left)

    def spoken_for(self, license_type: LicenseType) -> int:
        """Return how many licenses are scheduled to be released, or wait for who starts."""
        waiting = [change for change in self.scheduled if license_type in change.deltas]
        released = sum(max(0, -change.deltas[license_type]) for change in waiting)
        taken = sum(bool(one.starts) and not one.deltas[license_type] for one in waiting)
        return released + taken

    def spare(self, license_type: LicenseType) -> int:
        """Return how many available licenses nothing that is scheduled needs."""
        return max(0, self.licenses[license_type].available - self.spoken_for(license_type))

    def due_change(self, moment: datetime) -> ScheduledChange | None:
        """Return the change whose day came first, if that of any has come while it was open."""
        first = self.scheduled[0] if self.scheduled else None
        if first is None or self.is_closed(first.applies_at):
            return None
        return first if first.applies_at <= moment else None

    def with_open_adjustment(self, entry: OpenAdjustment) -> Self:
        """Return the clinic with one more open adjustment, the newest."""
        return replace(
            self,
            open_adjustments=(entry, *self.open_adjustments)[:NEWEST_OPEN],
            open_count=self.open_count + 1,
        )

    def with_adjustment_reopened(self, entry: OpenAdjustment) -> Self:
        """Return the clinic with an adjustment open again: its confirmation did not arrive.

        Those that the record does not name stay the oldest.
        """
        named = sorted([*self.open_adjustments, entry], reverse=True)
        if not self._all_named and named[-1] is entry:
            named.pop()
        return replace(
            self, open_adjustments=tuple(named[:NEWEST_OPEN]), open_count=self.open_count + 1
        )

    def with_adjustment_invoiced(self, adjustment_id: str) -> Self:
        """Return the clinic with this open adjustment shown as invoiced."""
        return replace(
            self,
            open_adjustments=tuple(
                entry._replace(invoiced=True) if entry.adjustment_id == adjustment_id else entry
                for entry in self.open_adjustments
            ),
        )

    def open_before(self, adjustment_id: str) -> int:
        """Return how many older ones are open, at most; 0 where all are known to be invoiced.

        The adjustment itself is open. Those that the record does not name are the oldest.
        """
        older = [entry for entry in self.open_adjustments if entry.adjustment_id < adjustment_id]
        if self._all_named and all(entry.invoiced for entry in older):
            return 0
        newer = [entry for entry in self.open_adjustments if entry.adjustment_id > adjustment_id]
        return self.open_count - len(newer) - 1

    def may_wait_since_before(self, moment: datetime) -> bool:
        """Return whether an adjustment of before the moment may still wait for its invoice."""
        return not self._all_named or any(entry.requested_at < moment for entry in self._waiting)

    def may_wait_until(self, moment: datetime) -> bool:
        """Return whether an adjustment may be due at the moment or later.

        Older ones can be due after younger ones: the calendar of business hours may have changed.
        """
        return not self._all_named or any(
            entry.invoice_update_due_at >= moment for entry in self._waiting
        )

    def waits_only_from(self, moment: datetime) -> bool:
        """Return whether all that waits for its invoice is due at the moment or later."""
        return self._all_named and all(
            entry.invoice_update_due_at >= moment for entry in self._waiting
        )

    @property
    def _all_named(self) -> bool:
        return self.open_count == len(self.open_adjustments)

    @property
    def _waiting(self) -> list[OpenAdjustment]:
        return [entry for entry in self.open_adjustments if not entry.invoiced]

    def without_open_adjustment(self, adjustment_id: str) -> Self:
        """Return the clinic with one open adjustment less."""
        return replace(
            self,
            open_adjustments=tuple(
                entry for entry in self.open_adjustments if entry.adjustment_id != adjustment_id
            ),
            open_count=self.open_count - 1,
        )


def require_open(clinic: Clinic, now: datetime) -> None:
    """Raise RefusedError ``clinic_closed`` if the clinic's end has come."""
    # Once it was carried out, whatever the clock says: the clinic's own may be ahead of it.
    if clinic.closing is not None and (clinic.has_closed or clinic.is_closed(now)):
        day = clinic.closing.day
        raise RefusedError(
            "clinic_closed",
            f"This clinic closed on {day_in_words(day)}, so nothing in it can be changed. You can "
            "still view it.",
        )


def require_types(clinic: Clinic, named: Mapping[str, LicenseType]) -> None:
    """Raise InvalidRequestError at each field that names a type which the clinic does not have."""
    has = listed(kind.label for kind in clinic.licenses)
    errors = tuple(
        FieldError(field, f"{clinic.name} has no {kind.label} licenses; it has {has} licenses.")
        for field, kind in named.items()
        if kind not in clinic.licenses
    )
    if errors:
        raise InvalidRequestError(errors[0].message, errors)


def require_open_until(clinic: Clinic, at: datetime, *, now: datetime) -> None:
    """Raise RefusedError ``clinic_closed`` if the clinic's end has come, or will have by then."""
    require_open(clinic, now)
    if clinic.closing is not None and clinic.is_closed(at):
        raise RefusedError(
            "clinic_closed",
            f"This clinic closes on {day_in_words(clinic.closing.day)}. Choose an earlier day.",
        )
