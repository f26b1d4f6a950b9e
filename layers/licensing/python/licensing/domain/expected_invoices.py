"""What must be on a clinic's invoices, computed again from its changes (I3).

Independent of the lines that a request priced: a change is walked through the periods by the
terms of each, as the headers of finalized invoices tell them. What comes out is compared with
what is there by sums of hashes, so that nothing has to be kept of a line; only of buckets that
differ are lines kept singly, in a second reading.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from licensing.domain.clinics import Clinic
from licensing.domain.facts import (
    CHARGE,
    CREDIT,
    RECURRING,
    AdjustmentFact,
    HeaderFact,
    LineFact,
    TermsFact,
)
from licensing.domain.ids import milliseconds, moment_at
from licensing.domain.invoices import CORRECTION
from licensing.domain.periods import BillingCalendar, Period, local_midnight

_BUCKETS = 64
_REGISTRATION = "REGISTRATION#"


class Month(NamedTuple):
    """A billing period with its edges in milliseconds."""

    invoice_id: str
    begins: int
    ends: int
    seconds: int
    period: Period


class Tally:
    """Expected lines against those that are there, as sums of hashes in buckets."""

    def __init__(self, watched: Collection[int]) -> None:
        """Keep the lines of the watched buckets singly."""
        self._watched = frozenset(watched)
        self._sums = [0] * _BUCKETS
        self.expected: dict[tuple[str, str], LineFact] = {}
        self.actual: dict[tuple[str, str], LineFact] = {}

    def expect(self, line: LineFact) -> None:
        """Count a line that must be there."""
        self._count(line, hash(line), self.expected)

    def find(self, line: LineFact) -> None:
        """Count a line that is there."""
        self._count(line, -hash(line), self.actual)

    def _count(self, line: LineFact, weight: int, kept: dict[tuple[str, str], LineFact]) -> None:
        bucket = hash(line.line_id) % _BUCKETS
        self._sums[bucket] += weight
        if bucket in self._watched:
            kept[line.invoice_id, line.line_id] = line

    @property
    def differing(self) -> frozenset[int]:
        """The buckets in which something is missing, too much or different."""
        return frozenset(bucket for bucket, left in enumerate(self._sums) if left)


class ExpectedInvoices:
    """Adds up what must be on the invoices of one clinic, and finds what is there.

    The order of adding matters: headers and lines, then adjustments from the oldest.
    """

    def __init__(
        self, clinic: Clinic, registered: Mapping[str, int] | None, watched: Collection[int]
    ) -> None:
        """Begin; ``registered`` are the counts at registration as history tells them."""
        self._clinic = clinic
        self._registered = registered
        self.tally = Tally(watched)
        self.months = _months(
            clinic.time_zone,
            clinic.billing_day,
            clinic.registered_at.astimezone(clinic.zone).date(),
            clinic.next_renewal,
        )
        self.headers: dict[str, HeaderFact] = {}
        self.cents: Counter[str] = Counter()
        self.lines: Counter[str] = Counter()
        self.standing: Counter[str] = Counter()
        """The sum of all changes that were not cancelled, by license type."""
        self._begins = [month.begins for month in self.months]
        self._registration: dict[str, LineFact] = {}
        self._billed: dict[str, Counter[str]] = defaultdict(Counter)
        self._maximum: dict[str, int] = {}
        self._maximum_of = -1
        self._added: Counter[str] = Counter()
        self._added_on: date | None = None

    @property
    def registered(self) -> Mapping[str, int]:
        """The licenses at registration."""
        if self._registered is not None:
            return self._registered
        return {kind: line.quantity for kind, line in self._registration.items()}

    @property
    def billed(self) -> Counter[str]:
        """The sum of all invoiced changes, by license type."""
        billed: Counter[str] = Counter()
        for deltas in self._billed.values():
            billed.update(deltas)
        return billed

    def month_of(self, moment: int) -> int:
        """Return the number of the period that contains the moment, the first being 0."""
        return bisect_right(self._begins, moment) - 1

    def find(self, line: LineFact) -> None:
        """Add a line that is there."""
        self.tally.find(line)
        if line.line_id.startswith(CORRECTION):
            # Nothing but itself tells of it, and the total of its invoice, which must count it.
            self._expect(line)
            return
        if line.line_id.startswith(_REGISTRATION):
            self._registration[line.license_type] = line

    def change(self, one: AdjustmentFact) -> int | None:
        """Add a change that stands, and return what its first lines cost.

        None where the terms of its period are unknown.
        """
        of_renewal = self._is_of_renewal(one)
        lines = self._renewal_lines(one) if of_renewal else self._first_lines(one)
        for kind, delta in one.deltas:
            self.standing[kind] += delta
        if one.status == "applied":
            return None if lines is None else sum(line.cents for line in lines)
        invoice_id = one.invoice_id or ""
        for kind, delta in one.deltas:
            self._billed[invoice_id][kind] += delta
        for line in lines or ():
            self._expect(line)
        self._expect_whole_periods(one, invoice_id)
        return 0

    def _is_of_renewal(self, one: AdjustmentFact) -> bool:
        """Return whether it is billed by the renewal that its moment begins with.

        What takes effect as a period begins is on that period's own invoice only if it was
        scheduled: an update renews what is due first.
        """
        number = bisect_left(self._begins, one.effective)
        if number < len(self.months):
            month = self.months[number]
            return (month.begins, month.invoice_id) == (one.effective, one.invoice_id)
        ends = self.months[-1].ends
        return (ends, self._clinic.upcoming_invoice_id) == (one.effective, one.invoice_id)

    def _renewal_lines(self, one: AdjustmentFact) -> list[LineFact]:
        """Return no lines, and note what the day added: the period begins and is billed with it."""
        period = self._clinic.billing_calendar.period_at(moment_at(one.effective))
        begun = one.effective < self.months[-1].ends
        number = self.month_of(one.effective)
        terms = self._terms(number) if begun else _coming_terms(self._clinic, period)
        if terms is not None:
            self._later(one, _month(period), terms)
        return []

    def close(self) -> list[LineFact]:
        """Add what registration and renewals bill; returns registration lines that are gone."""
        gone = self._expect_registration()
        self._expect_renewals()
        return gone

    def _first_lines(self, one: AdjustmentFact) -> list[LineFact] | None:
        """Return the lines of the period in which a change took effect."""
        if one.effective < self.months[-1].ends:
            number = self.month_of(one.effective)
            month, terms = self.months[number], self._terms(number)
        elif self._clinic.is_closed(moment_at(one.effective)):
            # The clinic ended with the last period that was billed: nothing is left to credit.
            return []
        else:
            # Not renewed yet, so nothing of it is on an invoice; its prices are those to come.
            period = self._clinic.billing_calendar.period_at(moment_at(one.effective))
            number, month = period.first.toordinal(), _month(period)
            terms = _coming_terms(self._clinic, period)
        charged = self._charged(number, one, terms.credit if terms else "prorated")
        if terms is None or any(kind not in terms.prices for kind, _ in one.deltas):
            return None
        later = self._later(one, month, terms)
        lines = []
        for position, (kind, delta) in enumerate(one.deltas):
            quantity, name = charged[position], f"{one.adjustment_id}#{position + 1}"
            share = _share(one.effective, month, terms.unit, -quantity, later[position])
            lines.append(
                _line(one.invoice_id or "", name, kind, delta, quantity, share, month, terms)
            )
        return lines

    def _charged(self, number: int, one: AdjustmentFact, credit: str) -> list[int]:
        """Return how many licenses a change is charged for, and keep the period's maximum.

        Both are counted from registration on: only their difference is asked for.
        """
        if number != self._maximum_of:
            self._maximum, self._maximum_of = dict(self.standing), number
        charged = []
        for kind, delta in one.deltas:
            before = self.standing[kind]
            maximum = self._maximum.get(kind, before)
            charged.append(delta if credit == "prorated" else max(0, before + delta - maximum))
            self._maximum[kind] = max(maximum, before + delta)
        return charged

    def _later(self, one: AdjustmentFact, month: Month, terms: TermsFact) -> list[int]:
        """Return how many released licenses count from the next day only; keep what the day added.

        By the day, what was added on a day is billed for that day, though it is released.
        """
        if terms.unit != "day":
            return [0] * len(one.deltas)
        today = moment_at(one.effective).astimezone(month.period.zone).date()
        if today != self._added_on:
            self._added, self._added_on = Counter(), today
        later = []
        for kind, delta in one.deltas:
            later.append(min(-delta, self._added[kind]))
            self._added[kind] = max(0, self._added[kind] + delta)
        return later

    def _expect_whole_periods(self, one: AdjustmentFact, invoice_id: str) -> None:
        """Expect the periods that were renewed before the change was on an invoice."""
        position = len(one.deltas)
        for number in range(self.month_of(one.effective) + 1, len(self.months)):
            month, terms = self.months[number], self._terms(number)
            if month.invoice_id >= invoice_id or terms is None:
                return
            for kind, delta in one.deltas:
                position += 1
                line_id = f"{one.adjustment_id}#{position}"
                self._expect(_whole_line(invoice_id, line_id, kind, delta, month, terms))

    def _expect_registration(self) -> list[LineFact]:
        month, terms = self.months[0], self._terms(0)
        if terms is None:
            return []
        registered_at = milliseconds(self._clinic.registered_at)
        share = _share(registered_at, month, terms.unit)
        gone = []
        for kind, quantity in self.registered.items():
            name = f"{_REGISTRATION}{kind}"
            line = _line(self._first_invoice_id, name, kind, 1, quantity, share, month, terms)
            if kind in self._registration:
                self._expect(line)
            elif quantity:
                gone.append(line)
        return gone

    def _expect_renewals(self) -> None:
        quantities = Counter(self.registered)
        invoices = sorted(self._billed)
        for number in range(1, len(self.months)):
            month, terms = self.months[number], self._terms(number)
            while invoices and invoices[0] <= month.invoice_id:
                for kind, delta in self._billed[invoices.pop(0)].items():
                    quantities[kind] += delta
            for kind, quantity in quantities.items():
                if terms is not None and quantity:
                    line_id = f"RECURRING#{kind}"
                    line = _whole_line(month.invoice_id, line_id, kind, quantity, month, terms)
                    self._expect(line._replace(kind=RECURRING) if quantity > 0 else line)

    def _expect(self, line: LineFact) -> None:
        self.tally.expect(line)
        self.cents[line.invoice_id] += line.cents
        self.lines[line.invoice_id] += 1

    def _terms(self, number: int) -> TermsFact | None:
        """Return what held in a period; None where its invoice is gone or damaged."""
        if number == 0:
            # What held before the first billing day is told by the first invoice.
            header = self.headers.get(self._first_invoice_id)
            return None if header is None else header.first_terms
        header = self.headers.get(self.months[number].invoice_id)
        return None if header is None else header.terms

    @property
    def _first_invoice_id(self) -> str:
        return self.months[1].invoice_id if self.months[1:] else self._clinic.upcoming_invoice_id


def _coming_terms(clinic: Clinic, period: Period) -> TermsFact:
    terms = clinic.terms_for(period)
    prices = {str(kind): cents for kind, cents in terms.unit_prices.items()}
    return TermsFact(prices, terms.proration_unit, terms.release_credit)


def _whole_line(
    invoice_id: str, line_id: str, kind: str, quantity: int, month: Month, terms: TermsFact
) -> LineFact:
    whole = month.period.days if terms.unit == "day" else month.seconds
    share = month.begins, whole, whole
    return _line(invoice_id, line_id, kind, quantity, quantity, share, month, terms)


def _line(
    invoice_id: str,
    line_id: str,
    kind: str,
    delta: int,
    quantity: int,
    share: tuple[int, int, int],
    month: Month,
    terms: TermsFact,
) -> LineFact:
    """Return the line of a change by ``delta``, of which the ``quantity`` is charged."""
    begins, numerator, denominator = share
    price = terms.prices.get(kind, 0)
    return LineFact(
        invoice_id,
        line_id,
        CHARGE if delta > 0 else CREDIT,
        kind,
        abs(quantity),
        price,
        begins,
        month.ends,
        numerator,
        denominator,
        _cents(quantity, price, numerator, denominator),
    )


def _share(
    moment: int, month: Month, unit: str, released: int = 0, later: int = 0
) -> tuple[int, int, int]:
    """Return from when a change counts, and the share of the period that is left then.

    Of what is ``released``, ``later`` counts from the next day.
    """
    if unit == "day":
        period = month.period
        today = moment_at(moment).astimezone(period.zone).date()
        if 0 < released == later:
            today += timedelta(days=1)
        begins = milliseconds(local_midnight(today, period.zone))
        left = (period.until - today).days
        if 0 < later < released:
            return begins, released * left - later, released * period.days
        return begins, left, period.days
    begins = moment // 1000 * 1000
    return begins, (month.ends - begins) // 1000, month.seconds


def _cents(quantity: int, price: int, numerator: int, denominator: int) -> int:
    """Return the amount rounded once, half away from zero."""
    exact = abs(quantity) * price * numerator
    rounded = (2 * exact + denominator) // (2 * denominator)
    return rounded if quantity >= 0 else -rounded


@lru_cache(maxsize=4096)
def _months(
    time_zone: str, billing_day: int, registered: date, next_renewal: date
) -> tuple[Month, ...]:
    """Return the period of registration and all renewed ones; many clinics share them."""
    calendar = BillingCalendar(billing_day, ZoneInfo(time_zone))
    months = [_month(calendar.period_on(registered))]
    while months[-1].period.until < next_renewal:
        months.append(_month(calendar.period_on(months[-1].period.until)))
    return tuple(months)


def _month(period: Period) -> Month:
    begins, ends = milliseconds(period.start), milliseconds(period.end)
    return Month(period.invoice_id, begins, ends, (ends - begins) // 1000, period)
