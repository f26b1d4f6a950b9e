"""What is billed: lines of changes, recurring lines, catching up, and renewals."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from licensing.domain.clinics import Clinic
from licensing.domain.invoices import (
    AnyLine,
    Invoice,
    InvoiceLine,
    InvoiceStatus,
    LineKind,
    Terms,
    Unwritten,
    billed_with,
    total,
)
from licensing.domain.licenses import License, LicenseType
from licensing.domain.periods import Period
from licensing.domain.proration import chargeable, share_from, share_released, whole
from licensing.domain.usage import peaks_of


def price_change(
    clinic: Clinic,
    license_type: LicenseType,
    delta: int,
    *,
    effective_at: datetime,
    line_id: str,
    adjustment_id: str | None = None,
    explanation: str | None = None,
) -> InvoiceLine:
    """Return the line for a change from ``effective_at`` to the end of its period.

    The clinic is as before the change, its paid maxima those of that period.
    """
    period = clinic.billing_calendar.period_at(effective_at)
    terms = clinic.terms_for(period)
    license = clinic.licenses[license_type]
    charged = chargeable(delta, license.purchased, license.paid_maximum, terms.release_credit)
    unit = terms.proration_unit
    share = share_from(effective_at, period, unit)
    if charged < 0:
        added = clinic.added_on(effective_at.astimezone(clinic.zone).date())
        share = share_released(-charged, added.get(license_type, 0), effective_at, period, unit)
    return InvoiceLine(
        line_id=line_id,
        kind=LineKind.CHARGE if delta > 0 else LineKind.CREDIT,
        license_type=license_type,
        quantity=abs(charged),
        unit_price_cents=terms.unit_prices[license_type],
        share=share,
        adjustment_id=adjustment_id,
        explanation=explanation,
    )


def renewed_since(clinic: Clinic, effective_at: datetime) -> Iterator[Period]:
    """Yield the periods after the one of ``effective_at`` that renewals have billed already."""
    period = clinic.billing_calendar.period_at(effective_at)
    while period.until < clinic.next_renewal:
        period = clinic.billing_calendar.period_on(period.until)
        yield period


def telling_terms(clinic: Clinic, moment: datetime) -> tuple[str, ...]:
    """Return the invoices that tell the terms of the moment's period and of those billed after.

    Its own one is missing where its renewal is late: that one will tell the clinic's.
    """
    period = clinic.billing_calendar.period_at(moment)
    if period == clinic.billing_calendar.period_at(clinic.registered_at):
        # No invoice is finalized as a clinic is registered; the first one tells what held then.
        named = [clinic.billing_calendar.period_on(period.until)]
    else:
        named = [period] if period.first < clinic.next_renewal else []
    named += [later for later in renewed_since(clinic, moment) if later not in named]
    return tuple(one.invoice_id for one in named)


def with_prices(invoice: Invoice, prices: dict[LicenseType, int]) -> Invoice:
    """Return the header telling these prices beside those of the types that it knows."""

    def told(terms: Terms | None) -> Terms | None:
        return terms and terms._replace(unit_prices=prices | terms.unit_prices)

    return replace(invoice, terms=told(invoice.terms), first_terms=told(invoice.first_terms))


def catch_up_lines(
    priced: Iterable[InvoiceLine],
    deltas: dict[LicenseType, int],
    periods: Iterable[tuple[Period, Terms]],
) -> tuple[InvoiceLine, ...]:
    """Return a change's lines: those priced at the request, and whole later periods.

    A renewal bills invoiced quantities only; a change that waited for its invoice while
    periods were renewed is charged or credited for each of them in full.
    """
    first = tuple(priced)
    lines = list(first)
    for period, terms in periods:
        for origin in first:
            delta = deltas[origin.license_type]
            lines.append(
                origin._replace(
                    line_id=f"{origin.adjustment_id}#{len(lines) + 1}",
                    kind=LineKind.CHARGE if delta > 0 else LineKind.CREDIT,
                    quantity=abs(delta),
                    unit_price_cents=terms.unit_prices[origin.license_type],
                    share=whole(period, terms.proration_unit),
                )
            )
    return tuple(lines)


def recurring_lines(clinic: Clinic, period: Period) -> tuple[InvoiceLine, ...]:
    """Return what a renewal bills for the period: every invoiced license for all of it.

    A release that is part of the renewal may come before the invoice of what was added shortly
    before: that many are credited here, and charged there for the same period.
    """
    if clinic.ends_before(period):
        return ()
    terms = clinic.terms_for(period)
    return tuple(
        InvoiceLine(
            line_id=f"RECURRING#{license_type}",
            kind=LineKind.RECURRING if license.invoiced > 0 else LineKind.CREDIT,
            license_type=license_type,
            quantity=abs(license.invoiced),
            unit_price_cents=terms.unit_prices[license_type],
            share=whole(period, terms.proration_unit),
        )
        for license_type, license in clinic.licenses.items()
        if license.invoiced
    )


def recurring_cents(clinic: Clinic, period: Period) -> int:
    """Return what ``recurring_lines`` add up to: whole periods, of which nothing is rounded."""
    if clinic.ends_before(period):
        return 0
    prices = clinic.terms_for(period).unit_prices
    return sum(license.invoiced * prices[kind] for kind, license in clinic.licenses.items())


def registration_lines(clinic: Clinic) -> tuple[InvoiceLine, ...]:
    """Return what the first invoice charges from registration to the first billing day."""
    period = clinic.billing_calendar.period_at(clinic.registered_at)
    terms = clinic.terms_for(period)
    return tuple(
        InvoiceLine(
            line_id=f"REGISTRATION#{license_type}",
            kind=LineKind.CHARGE,
            license_type=license_type,
            quantity=license.purchased,
            unit_price_cents=terms.unit_prices[license_type],
            share=share_from(clinic.registered_at, period, terms.proration_unit),
        )
        for license_type, license in clinic.licenses.items()
        if license.purchased > 0
    )


def open_invoice(clinic: Clinic, moment: datetime, lines: Iterable[InvoiceLine] = ()) -> Invoice:
    """Return the header of the invoice that collects lines until the clinic's next renewal."""
    written = tuple(lines)
    period = clinic.coming_period
    return Invoice(
        clinic_id=clinic.clinic_id,
        invoice_id=period.invoice_id,
        status=InvoiceStatus.UPCOMING,
        currency=clinic.currency,
        first=period.first,
        until=period.until,
        total_cents=total(written),
        line_count=len(written),
        opened_at=moment,
        billed=billed_with({}, written),
    )


