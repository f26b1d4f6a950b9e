"""Everything of a clinic is said in the clinic's own time, wherever its reader is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Route, expect

from licensing.domain.periods import a_year_after

from .conftest import Clinic, Open, World

INVOICE = {
    "invoice_id": "2026-12",
    "status": "upcoming",
    "currency": "USD",
    # Midnight in New York, which is still November in Los Angeles.
    "period_start": "2026-12-01T05:00:00Z",
    "period_end": "2027-01-01T05:00:00Z",
    "total_cents": 0,
    "finalized_at": None,
    "lines": [],
    "pending": [],
    "expected_total_cents": 0,
}


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati"])
def test_days_and_deadlines_are_those_of_the_clinic(
    browser: Browser,
    new_page: Open,
    world: World,
    clinic: Clinic,
    zone: str,
) -> None:
    made = clinic.adjust("add", "billing", 1)
    context = browser.new_context(timezone_id=zone)

    def deadline(route: Route) -> None:
        body = route.fetch().json()
        for item in body["license_adjustments"]:
            item["invoice_update_due_at"] = "2026-12-02T03:30:00Z"
            item["invoiced_at"] = None
        route.fulfill(json=body)

    page = new_page(clinic.manager, context=context)
    page.route("**/invoices/upcoming", lambda route: route.fulfill(json=INVOICE))
    page.route("**/license-adjustments", deadline)
    page.goto(f"{world.page_url}{clinic.hash}/invoices")
    invoice = page.get_by_role("region", name="Upcoming invoice")
    expect(invoice).to_contain_text("Dec 1\u2009\u2013\u200931, 2026")
    expect(invoice.get_by_text("Dec 1, 2026", exact=True)).to_be_visible()
    page.goto(f"{world.page_url}{clinic.hash}/adjustments/{made['adjustment_id']}")
    expect(page.get_by_role("list", name="Progress")).to_contain_text(
        "due by Dec 1, 2026, 10:30 PM EST"
    )
    page.close()
    context.close()


def test_only_days_that_the_server_takes_are_offered(
    browser: Browser, new_page: Open, world: World, clinic: Clinic
) -> None:
    """From the clinic's tomorrow on for a change, from its today on for its end."""
    context = browser.new_context(timezone_id="Pacific/Kiritimati")
    for person, opener, label, ahead in (
        (clinic.manager, ("Add licenses", "On a date"), "Date", 1),
        (clinic.manager, ("Add user", "Make active now"), "First day (optional)", 1),
        (world.demo("staff"), ("Close clinic",), "Closes on", 0),
    ):
        page = new_page(person, context=context)
        page.goto(world.page_url + clinic.hash)
        page.get_by_role("button", name=opener[0]).click()
        dialog = page.get_by_role("dialog")
        for choice in opener[1:]:
            dialog.get_by_text(choice).click()
        field = dialog.get_by_label(label, exact=True)
        today = datetime.now(ZoneInfo("America/New_York")).date()
        expect(field).to_have_attribute("min", str(today + timedelta(days=ahead)))
        expect(field).to_have_attribute("max", str(a_year_after(today)))
        page.close()
    context.close()
