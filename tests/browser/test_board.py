"""The board of opportunities with the mouse: headings stay, edges scroll, nothing is cut off."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from playwright.sync_api import expect

from campaigns.opportunities.actions.pipeline import add_stage
from campaigns.opportunities.actions.writing import open_opportunity
from tests import cast as play
from tests.browser.journeys import Online
from tests.cast import Cast


def test_a_card_held_at_the_edge_scrolls_and_heads_stay(cast: Cast, online: Online) -> None:
    company = play.account(cast.program, "Cascade Robotics")
    for number in range(9):
        open_opportunity(
            account=company,
            by=cast.rep,
            owner=cast.rep,
            name=f"Rollout {number}",
            amount=Decimal(48_000),
            close_on=timezone.localdate() + timedelta(days=number),
        )
    add_stage(program=cast.program, by=cast.owner, name="Legal", probability=80)
    page = online.person(cast.rep)
    page.set_viewport_size({"width": 1440, "height": 800})
    page.goto(f"/p/{cast.program.slug}/opportunities/")
    board = page.locator(".board")
    assert board.evaluate("b => b.scrollWidth <= b.clientWidth"), "at 1440 every column is whole"
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    head = page.locator(".board__head").first
    before = head.bounding_box()
    board.evaluate("b => b.scrollTo(0, 200)")
    assert board.evaluate("b => b.scrollTop") == 200
    after = head.bounding_box()
    assert before
    assert after
    assert abs(after["y"] - before["y"]) <= 1

    page.set_viewport_size({"width": 900, "height": 800})
    board.evaluate("b => b.scrollTo(0, 0)")
    card, box = page.locator(".deal-card").first.bounding_box(), board.bounding_box()
    assert card
    assert box
    page.mouse.move(card["x"] + 30, card["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 10, card["y"] + 60, steps=6)
    for _round in range(50):
        page.wait_for_timeout(100)
        if board.evaluate("b => b.scrollLeft > 100"):
            break
    assert board.evaluate("b => b.scrollLeft > 100")
    page.keyboard.press("Escape")
    page.mouse.up()

    board.evaluate("b => b.scrollTo(0, 0)")
    page.locator(".deal-card a[data-dialog]").first.click()
    chosen = page.locator("dialog[open] input[name=stage]:checked")
    expect(chosen).to_be_focused()
