"""The dashboard on a wall screen: it fits, and turns its pages by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from alignment.metrics.actions.snapshots import take
from alignment.metrics.tests.test_leads import hand_over
from tests.browser.journeys import Online, wait_until_live
from tests.cast import Cast

PARTS = (
    "From hand-off to SQL",
    "From stage to stage",
    "Pipeline and deals",
    "What both teams promised",
    "What it costs",
)
# Parts of a page that are cut off or lie outside the screen.
CUT = """() => [...document.querySelectorAll("#tiles .panel, #tiles .panel__body, .page-header, .turns")]
  .filter((box) => box.scrollHeight > box.clientHeight + 1
    || box.getBoundingClientRect().bottom > innerHeight + 1
    || box.getBoundingClientRect().right > innerWidth + 1)
  .map((box) => `${box.className}: ${box.scrollHeight} > ${box.clientHeight}`)"""


@pytest.fixture
def screen(cast: Cast, online: Online) -> Page:
    now = timezone.now()
    for days in range(1, 14):
        hand_over(cast, now - timedelta(days=days), contact_s=days * 9_000, sql=days % 2 == 0)
    for days in (3, 2, 1, 0):
        take(program=cast.program, now=now - timedelta(days=days))
    return online.person(cast.rep, viewport={"width": 1920, "height": 1080})


def test_every_page_fits_the_screen(cast: Cast, screen: Page) -> None:
    for number, title in enumerate(PARTS):
        screen.goto(f"/p/{cast.program.slug}/dashboard/?tv=1&page={number}&hold=1")
        expect(screen.get_by_role("heading", name=title)).to_be_visible()
        assert screen.evaluate("document.documentElement.scrollHeight") <= 1080, title
        assert screen.evaluate(CUT) == [], title


def test_the_pages_turn_by_themselves(cast: Cast, screen: Page) -> None:
    screen.clock.install()
    screen.goto(f"/p/{cast.program.slug}/dashboard/?tv=1&page={len(PARTS) - 1}")
    for title in (PARTS[-1], PARTS[0], PARTS[1]):
        expect(screen.get_by_role("heading", name=title)).to_be_visible()
        wait_until_live(screen)  # a request in flight would see the skipped time as a timeout
        screen.clock.run_for(20_500)
    screen.get_by_role("link", name=PARTS[3]).click()
    expect(screen.get_by_role("heading", name=PARTS[3])).to_be_visible()
    wait_until_live(screen)
    screen.clock.run_for(45_000)
    expect(screen.get_by_role("heading", name=PARTS[3])).to_be_visible()
