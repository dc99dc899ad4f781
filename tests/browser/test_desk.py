"""On a wide screen: tables fit, the keyboard continues where it was, no message is superfluous."""

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Page, expect

from accounts.models import Lead
from alignment.agreements.actions.drafts import start_draft
from alignment.agreements.models import Kind
from alignment.imports.actions import create_import
from alignment.people.actions.keys import create_key
from alignment.people.permissions import Scope
from alignment.scoring.actions.leads import recycle
from alignment.sla.tests.handing import handed, mql
from tests import cast as play
from tests.browser.journeys import Online
from tests.cast import Cast

LISTS = ("queue/", "leads/", "leads/?sort=score", "accounts/", "people/", "imports/")
COLUMNS = "verdict grade heat leads people place industry employees revenue owner source changed"
PANELS = ("scoring/draft/", "settings/keys/", "settings/members/")
OUTSIDE = """() => [...document.querySelectorAll(".panel .table button")].filter((button) =>
  button.getBoundingClientRect().right > button.closest(".panel").getBoundingClientRect().right + 1
).map((button) => button.textContent.trim())"""

# Pixels between a code and its name, as rendered.
BETWEEN = """(line) => {
  const [code, name] = [...line.children].map((part) => {
    const range = document.createRange();
    range.selectNodeContents(part);
    return range.getBoundingClientRect();
  });
  return name.left - code.right;
}"""


def long_names(cast: Cast) -> None:
    cast.rep.name = "Maximiliane von und zu Hohenlohe-Langenburg"
    cast.rep.save()
    company = play.account(
        cast.program,
        "Consolidated Intercontinental Manufacturing and Distribution",
        domain="consolidated-intercontinental-manufacturing.example",
        city="San Francisco",
        state="CA",
        owner_id=cast.rep.pk,
    )
    person = play.stakeholder(
        cast.program,
        company,
        "bartholomew.featherstonehaugh@consolidated-intercontinental.example",
        first_name="Bartholomew Maximilian",
        last_name="Featherstonehaugh-Cholmondeley",
        title="Senior Executive Vice President of Everything",
        role="economic_buyer",
        do_not_contact=True,
    )
    lead = play.lead(cast.program, person, owner=cast.rep)
    for code in ("budget_confirmed", "decision_authority", "pricing_page_view"):
        play.engage(lead.stakeholder, code)
    create_import(
        program=cast.program,
        file=ContentFile(b"name,domain\nAcme,acme.example\n", name="list.csv"),
        file_name="x" * 240 + ".csv",
        target="accounts",
        by=cast.owner,
    )
    start_draft(program=cast.program, kind=Kind.SCORING, by=cast.owner)
    create_key(
        program=cast.program,
        name="Everything that our tools send",
        scopes=[scope.value for scope in Scope],
        owner=cast.owner,
        expires_at=None,
        by=cast.owner,
    )


