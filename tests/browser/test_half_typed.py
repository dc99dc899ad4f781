"""Typed text is not lost by a stray key or click."""

import re

from playwright.sync_api import Dialog, Page, expect

from tests import cast as play
from tests.browser.journeys import Online, toast
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
    rep.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
    rep.wait_for_timeout(50)
    expect(note).to_have_value("They want an offer by Friday")
    rep.mouse.click(5, 450)
    rep.get_by_role("alertdialog").get_by_role("button", name="Discard").click()
    expect(rep.locator("#lead-dialog")).to_be_hidden()


def test_a_page_is_not_left_with_a_half_typed_form_unasked(cast: Cast, online: Online) -> None:
    owner = online.person(cast.owner)
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    owner.on("dialog", stay)
    settings, members = (f"/p/{cast.program.slug}/settings/{rest}" for rest in ("", "members/"))
    owner.goto(settings)
    owner.get_by_label("Name").fill("Mid-market")
    owner.get_by_label("Name").fill(cast.program.name)
    owner.get_by_role("link", name="Members").click()
    expect(owner).to_have_url(re.compile(f"{members}$"))
    owner.goto(settings)
    owner.get_by_label("Name").fill("Mid-market")
    owner.get_by_role("link", name="Members").click()
    owner.wait_for_timeout(200)
    assert (asked, owner.url.endswith(settings)) == (["beforeunload"], True)
    owner.get_by_role("button", name="Save").click()
    toast(owner, "Saved.")
    owner.goto(f"/p/{cast.program.slug}/sla/next-actions/new/")
    owner.get_by_label("Do this").fill("Call")
    owner.get_by_role("link", name="Cancel").click()
    expect(owner).to_have_url(re.compile("next-actions/$"))
    assert asked == ["beforeunload"]
