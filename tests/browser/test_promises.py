"""A promise breaks, climbs its ladder, is acknowledged, disputed, and excused by the other side."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from alignment.sla.actions.sweep import sweep
from alignment.sla.models import Clock, Escalation
from alignment.sla.tests.promises import clause, clock, contract, database_now, due, follow
from tests import cast as play
from tests.browser.journeys import Online, toast, wait_until_live
from tests.cast import Cast


def later(found: Clock, minutes: int) -> None:
    """Backdate the first escalation by this many minutes."""
    moment = database_now() - timedelta(minutes=minutes)
    rungs = Escalation.objects.in_program(found.program_id).filter(clock=found)
    rungs.update(created_at=moment, due_at=moment)
    Clock.objects.in_program(found.program_id).filter(pk=found.pk).update(look_at=moment)


def test_a_breach_through_two_levels_to_a_granted_excuse(cast: Cast, online: Online) -> None:
    contract(cast.program, clause())
    lead = play.lead(cast.program, owner=cast.rep)
    promises = f"/p/{cast.program.slug}/promises/"
    manager = online.person(cast.sales_manager)
    manager.goto(promises)
    wait_until_live(manager)

    # The hand-off starts the countdown on the open page.
    follow(lead, "handed_off")
    row = manager.locator(f"#clock-{clock(lead).pk}")
    expect(row.locator(".countdown")).to_have_attribute("data-state", "ok")
    expect(row.locator(".countdown")).to_have_text(re.compile(r"5\d:\d\d"))

    # It breaks: the manager of the side that made the promise is notified at once.
    due(clock(lead))
    sweep()
    waiting = manager.get_by_role("region", name="Waiting for you")
    expect(waiting.get_by_role("link", name="First contact")).to_be_visible()

    # Nobody answers for half an hour: the program's owner is notified as well.
    later(clock(lead), 31)
    sweep()
    owner = online.person(cast.owner)
    owner.goto(promises)
    expect(owner.get_by_role("region", name="Waiting for you")).to_be_visible()

    # The manager answers; the owner's page updates.
    wait_until_live(owner)
    waiting.get_by_role("link", name="First contact").click()
    manager.get_by_label("What will be done").fill("Ines calls before noon.")
    manager.get_by_role("button", name="Acknowledge").click()
    toast(manager, "Noted. Both teams see it.")
    expect(owner.get_by_role("region", name="Waiting for you")).to_be_hidden()

    # Sales asks to be excused, marketing's manager grants it, and it is counted separately.
    rep = online.person(cast.rep)
    rep.goto(f"{promises}{clock(lead).pk}/")
    rep.get_by_text("Ask the other side to excuse it").click()
    # A live update does not close an open form.
    with rep.expect_response(rep.url):
        rep.evaluate("document.body.dispatchEvent(new CustomEvent('sse:clocks'))")
    rep.get_by_label("Why it could not be kept").fill("The phones were down.")
    rep.get_by_role("button", name="Ask", exact=True).click()
    toast(rep, "The other side decides. You will hear of it.")
    wait_until_live(rep)
    judge = online.person(cast.marketing_manager)
    judge.goto(promises)
    judge.get_by_role("link", name="asks to excuse").click()
    judge.get_by_label("Your answer").fill("True: the outage hit us too.")
    judge.get_by_role("button", name="Excuse", exact=True).click()
    toast(judge, "Decided. It stands in every report.")
    expect(rep.get_by_text("Excused by the other side")).to_be_visible()
    judge.goto(f"{promises}wallboard/")
    sales = judge.get_by_role("region", name="Sales")
    expect(sales.locator("dl > div", has_text="of which excused").locator("dd")).to_have_text("1")
