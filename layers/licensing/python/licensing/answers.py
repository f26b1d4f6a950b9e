"""Domain objects as the plain data that callers get: the shapes of the HTTP contract."""

from datetime import UTC, date, datetime, tzinfo
from typing import TYPE_CHECKING, Annotated, Any, TypedDict, TypeVar, cast
from zoneinfo import ZoneInfo

from licensing.domain.adjustments import (
    Action,
    Adjustment,
    Confirmation,
    Status,
    asked_in_words,
    done_in_words,
    planned_in_words,
)
from licensing.domain.beside import Answer
from licensing.domain.business_time import Calendar
from licensing.domain.in_words import local_day, local_time
from licensing.domain.invoices import (
    AnyLine,
    Correction,
    Invoice,
    InvoiceStatus,
    LineKind,
    describe,
    shown,
    total,
)
from licensing.domain.licenses import Counts, License, LicenseType
from licensing.domain.periods import local_midnight
from licensing.domain.proration import ProrationUnit, ReleaseCredit

if TYPE_CHECKING:
    from licensing.domain.activation import Activation
    from licensing.domain.addresses import MailAddress
    from licensing.domain.beside import History
    from licensing.domain.clinic_words import ClinicWord
    from licensing.domain.clinics import Clinic
    from licensing.domain.keys import Page
    from licensing.domain.notice_settings import NoticeSettings
    from licensing.domain.previews import AtAGlance, CorrectedInvoice, InvoiceInDetail, Preview
    from licensing.domain.provisioning_tokens import ProvisioningToken
    from licensing.domain.reconciliation import Finding, NightlyFinding, Report
    from licensing.domain.transfers import Transfer
    from licensing.domain.users import User

Timestamp = Annotated[str, "date-time"]
Day = Annotated[str, "date"]
Shape = TypeVar("Shape")


class CountsAnswer(TypedDict):
    """The licenses of one type right after the change."""

    license_type: LicenseType
    purchased: int
    in_use: int
    available: int


class LicenseAnswer(CountsAnswer):
    """One license type in a license status."""

    unit_price_cents: int
    idle_monthly_cost_cents: int
    idle_since: Timestamp | None


class TotalsAnswer(TypedDict):
    """The sums over all license types."""

    purchased: int
    in_use: int
    available: int
    idle_monthly_cost_cents: int


class OpenAdjustmentAnswer(TypedDict):
    """An adjustment that is not confirmed yet, in short."""

    adjustment_id: str
    status: Status
    requested_at: Timestamp
    invoice_update_due_at: Timestamp


class OpenAdjustmentsAnswer(TypedDict):
    """How many adjustments are open, and the newest ten of them."""

    count: int
    newest: list[OpenAdjustmentAnswer]


class PriceAnswer(TypedDict):
    """The monthly price of one license type."""

    license_type: LicenseType
    unit_price_cents: int


class ComingTermsAnswer(TypedDict):
    """Prices and rules that were announced, and the day of the renewal from which they hold."""

    first_day: Day
    prices: list[PriceAnswer]
    proration_unit: ProrationUnit
    release_credit: ReleaseCredit


class ScheduledChangeAnswer(TypedDict):
    """What waits for its day: by how much each license type changes then, and who starts."""

    adjustment_id: str | None
    applies_at: Timestamp
    changes: list["QuantityChangeAnswer"]
    starts_user_id: str | None


class QuantityChangeAnswer(TypedDict):
    """By how many licenses a type changes: below zero for a release."""

    license_type: LicenseType
    change: int


class ClosureAnswer(TypedDict):
    """The end of a clinic: its day, and whether it was carried out."""

    closes_on: Day
    closed: bool


