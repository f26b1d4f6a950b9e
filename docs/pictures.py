"""Takes the pictures of the docs in Chromium, from the demo that `make run` brought up.

python -m docs.pictures
pngquant --force --ext .png --strip 128 docs/images/*.png    makes them a third of the size
"""

import os
import shutil
from collections.abc import Callable

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from docs.template import ROOT
from local.clients import Clients
from local.place import Place
from local.sign_in import SignIn
from local.stack import Stack, read

FOLDER = ROOT / "docs" / "images"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
DANA = "dana.reyes@mainstreetpt.example"
MAYA = "maya.torres@riversiderehab.example"
SAM = "sam.rivera@clinicapp.example"
SIGNED_IN = "sessionStorage.session = JSON.stringify({token: '%s', ends: Date.now() + 3600000})"

HEIGHT = 860
PATIENCE = 120_000
"""Milliseconds: the first call of each function starts an interpreter."""

Shown = Page | Locator


def main() -> None:
    """Run the command line."""
    stack = read(Place(ROOT / ".local", 0))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (email, view, prepare) in PICTURES.items():
            page = _open(browser, stack, email, view)
            print(name)
            prepare(page).screenshot(path=FOLDER / f"{name}.png")
            page.close()
        browser.close()


def _open(browser: Browser, stack: Stack, email: str, view: str) -> Page:
    clients = Clients(Place(ROOT / ".local", int(stack["api_url"].rpartition(":")[2])))
    sign_in = SignIn(clients, stack["user_pool_id"], stack["user_pool_client_id"])
    (password,) = (one["password"] for one in stack["accounts"] if one["email"] == email)
    page = browser.new_page(
        viewport={"width": 1280, "height": HEIGHT},
        color_scheme="light",
        timezone_id="America/New_York",
    )
    page.set_default_timeout(PATIENCE)
    page.add_init_script(SIGNED_IN % sign_in.id_token(email, password))
    page.goto(f"{stack['api_url']}/{view}")
    return page


def _licenses(page: Page) -> Shown:
    """Two users are made inactive, whose licenses could be released."""
    for name in ("Iris Cohen", "Hugo Lindgren"):
        page.get_by_role("row", name=name).get_by_label("Active:").click()
    page.get_by_role("button", name="Release 2 licenses").wait_for()
    page.locator("[aria-busy]").first.wait_for(state="detached")
    page.mouse.move(0, 0)
    return page


def _review(page: Page) -> Shown:
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Review request").click()
    dialog.get_by_role("button", name="Add 2 licenses").wait_for()
    return dialog


def _whole(selector: str) -> Callable[[Page], Shown]:
    def shown(page: Page) -> Shown:
        found = page.locator(selector).first
        found.wait_for()
        page.wait_for_load_state("networkidle")
        return found

    return shown


def _window(heading: str, height: int = HEIGHT) -> Callable[[Page], Shown]:
    def shown(page: Page) -> Shown:
        page.get_by_role("table", name=heading).or_(page.get_by_text(heading)).first.wait_for()
        page.wait_for_load_state("networkidle")
        page.set_viewport_size({"width": 1280, "height": height})
        return page

    return shown


RIVERSIDE = "#/clinics/clinic-riverside"
PICTURES: dict[str, tuple[str, str, Callable[[Page], Shown]]] = {
    "invoice": (MAYA, f"{RIVERSIDE}/invoices", _whole("section.sheet")),
    "usage": (MAYA, f"{RIVERSIDE}/usage", _window("Peak in use")),
    "adjustments": (MAYA, f"{RIVERSIDE}/adjustments", _window("Adjustments")),
    "clinics": (MAYA, "#/", _window("Clinics", 400)),
    "review": (DANA, "#/clinics/clinic-main-street?add=therapist:2", _review),
    "overview": (SAM, "#/overview", _window("Confirmations that need attention")),
    "state": (SAM, f"{RIVERSIDE}/state", _window("Last checked")),
    "licenses": (MAYA, f"{RIVERSIDE}/users", _licenses),
}

if __name__ == "__main__":
    main()
