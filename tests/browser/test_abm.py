"""From a real list to a call that follows up the case study: both teams in their own browsers."""

from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Account, Stakeholder
from alignment.people.models import Side
from campaigns.calendar.days_off import is_day_off
from campaigns.calendar.models import Touch
from campaigns.plays.models import PlayRun
from campaigns.selection.actions.voting import vote
from campaigns.selection.models import Candidate, ListedTarget, Target
from tests import cast as play
from tests.browser.journeys import Online, toast, wait_until_live
from tests.cast import Cast

SP500 = Path(__file__).parents[2] / "samples" / "sp500_constituents.csv"
PLACES = 50


def a_tuesday() -> date:
    """A Tuesday at least a week ahead that is a working day, as is the Thursday after it."""
    day = timezone.localdate() + timedelta(days=7)
    while day.weekday() != 1 or is_day_off(day) or is_day_off(day + timedelta(days=2)):
        day += timedelta(days=1)
    return day


def import_the_list(page: Page, cast: Cast) -> None:
    page.goto(f"/p/{cast.program.slug}/imports/new/")
    page.locator("input[type=file]").set_input_files(SP500)
    page.get_by_role("button", name="Look at the columns").click()
    page.get_by_role("button", name="Try without changing anything").click()
    expect(page.locator("main").get_by_text("This is what the import would do")).to_be_visible(
        timeout=60_000
    )
    with page.expect_navigation():
        page.get_by_role("button", name="Import it now").click()
    expect(page.locator("main").get_by_text("The list is in")).to_be_visible(timeout=60_000)


def say_what_was_seen(page: Page, cast: Cast, account: Account) -> None:
    """The list does not say how many people work there; a rep found out."""
    page.goto(f"/p/{cast.program.slug}/accounts/{account.pk}/findings/employees/")
    page.locator("[name=employees]").fill("900")
    page.get_by_label("What you saw").fill("Their careers page says 900 people.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Their careers page says 900 people.").first).to_be_visible()


def vote_on_the_rest(cast: Cast) -> None:
    """Vote for the remaining candidates as both sides did for the two above."""
    rows = Candidate.objects.in_program(cast.program).select_related("session")
    for candidate in rows.order_by("pk"):
        for side, by in (
            (Side.MARKETING, cast.marketing_manager),
            (Side.SALES, cast.sales_manager),
        ):
            vote(candidate=candidate, side=side, choice="yes", reason="They fit", by=by)


def fifty_are_chosen(marketing: Page, sales: Page, cast: Cast) -> None:
    address = f"/p/{cast.program.slug}/targets/session/"
    for page in (marketing, sales):
        page.goto(address)
        wait_until_live(page)
    sales.get_by_role("button", name="Open the session").click()
    ballot = marketing.locator(".ballot").first
    ballot.get_by_placeholder("Why, in a few words").fill("Secret until the reveal")
    ballot.get_by_label("Yes").check()
    ballot.get_by_role("button").click()
    expect(ballot).to_have_attribute("data-voted", "yes")
    assert "Secret until the reveal" not in sales.content()
    vote_on_the_rest(cast)
    for page in (marketing, sales):
        page.reload()
    marketing.get_by_role("button", name="Reveal without waiting").click()
    marketing.get_by_role("alertdialog").get_by_role(
        "button", name="Reveal without waiting"
    ).click()
    place = sales.get_by_role("button", name="Put on the list")
    expect(place).to_be_visible()
    boxes = sales.locator("input[name=chosen]")
    for number in range(PLACES, boxes.count()):
        boxes.nth(number).uncheck()
    place.click()
    toast(sales, f"{PLACES} accounts are on the list now.")
    # The confirmed hash is that of the list shown on the page.
    expect(sales.get_by_text(f"{PLACES} of {PLACES} places")).to_be_visible()
    sales.get_by_role("button", name="Confirm for sales").click()
    toast(sales, "Confirmed for your side. The other side confirms next.")
    expect(marketing.get_by_text("confirmed by Sarah Sales")).to_be_visible()
    marketing.get_by_role("button", name="Confirm for marketing").click()
    expect(sales.locator("main").get_by_text("Both sides confirmed list 1")).to_be_visible()


