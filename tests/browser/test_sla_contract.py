"""Two managers change a promise of the SLA contract, each in their own browser."""

import re

from playwright.sync_api import Page, expect

from alignment.agreements.models import Kind
from alignment.agreements.queries import in_force
from alignment.sla.rules.contract import parse_contract
from tests.browser.journeys import Online, wait_until_live
from tests.browser.test_agreements import both_sign, save
from tests.cast import Cast


def first_contact(page: Page) -> str:
    """The limit of the first contact, as shown in large type on the contract's page."""
    return " ".join(page.locator("#promise-first-contact .pledge__limit").inner_text().split())


def test_first_contact_goes_from_an_hour_to_45_minutes(cast: Cast, online: Online) -> None:
    home = f"/p/{cast.program.slug}"
    hugo, sarah = online.person(cast.marketing_manager), online.person(cast.sales_manager)
    hugo.goto(f"{home}/")
    hugo.get_by_role("link", name="SLA", exact=True).first.click()
    expect(hugo.get_by_text("Version 1 in force", exact=True)).to_be_visible()
    assert first_contact(hugo) == "1 business hour"

    hugo.get_by_role("button", name="Change").click()
    row = hugo.get_by_role("group", name="First contact")
    row.get_by_label("Within").fill("0")
    row.get_by_label("Unit").select_option(label="minutes")
    online.expected.add(422)
    hugo.locator(".form__foot").get_by_role("button", name="Save the draft").click()
    expect(row.locator(".field--invalid")).to_contain_text("At least 1.")
    expect(row.get_by_label("Within")).to_have_value("0")
    row.get_by_label("Within").fill("45")
    row.locator("summary").click()
    row.get_by_role("button", name="Add a step").click()
    expect(row.locator(".ladder__step")).to_have_count(3)
    expect(hugo.get_by_text("Not saved yet")).to_be_visible()
    row.get_by_role("button", name="Remove step 3").click()
    expect(row.locator(".ladder__step")).to_have_count(2)
    save(hugo)

    opened = f"{home}/agreements/sla/open/"
    for page in (hugo, sarah):
        page.goto(opened)
        wait_until_live(page)
        page.evaluate("window.neverReloaded = true")
    said = sarah.locator(".clause", has=sarah.locator(".clause__title", has_text="First contact"))
    expect(said).to_contain_text("45 business minutes of the hand-off")
    said.get_by_text("Comment", exact=False).first.click()
    said.get_by_label("Comment").fill("We keep that, if the brief is complete.")
    said.get_by_role("button", name="Comment").click()
    expect(hugo.get_by_text("We keep that, if the brief is complete.")).to_be_visible()
    assert hugo.evaluate("window.neverReloaded")

    # Proposed and signed by both; the contract's page, open in a third tab, updates.
    both_sign(hugo, sarah, opened)
    for page in (hugo, sarah):
        page.goto(f"{home}/sla/")
        expect(page.get_by_text("Version 2 in force", exact=True)).to_be_visible()
        assert first_contact(page) == "45 business minutes"
    ruling = in_force(cast.program, Kind.SLA)
    assert ruling
    promise = parse_contract(ruling.content).clause("first-contact")
    assert promise
    assert promise.minutes == 45
    hugo.goto(f"{home}/agreements/sla/history/")
    expect(hugo.locator(".version-history__entry").first).to_contain_text(
        re.compile("Marc Manager.*Sarah Sales", re.DOTALL)
    )
