"""Typed text is not lost by a stray key or click."""

from playwright.sync_api import Page, expect

from tests import cast as play
from tests.browser.journeys import Online
from tests.cast import Cast


def opened(cast: Cast, online: Online) -> Page:
    """The dialog for an attempt, on the page of its lead."""
    lead = play.lead(cast.program, owner=cast.rep)
    rep = online.person(cast.rep)
    rep.goto(f"/p/{cast.program.slug}/leads/{lead.pk}/")
    rep.keyboard.press("a")
    expect(rep.locator("#lead-dialog textarea")).to_be_visible()
    return rep


def test_a_dialog_in_which_nothing_was_typed_closes_at_once(cast: Cast, online: Online) -> None:
    rep = opened(cast, online)
    rep.keyboard.press("Escape")
    expect(rep.locator("#lead-dialog")).to_be_hidden()
    expect(rep.locator("#confirm")).to_be_hidden()


def test_escape_and_a_click_beside_a_half_typed_form_ask(cast: Cast, online: Online) -> None:
    rep = opened(cast, online)
    note = rep.locator("#lead-dialog textarea")
    note.fill("They want an offer by Friday")
    # Browsers do not let a page prevent the second Escape in a row.
    for _ in range(2):
        rep.keyboard.press("Escape")
        expect(rep.get_by_role("alertdialog")).to_contain_text("Discard what you typed?")
        rep.keyboard.press("Escape")
        expect(rep.locator("#confirm")).to_be_hidden()
        # The answer is processed a moment after the question disappears.
        rep.wait_for_timeout(50)
    rep.mouse.click(5, 450)
    rep.get_by_role("alertdialog").get_by_role("button", name="Keep editing").click()
    rep.wait_for_timeout(50)
    expect(note).to_have_value("They want an offer by Friday")
    rep.mouse.click(5, 450)
    rep.get_by_role("alertdialog").get_by_role("button", name="Discard").click()
    expect(rep.locator("#lead-dialog")).to_be_hidden()
