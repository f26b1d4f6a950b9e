"""What the page shows is true without a reload, whoever changed it, and forms stay as they are."""

import re

import pytest
from playwright.sync_api import Page, Response, Route, expect

from .conftest import Clinic, Open, World
from .judging import judge
from .test_tasks import expect_counts, released

LICENSES = re.compile(r"/licenses$")
LICENSE_ADJUSTMENTS = "**/license-adjustments"
ACTIVATION = re.compile(r"/activation$")


def poll(page: Page) -> None:
    """Let half a minute pass for the page, and again until it asks: once it has set its timer."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for _ in range(100):
        page.clock.fast_forward(31_000)
        page.wait_for_timeout(100)
        if any(LICENSES.search(url) for url in asked):
            return
    pytest.fail("the page has stopped asking")


def test_two_windows_show_each_others_changes(new_page: Open, world: World, clinic: Clinic) -> None:
    one, other = new_page(clinic.manager), new_page(clinic.manager)
    for page in (one, other):
        page.goto(world.page_url + clinic.hash)
        expect_counts(page, "Therapist", 3, 2, 1)
    other.get_by_role("button", name="Add licenses").click()
    dialog = other.get_by_role("dialog")
    dialog.get_by_label("Billing", exact=True).fill("7")

    one.bring_to_front()
    one.get_by_role("checkbox", name="Active: Ana Silva").uncheck()
    expect_counts(other, "Therapist", 3, 1, 2)
    expect(other.get_by_label("Active: Ana Silva")).not_to_be_checked()
    expect(dialog.get_by_label("Billing", exact=True)).to_have_value("7")
    expect(dialog.get_by_text("2 available").first).to_be_visible()
    # Neither of them was reloaded.
    assert other.evaluate("performance.getEntriesByType('navigation')[0].type") == "navigate"


def test_another_persons_changes_come_by_asking_whether_there_are_any(
    open_page: Open, clinic: Clinic
) -> None:
    page = open_page(clinic, clock=True)
    expect_counts(page, "Therapist", 3, 2, 1)
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    expect(page.locator(".amount")).to_contain_text("$")
    # Everything is asked for once more at first.
    poll(page)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))

    with page.expect_response(LICENSES) as answered:
        poll(page)
    assert answered.value.status == 304
    page.wait_for_load_state("networkidle")
    # Modules are loaded ahead at any time.
    assert {name for name in asked if not name.endswith(".js")} == {"licenses"}

    clinic.switch("Ana Silva", active=False)
    poll(page)
    expect_counts(page, "Therapist", 3, 1, 2)
    expect(page.get_by_role("checkbox", name="Active: Ana Silva")).not_to_be_checked()


def test_a_switch_on_old_numbers_is_not_carried_out_but_explained(
    page: Page, clinic: Clinic
) -> None:
    expect_counts(page, "Therapist", 3, 2, 1)
    ana = page.get_by_role("checkbox", name="Active: Ana Silva")
    leo = page.get_by_role("checkbox", name="Active: Leo Fontaine")
    expect(ana).to_be_checked()
    # Somebody else is faster, and this window has not asked since.
    clinic.switch("Leo Fontaine", active=False)
    expect(leo).to_be_checked()
    with page.expect_response(ACTIVATION) as refused:
        ana.click()
    assert refused.value.status == 412

    note = page.get_by_role("alert").filter(has_text="Ana Silva stays active")
    expect(note).to_contain_text("Now 3 total, 1 in use, 2 available.")
    expect(ana).to_be_checked()
    expect(ana).to_be_focused()
    expect(leo).not_to_be_checked()
    expect_counts(page, "Therapist", 3, 1, 2)
    clinic.expect_licenses("therapist", 3, 1, 2)

    note.get_by_role("button", name="Make Ana Silva inactive").click()
    expect(released(page)).to_contain_text("still billed")
    expect(ana).not_to_be_checked()
    expect_counts(page, "Therapist", 3, 0, 3)
    clinic.expect_licenses("therapist", 3, 0, 3)


def test_a_user_whose_type_was_changed_is_not_switched_unseen(page: Page, clinic: Clinic) -> None:
    wei = page.get_by_role("checkbox", name="Active: Wei Zhang")
    expect(wei).not_to_be_checked()
    path = f"/users/{clinic.users['Wei Zhang']}"
    clinic.call("PATCH", path, {"license_type": "billing"})
    wei.click()
    note = page.get_by_role("alert").filter(has_text="Wei Zhang stays inactive")
    expect(note).to_contain_text("the license type was changed to Billing")
    expect(wei).not_to_be_checked()
    expect(page.get_by_role("row", name="Wei Zhang").first).to_contain_text("Billing")
    clinic.expect_licenses("billing", 3, 0, 3)


def test_a_switch_goes_through_where_the_change_does_not_concern_it(
    page: Page, clinic: Clinic
) -> None:
    expect_counts(page, "Therapist", 3, 2, 1)
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    statuses: list[int] = []
    page.on("response", lambda answer: _note_switch(statuses, answer))
    clinic.adjust("add", "billing", 1)
    page.get_by_role("checkbox", name="Active: Ana Silva").uncheck()
    expect(released(page)).to_contain_text("still billed")
    expect_counts(page, "Therapist", 3, 1, 2)
    expect_counts(page, "Billing", 4, 0, 4)
    assert (statuses[0], statuses[-1]) == (412, 200)


def test_switches_in_quick_succession_do_not_stop_each_other(page: Page, clinic: Clinic) -> None:
    statuses: list[int] = []
    page.on("response", lambda answer: _note_switch(statuses, answer))
    for name in ("Ana Silva", "Leo Fontaine", "Wei Zhang", "Grace Okafor"):
        page.get_by_role("checkbox", name=f"Active: {name}").click()
    # The counts are those that the clicks lead to, from the first moment on.
    expect_counts(page, "Therapist", 3, 1, 2)
    expect_counts(page, "All", 12, 2, 10)
    expect(released(page)).to_contain_text("3 users made inactive. Wei Zhang made active.")
    assert statuses == [200] * 4
    clinic.expect_licenses("therapist", 3, 1, 2)


def _note_switch(statuses: list[int], answer: Response) -> None:
    if ACTIVATION.search(answer.url):
        statuses.append(answer.status)


def test_a_hidden_window_asks_nothing(open_page: Open, clinic: Clinic) -> None:
    page = open_page(clinic, clock=True)
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # What is loaded ahead may still be coming.
    page.wait_for_load_state("networkidle")
    asked.clear()

    def show(hidden: str) -> None:
        page.evaluate(
            "(hidden) => { Object.defineProperty(document, 'hidden',"
            " { value: hidden, configurable: true });"
            " document.dispatchEvent(new Event('visibilitychange')); }",
            hidden == "hidden",
        )

    show("hidden")
    for _ in range(3):
        page.clock.fast_forward(31_000)
        page.wait_for_timeout(100)
    assert asked == []
    with page.expect_response(LICENSES):
        show("visible")


def test_what_may_be_old_is_said_to_be_so_until_it_is_fresh(
    open_page: Open, clinic: Clinic
) -> None:
    page = open_page(clinic, alone=True)
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    page.context.set_offline(True)
    offline = page.get_by_role("alert").filter(has_text=re.compile("You.re offline"))
    expect(offline).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 500})
    page.mouse.wheel(0, 5000)
    expect(offline).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1280, "height": 900})
    judge(page, "offline")
    expect_counts(page, "Therapist", 3, 2, 1)
    clinic.switch("Ana Silva", active=False)
    page.context.set_offline(False)
    expect(offline).to_have_count(0)
    expect_counts(page, "Therapist", 3, 1, 2)

    page.route(LICENSES, lambda route: route.abort("connectionrefused"))
    page.evaluate("dispatchEvent(new Event('focus'))")
    notice = page.get_by_role("alert").filter(has_text=re.compile("Can.t refresh"))
    expect(notice).to_be_visible()
    expect_counts(page, "Therapist", 3, 1, 2)
    page.unroute(LICENSES)
    clinic.switch("Leo Fontaine", active=False)
    notice.get_by_role("button", name="Try again").click()
    expect(notice).to_have_count(0)
    expect_counts(page, "Therapist", 3, 0, 3)


def test_a_slow_answer_never_puts_the_past_over_the_present(page: Page) -> None:
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    # A poll is on its way with the old numbers while the user is made inactive.
    page.route(LICENSES, hold, times=1)
    page.evaluate("dispatchEvent(new Event('focus'))")
    while not held:
        page.wait_for_timeout(50)
    (route,) = held
    old = route.fetch()
    page.get_by_role("checkbox", name="Active: Ana Silva").uncheck()
    expect(released(page)).to_contain_text("still billed")
    expect_counts(page, "Therapist", 3, 1, 2)
    route.fulfill(response=old)
    page.wait_for_timeout(300)
    expect_counts(page, "Therapist", 3, 1, 2)


def test_an_edit_right_after_the_own_switch_is_no_conflict(page: Page) -> None:
    held: list[Route] = []
    page.route("**/activation", lambda route: held.append(route))  # noqa: PLW0108
    with page.expect_request("**/activation"):
        page.get_by_role("checkbox", name="Active: Ana Silva").uncheck()
    page.get_by_role("button", name="Edit Ana Silva").click()
    dialog = page.get_by_role("dialog", name="Edit user")
    dialog.get_by_label("Name").fill("Ana Sousa")
    dialog.get_by_role("button", name="Save changes").click()
    held[0].continue_()
    expect(page.get_by_role("checkbox", name="Active: Ana Sousa")).not_to_be_checked()


def test_slow_answers_show_what_is_going_on(page: Page) -> None:
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    waiting: list[Route] = []
    page.route("**/preview", lambda route: waiting.append(route))  # noqa: PLW0108
    page.get_by_role("button", name="Add licenses").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Billing", exact=True).fill("1")
    with page.expect_request("**/preview"):
        dialog.get_by_role("button", name="Review request").click()
    busy = dialog.get_by_role("button", name="Calculating")
    expect(busy).to_be_disabled()
    # What was asked about stays as it is, so that the answer is about what is sent.
    dialog.get_by_label("Billing", exact=True).press("2")
    expect(dialog.get_by_label("Billing", exact=True)).to_have_value("1")
    waiting[0].continue_()
    # Nobody goes back from what is on its way.
    page.route(LICENSE_ADJUSTMENTS, lambda route: waiting.append(route))  # noqa: PLW0108
    with page.expect_request(LICENSE_ADJUSTMENTS):
        dialog.get_by_role("button", name="Add 1 license").click()
    expect(dialog.get_by_role("button", name="Close")).to_be_disabled()
    dialog.get_by_role("button", name="Back").click(force=True)
    waiting[1].continue_()
    expect(page.get_by_role("region", name="1 billing license added.")).to_be_visible()


def test_the_other_clinic_closes_forms_and_brings_its_own_numbers(
    new_page: Open, world: World
) -> None:
    page = new_page(world.demo("user_manager"))
    held: list[Route] = []
    page.route("**/adjust.js", lambda route: held.append(route))  # noqa: PLW0108
    with page.expect_request("**/adjust.js"):
        page.goto(world.page_url + "#/clinics/clinic-lakeside")
    page.get_by_label("Search").fill("Noel")
    expect(page.get_by_text(re.compile("1 of"))).to_be_visible()
    page.get_by_role("button", name="Add licenses").click()
    page.evaluate("location.hash = '#/clinics/clinic-main-street'")
    # The focus is where the counts begin, so that nobody has to go back for them.
    expect(page.get_by_role("heading", name="Main Street Physical Therapy")).to_be_focused()
    expect(page.get_by_label("Search")).to_have_value("")
    expect(page.get_by_role("rowheader", name="Alex Kim")).to_be_visible()
    # The form that was asked for there comes only now.
    with page.expect_response("**/adjust.js"):
        held[0].continue_()
    add = page.get_by_role("button", name="Add licenses")
    expect(add).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    add.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate("location.hash = '#/clinics/clinic-lakeside'")
    expect(page.get_by_role("heading", name="Lakeside")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
