"""A calculator is copied, previewed and shared; the prospect uses it without scripts, and the
account's page updates.
"""

import re

from playwright.sync_api import expect

from accounts.models import Engagement
from campaigns.roi.models import RoiVisit
from tests import cast as play
from tests.browser.journeys import Online
from tests.browser.test_people import with_password
from tests.cast import Cast

# Headless Chromium says so in its user agent and would be taken for a bot.
SAFARI = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Safari/605.1.15"


def test_from_a_shipped_calculator_to_a_score(cast: Cast, online: Online) -> None:
    with_password(cast.marketer)
    company = play.account(cast.program, "Cascade Robotics", state="TX")
    person = play.stakeholder(cast.program, company, first_name="Dana", last_name="Fox")
    page = online.person(cast.marketer)
    page.goto(f"/p/{cast.program.slug}/roi/")
    page.get_by_role("link", name="What late leads cost").click()
    preview = page.locator("#roi-preview")
    expect(preview.get_by_text("$480,000").first).to_be_visible()
    page.locator("[name=inputs-0-default]").fill("400")
    expect(preview.get_by_text("$960,000").first).to_be_visible()
    page.locator("[name=formulas-2-expression]").fill("lost - ")
    expect(preview).to_contain_text("The formula is not complete here.")
    page.locator("[name=formulas-2-expression]").fill("lost - cost")
    page.get_by_role("button", name="Save as a draft").click()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("None yet. Share it with an account")).to_be_visible()

    page.goto(f"/p/{cast.program.slug}/accounts/{company.pk}/")
    page.get_by_role("link", name="ROI page").click()
    page.get_by_label("For whom").select_option(label="Dana Fox")
    page.get_by_label("Our company’s name").fill("Hexalog")
    page.get_by_role("button", name="Make the page").click()
    address = page.locator("input[readonly]").input_value()
    path = re.sub(r"https?://[^/]+", "", address)
    page.goto(f"/p/{cast.program.slug}/accounts/{company.pk}/")

    prospect = online.visitor(java_script_enabled=False, user_agent=SAFARI)
    prospect.goto(path)
    expect(prospect.get_by_role("heading", level=1)).to_have_text("What late leads cost")
    prospect.get_by_label("Leads per month").fill("100")
    prospect.get_by_role("button", name="Work it out").click()
    expect(prospect.get_by_role("row", name="Revenue lost each year")).to_contain_text("$240,000")
    expect(prospect.get_by_role("img", name="Chart of the results")).to_be_visible()
    codes = Engagement.objects.in_program(cast.program).filter(stakeholder=person)
    assert sorted(codes.values_list("signal__code", flat=True)) == ["roi_opened", "roi_used"]
    assert RoiVisit.objects.in_program(cast.program).get(kind="used").values["leads"] == 100

    expect(page.locator("#timeline").get_by_text("ROI page used")).to_be_visible()
