"""What people are told by mail, as text and as HTML in which every value is escaped."""

from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from licensing.domain.adjustments import Action, Adjustment, lines_in_words
from licensing.domain.clinics import Clinic
from licensing.domain.invoices import InvoiceLine, describe, money, shown
from licensing.domain.letter import Letter
from licensing.domain.reconciliation import Finding, Report


def confirmation(
    clinic: Clinic, adjustment: Adjustment, lines: list[InvoiceLine], invoice_total_cents: int
) -> Letter:
    """Return the mail that confirms an adjustment's change to the invoice.

    ``invoice_total_cents`` is the upcoming invoice's total with this change on it.
    """
    zone = clinic.zone
    what = lines_in_words(adjustment.lines)
    total = money(invoice_total_cents, clinic.currency)
    facts = [
        ("Clinic", clinic.name),
        ("Change", _sentence(what)),
        ("Requested by", f"{adjustment.requested_by.name}, {_channel(adjustment)}"),
        ("Requested", local_time(adjustment.requested_at, zone)),
        *([("Explanation", adjustment.explanation)] if adjustment.explanation else []),
        *(
            (money(line.amount_cents, clinic.currency), describe(line, clinic.currency, zone))
            for line in shown(lines)
        ),
        (f"Invoice {adjustment.invoice_id}", f"now {total} in all"),
        ("Request", adjustment.adjustment_id),
    ]
    opening = f"The invoice of {clinic.name} is updated: {what}."
    closing = (
        "Released licenses are no longer billed."
        if all(line.action is Action.REMOVE for line in adjustment.lines)
        else "Licenses are billed until they are released, also while nobody uses them."
    )
    return letter(f"Invoice updated: {what}", opening, facts, closing)


def findings_of_the_night(report: Report, findings: list[Finding]) -> Letter:
    """Return the mail that tells staff what a night found; it may show the first few only."""
    count = "1 finding" if report.findings == 1 else f"{report.findings} findings"
    facts = [
        (
            finding.clinic_id,
            (
                f"{finding.invariant} {finding.subject}: expected {finding.expected}; found "
                f"{finding.actual}. {finding.advice}"
            ),
        )
        for finding in findings
    ]
    opening = f"The reconciliation of {report.night} checked {report.clinics} clinics: {count}."
    more = report.findings - len(findings)
    closing = (
        f"{more} more, and all of these, at GET /reconciliations/{report.night}."
        if more
        else f"The report stands at GET /reconciliations/{report.night}."
    )
    return letter(f"Reconciliation of {report.night}: {count}", opening, facts, closing)


def letter(subject: str, opening: str, facts: list[tuple[str, str]], closing: str) -> Letter:
    """Return a letter of one sentence, a table of facts, and one more sentence."""
    text = "\n".join([opening, "", *(f"{name}: {value}" for name, value in facts), "", closing, ""])
    rows = "".join(
        f'<tr><th scope="row" align="left" valign="top">{escape(name)}</th>'
        f"<td>{escape(value).replace(chr(10), '<br>')}</td></tr>"
        for name, value in facts
    )
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(subject)}</title></head>"
        f'<body style="font-family:sans-serif;line-height:1.5"><p>{escape(opening)}</p>'
        f'<table cellpadding="6">{rows}</table><p>{escape(closing)}</p></body></html>\n'
    )
    return Letter(" ".join(subject.split()), text, html)


def local_time(moment: datetime, zone: ZoneInfo) -> str:
    """Return such as ``Monday, 23 November 2026, 14:05 EST``."""
    local = moment.astimezone(zone)
    return f"{local:%A}, {local.day} {local:%B %Y, %H:%M %Z}"


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]


def _channel(adjustment: Adjustment) -> str:
    return {"web": "on the web", "email": "by email"}.get(
        adjustment.requested_by.channel, "by the API"
    )
