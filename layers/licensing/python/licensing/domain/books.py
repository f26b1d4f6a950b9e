"""The books of one clinic: whether its records add up (I1 to I4), and what is overdue.

Nothing is kept of a record but counts, sums and sums of hashes: a clinic with ten thousand
adjustments takes no more memory than one with ten.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from licensing.domain.clinics import Clinic
from licensing.domain.expected_invoices import ExpectedInvoices
from licensing.domain.facts import AdjustmentFact, HeaderFact, LineFact, UserFact
from licensing.domain.ids import milliseconds, moment_at, moment_of
from licensing.domain.in_words import local_time, price
from licensing.domain.reconciliation import NEXT_NIGHT, Finding, Invariant

GRACE = timedelta(hours=1)
"""How long after its time a workflow may still be at work by itself."""
MOST_TAKEN_BACK = 3
"""How often additions are taken back in a billing period before somebody should look."""
MOST_LICENSES_TAKEN_BACK = 50
"""How many added licenses are, however seldom: as many as one request may ask for."""

_FITTING = {
    "scheduled": {"queued"},
    "lapsed": {"queued", "sending", "unknown", "sent"},
    "applied": {"queued"},
    "cancelled": {"queued"},
    "invoiced": {"queued", "sending", "unknown"},
    "confirmed": {"sent"},
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a clinic's books say."""

    findings: list[Finding]
    differing: frozenset[int]
    """Buckets of invoice lines to watch: their lines are findings then."""
    restart: list[str]
    """Adjustments whose workflow has ended without having done its work."""
    verify: list[AdjustmentFact]
    """Adjustments whose workflow should be waiting."""
    overdue: int = 0
    """Adjustments whose confirmation should have been sent, and was not."""
    parked: int = 0
    """Adjustments of which nobody knows whether their confirmation was sent."""

    @property
    def is_clean(self) -> bool:
        """Whether everything adds up."""
        return not self.findings and not self.differing