class LicenseStatusAnswer(TypedDict):
    """The licenses of a clinic, as of ``updated_at``, and the terms that it has them on."""

    clinic_id: str
    name: str
    currency: str
    time_zone: str
    billing_day: int
    calendar: Calendar
    proration_unit: ProrationUnit
    release_credit: ReleaseCredit
    email_requests: bool
    next_renewal: Day
    coming_terms: ComingTermsAnswer | None
    closure: ClosureAnswer | None
    updated_at: Timestamp
    licenses: list[LicenseAnswer]
    totals: TotalsAnswer
    open_adjustments: OpenAdjustmentsAnswer
    scheduled_adjustments: list[ScheduledChangeAnswer]


class LineAnswer(TypedDict):
    """One line of an adjustment."""

    action: Action
    license_type: LicenseType
    quantity: int


class PersonAnswer(TypedDict):
    """Somebody by id and name; the id is null for the system itself."""

    user_id: str | None
    name: str


class OtherHalfAnswer(TypedDict):
    """The other clinic's adjustment of a transfer."""

    clinic_id: str
    adjustment_id: str
    name: str


class AdjustmentAnswer(TypedDict):
    """A license adjustment; ``transfer`` names the other half if it is one of a transfer."""

    adjustment_id: str
    clinic_id: str
    status: Status
    confirmation: Confirmation
    channel: str
    lines: list[LineAnswer]
    explanation: str | None
    prorated_cents: int
    requested_by: PersonAnswer
    requested_at: Timestamp
    invoice_update_due_at: Timestamp
    confirmation_due_by: Timestamp
    invoiced_at: Timestamp | None
    confirmed_at: Timestamp | None
    cancelled_at: Timestamp | None
    applies_at: Timestamp | None
    lapsed_because: str | None
    message: str
    licenses: list[CountsAnswer]
    transfer: OtherHalfAnswer | None


class UserAnswer(TypedDict):
    """A user of a clinic."""

    user_id: str
    name: str
    email: str
    license_type: LicenseType
    active: bool
    permissions: list[str]
    active_since: Timestamp | None
    inactive_since: Timestamp | None
    starts_at: Timestamp | None
    etag: str


class ListedUserAnswer(UserAnswer):
    """A user in a list, and why their address gets no mail, if so: a bounce or a complaint."""

    mail_suppressed: str | None


class ActivationAnswer(TypedDict):
    """A user made active or inactive, the clinic's licenses, and the release if there was one."""

    user: UserAnswer
    licenses: list[LicenseAnswer]
    adjustment: AdjustmentAnswer | None


TransferAnswer = TypedDict(
    "TransferAnswer",
    {"from": AdjustmentAnswer, "to": AdjustmentAnswer, "moved_users": list[str]},
)
TransferAnswer.__doc__ = "Both adjustments of a transfer, and the ids of the users who moved."

BilledAnswer = TypedDict(
    "BilledAnswer",
    {
        "kind": LineKind,
        "license_type": LicenseType | None,
        "quantity": int,
        "unit_price_cents": int,
        "from": Timestamp,
        "to": Timestamp,
        "fraction": str,
        "amount_cents": int,
        "adjustment_id": str | None,
    },
)


class InvoiceLineAnswer(BilledAnswer):
    """One invoice line; amount = quantity * unit price * fraction, rounded."""

    explanation: str | None
    description: str


class PreviewAnswer(TypedDict):
    """What an adjustment would do, as of ``priced_at``."""

    licenses_before: list[LicenseAnswer]
    licenses_after: list[LicenseAnswer]
    invoice_lines: list[InvoiceLineAnswer]
    change_now_cents: int
    next_invoice_on: Day
    next_invoice_total_before_cents: int
    next_invoice_total_cents: int
    monthly_change_cents: int
    currency: str
    invoice_update_due_at: Timestamp
    confirmation_due_by: Timestamp
    priced_at: Timestamp
    applies_at: Timestamp | None
    would_lapse: str | None


TransferPreviewAnswer = TypedDict(
    "TransferPreviewAnswer", {"from": PreviewAnswer, "to": PreviewAnswer}
)
TransferPreviewAnswer.__doc__ = (
    "What a transfer would do in the clinic that gives and the other one."
)


