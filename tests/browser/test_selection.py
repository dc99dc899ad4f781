"""Both sides choose: separate votes, the reveal, the agenda, the list that both confirm."""

from playwright.sync_api import Page, expect

from campaigns.selection.models import ListedTarget
from campaigns.selection.tests import scenes
from tests.browser.journeys import Online, toast, wait_until_live
from tests.cast import Cast


def key_vote(page: Page, name: str, key: str, reason: str) -> None:
    """Vote with the keyboard: go to the account, choose, give the reason."""
    row = page.locator(".ballot", has_text=name)
    row.get_by_role("link", name=name).focus()
    page.keyboard.press(key)
    page.keyboard.type(reason)
    page.keyboard.press("Enter")
    expect(row).to_have_attribute("data-voted", "yes")


def test_two_sides_choose_in_secret_and_confirm_together(cast: Cast, online: Online) -> None:
    scenes.companies(cast, 2)
    address = f"/p/{cast.program.slug}/targets/session/"
    sales, marketing = (
        online.person(user) for user in (cast.sales_manager, cast.marketing_manager)
    )
    for page in (sales, marketing):
        page.goto(address)
        wait_until_live(page)
    sales.get_by_role("button", name="Open the session").click()
    expect(marketing.locator(".ballot")).to_have_count(2)

    # Sales votes by keyboard; marketing is typing meanwhile, and its text is kept.
    writing = marketing.locator(".ballot").first.get_by_placeholder("Why, in a few words")
    writing.fill("Read our case study")
    key_vote(sales, "Candidate 1", "y", "They called back")
    expect(sales.locator(".ballot[data-active]")).to_contain_text("Candidate 2")
    key_vote(sales, "Candidate 2", "n", "Too small for us")
    expect(marketing.get_by_text("2 of 2")).to_be_visible()
    expect(writing).to_have_value("Read our case study")
    assert "They called back" not in marketing.content()

    key_vote(marketing, "Candidate 2", "y", "Opened every mail")
    marketing.locator(".ballot").first.get_by_label("Yes").check()
    marketing.locator(".ballot").first.get_by_role("button").click()
    expect(marketing.locator(".ballot").first).to_have_attribute("data-voted", "yes")
    marketing.get_by_role("button", name="Reveal without waiting").click()
    marketing.get_by_role("alertdialog").get_by_role(
        "button", name="Reveal without waiting"
    ).click()

    # The disagreement is on the agenda of both; sales changes its vote.
    agenda = sales.get_by_role("region", name="To talk about")
    for reason in ("Too small for us", "Opened every mail"):
        expect(agenda).to_contain_text(reason)
    agenda.get_by_text("Change your side’s vote").click()
    agenda.get_by_label("Yes").check()
    agenda.get_by_placeholder("Why, in a few words").fill("They are hiring")
    agenda.get_by_role("button", name="Change").click()
    expect(agenda).to_contain_text("Both sides agree on every account.")
    sales.get_by_role("button", name="Put on the list").click()
    toast(sales, "2 accounts are on the list now.")
    expect(sales.get_by_text("2 of 50 places")).to_be_visible()

    sales.get_by_role("button", name="Confirm for sales").click()
    expect(marketing.locator("main").get_by_text("confirmed by Sarah Sales")).to_be_visible()
    marketing.get_by_role("button", name="Confirm for marketing").click()
    expect(sales.locator("main").get_by_text("Both sides confirmed list 1")).to_be_visible()
    assert ListedTarget.objects.in_program(cast.program).count() == 2
