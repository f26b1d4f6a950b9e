"""Records as DynamoDB items and back: the only place that knows their attributes.

Items are written compactly, since a write costs by the kilobyte: the clinic's record, which
every change writes, stays below one (a test measures it).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from licensing.adapters.forms import (
    ACTOR,
    BY_TYPE,
    DAY,
    MOMENT,
    MOMENTS,
    TUPLE,
    VERSION,
    Form,
    Plain,
    Within,
    attribute,
    by_kind,
    by_type,
)
from licensing.domain import clinics, invoices, keys
from licensing.domain.adjustments import Adjustment, Confirmation, Line, OtherHalf, Status
from licensing.domain.beside import Erasure, History, StoredAnswer
from licensing.domain.business_time import Calendar
from licensing.domain.ids import MILLISECOND, milliseconds, moment_at, moment_of
from licensing.domain.keys import Key
from licensing.domain.licenses import Counts, License, LicenseType
from licensing.domain.notice_settings import NoticeSettings
from licensing.domain.periods import BillingCalendar
from licensing.domain.proration import ProrationUnit, ReleaseCredit, Share
from licensing.domain.users import Provisioned, User

if TYPE_CHECKING:
    from licensing.domain.records import Record


def key_of(record: Record) -> Key[Any]:
    """Return the primary key of a record."""
    return _form_of(record).key(record)


def to_plain(record: Record) -> Plain:
    """Return the record's attributes, without its key."""
    return _form_of(record).write(record)


def from_plain(key: Key[Any], item: Plain) -> Record:
    """Return the record that lies under the key."""
    kind, mark, name = key.sort.partition("#")
    kind += mark
    readers = READERS
    if kind not in readers:
        if kind not in _READ_ELSEWHERE:
            raise ValueError(f"no record has the sort key {kind}")
        readers = import_module(_READ_ELSEWHERE[kind]).READERS
    record: Record = readers[kind](key.owner, name, item)
    return record


def _form_of(record: Record) -> Form | Within:
    kind = type(record)
    module = kind.__module__.removeprefix("licensing.domain.")
    if module not in _KEPT_ELSEWHERE:
        return FORMS[kind]
    form: Form | Within = import_module(_KEPT_ELSEWHERE[module]).FORMS[kind]
    return form


def _write_license(license: License) -> list[Any]:
    *counts, idle_since, peak = license
    idle = None if idle_since is None else milliseconds(idle_since)
    return [*counts, idle, *([peak] if peak else [])]


def _read_license(values: list[Any]) -> License:
    purchased, in_use, invoiced, paid_maximum, unit_price_cents, idle_since, *peak = values
    idle = None if idle_since is None else moment_at(idle_since)
    return License(purchased, in_use, invoiced, paid_maximum, unit_price_cents, idle, *peak)


def _of_each_type(
    write: Callable[[Any], Any], read: Callable[[Any], Any]
) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
    """Return how values of license types are written, and read in the order that people read.

    DynamoDB keeps none in a map.
    """
    return (
        lambda values: {kind: write(value) for kind, value in values.items()},
        lambda plain: {kind: read(plain[kind]) for kind in LicenseType if kind in plain},
    )


def _write_coming(terms: tuple[clinics.ComingTerms, ...]) -> list[list[Any]]:
    return [
        [
            change.first.isoformat(),
            dict(change.unit_prices),
            change.proration_unit,
            change.release_credit,
            *([] if change.announced_at is None else [milliseconds(change.announced_at)]),
        ]
        for change in terms
    ]


def _read_coming(changes: list[list[Any]]) -> tuple[clinics.ComingTerms, ...]:
    return tuple(
        clinics.ComingTerms(
            date.fromisoformat(first),
            by_type(prices),
            unit and ProrationUnit(unit),
            credit and ReleaseCredit(credit),
            *map(moment_at, announced),
        )
        for first, prices, unit, credit, *announced in changes
    )


