"""What somebody with several clinics comes for: an overview, and licenses that move."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.system.api import Api

from . import crowds
from .conftest import Clinic, Open, World, _numbers, _run


@pytest.fixture
def pair(world: World, clinic: Clinic) -> tuple[Clinic, Clinic]:
    """Two clinics of one User Manager, the second with two licenses of each type."""
    other = f"clinic-{_run}-{next(_numbers)}"
    morgan = clinic.users["Morgan Lee"]
    world.write(crowds.owned(morgan, clinic.manager.email, {other: "Bayside Clinic"}))
    api = Api(f"{world.stack['api_url']}/clinics/{other}", clinic.manager.token)
    return clinic, replace(clinic, clinic_id=other, api=api, users={})


def clinics(page: Page) -> Locator:
    return page.get_by_role("table", name="Clinics", exact=True)


def test_all_clinics_stand_in_one_table_with_their_sums(
    open_page: Open, pair: tuple[Clinic, Clinic]
) -> None:
    pair[0].adjust("add", "billing", 2, effective_on="renewal")
    pair[0].adjust("remove", "assistant", 1, effective_on="renewal", explanation="Retires.")
    page = open_page("#/", person=pair[0].manager)
    row = clinics(page).get_by_role("row", name="Bayside Clinic")
    # A name is not broken into letters where the numbers need the room.
    page.set_viewport_size({"width": 900, "height": 900})
    name = row.get_by_role("link", name="Bayside Clinic", exact=True).bounding_box()
    assert name
    assert name["height"] < 30
    # No head takes two lines where there is room for one.
    page.set_viewport_size({"width": 1100, "height": 900})
    head = clinics(page).get_by_role("columnheader", name="Unused, per month").bounding_box()
    assert head
    assert head["height"] < 50
    # Nor does anything scroll sideways, on a phone or a tablet.
    for width in (360, 641, 768, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.querySelector('main').scrollWidth") == width
    # What is to be released later is not offered to be released now.
    release = clinics(page).get_by_role("link", name="Release licenses of Harbor Clinic")
    spare = "therapist:1,assistant:1,front_office:2,billing:3"
    expect(release).to_have_attribute("href", f"{pair[0].hash}?release={spare}")
    # Two of each type, one of them in use by the manager.
    expect(row.get_by_role("cell").nth(2)).to_have_text("7")
    expect(row.get_by_role("cell").nth(3)).to_have_text("$300.00")
    sums = clinics(page).get_by_role("row", name="2 clinics")
    expect(sums.get_by_role("cell").first).to_have_text("20")
    expect(sums.get_by_role("cell").nth(3)).to_have_text("$590.00")
    # Open is what was made and is not confirmed yet, like in the clinic.
    expect(sums.get_by_role("cell").nth(6)).to_have_text("0")


def test_a_closed_clinic_is_left_in_the_table_and_nothing_is_transferred_there(
    open_page: Open, world: World, pair: tuple[Clinic, Clinic]
) -> None:
    today = str(datetime.now(ZoneInfo("America/New_York")).date())
    staff = Api(pair[1].api.url, world.demo("staff").token)
    reason = {"closes_on": today, "reason": "Retired."}
    assert staff.call("PUT", "/closure", reason).status == 200
    page = open_page("", person=pair[0].manager)
    row = clinics(page).get_by_role("row", name="Bayside Clinic")
    expect(row).to_contain_text("Closed")
    expect(row.get_by_role("link", name="Release")).to_have_count(0)
    expect(clinics(page).get_by_role("row", name="Harbor Clinic")).not_to_contain_text("Closed")
    expect(page.get_by_role("button", name="Transfer")).to_have_count(0)
    clinics(page).get_by_role("link", name="Harbor Clinic", exact=True).click()
    expect(page.get_by_role("button", name="Release licenses")).to_be_visible()
    expect(page.get_by_role("button", name="Transfer licenses")).to_have_count(0)
    expect(page.get_by_role("link", name="Clinics", exact=True)).to_be_visible()


def test_a_mail_leads_to_the_transfer_that_it_proposes(
    open_page: Open, pair: tuple[Clinic, Clinic]
) -> None:
    here, there = (one.clinic_id for one in pair)
    page = open_page(f"#/?from={here}&to={there}&types=billing:2", person=pair[0].manager)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("From", exact=True)).to_have_value(here)
    expect(dialog.get_by_label("To", exact=True)).to_have_value(there)
    expect(dialog.get_by_label("Billing", exact=True)).to_have_value("2")


def test_a_user_moves_along_with_their_license(
    open_page: Open, pair: tuple[Clinic, Clinic]
) -> None:
    here, there = pair
    here.adjust("remove", "therapist", 1, explanation="Fewer therapists.")
    page = open_page(here)
    page.get_by_role("button", name="Transfer licenses").click()
    dialog = page.get_by_role("dialog")
    # No number is asked where nothing else can be transferred.
    expect(dialog.get_by_role("combobox", name="Assistant")).to_be_visible()
    expect(dialog.get_by_role("combobox", name="Therapist")).to_have_count(0)
    expect(dialog.get_by_text("None available")).to_be_visible()
    dialog.get_by_label("To", exact=True).select_option(label="Bayside Clinic")
    dialog.get_by_text("Users who move with their licenses").click()
    dialog.get_by_role("checkbox", name="Ana Silva, Therapist").check()
    dialog.get_by_label("Reason").fill("Ana works at Bayside from now on.")
    dialog.get_by_role("button", name="Review transfer").click()
    expect(dialog).to_contain_text("Ana Silva moves too.")
    expect(dialog).to_contain_text("Ana works at Bayside from now on.")
    dialog.get_by_role("button", name="Transfer 1 license").click()
    expect(page.get_by_role("region", name="1 therapist license transferred")).to_be_visible()
    here.expect_licenses("therapist", 1, 1, 0)
    there.expect_licenses("therapist", 3, 1, 2)
