"""Records as DynamoDB items and back: the only place that knows their attributes.

Items are written compactly, since a write costs by the kilobyte: the clinic's record, which
every change writes, stays below one (a test measures it).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from licensing.adapters.attributes import MILLISECOND, from_milliseconds, to_milliseconds
from licensing.domain.adjustments import (
    Action,
    Adjustment,
    Confirmation,
    Counts,
    Line,
    OtherHalf,
    Status,
)
from licensing.domain.beside import Erasure, History, StoredAnswer
from licensing.domain.business_time import Calendar
from licensing.domain.clinics import (
    AddedToday,
    Clinic,
    Closing,
    ClosingStage,
    ComingTerms,
    OpenAdjustment,
    PeriodPeaks,
    ScheduledChange,
)
from licensing.domain.ids import moment_of
from licensing.domain.invoices import (
    CORRECTION,
    Billed,
    Correction,
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    LineKind,
    StoredCorrection,
    StoredLine,
    Terms,
    Unwritten,
)
from licensing.domain.keys import (
    ADDRESS,
    ADJUSTMENT,
    CLINIC,
    ERASURE,
    FINDING,
    HISTORY,
    INVITATIONS,
    INVOICE,
    MAIL,
    MAILED,
    NAME,
    NOTICE,
    REPAIR,
    REPLY,
    REPORT,
    REQUEST,
    TOKEN,
    USER,
    WORDS,
    Key,
    adjustment_key,
    clinic_key,
    erasure_key,
    history_key,
    invoice_key,
    invoice_line_key,
    request_key,
    user_key,
)
from licensing.domain.licenses import License, LicenseType, Peak
from licensing.domain.notice_settings import USUAL_SETTINGS, NoticeSettings
from licensing.domain.periods import BillingCalendar
from licensing.domain.proration import ProrationUnit, ReleaseCredit, Share
from licensing.domain.users import Actor, Provisioned, User

if TYPE_CHECKING:
    from licensing.domain.records import Record

Plain = dict[str, Any]


def key_of(record: Record) -> Key[Any]:
    """Return the primary key of a record."""
    key: Key[Any] = _of(record, _KEYS, "key_of")(record)
    return key


def to_plain(record: Record) -> Plain:
    """Return the record's attributes, without its key."""
    writer = _of(record, _WRITERS, "to_plain")
    return {name: value for name, value in writer(record).items() if value is not None}


def from_plain(key: Key[Any], item: Plain) -> Record:
    """Return the record that lies under the key."""
    kind, mark, name = key.sort.partition("#")
    kind += mark
    if kind in _READERS:
        return _READERS[kind](key.partition.partition("#")[2], name, item)
    if kind not in _READ_ELSEWHERE:
        raise ValueError(f"no record has the sort key {kind}")
    record: Record = import_module(_READ_ELSEWHERE[kind]).READERS[kind](key, item)
    return record


def _of(record: Record, table: dict[type, Callable[[Any], Any]], name: str) -> Callable[[Any], Any]:
    """Return what the table says of the record's kind, or a module's function of that name."""
    kind = type(record)
    if kind in table:
        return table[kind]
    of: Callable[[Any], Any] = getattr(import_module(_KEPT_ELSEWHERE[kind.__module__]), name)
    return of


def _optional_ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_milliseconds(moment)


def _optional_moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else from_milliseconds(milliseconds)


