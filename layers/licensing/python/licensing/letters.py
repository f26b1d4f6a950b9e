"""What people are told by mail, as text and as HTML in which every value is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING

from licensing.domain.adjustments import (
    Action,
    Adjustment,
    Line,
    asked_in_words,
    done_in_words,
    planned_in_words,
)
from licensing.domain.in_words import day_in_words, listed, local_day, local_time, price
from licensing.domain.invoices import Invoice, InvoiceLine, describe, shown
from licensing.domain.licenses import LicenseType, licenses_in_words
from licensing.domain.outgoing import Letter, Said

if TYPE_CHECKING:
    from licensing.domain.clinics import Clinic, ScheduledChange
    from licensing.domain.invitations import Invitation
    from licensing.domain.reconciliation import Finding, Report
    from licensing.domain.users import User


def confirmation(
    clinic: Clinic, adjustment: Adjustment, lines: list[InvoiceLine], invoice_total_cents: int
) -> Said:
    """Return what confirms an adjustment's change to the invoice.

    ``invoice_total_cents`` is the upcoming invoice's total with this change on it.
    """
    what = done_in_words(adjustment.lines)
    closing = "Licenses are billed until you release them, even if unused."
    if clinic.has_closed:
        closing = "The clinic has closed since. Nothing more is billed."
    elif all(line.action is Action.REMOVE for line in adjustment.lines):
        closing = "Released licenses are no longer billed."
    return Said(
        f"Invoice updated: {what}",
        # Where the requester cannot be reached, others read it.
        f"This change is on the invoice for {clinic.name}: {what}.",
        (
            ("Clinic", clinic.name),
            ("Change", what),
            ("Requested by", f"{adjustment.requested_by.name}, {_channel(adjustment)}"),
            ("Requested", local_time(adjustment.requested_at, clinic.zone)),
            *([("Transferred", adjustment.transfer_in_words)] if adjustment.transfer else []),
            *_reason(adjustment),
            *_amounts(clinic, lines),
            (_invoice_name(adjustment), price(invoice_total_cents, clinic.currency)),
            ("Request ID", adjustment.adjustment_id),
        ),
        closing,
        (_invoice_link(adjustment),),
    )


def lapse(clinic: Clinic, adjustment: Adjustment) -> Said:
    """Return what tells that a scheduled change was not made, and why."""
    what = asked_in_words(adjustment.lines)
    return Said(
        f"Not made: {what}",
        f"A change scheduled at {clinic.name} was not made: {what}. Licenses and invoice are as "
        "they were.",
        (
            ("Clinic", clinic.name),
            ("Scheduled for", local_day(adjustment.effective_at, clinic.zone)),
            ("Change", what),
            ("Why", adjustment.lapsed_because or ""),
            ("Requested by", f"{adjustment.requested_by.name}, {_channel(adjustment)}"),
            *_reason(adjustment),
            ("Request ID", adjustment.adjustment_id),
        ),
        "Make users who no longer need a license inactive, then request the change again.",
        (_change_link(clinic, adjustment.adjustment_id),),
    )


def start_missed(clinic: Clinic, user: User | None, day: datetime, why: str) -> Said:
    """Return the notice that a user who was to start did not become active, and why."""
    name = user.name if user else "A user"
    return Said(
        f"{name} is not active yet at {clinic.name}",
        f"{name} was scheduled to start at {clinic.name} on {local_day(day, clinic.zone)}.",
        (("Why", why),),
        "Once a license is available, make them active on the page.",
        (("Open the users", f"#/clinics/{clinic.clinic_id}/users"),),
    )


def start_warning(clinic: Clinic, user: User, day: datetime, why: str) -> Said:
    """Return the notice that a user who is to start would find no license, and why."""
    on, kind = local_day(day, clinic.zone), user.license_type
    return Said(
        f"Make room before {on}: {user.name} has no license to start with",
        f"{user.name} is scheduled to start at {clinic.name} on {on}. As things stand, they won't "
        "become active.",
        (("Why", why),),
        f"Add a license, or make another {kind.label} user inactive before that day.",
        (
            ("Add a license", f"#/clinics/{clinic.clinic_id}?add={kind}:1"),
            ("Open the users", f"#/clinics/{clinic.clinic_id}/users"),
        ),
    )


def lapse_warning(clinic: Clinic, change: ScheduledChange, reason: str) -> Said:
    """Return the notice that a scheduled release would find too few licenses available."""
    on = local_day(change.applies_at, clinic.zone)
    return Said(
        f"Make room before {on}: a scheduled release won't go through",
        f"A release is scheduled at {clinic.name} for {on}. As things stand, it won't go through.",
        (("Why", reason), ("Request ID", change.adjustment_id)),
        "Make users who no longer need a license inactive before that day, or cancel the release.",
        (
            ("Open the users", f"#/clinics/{clinic.clinic_id}/users"),
            _change_link(clinic, change.adjustment_id),
        ),
    )


def closure(
    clinic: Clinic, adjustment: Adjustment, lines: list[InvoiceLine], invoice_total_cents: int
) -> Said:
    """Return what tells a clinic's User Managers that it has closed."""
    return Said(
        f"{clinic.name} is closed",
        f"{clinic.name} is closed. All licenses are released, all users are inactive, and the "
        "last invoice is final.",
        (
            ("Clinic", clinic.name),
            ("Closed", local_time(adjustment.effective_at, clinic.zone)),
            ("Released", done_in_words(adjustment.lines).replace(" released", "")),
            *_amounts(clinic, lines),
            (f"{_invoice_name(adjustment)} (last)", price(invoice_total_cents, clinic.currency)),
            ("Request ID", adjustment.adjustment_id),
        ),
        "Nothing more is billed. You can still sign in and view invoices and history for 400 days.",
        (_invoice_link(adjustment),),
    )


