"""Everybody can use the page: by axe's rules, by keyboard alone, narrow, dark, without motion."""

import re
from collections.abc import Iterator
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect

from local.place import ROOT

from .conftest import Clinic, Open, World
from .test_tasks import released, request

NARROW, WIDE = 320, 1280
JUDGED: list[tuple[int, Literal["light", "dark"]]] = [(NARROW, "light"), (WIDE, "dark")]
load_and_run, run_again = Axe(), Axe(axe_script="0")


def manager_views(page: Page) -> Iterator[str]:
    """Bring a User Manager's views up one after the other."""
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    yield "users"
    page.get_by_role("checkbox", name="Active: Ana Silva").uncheck()
    expect(released(page)).to_contain_text("still billed")
    page.get_by_role("checkbox", name="Select Wei Zhang").check()
    yield "the bars of several users"
    page.route("**/activation", lambda route: route.abort("connectionreset"))
    page.get_by_role("checkbox", name="Active: Leo Fontaine").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    page.unroute("**/activation")
    yield "notes in rows"
    page.get_by_role("checkbox", name="Active: Morgan Lee").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "leaving"
    page.keyboard.press("Escape")
    page.get_by_label("Search").fill("nobody")
    yield "an empty search"
    page.get_by_role("button", name="Show all users").click()
    page.get_by_role("button", name="Add user").click()
    page.get_by_role("dialog").get_by_role("button", name="Add user").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    yield "adding a user, with errors"
    page.get_by_label("Name", exact=True).fill("Noor")
    page.keyboard.press("Escape")
    expect(page.get_by_text("Discard what you entered?")).to_be_visible()
    yield "what would be discarded"
    page.get_by_role("button", name="Discard", exact=True).click()
    yield from forms(page)
    page.get_by_role("link", name="Provisioning").click()
    page.get_by_role("button", name="Create token").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Okta")
    page.get_by_role("dialog").get_by_role("button", name="Create token").click()
    expect(page.get_by_role("heading", name="Copy the token for Okta")).to_be_visible()
    yield "a new token"
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Close anyway").click()
    yield from tabs(page)


def forms(page: Page) -> Iterator[str]:
    """Bring a User Manager's forms up, up to a request that is made."""
    page.get_by_role("button", name="Edit Ana Silva").click()
    yield "editing a user"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Release licenses").click()
    page.get_by_role("dialog").get_by_role("button", name="Review request").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    yield "a release, with errors"
    page.keyboard.press("Escape")
    dialog = request(page, "Add licenses", {"Therapist": "2"}, "Two new hires")
    yield "the review"
    dialog.get_by_role("button", name="Add 2 licenses").click()
    expect(page.get_by_role("region", name="2 therapist licenses added.")).to_be_visible()
    yield "the confirmation"


def tabs(page: Page) -> Iterator[str]:
    """Bring the other views of a clinic up, and one without a connection."""
    page.get_by_role("link", name="Adjustments").click()
    page.get_by_role("link", name="2 therapist licenses added").click()
    expect(page.get_by_role("list", name="Progress")).to_be_visible()
    yield "adjustments"
    page.get_by_role("button", name="Cancel this request").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    yield "a cancellation"
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Invoices").click()
    expect(page.get_by_role("table", name="Invoice lines")).to_be_visible()
    yield "invoices"
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("row", name="Licenses adjusted")).to_be_visible()
    yield "history"
    page.get_by_role("link", name="Usage").click()
    expect(page.get_by_role("region", name="Therapist")).to_be_visible()
    yield "usage"
    page.get_by_role("link", name="Email notices").click()
    expect(page.get_by_role("switch").first).to_be_visible()
    yield "notices"
    page.get_by_role("link", name="History").click()
    page.context.set_offline(True)
    expect(page.get_by_role("alert").filter(has_text=re.compile("You.re offline"))).to_be_visible()
    yield "offline"
    page.context.set_offline(False)


