"""What the vendor's staff does."""

import json
import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page, Route, expect

from local.clients import Clients
from tests.system.api import eventually

from .conftest import Clinic, World
from .test_tasks import expect_counts


def test_register_a_clinic_and_find_it(open_page: Callable[..., Page], world: World) -> None:
    clinic_id = f"clinic-{secrets.token_hex(3)}"
    page = open_page(person=world.demo("staff"))
    page.get_by_role("button", name="Register a clinic").click()
    dialog = page.get_by_role("dialog", name="Register a clinic")
    dialog.get_by_role("button", name="Register the clinic").click()
    expect(dialog.get_by_role("alert")).to_contain_text("things to correct")
    dialog.get_by_label("Name", exact=True).fill("Ridge View Therapy")
    dialog.get_by_label("Id", exact=True).fill(clinic_id)
    dialog.get_by_label("Therapist licenses").fill("2")
    dialog.get_by_label("Therapist price").fill("65.5")
    dialog.get_by_label(re.compile("User Manager.s name")).fill("Ines Duarte")
    dialog.get_by_label(re.compile("User Manager.s e-mail")).fill(f"ines@{clinic_id}.example")
    dialog.get_by_role("button", name="Register the clinic").click()
    done = page.get_by_role("region", name="Ridge View Therapy is registered.")
    expect(done).to_be_focused()
    done.get_by_role("link", name="Open the clinic").click()
    expect(page.get_by_role("heading", name="Ridge View Therapy")).to_be_visible()
    expect_counts(page, "Therapist", 2, 1, 1)
    expect(page.get_by_text("$65.50 a month")).to_be_visible()


def test_staff_see_everything_of_a_clinic_and_change_no_licenses(
    open_page: Callable[..., Page], world: World, clinic: Clinic
) -> None:
    page = open_page(person=world.demo("staff"))
    page.get_by_role("button", name="Open by id").click()
    page.get_by_role("dialog").get_by_label("Id").fill(clinic.clinic_id)
    page.keyboard.press("Enter")
    expect_counts(page, "Therapist", 3, 2, 1)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_role("button", name="Request license adjustment")).to_have_count(0)
    for view in ("Adjustments", "Invoices", "History"):
        page.get_by_role("link", name=view, exact=True).click()
        expect(
            page.get_by_role("heading", name=re.compile(view[:-1], re.IGNORECASE)).first
        ).to_be_visible()


def test_set_prices_and_rules(open_page: Callable[..., Page], world: World, clinic: Clinic) -> None:
    page = open_page(clinic.hash, person=world.demo("staff"))
    page.get_by_role("button", name="Change prices and rules").click()
    dialog = page.get_by_role("dialog", name="Change prices and rules")
    expect(dialog.get_by_label("Therapist price")).to_have_value("65.00")
    dialog.get_by_label("Therapist price").fill("70")
    dialog.get_by_label("Released licenses").select_option("Not credited")
    dialog.get_by_label("Requests by e-mail").select_option("Not accepted")
    dialog.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("The new prices hold from the next renewal.")).to_be_visible()
    page.get_by_role("link", name="History").click()
    change = page.get_by_role("row").filter(has_text="Clinic changed")
    expect(change).to_contain_text("release credit: none")
    expect(change).to_contain_text("email requests: yes → no")


def test_settle_an_unclear_confirmation(
    open_page: Callable[..., Page], world: World, clinic: Clinic
) -> None:
    adjustment = clinic.adjust("add", "billing", 1)
    unclear = {
        **adjustment,
        "status": "invoiced",
        "invoiced_at": adjustment["requested_at"],
        "confirmation": "unknown",
    }
    sent: list[Any] = []

    def settle(route: Route) -> None:
        sent.append(route.request.post_data_json)
        route.fulfill(json={**unclear, "status": "confirmed", "confirmation": "sent"})

    def listed(route: Route) -> None:
        route.fulfill(json={"license_adjustments": [unclear], "next_cursor": None})

    page = open_page(person=world.demo("staff"))
    expect(page.get_by_role("heading", name="Clinics")).to_be_visible()
    page.route("**/license-adjustments", listed)
    page.route("**/confirmation", settle)
    page.evaluate("(hash) => { location.hash = hash; }", f"{clinic.hash}/adjustments")
    step = page.get_by_role("listitem").filter(has_text="Confirmation sent").last
    expect(step).to_contain_text("Unclear")
    page.get_by_role("button", name="Settle the confirmation").click()
    dialog = page.get_by_role("dialog", name="Settle the confirmation")
    dialog.get_by_role("button", name="Record it as sent").click()
    expect(dialog.get_by_role("alert")).to_contain_text("1 thing to correct")
    dialog.get_by_label("Reason").fill("The mail log shows its delivery")
    dialog.get_by_role("button", name="Record it as sent").click()
    expect(dialog).to_have_count(0)
    assert sent == [{"outcome": "sent", "reason": "The mail log shows its delivery"}]


def test_a_night_that_was_reconciled(
    open_page: Callable[..., Page], world: World, clients: Clients
) -> None:
    workflows = clients.workflows()
    begun = workflows.start_execution(
        stateMachineArn=clients.outputs()["BillingReconciliationArn"],
        input=json.dumps({"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "segments": 1}),
    )

    def ended() -> str | None:
        found = workflows.describe_execution(executionArn=begun["executionArn"])["status"]
        return None if found == "RUNNING" else found

    assert eventually(ended) == "SUCCEEDED"
    page = open_page("#/staff", person=world.demo("staff"))
    expect(page.get_by_text(re.compile(r"Complete\. \d+ clinics checked, \d+ f"))).to_be_visible()
    nights = page.get_by_role("navigation", name="Nights").get_by_role("link")
    expect(nights.first).to_have_attribute("aria-current", "page")


def test_findings_of_the_night(open_page: Callable[..., Page], world: World) -> None:
    finding = {
        "clinic_id": "clinic-lakeside",
        "invariant": "I1",
        "expected": "5 in use",
        "actual": "6 in use",
        "advice": "Compare the counter with the active users before correcting it.",
        "subject": "therapist",
    }
    nights = [
        {"date": "2026-11-21", "status": "complete", "clinics": 2, "findings": 1},
        {"date": "2026-11-20", "status": "complete", "clinics": 2, "findings": 0},
    ]

    def answer(route: Route) -> None:
        date = route.request.url.rpartition("/")[2]
        if date == "reconciliations":
            body: dict[str, Any] = {"reconciliations": nights, "next_cursor": None}
        else:
            findings = [finding] if date == "2026-11-21" else []
            body = {
                "date": date,
                "status": "complete",
                "clinics_checked": 2,
                "finding_count": len(findings),
                "repairs": 0,
                "findings": findings,
                "next_cursor": None,
            }
        route.fulfill(json=body)

    page = open_page(person=world.demo("staff"))
    page.route(re.compile("/reconciliations"), answer)
    page.get_by_role("link", name="Reconciliation").click()
    row = page.get_by_role("table", name="Findings").get_by_role("row", name="clinic-lakeside")
    expect(row).to_contain_text("6 in use")
    expect(row).to_contain_text("Compare the counter")
    page.get_by_role("link", name="2026-11-20").click()
    expect(page.get_by_text("Everything fits. There is nothing to do.")).to_be_visible()
    page.get_by_role("link", name="2026-11-21").click()
    page.get_by_role("link", name="clinic-lakeside").click()
    expect(page.get_by_role("heading", name="Lakeside Rehab")).to_be_visible()
