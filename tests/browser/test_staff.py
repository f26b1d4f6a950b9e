"""What the vendor's staff does."""

import json
import re
import secrets
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from local.clients import Clients
from local.inbox import messages
from local.night import reconcile
from local.place import ROOT, STACK_NAME, Place
from local.ses_inbound import RECIPIENT
from local.stack import Stack
from tests.system.api import eventually

from .conftest import Clinic, Open, World
from .judging import judge
from .test_safety import SLOWLY, VIEWS, moved_while_loading
from .test_tasks import expect_counts, strip_row


def test_register_a_clinic_and_find_it(open_page: Open, world: World) -> None:
    clinic_id = f"clinic-{secrets.token_hex(3)}"
    page = open_page(person=world.demo("staff"))
    expect(page.get_by_role("main").get_by_role("link").first).to_be_visible()
    judge(page, "clinics")
    page.get_by_role("button", name="Register a clinic").click()
    dialog = page.get_by_role("dialog", name="Register a clinic")
    dialog.get_by_role("button", name="Register the clinic").click()
    expect(dialog.get_by_role("alert")).to_contain_text("problems")
    judge(page, "registering a clinic, with errors")
    dialog.get_by_label("Name", exact=True).fill("Ridge View Therapy")
    dialog.get_by_label("Clinic ID", exact=True).fill(clinic_id)
    dialog.get_by_label("Time zone").fill("America/Nowhere")
    dialog.get_by_label("Therapist licenses").fill("100000")
    dialog.get_by_label("Therapist price").fill("65.5")
    dialog.get_by_label(re.compile("User Manager.s name")).fill("Ines Duarte")
    dialog.get_by_label(re.compile("User Manager.s email")).fill(f"ines@{clinic_id}.example")
    # What the server refuses leads to its field as well.
    for label, right in (("Therapist licenses", "2"), ("Time zone", "America/New_York")):
        dialog.get_by_role("button", name="Register the clinic").click()
        dialog.get_by_role("alert").get_by_role("link").first.click()
        expect(dialog.locator("[aria-invalid]:focus")).to_have_count(1)
        dialog.get_by_label(label).fill(right)
    dialog.get_by_role("button", name="Register the clinic").click()
    done = page.get_by_role("region", name="Ridge View Therapy registered.")
    expect(done).to_be_focused()
    done.get_by_role("link", name="Open the clinic").click()
    expect(page.get_by_role("heading", name="Ridge View Therapy")).to_be_visible()
    expect_counts(page, "Therapist", 2, 1, 1)
    expect(strip_row(page, "Therapist")).to_contain_text("$65.50/mo unused")
    # A license type that is missing is added by its price, which holds at once.
    page.get_by_role("button", name="Change prices and rules").click()
    missing = page.get_by_role("dialog").get_by_label("Billing price")
    expect(missing).to_have_value("")
    missing.fill("39")
    page.get_by_role("dialog").get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("region", name="Saved.", exact=True)).to_be_visible()
    expect(strip_row(page, "Billing")).to_be_visible()


def test_name_a_user_manager_in_the_place_of_another(
    open_page: Open, world: World, clinic: Clinic
) -> None:
    page = open_page(clinic.hash, person=world.demo("staff"))
    page.get_by_role("button", name="Add User Manager").click()
    dialog = page.get_by_role("dialog", name="Add User Manager")
    dialog.get_by_label("Name", exact=True).fill("Noa Weiss")
    dialog.get_by_label("Email").fill(f"noa@{clinic.clinic_id}.example")
    dialog.get_by_label("Replaces").select_option(index=1)
    dialog.get_by_label("Reason").fill("The manager left without notice.")
    dialog.get_by_role("button", name="Add User Manager").click()
    expect(page.get_by_role("region", name="Noa Weiss is now a User Manager.")).to_be_focused()
    expect(page.get_by_role("row").filter(has_text="Noa Weiss")).to_contain_text("Active")
    page.get_by_role("link", name="History").click()
    named = page.get_by_role("row").filter(has_text="User Manager added by the vendor")
    expect(named).to_contain_text("The manager left without notice.")