def _write_clinic(clinic: Clinic) -> Plain:
    return {
        "clinic_id": clinic.clinic_id,
        "name": clinic.name,
        "time_zone": clinic.time_zone,
        "currency": clinic.currency,
        "billing_day": clinic.billing_day,
        "calendar": clinic.calendar,
        "proration_unit": clinic.proration_unit,
        "release_credit": clinic.release_credit,
        "email_requests": clinic.email_requests,
        "licenses": {
            kind: [
                license.purchased,
                license.in_use,
                license.invoiced,
                license.paid_maximum,
                license.unit_price_cents,
                _optional_ms(license.idle_since),
                *([license.peak] if license.peak else []),
            ]
            for kind, license in clinic.licenses.items()
        },
        "managers": clinic.active_managers,
        "registered": to_milliseconds(clinic.registered_at),
        "updated": to_milliseconds(clinic.updated_at),
        "billing_changed": to_milliseconds(clinic.billing_changed_at),
        "next_renewal": clinic.next_renewal.isoformat(),
        "maximum_first": clinic.maximum_first.isoformat(),
        "registration": clinic.registration_digest,
        "added": clinic.added and [clinic.added.day.isoformat(), {**clinic.added.quantities}],
        "coming_terms": [
            [
                change.first.isoformat(),
                dict(change.unit_prices),
                change.proration_unit,
                change.release_credit,
                *([] if change.announced_at is None else [to_milliseconds(change.announced_at)]),
            ]
            for change in clinic.coming_terms
        ]
        or None,
        "open": [_write_open(entry) for entry in clinic.open_adjustments] or None,
        "open_count": clinic.open_count or None,
        "uninvoiced_cents": clinic.uninvoiced_cents or None,
        "scheduled": [
            [one.adjustment_id, dict(one.deltas), *([one.starts] if one.starts else [])]
            for one in clinic.scheduled
        ]
        or None,
        "few": {kind: list(levels) for kind, levels in clinic.few_levels.items()} or None,
        # One text, by which the stream's filter knows it.
        "few_due": ",".join(f"{kind}:{high}:{low}" for kind, (high, low) in clinic.few_due.items())
        or None,
        "past_peaks": _write_past_peaks(clinic) or None,
        "closing": clinic.closing
        and [
            clinic.closing.day.isoformat(),
            to_milliseconds(clinic.closing.at),
            clinic.closing.stage,
        ],
        "user_names": clinic.has_user_names or None,
        "version": clinic.version,
    }


def _read_clinic(clinic_id: str, item: Plain) -> Clinic:
    return Clinic(
        clinic_id=clinic_id,
        name=item["name"],
        time_zone=item["time_zone"],
        currency=item["currency"],
        billing_day=item["billing_day"],
        calendar=Calendar(item["calendar"]),
        proration_unit=ProrationUnit(item["proration_unit"]),
        release_credit=ReleaseCredit(item["release_credit"]),
        email_requests=item["email_requests"],
        # In the order in which people read them: DynamoDB keeps none in a map.
        licenses={
            kind: _read_license(item["licenses"][kind])
            for kind in LicenseType
            if kind in item["licenses"]
        },
        active_managers=item["managers"],
        registered_at=from_milliseconds(item["registered"]),
        updated_at=from_milliseconds(item["updated"]),
        billing_changed_at=from_milliseconds(item["billing_changed"]),
        next_renewal=date.fromisoformat(item["next_renewal"]),
        maximum_first=date.fromisoformat(item["maximum_first"]),
        registration_digest=item["registration"],
        added=_read_added(item.get("added")),
        coming_terms=tuple(_read_coming(change) for change in item.get("coming_terms", ())),
        open_adjustments=tuple(_read_open(entry) for entry in item.get("open", ())),
        open_count=item.get("open_count", 0),
        uninvoiced_cents=item.get("uninvoiced_cents", 0),
        scheduled=tuple(
            ScheduledChange(
                name, {LicenseType(kind): delta for kind, delta in deltas.items()}, *starts
            )
            for name, deltas, *starts in item.get("scheduled", ())
        ),
        few_levels={
            LicenseType(kind): tuple(levels) for kind, levels in item.get("few", {}).items()
        },
        few_due=_read_few_due(item.get("few_due", "")),
        past_peaks=tuple(_read_past_peaks(item)),
        closing=_read_closing(item.get("closing")),
        has_user_names=item.get("user_names", False),
        version=item["version"],
    )


def _read_license(values: list[Any]) -> License:
    purchased, in_use, invoiced, paid_maximum, unit_price_cents, idle_since, *peak = values
    idle = _optional_moment(idle_since)
    return License(purchased, in_use, invoiced, paid_maximum, unit_price_cents, idle, *peak)


def _read_few_due(text: str) -> dict[LicenseType, tuple[int, int]]:
    due = (entry.split(":") for entry in text.split(",") if entry)
    return {LicenseType(kind): (int(high), int(low)) for kind, high, low in due}


def _write_peaks(peaks: dict[LicenseType, Peak] | None) -> dict[str, list[int]] | None:
    return None if peaks is None else {kind: list(peak) for kind, peak in peaks.items()}


def _read_peaks(peaks: dict[str, list[int]] | None) -> dict[LicenseType, Peak] | None:
    if peaks is None:
        return None
    return {LicenseType(kind): Peak(*counts) for kind, counts in peaks.items()}


