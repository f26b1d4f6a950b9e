"""What somebody with several clinics comes for: an overview, and licenses that move."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.system.api import Api

from .conftest import PRICES, Clinic, World, _numbers, _run


def beside(world: World, clinic: Clinic, name: str, currency: str = "USD") -> Clinic:
    """Register one more clinic of the same User Manager, with two licenses of each type."""
    clinic_id = f"clinic-{_run}-{next(_numbers)}"
    url = f"{world.stack['api_url']}/clinics/{clinic_id}"
    registration = {
        "name": name,
        "time_zone": "America/New_York",
        "currency": currency,
        "billing_day": 15,
        "licenses": [
            {"license_type": kind, "purchased": 2, "unit_price_cents": cents + 1000}
            for kind, cents in PRICES.items()
        ],
        "user_managers": [
            {"name": "Morgan Lee", "email": clinic.manager.email, "license_type": "front_office"}
        ],
    }
    registered = Api(url, world.demo("staff").token).call("PUT", "", registration)
    assert registered.status == 201, registered.text
    return replace(clinic, clinic_id=clinic_id, api=Api(url, clinic.manager.token), users={})


@pytest.fixture
def pair(world: World, clinic: Clinic) -> tuple[Clinic, Clinic]:
    """Two clinics of one User Manager."""
    return clinic, beside(world, clinic, "Bayside Clinic")


def clinics(page: Page) -> Locator:
    """Return the table of all clinics."""
    return page.get_by_role("table", name="Clinics", exact=True)


def names(page: Page) -> list[str]:
    """Return the clinics in the order in which they stand there."""
    return clinics(page).locator("tbody").get_by_role("rowheader").all_inner_texts()


def test_all_clinics_stand_in_one_table_with_their_sums(
    open_page: Callable[..., Page], pair: tuple[Clinic, Clinic]
) -> None:
    page = open_page("#/", person=pair[0].manager)
    row = clinics(page).get_by_role("row", name="Bayside Clinic")
    # Two of each type at ten dollars more each, one of them in use by the manager.
    expect(row.get_by_role("cell").nth(2)).to_have_text("7")
    expect(row.get_by_role("cell").nth(3)).to_have_text("$370.00")
    sums = clinics(page).get_by_role("row", name="2 clinics")
    expect(sums.get_by_role("cell").first).to_have_text("20")
    expect(sums.get_by_role("cell").nth(3)).to_have_text("$660.00")


def test_a_closed_clinic_is_left_in_the_table_and_nothing_is_transferred_there(
    open_page: Callable[..., Page], world: World, pair: tuple[Clinic, Clinic]
) -> None:
    closing = {"closes_on": str(datetime.now(ZoneInfo("America/New_York")).date())}
    staff = Api(pair[1].api.url, world.demo("staff").token)
    assert staff.call("PUT", "/closure", {**closing, "reason": "Retired."}).status == 200
    page = open_page("#/", person=pair[0].manager)
    expect(clinics(page).get_by_role("row", name="Bayside Clinic")).to_contain_text("Closed")
    expect(clinics(page).get_by_role("row", name="Harbor Clinic")).not_to_contain_text("Closed")
    expect(page.get_by_role("button", name="Transfer")).to_have_count(0)


def test_the_table_is_sorted_by_its_heads(
    open_page: Callable[..., Page], pair: tuple[Clinic, Clinic]
) -> None:
    page = open_page("#/", person=pair[0].manager)
    expect(clinics(page).get_by_role("row", name="2 clinics")).to_be_visible()
    assert names(page) == ["Bayside Clinic", "Harbor Clinic"]
    head = clinics(page).get_by_role("columnheader", name="Available")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    assert names(page) == ["Bayside Clinic", "Harbor Clinic"]
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    assert names(page) == ["Harbor Clinic", "Bayside Clinic"]


def test_a_row_leads_to_the_release_form_in_one_click(
    open_page: Callable[..., Page], pair: tuple[Clinic, Clinic]
) -> None:
    page = open_page("#/", person=pair[0].manager)
    page.get_by_role("link", name="Release licenses of Harbor Clinic").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name="Release licenses")).to_be_checked()
    expect(dialog.get_by_label("Billing", exact=True)).to_have_value("3")


def test_transfer_licenses_in_three_steps(
    open_page: Callable[..., Page], pair: tuple[Clinic, Clinic]
) -> None:
    here, there = pair
    page = open_page("#/", person=here.manager)
    page.get_by_role("button", name="Transfer licenses of Harbor Clinic").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To", exact=True).select_option(label="Bayside Clinic")
    dialog.get_by_label("Billing", exact=True).select_option("2")
    dialog.get_by_label("Reason").fill("They bill for both from Bayside now.")
    dialog.get_by_role("button", name="Review transfer").click()
    for clinic, counts in (("Harbor", "3 → 1"), ("Bayside", "2 → 4")):
        table = dialog.get_by_role("table", name=f"Licenses of {clinic} Clinic before and after")
        expect(table.get_by_role("row", name="Billing")).to_contain_text(counts)
    dialog.get_by_role("button", name="Transfer 2 licenses").click()

    done = page.get_by_role("region", name="2 billing licenses transferred from Harbor Clinic to")
    expect(done).to_be_focused()
    assert (here.licenses("billing")[0], there.licenses("billing")[0]) == (1, 4)
    (given,), (taken,) = here.adjustments, there.adjustments
    assert given["transfer"]["adjustment_id"] == taken["adjustment_id"]
    # Each half says where the other one is, and is taken back with it.
    done.get_by_role("link", name="View at Bayside Clinic").click()
    expect(page.get_by_role("link", name="Harbor Clinic")).to_be_visible()
    page.get_by_role("button", name="Cancel this request").click()
    expect(page.get_by_role("dialog")).to_contain_text("part of a transfer from Harbor Clinic")
    page.get_by_role("button", name="Cancel the request").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    here.expect_licenses("billing", 3, 0, 3)
    there.expect_licenses("billing", 2, 0, 2)


def test_among_fifty_clinics_each_task_begins_in_two_steps(
    open_page: Callable[..., Page], pair: tuple[Clinic, Clinic]
) -> None:
    def with_more(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        harbor = next(row for row in body["clinics"] if row["name"] == "Harbor Clinic")
        body["clinics"] += [
            harbor | {"clinic_id": f"clinic-{number}", "name": f"Clinic {number}"}
            for number in range(10, 58)
        ]
        route.fulfill(response=answer, json=body)

    page = open_page("#/", person=pair[0].manager)
    page.route(re.compile(r"/licenses\?limit="), with_more)
    page.reload()
    expect(clinics(page)).to_contain_text("50 clinics")
    page.get_by_label("Search").fill("bays")
    expect(clinics(page).locator("tbody").get_by_role("row")).to_have_count(1)
    expect(page.get_by_role("link", name="Release licenses of Bayside Clinic")).to_be_visible()
    page.get_by_role("button", name="Transfer licenses of Bayside Clinic").click()
    begun = page.get_by_role("dialog").get_by_label("From", exact=True)
    expect(begun).to_have_value(pair[1].clinic_id)


def test_a_mail_leads_to_the_transfer_that_it_proposes(
    open_page: Callable[..., Page], pair: tuple[Clinic, Clinic]
) -> None:
    here, there = (one.clinic_id for one in pair)
    page = open_page(f"#/?from={here}&to={there}&types=billing:2", person=pair[0].manager)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("From", exact=True)).to_have_value(here)
    expect(dialog.get_by_label("To", exact=True)).to_have_value(there)
    expect(dialog.get_by_label("Billing", exact=True)).to_have_value("2")


def test_a_user_moves_along_with_their_license(
    open_page: Callable[..., Page], pair: tuple[Clinic, Clinic]
) -> None:
    here, there = pair
    page = open_page(here)
    page.get_by_role("button", name="Transfer licenses").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To", exact=True).select_option(label="Bayside Clinic")
    dialog.get_by_text("Users who move with their licenses").click()
    dialog.get_by_role("checkbox", name="Ana Silva, Therapist").check()
    dialog.get_by_label("Reason").fill("Ana works at Bayside from now on.")
    dialog.get_by_role("button", name="Review transfer").click()
    expect(dialog).to_contain_text("Ana Silva moves too.")
    dialog.get_by_role("button", name="Transfer 1 license").click()
    expect(page.get_by_role("region", name="1 therapist license transferred")).to_be_visible()
    here.expect_licenses("therapist", 2, 1, 1)
    there.expect_licenses("therapist", 3, 1, 2)
