"""What others typed stays text, and the page stays small."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.system.api import eventually

from .conftest import Clinic, Open, World
from .judging import NARROW, fits
from .test_tasks import released, request

VIEWS = {
    "users": "Users",
    "adjustments": "Adjustments",
    "invoices": "Upcoming invoice",
    "history": "History",
}
PAYLOADS = [
    "<img src=x onerror=document.title='owned'>",
    "</script><script>document.title='owned'</script>",
    "javascript:document.title='owned'",
    "{{constructor.constructor('document.title=1')()}}",
    "\"'><svg/onload=document.title='owned'>",
]


def test_names_and_explanations_are_text_and_widen_nothing(open_page: Open, world: World) -> None:
    everything, name = " ".join([*PAYLOADS, "E" * 300]), PAYLOADS[0] + "W" * 150
    clinic = world.clinic(
        *((payload, "therapist", True) for payload in PAYLOADS[:3]),
        ("M" * 150, "assistant", True),
        name=name,
    )
    page = open_page(clinic, width=NARROW)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    for payload in clinic.users:
        expect(page.get_by_role("rowheader").filter(has_text=payload)).to_be_visible()
        expect(page.get_by_role("checkbox", name=f"Active: {payload}", exact=True)).to_be_checked()
    page.get_by_role("checkbox", name="Active: MMM").uncheck()
    expect(released(page)).to_contain_text("still billed")
    fits(page, NARROW, "users")
    dialog = request(page, "Release licenses", {"Billing": "1"}, everything)
    expect(dialog.get_by_role("row").filter(has_text=everything)).to_be_visible()
    fits(page, NARROW, "the review")
    dialog.get_by_role("button", name="Release 1 license").click()
    page.get_by_role("link", name="Adjustments").click()
    page.get_by_role("link", name="1 billing license released").click()
    expect(page.get_by_role("blockquote").filter(has_text=everything)).to_be_visible()
    fits(page, NARROW, "adjustments")
    page.get_by_role("link", name="Invoices").click()
    expect(page.get_by_role("table", name="Invoice lines")).to_be_visible()
    fits(page, NARROW, "invoices")
    page.get_by_role("link", name="History").click()
    expect(page.get_by_role("row", name="Licenses adjusted")).to_contain_text(everything)
    fits(page, NARROW, "history")
    assert page.locator("main :is(img, svg, script, iframe)").count() == 0
    assert page.title() == f"History \N{EN DASH} {name} \N{EN DASH} Clinic License Manager"


def test_the_policy_blocks_markup_and_foreign_code(open_page: Open, complaints: list[str]) -> None:
    page = open_page()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert (
        page.evaluate(
            """() => {
          try { document.body.innerHTML = '<b>x</b>'; return 'parsed'; }
          catch (error) { return error.name; }
        }"""
        )
        == "TypeError"
    )
    assert (
        page.evaluate("fetch('https://elsewhere.example/').then(() => 'sent', () => 'blocked')")
        == "blocked"
    )
    assert any("Content Security Policy" in text for text in complaints)
    complaints.clear()


def transferred(page: Page, world: World) -> list[tuple[str, int]]:
    """Return the page's files by name, without those of the API, and their bytes on the way."""
    loaded = page.evaluate(
        """() => [...performance.getEntriesByType('navigation'),
                  ...performance.getEntriesByType('resource')]
          .map(({ name, transferSize }) => [name, transferSize])"""
    )
    return [
        (name.partition("?")[0].rpartition("/")[2], size)
        for name, size in loaded
        if not name.startswith(world.page_url + "clinics")
    ]


def test_a_managers_first_view_takes_no_more_and_the_next_ones_come_ahead(
    open_page: Open, world: World, clinic: Clinic
) -> None:
    page = open_page(clinic, alone=True)
    expect(page.get_by_role("rowheader", name="Ana Silva")).to_be_visible()
    first = [("app.css", True), ("app.js", True), ("config", True)]
    loaded = transferred(page, world)
    assert [(name, size > 0) for name, size in loaded[1:4]] == first
    assert sum(size for _, size in loaded[:4]) <= 23 * 1024
    coming = {"bars.js", "adjust.js", "user.js", "adjustments.js", "invoices.js", "history.js"}
    eventually(lambda: coming <= {name for name, _ in transferred(page, world)} or None)
    assert "staff.js" not in {name for name, _ in transferred(page, world)}


# Holds each answer back until it is let go, and notes what moves meanwhile.
SLOWLY = """
const ask = window.fetch;
Object.assign(window, { asked: 0, held: [], moved: [] });
window.fetch = async (...call) => {
  window.asked += 1;
  const answer = await ask(...call).finally(() => (window.asked -= 1));
  await new Promise((go) => window.held.push(go));
  return answer;
};
new PerformanceObserver((list) => {
  for (const { value, sources } of list.getEntries()) {
    window.moved.push([value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 80))]);
  }
}).observe({ type: 'layout-shift', buffered: true });
"""
# All answers are there before the first is let go, so that the order is the one that is asked for.
LET_GO = """async (newestFirst) => {
  for (let idle = 0; idle < 5; ) {
    if (!window.asked && window.held.length) {
      (newestFirst ? window.held.pop() : window.held.shift())();
      idle = 0;
    } else if (!window.asked) idle += 1;
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  }
  return window.moved;
}"""


def moved_while_loading(page: Page, address: str, *, newest_first: bool = False) -> list[Any]:
    """Load the page anew with its answers coming one after the other; returns what moved."""
    page.goto("about:blank")
    page.goto(address)
    return list(page.evaluate(LET_GO, newest_first))


@pytest.mark.usefixtures("slow_clock")
@pytest.mark.parametrize(("width", "newest_first"), [(320, True), (1280, False)])
def test_nothing_moves_while_a_view_loads(
    new_page: Open,
    world: World,
    clinic: Clinic,
    width: int,
    newest_first: bool,
) -> None:
    clinic.adjust("add", "therapist", 1)
    page = new_page(clinic.manager, width=width, height=1600)
    page.add_init_script(SLOWLY)
    for view, shown in VIEWS.items():
        address = f"{world.page_url}{clinic.hash}/{view}"
        assert moved_while_loading(page, address, newest_first=newest_first) == [], view
        expect(page.get_by_role("heading", name=shown)).to_be_visible()
        expect(page.get_by_text("Loading")).to_have_count(0)
