"""A call note with an objection: sales accepts it, and marketing sees the gap without a reload."""

from playwright.sync_api import expect

from campaigns.insights.models import Tag
from campaigns.insights.tests import scenes
from tests.browser.journeys import Online, wait_until_live
from tests.cast import Cast


def test_marketing_sees_the_objection_that_sales_heard(online: Online, cast: Cast) -> None:
    scenes.price(cast)
    note = scenes.note(cast, opportunity=scenes.deal(cast))
    root = f"/p/{cast.program.slug}/insights"
    marketer, rep = online.person(cast.marketer), online.person(cast.rep)
    marketer.goto(f"{root}/topics/")
    wait_until_live(marketer)
    rep.goto(f"{root}/notes/{note.pk}/")
    wait_until_live(rep)
    rep.get_by_role("button", name="Accept").click()
    expect(rep.get_by_text("No answer yet")).to_be_visible()
    expect(marketer.get_by_text("Raised and without an answer")).to_be_visible()
    marketer.get_by_role("link", name="Answer it").click()
    marketer.get_by_role("textbox", name="Answer").fill("It pays back within a year.")
    marketer.get_by_role("button", name="Save").click()
    expect(marketer.get_by_text("It pays back within a year.").first).to_be_visible()
    rep.reload()
    expect(rep.get_by_text("It pays back within a year.")).to_be_visible()


def test_what_is_selected_is_marked(online: Online, cast: Cast) -> None:
    note = scenes.note(cast)
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/insights/notes/{note.pk}/")
    page.locator("[data-transcript]").click(click_count=3)
    page.get_by_role("link", name="Mark a passage").click()
    expect(page.get_by_role("textbox", name="Passage")).to_have_value(scenes.SAID)
    page.get_by_role("combobox", name="What it is").select_option("next_step")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="What it counts")).to_contain_text("1")
    assert Tag.objects.in_program(cast.program).get().kind == "next_step"