def _reason(adjustment: Adjustment) -> list[tuple[str, str]]:
    return [("Reason", adjustment.explanation)] if adjustment.explanation else []


def _amounts(clinic: Clinic, lines: list[InvoiceLine]) -> list[tuple[str, str]]:
    return [
        (price(line.amount_cents, clinic.currency), describe(line, clinic.currency, clinic.zone))
        for line in shown(lines)
    ]


def _invoice_link(adjustment: Adjustment) -> tuple[str, str]:
    invoice = f"#/clinics/{adjustment.clinic_id}/invoices/{adjustment.invoice_id}"
    return "See the invoice", invoice


def _change_link(clinic: Clinic, adjustment_id: str) -> tuple[str, str]:
    return "See the change", f"#/clinics/{clinic.clinic_id}/adjustments/{adjustment_id}"


def _invoice_name(adjustment: Adjustment) -> str:
    """Return such as ``December 2026 invoice``: invoices are named by their months."""
    return f"{date.fromisoformat(f'{adjustment.invoice_id}-01'):%B %Y} invoice"


def invitation(to: Invitation) -> tuple[str, str]:
    """Return subject and HTML of the mail that invites somebody who has no sign-in yet.

    Cognito puts address and temporary password in the place of their marks. It takes ASCII for
    certain, so that the subject names nobody.
    """
    clinic, inviter, link = (escape(value) for value in to)
    sign_in = (
        f'<p><a href="{link}">Sign in</a> ({link}) with</p>' if link else "<p>Sign in with</p>"
    )
    html = (
        f"<p>{inviter} invited you to {clinic} in Clinic License Manager, where the clinic "
        f"manages its user licenses.</p>{sign_in}"
        "<p>Email: {username}<br>Temporary password: {####}</p>"
        "<p>You choose your own password when you sign in. The temporary one expires after 7 days; "
        f"if it has expired, ask {inviter} to send the invitation again.</p>"
    )
    return "Your invitation to Clinic License Manager", html.encode(
        "ascii", "xmlcharrefreplace"
    ).decode()


