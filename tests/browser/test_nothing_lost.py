"""Nothing typed is lost unasked, nothing overwritten unseen, and trouble is said in place."""

import re

from playwright.sync_api import Page, Route, expect

from .conftest import Clinic, Open, World
from .judging import judge
from .test_tasks import expect_counts, strip_row


def typed(page: Page) -> None:
    """Begin a request."""
    page.get_by_role("button", name="Add licenses").click()
    page.get_by_role("dialog").get_by_label("Billing", exact=True).fill("7")


def test_escape_asks_before_it_discards(page: Page) -> None:
    typed(page)
    dialog = page.get_by_role("dialog")
    for _ in range(2):
        page.keyboard.press("Escape")
        expect(dialog.get_by_text("Discard what you entered?")).to_be_visible()
        dialog.get_by_role("button", name="Keep editing").click()
        expect(dialog.get_by_label("Billing", exact=True)).to_have_value("7")
    # Escape again takes the question away, not the input; a third one asks anew.
    for asked in (1, 0, 1):
        page.keyboard.press("Escape")
        expect(dialog.get_by_text("Discard what you entered?")).to_have_count(asked)
    judge(page, "what would be discarded")
    expect(dialog.get_by_label("Billing", exact=True)).to_have_value("7")
    dialog.get_by_role("button", name="Discard", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Add licenses")).to_be_focused()
    # An untouched form needs no question.
    page.get_by_role("button", name="Add licenses").click()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_reload_and_back_ask_before_they_discard(page: Page) -> None:
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("heading", name="History")).to_be_focused()
    typed(page)
    page.once("dialog", lambda asked: asked.dismiss())
    with page.expect_event("dialog") as asked:
        page.evaluate("setTimeout(() => location.reload())")
    assert asked.value.type == "beforeunload"
    page.go_back()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Billing", exact=True)).to_have_value("7")
    expect(dialog.get_by_text("Discard what you entered?")).to_be_visible()
    assert page.url.endswith("/history")
    dialog.get_by_role("button", name="Discard", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("heading", name="Users")).to_be_focused()


def test_what_another_window_made_of_a_user_is_not_overwritten(page: Page, clinic: Clinic) -> None:
    page.get_by_role("button", name="Edit Wei Zhang").click()
    dialog = page.get_by_role("dialog", name="Edit user")
    dialog.get_by_label("Name", exact=True).fill("Wei Zhang-Moore")
    path = f"/users/{clinic.users['Wei Zhang']}"
    clinic.call("PATCH", path, {"permissions": ["user_manager"]})
    dialog.get_by_role("button", name="Save changes").click()
    expect(dialog.get_by_role("alert")).to_contain_text(
        "Someone else changed Wei Zhang in the meantime."
    )
    expect(dialog).to_contain_text("Current values")
    judge(page, "editing a user")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Wei Zhang-Moore")
    dialog.get_by_role("checkbox", name="User Manager").check()
    dialog.get_by_role("button", name="Save changes").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("rowheader", name="Wei Zhang-Moore")).to_contain_text("User Manager")


def test_a_form_that_comes_late_takes_the_place_of_no_other(
    open_page: Open, clinic: Clinic
) -> None:
    page = open_page(person=clinic.manager, alone=True)
    held: list[Route] = []
    page.route("**/adjust.js", lambda route: held.append(route))  # noqa: PLW0108
    page.reload()
    page.get_by_role("button", name="Add licenses").click()
    expect(page.locator("body.opening")).to_have_count(1)
    page.get_by_role("button", name="Add user").click()
    name = page.get_by_role("dialog", name="Add user").get_by_label("Name", exact=True)
    name.fill("Noor Haddad")
    with page.expect_response("**/adjust.js"):
        held[0].continue_()
    expect(page.locator("body.opening")).to_have_count(0)
    expect(name).to_have_value("Noor Haddad")


def test_losing_ones_own_rights_is_said_before(open_page: Open, clinic: Clinic) -> None:
    other = {"permissions": ["user_manager"]}
    clinic.call("PATCH", f"/users/{clinic.users['Ana Silva']}", other)
    page = open_page(clinic)
    page.get_by_role("button", name="Edit Morgan Lee").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("checkbox", name="User Manager").uncheck()
    expect(dialog.get_by_role("alert")).to_contain_text("be able to manage this clinic")


# How long an answer is waited for.
FIVE_TIMES_AS_FAST = """() => {
  const wait = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (milliseconds) => wait(milliseconds / 5);
}"""


def test_a_server_that_freezes_is_said_once_where_something_was_tried(
    open_page: Open, clinic: Clinic
) -> None:
    reading, reviewing, switching = pages = [open_page(clinic) for _ in range(3)]
    for page in pages:
        expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    reviewing.bring_to_front()
    typed(reviewing)
    held: list[Route] = []
    for page in pages:
        page.evaluate(FIVE_TIMES_AS_FAST)
        page.route(re.compile("/clinics"), lambda route: held.append(route))  # noqa: PLW0108
    reviewing.get_by_role("button", name="Review request").click()
    reading.bring_to_front()
    reading.get_by_role("link", name="Adjustments").click()
    switching.bring_to_front()
    switching.get_by_role("checkbox", name="Active: Ana Silva").click()
    for page in pages:
        expect(page.get_by_role("alert")).to_have_text(re.compile("Can.t reach the server"))
        page.evaluate("dispatchEvent(new Event('focus'))")
    reading.wait_for_timeout(9_000 / 5)
    for page in pages:
        expect(page.get_by_role("alert")).to_have_count(1)
    expect_counts(reading, "Therapist", 3, 2, 1)


