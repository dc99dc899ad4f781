"""From the engagement that tips a score to the accepted SQL, using only the keyboard."""

import re

from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Lead, Stage, Stakeholder
from alignment.people.permissions import Scope
from alignment.scoring.ingest import EngagementIn, ingest
from alignment.sla.models import Attempt, Feedback, HandOff
from tests import cast as play
from tests.browser.conftest import Server
from tests.browser.journeys import Online, toast, wait_until_live
from tests.browser.test_spine import nearly_qualified, post_engagement
from tests.cast import Cast

PROMISE = "Cut IT costs by 40 %"


def promised(cast: Cast, person: Stakeholder) -> None:
    """What brought the person here: a clicked link, and what it promised."""
    signal = play.signal(cast.program, "email_clicked")
    event = EngagementIn(
        person.pk, signal.pk, timezone.now(), "website", "click-1", True, {"promise": PROMISE}
    )
    ingest(program=cast.program, events=[event])


def test_from_the_event_to_the_sql_with_the_keyboard(
    cast: Cast, server: Server, online: Online
) -> None:
    person = nearly_qualified(cast)
    key = play.api_key(cast.program, cast.owner, Scope.ENGAGEMENTS_WRITE)
    rep = online.person(cast.rep)
    marketer = online.person(cast.marketer)
    rep.goto(f"/p/{cast.program.slug}/queue/")
    expect(rep.get_by_text("The queue is empty")).to_be_visible()
    wait_until_live(rep)

    promised(cast, person)
    post_engagement(server, key, "dana@cascade-robotics.example", "pricing_page_view")
    row = rep.locator("#queue-rows tr", has_text="Dana Fox")
    expect(row).to_contain_text("Call today and ask what they compare us with")
    expect(row.locator("[data-countdown]")).to_be_visible()
    expect(row).to_contain_text("You")

    # On the lead's page, the brief comes first.
    rep.keyboard.press("j")
    rep.keyboard.press("Enter")
    brief = rep.get_by_role("region", name=re.compile("Handed over"))
    expect(brief.get_by_text(f"“{PROMISE}”")).to_be_visible()
    expect(brief.get_by_text("Call today and ask what they compare us with")).to_be_visible()
    # Both promises of sales, each by its name.
    expect(brief.locator(".brief__due")).to_contain_text("First contact")
    expect(brief.locator(".brief__due")).to_contain_text("Feedback on the lead")
    expect(brief.locator("[data-countdown]")).to_have_count(2)
    wait_until_live(rep)
    marketer.goto(f"/p/{cast.program.slug}/sla/handoffs/")
    expect(marketer.locator("tr", has_text="Dana Fox")).to_contain_text("Ravi Rep")
    wait_until_live(marketer)

    log_the_first_call(rep)
    assert Attempt.objects.in_program(cast.program).get().outcome == Attempt.Outcome.REACHED
    give_feedback(rep)
    assert Feedback.objects.in_program(cast.program).get().fits
    # Marketing sees it without a reload.
    expect(marketer.locator("tr", has_text="Dana Fox")).to_contain_text("Fits")

    play.engage(person, "decision_authority")
    validate(rep)
    expect(rep.locator(".page-header__title")).to_contain_text("SQL")
    lead = Lead.objects.in_program(cast.program).get(stakeholder=person)
    assert lead.stage == Stage.SQL
    handed = HandOff.objects.in_program(cast.program).get(lead=lead)
    assert handed.owner == cast.rep
    assert handed.seen_at
    kinds = list(lead.journal.order_by("id").values_list("kind", flat=True))
    for kind in ("handed_off", "contacted", "reached", "feedback_given", "validation_call"):
        assert kinds.count(kind) == 1
    assert kinds[-1] == "became_sql"


def log_the_first_call(page: Page) -> None:
    page.keyboard.press("a")
    dialog = page.locator("#lead-dialog")
    expect(dialog.get_by_role("heading", name="Log an attempt")).to_be_visible()
    # The channel is preselected; the first outcome is "spoke with them".
    expect(dialog.get_by_label("Call", exact=True)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(dialog.get_by_label("Spoke with them")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("Has four data centres")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    toast(page, "Attempt to reach Dana Fox recorded.")
    expect(page.locator(".timeline__body", has_text="Call: Spoke with them")).to_be_visible()
    wait_until_live(page)


def give_feedback(page: Page) -> None:
    page.keyboard.press("f")
    dialog = page.locator("#lead-dialog")
    expect(dialog.get_by_role("heading", name="Feedback on the lead")).to_be_visible()
    expect(dialog.get_by_label("Yes, it fits")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    toast(page, "Feedback on Dana Fox given. Marketing knows.")
    expect(page.get_by_role("region", name="Feedback")).to_contain_text("Fits")
    wait_until_live(page)


def validate(page: Page) -> None:
    page.keyboard.press("v")
    dialog = page.locator("#lead-dialog")
    expect(dialog.get_by_role("heading", name="Record the validation call")).to_be_visible()
    dialog.get_by_label("Need validated").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    toast(page, "Call with Dana Fox recorded.")


def test_a_double_click_logs_one_attempt(cast: Cast, online: Online) -> None:
    lead = play.lead(cast.program, owner=cast.rep)
    rep = online.person(cast.rep)
    rep.goto(f"/p/{cast.program.slug}/leads/{lead.pk}/attempt/")
    rep.get_by_label("No answer").check()
    rep.get_by_role("button", name="Log it").dblclick()
    toast(rep, "recorded.")
    wait_until_live(rep)
    rep.keyboard.press("a")
    dialog = rep.locator("#lead-dialog")
    dialog.get_by_label("No answer").check()
    dialog.get_by_role("button", name="Log it").dblclick()
    expect(rep.locator(".timeline__body", has_text="Call: No answer")).to_have_count(2)
    assert Attempt.objects.in_program(cast.program).count() == 2


def test_reasons_show_for_a_no_alone_and_the_no_leads_on(cast: Cast, online: Online) -> None:
    person = nearly_qualified(cast)
    play.engage(person, "pricing_page_view")
    lead = Lead.objects.in_program(cast.program).get(stakeholder=person)
    rep = online.person(cast.rep)
    rep.goto(f"/p/{cast.program.slug}/leads/{lead.pk}/")
    wait_until_live(rep)
    rep.keyboard.press("f")
    dialog = rep.locator("#lead-dialog")
    dialog.get_by_label("Yes, it fits").check()
    expect(dialog.get_by_label("No need")).to_be_hidden()
    dialog.get_by_label("No, it does not fit").check()
    dialog.get_by_label("No need").check()
    dialog.get_by_role("button", name="Give feedback").click()
    expect(dialog.get_by_role("heading", name="It does not fit: what now?")).to_be_visible()
    dialog.get_by_role("link", name="Disqualify").click()
    expect(dialog.get_by_label("No need")).to_be_checked()
    dialog.get_by_role("button", name="Disqualify").click()
    toast(rep, "is disqualified.")