def _write_past_peaks(clinic: Clinic) -> list[list[Any]]:
    """Periods in a row that had the same peaks are written once, with their number."""
    runs: list[list[Any]] = []
    for first, peaks in clinic.past_peaks:
        plain = _write_peaks(peaks)
        if runs and runs[-1][1] == plain:
            runs[-1][2] += 1
        else:
            runs.append([first.isoformat(), plain, 1])
    return runs


def _read_past_peaks(item: Plain) -> Iterator[PeriodPeaks]:
    for day, plain, number in item.get("past_peaks", ()):
        calendar = BillingCalendar(item["billing_day"], ZoneInfo(item["time_zone"]))
        first, peaks = date.fromisoformat(day), _read_peaks(plain) or {}
        for _ in range(number):
            yield PeriodPeaks(first, peaks)
            first = calendar.period_on(first).until


def _read_added(values: list[Any] | None) -> AddedToday | None:
    if values is None:
        return None
    day, quantities = values
    return AddedToday(
        date.fromisoformat(day), {LicenseType(kind): count for kind, count in quantities.items()}
    )


def _read_closing(values: list[Any] | None) -> Closing | None:
    if values is None:
        return None
    day, at, stage = values
    return Closing(date.fromisoformat(day), from_milliseconds(at), ClosingStage(stage))


def _read_coming(values: list[Any]) -> ComingTerms:
    first, prices, unit, credit, *announced = values
    return ComingTerms(
        date.fromisoformat(first),
        {LicenseType(kind): cents for kind, cents in prices.items()},
        None if unit is None else ProrationUnit(unit),
        None if credit is None else ReleaseCredit(credit),
        *(from_milliseconds(at) for at in announced),
    )


def _write_open(entry: OpenAdjustment) -> str:
    """Return an open adjustment as one text: its id, its status, and milliseconds.

    They are those from the moment that the id tells to the update, and those by which the request
    was earlier: none, but for what was scheduled.
    """
    moment = moment_of(entry.adjustment_id)
    delay = (entry.invoice_update_due_at - moment) // MILLISECOND
    ahead = (moment - entry.requested_at) // MILLISECOND
    status = "i" if entry.invoiced else "a"
    return f"{entry.adjustment_id}{status}{delay}" + (f"-{ahead}" if ahead else "")


def _read_open(entry: str) -> OpenAdjustment:
    adjustment_id, status, (delay, _, ahead) = entry[:26], entry[26], entry[27:].partition("-")
    moment = moment_of(adjustment_id)
    due_at = moment + int(delay) * MILLISECOND
    requested_at = moment - int(ahead or 0) * MILLISECOND
    return OpenAdjustment(adjustment_id, status == "i", requested_at, due_at)


def _write_user(user: User) -> Plain:
    return {
        "user_id": user.user_id,
        "email": user.email,
        "name": user.name,
        "license_type": user.license_type,
        "active": user.active,
        "permissions": list(user.permissions),
        "created": to_milliseconds(user.created_at),
        "added_as": user.added_as,
        "active_since": _optional_ms(user.active_since),
        "inactive_since": _optional_ms(user.inactive_since),
        "joined": None if user.joined else False,
        "provisioned": {
            name: value for name, value in user.provisioned._asdict().items() if value is not None
        }
        or None,
        "starts": user.starts,
        "notices": None if user.notices == USUAL_SETTINGS else _write_settings(user.notices),
        "version": user.version,
    }


def _read_user(clinic_id: str, item: Plain) -> User:
    return User(
        clinic_id=clinic_id,
        user_id=item["user_id"],
        email=item["email"],
        name=item["name"],
        license_type=LicenseType(item["license_type"]),
        active=item["active"],
        permissions=tuple(item["permissions"]),
        created_at=from_milliseconds(item["created"]),
        added_as=item["added_as"],
        active_since=_optional_moment(item.get("active_since")),
        inactive_since=_optional_moment(item.get("inactive_since")),
        joined=item.get("joined", True),
        provisioned=Provisioned(**item.get("provisioned", {})),
        notices=_read_settings(item["notices"]) if "notices" in item else USUAL_SETTINGS,
        starts=item.get("starts"),
        version=item["version"],
    )


def _write_settings(settings: NoticeSettings) -> list[Any]:
    return [dict(settings.few_left), *settings[1:]]


def _read_settings(values: list[Any]) -> NoticeSettings:
    few_left, *wanted = values
    return NoticeSettings({LicenseType(kind): count for kind, count in few_left.items()}, *wanted)


