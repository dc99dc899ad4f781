"""Typed text is not lost by a stray key or click."""

import re

from playwright.sync_api import Dialog, Page, expect

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


def test_leaving_a_page_with_a_half_typed_form_asks(cast: Cast, online: Online) -> None:
    page = online.person(cast.owner)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    settings, member = f"/p/{cast.program.slug}/settings/", cast.membership("rep").pk
    page.goto(settings)
    members = page.locator(".tabs").get_by_role("link", name="Members")
    name = page.get_by_label("Name")
    name.fill("US enterprise")
    members.click(no_wait_after=True)
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(name).to_have_value("US enterprise")
    # Sending the form, or giving it up with its own Cancel, is meant.
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast").first).to_be_visible()
    members.click()
    page.goto(f"{settings}members/{member}/")
    page.get_by_label("MQLs a week").fill("7")
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(re.compile(r"/settings/members/$"))
    assert asked == ["beforeunload"]
