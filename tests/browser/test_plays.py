"""Writing a play in a browser: a new row takes the focus, and a long name fits a phone."""

from playwright.sync_api import expect

from campaigns.library.models import Play
from campaigns.plays.tests.test_views import address, written
from tests.browser.journeys import PHONE, Online
from tests.cast import Cast


def test_a_touch_more_has_the_focus_and_what_is_left_empty_does_not_stop(
    cast: Cast, online: Online
) -> None:
    page = online.person(cast.rep)
    page.goto(address(cast, "new/"))
    page.get_by_label("Name").fill("A call")
    page.locator("[name=steps-0-channel]").select_option("call")
    page.get_by_role("button", name="Another touch").click()
    expect(page.locator("[name=steps-3-side]")).to_be_focused()
    expect(page.locator("[name=steps-3-side]")).to_be_in_viewport()
    expect(page.locator("[name=steps-3-at]")).to_have_value("10:00")
    expect(page.locator("[name=steps-0-channel]")).to_have_value("call")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.").first).to_be_visible()
    assert Play.objects.in_program(cast.program).get().steps.count() == 1


def test_a_long_name_fits_a_phone(cast: Cast, online: Online) -> None:
    made = written(cast, "x" * 120)
    page = online.person(cast.rep)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    for rest in ("", f"{made.pk}/", f"{made.pk}/edit/", f"{made.pk}/start/", "start/"):
        page.goto(address(cast, rest))
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], (rest, wide)