class InvoiceAnswer(TypedDict):
    """An invoice without its lines; its period is the one that recurring lines pay for."""

    invoice_id: str
    status: InvoiceStatus
    currency: str
    period_start: Timestamp
    period_end: Timestamp
    total_cents: int
    finalized_at: Timestamp | None


class PendingAnswer(TypedDict):
    """A request whose lines are on no invoice yet; ``on_this_invoice`` where they are to come.

    Without an id it is what the clinic's planned end will release.
    """

    adjustment_id: str | None
    requested: list[LineAnswer]
    applies_at: Timestamp | None
    invoice_update_due_at: Timestamp
    on_this_invoice: bool
    lines: list[InvoiceLineAnswer]
    monthly_change_cents: int


class InvoiceWithLinesAnswer(InvoiceAnswer):
    """An invoice with the lines that explain it, and what an upcoming one is expected to be."""

    lines: list[InvoiceLineAnswer]
    pending: list[PendingAnswer]
    expected_total_cents: int


class CorrectionAnswer(TypedDict):
    """A correction that staff put on an invoice."""

    correction_id: str
    invoice_id: str
    amount_cents: int
    currency: str
    reason: str
    corrected_at: Timestamp


class ClinicAnswer(TypedDict):
    """A clinic's settings."""

    clinic_id: str
    name: str
    time_zone: str
    currency: str
    billing_day: int
    calendar: Calendar
    proration_unit: ProrationUnit
    release_credit: ReleaseCredit
    email_requests: bool
    registered_at: Timestamp
    next_renewal: Day
    licenses: list[LicenseAnswer]
    coming_prices: list[PriceAnswer]
    closure: ClosureAnswer | None


class TypeUsageAnswer(TypedDict):
    """One license type in one period; ``billed_cents`` is null where that was not counted yet."""

    license_type: LicenseType
    purchased_peak: int
    in_use_peak: int
    billed_cents: int | None


class PeriodUsageAnswer(TypedDict):
    """One billing period by its first day."""

    first_day: Day
    licenses: list[TypeUsageAnswer]


class AdviceAnswer(TypedDict):
    """Licenses that nobody used in so many whole periods, nor in the present one."""

    license_type: LicenseType
    unused: int
    in_use_peak: int
    periods: int
    monthly_saving_cents: int


class UsageAnswer(TypedDict):
    """The periods of which the usage is known, the present one last."""

    periods: list[PeriodUsageAnswer]
    advice: list[AdviceAnswer]


class FewLeftAnswer(TypedDict):
    """At how many licenses left of a type the caller is told."""

    license_type: LicenseType
    at: int


class NoticesAnswer(TypedDict):
    """Which emails the caller gets of a clinic without asking."""

    few_left: list[FewLeftAnswer]
    before_renewal: bool
    invoice_finalized: bool
    price_rise: bool


class MyClinicAnswer(TypedDict):
    """A clinic that the caller may look at, and what else they may do there."""

    clinic_id: str
    name: str
    permissions: list[str]
    closed: bool | None
    """None in what a search finds, which looks at names only."""


class HistoryAnswer(TypedDict):
    """One record of a clinic's history."""

    history_id: str
    at: Timestamp
    action: str
    channel: str
    actor: PersonAnswer
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    why: str | None


class ProvisioningTokenAnswer(TypedDict):
    """A provisioning token, without its text."""

    token_id: str
    name: str
    default_license_type: LicenseType
    created_at: Timestamp
    created_by: PersonAnswer
    last_used_at: Timestamp | None
    revoked_at: Timestamp | None


class NewProvisioningTokenAnswer(ProvisioningTokenAnswer):
    """A provisioning token with its text, which is told this once."""

    token: str


class ProvisioningTokensAnswer(TypedDict):
    """The clinic's tokens that are good, newest first."""

    provisioning_tokens: list[ProvisioningTokenAnswer]


class MailAddressAnswer(TypedDict):
    """A mail address, and whether mail may go there."""

    address: str
    takes_mail: bool


