"""Strips of tabs on a phone: the current tab is in sight, and the page opens at its top."""

from playwright.sync_api import expect

from tests.browser.journeys import Online
from tests.cast import Cast


def test_a_page_with_tabs_further_down_opens_at_its_top(cast: Cast, online: Online) -> None:
    page = online.person(cast.rep)
    page.set_viewport_size({"width": 390, "height": 700})
    page.goto(f"/p/{cast.program.slug}/dashboard/conversion/?rows=out")
    for strip in page.locator(".tabs").all():
        current = strip.locator("[aria-current]")
        expect(current).to_have_count(1)
        tab, around = current.bounding_box(), strip.bounding_box()
        assert tab
        assert around
        assert around["x"] <= tab["x"]
        assert tab["x"] + tab["width"] <= around["x"] + around["width"] + 1
    assert page.evaluate("scrollY") == 0
