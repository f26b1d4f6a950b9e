"""Requests that meet trouble on the way: nothing happens twice, and nothing typed is lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from .conftest import Clinic, Open
from .judging import judge
from .test_tasks import expect_counts, released, request

UNREACHABLE = re.compile("Can.t reach the server")
SUBMIT = re.compile(r"/license-adjustments$")


def problem(status: int, code: str, detail: str) -> dict[str, Any]:
    return {"status": status, "json": {"code": code, "detail": detail}}


def once(page: Page, pattern: re.Pattern[str], answer: Callable[[Route], None]) -> list[Request]:
    """Let the first POST be answered otherwise; returns all that were sent."""
    sent: list[Request] = []

    def handle(route: Route) -> None:
        if route.request.method != "POST":
            route.fallback()
            return
        sent.append(route.request)
        if len(sent) == 1:
            answer(route)
        else:
            route.fallback()

    page.route(pattern, handle)
    return sent


def keys(sent: list[Request]) -> list[str]:
    return [request.headers["idempotency-key"] for request in sent]


def test_a_double_click_requests_once_and_a_busy_server_is_asked_again_unseen(
    page: Page, clinic: Clinic
) -> None:
    sent = once(page, SUBMIT, lambda route: route.fulfill(**problem(503, "try_again", "Busy.")))
    dialog = request(page, "Add licenses", {"Assistant": "1"})
    dialog.get_by_role("button", name="Add 1 license").dblclick()
    expect(page.get_by_role("region", name="1 assistant license added.")).to_be_visible()
    assert (len(sent), len(set(keys(sent))), len(clinic.adjustments)) == (2, 1, 1)


def test_a_lost_answer_is_asked_for_again_without_a_second_effect(
    page: Page, clinic: Clinic
) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort("connectionreset")

    sent = once(page, SUBMIT, lose)
    dialog = request(page, "Add licenses", {"Assistant": "1"})
    dialog.get_by_role("button", name="Add 1 license").click()
    expect(dialog.get_by_role("alert")).to_contain_text(UNREACHABLE)
    dialog.get_by_role("button", name="Add 1 license").click()
    expect(page.get_by_role("region", name="1 assistant license added.")).to_be_visible()
    assert keys(sent)[0] == keys(sent)[1]
    assert len(clinic.adjustments) == 1
    clinic.expect_licenses("assistant", 4, 1, 3)


def test_an_expired_price_is_shown_anew_before_anything_is_sent(page: Page, clinic: Clinic) -> None:
    dialog = request(page, "Add licenses", {"Assistant": "1"}, "One more")
    # Somebody else's request comes between the review and the click.
    sent = once(page, SUBMIT, lambda route: route.fallback())
    clinic.adjust("add", "assistant", 2)
    dialog.get_by_role("button", name="Add 1 license").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Something changed")
    expect(dialog.get_by_role("alert")).to_contain_text("Nothing was submitted")
    expect(dialog.get_by_role("row", name="Assistant").first).to_contain_text("5 → 6")
    dialog.get_by_role("button", name="Add 1 license").click()
    expect(page.get_by_role("region", name="1 assistant license added.")).to_be_visible()
    assert len(set(keys(sent))) == 2
    clinic.expect_licenses("assistant", 6, 1, 5)


def test_what_does_not_concern_the_request_does_not_stop_it(page: Page, clinic: Clinic) -> None:
    dialog = request(page, "Add licenses", {"Assistant": "1"})
    clinic.switch("Ana Silva", active=False)
    dialog.get_by_role("button", name="Add 1 license").click()
    expect(page.get_by_role("region", name="1 assistant license added.")).to_be_visible()
    assert len(clinic.adjustments) == 1


def test_a_release_that_became_impossible_goes_back_to_the_form(page: Page, clinic: Clinic) -> None:
    dialog = request(page, "Release licenses", {"Therapist": "1"}, "One therapist less")
    clinic.switch("Wei Zhang", active=True)
    dialog.get_by_role("button", name="Release 1 license and stop paying for it").click()
    expect(dialog.get_by_role("heading", name="Request license adjustment")).to_be_visible()
    expect(dialog.get_by_role("alert")).to_be_focused()
    expect(dialog.get_by_label("Reason")).to_have_value("One therapist less")
    assert clinic.adjustments == []


def test_only_whole_numbers_within_bounds_are_added(page: Page) -> None:
    """What is wrong is said as the field is left, or where the server refuses it."""
    page.get_by_role("button", name="Add licenses").click()
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_label("Therapist", exact=True)
    complaint = dialog.get_by_text("Therapist: enter a whole number, 1 or more.")
    for quantity in ("0", "-1", "1.5", "two", "1e3"):
        field.fill(quantity)
        field.blur()
        expect(complaint).to_be_visible()
    field.fill("51")
    expect(complaint).to_have_count(0)
    dialog.get_by_role("button", name="Review request").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Fix 1 problem")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("from 1 to 50"))
    field.fill("5")
    expect(field).not_to_have_attribute("aria-invalid", "true")
    # A click that leaves a wrong field is not lost, though what that says moves the button.
    dialog.get_by_label("Billing", exact=True).fill("many")
    place = dialog.get_by_role("button", name="Review request").bounding_box()
    assert place
    page.mouse.move(place["x"] + 20, place["y"] + 2)
    page.mouse.down()
    page.wait_for_timeout(100)
    page.mouse.up()
    expect(dialog.get_by_role("alert")).to_contain_text("Fix 1 problem")


@pytest.mark.usefixtures("slow_clock")
def test_cancel_a_request(page: Page) -> None:
    dialog = request(page, "Add licenses", {"Billing": "2"})
    dialog.get_by_role("button", name="Add 2 licenses").click()
    expect_counts(page, "Billing", 5, 0, 5)
    page.get_by_role("link", name="View request").click()
    expect(page.get_by_role("link", name="2 billing licenses added", exact=True)).to_be_focused()
    page.get_by_role("button", name="Cancel this request").click()
    confirm = page.get_by_role("dialog", name="Cancel this request?")
    judge(page, "a cancellation")
    confirm.get_by_role("button", name="Keep the request").click()
    expect(page.get_by_role("button", name="Cancel this request")).to_be_focused()
    page.get_by_role("button", name="Cancel this request").click()
    # Had it been invoiced meanwhile, the form would say so.
    detail = "The invoice is updated already. Request the opposite adjustment instead."
    invoiced = problem(409, "already_invoiced", detail)
    page.route("**/cancellation", lambda route: route.fulfill(**invoiced), times=1)
    confirm.get_by_role("button", name="Cancel the request").click()
    expect(confirm.get_by_role("alert")).to_have_text(detail)
    expect(confirm.get_by_role("alert")).to_be_focused()
    confirm.get_by_role("button", name="Cancel the request").click()
    steps = page.get_by_role("list", name="Progress").get_by_role("listitem")
    expect(steps).to_have_count(2)
    expect(steps.last).to_contain_text("Canceled")
    expect(page.get_by_role("region", name="2 billing licenses added.")).to_have_count(0)
    # Its price is of no concern any more.
    row = page.get_by_role("row", name="2 billing licenses added")
    expect(row.get_by_role("cell").last).to_have_text("\N{EN DASH}")
    expect_counts(page, "Billing", 3, 0, 3)


def test_the_last_user_manager_stays(page: Page) -> None:
    own = page.get_by_role("checkbox", name="Active: Morgan Lee")
    own.click()
    dialog = page.get_by_role("dialog", name="Leave this clinic?")
    expect(dialog).to_contain_text("lose access right away")
    judge(page, "leaving")
    dialog.get_by_role("button", name="Leave clinic").click()
    expect(dialog.get_by_role("alert")).to_contain_text(
        "the clinic\N{RIGHT SINGLE QUOTATION MARK}s last active User Manager"
    )
    dialog.get_by_role("button", name="Stay").click()
    expect(own).to_be_checked()
    expect(own).to_be_focused()
    expect_counts(page, "Front office", 3, 1, 2)


def test_whoever_makes_everybody_inactive_stays(page: Page, clinic: Clinic) -> None:
    """The others can be undone, which they could not be behind a last User Manager's refusal."""
    page.get_by_role("checkbox", name="Select all").check()
    page.get_by_role("button", name="Make inactive", exact=True).click()
    expect(page.get_by_role("region", name="still active")).to_be_focused()
    expect(released(page)).to_contain_text("3 users made inactive.")
    expect(page.get_by_role("checkbox", name="Active: Morgan Lee")).to_be_checked()
    expect(page.get_by_role("dialog")).to_have_count(0)
    released(page).get_by_role("button", name="Undo").click()
    clinic.expect_licenses("therapist", 3, 2, 1)