class MyClinicsPage(TypedDict):
    """Some of the clinics."""

    clinics: list[MyClinicAnswer]
    next_cursor: str | None


class ClinicLicensesAnswer(TypedDict):
    """One of my clinics in a row; the expected total is for its User Managers only."""

    clinic_id: str
    name: str
    currency: str
    permissions: list[str]
    purchased: int
    in_use: int
    available: int
    idle_monthly_cost_cents: int
    licenses: list[LicenseAnswer]
    next_renewal: Day | None
    """None where the clinic has closed."""
    closure: ClosureAnswer | None
    expected_total_cents: int | None
    open_adjustments: int
    scheduled_adjustments: int


class MoneyAnswer(TypedDict):
    """The sums of money in one currency; of the invoices those that the caller may see."""

    currency: str
    idle_monthly_cost_cents: int
    expected_total_cents: int | None


class ManyTotalsAnswer(TypedDict):
    """The sums over all clinics of an answer; money by currency."""

    clinics: int
    purchased: int
    in_use: int
    available: int
    open_adjustments: int
    scheduled_adjustments: int
    money: list[MoneyAnswer]


class MyLicensesPage(TypedDict):
    """Some of my clinics at a glance, and the sums over these."""

    clinics: list[ClinicLicensesAnswer]
    totals: ManyTotalsAnswer
    next_cursor: str | None


class AdjustmentsPage(TypedDict):
    """Some of the license adjustments, newest first."""

    license_adjustments: list[AdjustmentAnswer]
    next_cursor: str | None


class RemovedUserAnswer(TypedDict):
    """Who is no user any more."""

    user_id: str
    removed: bool


class UsersPage(TypedDict):
    """Some of the users."""

    users: list[ListedUserAnswer]
    next_cursor: str | None


class InvoicesPage(TypedDict):
    """Some of the invoices, newest first."""

    invoices: list[InvoiceAnswer]
    next_cursor: str | None


class HistoryPage(TypedDict):
    """Some of the history, newest first."""

    history: list[HistoryAnswer]
    next_cursor: str | None


class FindingAnswer(TypedDict):
    """Something that must not be so, and what staff can do about it."""

    clinic_id: str
    invariant: str
    subject: str
    expected: str
    actual: str
    advice: str


class ReconciliationAnswer(TypedDict):
    """One night's result, in short."""

    date: Day
    status: str
    clinics: int
    findings: int


class ReconciliationWithFindingsAnswer(TypedDict):
    """One night's result, with one page of its findings."""

    date: Day
    status: str
    clinics_checked: int
    finding_count: int
    overdue_confirmations: int
    repairs: int
    findings: list[FindingAnswer]
    next_cursor: str | None


class ReconciliationsPage(TypedDict):
    """One page of the nights, newest first."""

    reconciliations: list[ReconciliationAnswer]
    next_cursor: str | None


def timestamp(moment: datetime) -> str:
    """Return RFC 3339 in UTC; milliseconds only where there are some."""
    spec = "milliseconds" if moment.microsecond else "seconds"
    return moment.isoformat(timespec=spec).replace("+00:00", "Z")


def optional_timestamp(moment: datetime | None) -> str | None:
    """Return RFC 3339, or null for what has not happened."""
    return None if moment is None else timestamp(moment)


def filled(shape: type[Shape], of: object, **others: Any) -> Shape:
    """Return what a shape tells of a value: its attributes of the same names, and ``others``."""
    own = [name for name in shape.__annotations__ if name not in others]
    return cast("Shape", {name: _plain(getattr(of, name)) for name in own} | others)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return timestamp(value)
    return value.isoformat() if isinstance(value, date) else value


def licenses(clinic: "Clinic") -> list[LicenseAnswer]:
    """Return the counts, prices and idle costs per type."""
    return [
        filled(LicenseAnswer, license, license_type=kind)
        for kind, license in clinic.licenses.items()
    ]


