"""Everybody can use the page: by keyboard alone, narrow, without motion, in forced colors."""

from playwright.sync_api import Browser, Page, expect

from local.place import ROOT

from .conftest import Clinic, Open
from .judging import NARROW


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
