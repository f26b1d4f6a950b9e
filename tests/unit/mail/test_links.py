"""Every mail links to the page, at the thing that it is about."""

import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from licensing import letters
from licensing.domain.adjustments import Adjustment, Status
from licensing.domain.clinics import ScheduledChange
from licensing.domain.invitations import Invitation
from licensing.domain.invoices import Invoice, InvoiceStatus
from licensing.domain.outgoing import Letter, Outgoing, Said
from licensing.domain.provisioning import no_license
from licensing.domain.reconciliation import Report
from licensing.mail.outcomes.outcome import ClinicChange, LeftOpen, Outcome, Wish
from licensing.use_cases.email_requests import email_letters
from licensing.use_cases.email_requests.email_decisions import DONE_BEFORE, OFF, Decision
from tests.unit.domain.builders import (
    BILLING,
    HALF,
    THERAPIST,
    add,
    clinic,
    line,
    remove,
    request,
    user,
)

PAGE = "https://page.example/"
HERE = clinic(closing=None)
THERE = replace(HERE, clinic_id="lakeside", name="Lakeside")
ASKED, ADJUSTMENT = request(HERE, add(1))
ID = ADJUSTMENT.adjustment_id
BILLED = replace(ADJUSTMENT, invoice_id="2026-05")
CANCELED = replace(ADJUSTMENT, status=Status.CANCELLED)
ADDING = ClinicChange("main-street", (add(1),), None)
RELEASING = ClinicChange("main-street", (remove(1),), "Left.")
THEN = ClinicChange("main-street", (add(1, BILLING), remove(2)), "Left.", date(2026, 5, 4))
TAKEN = ClinicChange("lakeside", (add(1),), None)
MOVED = Outcome("propose", (RELEASING, TAKEN), transfer=True)
INVOICE = Invoice(
    "main-street", "2026-05", InvoiceStatus.FINALIZED, "USD", date(2026, 5, 1), date(2026, 6, 1),
    5_000, 1, HALF,
)  # fmt: skip
REPORT = Report(date(2026, 4, 16), HALF, clinics=2, findings=1)
UNKNOWN = Wish(clinic_id=None)


def answer(decision: Decision, *managed: object) -> Outgoing:
    """Return the answer to a request by mail."""
    at = email_letters.Addresses(PAGE, "dana@main.example", "licenses+token@mail.example", False)
    return email_letters.reply(decision, managed or (HERE, THERE), (), [], at)  # type: ignore[arg-type]


def asked(verdict: str, kind: str = "", *changes: ClinicChange, **more: object) -> Decision:
    """Return a decision that leaves the changes open."""
    pending = LeftOpen(kind, changes) if kind else None  # type: ignore[arg-type]
    return Decision(Outcome(verdict, **more), pending=pending, advice="No." if kind else None)  # type: ignore[arg-type]


def told(adjustment: Adjustment) -> Outgoing:
    """Return what other User Managers are told."""
    return email_letters.news(ASKED, adjustment, ["pat@main.example"], PAGE)[0]


CHANGE = f"#/clinics/main-street/adjustments/{ID}"
INVOICES = "#/clinics/main-street/invoices/2026-05"
CLINIC = "#/clinics/main-street"
NOTICES = "#/clinics/main-street/notices"