def license_status(clinic: "Clinic") -> LicenseStatusAnswer:
    rows = licenses(clinic)
    return filled(
        LicenseStatusAnswer,
        clinic,
        coming_terms=_coming_terms(clinic),
        closure=_closure(clinic),
        licenses=rows,
        totals=_totals(rows),
        open_adjustments={
            "count": clinic.open_count,
            "newest": [
                filled(
                    OpenAdjustmentAnswer,
                    entry,
                    status=Status.INVOICED if entry.invoiced else Status.APPLIED,
                )
                for entry in clinic.open_adjustments
            ],
        },
        scheduled_adjustments=[
            filled(
                ScheduledChangeAnswer,
                one,
                adjustment_id=one.adjustment_id if one.changes_licenses else None,
                changes=[
                    {"license_type": kind, "change": delta}
                    for kind, delta in one.deltas.items()
                    if delta
                ],
                starts_user_id=one.starts,
            )
            for one in clinic.scheduled
        ],
    )


def clinic(of: "Clinic") -> ClinicAnswer:
    """Return a clinic's settings, and the prices that hold from the next renewal."""
    coming = of.terms_for(of.coming_period).unit_prices
    return filled(
        ClinicAnswer,
        of,
        licenses=licenses(of),
        coming_prices=_prices(coming),
        closure=_closure(of),
    )


def adjustment(of: Adjustment, zone: tzinfo = UTC) -> AdjustmentAnswer:
    """Return an adjustment, its message in the clinic's zone.

    Of what is canceled or invoiced the message names no times.
    """
    return filled(
        AdjustmentAnswer,
        of,
        channel=of.requested_by.channel,
        lines=lines(of),
        prorated_cents=total(of.priced),
        requested_by=filled(PersonAnswer, of.requested_by),
        message=_message(of, zone),
        licenses=[counted(kind, counts) for kind, counts in of.licenses.items()],
        transfer=of.transfer and filled(OtherHalfAnswer, of.transfer),
    )


def counted(kind: LicenseType, counts: Counts | License) -> CountsAnswer:
    return filled(CountsAnswer, counts, license_type=kind)


def lines(of: Adjustment) -> list[LineAnswer]:
    """Return what an adjustment adds and releases."""
    return [filled(LineAnswer, line) for line in of.lines]


def user(of: "User") -> UserAnswer:
    return filled(UserAnswer, of, permissions=list(of.permissions), etag=f'"{of.version}"')


def invoice_line(line: AnyLine, currency: str, zone: ZoneInfo) -> InvoiceLineAnswer:
    """Return an invoice line with its arithmetic and one sentence about it."""
    if isinstance(line, Correction):
        why, what = line.reason, "Correction by the vendor."
        return {**billed(line), "explanation": why, "description": what}
    what = describe(line, currency, zone)
    return {**billed(line), "explanation": line.explanation, "description": what}


def billed(line: AnyLine) -> BilledAnswer:
    """Return the arithmetic of an invoice line."""
    if isinstance(line, Correction):
        return {
            "kind": LineKind.CORRECTION,
            "license_type": None,
            "quantity": 1,
            "unit_price_cents": line.amount_cents,
            "from": timestamp(line.at),
            "to": timestamp(line.at),
            "fraction": "1/1",
            "amount_cents": line.amount_cents,
            "adjustment_id": None,
        }
    begins, ends = timestamp(line.share.begins), timestamp(line.share.ends)
    return filled(BilledAnswer, line, fraction=str(line.share), **{"from": begins, "to": ends})


def invoice(of: Invoice, zone: ZoneInfo) -> InvoiceAnswer:
    """Return an invoice's header; its period is the one that its recurring lines pay for."""
    return filled(
        InvoiceAnswer,
        of,
        period_start=timestamp(local_midnight(of.first, zone)),
        period_end=timestamp(local_midnight(of.until, zone)),
    )


