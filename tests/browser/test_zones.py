"""Everything of a clinic is said in the clinic's own time, wherever its reader is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser, expect

from licensing.domain.periods import a_year_after

from .conftest import Clinic, Open, World


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