def _write_erasure(erasure: Erasure) -> Plain:
    # Not as `user_id` and `email`: by these users are found.
    return {"words": list(erasure.words), "version": erasure.version}


def _read_erasure(clinic_id: str, user_id: str, item: Plain) -> Erasure:
    words = tuple(item["words"])
    return Erasure(clinic_id, user_id, words, item["version"])


def _write_actor(actor: Actor) -> list[Any]:
    return [actor.user_id, actor.name, actor.channel]


def _write_adjustment(adjustment: Adjustment) -> Plain:
    return {
        "lines": [[line.license_type, line.delta] for line in adjustment.lines],
        "explanation": adjustment.explanation,
        "by": _write_actor(adjustment.requested_by),
        "requested": to_milliseconds(adjustment.requested_at),
        "effective": to_milliseconds(adjustment.effective_at),
        "due": to_milliseconds(adjustment.invoice_update_due_at),
        "promised": to_milliseconds(adjustment.confirmation_due_by),
        "licenses": {
            kind: [counts.purchased, counts.in_use] for kind, counts in adjustment.licenses.items()
        },
        # The explanation stands on the adjustment already.
        "priced": [
            {key: value for key, value in _write_line(line).items() if key != "explanation"}
            for line in adjustment.priced
        ],
        "maximum_before": dict(adjustment.paid_maximum_before),
        "added_before": dict(adjustment.added_before) or None,
        "status": adjustment.status,
        "confirmation": adjustment.confirmation,
        "invoice_id": adjustment.invoice_id,
        "invoiced": _optional_ms(adjustment.invoiced_at),
        "confirmed": _optional_ms(adjustment.confirmed_at),
        "cancelled": _optional_ms(adjustment.cancelled_at),
        "claim": adjustment.claim,
        "parked_reason": adjustment.parked_reason,
        "bounced": adjustment.bounced or None,
        "came_back": list(adjustment.came_back) or None,
        "settled_as": adjustment.settled_as,
        "applies": _optional_ms(adjustment.applies_at),
        "lapsed": adjustment.lapsed_because,
        "transfer": adjustment.transfer and list(adjustment.transfer),
        "version": adjustment.version,
    }


def _read_adjustment(clinic_id: str, adjustment_id: str, item: Plain) -> Adjustment:
    explanation = item.get("explanation")
    return Adjustment(
        adjustment_id=adjustment_id,
        clinic_id=clinic_id,
        lines=tuple(
            Line(Action.ADD if delta > 0 else Action.REMOVE, LicenseType(kind), abs(delta))
            for kind, delta in item["lines"]
        ),
        explanation=explanation,
        requested_by=Actor(*item["by"]),
        requested_at=from_milliseconds(item["requested"]),
        effective_at=from_milliseconds(item["effective"]),
        invoice_update_due_at=from_milliseconds(item["due"]),
        confirmation_due_by=from_milliseconds(item["promised"]),
        licenses={
            kind: Counts(*item["licenses"][kind])
            for kind in LicenseType
            if kind in item["licenses"]
        },
        priced=tuple(
            _read_line(f"{adjustment_id}#{number}", line | {"explanation": explanation})
            for number, line in enumerate(item["priced"], start=1)
        ),
        paid_maximum_before={
            LicenseType(kind): maximum for kind, maximum in item["maximum_before"].items()
        },
        added_before={
            LicenseType(kind): added for kind, added in item.get("added_before", {}).items()
        },
        status=Status(item["status"]),
        confirmation=Confirmation(item["confirmation"]),
        invoice_id=item.get("invoice_id"),
        invoiced_at=_optional_moment(item.get("invoiced")),
        confirmed_at=_optional_moment(item.get("confirmed")),
        cancelled_at=_optional_moment(item.get("cancelled")),
        claim=item.get("claim"),
        parked_reason=item.get("parked_reason"),
        bounced=item.get("bounced", False),
        came_back=tuple(item.get("came_back", ())),
        settled_as=item.get("settled_as"),
        applies_at=_optional_moment(item.get("applies")),
        lapsed_because=item.get("lapsed"),
        transfer=OtherHalf(*item["transfer"]) if "transfer" in item else None,
        version=item["version"],
    )


