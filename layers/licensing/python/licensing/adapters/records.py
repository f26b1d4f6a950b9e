"""Records as DynamoDB items and back: the only place that knows their attributes.

Items are written compactly, since a write costs by the kilobyte: the clinic's record, which
every change writes, stays below one (a test measures it).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from licensing.adapters.forms import (
    VERSION,
    Form,
    Plain,
    Within,
    attribute,
    by_kind,
    by_sort,
    conversions,
)
from licensing.domain import clinics, invoices, keys
from licensing.domain.adjustments import Adjustment, Line
from licensing.domain.beside import Erasure, History, StoredAnswer
from licensing.domain.ids import MILLISECOND, milliseconds, moment_at, moment_of
from licensing.domain.keys import Key
from licensing.domain.licenses import Counts, LicenseType
from licensing.domain.periods import BillingCalendar
from licensing.domain.proration import Share
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
        plain = _PEAKS[0](peaks)
        if runs and runs[-1][1] == plain:
            runs[-1][2] += 1
        else:
            runs.append([first.isoformat(), plain, 1])
    return runs


def _past_peaks(item: Plain) -> Iterator[clinics.PeriodPeaks]:
    for day, plain, number in item.get("past_peaks", ()):
        calendar = BillingCalendar(item["billing_day"], ZoneInfo(item["time_zone"]))
        first, peaks = date.fromisoformat(day), _PEAKS[1](plain)
        for _ in range(number):
            yield clinics.PeriodPeaks(first, peaks)
            first = calendar.period_on(first).until


_PEAKS: Any = conversions(dict[LicenseType, Counts])

CLINIC_FORM = Form(
    clinics.Clinic,
    keys.CLINIC,
    ("clinic_id",),
    *("name", "time_zone", "currency", "billing_day", "calendar", "proration_unit"),
    *("release_credit", "email_requests", "licenses", "next_renewal", "maximum_first"),
    *("added", "coming_terms", "open_count", "uninvoiced_cents", "scheduled", "closing"),
    attribute("managers", "active_managers"),
    attribute("registered", "registered_at"),
    attribute("updated", "updated_at"),
    attribute("billing_changed", "billing_changed_at"),
    attribute("registration", "registration_digest"),
    attribute(
        "open",
        "open_adjustments",
        write=lambda entries: [_write_open(entry) for entry in entries],
        read=lambda entries: tuple(_read_open(entry) for entry in entries),
    ),
    attribute("few", "few_levels"),
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
    keys.USER,
    ("clinic_id", "user_id"),
    # These two are the keys of indexes.
    *("user_id", "email"),
    *("name", "license_type", "active", "permissions", "added_as", "active_since"),
    *("inactive_since", "joined", "starts", "notices"),
    attribute("created", "created_at"),
    attribute(
        "provisioned",
        write=lambda told: {n: value for n, value in told._asdict().items() if value is not None},
        read=lambda kept: Provisioned(**kept),
    ),
    attribute("changed", "changed_at"),
    VERSION,
)

# Not as `user_id` and `email`: by these users are found.
_ERASURE = Form(Erasure, keys.ERASURE, ("clinic_id", "user_id"), "words", "since", VERSION)

_LINE = Form(
    invoices.InvoiceLine,
    "",
    ("line_id", "share"),
    *("kind", "quantity", "explanation"),
    attribute("type", "license_type"),
    attribute("price", "unit_price_cents"),
    attribute("adjustment", "adjustment_id"),
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
    keys.ADJUSTMENT,
    ("clinic_id", "adjustment_id"),
    attribute(
        "lines",
        write=lambda lines: [[line.license_type, line.delta] for line in lines],
        read=lambda lines: tuple(Line.of(LicenseType(kind), delta) for kind, delta in lines),
    ),
    *("explanation", "licenses", "added_before", "invoice_id", "claim", "parked_reason"),
    *("bounced", "came_back", "settled_as", "transfer"),
    attribute("by", "requested_by"),
    attribute("requested", "requested_at"),
    attribute("effective", "effective_at"),
    attribute("due", "invoice_update_due_at"),
    attribute("promised", "confirmation_due_by"),
    # The explanation stands on the adjustment already.
    attribute(
        "priced",
        write=lambda lines: [_LINE.write(line._replace(explanation=None)) for line in lines],
    ),
    attribute("maximum_before", "paid_maximum_before"),
    attribute("status", always=True),
    attribute("confirmation", always=True),
    attribute("invoiced", "invoiced_at"),
    attribute("confirmed", "confirmed_at"),
    attribute("cancelled", "cancelled_at"),
    attribute("applies", "applies_at"),
    attribute("lapsed", "lapsed_because"),
    VERSION,
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
    "",
    ("correction_id",),
    "at",
    attribute("cents", "amount_cents"),
    attribute("explanation", "reason"),
    also={"kind": lambda _: invoices.LineKind.CORRECTION},
)

_INVOICE = Form(
    invoices.Invoice,
    keys.INVOICE,
    ("clinic_id", "invoice_id"),
    *("status", "currency", "first", "until", "total_cents", "line_count", "terms"),
    *("first_terms", "unwritten", "billed", "peaks"),
    attribute("opened", "opened_at"),
    attribute("finalized", "finalized_at"),
    VERSION,
)


def _key_of_line(stored: invoices.StoredLine) -> Key[invoices.StoredLine]:
    return keys.invoice_line_key(stored.clinic_id, stored.invoice_id, stored.line.line_id)


def _read_invoice_or_line(
    clinic_id: str, name: str, item: Plain
) -> invoices.Invoice | invoices.StoredLine:
    invoice_id, _, line_id = name.partition("#LINE#")
    if line_id.startswith(invoices.CORRECTION):
        correction = _CORRECTION.read(item, line_id.removeprefix(invoices.CORRECTION))
        return invoices.StoredLine(clinic_id, invoice_id, correction)
    if line_id:
        return invoices.StoredLine(clinic_id, invoice_id, _read_line(line_id, item))
    invoice: invoices.Invoice = _INVOICE.read(item, clinic_id, invoice_id)
    return invoice


_HISTORY = Form(
    History,
    keys.HISTORY,
    ("clinic_id", "history_id"),
    *("at", "action", "subject", "before", "after", "why"),
    attribute("by", "actor"),
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
    keys.REQUEST,
    ("clinic_id", "digest"),
    *("body_digest", "status", "at"),
    # Kept for as long as the clinic exists, and written in every transaction: deflated.
    attribute("body", "", _deflated, _Inflated),
)

FORMS = by_kind(
    CLINIC_FORM,
    _USER,
    _ERASURE,
    _ADJUSTMENT,
    _INVOICE,
    Within(invoices.StoredLine, "line", (_LINE, _CORRECTION), _key_of_line),
    _HISTORY,
    _ANSWER,
)
READERS = by_sort(_USER, _ERASURE, _HISTORY, _ANSWER) | {
    keys.CLINIC: _read_clinic,
    keys.ADJUSTMENT: _read_adjustment,
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
