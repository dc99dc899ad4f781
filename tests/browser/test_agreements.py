"""Managers change the profile and the scoring model; open pages update without a reload."""

import re

from playwright.sync_api import Page, expect

from accounts.models import Lead
from alignment.scoring.models import LeadScore
from tests import cast as play
from tests.browser.conftest import Server
from tests.browser.journeys import Online, toast, wait_until_live
from tests.browser.test_spine import GOOD_COMPANY, nearly_qualified
from tests.cast import Cast


def test_profile_changes_and_an_open_account_follows(cast: Cast, online: Online) -> None:
    company = play.account(cast.program, **GOOD_COMPANY)
    manager, reader = online.person(cast.marketing_manager), online.person(cast.rep)
    home = f"/p/{cast.program.slug}"
    reader.goto(f"{home}/accounts/{company.pk}/")
    verdict = reader.locator(".page-header")
    expect(verdict).to_contain_text("Match")
    wait_until_live(reader)
    reader.evaluate("window.neverReloaded = true")
    jobs = manager.context.new_page()
    jobs.goto(f"{home}/jobs/")
    before = jobs.locator("#job-rows tr").count()
    jobs.evaluate("window.neverReloaded = true")

    manager.goto(f"{home}/icp/")
    manager.get_by_role("button", name="Change").click()
    manager.get_by_role("link", name=re.compile("^Edit Employees")).click()
    form = manager.locator("main form")
    form.get_by_label("From").fill("a thousand")
    form.get_by_label("To").fill("7,500")
    form.get_by_label("Why").fill("Only above 1,000 is there a data team.")
    online.expected.add(422)
    manager.get_by_role("button", name="Save").click()
    wrong = manager.locator(".field--invalid")
    expect(wrong).to_contain_text("Write a number, such as")
    expect(wrong.get_by_label("From")).to_have_value("a thousand")
    expect(form.get_by_label("To")).to_have_value("7,500")
    expect(form.get_by_label("Why")).to_have_value("Only above 1,000 is there a data team.")
    wrong.get_by_label("From").fill("1,000")
    manager.get_by_role("button", name="Save").click()

    expect(manager.get_by_text("Changed", exact=True)).to_be_visible()
    both_sign(manager, online.person(cast.sales_manager), f"{home}/agreements/icp/open/")
    manager.goto(f"{home}/icp/")
    expect(manager.get_by_text("Version 2 in force", exact=True)).to_be_visible()

    expect(verdict).to_contain_text("No match")
    expect(reader.get_by_text("ICP v2")).to_be_visible()
    assert reader.evaluate("window.neverReloaded")
    expect(jobs.locator("#job-rows tr").first).to_contain_text("Done")
    assert jobs.locator("#job-rows tr").count() == before + 1
    assert jobs.evaluate("window.neverReloaded")


def test_scoring_rule_with_a_window_moves_scores(
    cast: Cast, server: Server, online: Online
) -> None:
    person = nearly_qualified(cast)
    play.engage(person, "website_visit")
    lead = Lead.objects.in_program(cast.program).get(stakeholder=person)
    manager, reader = online.person(cast.marketing_manager), online.person(cast.rep)
    home = f"/p/{cast.program.slug}"
    reader.goto(f"{home}/leads/{lead.pk}/")
    total = reader.locator(".score-head__total b")
    expect(total).to_have_text("35")
    wait_until_live(reader)

    manager.goto(f"{home}/scoring/")
    manager.get_by_role("button", name="Change").click()
    manager.get_by_role("button", name="Add an engagement rule").click()
    rule = manager.locator("tbody tr").last
    expect(rule.get_by_label("Signal")).to_have_value("")
    rule.get_by_label("Signal").select_option(label="Website visited")
    rule.get_by_label("Points", exact=True).fill("7")
    rule.get_by_label("Within days").fill("30")
    rule.get_by_label("Why").fill("They come back this month.")
    save(manager)
    both_sign(manager, online.person(cast.sales_manager), f"{home}/agreements/scoring/open/")

    expect(total).to_have_text("42")
    expect(reader.get_by_text("They come back this month.")).to_be_visible()
    expect(reader.locator(".page-header")).to_contain_text("MQL")
    assert LeadScore.objects.in_program(cast.program).get(lead=lead).total == 42