def _write_line(line: InvoiceLine) -> Plain:
    return {
        "kind": line.kind,
        "type": line.license_type,
        "quantity": line.quantity,
        "price": line.unit_price_cents,
        "from": to_milliseconds(line.share.begins),
        "to": to_milliseconds(line.share.ends),
        "share": [line.share.numerator, line.share.denominator],
        "cents": line.amount_cents,
        "adjustment": line.adjustment_id,
        "explanation": line.explanation,
    }


def _read_line(line_id: str, item: Plain) -> InvoiceLine:
    return InvoiceLine(
        line_id=line_id,
        kind=LineKind(item["kind"]),
        license_type=LicenseType(item["type"]),
        quantity=item["quantity"],
        unit_price_cents=item["price"],
        share=Share(from_milliseconds(item["from"]), from_milliseconds(item["to"]), *item["share"]),
        adjustment_id=item.get("adjustment"),
        explanation=item.get("explanation"),
    )


def _write_stored_line(stored: StoredLine) -> Plain:
    return _write_line(stored.line)


def _write_correction(stored: StoredCorrection) -> Plain:
    return {
        "kind": LineKind.CORRECTION,
        "cents": stored.correction.amount_cents,
        "explanation": stored.correction.reason,
        "at": to_milliseconds(stored.correction.at),
    }


def _read_correction(name: str, item: Plain) -> Correction:
    return Correction(name, item["cents"], item["explanation"], from_milliseconds(item["at"]))


def _write_invoice(invoice: Invoice) -> Plain:
    return {
        "status": invoice.status,
        "currency": invoice.currency,
        "first": invoice.first.isoformat(),
        "until": invoice.until.isoformat(),
        "total_cents": invoice.total_cents,
        "line_count": invoice.line_count,
        "opened": to_milliseconds(invoice.opened_at),
        "finalized": _optional_ms(invoice.finalized_at),
        "terms": _write_terms(invoice.terms),
        "first_terms": _write_terms(invoice.first_terms),
        "unwritten": invoice.unwritten and list(invoice.unwritten),
        "billed": None
        if invoice.billed is None
        else {kind: list(sums) for kind, sums in invoice.billed.items()},
        "peaks": _write_peaks(invoice.peaks),
        "version": invoice.version,
    }


def _read_invoice(clinic_id: str, invoice_id: str, item: Plain) -> Invoice:
    return Invoice(
        clinic_id=clinic_id,
        invoice_id=invoice_id,
        status=InvoiceStatus(item["status"]),
        currency=item["currency"],
        first=date.fromisoformat(item["first"]),
        until=date.fromisoformat(item["until"]),
        total_cents=item["total_cents"],
        line_count=item["line_count"],
        opened_at=from_milliseconds(item["opened"]),
        finalized_at=_optional_moment(item.get("finalized")),
        terms=_read_terms(item.get("terms")),
        first_terms=_read_terms(item.get("first_terms")),
        unwritten=Unwritten(*item["unwritten"]) if "unwritten" in item else None,
        billed={LicenseType(kind): Billed(*sums) for kind, sums in item["billed"].items()}
        if "billed" in item
        else None,
        peaks=_read_peaks(item.get("peaks")),
        version=item["version"],
    )


def _read_invoice_or_line(
    clinic_id: str, name: str, item: Plain
) -> Invoice | StoredLine | StoredCorrection:
    invoice_id, _, line_id = name.partition("#LINE#")
    if line_id.startswith(CORRECTION):
        correction = _read_correction(line_id.removeprefix(CORRECTION), item)
        return StoredCorrection(clinic_id, invoice_id, correction)
    if line_id:
        return StoredLine(clinic_id, invoice_id, _read_line(line_id, item))
    return _read_invoice(clinic_id, invoice_id, item)


def _write_terms(terms: Terms | None) -> list[Any] | None:
    if terms is None:
        return None
    return [dict(terms.unit_prices), terms.proration_unit, terms.release_credit]


def _read_terms(values: list[Any] | None) -> Terms | None:
    if values is None:
        return None
    prices, unit, credit = values
    return Terms(
        {LicenseType(kind): cents for kind, cents in prices.items()},
        ProrationUnit(unit),
        ReleaseCredit(credit),
    )


def _write_history(history: History) -> Plain:
    return {
        "at": to_milliseconds(history.at),
        "action": history.action,
        "by": _write_actor(history.actor),
        "subject": history.subject,
        "before": history.before,
        "after": history.after,
        "why": history.why,
    }