def notices(of: "NoticeSettings") -> NoticesAnswer:
    levels = [
        {"license_type": kind, "at": of.few_left[kind]}
        for kind in LicenseType
        if kind in of.few_left
    ]
    return filled(NoticesAnswer, of, few_left=levels)


def my_clinics(
    page: "Page[tuple[Clinic, User | None]] | Page[tuple[Clinic | ClinicWord, User | None]]",
) -> MyClinicsPage:
    """Return clinics, a page of them by name, with what the caller may do beyond looking."""
    by_name = sorted(page.records, key=lambda of: (of[0].name.casefold(), of[0].clinic_id))
    return {
        "clinics": [
            {
                "clinic_id": clinic.clinic_id,
                "name": clinic.name,
                "permissions": ["staff"] if member is None else list(member.permissions),
                "closed": getattr(clinic, "has_closed", None),
            }
            for clinic, member in by_name
        ],
        "next_cursor": page.next_cursor,
    }


def my_licenses(page: "Page[AtAGlance]") -> MyLicensesPage:
    """Return a page of the caller's clinics at a glance, with their sums."""
    rows = [_at_a_glance(of) for of in page.records]
    return {
        "clinics": rows,
        "totals": {
            "clinics": len(rows),
            "purchased": sum(row["purchased"] for row in rows),
            "in_use": sum(row["in_use"] for row in rows),
            "available": sum(row["available"] for row in rows),
            "open_adjustments": sum(row["open_adjustments"] for row in rows),
            "scheduled_adjustments": sum(row["scheduled_adjustments"] for row in rows),
            "money": [
                _money(currency, [row for row in rows if row["currency"] == currency])
                for currency in sorted({row["currency"] for row in rows})
            ],
        },
        "next_cursor": page.next_cursor,
    }


def adjustments(clinic: "Clinic", page: "Page[Adjustment]") -> AdjustmentsPage:
    rows = [adjustment(record, clinic.zone) for record in page.records]
    return {"license_adjustments": rows, "next_cursor": page.next_cursor}


def users(page: "Page[tuple[User, MailAddress | None]]") -> UsersPage:
    rows: list[ListedUserAnswer] = [
        {**user(of), "mail_suppressed": known.suppressed_because if known else None}
        for of, known in page.records
    ]
    return {"users": rows, "next_cursor": page.next_cursor}


def invoices(clinic: "Clinic", page: "Page[Invoice]") -> InvoicesPage:
    rows = [invoice(record, clinic.zone) for record in page.records]
    return {"invoices": rows, "next_cursor": page.next_cursor}


def invoice_with_lines(of: "InvoiceInDetail") -> InvoiceWithLinesAnswer:
    """Return a clinic's invoice with the lines that explain it."""
    currency, zone = of.invoice.currency, of.clinic.zone
    return {
        **invoice(of.invoice, zone),
        "lines": [invoice_line(line, currency, zone) for line in shown(of.lines)],
        "pending": [
            {
                "adjustment_id": None if one.is_by_closing else one.adjustment.adjustment_id,
                "requested": lines(one.adjustment),
                "applies_at": optional_timestamp(one.adjustment.applies_at),
                "invoice_update_due_at": timestamp(one.adjustment.invoice_update_due_at),
                "on_this_invoice": one.on_this_invoice,
                "lines": [invoice_line(line, currency, zone) for line in shown(one.lines)],
                "monthly_change_cents": one.monthly_change_cents,
            }
            for one in of.pending
        ],
        "expected_total_cents": of.expected_cents,
    }


def histories(page: "Page[History]") -> HistoryPage:
    rows = [history(record) for record in page.records]
    return {"history": rows, "next_cursor": page.next_cursor}


def adjustment_requested(of: "tuple[Clinic, Adjustment]") -> Answer:
    """Return the answer to the request of an adjustment, which is the one kept for repeats."""
    clinic, requested = of
    return Answer(201, {**adjustment(requested, clinic.zone)})


