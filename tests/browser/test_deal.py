"""From an SQL to a won deal: its committee, an objection that marketing answers, the weekly
briefing, an ROI page that the prospect uses, the board, and the dashboard that updates.
"""

import re
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from accounts.models import Lead, Stage
from campaigns.insights.actions.topics import add_topic
from campaigns.library.actions.assets import add_asset
from campaigns.opportunities.models import Opportunity
from campaigns.roi.tests import scenes
from tests import cast as play
from tests.browser.journeys import Online, toast, wait_until_live
from tests.browser.test_roi import SAFARI
from tests.cast import Cast

REPORT = "Our security report"


def an_sql(cast: Cast) -> Lead:
    """An SQL: Wanda wants the product, Frank would pay for it."""
    company = play.account(cast.program, "Cascade Robotics", domain="cascade.example", state="CA")
    wanda = play.stakeholder(cast.program, company, first_name="Wanda", last_name="Vale")
    play.stakeholder(cast.program, company, first_name="Frank", last_name="Moneypenny")
    lead = play.lead(cast.program, wanda, owner=cast.rep)
    Lead.objects.in_program(cast.program).filter(pk=lead.pk).update(stage=Stage.SQL)
    return lead


def what_marketing_made(cast: Cast) -> None:
    """Marketing's preparations: a topic to track, a report and a calculator."""
    add_topic(
        program=cast.program,
        kind="objection",
        name="Security review",
        phrases=["security"],
        by=cast.marketer,
    )
    add_asset(
        program=cast.program,
        by=cast.marketer,
        title=REPORT,
        kind="white_paper",
        language="en",
        url="https://hexalog.example/security",
    )
    scenes.calculator(cast)


def drop(page: Page, thing: Locator, place: Locator) -> None:
    """Drag a card by its lower edge, where there is no link."""
    thing.scroll_into_view_if_needed()
    start, end = thing.bounding_box(), place.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 30, start["y"] + 60)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, end["y"] + 70, steps=8)
    page.mouse.up()


def test_from_an_sql_to_won(cast: Cast, online: Online) -> None:
    lead = an_sql(cast)
    what_marketing_made(cast)
    root = f"/p/{cast.program.slug}"
    rep, marketer = online.person(cast.rep), online.person(cast.marketer)
    marketer.goto(f"{root}/opportunities/")
    wait_until_live(marketer)

    open_the_deal(rep, marketer, f"{root}/leads/{lead.pk}/")
    draw_the_committee(cast, rep, marketer)
    raise_an_objection(rep, marketer)
    answer_it(marketer, root)
    deal = Opportunity.objects.in_program(cast.program).get()
    brief(marketer, online.person(cast.sales_manager), root)
    use_the_roi_page(online, rep, marketer, f"{root}/opportunities/{deal.pk}/", lead)
    win(online.person(cast.sales_manager), rep, marketer, root, deal)
    lead.refresh_from_db()
    assert lead.stage == Stage.WON


def open_the_deal(rep: Page, marketer: Page, lead: str) -> None:
    """The SQL becomes a deal, and marketing sees it appear on the board."""
    rep.goto(lead)
    rep.get_by_role("link", name="Open an opportunity").click()
    rep.get_by_label("Name", exact=True).fill("US rollout")
    rep.get_by_label("Amount").fill("48K")
    day = timezone.localdate() + timedelta(days=30)
    rep.get_by_label("Expected close").fill(day.isoformat())
    rep.get_by_label("Next step").fill("Demo with the CFO")
    expect(rep.get_by_label("Wanda Vale")).to_be_checked()
    rep.get_by_role("button", name="Save").click()
    expect(rep.get_by_role("heading", name="US rollout")).to_be_visible()
    expect(marketer.get_by_role("region", name="Discovery")).to_contain_text("US rollout")


def draw_the_committee(cast: Cast, rep: Page, marketer: Page) -> None:
    """The committee has a gap until somebody is named; marketing has the deal open."""
    marketer.locator(".deal-card__name", has_text="US rollout").click()
    wait_until_live(marketer)
    gap = "No economic buyer known"
    expect(marketer.get_by_text(gap)).to_be_visible()
    rep.locator(".lack", has_text=gap).get_by_role("link", name="Add an economic buyer").click()
    dialog = rep.locator("#deal")
    expect(dialog.get_by_label("Role")).to_have_value("economic_buyer")
    dialog.get_by_label("Person").select_option(label="Frank Moneypenny")
    dialog.get_by_label("Who of us").select_option(str(cast.rep.pk))
    dialog.get_by_role("button", name="Save").click()
    expect(rep.locator(".member", has_text="Frank Moneypenny")).to_be_visible()
    expect(marketer.get_by_text(gap)).to_have_count(0)
    expect(marketer.locator(".member")).to_contain_text("Frank Moneypenny")

    # Wanda is dragged onto Frank, to whom she reports, and then appears below him.
    rep.locator("#committee").get_by_role("link", name="Add person").click()
    dialog.get_by_label("Person").select_option(label="Wanda Vale")
    dialog.get_by_label("Role").select_option("champion")
    dialog.get_by_role("button", name="Save").click()
    expect(rep.locator(".member")).to_have_count(2)
    drop(rep, rep.locator(".member", has_text="Wanda"), rep.locator(".member", has_text="Frank"))
    toast(rep, "Wanda Vale reports to Frank Moneypenny.")
    expect(marketer.locator(".committee__level .committee__level")).to_contain_text("Wanda Vale")