def test_clicking_twice_on_a_checkbox_switches_once(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.method) if asked.method == "PUT" else None)
    ana = page.get_by_role("checkbox", name="Active: Ana Silva")
    ana.dblclick()
    expect(released(page)).to_contain_text("still billed")
    expect(ana).not_to_be_checked()
    assert sent == ["PUT"]


def test_a_failed_switch_goes_back_and_says_why(page: Page) -> None:
    page.route("**/activation", lambda route: route.abort("connectionreset"))
    # At the end of the screen, too, where the switch alone would go back without a word.
    page.set_viewport_size({"width": 390, "height": 700})
    page.wait_for_load_state("networkidle")  # what is read later moves the rows
    ana = page.get_by_role("checkbox", name="Active: Ana Silva")
    ana.evaluate("(one) => one.scrollIntoView({ block: 'end' })")
    ana.click()
    expect(page.get_by_role("alert")).to_be_in_viewport(ratio=0.9)
    page.set_viewport_size({"width": 1280, "height": 900})
    refusal = page.get_by_role("row").filter(has_text=UNREACHABLE)
    judge(page, "notes in rows")
    expect(ana).to_be_checked()
    expect_counts(page, "Therapist", 3, 2, 1)
    page.unroute("**/activation")
    refusal.get_by_role("button", name="Try again").click()
    expect(ana).not_to_be_checked()
    expect_counts(page, "Therapist", 3, 1, 2)


