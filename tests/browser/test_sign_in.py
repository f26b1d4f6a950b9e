"""Signing in at the hosted login, out again, and what happens when a sign-in ends."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Request, Route, expect

from local.clients import Clients
from local.place import STACK_NAME

from .conftest import PASSWORD, Clinic, Open, World
from .judging import judge

KEPT = (
    "ExplicitAuthFlows",
    "AllowedOAuthFlows",
    "AllowedOAuthScopes",
    "AllowedOAuthFlowsUserPoolClient",
    "SupportedIdentityProviders",
)


def log_in(page: Page, email: str, password: str = PASSWORD) -> None:
    """Fill in the hosted login, which is the emulator's and has its own names."""
    page.locator("[name=username]").fill(email)
    page.locator("[name=password]").fill(password)
    page.locator("[name=password]").press("Enter")


@pytest.fixture
def below_the_stage(world: World, clients: Clients) -> str:
    """The page's address where it has no domain: below the API's stage, as on AWS at first."""
    stack = world.stack
    resource = clients.cloudformation().describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId="Api"
    )
    api_id = resource["StackResourceDetail"]["PhysicalResourceId"]
    port = stack["api_url"].rpartition(":")[2]
    address = f"http://{api_id}.execute-api.localhost:{port}/v1/"
    cognito, pool = clients.cognito(), stack["user_pool_id"]
    client = cognito.describe_user_pool_client(
        UserPoolId=pool, ClientId=stack["user_pool_client_id"]
    )["UserPoolClient"]
    # There the template registers this address; locally it is the one of the domain.
    cognito.update_user_pool_client(
        UserPoolId=pool,
        ClientId=stack["user_pool_client_id"],
        CallbackURLs=[world.page_url, address],
        LogoutURLs=[world.page_url, address],
        **{name: client[name] for name in KEPT},  # type: ignore[literal-required]
    )
    return address


def test_sign_in_with_pkce_at_a_deep_link_and_out_again(
    open_page: Open, world: World, clinic: Clinic
) -> None:
    sign_in_and_out(open_page(f"{clinic.hash}/history", alone=True), world.page_url, clinic)


def test_sign_in_below_the_stage_of_the_apis_own_address(
    new_page: Open, below_the_stage: str, clinic: Clinic
) -> None:
    page = new_page()
    # Without the last slash, too.
    page.goto(f"{below_the_stage.removesuffix('/')}{clinic.hash}/history")
    sign_in_and_out(page, below_the_stage, clinic)


def sign_in_and_out(page: Page, page_url: str, clinic: Clinic) -> None:
    """Begin at the clinic's history, signed out, and end there signed out again."""
    asked: list[Request] = []
    page.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - wrapped by Playwright
    page.get_by_role("button", name="Sign in").click()
    log_in(page, clinic.manager.email)
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    expect(page.get_by_role("row", name="Clinic registered")).to_be_visible()
    # Back where it was asked for, and nothing of the sign-in stays in the address.
    assert page.url == f"{page_url}{clinic.hash}/history"

    authorize = next(request for request in asked if "/oauth2/authorize" in request.url)
    query = parse_qs(urlsplit(authorize.url).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    exchange = next(request for request in asked if request.url.endswith("/oauth2/token"))
    sent = parse_qs(exchange.post_data or "")
    assert sent["redirect_uri"] == query["redirect_uri"] == [page_url]
    assert "client_secret" not in sent
    kept = page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    answer = exchange.response()
    assert answer is not None
    assert answer.json()["refresh_token"] not in kept
    assert page.context.cookies(page_url) == []

    page.reload()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_a_sign_in_that_was_begun_elsewhere_is_refused(
    open_page: Open,
) -> None:
    page = open_page("?code=stolen&state=foreign")
    expect(page.get_by_text("This sign-in started somewhere else.")).to_be_visible()
    assert "stolen" not in page.url
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    judge(page, "the sign-in")


def test_input_outlives_an_expired_sign_in_at_a_deep_link(open_page: Open, clinic: Clinic) -> None:
    page = open_page(clinic, "history")
    page.get_by_role("button", name="Release licenses").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Billing", exact=True).select_option("2")
    dialog.get_by_label("Reason").fill("Billing moves out of house")

    # The gateway itself refuses a token that is none.
    def spoil(route: Route) -> None:
        route.continue_(headers={**route.request.headers, "authorization": "Bearer of.no.token"})

    preview = re.compile("/license-adjustments/preview$")
    page.route(preview, spoil)
    with page.expect_response(preview) as refused:
        dialog.get_by_role("button", name="Review request").click()
    assert refused.value.status == 401
    expired = dialog.get_by_role("alert").filter(has_text="Your sign-in has expired")
    expect(expired).to_contain_text("What you entered is kept.")
    expect(expired).to_be_focused()
    page.unroute(preview)
    expired.get_by_role("button", name="Sign in again").click()
    log_in(page, clinic.manager.email)

    expect(dialog.get_by_role("heading", name="Request license adjustment")).to_be_visible()
    assert page.url.endswith(f"{clinic.hash}/history")
    expect(dialog.get_by_label("Billing", exact=True)).to_have_value("2")
    expect(dialog.get_by_label("Reason")).to_have_value("Billing moves out of house")
    dialog.get_by_role("button", name="Review request").click()
    dialog.get_by_role("button", name="Release 2 licenses and stop paying for them").click()
    expect(page.get_by_role("region", name="2 billing licenses released.")).to_be_visible()
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    clinic.expect_licenses("billing", 1, 0, 1)


def test_a_deep_link_with_an_old_sign_in_leads_there_after_a_new_one(
    open_page: Open, clinic: Clinic
) -> None:
    page = open_page(clinic, "adjustments")
    expect(page.get_by_role("heading", name="Adjustments")).to_be_visible()
    # As in a tab that is opened again on the next day.
    page.evaluate(
        "sessionStorage.session = JSON.stringify({...JSON.parse(sessionStorage.session), ends: 1})"
    )
    page.reload()
    page.get_by_role("button", name="Sign in").click()
    log_in(page, clinic.manager.email)
    expect(page.get_by_role("heading", name="Adjustments")).to_be_visible()


def test_a_sign_in_that_ends_keeps_the_view_and_leaves_the_input_to_nobody_else(
    open_page: Open, world: World, clinic: Clinic
) -> None:
    page = open_page(clinic, clock=True)
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    page.clock.fast_forward("01:01:00")
    expired = page.get_by_role("alert").filter(has_text="Your sign-in has expired")
    expect(expired.get_by_role("button", name="Sign in again")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    page.get_by_role("button", name="Add user").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Private Person")
    dialog.get_by_role("button", name="Sign in again").click()
    other = world.clinic(name="Bayside Clinic").manager
    log_in(page, other.email)
    expect(page.get_by_role("alert")).to_contain_text("Clinic not found")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert "Private Person" not in page.evaluate("JSON.stringify({...sessionStorage})")
    page.get_by_role("link", name="Go to clinics").click()
    expect(page.get_by_role("heading", name="Bayside Clinic")).to_be_visible()
    # Whoever has one clinic needs no list of them.
    expect(page.get_by_role("navigation", name="Main")).to_have_count(0)
