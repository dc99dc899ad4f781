"""⌘K: from anywhere to an account, a person or a lead, using only the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from tests import cast as play
from tests.browser.journeys import PHONE, Online
from tests.cast import Cast


def look_for(page: Page, words: str, group: str) -> None:
    """Type, and move with the arrow keys to the first result in `group`."""
    page.keyboard.press("ControlOrMeta+k")
    box = page.get_by_role("combobox", name="Search accounts, people, leads")
    expect(box).to_be_focused()
    page.keyboard.type(words)
    found = page.get_by_role("group", name=group, exact=True).get_by_role("option").first
    expect(found).to_be_visible()
    # The first result is selected once the reply has arrived.
    expect(page.locator("#palette-found [aria-selected=true]")).to_be_visible()
    for _ in range(10):
        if found.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("words", ["larkspur", "Larkspur Nort"])
def test_account_by_name(cast: Cast, online: Online, words: str) -> None:
    company = play.account(cast.program, "Larkspur Northern", domain="larkspur.example")
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/")
    look_for(page, words, "Accounts")
    page.wait_for_url(f"**/accounts/{company.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Larkspur Northern")


def test_person_and_lead_by_address(cast: Cast, online: Online) -> None:
    company = play.account(cast.program, "Larkspur Northern")
    person = play.stakeholder(
        cast.program, company, "iris@larkspur.example", first_name="Iris", last_name="Vale"
    )
    page = online.person(cast.marketer)
    page.goto(f"/p/{cast.program.slug}/accounts/")
    look_for(page, "iris@larkspur", "People")
    page.wait_for_url(f"**/people/{person.pk}/")
    lead = play.lead(cast.program, person)
    look_for(page, "iris vale", "Leads")
    page.wait_for_url(f"**/leads/{lead.pk}/")


def test_on_a_phone_by_touch(cast: Cast, online: Online) -> None:
    company = play.account(cast.program, "Larkspur Northern")
    page = online.person(cast.rep, viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(f"/p/{cast.program.slug}/queue/")
    page.get_by_role("button", name="Search", exact=True).tap()
    page.get_by_role("combobox", name="Search accounts, people, leads").fill("larkspur")
    page.get_by_role("option", name="Larkspur Northern").tap()
    page.wait_for_url(f"**/accounts/{company.pk}/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_enter_before_the_answer_opens_what_was_typed(cast: Cast, online: Online) -> None:
    play.account(cast.program, "Larch Mills")
    company = play.account(cast.program, "Larkspur Northern")
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/queue/")
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("lar")
    expect(page.get_by_role("option", name="Larch Mills")).to_be_visible()
    page.keyboard.type("kspur")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/accounts/{company.pk}/")


def test_the_beginning_of_a_place_leads_there_first(cast: Cast, online: Online) -> None:
    play.account(cast.program, "Promised Land Farms")
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/queue/")
    page.keyboard.press("ControlOrMeta+k")
    page.keyboard.type("promise")
    expect(page.get_by_role("option", name="Promised Land Farms")).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/promises/")
