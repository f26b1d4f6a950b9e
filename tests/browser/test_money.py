"""What the page says of money adds up, and stands in one place like in another."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Route, expect

from .conftest import Clinic, Open
from .judging import judge
from .test_tasks import request, strip_row


def amounts(text: str) -> list[Decimal]:
    """Return the amounts of money in a text."""
    found = re.findall(r"([+\N{MINUS SIGN}]?)\$([\d,]+\.\d\d)", text)
    return [
        Decimal(number.replace(",", "")) * (-1 if sign == "\N{MINUS SIGN}" else 1)
        for sign, number in found
    ]


def fact(dialog: Locator, name: str) -> list[Decimal]:
    """Return the amounts that a review says of something."""
    line = dialog.locator("dl div").filter(has=dialog.page.get_by_text(re.compile(name)))
    return amounts(line.inner_text())


@pytest.mark.usefixtures("slow_clock")
@pytest.mark.parametrize("mode", ["Add licenses", "Release licenses"])
def test_a_review_adds_up(open_page: Open, clinic: Clinic, mode: str) -> None:
    clinic.adjust("add", "assistant", 1)
    page = open_page(clinic)
    dialog = request(page, mode, {"Therapist": "1", "Billing": "2"}, "A change of plans")
    (now,), (monthly,), (then,) = (
        fact(dialog, name) for name in ("^Prorated now$", "^(?!Then)[A-Z][a-z]+$", "^Then$")
    )
    total, was = fact(dialog, "invoice total$")
    assert total == was + now + monthly
    assert then == monthly
    assert was == amounts(page.locator(".amount").inner_text())[0]
    dialog.locator("button.main").click()
    expect(
        page.get_by_role("region", name=re.compile("licenses? .*(added|released)"))
    ).to_be_visible()
    expect(page.locator(".amount")).to_have_text(f"${total:,.2f}")


@pytest.mark.usefixtures("slow_clock")
def test_the_upcoming_invoice_names_what_is_to_come(open_page: Open, clinic: Clinic) -> None:
    clinic.adjust("add", "therapist", 2)
    # As a confirmation leads to it.
    page = open_page(clinic, f"invoices/{clinic.call('GET', '/invoices/upcoming')['invoice_id']}")
    invoice = page.get_by_role("region", name="Upcoming invoice")
    expect(page.get_by_role("link", name="Upcoming")).to_have_attribute("aria-current", "page")
    pending = invoice.get_by_role("table", name="Pending requests")
    asked = pending.get_by_role("row", name="2 therapist licenses added")
    expect(asked).to_contain_text("+$130.00")
    total = invoice.get_by_role("table", name="Invoice lines").get_by_role("row").last
    expect(total).to_contain_text("Total so far")
    expected = pending.get_by_role("row").last
    expect(expected).to_contain_text("Expected total")
    prorated, monthly = amounts(asked.inner_text())
    (so_far,), (sum_of_all,) = amounts(total.inner_text()), amounts(expected.inner_text())
    assert sum_of_all == so_far + prorated + monthly
    # One total wherever the invoice is named.
    for place in (page.locator(".amount"), page.get_by_role("link", name="Upcoming")):
        expect(place).to_contain_text(f"${sum_of_all:,.2f}")
    judge(page, "invoices")
    asked.get_by_role("link").click()
    expect(page.get_by_role("list", name="Progress")).to_be_visible()


@pytest.mark.usefixtures("fast_clock")
def test_an_invoice_is_grouped_with_subtotals_and_comes_as_csv(
    open_page: Open, clinic: Clinic
) -> None:
    lines = [
        {"action": "add", "license_type": "therapist", "quantity": 1},
        {"action": "remove", "license_type": "billing", "quantity": 1},
    ]
    body = {"lines": lines, "explanation": "Billing moves out of house"}
    clinic.call("POST", "/license-adjustments", body, "k")
    page = open_page(clinic, "invoices")
    invoice = page.get_by_role("region", name="Upcoming invoice")
    added = invoice.get_by_role("row", name="Added: Therapist")
    expect(added).to_be_visible(timeout=25_000)
    # The reason is why a license was released, not why another one was added.
    expect(added).not_to_contain_text("Billing moves")
    expect(invoice.get_by_role("row", name="Released: Billing")).to_contain_text("Billing moves")
    groups = invoice.get_by_role("row").filter(has_text="Subtotal")
    expect(groups).to_have_text(
        [re.compile(f"^{name}") for name in ("Monthly licenses", "Changes", "Credits")]
    )
    subtotals = [amounts(text)[0] for text in groups.all_inner_texts()]
    (total,) = amounts(invoice.get_by_role("row").last.inner_text())
    assert sum(subtotals) == total
    types = ["Therapist", "Assistant", "Front office", "Billing"]
    monthly = invoice.locator("tbody").first.get_by_role("rowheader")
    expect(monthly).to_have_text([re.compile("Monthly"), *types])
    with page.expect_download() as download:
        invoice.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename.startswith(clinic.clinic_id)
    text = download.value.path().read_text("utf-8")
    assert "Billing moves out of house" in text


def test_nothing_purchased_is_not_drawn_as_wasted(open_page: Open, clinic: Clinic) -> None:
    def without(route: Route) -> None:
        body = route.fetch().json()
        body["licenses"][3] |= {"purchased": 0, "available": 0, "idle_monthly_cost_cents": 0}
        route.fulfill(json=body)

    page = open_page(clinic)
    page.route(re.compile(r"/licenses$"), without)
    page.reload()
    billing = strip_row(page, "Billing")
    expect(billing).to_contain_text("None purchased")
    image = billing.locator(".meter").evaluate("(node) => getComputedStyle(node).backgroundImage")
    assert image == "none"