class Books:
    """Adds up one clinic.

    The order of adding matters: invoices with their lines, then adjustments from the oldest.
    """

    def __init__(
        self,
        clinic: Clinic,
        *,
        at: datetime,
        since: datetime | None,
        registered: Mapping[str, int] | None = None,
        watched: Collection[int] = (),
    ) -> None:
        """Begin to judge for the moment ``at``; what came to an end counts if after ``since``.

        ``registered`` are the counts at registration as history tells them, otherwise the
        first invoice does.
        """
        self._clinic = clinic
        self._invoices = ExpectedInvoices(clinic, registered, watched)
        self._watching = bool(watched)
        self._at, self._since = milliseconds(at), 0 if since is None else milliseconds(since)
        self._late_since = milliseconds(at - GRACE)
        self._next_night = milliseconds(at + NEXT_NIGHT)
        self._findings: list[Finding] = []
        self._restart: list[str] = []
        self._verify: list[AdjustmentFact] = []
        self._active: Counter[str] = Counter()
        self._managers = 0
        self._waiting: list[tuple[str, str]] = []
        self._open = self._overdue = self._parked = 0
        self._scheduled: list[str] = []
        self._uninvoiced: int | None = 0
        self._taken_back: dict[int, tuple[int, int, int]] = {}
        self._added: Counter[tuple[int, str]] = Counter()

    def add_header(self, header: HeaderFact) -> None:
        self._invoices.headers[header.invoice_id] = header

    def add_line(self, line: LineFact) -> None:
        self._invoices.find(line)

    def add_user(self, user: UserFact) -> None:
        if user.active:
            self._active[user.license_type] += 1
            self._managers += user.manages
        if user.waits is not None:
            self._waiting.append(user.waits)

    def add_adjustment(self, one: AdjustmentFact) -> None:
        """Add an adjustment, newer than those before."""
        self._judge_confirmation(one)
        if one.status == "cancelled":
            # What was scheduled and taken back before its day was never there to be used.
            if one.cancelled is not None and one.cancelled >= one.effective:
                added = sum(delta for _, delta in one.deltas if delta > 0)
                self._note_taken_back(one.effective, added, one.cancelled)
            return
        if one.status == "scheduled":
            self._scheduled.append(one.adjustment_id)
        if one.status in ("scheduled", "lapsed"):
            return
        self._note_released(one)
        cents = self._invoices.change(one)
        if one.status == "applied":
            known = self._uninvoiced is not None and cents is not None
            self._uninvoiced = (self._uninvoiced or 0) + (cents or 0) if known else None
        if one.status != "confirmed":
            self._open += 1

    def _note_released(self, one: AdjustmentFact) -> None:
        """Note what was added in the period and is released in it."""
        month = self._invoices.month_of(one.effective)
        released = 0
        for kind, delta in one.deltas:
            again = max(0, min(self._added[month, kind], -delta))
            self._added[month, kind] += max(delta, -again)
            released += again
        self._note_taken_back(one.effective, released, one.effective)

    def _note_taken_back(self, effective: int, licenses: int, at: int) -> None:
        if licenses:
            month = self._invoices.month_of(effective)
            times, so_far, last = self._taken_back.get(month, (0, 0, 0))
            self._taken_back[month] = (times + 1, so_far + licenses, max(last, at))

    def close(self) -> Judgement:
        """Judge all that was added."""
        gone = self._invoices.close()
        for line in gone:
            self._line(f"{line.invoice_id}/{line.line_id}", line, None)
        self._judge_headers()
        self._judge_users()
        self._judge_quantities()
        self._judge_counts()
        self._judge_scheduled()
        self._judge_first_days()
        if not gone:
            self._judge_totals()
        self._judge_taken_back()
        if self._watching:
            self._judge_lines()
        return Judgement(
            self._findings,
            self._invoices.tally.differing,
            self._restart,
            self._verify,
            self._overdue,
            self._parked,
        )

    def _judge_headers(self) -> None:
        wanted = {month.invoice_id: "finalized" for month in self._invoices.months[1:]}
        last = "finalized" if self._clinic.has_closed else "upcoming"
        wanted[self._clinic.upcoming_invoice_id] = last
        headers = self._invoices.headers
        for invoice_id in sorted(wanted.keys() | headers.keys()):
            header = headers.get(invoice_id)
            status = "absent" if header is None else header.status
            if status == "finalized" and header is not None and header.terms is None:
                status = "finalized without its terms"
            expected = wanted.get(invoice_id, "absent")
            if status != expected:
                self._found(
                    Invariant.I3,
                    invoice_id,
                    f"invoice {expected}",
                    f"invoice {status}",
                    "The product never writes this. Restore the invoice from a backup of the "
                    "table.",
                )

    def _judge_totals(self) -> None:
        for header in self._invoices.headers.values():
            cents = self._invoices.cents[header.invoice_id]
            count = self._invoices.lines[header.invoice_id]
            if (header.total_cents, header.line_count) != (cents, count):
                self._found(
                    Invariant.I3,
                    header.invoice_id,
                    f"a total of {self._money(cents)} in {count} lines",
                    f"a total of {self._money(header.total_cents)} in {header.line_count} lines",
                    "The invoice's total is not what its lines must add up to. Correct it before "
                    "the clinic pays.",
                )

    def _judge_lines(self) -> None:
        expected, actual = self._invoices.tally.expected, self._invoices.tally.actual
        for key in sorted(expected.keys() | actual.keys()):
            if expected.get(key) != actual.get(key):
                self._line("/".join(key), expected.get(key), actual.get(key))

    def _line(self, subject: str, expected: LineFact | None, actual: LineFact | None) -> None:
        self._found(
            Invariant.I3,
            subject,
            str(expected or "no such line"),
            str(actual or "no such line"),
            "This invoice line doesn't match the clinic's changes and terms. Correct it on the "
            "next invoice, or restore the line from a backup of the table.",
        )

    def _judge_users(self) -> None:
        licenses = {str(kind): license for kind, license in self._clinic.licenses.items()}
        for kind in sorted(licenses.keys() | self._active.keys()):
            license = licenses.get(kind)
            in_use, purchased = (license.in_use, license.purchased) if license else (0, 0)
            if in_use != self._active[kind] or not 0 <= in_use <= purchased:
                self._found(
                    Invariant.I1,
                    kind,
                    f"{self._active[kind]} in use, as many as active users",
                    f"{in_use} in use of {purchased}",
                    "Compare the users with the clinic's history, and correct the count or the "
                    "user that history contradicts.",
                )
        if self._managers != self._clinic.active_managers:
            self._found(
                Invariant.I1,
                "user_managers",
                f"{self._managers} active User Managers",
                f"{self._clinic.active_managers} counted",
                "Compare the users with the clinic's history, and correct the count.",
            )

    def _judge_quantities(self) -> None:
        registered, billed = self._invoices.registered, self._invoices.billed
        for kind, license in self._clinic.licenses.items():
            wanted = registered.get(kind, 0) + self._invoices.standing[kind]
            if license.purchased != wanted:
                self._found(
                    Invariant.I2,
                    kind,
                    f"{wanted} purchased, by registration and adjustments",
                    f"{license.purchased} purchased",
                    "Compare the adjustments with the clinic's history, and agree with the clinic "
                    "on what is right. Nothing is corrected automatically.",
                )
            wanted = registered.get(kind, 0) + billed[kind]
            if license.invoiced != wanted:
                self._found(
                    Invariant.I3,
                    f"renewal/{kind}",
                    f"{wanted} billed at the next renewal",
                    f"{license.invoiced} billed at the next renewal",
                    "Correct the number before the next renewal bills it.",
                )

    def _judge_counts(self) -> None:
        if self._clinic.open_count != self._open:
            self._found(
                Invariant.I4,
                "open_adjustments",
                f"{self._open} adjustments wait for invoice or confirmation",
                f"{self._clinic.open_count} counted",
                "The clinic sees the wrong number of open adjustments. Correct the count.",
            )
        if self._uninvoiced is not None and self._clinic.uninvoiced_cents != self._uninvoiced:
            self._found(
                Invariant.I3,
                "uninvoiced",
                f"{self._money(self._uninvoiced)} wait for the invoice",
                f"{self._money(self._clinic.uninvoiced_cents)} counted",
                "Previews show the wrong total for the next invoice. Correct the sum.",
            )

    def _judge_scheduled(self) -> None:
        noted = self._clinic.scheduled_adjustments
        if noted != self._scheduled:
            self._found(
                Invariant.I2,
                "scheduled",
                f"{', '.join(self._scheduled) or 'nothing'} scheduled",
                f"{', '.join(noted) or 'nothing'} noted in the clinic's record",
                "A scheduled change that isn't in the clinic's record won't be made. Correct the "
                "record.",
            )

    def _judge_first_days(self) -> None:
        noted = [(one.adjustment_id, one.starts) for one in self._clinic.scheduled if one.starts]
        waiting = sorted(self._waiting)
        if noted != waiting:
            self._found(
                Invariant.I1,
                "first_days",
                f"{_by_day(waiting)} waiting for a first day",
                f"{_by_day(noted)} noted in the clinic's record",
                "A user who isn't in the clinic's record won't become active on the first day. "
                "Have the day planned again, or correct the record.",
            )

    def _judge_taken_back(self) -> None:
        for times, licenses, last in self._taken_back.values():
            too_much = times > MOST_TAKEN_BACK or licenses > MOST_LICENSES_TAKEN_BACK
            if too_much and last > self._since:
                self._found(
                    Invariant.CANCELLED_ADDITIONS,
                    f"{moment_at(last):%Y-%m-%d}",
                    f"at most {MOST_TAKEN_BACK} additions, and {MOST_LICENSES_TAKEN_BACK} added "
                    "licenses, canceled or released in the same billing period",
                    f"{times} time{'' if times == 1 else 's'}, {licenses} licenses in all",
                    "Licenses may have been used almost for free. Check the history and talk to "
                    "the clinic's User Managers.",
                )

    def _judge_confirmation(self, one: AdjustmentFact) -> None:
        if one.confirmation not in _FITTING.get(one.status, ()):
            self._found(
                Invariant.I4,
                one.adjustment_id,
                f"a confirmation that fits the status {one.status}",
                f"a confirmation that is {one.confirmation}",
                "Check the mail log for whether an email went out, then correct the adjustment.",
            )
        elif one.status in ("applied", "invoiced"):
            self._judge_open(one)
        elif one.status == "lapsed" and one.confirmation in ("queued", "sending", "unknown"):
            self._judge_untold(one)
        elif one.confirmed is not None and one.confirmed > max(one.promised, self._since):
            self._late(one, f"confirmed on {self._when(one.confirmed)}")

    def _judge_open(self, one: AdjustmentFact) -> None:
        if one.promised < self._at:
            self._overdue += 1
            self._late(one, f"{one.status} and not confirmed")
        if one.confirmation == "unknown":
            self._unknown(one)
        elif one.due <= self._late_since:
            self._restart.append(one.adjustment_id)
        elif (
            one.due <= self._next_night
            # Younger ones may still be on their way through the stream.
            and milliseconds(moment_of(one.adjustment_id)) <= self._late_since
        ):
            self._verify.append(one)

    def _judge_untold(self, one: AdjustmentFact) -> None:
        if one.confirmation == "unknown":
            self._unknown(one)
        elif one.effective <= self._late_since:
            self._restart.append(one.adjustment_id)

    def _unknown(self, one: AdjustmentFact) -> None:
        self._parked += 1
        self._found(
            Invariant.I4,
            one.adjustment_id,
            "a confirmation that was sent",
            "a confirmation that may not have been sent",
            "Check the mail log or ask the clinic. Then settle the confirmation as sent, or "
            "have it sent again.",
        )

    def _late(self, one: AdjustmentFact, actual: str) -> None:
        self._found(
            Invariant.DEADLINE,
            one.adjustment_id,
            f"confirmed by {self._when(one.promised)}",
            actual,
            "The invoice wasn't updated and confirmed within 24 business hours. Check the log of "
            "InvoiceUpdate for what held it up, and tell the clinic.",
        )

    def _when(self, at: int) -> str:
        return local_time(moment_at(at), self._clinic.zone)

    def _found(
        self, invariant: Invariant, subject: str, expected: str, actual: str, advice: str
    ) -> None:
        self._findings.append(
            Finding(self._clinic.clinic_id, invariant, subject, expected, actual, advice)
        )

    def _money(self, cents: int) -> str:
        return price(cents, self._clinic.currency)


def _by_day(first_days: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{user_id} ({name})" for name, user_id in first_days) or "nobody"
