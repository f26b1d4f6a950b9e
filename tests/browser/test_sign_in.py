"""Signing in at the hosted login, out again, and what happens when a sign-in ends."""

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Request, expect

from .conftest import PASSWORD, Clinic, World


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the hosted login, which is the emulator's and has its own names."""
    page.locator("[name=username]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")


def test_sign_in_with_pkce_and_out_again(
    open_page: Callable[..., Page], world: World, clinic: Clinic
) -> None:
    page = open_page(f"{clinic.hash}/history")
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - wrapped by Playwright
    page.get_by_role("button", name="Sign in").click()
    log_in(page, clinic.manager.email)
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    # Back where it was asked for, and nothing of the sign-in stays in the address.
    assert page.url == f"{world.page_url}{clinic.hash}/history"

    authorize = next(request for request in asked if "/oauth2/authorize" in request.url)
    query = parse_qs(urlsplit(authorize.url).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    exchange = next(request for request in asked if request.url.endswith("/oauth2/token"))
    sent = parse_qs(exchange.post_data or "")
    assert sent["redirect_uri"] == query["redirect_uri"] == [world.page_url]
    assert "client_secret" not in sent
    kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    answer = exchange.response()
    assert answer is not None
    assert answer.json()["refresh_token"] not in kept
    assert page.context.cookies(world.page_url) == []

    page.reload()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_a_sign_in_that_was_begun_elsewhere_is_refused(
    open_page: Callable[..., Page],
) -> None:
    page = open_page("?code=stolen&state=foreign")
    expect(page.get_by_text("The sign-in was begun somewhere else.")).to_be_visible()
    assert "stolen" not in page.url
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()


def test_input_outlives_an_expired_sign_in(open_page: Callable[..., Page], clinic: Clinic) -> None:
    page = open_page(clinic)
    page.get_by_role("button", name="Release licenses").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Billing", exact=True).select_option("2")
    dialog.get_by_label("Explanation").fill("Billing moves out of house")
    refuse = re.compile("/license-adjustments/preview$")
    page.route(refuse, lambda route: route.fulfill(status=401, json={"message": "Unauthorized"}))
    dialog.get_by_role("button", name="Review request").click()
    expired = dialog.get_by_role("alert").filter(has_text="Your sign-in has expired")
    expect(expired).to_contain_text("What you typed is kept.")
    page.unroute(refuse)
    expired.get_by_role("button", name="Sign in again").click()
    log_in(page, clinic.manager.email)

    expect(dialog.get_by_role("heading", name="Request license adjustment")).to_be_visible()
    expect(dialog.get_by_label("Billing", exact=True)).to_have_value("2")
    expect(dialog.get_by_label("Explanation")).to_have_value("Billing moves out of house")
    dialog.get_by_role("button", name="Review request").click()
    dialog.get_by_role("button", name="Release 2 licenses and stop paying for them").click()
    expect(page.get_by_role("region", name="2 billing licenses released.")).to_be_visible()
    assert clinic.licenses["billing"] == (1, 0, 1)


def test_somebody_else_does_not_get_the_input(
    open_page: Callable[..., Page], world: World, clinic: Clinic
) -> None:
    page = open_page(clinic, clock=True)
    page.get_by_role("button", name="Add user").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Private Person")
    page.clock.fast_forward("01:01:00")
    dialog.get_by_role("button", name="Sign in again").click()
    other = world.clinic().manager
    log_in(page, other.email)
    expect(page.get_by_role("alert")).to_contain_text("There is no such clinic among yours")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert "Private Person" not in page.evaluate("JSON.stringify({...sessionStorage})")


def test_a_sign_in_that_ends_says_so_and_keeps_the_view(
    open_page: Callable[..., Page], clinic: Clinic
) -> None:
    page = open_page(clinic, clock=True)
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    page.clock.fast_forward("01:01:00")
    expired = page.get_by_role("alert").filter(has_text="Your sign-in has expired")
    expect(expired).to_be_visible()
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    expect(expired.get_by_role("button", name="Sign in again")).to_be_visible()


def test_one_clinic_is_opened_at_once_and_several_are_offered(
    open_page: Callable[..., Page], world: World, clinic: Clinic
) -> None:
    page = open_page(person=clinic.manager)
    expect(page.get_by_role("heading", name="Harbor Clinic", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Clinics")).to_have_count(0)

    page = open_page(person=world.demo("user_manager"))
    page.get_by_role("link", name="Lakeside Rehab").click()
    expect(page.get_by_role("heading", name="Lakeside Rehab", level=1)).to_be_visible()
    page.get_by_role("link", name="Clinics").click()
    page.get_by_role("link", name="Main Street Physical Therapy").click()
    expect(page.get_by_role("heading", name="Main Street", level=1)).to_be_visible()
    expect(page).to_have_title(re.compile("Users . Main Street .+ . Clinic License Manager"))