def added_to_clinic(user: User, to: Invitation) -> Letter:
    """Return the mail to somebody with a sign-in of their own who was added to one more clinic."""
    opening = f"{to.invited_by} added you to {to.clinic_name}."
    closing = f"Sign in with {user.email} and the password you already have."
    if not user.active:
        # By a User Manager, or as the day begins on which they start.
        closing += " You can see the clinic once you're active there."
    links = [("Open the clinic", to.link)] if to.link else []
    return letter(Said(f"You were added to {to.clinic_name}", opening, (), closing, links))


def findings_of_the_night(report: Report, findings: list[Finding]) -> Said:
    """Return what tells staff what a night found; it may show the first few only."""
    night = day_in_words(report.night)
    count = "1 finding" if report.findings == 1 else f"{report.findings} findings"
    clinics = "1 clinic" if report.clinics == 1 else f"{report.clinics:,} clinics"
    more = report.findings - len(findings)
    return Said(
        f"Reconciliation of {night}: {count}",
        f"The reconciliation of {night} checked {clinics}: {count}.",
        tuple(
            (
                finding.where,
                (
                    f"{finding.invariant} {finding.subject}: expected {finding.expected}; found "
                    f"{finding.actual}. {finding.advice}"
                ),
            )
            for finding in findings
        ),
        f"The report has {more} more." if more else "Each finding says what to do about it.",
        (("Open the report", f"#/staff/{report.night}"),),
    )


def renewal_comes(clinic: Clinic, expected_cents: int) -> Said:
    """Return what tells of a renewal three business days before it."""
    day, currency = day_in_words(clinic.next_renewal), clinic.currency
    prices = clinic.terms_for(clinic.coming_period).unit_prices
    idle = {
        kind: license.available
        for kind, license in clinic.licenses.items()
        if license.available and prices[kind]
    }
    facts = [
        ("Clinic", clinic.name),
        ("Invoice", f"{price(expected_cents, currency)} on {day}"),
        *(
            ("Licenses", f"{_priced(license.purchased, kind, prices[kind], currency)} a month")
            for kind, license in clinic.licenses.items()
            if license.purchased and prices[kind]
        ),
        *(
            ("Not in use", f"{_priced(count, kind, prices[kind], currency)} a month")
            for kind, count in idle.items()
        ),
        *(
            ("Scheduled", f"{_planned(change)} on {local_day(change.applies_at, clinic.zone)}")
            for change in clinic.scheduled
            if change.changes_licenses
        ),
    ]
    closing, links = "", []
    types = ",".join(f"{kind}:{clinic.spare(kind)}" for kind in idle if clinic.spare(kind))
    if types:
        closing = "Release what you no longer need before then."
        links = [("Release unused licenses", f"#/clinics/{clinic.clinic_id}?release={types}")]
    elif idle:
        closing = "The licenses not in use are already scheduled to be released or used."
    elif all(not one.available for one in clinic.licenses.values()):
        closing = "All of your licenses are in use."
    opening = f"Licenses at {clinic.name} renew on {day}."
    subject = f"{clinic.name}: invoice of {price(expected_cents, currency)} on {day}"
    return Said(subject, opening, tuple(facts), closing, (*links, _switch(clinic)))


def invoice_finalized(clinic: Clinic, invoice: Invoice) -> Said:
    """Return what tells of an invoice to which nothing is added any more."""
    name = f"{invoice.first:%B %Y} invoice"
    amount = price(invoice.total_cents, invoice.currency)
    link = f"#/clinics/{clinic.clinic_id}/invoices/{invoice.invoice_id}"
    return Said(
        f"{clinic.name}: {name}, {amount}",
        f"The {name} for {clinic.name} is final.",
        (("Clinic", clinic.name), ("Total", amount)),
        "",
        (("See the invoice", link), _switch(clinic)),
    )