def licenses_transferred(of: "Transfer") -> Answer:
    """Return the answer to a transfer, which is the one kept for repeats."""
    body: TransferAnswer = {
        "from": adjustment(of.given.adjustment, of.given.clinic.zone),
        "to": adjustment(of.taken.adjustment, of.taken.clinic.zone),
        "moved_users": [one.user_id for one in of.moved],
    }
    return Answer(201, {**body})


def transfer_preview(of: "tuple[Preview, Preview]") -> TransferPreviewAnswer:
    given, taken = of
    return {"from": preview(given), "to": preview(taken)}


def invoice_corrected(of: "CorrectedInvoice") -> Answer:
    """Return the answer to a correction, which is the one kept for repeats."""
    body = filled(
        CorrectionAnswer,
        of.correction,
        invoice_id=of.invoice.invoice_id,
        currency=of.invoice.currency,
        corrected_at=timestamp(of.correction.at),
    )
    return Answer(201, {**body})


def activation_set(of: "Activation") -> Answer:
    """Return the answer to an activation, which is the one kept for repeats."""
    body: ActivationAnswer = {
        "user": user(of.user),
        "licenses": licenses(of.clinic),
        "adjustment": (
            None if of.adjustment is None else adjustment(of.adjustment, of.clinic.zone)
        ),
    }
    return Answer(200, {**body})


def preview(of: "Preview") -> PreviewAnswer:
    currency, zone = of.before.currency, of.before.zone
    return filled(
        PreviewAnswer,
        of,
        licenses_before=licenses(of.before),
        licenses_after=licenses(of.after),
        invoice_lines=[invoice_line(line, currency, zone) for line in shown(of.lines)],
        currency=currency,
        invoice_update_due_at=timestamp(of.adjustment.invoice_update_due_at),
        confirmation_due_by=timestamp(of.adjustment.confirmation_due_by),
        priced_at=timestamp(of.adjustment.effective_at),
        applies_at=optional_timestamp(of.adjustment.applies_at),
    )


def history(of: "History") -> HistoryAnswer:
    actor = filled(PersonAnswer, of.actor)
    return filled(HistoryAnswer, of, channel=of.actor.channel, actor=actor)


def provisioning_token(of: "ProvisioningToken") -> ProvisioningTokenAnswer:
    return filled(ProvisioningTokenAnswer, of, created_by=filled(PersonAnswer, of.created_by))


def new_provisioning_token(of: "ProvisioningToken", text: str) -> NewProvisioningTokenAnswer:
    """Return a token as its maker sees it, this once."""
    return {**provisioning_token(of), "token": text}


def provisioning_tokens(of: "list[ProvisioningToken]") -> ProvisioningTokensAnswer:
    return {"provisioning_tokens": [provisioning_token(token) for token in of]}


def finding(of: "Finding") -> FindingAnswer:
    return filled(FindingAnswer, of)


def reconciliation(of: "Report") -> ReconciliationAnswer:
    """Return a night's result in short."""
    return filled(ReconciliationAnswer, of, date=of.night.isoformat(), status=of.stage)


def reconciliations(page: "Page[Report]") -> ReconciliationsPage:
    rows = [reconciliation(record) for record in page.records]
    return {"reconciliations": rows, "next_cursor": page.next_cursor}


def reconciliation_with_findings(
    of: "Report", page: "Page[NightlyFinding]"
) -> ReconciliationWithFindingsAnswer:
    """Return a night's result with a page of its findings."""
    return {
        "date": of.night.isoformat(),
        "status": of.stage,
        "clinics_checked": of.clinics,
        "finding_count": of.findings,
        "overdue_confirmations": of.overdue,
        "repairs": of.repairs,
        "findings": [finding(record.finding) for record in page.records],
        "next_cursor": page.next_cursor,
    }


def _totals(rows: list[LicenseAnswer]) -> TotalsAnswer:
    return {
        "purchased": sum(row["purchased"] for row in rows),
        "in_use": sum(row["in_use"] for row in rows),
        "available": sum(row["available"] for row in rows),
        "idle_monthly_cost_cents": sum(row["idle_monthly_cost_cents"] for row in rows),
    }