def test_correct_the_invoice(open_page: Open, world: World, clinic: Clinic) -> None:
    page = open_page(f"{clinic.hash}/invoices/upcoming", person=world.demo("staff"))
    page.get_by_role("button", name="Correct invoice").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Amount in USD").fill("-25")
    dialog.get_by_label("Reason").fill("September was billed twice.")
    dialog.get_by_role("button", name="Add correction").click()
    line = page.get_by_role("row").filter(has_text="September was billed twice.")
    expect(line).to_contain_text("\N{MINUS SIGN}$25.00")


def test_close_a_clinic(open_page: Open, world: World, clinic: Clinic) -> None:
    page = open_page(clinic.hash, person=world.demo("staff"))
    today = datetime.now(ZoneInfo("America/New_York")).date()
    for day in (today + timedelta(days=30), today):
        page.get_by_role("button", name="Close clinic").click()
        dialog = page.get_by_role("dialog", name="Close the clinic")
        dialog.get_by_label("Closes on").fill(day.isoformat())
        dialog.get_by_label("Reason").fill("The practice retires.")
        dialog.get_by_role("button", name="Close clinic").click()
        said = "Closing scheduled." if day > today else "The clinic is closed."
        expect(page.get_by_role("region", name=said)).to_be_visible()
        if day > today:
            expect(page.get_by_role("region", name="This clinic closes on")).to_be_visible()
            page.get_by_role("button", name="Keep open").click()
            page.get_by_role("dialog").get_by_role("button", name="Keep it open").click()
            expect(page.get_by_role("region", name="The clinic stays open.")).to_be_visible()
    expect(page.get_by_role("region", name="This clinic closed on")).to_be_visible()
    expect(page.get_by_role("button", name="Close clinic")).to_have_count(0)
    expect_counts(page, "Therapist", 0, 0, 0)
    page.get_by_role("button", name="Delete Wei Zhang").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete user").click()
    expect(page.get_by_role("rowheader", name="Wei Zhang")).to_have_count(0)
    manager = open_page(clinic.hash, person=clinic.manager)
    expect(manager.get_by_role("region", name="This clinic closed on")).to_be_visible()
    expect(manager.get_by_role("button", name="Add licenses")).to_have_count(0)
    manager.get_by_role("link", name="Invoices", exact=True).click()
    expect(manager.get_by_role("heading", name=re.compile("Invoice"))).to_have_count(1)


def test_prices_and_rules_are_announced_seen_and_taken_back(
    open_page: Open, world: World, clinic: Clinic
) -> None:
    page = open_page(clinic.hash, person=world.demo("staff"))
    page.get_by_role("button", name="Change prices and rules").click()
    dialog = page.get_by_role("dialog", name="Change prices and rules")
    expect(dialog.get_by_label("Therapist price")).to_have_value("65.00")
    judge(page, "prices and rules")
    dialog.get_by_label("Therapist price").fill("70")
    dialog.get_by_label("Released licenses").select_option("Not credited")
    dialog.get_by_label("Requests by email").select_option("Not accepted")
    dialog.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("region", name=re.compile("^Saved. New prices start"))).to_be_visible()
    page.get_by_role("link", name="History").click()
    change = page.get_by_role("row").filter(has_text="Clinic changed")
    expect(change).to_contain_text(
        re.compile("From .+: prorated by the second, releases not credited")
    )
    expect(change).to_contain_text(re.compile(r"Therapist price from .+: \$65\.00 → \$70\.00"))
    expect(change).to_contain_text("Email requests: yes → no")

    said = re.compile(r"^Therapist price from .+: \$65\.00 → \$70\.00$")
    announced = page.get_by_role("region", name=said)
    # Their User Managers see them too, and cannot take them back.
    manager = open_page(clinic)
    expect(manager.get_by_role("region", name=said)).to_be_visible()
    expect(manager.get_by_role("button", name="Withdraw")).to_have_count(0)
    page.bring_to_front()
    # What stands in the form is what is announced, with what holds until then.
    page.get_by_role("button", name="Change prices and rules").click()
    expect(dialog.get_by_label("Therapist price")).to_have_value("70.00")
    expect(dialog.get_by_label("Therapist price")).to_have_accessible_description("Now $65.00")
    expect(dialog.get_by_label("Proration")).to_have_value("second")
    expect(dialog.get_by_label("Requests by email")).to_have_value("no")
    page.keyboard.press("Escape")
    announced.get_by_role("button", name="Withdraw").click()
    page.get_by_role("dialog").get_by_role("button", name="Withdraw").click()
    expect(page.get_by_role("region", name="Announced prices withdrawn.")).to_be_visible()
    expect(announced).to_have_count(0)
    expect(page.get_by_role("row", name="Clinic changed").first).to_contain_text("(withdrawn)")