@pytest.mark.parametrize("width", [1440, 1280, 1024])
def test_lists_fit_and_buttons_stay_inside(cast: Cast, online: Online, width: int) -> None:
    long_names(cast)
    cast.owner.language = "fr"
    cast.owner.save()
    page = online.person(cast.owner, viewport={"width": width, "height": 800})
    every = "&".join(f"columns={name}" for name in COLUMNS.split())
    for place in (*LISTS, *PANELS, f"accounts/?{every}"):
        page.goto(f"/p/{cast.program.slug}/{place}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, place
        if place in PANELS:
            assert page.evaluate(OUTSIDE) == [], place


@pytest.mark.parametrize(("width", "least"), [(1440, 150), (1280, 140), (1024, 80)])
def test_why_nobody_has_a_lead_is_read_in_a_few_lines(
    cast: Cast, online: Online, width: int, least: int
) -> None:
    play.nobody_takes_turns(cast)
    lead = mql(cast.program)
    handed(lead)
    for code in ("webinar_attended", "case_study_download"):
        play.engage(lead.stakeholder, code)
    cast.owner.language = "fr"
    cast.owner.save()
    page = online.person(cast.owner, viewport={"width": width, "height": 800})
    page.goto(f"/p/{cast.program.slug}/queue/")
    box = page.locator(".owner__why").bounding_box()
    assert box
    assert box["width"] >= least
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_usual_columns_of_accounts_are_not_cut(
    cast: Cast, online: Online, language: str
) -> None:
    long_names(cast)
    facts = {"employees_low": 1_800, "employees_high": 25_000, "city": "Colorado Springs"}
    play.account(cast.program, "Prairie Lynx Financial", **facts, state="CO", naics="31-33")
    cast.owner.language = language
    cast.owner.save()
    page = online.person(cast.owner)
    page.goto(f"/p/{cast.program.slug}/accounts/")
    assert page.locator("thead th").count() == 10
    assert page.locator(".table-wrap").evaluate("wrap => wrap.scrollWidth - wrap.clientWidth") <= 0
    page.goto(f"/p/{cast.program.slug}/accounts/industries/")
    assert page.locator(".tree__name").first.evaluate(BETWEEN) >= 8


def test_back_from_a_lead_the_queue_goes_on_at_its_row(cast: Cast, online: Online) -> None:
    page = queue_of_three(cast, online)
    for _ in range(2):
        page.keyboard.press("j")
    row = focused_row(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/leads/*/")
    page.go_back()
    page.wait_for_url("**/queue/")
    expect(page.locator(f"#{row} a.row-link")).to_be_focused()


def test_rows_that_come_while_one_leaves_do_not_lose_the_place(cast: Cast, online: Online) -> None:
    page = queue_of_three(cast, online)
    page.keyboard.press("j")
    row = focused_row(page)
    link = page.locator(f"#{row} a.row-link")
    # Simulates a slow lead page: the click has happened, and a live update arrives before the page.
    link.evaluate("link => addEventListener('click', (event) => event.preventDefault())")
    page.keyboard.press("Enter")
    with page.expect_response("**/queue/"):
        page.evaluate("document.body.dispatchEvent(new CustomEvent('sse:leads'))")
    page.goto(f"/p/{cast.program.slug}/leads/{row.removeprefix('lead-')}/")
    page.go_back()
    page.wait_for_url("**/queue/")
    expect(link).to_be_focused()


def test_back_in_a_list_the_filters_are_those_of_its_page(cast: Cast, online: Online) -> None:
    play.account(cast.program)
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/accounts/")
    verdict = page.locator("form[data-autosubmit] [name=verdict]")
    verdict.select_option("yes")
    page.wait_for_url("**verdict=yes**")
    page.go_back()
    page.wait_for_url("**/accounts/")
    expect(verdict).to_have_value("")


def test_the_row_after_one_that_left_is_at_hand(cast: Cast, online: Online) -> None:
    page = queue_of_three(cast, online)
    for _ in range(2):
        page.keyboard.press("j")
    rows = page.locator("[data-rows] > *").evaluate_all("rows => rows.map((row) => row.id)")
    assert focused_row(page) == rows[1]
    lead = Lead.objects.in_program(cast.program).get(pk=rows[1].removeprefix("lead-"))
    recycle(lead=lead, by=cast.owner, reason="Left the company")
    page.evaluate("document.body.dispatchEvent(new CustomEvent('sse:leads'))")
    expect(page.locator(f"#{rows[2]} a.row-link")).to_be_focused()


def test_after_a_form_of_a_row_the_queue_goes_on_there(cast: Cast, online: Online) -> None:
    page = queue_of_three(cast, online)
    for _ in range(2):
        page.keyboard.press("j")
    row = focused_row(page)
    page.keyboard.press("a")
    page.get_by_role("dialog").get_by_role("link", name="Cancel").click()
    expect(page.locator(f"#{row} a.row-link")).to_be_focused()


def test_the_keys_of_a_page_come_before_all_others(cast: Cast, online: Online) -> None:
    page = queue_of_three(cast, online)
    page.keyboard.press("?")
    own = page.get_by_role("dialog", name="Keys of this page")
    expect(own).to_contain_text("Log an attempt")
    page.keyboard.press("?")
    expect(own).to_be_hidden()
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()


def queue_of_three(cast: Cast, online: Online) -> Page:
    """The queue of a rep, with three leads to call."""
    for name in ("One", "Two", "Three"):
        account = play.account(cast.program)
        lead = play.lead(cast.program, play.stakeholder(cast.program, account, last_name=name))
        for code in ("budget_confirmed", "decision_authority", "pricing_page_view"):
            play.engage(lead.stakeholder, code)
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/queue/")
    # Their clocks decide on the order of the rows. One that started while the page was read is shown
    # in a row that still has its old place: the page that is loaded now has all three in order.
    expect(page.locator("[data-rows] .countdown")).to_have_count(3)
    page.reload()
    return page


def focused_row(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('[data-rows] > *')?.id"))


def test_nothing_found_is_not_said_above_a_place_to_go(cast: Cast, online: Online) -> None:
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/")
    page.keyboard.press("ControlOrMeta+k")
    nothing = page.locator("#palette-found [data-nothing]")
    page.keyboard.type("scoring")
    expect(nothing).to_have_count(1)
    expect(nothing).to_be_hidden()
    expect(page.get_by_role("option", name="Scoring")).to_be_visible()
    page.keyboard.type("zzz")
    expect(nothing).to_be_visible()


# A machine so busy that what is left to a timeout comes late, and somebody who is faster.
IN_A_HURRY = """
  const real = setTimeout;
  window.setTimeout = (work, delay, ...given) => real(work, delay || 2_000, ...given);
  addEventListener('DOMContentLoaded', () => document.querySelector('[data-key=d]').click());
"""


def test_a_click_on_a_page_that_has_just_come_is_answered(cast: Cast, online: Online) -> None:
    lead = mql(cast.program)
    page = online.person(cast.rep)
    page.add_init_script(IN_A_HURRY)
    page.goto(f"/p/{cast.program.slug}/leads/{lead.pk}/")
    expect(page.locator("#lead-dialog [name=code]").first).to_be_attached(timeout=10_000)


def test_keys_are_named_where_they_do_something(cast: Cast, online: Online) -> None:
    play.lead(cast.program)
    page = online.person(cast.rep)
    for place, row, box in (("leads/", 1, 1), ("people/", 1, 0), ("icp/", 0, 0)):
        page.goto(f"/p/{cast.program.slug}/{place}")
        page.keyboard.press("?")
        keys = page.get_by_role("dialog", name="Keyboard shortcuts")
        expect(keys.get_by_text("This list")).to_be_visible()
        expect(keys.get_by_text("Open the row")).to_be_visible(visible=bool(row))
        expect(keys.get_by_text("Select the row")).to_be_visible(visible=bool(box))
