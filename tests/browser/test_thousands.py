"""Staff with 2,000 clinics, and somebody with 50: each task in at most three steps."""

import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, Request, expect

from docs.routes import ROUTES
from local.clients import Clients
from tests.system.api import Api

from . import crowds
from .conftest import PATIENCE, Clinic, Open, World, _numbers, _run

LISTED, OWNED = 1_950, 50
UNCONFIRMED = (2050, 2100, 2150)
WRITTEN_BY = ("transfer_licenses", "cancel_license_adjustment", "settle_confirmation")
"""The functions that change something here."""


@pytest.fixture(scope="module")
def owned(world: World, clients: Clients) -> Iterator[list[Clinic]]:
    """Fifty clinics of one User Manager, among 2,000 of the vendor."""
    first = world.clinic(name="Harbor Clinic")
    more = {f"clinic-{_run}-{next(_numbers)}": f"Bayside {number}" for number in range(1, OWNED)}
    with crowds.written(
        clients,
        world.stack["table_name"],
        crowds.owned(first.users["Morgan Lee"], first.manager.email, more),
        crowds.unconfirmed(*UNCONFIRMED),
        # Name and id are one and the same word: half as much to write.
        crowds.listed({f"harbor{n:04}": f"Harbor{n:04}" for n in range(LISTED)}),
    ):
        url = f"{world.stack['api_url']}/clinics/"
        staff = Api(world.stack["api_url"], world.demo("staff").token)
        # The page waits for ten seconds only, in which they may not have started.
        for route in (route for route in ROUTES if route.name in WRITTEN_BY):
            path = route.path.format_map(defaultdict(lambda: "nobody"))
            assert 400 <= staff.call(route.method, path, {}, key="nothing").status < 500
        state = f"/clinics/clinic-load-{UNCONFIRMED[0]:06}/state"
        # A machine that is busy otherwise may never be as fast.
        until = time.monotonic() + PATIENCE / 1000
        while not _at_once(staff, state) and time.monotonic() < until:
            time.sleep(0.2)
        yield [
            first,
            *(
                replace(first, clinic_id=one, api=Api(url + one, first.manager.token))
                for one in more
            ),
        ]


def _at_once(staff: Api, path: str) -> bool:
    """Return whether an answer comes as fast as ever: what so many records set off is done."""
    began = time.monotonic()
    assert staff.call("GET", path).status == 200
    return time.monotonic() - began < 1


def table(page: Page, name: str = "Clinics") -> Locator:
    """Return a table, without its sums and heads."""
    return page.get_by_role("table", name=name, exact=True).locator("tbody").get_by_role("row")


@pytest.mark.usefixtures("owned")
def test_staff_leaf_through_all_clinics_page_by_page(open_page: Open, world: World) -> None:
    page = open_page(person=world.demo("staff"))
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108
    for step, (shown, pages) in enumerate(
        [("1-50 of 100", 0), ("51-100 of 100", 0), ("101-150 of 200", 1)]
    ):
        if step:
            page.get_by_role("button", name="Next").click()
        said = shown.replace("-", "\N{EN DASH}")
        expect(page.get_by_text(f"{said} clinics or more", exact=True)).to_be_visible()
        expect(table(page)).to_have_count(50)
        assert sum("cursor=" in request.url for request in asked) == pages
    # One of them is found, and its state looked at, in three steps.
    page.get_by_label("Search").fill("hand clin 2050")
    expect(table(page)).to_have_count(1)
    page.get_by_role("link", name="Willow Creek Hand Clinic 2050").click()
    page.get_by_role("link", name="State").click()
    expect(table(page, "To do").first).to_contain_text("Settle the confirmation")


