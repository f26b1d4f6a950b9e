"""Whether everybody can use what a test has brought up: by axe's rules, narrow and dark."""

from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

NARROW, WIDE = 320, 1280
JUDGED: list[tuple[int, Literal["light", "dark"]]] = [(NARROW, "light"), (WIDE, "dark")]
load_and_run, run_again = Axe(), Axe(axe_script="0")


def judge(page: Page, view: str) -> None:
    """Check what is on the screen now: narrow and light, then wide and dark.

    Without motion, since while a dialog fades in, its colors are not those that stay.
    """
    for width, theme in JUDGED:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        axe = run_again if page.evaluate("'axe' in window") else load_and_run
        results = axe.run(page, options={"resultTypes": ["violations"]})
        found = [
            (entry["id"], [node["html"] for node in entry["nodes"]])
            for entry in results.response["violations"]
        ]
        assert found == [], f"{view}, {width}, {theme}"
        fits(page, width, view)


def fits(page: Page, width: int, view: str) -> None:
    shown = page.evaluate("document.documentElement.scrollWidth")
    assert shown <= width, f"{view} scrolls sideways"
    cut = page.locator("dialog").evaluate_all(
        "(found) => found.some((node) => node.scrollWidth > node.clientWidth)"
    )
    assert not cut, f"{view} is cut off at its side"
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, input, select, textarea, nav a')]
          .filter((node) => node.checkVisibility() && !node.closest('p.lead'))
          .filter((node) => !document.querySelector('dialog') || node.closest('dialog'))
          .map((node) => [node.closest('label') ?? node, node])
          .filter(([target]) => target.getBoundingClientRect().height < 24)
          .map(([, node]) => node.outerHTML)"""
    )
    assert small == [], f"{view} has targets below 24 pixels"