def _write_open(entry: clinics.OpenAdjustment) -> str:
    """Return an open adjustment as one text: its id, its status, and milliseconds.

    They are those from the moment that the id tells to the update, and those by which the request
    was earlier: none, but for what was scheduled.
    """
    moment = moment_of(entry.adjustment_id)
    delay = (entry.invoice_update_due_at - moment) // MILLISECOND
    ahead = (moment - entry.requested_at) // MILLISECOND
    status = "i" if entry.invoiced else "a"
    return f"{entry.adjustment_id}{status}{delay}" + (f"-{ahead}" if ahead else "")


def _read_open(entry: str) -> clinics.OpenAdjustment:
    adjustment_id, status, (delay, _, ahead) = entry[:26], entry[26], entry[27:].partition("-")
    moment = moment_of(adjustment_id)
    due_at = moment + int(delay) * MILLISECOND
    requested_at = moment - int(ahead or 0) * MILLISECOND
    return clinics.OpenAdjustment(adjustment_id, status == "i", requested_at, due_at)


def _write_past_peaks(past: tuple[clinics.PeriodPeaks, ...]) -> list[list[Any]]:
    """Periods in a row that had the same peaks are written once, with their number."""
    runs: list[list[Any]] = []
    for first, peaks in past:
        plain = _write_peaks(peaks)
        if runs and runs[-1][1] == plain:
            runs[-1][2] += 1
        else:
            runs.append([first.isoformat(), plain, 1])
    return runs


def _past_peaks(item: Plain) -> Iterator[clinics.PeriodPeaks]:
    for day, plain, number in item.get("past_peaks", ()):
        calendar = BillingCalendar(item["billing_day"], ZoneInfo(item["time_zone"]))
        first, peaks = date.fromisoformat(day), _read_peaks(plain)
        for _ in range(number):
            yield clinics.PeriodPeaks(first, peaks)
            first = calendar.period_on(first).until


def _write_peaks(peaks: dict[LicenseType, Counts]) -> dict[str, list[int]]:
    return {kind: list(peak) for kind, peak in peaks.items()}


def _read_peaks(peaks: dict[str, list[int]]) -> dict[LicenseType, Counts]:
    return {LicenseType(kind): Counts(*counts) for kind, counts in peaks.items()}


CLINIC_FORM = Form(
    clinics.Clinic,
    ("clinic_id",),
    attribute("name"),
    attribute("time_zone"),
    attribute("currency"),
    attribute("billing_day"),
    attribute("calendar", read=Calendar),
    attribute("proration_unit", read=ProrationUnit),
    attribute("release_credit", read=ReleaseCredit),
    attribute("email_requests"),
    attribute("licenses", "", *_of_each_type(_write_license, _read_license)),
    attribute("managers", "active_managers"),
    attribute("registered", "registered_at", *MOMENT),
    attribute("updated", "updated_at", *MOMENT),
    attribute("billing_changed", "billing_changed_at", *MOMENT),
    attribute("next_renewal", "", *DAY),
    attribute("maximum_first", "", *DAY),
    attribute("registration", "registration_digest"),
    attribute(
        "added",
        write=lambda added: [added.day.isoformat(), dict(added.quantities)],
        read=lambda kept: clinics.AddedToday(date.fromisoformat(kept[0]), by_type(kept[1])),
    ),
    attribute("coming_terms", "", _write_coming, _read_coming),
    attribute(
        "open",
        "open_adjustments",
        write=lambda entries: [_write_open(entry) for entry in entries],
        read=lambda entries: tuple(_read_open(entry) for entry in entries),
    ),
    attribute("open_count"),
    attribute("uninvoiced_cents"),
    attribute(
        "scheduled",
        write=lambda changes: [
            [one.adjustment_id, dict(one.deltas), *([one.starts] if one.starts else [])]
            for one in changes
        ],
        read=lambda kept: tuple(
            clinics.ScheduledChange(name, by_type(deltas), *of) for name, deltas, *of in kept
        ),
    ),
    attribute(
        "few",
        "few_levels",
        write=lambda levels: {kind: list(of) for kind, of in levels.items()},
        read=lambda levels: {LicenseType(kind): tuple(of) for kind, of in levels.items()},
    ),
    attribute(
        "few_due",
        # One text, by which the stream's filter knows it.
        write=lambda due: ",".join(f"{kind}:{high}:{low}" for kind, (high, low) in due.items()),
        read=lambda text: {
            LicenseType(kind): (int(high), int(low))
            for kind, high, low in (entry.split(":") for entry in text.split(","))
        },
    ),
    attribute("past_peaks", "", _write_past_peaks),
    attribute(
        "closing",
        write=lambda of: [of.day.isoformat(), milliseconds(of.at), of.stage],
        read=lambda kept: clinics.Closing(
            date.fromisoformat(kept[0]), moment_at(kept[1]), clinics.ClosingStage(kept[2])
        ),
    ),
    attribute("user_names", "has_user_names"),
    VERSION,
    key=keys.clinic_key,
    # By which the index of all clinics knows them.
    also={"clinic_id": lambda clinic: clinic.clinic_id},
)