@contextmanager
def miscounted(clients: Clients, stack: Stack, clinic: Clinic) -> Iterator[None]:
    """Let the clinic's record count one therapist too many, as no request can make it."""
    table, key = (
        clients.tables(),
        {"pk": {"S": f"CLINIC#{clinic.clinic_id}"}, "sk": {"S": "CLINIC"}},
    )

    def count(more: int) -> None:
        item = table.get_item(TableName=stack["table_name"], Key=key)["Item"]
        in_use = item["licenses"]["M"]["therapist"]["L"][1]
        in_use["N"] = str(int(in_use["N"]) + more)
        table.put_item(TableName=stack["table_name"], Item=item)

    count(+1)
    try:
        yield
    finally:
        count(-1)


def bounce(clients: Clients, address: str) -> None:
    """Let the mail service report that the address takes no mail."""
    event = json.loads((ROOT / "events" / "record_mail_event.json").read_text("utf-8"))
    event["detail"]["bounce"]["bouncedRecipients"][0]["emailAddress"] = address
    answer = clients.functions().invoke(
        FunctionName=f"{STACK_NAME}-record_mail_event", Payload=json.dumps(event).encode()
    )
    assert json.load(answer["Payload"]) == {"outcome": "suppressed"}


def mailed(place: Place, sender: str, text: str) -> None:
    """Send a mail to the product, and wait for its answer."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, RECIPIENT, "Licenses"
    mail["Date"], mail["Message-ID"] = datetime.now(UTC), f"<{secrets.token_hex(8)}@clinic.example>"
    mail.set_content(text)
    with smtplib.SMTP("127.0.0.1", place.mail_port, timeout=30) as server:
        server.send_message(mail)
    eventually(lambda: [got for got in messages(place) if got["To"] == [sender]] or None)


LINE = 30  # pixels, of one line and not two


def height(shown: Locator) -> float:
    box = shown.bounding_box()
    assert box
    return box["height"]


def test_a_tablet_shows_the_overview_without_breaking_words(
    open_page: Open, world: World, clients: Clients
) -> None:
    reconcile(clients, datetime.now(UTC))
    page = open_page("#/overview", person=world.demo("staff"), width=768)
    month = page.get_by_role("rowheader", name=re.compile(r"^\w+ \d{4}$")).first
    expect(month).to_be_visible()
    judge(page, "overview")
    page.set_viewport_size({"width": 768, "height": 900})
    assert height(month) < 2 * LINE
    for width in (641, 768):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.querySelector('main').scrollWidth") == width


def unblock(page: Page, address: str) -> None:
    page.get_by_role("link", name="Clinics").click()
    page.get_by_role("button", name="Unblock an email address").click()
    dialog = page.get_by_role("dialog")
    judge(page, "clearing an address")
    dialog.get_by_label("Email address").fill(address)
    dialog.get_by_role("button", name="Unblock", exact=True).click()
    expect(page.get_by_role("region", name=f"{address} is unblocked.")).to_be_focused()


@pytest.mark.usefixtures("fast_clock")
def test_what_a_night_found_is_shown_and_settled(
    open_page: Open,
    new_page: Open,
    world: World,
    clinic: Clinic,
    clients: Clients,
    place: Place,
) -> None:
    # Nobody is left to confirm to, and a count is wrong.
    bounce(clients, clinic.manager.email)
    clinic.adjust("add", "billing", 1)
    eventually(lambda: clinic.adjustments[0]["confirmation"] == "unknown" or None)
    with miscounted(clients, world.stack, clinic):
        reconcile(clients, datetime.now(UTC))

    page = open_page("#/staff", person=world.demo("staff"))
    expect(
        page.get_by_text(re.compile(r"Complete\. \d+ clinics checked, \d+ findings"))
    ).to_be_visible()
    latest = page.get_by_role("navigation", name="Nights").get_by_role("link").first
    expect(latest).to_have_attribute("aria-current", "page")
    rows = page.get_by_role("table", name="Findings").get_by_role("row", name="Harbor Clinic")
    found = rows.filter(has=page.locator(f"[href*={clinic.clinic_id}]"))
    miscount = found.filter(has_text="Users and licenses")
    expect(miscount).to_contain_text("2 in use, as many as active users")
    expect(miscount).to_contain_text("3 in use of 3")
    expect(miscount).to_contain_text("Compare the users with the clinic")
    expect(found.filter(has_text="Email address")).to_contain_text(clinic.manager.email)
    unclear = found.filter(has_text="Confirmations")
    expect(unclear).to_contain_text("that may not have been sent")
    judge(page, "findings")
    for width in (648, 768, 834, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        assert height(unclear.get_by_role("link")) < 2 * LINE
        assert page.evaluate("document.documentElement.scrollWidth") == width

    other = new_page(world.demo("staff"), width=320, height=1600)
    other.add_init_script(SLOWLY)
    for address in ("", "#/staff", f"{clinic.hash}/adjustments"):
        assert moved_while_loading(other, world.page_url + address) == [], address

    page.bring_to_front()
    unclear.get_by_role("link").click()
    page.get_by_role("link", name="Settle the confirmation").first.click()
    step = page.get_by_role("listitem").filter(has_text="Confirmation sent").last
    expect(step).to_contain_text("Unclear")
    unblock(page, clinic.manager.email)
    page.go_back()
    page.get_by_role("button", name="Settle the confirmation").click()
    dialog = page.get_by_role("dialog", name="Settle the confirmation")
    judge(page, "settling a confirmation")
    dialog.get_by_role("radio", name="It was not sent").check()
    dialog.get_by_role("button", name="Send it again").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Fix 1 problem")
    dialog.get_by_label("Reason").fill("The address bounced")
    dialog.get_by_role("button", name="Send it again").click()
    expect(dialog).to_have_count(0)
    expect(step).to_contain_text("Done")
    subjects = [mail["Subject"] for mail in messages(place) if mail["To"] == [clinic.manager.email]]
    assert subjects == ["Invoice updated: 1 billing license added"]
    assert (clinic.adjustments[0]["status"], clinic.adjustments[0]["confirmation"]) == (
        "confirmed",
        "sent",
    )
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("row", name="Confirmation sent again")).to_contain_text(
        "The address bounced"
    )


def test_staff_see_all_of_a_clinic_change_no_licenses_and_do_what_its_state_says(
    open_page: Open, world: World, clinic: Clinic, clients: Clients, place: Place
) -> None:
    mailed(place, clinic.manager.email, "How many licenses do we have?")
    bounce(clients, clinic.manager.email)
    page = open_page(person=world.demo("staff"))
    page.get_by_label("Search").fill(clinic.manager.email)
    page.get_by_role("row", name=clinic.clinic_id).get_by_role("link").click()
    expect_counts(page, "Therapist", 3, 2, 1)
    expect(page.get_by_role("checkbox")).to_have_count(0)
    expect(page.get_by_role("button", name="Add licenses")).to_have_count(0)
    for view, heading in VIEWS.items():
        page.get_by_role("link", name=view.title(), exact=True).click()
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    page.get_by_role("link", name="State").click()
    expect(page.get_by_role("heading", name="Terms")).to_be_visible()
    told = "Morgan Lee: renewals, invoices, new prices"
    for text in (
        "America/New_York",
        "Therapist $65.00",
        told,
        "Email address blocked",
        "Upcoming",
    ):
        expect(page.get_by_role("main")).to_contain_text(text)
    to_do = page.get_by_role("table", name="To do").get_by_role("row", name=clinic.manager.email)
    expect(to_do).to_contain_text("blocked after a bounce")
    judge(page, "a clinic's state")
    (answer,) = page.get_by_role("table", name="Other emails").locator("tbody tr").all()
    expect(answer).to_have_text(re.compile("Reply to an email.*Nothing changed.*Morgan.*Sent"))
    to_do.get_by_role("button", name="Unblock address").click()
    expect(to_do).to_have_count(0)
    manager = open_page(clinic)
    expect(manager.get_by_role("link", name="History")).to_be_visible()
    expect(manager.get_by_role("link", name="State")).to_have_count(0)