@pytest.mark.usefixtures("owned")
def test_staff_work_through_what_waits_in_three_steps_each(open_page: Open, world: World) -> None:
    page = open_page(person=world.demo("staff"))
    waiting = table(page, "Confirmations that need attention")
    for number in UNCONFIRMED:
        page.get_by_role("link", name="Overview").click()
        row = waiting.filter(has_text=f" {number}")
        expect(row).to_contain_text("UnclearOverdue")
        row.get_by_role("link").click()
        page.get_by_role("button", name="Settle the confirmation").click()
        dialog = page.get_by_role("dialog", name="Settle the confirmation")
        dialog.get_by_label("Reason").fill("Told by telephone")
        dialog.get_by_role("button", name="Record it as sent").click()
        expect(dialog).to_have_count(0)
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("table", name="Last 12 months")).to_be_visible()
    for number in UNCONFIRMED:
        expect(waiting.filter(has_text=f" {number}")).to_have_count(0)


def test_fifty_clinics_at_a_glance(open_page: Open, owned: list[Clinic]) -> None:
    page = open_page("#/", person=owned[0].manager)
    sums = page.get_by_role("row", name="50 clinics")
    # 12 licenses in one, of which the manager has one; 8 in each other.
    expect(sums.get_by_role("cell").nth(0)).to_have_text(str(12 + 49 * 8))
    expect(sums.get_by_role("cell").nth(2)).to_have_text(str(11 + 49 * 7))
    names = table(page).get_by_role("rowheader")
    expect(names.nth(9)).to_have_text("Bayside 10")
    head = page.get_by_role("columnheader", name="Available")
    head.get_by_role("button").click()
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(names.first).to_have_text("Harbor Clinic")

    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    rows = download.value.path().read_text("utf-8").splitlines()
    assert len(rows) > OWNED
    assert all(any(one.clinic_id in row for row in rows) for one in owned)

    page.get_by_label("Search").fill("harb")
    expect(table(page)).to_have_count(1)
    page.get_by_role("link", name="Release licenses of Harbor Clinic").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name="Release licenses")).to_be_checked()
    expect(dialog.get_by_label("Billing", exact=True)).to_have_value("3")
    # Whoever comes back goes on where they were.
    page.go_back()
    expect(page.get_by_label("Search")).to_have_value("harb")
    expect(page.get_by_role("row", name="1 clinic")).to_be_visible()


@pytest.mark.usefixtures("slow_clock")
def test_transfer_licenses_in_three_steps(open_page: Open, owned: list[Clinic]) -> None:
    here, there = owned[0], owned[7]
    page = open_page("#/", person=here.manager)
    page.get_by_role("button", name="Transfer licenses of Harbor Clinic").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("To", exact=True).select_option(label="Bayside 7")
    dialog.get_by_label("Billing", exact=True).select_option("2")
    dialog.get_by_label("Reason").fill("They bill for both from Bayside now.")
    dialog.get_by_role("button", name="Review transfer").click()
    for name, counts in (("Harbor Clinic", "3 → 1"), ("Bayside 7", "2 → 4")):
        changed = dialog.get_by_role("table", name=f"Licenses of {name} before and after")
        expect(changed.get_by_role("row", name="Billing")).to_contain_text(counts)
    dialog.get_by_role("button", name="Transfer 2 licenses").click()

    done = page.get_by_role("region", name="2 billing licenses transferred from Harbor Clinic to")
    expect(done).to_be_focused()
    assert (here.licenses("billing")[0], there.licenses("billing")[0]) == (1, 4)
    (given,), (taken,) = here.adjustments, there.adjustments
    assert given["transfer"]["adjustment_id"] == taken["adjustment_id"]
    # Each half says where the other one is, and is taken back with it.
    done.get_by_role("link", name="View at Bayside 7").click()
    cancel = page.get_by_role("button", name="Cancel this request")
    expect(cancel).to_be_visible()
    expect(page.get_by_role("link", name="Harbor Clinic", exact=True)).to_be_visible()
    cancel.click()
    expect(page.get_by_role("dialog")).to_contain_text("part of a transfer from Harbor Clinic")
    page.get_by_role("button", name="Cancel the request").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    here.expect_licenses("billing", 3, 0, 3)
    there.expect_licenses("billing", 2, 0, 2)