def test_a_link_from_a_mail_opens_the_form_filled_in(open_page: Open, clinic: Clinic) -> None:
    page = open_page(clinic, "?add=assistant:2,therapist:1&release=assistant:1")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Assistant")).to_have_value("2")
    expect(dialog.get_by_label("Therapist")).to_have_value("1")
    dialog.get_by_role("radio", name="Release").check()
    expect(dialog.get_by_label("Assistant")).to_have_value("1")
    expect(dialog).to_contain_text("Also filled in: 1 therapist license and 2 assistant licenses")
    assert clinic.adjustments == []
    dialog.get_by_label("Reason").fill("Closed a room")
    dialog.get_by_role("button", name="Review request").click()
    dialog.get_by_role("button", name="Release 1 license").click()
    done = page.get_by_role("region", name="1 assistant license released.")
    done.get_by_role("button", name="Add 3 licenses").click()
    expect(dialog.get_by_label("Therapist")).to_have_value("1")
    expect(dialog.get_by_text("Also filled in")).to_have_count(0)
    # What was begun is not begun anew by whoever reloads the page.
    page.reload()
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(dialog).to_have_count(0)
    # Whoever follows the link again is told what was made of it.
    page.evaluate("location.hash += '?release=assistant:1'")
    expect(dialog.get_by_role("alert")).to_contain_text("By Morgan Lee on")
    dialog.get_by_label("Assistant").select_option("None")
    expect(dialog.get_by_role("alert")).to_have_count(0)


def test_a_change_is_scheduled_shown_and_cancelled(page: Page, clinic: Clinic) -> None:
    """At the next renewal: nothing changes until then, and it can be taken back."""
    page.get_by_role("button", name="Release licenses", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="At the next renewal").check()
    # Those that are in use today can be chosen as well.
    dialog.get_by_label("Therapist", exact=True).select_option("3")
    dialog.get_by_label("Reason").fill("They leave with the month.")
    dialog.get_by_role("button", name="Review request").click()
    expect(dialog.get_by_text("Not enough available as of today")).to_be_visible()
    expect(dialog.get_by_text("Prorated")).to_have_count(0)
    expect(dialog.get_by_text("They leave with the month.")).to_be_visible()
    dialog.get_by_role("button", name="Schedule the change").click()
    done = page.get_by_role(
        "region", name=re.compile("for .*: 3 therapist licenses to be released")
    )
    expect(done).to_be_visible()
    clinic.expect_adjustments("scheduled")
    expect_counts(page, "Therapist", 3, 2, 1)

    page.get_by_role("link", name="\u22123 therapist").click()
    expect(page.get_by_role("list", name="Progress")).to_contain_text("Scheduled")
    page.get_by_role("button", name="Cancel this request").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the request").click()
    expect(page.get_by_role("link", name="\u22123 therapist")).to_have_count(0)
    clinic.expect_adjustments("cancelled")
