"""axe finds nothing on any page, wide and narrow, light and dark."""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.journeys import DESK, PHONE, Online
from tests.browser.pages import every_page
from tests.cast import Cast

EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
COLOURS: dict[str, Any] = EVERYTHING | {"runOnly": ["color-contrast"]}


def examine(page: Page, address: str) -> list[str]:
    """Violations of a page in each of its four looks; structure does not depend on colours."""
    page.set_viewport_size(DESK)  # type: ignore[arg-type]
    page.goto(address)
    page.evaluate(AXE_SCRIPT)
    found = violations(page, f"{address} desk light", "light", EVERYTHING)
    found += violations(page, f"{address} desk dark", "dark", COLOURS)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found += violations(page, f"{address} phone dark", "dark", EVERYTHING)
    found += violations(page, f"{address} phone light", "light", COLOURS)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{address} is wider than a phone")
    return found


def violations(page: Page, look: str, theme: str, options: dict[str, Any]) -> list[str]:
    page.evaluate(SHOW, theme)
    answer = page.evaluate("options => axe.run(options)", options)
    return [
        f"{look}: {each['id']} {node['target']} {node['html'][:80]!r} {node['failureSummary']!r}"
        for each in answer["violations"]
        for node in each["nodes"][:3]
    ]


# Colours that fade from one theme to the other are measured at their end.
SHOW = """theme => {
  document.documentElement.dataset.theme = theme;
  document.body.offsetHeight;
  for (const running of document.getAnimations()) {
    // What waits for its content pulses without end.
    if (running.effect.getComputedTiming().endTime === Infinity) running.cancel();
    else running.finish();
  }
}"""


def test_no_page_has_violations(cast: Cast, online: Online) -> None:
    visits = every_page(cast)
    assert len(visits) > 50
    tabs = {client: online.session(client) for client in {visit.client for visit in visits}}
    found = [line for visit in visits for line in examine(tabs[visit.client], visit.address)]
    assert not found, "\n".join(found)
