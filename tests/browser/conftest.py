"""The page in Chromium against the deployed local cloud, each test with a clinic of its own."""

import itertools
import os
import secrets
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

from docs.routes import ROUTES, Route
from licensing.domain.licenses import LicenseType
from licensing.domain.users import USER_MANAGER
from licensing.use_cases.users.add_user import NewUser
from local.clients import Clients
from local.load import Item, batches, write
from local.place import ROOT
from local.sign_in import SignIn
from local.stack import Stack
from tests.system.api import Api, eventually

from . import crowds

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
LATENCY = int(os.environ.get("LATENCY", "0"))
"""Milliseconds that each answer takes longer: a test that looks before it came fails."""
PASSWORD = "Browser-test-1"
Open = Callable[..., Page]
"""Opens a tab, as the fixtures say that return such."""

_numbers = itertools.count(1)
_run = secrets.token_hex(3)

# The first call of each function starts an interpreter, several at once on two processors.
PATIENCE = 20_000
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and say why they are skipped where there is no browser."""
    for item in items:
        if item.path.is_relative_to(ROOT / "tests" / "browser"):
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                reason = "needs Chromium: apt-get install chromium, or name one in CHROMIUM"
                item.add_marker(pytest.mark.skip(reason=reason))


@dataclass(frozen=True)
class Person:
    """Somebody with a sign-in."""

    email: str
    token: str


@dataclass(frozen=True)
class Clinic:
    """A clinic that one test has for itself."""

    clinic_id: str
    api: Api
    """The clinic's part of the API, as its User Manager."""
    manager: Person
    users: dict[str, str]
    """The users' ids by name."""

    def call(self, method: str, path: str, body: object = None, key: str | None = None) -> Any:
        """Do something as the clinic's User Manager, past the page; returns what came back."""
        answer = self.api.call(method, path, body, key=key)
        assert answer.status < 400, answer.text
        return answer.body

    def adjust(self, action: str, license_type: str, quantity: int, **more: str) -> Any:
        line = {"action": action, "license_type": license_type, "quantity": quantity}
        return self.call("POST", "/license-adjustments", {"lines": [line], **more}, f"{more}{line}")

    def switch(self, name: str, *, active: bool) -> None:
        self.call("PUT", f"/users/{self.users[name]}/activation", {"active": active})

    @property
    def adjustments(self) -> list[dict[str, Any]]:
        """The requests so far, newest first."""
        found: list[dict[str, Any]] = self.call("GET", "/license-adjustments")[
            "license_adjustments"
        ]
        return found

    def licenses(self, license_type: str) -> tuple[int, int, int]:
        """Total, in use and available of a license type, as the API says."""
        (row,) = (
            row
            for row in self.call("GET", "/licenses")["licenses"]
            if row["license_type"] == license_type
        )
        return row["purchased"], row["in_use"], row["available"]

    def expect_licenses(self, license_type: str, *counts: int) -> None:
        """See total, in use and available come true: the page shows a click before it is saved."""
        eventually(lambda: self.licenses(license_type) == counts or None)

    def expect_adjustments(self, *statuses: str) -> None:
        """See the statuses of the requests come true, newest first."""
        eventually(lambda: tuple(one["status"] for one in self.adjustments) == statuses or None)

    @property
    def hash(self) -> str:
        """Where the page shows the clinic."""
        return f"#/clinics/{self.clinic_id}"


@dataclass(frozen=True)
class World:
    """Makes clinics and sign-ins in the local cloud."""

    stack: Stack
    sign_in: SignIn
    tables: "DynamoDBClient"
    signed_in: dict[str, Person] = field(default_factory=dict)
    """The demo accounts that were used already, by role."""

    @property
    def page_url(self) -> str:
        return self.stack["api_url"] + "/"

    def person(self, email: str) -> Person:
        """Give an invited user a password, and sign them in."""
        self.sign_in.set_password(email, PASSWORD)
        return Person(email, self.sign_in.id_token(email, PASSWORD))

    def demo(self, role: str) -> Person:
        """Sign in one of the demo accounts, once for all tests."""
        if role not in self.signed_in:
            account = next(entry for entry in self.stack["accounts"] if entry["role"] == role)
            token = self.sign_in.id_token(account["email"], account["password"])
            self.signed_in[role] = Person(account["email"], token)
        return self.signed_in[role]

    def clinic(self, *users: tuple[str, str, bool], name: str = "Harbor Clinic") -> Clinic:
        """Make a clinic with 3 licenses of each type, a manager and users, who can sign in.

        A user is a name, a license type and whether they are active.
        """
        number = next(_numbers)
        clinic_id = f"clinic-{_run}-{number}"
        people = [
            NewUser(who, f"user.{_run}.{next(_numbers)}@harbor.example", LicenseType(kind), (), on)
            for who, kind, on in users
        ]
        email = f"morgan.{_run}.{number}@harbor.example"
        front_office = LicenseType.FRONT_OFFICE
        manager = NewUser("Morgan Lee", email, front_office, (USER_MANAGER,))
        ids = {of.email: self.sign_in.enroll(of.email, of.name) for of in (manager, *people)}
        self.write(crowds.peopled(clinic_id, name, ids, manager, *people))
        person = self.person(email)
        api = Api(f"{self.stack['api_url']}/clinics/{clinic_id}", person.token)
        return Clinic(clinic_id, api, person, {of.name: ids[of.email] for of in (manager, *people)})

    def write(self, items: list[Item]) -> None:
        """Have items in the table."""
        for batch in batches(iter(items)):
            write(self.tables, self.stack["table_name"], batch)