def _read_clinic(clinic_id: str, _: str, item: Plain) -> clinics.Clinic:
    if "past_peaks" in item:
        item = item | {"past_peaks": tuple(_past_peaks(item))}
    clinic: clinics.Clinic = CLINIC_FORM.read(item, clinic_id)
    return clinic


_USER = Form(
    User,
    ("clinic_id", "user_id"),
    # These two are the keys of indexes.
    attribute("user_id"),
    attribute("email"),
    attribute("name"),
    attribute("license_type", read=LicenseType),
    attribute("active"),
    attribute("permissions", "", *TUPLE),
    attribute("created", "created_at", *MOMENT),
    attribute("added_as"),
    attribute("active_since", "", *MOMENT),
    attribute("inactive_since", "", *MOMENT),
    attribute("joined"),
    attribute(
        "provisioned",
        write=lambda told: {n: value for n, value in told._asdict().items() if value is not None},
        read=lambda kept: Provisioned(**kept),
    ),
    attribute("starts"),
    attribute(
        "notices",
        write=lambda settings: [dict(settings.few_left), *settings[1:]],
        read=lambda kept: NoticeSettings(by_type(kept[0]), *kept[1:]),
    ),
    attribute("changed", "changed_at", *MOMENT),
    VERSION,
    key=keys.USER.key,
)

# Not as `user_id` and `email`: by these users are found.
_ERASURE = Form(
    Erasure,
    ("clinic_id", "user_id"),
    attribute("words", "", *TUPLE),
    attribute("since", "", *MOMENTS),
    VERSION,
    key=keys.ERASURE.key,
)

_LINE = Form(
    invoices.InvoiceLine,
    ("line_id", "share"),
    attribute("kind", read=invoices.LineKind),
    attribute("type", "license_type", read=LicenseType),
    attribute("quantity"),
    attribute("price", "unit_price_cents"),
    attribute("adjustment", "adjustment_id"),
    attribute("explanation"),
    also={
        "from": lambda line: milliseconds(line.share.begins),
        "to": lambda line: milliseconds(line.share.ends),
        "share": lambda line: [line.share.numerator, line.share.denominator],
        "cents": lambda line: line.amount_cents,
    },
)


def _read_line(line_id: str, item: Plain) -> invoices.InvoiceLine:
    share = Share(moment_at(item["from"]), moment_at(item["to"]), *item["share"])
    line: invoices.InvoiceLine = _LINE.read(item, line_id, share)
    return line