def prices_rise(clinic: Clinic, first: date, rises: Mapping[LicenseType, tuple[int, int]]) -> Said:
    """Return what tells of prices that rise, before and after, from a renewal on."""
    day = day_in_words(first)
    more = sum(
        (after - before) * clinic.licenses[kind].purchased
        for kind, (before, after) in rises.items()
    )
    facts = [
        ("Clinic", clinic.name),
        *(
            (
                f"{kind.label.capitalize()} license",
                f"{price(before, clinic.currency)} → {price(after, clinic.currency)} a month",
            )
            for kind, (before, after) in rises.items()
        ),
        # Prices of others may fall on the same day.
        ("For these licenses", f"{price(more, clinic.currency)} more a month"),
    ]
    return Said(
        f"{clinic.name}: new license prices from {day}",
        f"License prices at {clinic.name} change with the renewal on {day}.",
        tuple(facts),
        "Licenses you release before then aren't billed at the new price.",
        (("See your licenses", f"#/clinics/{clinic.clinic_id}/users"), _switch(clinic)),
    )


def few_licenses_left(clinic: Clinic, kinds: Sequence[LicenseType]) -> Said:
    """Return what tells that few licenses of these types are left."""
    left = {kind: clinic.licenses[kind] for kind in kinds}
    facts = [
        ("Clinic", clinic.name),
        *(
            (kind.label.capitalize(), f"{license.available} of {license.purchased} available")
            for kind, license in left.items()
        ),
    ]
    what = listed(licenses_in_words(one.available, kind) for kind, one in left.items())
    types = ",".join(f"{kind}:1" for kind in kinds)
    return Said(
        f"{clinic.name}: few licenses left ({what})",
        f"{clinic.name} has {what} available.",
        tuple(facts),
        "A user can only be made active while a license of their type is available.",
        (("Add licenses", f"#/clinics/{clinic.clinic_id}?add={types}"), _switch(clinic)),
    )


def _switch(clinic: Clinic) -> tuple[str, str]:
    return "Choose which emails you get", f"#/clinics/{clinic.clinic_id}/notices"


def _planned(change: ScheduledChange) -> str:
    return planned_in_words(Line.of(kind, delta) for kind, delta in change.deltas.items())


def _priced(count: int, kind: LicenseType, cents: int, currency: str) -> str:
    return f"{licenses_in_words(count, kind)}, {price(count * cents, currency)}"


def written(said: Said, page: str) -> Letter:
    """Return the letter that says it, with its links if the page's address is known."""
    links = [(label, page + within) for label, within in said.links] if page else []
    return letter(said._replace(links=links))


def letter(said: Said) -> Letter:
    """Return the letter that says it, with whole addresses for its links.

    A value of several lines is indented, so that none of its lines can pose as one of ours.
    """
    subject, opening, facts, closing, links = said
    shown = [*(_fact(name, value) for name, value in facts), ""] if facts else []
    # A mail program that shows plain text answers by its own button.
    visible = [f"{label}: {url}" for label, url in links if not url.startswith("mailto:")]
    parts = [*opening.split("\n"), "", *shown, *closing.splitlines(), *visible, ""]
    rows = "".join(
        f'<tr><th scope="row" align="left" valign="top">{escape(name)}</th>'
        f"<td>{'<br>'.join(escape(line) for line in value.splitlines())}</td></tr>"
        for name, value in facts
    )
    anchors = "".join(f'<p><a href="{escape(url)}">{escape(label)}</a></p>' for label, url in links)
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(subject)}</title></head>"
        f'<body style="font-family:sans-serif;line-height:1.5">{_paragraphs(opening)}'
        f'<table cellpadding="6">{rows}</table>{_paragraphs(closing)}{anchors}</body></html>\n'
    )
    return Letter(" ".join(subject.split()), "\n".join(parts), html)


def _fact(name: str, value: str) -> str:
    lines = value.splitlines()
    if len(lines) < 2:
        return f"{name}: {value}"
    return "\n".join([f"{name}:", *(f"    {line}" for line in lines)])


def _paragraphs(text: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines())


def _channel(adjustment: Adjustment) -> str:
    return {"web": "on the web", "email": "by email"}.get(adjustment.requested_by.channel, "by API")