def test_try_again_is_offered_only_where_it_can_help(open_page: Open, clinic: Clinic) -> None:
    page = open_page(clinic, "adjustments/01AAAAAAAAAAAAAAAAAAAAAAAA")
    missing = page.get_by_role("alert").filter(has_text=re.compile("That request can.t be shown"))
    expect(missing).to_be_visible()
    page.goto(page.url.partition("#")[0] + f"{clinic.hash}/invoices/1999-01")
    refused = page.get_by_role("alert").filter(has_text="This clinic has no such invoice")
    expect(refused).to_be_visible()
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_a_script_that_does_not_come_is_said(
    new_page: Open, world: World, complaints: list[str]
) -> None:
    page = new_page()
    page.route("**/app.js", lambda route: route.abort("connectionreset"))
    page.goto(world.page_url)
    late = page.get_by_role("link", name="Reload the page")
    expect(late).to_be_hidden()
    expect(late).to_be_visible(timeout=10_000)
    complaints.clear()


def test_a_part_of_the_page_that_does_not_come_is_said_in_its_place(
    open_page: Open, clinic: Clinic, complaints: list[str]
) -> None:
    page = open_page(person=clinic.manager, alone=True)
    page.route(re.compile(r"/(history|adjust)\.js"), lambda route: route.abort("connectionreset"))
    page.reload()
    page.get_by_role("link", name="History").click()
    lost = page.get_by_role("alert").filter(has_text=re.compile("didn.t load"))
    expect(lost).to_be_visible()
    expect_counts(page, "Therapist", 3, 2, 1)
    page.get_by_role("button", name="Add licenses").click()
    unopened = page.get_by_role("alert", name=re.compile("couldn.t be opened"))
    expect(unopened).to_be_focused()
    page.unroute_all()
    unopened.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("dialog", name="Request license adjustment")).to_be_visible()
    page.keyboard.press("Escape")
    expect(unopened).to_have_count(0)
    lost.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("row", name="Clinic registered")).to_be_visible()
    # As it is where the module is there and its data are not.
    page.route("**/license-adjustments", lambda route: route.abort("connectionrefused"))
    page.get_by_role("link", name="Adjustments").click()
    failed = page.get_by_role("alert").filter(has=page.get_by_role("button", name="Try again"))
    expect(failed).to_be_visible()
    page.unroute_all()
    failed.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("No licenses added or released yet.")).to_be_visible()
    complaints.clear()


def deployed_anew(page: Page, world: World) -> None:
    """Serve another version of the page from now on, to whoever asks for it anew."""

    def serve(route: Route) -> None:
        if route.request.is_navigation_request():
            route.continue_()
            return
        newer = re.sub(r"static/\w+", "static/0123456789abcdef", route.fetch().text())
        route.fulfill(body=newer, content_type="text/html")

    page.route(world.page_url, serve)


def test_an_old_tab_whose_files_are_gone_offers_the_new_page(
    open_page: Open, world: World, clinic: Clinic, complaints: list[str]
) -> None:
    page = open_page(person=clinic.manager, alone=True)
    gone = re.compile(r"/(history|adjust)\.js")
    page.route(gone, lambda route: route.fulfill(status=404, body="{}"))
    page.reload()
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    deployed_anew(page, world)
    page.get_by_role("link", name="History").click()
    updated = page.get_by_role("alert", name="This page was updated")
    expect(updated).to_be_visible()
    page.get_by_role("button", name="Add licenses").click()
    expect(updated).to_be_focused()
    expect(page.get_by_text("connection")).to_have_count(0)
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    page.unroute(gone)
    updated.get_by_role("button", name="Reload the page").click()
    expect(page.get_by_role("row", name="Clinic registered")).to_be_visible()
    expect(updated).to_have_count(0)
    complaints.clear()
    # What is typed comes along to the new page.
    typed(page)
    page.route("**/preview", lambda route: route.fulfill(status=422, json={"detail": "Unknown."}))
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Review request").click()
    expect(updated).to_contain_text("What you entered is kept.")
    updated.get_by_role("button", name="Reload the page").click()
    expect(updated).to_have_count(0)
    expect(dialog.get_by_label("Billing", exact=True)).to_have_value("7")


WCAG_SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
    word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }
"""
OVERLAPS = """() => {
  const shown = [...document.querySelectorAll('main :is(h1, h2, td, th, button, a, p, small)')]
    .filter((node) => node.checkVisibility() && node.innerText?.trim() && !node.closest('.unseen'))
    .filter((node) => getComputedStyle(node).position === 'static');
  const cut = shown.filter((node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth
    && getComputedStyle(node).overflow !== 'visible');
  const cells = [...document.querySelectorAll('.strip td, .strip th, .tabs a, .heading > *')]
    .filter((node) => node.checkVisibility() && getComputedStyle(node).position === 'static')
    .map((node) => [node, node.getBoundingClientRect()])
    .filter(([node]) => !node.closest('thead'));
  const over = cells.filter(([one, a], index) => cells.slice(index + 1).some(([other, b]) =>
    !one.contains(other) && a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 1 && b.top < a.bottom - 1));
  return [...cut, ...over.map(([node]) => node)].map((node) => node.outerHTML.slice(0, 120));
}"""


def test_wider_text_spacing_overlaps_nothing(page: Page) -> None:
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    page.evaluate(
        "(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
        " document.adoptedStyleSheets = [sheet]; }",
        WCAG_SPACING,
    )
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERLAPS) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert strip_row(page, "All").is_visible()