def _read_history(clinic_id: str, history_id: str, item: Plain) -> History:
    return History(
        clinic_id=clinic_id,
        history_id=history_id,
        at=from_milliseconds(item["at"]),
        action=item["action"],
        actor=Actor(*item["by"]),
        subject=item["subject"],
        before=item["before"],
        after=item["after"],
        why=item.get("why"),
    )


def _write_answer(answer: StoredAnswer) -> Plain:
    return {
        "body_digest": answer.body_digest,
        "status": answer.status,
        # Kept for as long as the clinic exists, and written in every transaction: deflated.
        "body": _deflated(json.dumps(answer.body, separators=(",", ":")).encode()),
        "at": to_milliseconds(answer.at),
    }


def _deflated(text: bytes) -> bytes:
    # As short as by zlib.compress: an answer fits into this window. That one takes four times
    # as long, most of it for the memory of a larger one.
    deflater = zlib.compressobj(wbits=12, memLevel=5)
    return deflater.compress(text) + deflater.flush()


def _read_answer(clinic_id: str, digest: str, item: Plain) -> StoredAnswer:
    return StoredAnswer(
        clinic_id=clinic_id,
        digest=digest,
        body_digest=item["body_digest"],
        status=item["status"],
        body=json.loads(zlib.decompress(item["body"])),
        at=from_milliseconds(item["at"]),
    )


_KEYS: dict[type, Callable[[Any], Key[Any]]] = {
    Clinic: lambda clinic: clinic_key(clinic.clinic_id),
    User: lambda user: user_key(user.clinic_id, user.user_id),
    Erasure: lambda of: erasure_key(of.clinic_id, of.user_id),
    Adjustment: lambda one: adjustment_key(one.clinic_id, one.adjustment_id),
    Invoice: lambda invoice: invoice_key(invoice.clinic_id, invoice.invoice_id),
    StoredLine: lambda stored: invoice_line_key(
        stored.clinic_id, stored.invoice_id, stored.line.line_id
    ),
    StoredCorrection: lambda stored: invoice_line_key(
        stored.clinic_id, stored.invoice_id, stored.correction.line_id
    ),
    History: lambda history: history_key(history.clinic_id, history.history_id),
    StoredAnswer: lambda answer: request_key(answer.clinic_id, answer.digest),
}

_WRITERS: dict[type, Callable[[Any], Plain]] = {
    Clinic: _write_clinic,
    User: _write_user,
    Erasure: _write_erasure,
    Adjustment: _write_adjustment,
    Invoice: _write_invoice,
    StoredLine: _write_stored_line,
    StoredCorrection: _write_correction,
    History: _write_history,
    StoredAnswer: _write_answer,
}

_READERS: dict[str, Callable[[str, str, Plain], Record]] = {
    CLINIC: lambda owner, _, item: _read_clinic(owner, item),
    USER: lambda owner, _, item: _read_user(owner, item),
    ERASURE: _read_erasure,
    ADJUSTMENT: _read_adjustment,
    HISTORY: _read_history,
    REQUEST: _read_answer,
    INVOICE: _read_invoice_or_line,
}
"""What reads a record, by the first word of its sort key: whose, which, and its attributes."""

# Imported once there is such a record: most functions see none, and each kind costs them a start.
_MAIL = "licensing.adapters.mail_records"
_NIGHT = "licensing.adapters.nightly_records"
_RARE = "licensing.adapters.rare_records"
_READ_ELSEWHERE: dict[str, str] = {
    ADDRESS: _MAIL,
    MAIL: _MAIL,
    MAILED: _MAIL,
    WORDS: _MAIL,
    REPLY: _MAIL,
    NOTICE: _MAIL,
    FINDING: _NIGHT,
    REPAIR: _NIGHT,
    REPORT: _NIGHT,
    NAME: _RARE,
    TOKEN: _RARE,
    INVITATIONS: _RARE,
}
"""Where the other kinds are read, by the same word."""
_KEPT_ELSEWHERE = {
    "licensing.domain.addresses": _MAIL,
    "licensing.domain.clinic_mails": _MAIL,
    "licensing.domain.mail_requests": _MAIL,
    "licensing.domain.notices": _MAIL,
    "licensing.domain.reconciliation": _NIGHT,
    "licensing.domain.clinic_words": _RARE,
    "licensing.domain.invitations": _RARE,
    "licensing.domain.provisioning_tokens": _RARE,
}
"""Where they are written, by the module that defines them."""
