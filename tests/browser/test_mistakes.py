"""Errors in a long form are visible, and messages cover no button."""

from playwright.sync_api import expect

from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind
from tests.browser.journeys import PHONE, Online
from tests.cast import Cast

BELOW = """() => {
  const box = (name) => document.querySelector(name).getBoundingClientRect();
  return box(".toast").bottom <= box(".form__foot--sticky").top;
}"""


def test_the_first_mistake_of_a_long_draft_is_shown(cast: Cast, online: Online) -> None:
    online.expected.add(422)
    start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    page = online.person(cast.owner, viewport={"width": 1440, "height": 500})
    page.goto(f"/p/{cast.program.slug}/scoring/draft/")
    points = page.locator('.rule-rows input[name$="points"]').first
    points.fill("")
    page.get_by_role("button", name="Save the draft").last.click()
    expect(page.locator(".field__error").first).to_be_in_viewport()
    expect(points).to_be_focused()


def test_a_toast_covers_no_button_of_a_long_form(cast: Cast, online: Online) -> None:
    start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    for size in ({"width": 1440, "height": 700}, PHONE):
        page = online.person(cast.owner, viewport=size)
        page.goto(f"/p/{cast.program.slug}/scoring/draft/")
        page.locator('.rule-rows input[name$="points"]').first.fill("7")
        page.get_by_role("button", name="Save the draft").last.click()
        expect(page.locator(".toast").first).to_be_visible()
        assert page.evaluate(BELOW)
