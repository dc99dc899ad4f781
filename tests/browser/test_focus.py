"""The focus stays where the hands are, whatever is drawn again."""

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Lead, Stakeholder
from alignment.core.live import bus
from alignment.sla.tests.handing import handed, mql
from tests import cast as play
from tests.browser.journeys import Online, toast, wait_until_live
from tests.cast import Cast


def at_hand(page: Page, name: str) -> None:
    """Wait until the focused element has this text."""
    page.wait_for_function(
        "name => (document.activeElement.innerText || document.activeElement.ariaLabel || '')"
        ".includes(name) && document.activeElement !== document.body",
        arg=name,
    )


def an_mql(cast: Cast) -> Lead:
    lead = mql(cast.program)
    handed(lead)
    return lead


def test_after_an_attempt_the_focus_is_on_its_button(cast: Cast, online: Online) -> None:
    lead = an_mql(cast)
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/leads/{lead.pk}/")
    page.get_by_role("link", name="Log an attempt").press("Enter")
    page.get_by_text("No answer").click()
    page.get_by_role("button", name="Log it").press("Enter")
    toast(page, "Attempt to reach")
    at_hand(page, "Log an attempt")


def test_a_form_is_sent_from_any_of_its_fields(cast: Cast, online: Online) -> None:
    lead = an_mql(cast)
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/leads/{lead.pk}/")
    page.keyboard.press("a")
    page.get_by_role("radio", name="No answer").press("Space")
    page.keyboard.press("ControlOrMeta+Enter")
    toast(page, "Attempt to reach")


def test_after_a_claim_the_focus_is_on_the_row(cast: Cast, online: Online) -> None:
    play.nobody_takes_turns(cast)
    lead = an_mql(cast)
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/queue/")
    page.get_by_role("button", name="Claim").press("Enter")
    toast(page, "is yours")
    at_hand(page, str(lead.stakeholder))


def test_after_disqualifying_and_undo_the_focus_is_on_the_lead(cast: Cast, online: Online) -> None:
    lead = an_mql(cast)
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/leads/{lead.pk}/")
    page.keyboard.press("d")
    page.locator("#lead-dialog [name=code]").first.check(force=True)
    page.get_by_role("button", name="Disqualify").press("Enter")
    toast(page, "is disqualified")
    at_hand(page, str(lead.stakeholder))
    wait_until_live(page)
    Stakeholder.objects.in_program(cast.program).update(last_name="Renamed")
    bus.publish_now(cast.program.pk, f"lead-{lead.pk}")
    at_hand(page, "Pat Renamed")
    page.get_by_role("button", name="Undo").press("Enter")
    toast(page, "is back")
    at_hand(page, "Pat Renamed")


def test_a_filter_keeps_the_focus(cast: Cast, online: Online) -> None:
    an_mql(cast)
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/leads/")
    page.get_by_label("Owner").first.select_option("nobody")
    page.wait_for_url("**owner=nobody**")
    expect(page.get_by_label("Owner").first).to_be_focused()
    page.get_by_role("link", name="MQL").press("Enter")
    page.wait_for_url("**stage=mql**")
    at_hand(page, "MQL")


def test_who_clicks_beside_everything_is_left_alone(cast: Cast, online: Online) -> None:
    lead = an_mql(cast)
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/leads/{lead.pk}/")
    page.get_by_role("link", name="Feedback").focus()
    page.get_by_role("heading", level=1).click()
    play.engage(lead.stakeholder, "email_opened")
    expect(page.get_by_text("E-mail opened").first).to_be_visible()
    assert page.evaluate("document.activeElement.id") in ("", "main")


@pytest.mark.parametrize("place", ["leads/", "accounts/"])
def test_a_search_filters_while_it_is_typed(cast: Cast, online: Online, place: str) -> None:
    for name in ("Larkspur Northern", "Larch Mills"):
        company = play.account(cast.program, name)
        play.lead(cast.program, play.stakeholder(cast.program, company))
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/{place}")
    box = page.locator("main input[type=search]")
    box.press_sequentially("lar")
    page.wait_for_url("**q=lar**")
    box.press_sequentially("kspur", delay=50)
    page.wait_for_url("**q=larkspur**")
    rows = page.locator("main tbody")
    expect(rows.get_by_text("Larch Mills")).to_have_count(0)
    expect(rows.get_by_text("Larkspur Northern").first).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value("larkspur")
    href = page.locator("#page-actions a[href*=export]").first.get_attribute("href")
    assert "larkspur" in (href or "")
    page.get_by_role("link", name="Larkspur Northern").first.click()
    page.wait_for_url("**/accounts/*/")


def test_after_reading_all_notices_the_focus_is_on_the_bell(cast: Cast, online: Online) -> None:
    an_mql(cast)
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/queue/")
    page.locator("#bell").press("Enter")
    page.get_by_role("button", name="Mark all as read").press("Enter")
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    expect(page.locator("#bell")).to_be_focused()


def test_a_link_to_a_missing_phone_puts_the_caret_there(cast: Cast, online: Online) -> None:
    lead = an_mql(cast)
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/leads/{lead.pk}/")
    page.get_by_role("link", name="Add a phone").click()
    expect(page.locator("#id_phone")).to_be_focused()
