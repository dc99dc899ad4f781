"""The list of leads updates live without disturbing the people who work in it."""

from playwright.sync_api import expect

from tests import cast as play
from tests.browser.journeys import Online
from tests.cast import Cast


def test_a_lead_appears_and_what_is_ticked_stays(cast: Cast, online: Online) -> None:
    first = play.lead(cast.program)
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/leads/")
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live")
    ticked = page.locator(f"#choose-{first.pk}")
    ticked.check()
    every = page.get_by_label("Choose all on this page")
    expect(every).to_be_checked()
    page.locator(f"#lead-{first.pk} a.row-link").focus()
    page.keyboard.press("k")
    row = page.locator(f"#lead-{first.pk}")
    expect(row).to_have_attribute("data-active", "")
    second = play.lead(cast.program)
    expect(page.locator(f"#lead-{second.pk}")).to_be_visible()
    expect(page.locator("#lead-count")).to_have_text("2 leads")
    expect(ticked).to_be_checked()
    expect(page.locator(f"#lead-{first.pk} a.row-link")).to_be_focused()
    expect(row).to_have_attribute("data-active", "")
    expect(page.locator("#chosen [data-count]")).to_have_text("1")
    expect(every).to_be_checked(indeterminate=True)
    # A row that arrived later behaves like the others.
    page.locator(f"#choose-{second.pk}").check()
    expect(page.locator("#chosen [data-count]")).to_have_text("2")
    page.get_by_role("button", name="Assign").click()
    expect(page.locator(f"#lead-{second.pk} .owner")).to_contain_text("You")