def raise_an_objection(rep: Page, marketer: Page) -> None:
    """The call note contains an objection to which nobody has an answer."""
    rep.locator("#notes").get_by_role("link", name="New note").click()
    rep.get_by_label("What was said").fill("Frank likes it.\nTheir security team must approve it.")
    rep.get_by_role("button", name="Save").click()
    rep.locator(".passage", has_text="Security review").get_by_role("button", name="Accept").click()
    expect(marketer.get_by_text("1 objection without an answer")).to_be_visible()


def answer_it(marketer: Page, root: str) -> None:
    """Answer the objection with a text, and with content to send along."""
    marketer.goto(f"{root}/insights/topics/?kind=objection")
    marketer.get_by_role("link", name="Security review").first.click()
    marketer.get_by_role("link", name="Write the answer").first.click()
    marketer.get_by_role("textbox", name="Answer").fill("We are certified; the report says how.")
    marketer.get_by_label("Content").select_option(label=REPORT)
    marketer.get_by_role("button", name="Save").click()
    expect(marketer.get_by_text("the report says how").first).to_be_visible()


def brief(marketer: Page, manager: Page, root: str) -> None:
    """Marketing writes the week's briefing; the sales manager is notified and reads it."""
    manager.goto(f"{root}/insights/briefings/")
    wait_until_live(manager)
    marketer.goto(f"{root}/insights/briefings/")
    marketer.get_by_role("button", name="Write it now").click()
    marketer.locator("#confirm").get_by_role("button", name="Write it now").click()
    expect(marketer.get_by_role("region", name="Objections")).to_contain_text("Security review")
    expect(marketer.get_by_role("region", name="What marketing answered")).to_contain_text(REPORT)
    manager.get_by_role("list", name="Briefings").get_by_role("link").first.click()
    expect(manager.get_by_text("Their security team must approve it.")).to_be_visible()


def use_the_roi_page(online: Online, rep: Page, marketer: Page, deal: str, lead: Lead) -> None:
    """Sales sends Wanda her own page; her numbers raise her score while marketing watches."""
    marketer.goto(f"{deal.partition('opportunities')[0]}leads/{lead.pk}/")
    wait_until_live(marketer)
    rep.goto(deal)
    rep.locator(".member", has_text="Wanda").get_by_role("link", name="ROI page").click()
    expect(rep.get_by_label("For whom")).to_have_value(str(lead.stakeholder_id))
    rep.get_by_label("Our company’s name").fill("Hexalog")
    rep.get_by_role("button", name="Make the page").click()
    address = rep.locator("input[readonly]").input_value()
    prospect = online.visitor(java_script_enabled=False, user_agent=SAFARI)
    prospect.goto(re.sub(r"https?://[^/]+", "", address))
    prospect.get_by_label("Leads per month").fill("100")
    prospect.get_by_role("button", name="Work it out").click()
    expect(prospect.get_by_role("row", name="Revenue lost each year")).to_contain_text("$240,000")
    expect(marketer.get_by_role("region", name="Score")).to_contain_text("ROI page used")


def win(manager: Page, rep: Page, marketer: Page, root: str, deal: Opportunity) -> None:
    """Dragging the deal to won makes the lead won too; deal and dashboard update without a reload,
    and the number opens its rows.
    """
    manager.goto(f"{root}/dashboard/")
    wait_until_live(manager)
    rate = manager.get_by_role("region", name="Win rate")
    expect(rate).to_contain_text("0 of 0")
    marketer.goto(f"{root}/opportunities/{deal.pk}/")
    wait_until_live(marketer)
    rep.goto(f"{root}/opportunities/")
    wait_until_live(rep)
    expect(rep.locator(".deal-card")).not_to_contain_text("objection without")
    card = rep.locator(".deal-card", has_text="US rollout")
    drop(rep, card, rep.get_by_role("region", name="Won"))
    toast(rep, "Won. Well done, both of you.")
    expect(rep.get_by_role("region", name="Won")).to_contain_text("US rollout")
    expect(marketer.locator(".page-header")).to_contain_text("Won")
    expect(rate).to_contain_text("1 of 1")
    rate.get_by_role("link", name=re.compile("^Win rate")).click()
    expect(manager.get_by_role("region", name="The rows behind it")).to_contain_text("US rollout")