_ADJUSTMENT = Form(
    Adjustment,
    ("clinic_id", "adjustment_id"),
    attribute(
        "lines",
        write=lambda lines: [[line.license_type, line.delta] for line in lines],
        read=lambda lines: tuple(Line.of(LicenseType(kind), delta) for kind, delta in lines),
    ),
    attribute("explanation"),
    attribute("by", "requested_by", *ACTOR),
    attribute("requested", "requested_at", *MOMENT),
    attribute("effective", "effective_at", *MOMENT),
    attribute("due", "invoice_update_due_at", *MOMENT),
    attribute("promised", "confirmation_due_by", *MOMENT),
    attribute("licenses", "", *_of_each_type(list, lambda counts: Counts(*counts))),
    # The explanation stands on the adjustment already.
    attribute(
        "priced",
        write=lambda lines: [_LINE.write(line._replace(explanation=None)) for line in lines],
    ),
    attribute("maximum_before", "paid_maximum_before", *BY_TYPE),
    attribute("added_before", "", *BY_TYPE),
    attribute("status", read=Status, always=True),
    attribute("confirmation", read=Confirmation, always=True),
    attribute("invoice_id"),
    attribute("invoiced", "invoiced_at", *MOMENT),
    attribute("confirmed", "confirmed_at", *MOMENT),
    attribute("cancelled", "cancelled_at", *MOMENT),
    attribute("claim"),
    attribute("parked_reason"),
    attribute("bounced"),
    attribute("came_back", "", *TUPLE),
    attribute("settled_as"),
    attribute("applies", "applies_at", *MOMENT),
    attribute("lapsed", "lapsed_because"),
    attribute("transfer", write=list, read=lambda kept: OtherHalf(*kept)),
    VERSION,
    key=keys.ADJUSTMENT.key,
)


def _read_adjustment(clinic_id: str, adjustment_id: str, item: Plain) -> Adjustment:
    explanation = item.get("explanation")
    priced = tuple(
        _read_line(f"{adjustment_id}#{number}", line | {"explanation": explanation})
        for number, line in enumerate(item["priced"], start=1)
    )
    item = item | {"explanation": explanation, "priced": priced}
    adjustment: Adjustment = _ADJUSTMENT.read(item, clinic_id, adjustment_id)
    return adjustment


_CORRECTION = Form(
    invoices.Correction,
    ("correction_id",),
    attribute("cents", "amount_cents"),
    attribute("explanation", "reason"),
    attribute("at", "", *MOMENT),
    also={"kind": lambda _: invoices.LineKind.CORRECTION},
)


def _write_terms(terms: invoices.Terms) -> list[Any]:
    return [dict(terms.unit_prices), terms.proration_unit, terms.release_credit]


def _read_terms(values: list[Any]) -> invoices.Terms:
    prices, unit, credit = values
    return invoices.Terms(by_type(prices), ProrationUnit(unit), ReleaseCredit(credit))


_INVOICE = Form(
    invoices.Invoice,
    ("clinic_id", "invoice_id"),
    attribute("status", read=invoices.InvoiceStatus),
    attribute("currency"),
    attribute("first", "", *DAY),
    attribute("until", "", *DAY),
    attribute("total_cents"),
    attribute("line_count"),
    attribute("opened", "opened_at", *MOMENT),
    attribute("finalized", "finalized_at", *MOMENT),
    attribute("terms", "", _write_terms, _read_terms),
    attribute("first_terms", "", _write_terms, _read_terms),
    attribute("unwritten", write=list, read=lambda kept: invoices.Unwritten(*kept)),
    attribute(
        "billed",
        write=lambda billed: {kind: list(sums) for kind, sums in billed.items()},
        read=lambda kept: {
            LicenseType(kind): invoices.Billed(*sums) for kind, sums in kept.items()
        },
    ),
    attribute("peaks", "", _write_peaks, _read_peaks),
    VERSION,
    key=keys.invoice_key,
)


def _key_of_line(
    stored: invoices.StoredLine | invoices.StoredCorrection,
) -> Key[invoices.StoredLine]:
    return keys.invoice_line_key(
        stored.clinic_id, stored.invoice_id, invoices.line_of(stored).line_id
    )


