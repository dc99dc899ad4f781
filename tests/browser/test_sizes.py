"""A resized text area keeps its size when a form comes back, within the Content-Security-Policy."""

from playwright.sync_api import Page, expect

from alignment.workspace.calendar.tests.scenes import someone
from tests.browser.journeys import Online
from tests.cast import Cast

PULLED = 60


def pull(page: Page) -> float:
    """Make the form's text area some lines taller; returns its height."""
    area = page.locator("#touch-plan textarea").first
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    assert box
    corner = (box["x"] + box["width"] - 4, box["y"] + box["height"] - 4)
    page.mouse.move(*corner)
    page.mouse.down()
    page.mouse.move(corner[0], corner[1] + PULLED, steps=3)
    page.mouse.up()
    taller = area.bounding_box()
    assert taller
    assert taller["height"] > box["height"] + PULLED / 2
    return taller["height"]


def test_a_refused_form_keeps_the_height_that_somebody_gave_it(cast: Cast, online: Online) -> None:
    person = someone(cast, first_name="Dana", last_name="Field")
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/accounts/{person.account_id}/")
    page.get_by_role("link", name="Plan a touch").click()
    expect(page.locator("#touch-plan")).to_be_visible()
    height = pull(page)
    # Nobody is selected any more, so the form is refused; `online` reports violations of the policy.
    page.get_by_label("Dana Field").uncheck()
    online.expected.add(422)
    page.locator("#touch-plan").get_by_role("button", name="Save").click()
    expect(page.locator("#touch-plan .field__error").first).to_be_visible()
    page.wait_for_timeout(200)
    again = page.locator("#touch-plan textarea").first.bounding_box()
    assert again
    assert again["height"] == height
