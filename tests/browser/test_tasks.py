"""What people come for, done by the names that a screen reader says."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Clinic, Open, World
from .judging import judge


def expect_counts(page: Page, license_type: str, *expected: int) -> None:
    """Wait until the page shows total, in use and available of a type so."""
    cells = strip_row(page, license_type).get_by_role("cell")
    for index, number in enumerate(expected):
        expect(cells.nth(index)).to_have_text(str(number))


def strip_row(page: Page, license_type: str) -> Locator:
    """Return the part of the strip that tells of one license type, or of all."""
    row = page.get_by_role("table", name="Licenses", exact=True).get_by_role("row")
    return row.filter(has=page.get_by_role("rowheader", name=license_type))


def released(page: Page) -> Locator:
    """Return the bar that offers what can be done about what was just switched."""
    return page.get_by_role("region", name="Just changed")


def request(page: Page, mode: str, quantities: dict[str, str], explanation: str = "") -> Locator:
    """Fill in the request dialog up to its review; returns the dialog."""
    page.get_by_role("button", name=mode, exact=True).click()
    dialog = page.get_by_role("dialog")
    for name, quantity in quantities.items():
        field = dialog.get_by_label(name, exact=True)
        if mode.startswith("Add"):
            field.fill(quantity)
        else:
            field.select_option(quantity)
    if explanation:
        dialog.get_by_label("Reason").fill(explanation)
    dialog.get_by_role("button", name="Review request").click()
    expect(dialog.get_by_role("heading", name="Review your request")).to_be_focused()
    return dialog


def lines(found: Locator) -> int:
    """Return in how many lines these stand."""
    tops = found.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().top)")
    return len(set(tops))


def test_counts_and_prices_of_all_types_stand_in_one_line(page: Page, clinic: Clinic) -> None:
    """On each screen but a phone, also where a name and its price are long, and the buttons."""
    types = page.get_by_role("table", name="Licenses").locator("tr:has(small)")
    expect(types).to_have_count(4)
    for width in (641, 660, 768, 1000, 1130, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert lines(types.locator("small")) == lines(types.locator("td:first-of-type")) == 1
        for heading in page.locator(".heading").all():
            assert lines(heading.get_by_role("button")) == 1
    # Even with thousands, and beside what is scheduled.
    clinic.adjust("add", "front_office", 10, effective_on="renewal")
    page.reload()
    expect(page.get_by_role("link", name="+10 front office")).to_be_visible()
    rows = page.get_by_role("table", name="Licenses").locator("tbody tr")
    for width, shown in ((768, types), (1280, rows)):
        page.set_viewport_size({"width": width, "height": 900})
        counts = rows.locator("td:not(:last-child)")
        counts.evaluate_all("(all) => all.forEach((one) => (one.firstChild.data = '1234'))")
        assert lines(shown) == 1


def test_add_licenses(page: Page, clinic: Clinic) -> None:
    dialog = request(page, "Add licenses", {"Therapist": "2", "Billing": "1"}, "Two new hires")
    before_after = dialog.get_by_role("table", name="Licenses before and after")
    expect(before_after.get_by_role("row", name="Therapist")).to_contain_text("3 → 5")
    expect(dialog.get_by_text("+$155.00/month")).to_be_visible()
    judge(page, "the review")
    dialog.get_by_role("button", name="Add 3 licenses").click()

    done = page.get_by_role("region", name="2 therapist licenses and 1 billing license added.")
    expect(done).to_be_focused()
    judge(page, "the confirmation")
    (made,) = clinic.adjustments
    expect(done.get_by_role("link", name="View request")).to_have_attribute(
        "href", re.compile(made["adjustment_id"])
    )
    expect_counts(page, "Therapist", 5, 2, 3)
    assert (made["channel"], made["explanation"]) == ("web", "Two new hires")
    # It stays until it is put away.
    page.get_by_role("link", name="History").click()
    expect(done).to_be_visible()
    done.get_by_role("button", name="Dismiss").click()
    expect(done).to_have_count(0)


def test_make_a_user_inactive_and_release_the_license(page: Page, clinic: Clinic) -> None:
    page.get_by_role("checkbox", name="Active: Ana Silva").uncheck()
    bar = released(page)
    expect(bar).to_contain_text("Ana Silva made inactive.")
    expect(bar).to_contain_text("1 license unused and still billed: $65.00/month.")
    expect_counts(page, "Therapist", 3, 1, 2)

    bar.get_by_role("button", name="Release 1 license").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Therapist", exact=True)).to_have_value("1")
    expect(dialog.get_by_label("Reason")).to_have_value("Ana Silva made inactive")
    dialog.get_by_label("Reason").fill("Ana moved to another clinic")
    # A phone shows two types side by side, and the review from its title on, which has the focus.
    page.set_viewport_size({"width": 360, "height": 640})
    assert lines(dialog.get_by_text(re.compile("^(Therapist|Assistant)$"))) == 1
    dialog.get_by_role("button", name="Review request").click()
    title = page.get_by_role("heading", name="Review your request")
    expect(title).to_be_focused()
    expect(title).to_be_in_viewport()
    page.set_viewport_size({"width": 1280, "height": 900})
    dialog.get_by_role("button", name="Release 1 license and stop paying for it").click()
    expect(page.get_by_role("region", name="1 therapist license released.")).to_be_focused()
    expect_counts(page, "Therapist", 2, 1, 1)
    clinic.expect_licenses("therapist", 2, 1, 1)
    # One leaver, one release: there is one more to release, but not hers.
    expect(bar).to_have_count(0)


def test_a_new_hire_with_none_free_is_one_flow(open_page: Open, clinic: Clinic) -> None:
    clinic.switch("Wei Zhang", active=True)
    page = open_page(clinic)
    expect_counts(page, "Therapist", 3, 3, 0)
    page.get_by_role("button", name="Add user").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Noor Haddad")
    dialog.get_by_label("Email address").fill(f"noor@{clinic.clinic_id}.example")
    expect(dialog).to_contain_text("None left. Adding one costs $65.00/month")
    dialog.get_by_role("button", name="Review user and license").click()
    expect(dialog.get_by_role("heading", name="Review your request")).to_be_focused()
    # Nothing is done before it was reviewed, and what was typed is not lost on the way back.
    assert len(clinic.call("GET", "/users")["users"]) == 5
    dialog.get_by_role("button", name="Back").click()
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Noor Haddad")
    dialog.get_by_role("button", name="Review user and license").click()
    dialog.get_by_role("button", name="Add 1 license and add Noor Haddad").click()
    expect(page.get_by_role("region", name="1 therapist license added.")).to_be_focused()
    expect(page.get_by_role("checkbox", name="Active: Noor Haddad")).to_be_checked()
    clinic.expect_licenses("therapist", 4, 4, 0)


def test_a_license_that_was_taken_again_elsewhere_is_not_offered_for_release(
    page: Page, new_page: Open, world: World, clinic: Clinic
) -> None:
    page.get_by_role("checkbox", name="Active: Leo Fontaine").uncheck()
    expect(released(page)).to_contain_text("Leo Fontaine made inactive.")
    other = new_page(clinic.manager)
    other.goto(world.page_url + clinic.hash)
    other.get_by_role("checkbox", name="Active: Leo Fontaine").check()
    expect(released(page)).to_have_count(0)


# In the order of their ids, as the list has them.
BOTH = "(Ines Duarte and Noor Haddad|Noor Haddad and Ines Duarte)"


def test_several_users_who_need_licenses_get_them_in_one_purchase(
    open_page: Open, clinic: Clinic
) -> None:
    clinic.switch("Wei Zhang", active=True)
    for name in ("Noor Haddad", "Ines Duarte"):
        email = f"{name.split(maxsplit=1)[0].lower()}@{clinic.clinic_id}.example"
        who = {"name": name, "email": email, "license_type": "therapist"}
        clinic.call("POST", "/users", {**who, "permissions": []})
    page = open_page(clinic)
    expect(strip_row(page, "Therapist")).to_contain_text("None left")
    noor = page.get_by_role("checkbox", name="Active: Noor Haddad")
    noor.click()
    dialog = page.get_by_role("dialog", name="Review your request")
    expect(dialog).to_contain_text("Noor Haddad needs a license, and none are left.")
    expect(noor).not_to_be_checked()
    dialog.get_by_role("button", name="Close").click()
    for name in ("Noor Haddad", "Ines Duarte"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    page.get_by_role("button", name="Make active").click()
    expect(dialog).to_contain_text(re.compile(f"{BOTH} need licenses, and too few are left"))
    dialog.get_by_role("button", name="Add 2 licenses and make active").click()
    done = page.get_by_role("region", name="2 therapist licenses added.")
    expect(done).to_contain_text(re.compile(rf"{BOTH} are active\."))
    expect(noor).to_be_checked()
    expect_counts(page, "Therapist", 5, 5, 0)


def test_several_leavers_are_one_bar_and_one_release(page: Page, clinic: Clinic) -> None:
    for name in ("Ana Silva", "Leo Fontaine", "Grace Okafor"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    selection = page.get_by_role("region", name="Selection")
    expect(selection).to_contain_text("3 selected")
    judge(page, "the bar of a selection")
    selection.get_by_role("button", name="Make inactive").click()
    bar = released(page)
    expect(bar).to_contain_text("3 users made inactive.")
    expect(bar).to_contain_text("3 licenses unused and still billed: $175.00/month.")
    judge(page, "the bar of leavers")
    expect(selection).to_have_count(0)
    bar.get_by_role("button", name="Undo").click()
    expect(bar).to_have_count(0)
    expect_counts(page, "All", 12, 4, 8)
    expect(page.locator("[aria-busy]")).to_have_count(0)
    for name in ("Ana Silva", "Leo Fontaine", "Grace Okafor"):
        page.get_by_role("checkbox", name=f"Active: {name}").uncheck()
    bar.get_by_role("button", name="Release 3 licenses").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Review request").click()
    dialog.get_by_role("button", name="Release 3 licenses and stop paying for them").click()
    expect_counts(page, "All", 9, 1, 8)
    expect(bar).to_have_count(0)
    (made,) = clinic.adjustments
    assert made["explanation"] == "Ana Silva, Leo Fontaine, and Grace Okafor made inactive"


def test_release_offers_only_what_is_available_and_wants_a_reason(page: Page) -> None:
    page.get_by_role("checkbox", name="Active: Wei Zhang").check()
    expect_counts(page, "Therapist", 3, 3, 0)
    page.get_by_role("button", name="Release licenses").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("combobox", name="Assistant").get_by_role("option")).to_have_text(
        ["None", "1", "2"]
    )
    expect(dialog.get_by_role("combobox", name="Therapist")).to_have_count(0)
    expect(dialog).to_contain_text("None available, 3 in use. Make a therapist user inactive first")

    dialog.get_by_role("combobox", name="Assistant").select_option("2")
    dialog.get_by_role("button", name="Review request").click()
    summary = dialog.get_by_role("alert")
    expect(summary).to_be_focused()
    judge(page, "a release, with errors")
    summary.get_by_role("link", name="Enter a reason (at least 3 characters).").click()
    explanation = dialog.get_by_role("textbox", name="Reason")
    expect(explanation).to_be_focused()
    expect(explanation).to_have_attribute("aria-invalid", "true")
    explanation.fill("Fewer assistants in winter")
    expect(explanation).not_to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_role("combobox", name="Assistant")).to_have_value("2")
    dialog.get_by_role("button", name="Review request").click()
    dialog.get_by_role("button", name="Release 2 licenses and stop paying for them").click()
    expect_counts(page, "Assistant", 1, 1, 0)


def test_find_users(page: Page) -> None:
    names = page.get_by_role("table", name="Users").get_by_role("rowheader")
    expect(names).to_have_count(5)
    judge(page, "users")
    page.get_by_label("Search").fill(" SÍLVA ")
    expect(names).to_have_text([re.compile("Ana Silva")])
    expect(page.get_by_text("1 of 5 users")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text("1 user found.")
    page.get_by_label("Search").fill("nobody")
    expect(page.get_by_role("status")).to_have_text("0 users found.")
    judge(page, "an empty search")
    page.get_by_role("button", name="Show all users").click()
    page.get_by_label("Status").select_option("Inactive")
    expect(names).to_have_text([re.compile("Wei Zhang")])
    page.get_by_label("Status").select_option("All statuses")
    page.get_by_label("License type").select_option("Assistant")
    expect(names).to_have_text([re.compile("Grace Okafor")])


def test_add_a_user_make_them_active_and_a_user_manager(page: Page, clinic: Clinic) -> None:
    page.get_by_role("button", name="Add user").click()
    dialog = page.get_by_role("dialog", name="Add user")
    dialog.get_by_role("button", name="Add user").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Fix 2 problems")
    judge(page, "adding a user, with errors")
    dialog.get_by_label("Name").fill("Ines Duarte")
    dialog.get_by_label("Email address").fill(f"ines@{clinic.clinic_id}.example")
    dialog.get_by_label("License type").select_option("Assistant")
    dialog.get_by_role("checkbox", name="Make active now").uncheck()
    dialog.get_by_role("button", name="Add user").click()
    page.get_by_role("button", name="Make Ines Duarte active").click()
    expect(page.get_by_role("checkbox", name="Active: Ines Duarte")).to_be_checked()
    expect_counts(page, "Assistant", 3, 2, 1)

    page.get_by_role("button", name="Edit Ines Duarte").click()
    dialog = page.get_by_role("dialog", name="Edit user")
    expect(dialog.get_by_label("License type")).to_be_disabled()
    dialog.get_by_label("Name").fill("Inês Duarte")
    dialog.get_by_role("checkbox", name="User Manager").check()
    dialog.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("rowheader", name="Inês Duarte")).to_contain_text("User Manager")
    expect(page.get_by_role("button", name="Edit Inês Duarte")).to_be_focused()


def test_a_user_is_added_who_starts_on_a_later_day(page: Page, clinic: Clinic) -> None:
    """Nobody is left to make active, and the license that is there is kept for the day.

    The day can be another one, and none.
    """
    first_day = datetime.now(ZoneInfo("America/New_York")).date() + timedelta(days=40)
    said = f"{first_day:%b} {first_day.day}, {first_day.year}"
    page.get_by_role("button", name="Add user").click()
    dialog = page.get_by_role("dialog", name="Add user")
    dialog.get_by_label("Name", exact=True).fill("Ines Duarte")
    dialog.get_by_label("Email address").fill(f"ines@{clinic.clinic_id}.example")
    dialog.get_by_role("checkbox", name="Make active now").uncheck()
    dialog.get_by_label("First day").fill(str(first_day))
    dialog.get_by_role("button", name="Add user").click()
    done = page.get_by_role("region", name="Ines Duarte added.")
    expect(done).to_contain_text(f"Ines Duarte becomes active on {said}.")
    expect(done.get_by_role("button", name="Make Ines Duarte active")).to_have_count(0)
    row = page.get_by_role("row").filter(has_text="Ines Duarte")
    expect(row).to_contain_text(f"Starts {said}")
    expect(row.get_by_role("checkbox", name="Active: Ines Duarte")).not_to_be_checked()
    expect_counts(page, "Therapist", 3, 2, 1)

    first_day += timedelta(days=1)
    dialog = page.get_by_role("dialog", name="Edit user")
    page.get_by_role("button", name="Edit Ines Duarte").click()
    dialog.get_by_label("First day").fill(str(first_day))
    dialog.get_by_role("button", name="Save changes").click()
    saved = page.get_by_role("region", name="Ines Duarte saved.")
    expect(saved).to_contain_text("Ines Duarte becomes active on ")
    page.get_by_role("button", name="Edit Ines Duarte").click()
    expect(dialog.get_by_label("First day")).to_have_value(str(first_day))
    dialog.get_by_label("First day").fill("")
    dialog.get_by_role("button", name="Save changes").click()
    expect(row).not_to_contain_text("Starts")


def test_what_an_activation_would_prevent_is_said_before(page: Page, clinic: Clinic) -> None:
    """The last license is kept for somebody who starts later; they are not kept from starting."""
    first_day = datetime.now(ZoneInfo("America/New_York")).date() + timedelta(days=40)
    ines = {"name": "Ines Duarte", "email": f"ines@{clinic.clinic_id}.example"}
    more = {"license_type": "therapist", "permissions": [], "starts_on": str(first_day)}
    clinic.call("POST", "/users", {**ines, **more})
    page.reload()
    page.get_by_role("button", name="Add user").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Noor Haddad")
    dialog.get_by_label("Email address").fill(f"noor@{clinic.clinic_id}.example")
    dialog.get_by_role("button", name="Add user").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Ines Duarte is scheduled to start on")
    dialog.get_by_role("button", name="Close").click()
    dialog.get_by_role("button", name="Discard").click()

    switch = page.get_by_role("checkbox", name="Active: Wei Zhang")
    switch.click()
    expect(dialog).to_have_accessible_name("Make Wei Zhang active?")
    expect(dialog.get_by_role("alert")).to_contain_text("Ines Duarte is scheduled to start on")
    dialog.get_by_role("button", name="Keep inactive").click()
    expect(switch).not_to_be_checked()
    page.get_by_role("checkbox", name="Active: Ines Duarte").click()
    clinic.expect_licenses("therapist", 3, 3, 0)
    expect(dialog).to_have_count(0)


def test_half_a_first_day_is_refused_at_its_field(page: Page, clinic: Clinic) -> None:
    """The browser gives an empty text for it, by which the user would start on no day."""
    page.get_by_role("button", name="Add user").click()
    dialog = page.get_by_role("dialog", name="Add user")
    dialog.get_by_label("Name", exact=True).fill("Ines Duarte")
    dialog.get_by_label("Email address").fill(f"ines@{clinic.clinic_id}.example")
    dialog.get_by_role("checkbox", name="Make active now").uncheck()
    first_day = dialog.get_by_label("First day")
    first_day.press_sequentially("12")
    dialog.get_by_role("button", name="Add user").click()
    dialog.get_by_role("alert").get_by_role("link", name="This date isn").click()
    expect(first_day).to_be_focused()
    expect(first_day).to_have_attribute("aria-invalid", "true")
    for _ in range(3):
        page.keyboard.press("Backspace")
        page.keyboard.press("Tab")
    dialog.get_by_role("button", name="Add user").click()
    expect(page.get_by_role("region", name="Ines Duarte added.")).to_be_visible()


@pytest.mark.usefixtures("fast_clock")
def test_follow_a_request_and_its_invoice_to_the_end_without_a_reload(page: Page) -> None:
    dialog = request(page, "Add licenses", {"Front office": "1"}, "A second desk")
    amount = dialog.get_by_role("row", name="Added: Front office").get_by_role("cell").last
    shown = amount.inner_text()
    dialog.get_by_role("button", name="Add 1 license").click()
    page.get_by_role("link", name="View request").click()
    steps = page.get_by_role("list", name="Progress").get_by_role("listitem")
    expect(steps).to_have_count(3)
    expect(steps.nth(0)).to_contain_text("Applied")
    expect(steps.nth(0)).to_contain_text("Done")
    expect(steps.nth(2)).to_contain_text("Confirmation sent")
    for step in (steps.nth(1), steps.nth(2)):
        expect(step).to_contain_text("Done", timeout=25_000)
    expect(page.get_by_role("button", name="Cancel this request")).to_have_count(0)
    page.get_by_role("button", name="Reverse this change").click()
    expect(dialog.get_by_role("radio", name="Release licenses")).to_be_checked()
    expect(dialog.get_by_label("Front office", exact=True)).to_have_value("1")
    page.keyboard.press("Escape")
    row = page.get_by_role("row", name="1 front office license added")
    expect(row).to_contain_text("Confirmed")
    judge(page, "adjustments")
    expect(row.get_by_role("cell").last).to_have_text(shown)

    page.get_by_role("link", name="Invoices").click()
    invoice = page.get_by_role("region", name="Upcoming invoice")
    line = invoice.get_by_role("row", name="Added: Front office")
    expect(line).to_contain_text("A second desk")
    expect(line).to_contain_text(re.compile(r"1 . \$30\.00 . [\d.]+% of the month"))
    assert f"+{line.get_by_role('cell').last.inner_text()}" == shown
    expect(invoice.get_by_role("row", name="Total", exact=False).last).to_be_visible()
    expect(invoice.get_by_role("button", name="Print")).to_be_visible()

    page.get_by_role("link", name="History").click()
    changes = page.get_by_role("table", name="Changes, newest first").get_by_role("row")
    expect(changes.filter(has_text="Licenses adjusted")).to_contain_text(
        "Front office total: 3 → 4"
    )
    expect(changes.filter(has_text="Licenses adjusted")).to_contain_text("Morgan Lee")
    judge(page, "history")


def test_a_plain_member_sees_and_changes_nothing(
    open_page: Open, world: World, clinic: Clinic
) -> None:
    ana = clinic.call("GET", "/users")["users"]
    email = next(user["email"] for user in ana if user["name"] == "Ana Silva")
    page = open_page(clinic.hash, person=world.person(email))
    expect_counts(page, "Therapist", 3, 2, 1)
    expect(page.get_by_text("You have view-only access.")).to_be_visible()
    expect(page.get_by_role("row", name="Leo Fontaine")).to_contain_text("Active")
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_role("button", name=re.compile("Add|Edit|Release"))).to_have_count(0)
    views = page.get_by_role("navigation", name="Clinic").get_by_role("link")
    expect(views).to_have_text(["Users", "Adjustments", "Usage"])
    page.goto(page.url.partition("#")[0] + clinic.hash + "/invoices")
    expect(page.get_by_text("Only User Managers can see this.")).to_have_count(1)


def test_a_user_is_invited_again_and_deleted_and_a_manager_leaves(
    open_page: Open, clinic: Clinic
) -> None:
    pat = {"name": "Pat Cole", "email": f"pat@{clinic.clinic_id}.example"}
    more = {"license_type": "front_office", "permissions": ["user_manager"]}
    clinic.call("POST", "/users", pat | more)
    page = open_page(clinic)
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="Edit Wei Zhang").click()
    again = dialog.get_by_role("button", name="Send invitation again")
    # What closes the form, and is about the user as it stands, is offered while nothing is typed.
    dialog.get_by_label("Name", exact=True).fill("Wei")
    expect(again).to_have_count(0)
    dialog.get_by_label("Name", exact=True).fill("Wei Zhang")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    again.dblclick()
    expect(page.get_by_role("region", name="Invitation sent to")).to_be_focused()
    # A second invitation would make the first one's password useless.
    assert len(sent) == 1
    page.get_by_role("button", name="Edit Wei Zhang").click()
    dialog.get_by_role("button", name="Delete user").click()
    expect(dialog).to_contain_text("undo this")
    dialog.get_by_role("button", name="Delete user").click()
    expect(page.get_by_role("row", name="Wei Zhang")).to_have_count(0)
    # Somebody has to be left who manages the clinic.
    page.get_by_role("checkbox", name="Active: Pat Cole").check()
    expect(page.get_by_role("region", name="Just changed")).to_contain_text("Pat Cole")
    page.get_by_role("checkbox", name="Active: Morgan Lee").click()
    expect(dialog).to_contain_text("lose access right away")
    dialog.get_by_role("button", name="Leave clinic").click()
    expect(page.get_by_text("not active in any clinic")).to_be_visible()
    assert "undefined" not in page.locator("body").inner_text()