def write_the_play(page: Page, cast: Cast) -> None:
    page.goto(f"/p/{cast.program.slug}/plays/new/")
    page.get_by_label("Name").fill("Case study, then a call")
    for number, (side, channel, days) in enumerate(
        (("marketing", "email", 0), ("sales", "call", 2))
    ):
        page.locator(f"[name=steps-{number}-side]").select_option(side)
        page.locator(f"[name=steps-{number}-channel]").select_option(channel)
        page.locator(f"[name=steps-{number}-after_days]").fill(str(days))
        page.locator(f"[name=steps-{number}-message]").fill("The Ohio insurer")
    page.locator("[name=steps-1-follows]").select_option("1")
    page.locator("[name=steps-1-say]").fill("What would 40 % mean for you?")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Case study, then a call")


def start_the_play(page: Page) -> None:
    page.get_by_role("link", name="Start").click()
    page.get_by_label("First day").fill(a_tuesday().isoformat())
    page.get_by_role("button", name="See what it meets").click()
    expect(page.locator(".start-row")).to_have_count(PLACES)
    table = page.locator(".table-wrap:has(> .start-rows)")
    assert table.evaluate("wrap => wrap.scrollWidth - wrap.clientWidth") <= 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert not Touch.objects.across_programs().exists()
    page.get_by_role("button", name="Start the play").click()
    toast(page, f"Started on {PLACES} accounts.")


def test_from_a_real_list_to_the_call_that_takes_up_the_case_study(
    cast: Cast, online: Online
) -> None:
    marketer, rep = online.person(cast.marketing_manager), online.person(cast.sales_manager)
    import_the_list(marketer, cast)
    accounts = Account.objects.in_program(cast.program)
    account = accounts.order_by("pk")[0]
    say_what_was_seen(rep, cast, account)
    fifty_are_chosen(marketer, rep, cast)
    assert ListedTarget.objects.in_program(cast.program).count() == PLACES

    targets = Target.objects.in_program(cast.program).select_related("account")
    for target in targets:
        play.stakeholder(cast.program, target.account, first_name="Dana", role="decision_maker")
    write_the_play(marketer, cast)
    start_the_play(marketer)
    assert PlayRun.objects.in_program(cast.program).count() == PLACES

    # The rep tries to call a target on the same Tuesday: refused, with free slots offered.
    mail = Touch.objects.in_program(cast.program).filter(channel="email").order_by("pk")[0]
    person = Stakeholder.objects.in_program(cast.program).get(account=mail.account)
    online.expected.add(409)
    rep.goto(f"/p/{cast.program.slug}/calendar/plan/?account={mail.account_id}")
    rep.locator("[name=channel]").select_option("call")
    rep.get_by_label(str(person)).check()
    local = mail.starts_at.astimezone(ZoneInfo(cast.sales_manager.time_zone))
    rep.locator("[name=starts_at]").fill(local.strftime("%Y-%m-%dT%H:%M"))
    rep.get_by_role("button", name="Save").click()
    refused = rep.locator(".refused")
    expect(refused).to_contain_text("already reaches")
    expect(refused.locator("[name=slot]").last).to_be_visible()

    # The case study is sent; Thursday's call refers to it and is done, and the play reflects both.
    marketer.goto(f"/p/{cast.program.slug}/calendar/{mail.pk}/")
    marketer.get_by_role("button", name="Done").click()
    expect(marketer.get_by_role("button", name="Plan it again")).to_be_visible()
    call = Touch.objects.in_program(cast.program).get(follows=mail)
    rep.goto(f"/p/{cast.program.slug}/calendar/{call.pk}/")
    expect(rep.get_by_text("What would 40 % mean for you?")).to_be_visible()
    expect(rep.get_by_text("taken up by this one")).to_be_visible()
    rep.locator("[name=result]").select_option("meeting")
    rep.get_by_role("button", name="Done").click()
    expect(rep.get_by_text("Meeting agreed").first).to_be_visible()
    run = PlayRun.objects.in_program(cast.program).get(account=call.account)
    marketer.goto(f"/p/{cast.program.slug}/plays/{run.play_id}/")
    results = marketer.get_by_role("region", name="What came of it")
    expect(results.locator("dd")).to_have_text(["1 49 not begun", "1", "1", "0"])