def _read_invoice_or_line(
    clinic_id: str, name: str, item: Plain
) -> invoices.Invoice | invoices.StoredLine | invoices.StoredCorrection:
    invoice_id, _, line_id = name.partition("#LINE#")
    if line_id.startswith(invoices.CORRECTION):
        correction = _CORRECTION.read(item, line_id.removeprefix(invoices.CORRECTION))
        return invoices.StoredCorrection(clinic_id, invoice_id, correction)
    if line_id:
        return invoices.StoredLine(clinic_id, invoice_id, _read_line(line_id, item))
    invoice: invoices.Invoice = _INVOICE.read(item, clinic_id, invoice_id)
    return invoice


_HISTORY = Form(
    History,
    ("clinic_id", "history_id"),
    attribute("at", "", *MOMENT),
    attribute("action"),
    attribute("by", "actor", *ACTOR),
    attribute("subject"),
    attribute("before"),
    attribute("after"),
    attribute("why"),
    key=keys.HISTORY.key,
)


class _Inflated(dict[str, Any]):
    """An answer's body as it was read, with what it was read from."""

    def __init__(self, deflated: bytes) -> None:
        super().__init__(json.loads(zlib.decompress(deflated)))
        self.deflated = deflated


def _deflated(body: Any) -> bytes:
    if isinstance(body, _Inflated):
        # Not the bytes that this zlib would make of it: it is found again by those that lie there.
        return body.deflated
    # As short as by zlib.compress: an answer fits into this window. That one takes four times
    # as long, most of it for the memory of a larger one.
    deflater = zlib.compressobj(wbits=12, memLevel=5)
    text = json.dumps(body, separators=(",", ":")).encode()
    return deflater.compress(text) + deflater.flush()


_ANSWER = Form(
    StoredAnswer,
    ("clinic_id", "digest"),
    attribute("body_digest"),
    attribute("status"),
    # Kept for as long as the clinic exists, and written in every transaction: deflated.
    attribute("body", "", _deflated, _Inflated),
    attribute("at", "", *MOMENT),
    key=keys.REQUEST.key,
)

FORMS = by_kind(
    CLINIC_FORM,
    _USER,
    _ERASURE,
    _ADJUSTMENT,
    _INVOICE,
    Within(invoices.StoredLine, "line", _LINE, _key_of_line),
    Within(invoices.StoredCorrection, "correction", _CORRECTION, _key_of_line),
    _HISTORY,
    _ANSWER,
)
READERS: dict[str, Callable[[str, str, Plain], Any]] = {
    keys.CLINIC: _read_clinic,
    keys.USER: _USER.read_at,
    keys.ERASURE: _ERASURE.read_at,
    keys.ADJUSTMENT: _read_adjustment,
    keys.HISTORY: _HISTORY.read_at,
    keys.REQUEST: _ANSWER.read_at,
    keys.INVOICE: _read_invoice_or_line,
}
"""What reads a record, by the first word of its sort key: whose, which, and its attributes."""

# Imported once there is such a record: most functions see none, and each kind costs them a start.
_MAIL = "licensing.adapters.mail_records"
_NIGHT = "licensing.adapters.nightly_records"
_RARE = "licensing.adapters.rare_records"
_READ_ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(
        (keys.ADDRESS, keys.MAIL, keys.MAILED, keys.WORDS, keys.REPLY, keys.NOTICE), _MAIL
    ),
    **dict.fromkeys((keys.FINDING, keys.REPAIR, keys.REPORT), _NIGHT),
    **dict.fromkeys((keys.NAME, keys.TOKEN, keys.INVITATIONS), _RARE),
}
"""Where the other kinds are read, by the same word."""
_KEPT_ELSEWHERE = {
    **dict.fromkeys(("addresses", "clinic_mails", "mail_requests", "notices"), _MAIL),
    "reconciliation": _NIGHT,
    **dict.fromkeys(("finding", "invitations", "provisioning_tokens"), _RARE),
}
"""Where they are written, by the module of the domain that defines them."""
