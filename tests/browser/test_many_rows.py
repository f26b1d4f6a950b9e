"""Hundreds of users stay usable, and the strip stays small."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Request, Route, expect

from .conftest import Clinic
from .test_safety import VIEWS
from .test_tasks import expect_counts, strip_row

PAGE = 100


def paging(name: str, items: list[dict[str, Any]], asked: list[str]) -> Callable[[Route], None]:
    """Answer a list page by page, noting which pages are asked for."""

    def answer(route: Route) -> None:
        cursor = parse_qs(urlsplit(route.request.url).query).get("cursor", ["0"])[0]
        asked.append(cursor)
        start = int(cursor)
        more = str(start + PAGE) if start + PAGE < len(items) else None
        route.fulfill(json={name: items[start : start + PAGE], "next_cursor": more})

    return answer


def test_five_hundred_users(page: Page, clinic: Clinic) -> None:
    # Four real users and their manager among hundreds that are not.
    real, pages = clinic.call("GET", "/users")["users"], list[str]()
    everybody = [real[0] | {"user_id": f"{n}", "name": f"User {n:03}"} for n in range(495)] + real
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    page.route(re.compile(r"/users\?"), paging("users", everybody, pages))
    page.reload()
    rows = page.get_by_role("table", name="Users").get_by_role("row")
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    expect(page.get_by_text(re.compile("^500 users,"))).to_be_visible()
    expect(rows).to_have_count(51)
    assert pages[-5:] == ["0", "100", "200", "300", "400"]
    height = rows.nth(1).bounding_box()
    assert height is not None
    assert 43 <= height["height"] <= 45
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_text("51\N{EN DASH}100 of 500 users")).to_be_visible()
    page.get_by_role("button", name="Name").click()
    expect(rows.nth(2)).to_contain_text("User 494")
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute(
        "aria-sort", "descending"
    )
    page.get_by_label("Search").fill("Ana Silva")
    expect(rows).to_have_count(2)
    # A checkbox costs two requests.
    page.wait_for_load_state("networkidle")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108
    page.get_by_role("checkbox", name="Active: Ana Silva").uncheck()
    expect(page.get_by_role("region", name="Just changed")).to_be_visible()
    expect_counts(page, "Therapist", 3, 1, 2)
    page.wait_for_load_state("networkidle")
    said = [(request.method, request.url.rpartition("/")[2]) for request in asked]
    assert said == [("PUT", "activation"), ("GET", "licenses")]


def test_the_strip_is_the_same_on_every_tab_and_small(page: Page) -> None:
    page.get_by_role("button", name="Add licenses").wait_for()
    strip = page.locator(".clinic")
    for tab, heading in VIEWS.items():
        page.set_viewport_size({"width": 1280, "height": 900})
        page.get_by_role("link", name=tab.title(), exact=True).click()
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        for text in ("All licenses", "$290.00/mo unused", " invoice", "No open requests"):
            expect(strip).to_contain_text(text)
        wide = strip.bounding_box()
        assert wide is not None
        assert wide["height"] <= 180
        page.set_viewport_size({"width": 390, "height": 844})
        totals = strip_row(page, "All").bounding_box()
        assert totals is not None
        assert totals["height"] <= 44
        expect(strip_row(page, "Therapist")).to_be_hidden()
    page.get_by_role("button", name="Show types").click()
    expect(strip_row(page, "Therapist")).to_be_visible()