def staff_views(page: Page, clinic: Clinic) -> Iterator[str]:
    """Bring the views of staff up one after the other."""

    def unclear(route: Route) -> None:
        body = route.fetch().json()
        for item in body["license_adjustments"]:
            item |= {"confirmation": "unknown", "confirmation_due_by": "2026-01-05T00:00:00Z"}
        route.fulfill(json=body)

    def nights(route: Route) -> None:
        night: dict[str, Any] = {"date": "2026-11-21", "status": "complete"}
        if route.request.url.endswith("/reconciliations"):
            listed = [{**night, "clinics": 2, "findings": 1}]
            route.fulfill(json={"reconciliations": listed, "next_cursor": None})
            return
        finding = dict.fromkeys(("expected", "actual", "advice", "subject"), "2 licenses")
        of = {"clinic_id": clinic.clinic_id, "clinic_name": "Harbor Clinic"}
        found = [{**of, "invariant": "I1", **finding}]
        counts = {"clinics_checked": 2, "finding_count": 1, "repairs": 0}
        route.fulfill(json={**night, **counts, "findings": found, "next_cursor": None})

    page.route("**/license-adjustments", unclear)
    page.route(re.compile("/reconciliations"), nights)
    expect(page.get_by_role("main").get_by_role("link").first).to_be_visible()
    yield "clinics"
    page.get_by_role("button", name="Register a clinic").click()
    page.get_by_role("dialog").get_by_role("button", name="Register the clinic").click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    yield "registering a clinic, with errors"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Unblock an email address").click()
    yield "clearing an address"
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Reconciliation").click()
    expect(page.get_by_role("table", name="Findings")).to_be_visible()
    yield "findings"
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()
    expect(page.get_by_text("Loading")).to_have_count(0)
    yield "overview"
    page.go_back()
    page.get_by_role("link", name="Harbor Clinic").click()
    expect(page.get_by_role("heading", name="Terms")).to_be_visible()
    yield "a clinic's state"
    page.get_by_role("link", name="Adjustments").click()
    page.get_by_role("link", name="1 billing license added").click()
    page.get_by_role("button", name="Settle the confirmation").click()
    yield "settling a confirmation"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Change prices and rules").click()
    yield "prices and rules"
    page.keyboard.press("Escape")


def judge(page: Page, view: str) -> None:
    """Check what is on the screen now: narrow and light, then wide and dark."""
    for width, theme in JUDGED:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        axe = run_again if page.evaluate("'axe' in window") else load_and_run
        results = axe.run(page, options={"resultTypes": ["violations"]})
        found = [
            (entry["id"], [node["html"] for node in entry["nodes"]])
            for entry in results.response["violations"]
        ]
        assert found == [], f"{view}, {width}, {theme}"
        fits(page, width, view)


def fits(page: Page, width: int, view: str) -> None:
    shown = page.evaluate("document.documentElement.scrollWidth")
    assert shown <= width, f"{view} scrolls sideways"
    cut = page.locator("dialog").evaluate_all(
        "(found) => found.some((node) => node.scrollWidth > node.clientWidth)"
    )
    assert not cut, f"{view} is cut off at its side"
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, textarea, nav a')]
          .filter((node) => node.checkVisibility() && !node.closest('p.lead'))
          .filter((node) => !document.querySelector('dialog') || node.closest('dialog'))
          .map((node) => [node.closest('label') ?? node, node])
          .filter(([target]) => target.getBoundingClientRect().height < 24)
          .map(([, node]) => node.outerHTML)"""
    )
    assert small == [], f"{view} has targets below 24 pixels"


def test_axe_finds_nothing_at_the_sign_in(open_page: Open) -> None:
    page = open_page()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    judge(page, "the sign-in")


# While a dialog fades in, its colours are not those that stay.
@pytest.mark.usefixtures("slow_clock")
def test_axe_finds_nothing_on_the_views_of_a_user_manager(open_page: Open, clinic: Clinic) -> None:
    page = open_page(clinic, alone=True, reduced_motion="reduce")
    for view in manager_views(page):
        judge(page, view)


def test_axe_finds_nothing_on_the_views_of_staff(
    open_page: Open, world: World, clinic: Clinic
) -> None:
    clinic.adjust("add", "billing", 1)
    page = open_page(person=world.demo("staff"), reduced_motion="reduce")
    for view in staff_views(page, clinic):
        judge(page, view)


def test_long_words_do_not_widen_the_page(open_page: Open, world: World) -> None:
    clinic = world.clinic(("M" * 150, "therapist", True), name="W" * 150)
    page = open_page(clinic, width=NARROW)
    page.get_by_role("checkbox", name="Active: MMM").uncheck()
    expect(released(page)).to_contain_text("still billed")
    fits(page, NARROW, "users")
    dialog = request(page, "Release licenses", {"Therapist": "1"}, "E" * 500)
    fits(page, NARROW, "the review")
    dialog.get_by_role("button", name="Release 1 license").click()
    for view in ("Adjustments", "Invoices", "History"):
        page.get_by_role("link", name=view).click()
        expect(page.get_by_role("heading", level=2).first).to_be_visible()
        expect(page.get_by_text("Loading")).to_have_count(0)
        fits(page, NARROW, view)


def test_a_request_by_keyboard_alone_at_320_pixels(open_page: Open, clinic: Clinic) -> None:
    page = open_page(clinic, width=NARROW, height=640)
    opener = page.get_by_role("button", name="Release licenses")
    expect(opener).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    tab_to(page, "Release licenses")
    expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Request license adjustment")
    expect(dialog.get_by_role("heading")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()

    page.keyboard.press("Enter")
    tab_to(page, "Release licenses")
    expect(dialog.get_by_role("radio", name="Release licenses")).to_be_checked()
    tab_to(page, "Billing")
    page.keyboard.press("2")
    tab_to(page, "Reason")
    page.keyboard.type("Nobody does billing here any more")
    tab_to(page, "Review request")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Review your request")).to_be_focused()
    tab_to(page, "Release 2 licenses and stop paying for them")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="2 billing licenses released.")).to_be_focused()


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the control of that name has the focus, which must be in sight."""
    for _ in range(40):
        page.keyboard.press("Tab")
        at = page.evaluate(
            """() => {
              const node = document.activeElement;
              const box = node.getBoundingClientRect();
              return { text: node.labels?.[0]?.textContent ?? node.textContent,
                       seen: node === document.body || (box.bottom > 0 && box.top < innerHeight),
                       ring: getComputedStyle(node).outlineStyle };
            }"""
        )
        assert at["seen"], at
        if at["text"].startswith(name):
            assert at["ring"] != "none", "the focus cannot be seen"
            return
    raise AssertionError(f"no Tab leads to {name}")