def _at_a_glance(of: "AtAGlance") -> ClinicLicensesAnswer:
    rows = licenses(of.clinic)
    return {
        "clinic_id": of.clinic.clinic_id,
        "name": of.clinic.name,
        "currency": of.clinic.currency,
        "permissions": list(of.member.permissions),
        **_totals(rows),
        "licenses": rows,
        "next_renewal": None if of.clinic.has_closed else of.clinic.next_renewal.isoformat(),
        "closure": _closure(of.clinic),
        "expected_total_cents": of.expected_cents,
        "open_adjustments": of.clinic.open_count,
        "scheduled_adjustments": sum(one.changes_licenses for one in of.clinic.scheduled),
    }


def _money(currency: str, rows: list[ClinicLicensesAnswer]) -> MoneyAnswer:
    expected = [cents for row in rows if (cents := row["expected_total_cents"]) is not None]
    return {
        "currency": currency,
        "idle_monthly_cost_cents": sum(row["idle_monthly_cost_cents"] for row in rows),
        "expected_total_cents": sum(expected) if expected else None,
    }


def _coming_terms(of: "Clinic") -> ComingTermsAnswer | None:
    announced = [terms.first for terms in of.coming_terms if terms.first >= of.next_renewal]
    if not announced:
        return None
    calendar = of.billing_calendar
    coming = of.terms_for(calendar.period_on(announced[-1]))
    # What was announced and taken back is as before.
    if coming == of.terms_for(calendar.period_before(of.coming_period)):
        return None
    return filled(
        ComingTermsAnswer,
        coming,
        first_day=announced[-1].isoformat(),
        prices=_prices(coming.unit_prices),
    )


def _closure(of: "Clinic") -> ClosureAnswer | None:
    if of.closing is None:
        return None
    return {"closes_on": of.closing.day.isoformat(), "closed": of.has_closed}


def _prices(of: dict[LicenseType, int]) -> list[PriceAnswer]:
    return [{"license_type": kind, "unit_price_cents": cents} for kind, cents in of.items()]


def _message(of: Adjustment, zone: tzinfo) -> str:
    also = f" (transferred {of.transfer_in_words})" if of.transfer else ""
    asked, done = asked_in_words(of.lines) + also, done_in_words(of.lines) + also
    if of.status is Status.CANCELLED:
        return f"Canceled: {asked}. Licenses and invoice are as they were."
    if of.status is Status.SCHEDULED and of.applies_at is not None:
        day, planned = local_day(of.applies_at, zone), planned_in_words(of.lines) + also
        return f"Scheduled for {day}: {planned}. Nothing changes until then, and you can cancel it."
    if of.status is Status.LAPSED:
        return f"Not made: {asked}. {of.lapsed_because} Licenses and invoice are as they were."
    if of.status is Status.CONFIRMED:
        return f"Done: {done}. The invoice is updated, and the confirmation email was sent."
    if of.status is Status.INVOICED:
        if of.confirmation is Confirmation.UNKNOWN:
            return f"On the invoice: {done}. The confirmation email may not have gone out."
        return f"On the invoice: {done}. The confirmation email follows."
    added = any(line.action is Action.ADD for line in of.lines)
    released = any(line.action is Action.REMOVE for line in of.lines)
    paid = any(line.kind is LineKind.CREDIT and line.quantity == 0 for line in of.priced)
    since = " from the next renewal on" if paid else ""
    effect = ", and ".join(
        ["added licenses can be used now"] * added
        + [f"released licenses are no longer billed{since}"] * released
    )
    return (
        f"Done: {done}. {effect[0].upper()}{effect[1:]}. The invoice will be updated by "
        f"{local_time(of.invoice_update_due_at, zone)}; a confirmation email will follow by "
        f"{local_time(of.confirmation_due_by, zone)}."
    )
