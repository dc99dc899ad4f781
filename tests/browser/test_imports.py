"""A real list, saved by a French Excel, from the file to judged accounts, and a second time."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from accounts.models import Account
from tests.browser.journeys import Online, wait_until_live
from tests.cast import Cast

SAMPLE = Path(__file__).parents[2] / "samples" / "fictional_companies_fr.csv"


def upload(page: Page, cast: Cast) -> None:
    """Choose the file and go on to the page with the columns."""
    page.goto(f"/p/{cast.program.slug}/imports/new/")
    page.locator("input[type=file]").set_input_files(SAMPLE)
    page.get_by_role("textbox", name="Source").fill("Salon de Lyon")
    page.get_by_role("button", name="Look at the columns").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SAMPLE.name)


def tile(page: Page, label: str) -> int:
    """A number of the result, once the job is over."""
    stat = page.locator("#run .stat").filter(has_text=re.compile(rf"^\s*{label}"))
    return int(stat.locator(".stat__value").inner_text())


def test_list_is_tried_imported_repaired_and_imported_again(
    cast: Cast, online: Online, tmp_path: Path
) -> None:
    page = online.person(cast.marketer)
    upload(page, cast)
    expect(page.locator("#mapping")).to_contain_text("Lumière Logistics")
    field = page.get_by_label("Field for Outils")
    expect(field).to_have_value("technologies")
    with page.expect_response("**/preview/"):
        field.select_option("")
    expect(page.locator("#mapping")).to_contain_text("9 of 10 columns are used.")
    with page.expect_response("**/preview/"):
        page.get_by_label("Field for Outils").select_option("technologies")

    page.get_by_role("button", name="Try without changing anything").click()
    expect(page.locator("main").get_by_text("This is what the import would do")).to_be_visible()
    assert tile(page, "Would be created") == 39
    assert not Account.objects.in_program(cast.program).exists()

    wait_until_live(page)
    page.evaluate("window.neverReloaded = true")
    with page.expect_navigation():
        page.get_by_role("button", name="Import it now").click()
    page.evaluate("window.neverReloaded = true")
    expect(page.locator("main").get_by_text("The list is in")).to_be_visible()
    assert page.evaluate("window.neverReloaded")
    assert (tile(page, "Created"), tile(page, "Rejected")) == (39, 1)
    with page.expect_download() as downloading:
        page.get_by_role("link", name=re.compile(r"Download \d+ rows? to repair")).click()
    repair = tmp_path / "repair.csv"
    downloading.value.save_as(repair)
    assert "beaucoup" in repair.read_text("utf-8-sig")

    before = facts(cast)
    upload(page, cast)
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator("main").get_by_text("The list is in")).to_be_visible()
    assert (tile(page, "Created"), tile(page, "Changed"), tile(page, "Already so")) == (0, 0, 39)
    assert facts(cast) == before

    page.get_by_role("link", name="See the accounts").click()
    expect(page.get_by_role("link", name="Lumière Logistics Inc.")).to_be_visible()


def facts(cast: Cast) -> list[Any]:
    """Every stored value of every account."""
    return list(Account.objects.in_program(cast.program).order_by("pk").values())
