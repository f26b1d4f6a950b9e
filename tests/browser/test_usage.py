"""Looking back at usage, and choosing which emails one gets."""

from typing import Any

from playwright.sync_api import Page, expect

from .conftest import Clinic, Open
from .judging import judge

YEAR: dict[str, Any] = {
    "periods": [
        {
            "first_day": f"2026-{month:02}-01",
            "licenses": [
                {
                    "license_type": kind,
                    "purchased_peak": 3,
                    "in_use_peak": month % 3,
                    "billed_cents": 19_500,
                }
                for kind in ("therapist", "assistant")
            ],
        }
        for month in range(1, 13)
    ],
    "advice": [
        {
            "license_type": "therapist",
            "unused": 1,
            "in_use_peak": 2,
            "periods": 3,
            "monthly_saving_cents": 6_500,
        }
    ],
}


def test_a_year_is_drawn_said_and_leads_to_the_filled_in_form(page: Page, clinic: Clinic) -> None:
    """A chart for each type, the same as a table, and advice in money."""
    page.route(f"**/clinics/{clinic.clinic_id}/usage", lambda route: route.fulfill(json=YEAR))
    page.get_by_role("link", name="Usage").click()

    chart = page.get_by_role("region", name="Therapist")
    expect(chart.locator("svg rect.used")).to_have_count(12)
    table = page.get_by_role("table", name="Therapist licenses by month")
    expect(table.get_by_role("row")).to_have_count(13)
    expect(table.get_by_role("row", name="February 2026")).to_contain_text("$195.00")

    advice = page.get_by_role("region", name="1 therapist license has gone unused")
    expect(advice).to_contain_text("for 3 months")
    expect(advice).to_contain_text("At most 2 were in use at once. Releasing 1 at the next")
    judge(page, "usage")
    advice.get_by_role("button", name="Release 1 therapist license").click()
    form = page.get_by_role("dialog")
    expect(form.get_by_label("Therapist")).to_have_value("1")
    expect(form.get_by_role("radio", name="At the next renewal")).to_be_checked()

    # What is in use is filled, what is not has an edge: told apart in all colors.
    page.emulate_media(color_scheme="dark")
    for forced in ("none", "active"):
        page.emulate_media(forced_colors=forced)
        had, used = (
            chart.locator(f"svg rect.{kind}").first.evaluate("one => getComputedStyle(one).fill")
            for kind in ("had", "used")
        )
        assert had != used, forced


def test_each_choice_of_emails_holds_at_once(open_page: Open, clinic: Clinic) -> None:
    """By the address that each of these emails ends with."""
    page = open_page(clinic, "notices")
    before = page.get_by_role("switch", name="Three business days before a renewal")
    expect(before).to_be_checked()
    judge(page, "notices")
    before.uncheck()
    expect(page.get_by_role("status")).to_have_text("Saved.")
    with page.expect_response(lambda answer: answer.request.method == "PUT"):
        page.get_by_label("Billing").select_option("1 left")

    page.reload()
    expect(page.get_by_label("Billing")).to_have_value("1")
    expect(before).not_to_be_checked()
    assert clinic.call("GET", "/notices") == {
        "few_left": [{"license_type": "billing", "at": 1}],
        "before_renewal": False,
        "invoice_finalized": True,
        "price_rise": True,
    }
