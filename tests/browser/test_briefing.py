"""A briefing goes out, marketing reads it and changes its message; sales sees both live."""

from playwright.sync_api import expect

from campaigns.insights.models import MessageChange
from campaigns.insights.tests import scenes
from tests.browser.journeys import Online, wait_until_live
from tests.cast import Cast


def test_from_the_briefing_to_another_message(online: Online, cast: Cast) -> None:
    price = scenes.price(cast)
    scenes.raised(cast, price, opportunity=scenes.deal(cast))
    root = f"/p/{cast.program.slug}/insights"
    manager, marketer = online.person(cast.sales_manager), online.person(cast.marketer)
    manager.goto(f"{root}/briefings/")
    wait_until_live(manager)
    marketer.goto(f"{root}/briefings/")
    wait_until_live(marketer)
    marketer.get_by_role("button", name="Write it now").click()
    marketer.locator("#confirm").get_by_role("button", name="Write it now").click()
    expect(marketer.get_by_role("heading", name="Objections")).to_be_visible()
    expect(marketer.get_by_text("Your price is too high for us.")).to_be_visible()
    expect(manager.get_by_text("read by 0 of 2 in marketing")).to_be_visible()
    expect(manager.get_by_text("1 objection is new or rising")).to_be_visible()
    manager.get_by_role("main").get_by_role("link").filter(has_text="–").click()
    wait_until_live(manager)
    marketer.get_by_role("button", name="I have read it").click()
    expect(marketer.get_by_text("You have read it")).to_be_visible()
    readers = manager.get_by_role("listitem").filter(has_text=str(cast.marketer))
    expect(readers.get_by_text("not yet")).to_have_count(0)
    manager.goto(f"{root}/topics/{price.pk}/")
    wait_until_live(manager)
    marketer.get_by_role("link", name="Change the message").click()
    marketer.get_by_role("textbox", name="What we say now").fill("It pays back within a year.")
    marketer.get_by_role("textbox", name="Why").fill("Every call of the week.")
    marketer.get_by_role("button", name="Save").click()
    expect(marketer.get_by_role("heading", name="Effect on deals")).to_be_visible()
    expect(manager.get_by_text("It pays back within a year.").first).to_be_visible()
    assert MessageChange.objects.in_program(cast.program).get().briefing is not None