MAILS: dict[str, tuple[Letter | Said | Outgoing, list[str]]] = {
    "confirmation": (letters.confirmation(HERE, BILLED, [line()], 5_000), [INVOICES]),
    "closure": (letters.closure(HERE, BILLED, [line()], 5_000), [INVOICES]),
    "lapse": (letters.lapse(HERE, ADJUSTMENT), [CHANGE]),
    "start_missed": (letters.start_missed(HERE, user(), HALF, "None."), [f"{CLINIC}/users"]),
    "start_warning": (
        letters.start_warning(HERE, user(), HALF, "None."),
        [f"{CLINIC}?add=therapist:1", f"{CLINIC}/users"],
    ),
    "lapse_warning": (
        letters.lapse_warning(HERE, ScheduledChange(ID, {THERAPIST: -1}), "None."),
        [f"{CLINIC}/users", CHANGE],
    ),
    "invoice_finalized": (letters.invoice_finalized(HERE, INVOICE), [INVOICES, NOTICES]),
    "prices_rise": (
        letters.prices_rise(HERE, date(2026, 5, 1), {THERAPIST: (1_000, 1_200)}),
        [f"{CLINIC}/users", NOTICES],
    ),
    "few_licenses_left": (
        letters.few_licenses_left(HERE, [THERAPIST, BILLING]),
        [f"{CLINIC}?add=therapist:1,billing:1", NOTICES],
    ),
    "renewal_comes": (
        letters.renewal_comes(HERE, 5_000),
        [f"{CLINIC}?release=therapist:2,billing:2", NOTICES],
    ),
    "added_to_clinic": (
        letters.added_to_clinic(user(), Invitation("Main Street", "Dana", PAGE + CLINIC)),
        [CLINIC],
    ),
    "findings_of_the_night": (
        letters.findings_of_the_night(REPORT, []),
        ["#/staff/2026-04-16"],
    ),
    "no license for an identity provider": (
        no_license("Entra ID", "None.", "main-street"),
        [CLINIC],
    ),
    "done": (
        answer(Decision(Outcome("apply"), applied=[(ASKED, ADJUSTMENT)])),
        [CHANGE],
    ),
    "undone": (answer(Decision(Outcome("undo"), undone=[(HERE, CANCELED)])), [CHANGE]),
    "news of a change": (told(ADJUSTMENT), [CHANGE]),
    "news that it was undone": (told(CANCELED), [CHANGE]),
    "a proposal": (
        answer(Decision(Outcome("propose", (ADDING,)), pending=LeftOpen("proposed", (ADDING,)))),
        [f"{CLINIC}?add=therapist:1"],
    ),
    "a proposal for a day": (
        answer(Decision(Outcome("propose", (THEN,)))),
        [f"{CLINIC}?add=billing:1&release=therapist:2&from=2026-05-04"],
    ),
    "a transfer": (answer(Decision(MOVED)), ["#/?from=main-street&to=lakeside&types=therapist:1"]),
    "a question about one clinic": (
        answer(
            Decision(
                Outcome("ask", wishes=(Wish(clinic_id="lakeside"),)),
                pending=LeftOpen("asked", wishes=(Wish(clinic_id="lakeside"),)),
            )
        ),
        ["#/clinics/lakeside"],
    ),
    "a question about no clinic": (
        answer(
            Decision(Outcome("ask", wishes=(UNKNOWN,)), pending=LeftOpen("asked", (), (UNKNOWN,)))
        ),
        ["#/"],
    ),
    "a refusal": (answer(asked("ask", "proposed", RELEASING)), [CLINIC]),
    "a refusal of two": (
        answer(asked("ask", "proposed", RELEASING, TAKEN)),
        [CLINIC, "#/clinics/lakeside"],
    ),
    "UNDO that came too late": (answer(asked("ask", "applied", ADDING)), [f"{CLINIC}/adjustments"]),
    "switched off": (answer(asked("none", reason=OFF), HERE), [CLINIC]),
    "done before": (answer(asked("none", reason=DONE_BEFORE)), ["#/"]),
    "not opened": (answer(asked("none", reason=email_letters.NOT_OPENED), HERE), [CLINIC]),
    "no request": (answer(asked("none"), HERE), [CLINIC]),
}  # fmt: skip


def links_of(mail: Letter | Said | Outgoing) -> list[str]:
    """Return where the mail's links lead on the page."""
    if isinstance(mail, Said):
        return [within for _, within in mail.links]
    text = mail.letter.text if isinstance(mail, Outgoing) else mail.text
    return re.findall(rf"{re.escape(PAGE)}(\S*)", text)


@pytest.mark.parametrize("name", MAILS)
def test_a_mail_links_to_what_it_is_about(name: str) -> None:
    mail, places = MAILS[name]
    assert links_of(mail) == places


def test_links_to_two_clinics_are_told_apart() -> None:
    text = answer(Decision(Outcome("propose", (ADDING, TAKEN)))).letter.text
    for name in ("Main Street", "Lakeside"):
        assert f"Review the change on the page ({name}): https" in text


def test_an_invitation_links_to_the_clinic() -> None:
    _, html = letters.invitation(Invitation("Main Street", "Dana", PAGE + CLINIC))
    assert f'href="{PAGE}{CLINIC}"' in html


def test_no_mail_is_forgotten() -> None:
    def writes(made: Callable[..., object]) -> bool:
        return inspect.signature(made).return_annotation in ("Letter", "Said")

    made = {name for name, _ in inspect.getmembers(letters, inspect.isfunction)}
    here = {name for name in made if writes(getattr(letters, name))}
    assert here - {"letter", "written"} <= set(MAILS)