def first_invoice(clinic: Clinic, lines: Iterable[InvoiceLine]) -> Invoice:
    """Return the header of the first invoice, which tells the terms of the registration."""
    terms = clinic.terms_for(clinic.billing_calendar.period_at(clinic.registered_at))
    return replace(open_invoice(clinic, clinic.registered_at, lines), first_terms=terms)


def with_lines(invoice: Invoice, lines: Iterable[AnyLine]) -> Invoice:
    """Return the header with these lines counted."""
    written = tuple(lines)
    return replace(
        invoice,
        total_cents=invoice.total_cents + total(written),
        line_count=invoice.line_count + len(written),
        billed=billed_with(invoice.billed, written),
    )


MOST_LINES = 90
"""Lines of one transaction, which takes a hundred records in all."""


def unwritten_lines(
    adjustment_id: str, lines: tuple[InvoiceLine, ...], *, written: int = 0
) -> tuple[tuple[InvoiceLine, ...], Unwritten | None]:
    """Return the lines for the next transaction, and what is left to write after it."""
    until = written + MOST_LINES
    rest = Unwritten(adjustment_id, until) if until < len(lines) else None
    return lines[written:until], rest


class Renewal(NamedTuple):
    """One period billed: the invoice finalized, the next one opened, the clinic moved on."""

    clinic: Clinic
    finalized: Invoice
    lines: tuple[InvoiceLine, ...]
    opened: Invoice


def is_renewal_due(clinic: Clinic, now: datetime) -> bool:
    """Return whether the first unbilled period has begun, in a clinic that is there then."""
    return (coming := clinic.coming_period).start <= now and not clinic.ends_before(coming)


def renew(clinic: Clinic, upcoming: Invoice, now: datetime) -> Renewal:
    """Bill the clinic's first unbilled period; due or not is the caller's question."""
    moment = clinic.moment(now)
    period = clinic.coming_period
    lines = recurring_lines(clinic, period)
    terms = clinic.terms_for(period)
    finalized = replace(
        with_lines(upcoming, lines),
        status=InvoiceStatus.FINALIZED,
        finalized_at=moment,
        terms=terms,
        peaks=peaks_of(clinic, clinic.billing_calendar.period_before(period)),
    )
    after = replace(
        clinic.touched(moment),
        licenses={
            kind: license._replace(unit_price_cents=terms.unit_prices[kind])
            for kind, license in clinic.licenses.items()
        },
        proration_unit=terms.proration_unit,
        release_credit=terms.release_credit,
        coming_terms=tuple(change for change in clinic.coming_terms if change.first > period.first),
        next_renewal=period.until,
        billing_changed_at=moment,
    )
    return Renewal(after, finalized, lines, open_invoice(after, moment))


def with_invoiced_changes(clinic: Clinic, deltas: dict[LicenseType, int]) -> Clinic:
    """Return the clinic with these changes billed by every renewal from now on."""

    def moved(kind: LicenseType, license: License) -> License:
        return license._replace(invoiced=license.invoiced + deltas.get(kind, 0))

    return replace(
        clinic, licenses={kind: moved(kind, license) for kind, license in clinic.licenses.items()}
    )


def with_all_invoiced(clinic: Clinic) -> Clinic:
    """Return the clinic as it bills once nothing waits for its invoice any more."""
    return with_invoiced_changes(
        clinic,
        {kind: license.purchased - license.invoiced for kind, license in clinic.licenses.items()},
    )


def all_land_as_priced(clinic: Clinic) -> bool:
    """Return whether all that waits comes to the upcoming invoice, just as it was priced.

    Not what is due after the next renewal, nor what waits since before the last one, nor what is
    not priced yet. The clinic's own record tells, of the newest that are open.
    """
    if not clinic.open_count and not clinic.scheduled and clinic.closing is None:
        return True
    coming = clinic.coming_period
    billed_last = clinic.billing_calendar.period_before(coming)
    return not (
        clinic.may_wait_since_before(billed_last.start)
        or clinic.may_wait_until(coming.start)
        or clinic.due_change(coming.start)
        or clinic.is_closed(coming.start)
    )


def expected_total(clinic: Clinic, collected_cents: int) -> int | None:
    """Return what the upcoming invoice is expected to come to; None if more has to be read.

    ``collected_cents`` is what it has so far.
    """
    coming = clinic.coming_period
    if clinic.scheduled or clinic.is_closed(coming.start):
        return None
    if all_land_as_priced(clinic):
        billed = recurring_cents(with_all_invoiced(clinic), coming)
        return collected_cents + clinic.uninvoiced_cents + billed
    if clinic.waits_only_from(coming.start):
        return collected_cents + recurring_cents(clinic, coming)
    return None
