"""axe finds nothing on any page, wide and narrow, light and dark."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from alignment.people.models import User
from tests.browser.journeys import Online
from tests.browser.looks import Examination, covered
from tests.browser.pages import every_page
from tests.cast import Cast

# The pages are split over this many tests, so that the workers sharing them finish together.
SHARES = 2
EXAMINATION = Examination()


@pytest.mark.parametrize("share", range(SHARES))
def test_no_page_has_violations(cast: Cast, online: Online, share: int) -> None:
    # French is longer than English: what fits in it fits in both.
    User.objects.update(language="fr")
    visits = every_page(cast, share, SHARES)
    assert len(visits) > 50 / SHARES
    clients = {visit.client for visit in visits}
    tabs = {client: online.session(client, locale="fr-FR") for client in clients}
    for tab in tabs.values():
        tab.add_init_script(AXE_SCRIPT)
    found = []
    for visit in visits:
        page = tabs[visit.client]
        page.goto(visit.address)
        found += [f"{visit.address} {line}" for line in EXAMINATION.violations(page)]
    assert not found, "\n".join(found)


def opened(online: Online) -> Page:
    """A page with a visible heading."""
    page = online.visitor()
    page.add_init_script(AXE_SCRIPT)
    page.goto("/sign-in/")
    assert page.locator("h1:not(.visually-hidden)").is_visible()
    return page


# Text almost as dark or as light as its background, at one width in one theme.
FAULTS = [
    ("desk light", "(min-width: 1000px)", "light", "#f5f5f5"),
    ("desk dark", "(min-width: 1000px)", "dark", "#222"),
    ("phone light", "(max-width: 999px)", "light", "#f5f5f5"),
    ("phone dark", "(max-width: 999px)", "dark", "#222"),
]


def test_a_fault_of_one_look_is_found(online: Online) -> None:
    page = opened(online)
    examination = Examination()
    assert examination.violations(page) == []
    for look, width, theme, colour in FAULTS:
        page.evaluate(
            PLANT, f"@media {width} {{ [data-theme={theme}] h1 {{ color: {colour} !important }} }}"
        )
        found = examination.violations(page)
        assert [line.partition(": ")[0] for line in found] == [look], found
        assert "color-contrast" in found[0]


def test_what_lies_beneath_a_known_text_is_seen(online: Online) -> None:
    page = opened(online)
    examination = Examination()
    assert examination.violations(page) == []
    page.evaluate(BENEATH)
    found = [line for line in examination.violations(page) if "color-contrast" in line]
    assert {"desk light", "phone light"} <= {line.partition(": ")[0] for line in found}, found


def test_a_link_that_hardly_differs_from_its_text_is_found(online: Online) -> None:
    page = opened(online)
    examination = Examination()
    page.evaluate(LINK, "a { text-decoration: underline }")
    assert examination.violations(page) == []
    page.evaluate(PLANT, "p a { color: #555 !important; text-decoration: none !important }")
    assert any("link-in-text-block" in line for line in examination.violations(page))


def test_a_page_wider_than_a_phone_is_found(online: Online) -> None:
    page = opened(online)
    page.evaluate(PLANT, "h1 { min-width: 500px }")
    assert "wider than a phone" in Examination().violations(page)


def test_a_button_under_something_else_is_found(online: Online) -> None:
    page = opened(online)
    assert covered(page) == []
    page.evaluate(PLANT, "h1::after { content: ''; position: fixed; inset: 0; z-index: 9 }")
    assert any("<button" in line for line in covered(page))


PLANT = """rules => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
}"""

# A box almost as dark as the text above it, but not an ancestor of the text.
BENEATH = """() => {
  const heading = document.querySelector('h1'), under = document.createElement('div');
  heading.before(under);
  Object.assign(heading.style, { position: 'relative', zIndex: 1 });
  const rules = new CSSStyleSheet();
  rules.replaceSync('.under { position: absolute; inset: 0; background: #333; }');
  document.adoptedStyleSheets = [rules];
  under.className = 'under';
}"""
LINK = """rules => {
  const text = document.createElement('p');
  const link = Object.assign(document.createElement('a'), { href: '/', textContent: 'reads' });
  text.append('Whoever waits ', link);
  document.querySelector('h1').after(text);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
}"""