@pytest.fixture(scope="session")
def world(stack: Stack, clients: Clients) -> World:
    """The running local cloud, whose functions that most tests need have started.

    They start slowly while other tests compute, and the page waits for ten seconds only.
    """
    sign_in = SignIn(clients, stack["user_pool_id"], stack["user_pool_client_id"])
    world = World(stack, sign_in, clients.tables())
    staff = Api(stack["api_url"], world.demo("staff").token)
    ids = defaultdict(lambda: "nobody", clinic_id="clinic-main-street")
    asked = ("/preview", "/license-adjustments")
    first = [one for one in ROUTES if one.method == "GET" or one.path.endswith(asked)]

    def status(of: Route) -> int:
        body = None if of.method == "GET" else dict[str, Any]()
        return staff.call(of.method, of.path.format_map(ids), body).status

    with ThreadPoolExecutor(2) as pool:
        assert max(pool.map(status, first)) < 500
    return world


@pytest.fixture(scope="session")
def clinics(world: World) -> Iterator[Callable[[], Clinic]]:
    """Register each test's clinic while the test before it waits for its browser."""

    def make() -> Clinic:
        return world.clinic(
            ("Ana Silva", "therapist", True),
            ("Leo Fontaine", "therapist", True),
            ("Wei Zhang", "therapist", False),
            ("Grace Okafor", "assistant", True),
        )

    with ThreadPoolExecutor(max_workers=1) as maker:
        coming = [maker.submit(make)]

        def take() -> Clinic:
            coming.append(maker.submit(make))
            return coming.pop(0).result()

        yield take


@pytest.fixture
def clinic(clinics: Callable[[], Clinic]) -> Clinic:
    """A clinic with two therapists at work, one not, and one more license than that."""
    return clinics()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complains of in any window of the test; must stay empty."""
    return []


def _context(browser: Browser) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, timezone_id="America/New_York"
    )
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture(scope="session")
def shared_context(browser: Browser) -> Iterator[BrowserContext]:
    """The browser of most tests: it has the page's files already, as on every visit but the first.

    A sign-in belongs to its tab, so that each test brings its own.
    """
    context = _context(browser)
    yield context
    context.close()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[[], BrowserContext]]:
    """Open a browser of its own."""
    contexts = []

    def open_context() -> BrowserContext:
        contexts.append(_context(browser))
        return contexts[-1]

    yield open_context
    for context in contexts:
        context.close()


@pytest.fixture
def new_page(shared_context: BrowserContext, world: World, complaints: list[str]) -> Iterator[Open]:
    """Open an empty tab for somebody who may be signed in already.

    Behind it the others draw once in a second, for which each click waits: until they are in front.
    """
    pages = []

    def open_tab(
        person: Person | None = None,
        *,
        context: BrowserContext = shared_context,
        width: int = 1280,
        height: int = 900,
        **media: Any,
    ) -> Page:
        page = context.new_page()
        pages.append(page)
        if LATENCY:
            network = {"latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1}
            context.new_cdp_session(page).send(
                "Network.emulateNetworkConditions", {"offline": False, **network}
            )
        page.set_viewport_size({"width": width, "height": height})
        if media:
            page.emulate_media(**media)
        page.on("console", lambda message: _note(complaints, world.page_url, message))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if person:
            page.add_init_script(
                "if (location.protocol === 'http:' && !sessionStorage.given) {"
                "sessionStorage.given = 'once'; sessionStorage.session = JSON.stringify("
                f"{{token: '{person.token}', ends: Date.now() + 3600000}});"
                "}"
            )
        return page

    yield open_tab
    for page in pages:
        page.close()
    assert complaints == []


@pytest.fixture
def open_page(new_page: Open, new_context: Callable[[], BrowserContext], world: World) -> Open:
    """Open the page in a tab, signed in as the clinic's manager or as somebody else.

    With ``clock=True`` its time can be set; with ``alone=True`` nothing is shared with others.
    """

    def open_at(where: Clinic | str = "", view: str = "", **options: Any) -> Page:
        if isinstance(where, Clinic):
            options.setdefault("person", where.manager)
            where = f"{where.hash}/{view}"
        clock = options.pop("clock", False)
        if options.pop("alone", clock):
            options["context"] = new_context()
        page = new_page(**options)
        if clock:
            page.clock.install()
        page.goto(world.page_url + where)
        return page

    return open_at


@pytest.fixture
def page(open_page: Open, clinic: Clinic) -> Page:
    """The page of the test's clinic, opened by its User Manager."""
    return open_page(clinic)


def _note(complaints: list[str], page_url: str, message: ConsoleMessage) -> None:
    # Refusals that a test provokes are logged by the browser itself; they are no fault of ours.
    provoked = message.text.startswith("Failed to load resource")
    ours = message.location["url"].startswith((page_url, "about:")) or not message.location["url"]
    if message.type in ("error", "warning") and ours and not provoked:
        complaints.append(message.text)