def test_two_managers_argue_decline_and_sign(cast: Cast, online: Online) -> None:
    """Marketing writes and proposes, sales comments and declines; then both sign live."""
    home = f"/p/{cast.program.slug}"
    hugo, sarah = online.person(cast.marketing_manager), online.person(cast.sales_manager)
    hugo.goto(f"{home}/scoring/")
    hugo.get_by_role("button", name="Change").click()
    hugo.get_by_label("MQL from").fill("30")
    save(hugo)
    opened = f"{home}/agreements/scoring/open/"
    for page in (hugo, sarah):
        page.goto(opened)
        wait_until_live(page)
        page.evaluate("window.neverReloaded = true")
    said = sarah.locator(".clause", has_text="MQL from")
    said.get_by_text("Comment", exact=False).first.click()
    said.get_by_label("Comment").fill("30 is too low: we can't call that many.")
    said.get_by_role("button", name="Comment").click()
    # The form is folded again: the focus stays at its clause.
    expect(said.locator("summary").first).to_be_focused()
    expect(hugo.get_by_text("30 is too low: we can't call that many.")).to_be_visible()
    assert hugo.evaluate("window.neverReloaded")

    hugo.get_by_role("link", name="Propose").click()
    hugo.get_by_role("button", name="Propose").click()
    expect(sarah.get_by_role("button", name="Sign for sales")).to_be_visible()
    sarah.get_by_text("Decline", exact=False).first.click()
    sarah.get_by_label("What has to change").fill("35, and we have a deal")
    sarah.get_by_role("button", name="Decline").click()
    expect(hugo.locator("main").get_by_text("35, and we have a deal")).to_be_visible()

    hugo.get_by_role("link", name="Edit").click()
    hugo.get_by_label("MQL from").fill("35")
    save(hugo)
    both_sign(hugo, sarah, opened)
    hugo.goto(f"{home}/agreements/scoring/history/")
    ruling = hugo.locator(".version-history__entry").first
    expect(ruling).to_contain_text("Marc Manager")
    expect(ruling).to_contain_text("Sarah Sales")


def both_sign(first: Page, second: Page, opened: str) -> None:
    """The first proposes and signs; the second, watching in two tabs, signs; all pages update."""
    agreement = second.context.new_page()
    agreement.goto(opened.replace("agreements/", "").replace("open/", ""))
    wait_until_live(agreement)
    second.goto(opened)
    wait_until_live(second)
    first.goto(opened)
    first.get_by_role("link", name="Propose").click()
    first.get_by_role("button", name="Propose").click()
    wait_until_live(first)
    proposal = agreement.get_by_role("link", name="See proposal")
    expect(proposal).to_be_visible()
    number = proposal.inner_text().split()[-1]
    sign(page=first, side="marketing")
    expect(second.locator(".signing").first.get_by_text("Marc Manager")).to_be_visible()
    sign(page=second, side="sales")
    toast(second, "Signed by both sides and in force.")
    expect(first.get_by_text(f"Version {number} is in force", exact=True)).to_be_visible()
    expect(agreement.get_by_text(f"Version {number} in force", exact=True)).to_be_visible()
    expect(proposal).to_have_count(0)
    agreement.close()


def sign(*, page: Page, side: str) -> None:
    """It asks first: it binds both sides."""
    page.get_by_role("button", name=f"Sign for {side}").click()
    page.locator("#confirm").get_by_role("button", name=f"Sign for {side}").click()


def save(page: Page) -> None:
    page.locator(".form__foot").get_by_role("button", name="Save the draft").click()
    toast(page, "Draft saved.")
