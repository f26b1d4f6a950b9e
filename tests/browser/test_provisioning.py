"""Tokens for an identity provider, made, used and revoked on the page."""

import re

from playwright.sync_api import expect

from tests.system.api import Api

from .conftest import Clinic, Open
from .judging import judge

NONE_YET = "No tokens yet. Create one for your identity provider."


def test_a_token_is_shown_once_not_lost_unawares_used_and_revoked(
    open_page: Open, clinic: Clinic
) -> None:
    page = open_page(clinic, alone=True)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Provisioning").click()
    expect(page.get_by_role("heading", name="Provisioning")).to_be_focused()
    expect(page.get_by_text(NONE_YET)).to_be_visible()
    page.get_by_role("button", name="Create token").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("Okta")
    dialog.get_by_label("License for new users").select_option("billing")
    dialog.get_by_role("button", name="Create token").click()

    expect(dialog.get_by_role("heading", name="Copy the token for Okta")).to_be_focused()
    token = dialog.get_by_text(re.compile(r"^clm\.")).inner_text()
    judge(page, "a new token")
    row = page.get_by_role("row", name="Okta")
    expect(row).to_contain_text("Billing")
    expect(row).to_contain_text("Never")
    provider = Api(page.locator("main code").inner_text(), token)
    assert provider.call("GET", "/Users").body["totalResults"] > 0

    page.once("dialog", lambda asked: asked.dismiss())
    with page.expect_event("dialog") as asked:
        page.evaluate("setTimeout(() => location.reload())")
    assert asked.value.type == "beforeunload"
    dialog.get_by_role("button", name="Close", exact=True).click()
    expect(dialog.get_by_text("Close without copying the token?")).to_be_visible()
    dialog.get_by_role("button", name="Keep open").click()
    # To sign in anew would leave the page: that waits.
    page.route("**/licenses", lambda route: route.fulfill(status=401, json={}))
    with page.expect_response("**/licenses"):
        page.evaluate("dispatchEvent(new Event('online'))")
    dialog.get_by_role("button", name="Copy token").click()
    expect(dialog.get_by_role("status")).to_have_text("Token copied.")
    assert page.evaluate("navigator.clipboard.readText()") == token
    expect(page.get_by_role("button", name="Sign in again")).to_have_count(0)
    dialog.get_by_role("button", name="Done").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Sign in again")).to_be_visible()

    page = open_page(clinic, "provisioning")
    row = page.get_by_role("row", name="Okta")
    expect(row).not_to_contain_text("Never")
    expect(page.get_by_text(token)).to_have_count(0)
    row.get_by_role("button", name="Revoke Okta").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke token").click()
    expect(
        page.get_by_text("No tokens yet. Create one for your identity provider.")
    ).to_be_visible()
    assert provider.call("GET", "/Users").status == 401