def test_switching_keeps_the_focus_and_says_the_result(page: Page) -> None:
    ana = page.get_by_role("checkbox", name="Active: Ana Silva")
    ana.focus()
    page.keyboard.press("Space")
    status = page.get_by_role("status")
    said = "Ana Silva is inactive. 2 therapist licenses available. Undo or release below the users."
    expect(status).to_have_text(said)
    expect(ana).to_be_focused()
    page.keyboard.press("Space")
    expect(status).to_have_text("Ana Silva is active. 1 therapist license available.")
    expect(ana).to_be_focused()


def test_no_phone_has_to_zoom_in_on_what_is_typed(browser: Browser) -> None:
    """Safari does below 16 pixels, and stays there; a mouse gets the page's own size."""
    style = (ROOT / "page" / "app.css").read_text("utf-8")
    sizes = []
    for touch, width in ((True, 390), (True, 1024), (False, 1280)):
        page = browser.new_page(
            has_touch=touch, is_mobile=touch, viewport={"width": width, "height": 844}
        )
        page.set_content(f"<style>{style}</style><input><select></select><textarea></textarea>")
        of_each = "(all) => all.map((one) => getComputedStyle(one).fontSize)"
        sizes.append(set(page.locator("input, select, textarea").evaluate_all(of_each)))
        page.close()
    assert sizes == [{"16px"}, {"16px"}, {"15px"}]


def test_motion_only_for_those_who_take_it(open_page: Open, clinic: Clinic) -> None:
    for motion, expected in (("no-preference", "rise"), ("reduce", "none")):
        page = open_page(clinic, reduced_motion=motion)
        page.get_by_role("button", name="Add user").click()
        dialog = page.get_by_role("dialog")
        # By its name: the motion itself may be over before it is looked at.
        expect(dialog).to_have_css("animation-name", expected)
        moving = (
            "document.querySelectorAll('*').values().some((node) => "
            "getComputedStyle(node).transitionDuration !== '0s')"
        )
        assert not page.evaluate(moving)


def test_forced_colours_keep_what_colour_alone_would_say(open_page: Open, clinic: Clinic) -> None:
    page = open_page(clinic, forced_colors="active")
    page.get_by_role("button", name="Add licenses").wait_for()
    shown = page.get_by_role("link", name="Users")
    assert shown.evaluate("(node) => getComputedStyle(node).borderBottomStyle") == "solid"
    main = page.get_by_role("button", name="Add licenses")
    assert main.evaluate("(node) => getComputedStyle(node).borderTopWidth") == "2px"


def test_an_invoice_prints_alone(open_page: Open, clinic: Clinic) -> None:
    page = open_page(clinic, "invoices")
    invoice = page.get_by_role("region", name="Upcoming invoice")
    expect(invoice).to_be_visible()
    page.emulate_media(media="print", color_scheme="dark")
    expect(invoice).to_be_visible()
    for said in ("Clinic App, Inc.", "100 Example Street", "Harbor Clinic", clinic.clinic_id):
        expect(invoice.get_by_text(said)).to_be_visible()
    expect(invoice).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(page.get_by_role("table", name="Licenses")).to_be_hidden()
    for hidden in (page.get_by_role("banner"), page.get_by_role("navigation", name="Clinic")):
        expect(hidden).to_be_hidden()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
