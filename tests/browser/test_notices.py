"""Notices arrive at the bell by themselves; an owner connects a system and sees the outcome."""

from playwright.sync_api import expect

from alignment.notifications.actions.notices import NoticeText, notify
from alignment.notifications.models import Notice
from tests import cast as play
from tests.browser.journeys import Online
from tests.cast import Cast


def told(cast: Cast, cause: str, path: str) -> None:
    words = NoticeText(f"First contact came too late ({cause})", "Due at 15:40.", path)
    notify(program=cast.program, users=[cast.rep], kind="breach", cause=cause, words=lambda: words)


def test_the_bell(cast: Cast, online: Online) -> None:
    lead = play.lead(cast.program)
    path = f"/p/{cast.program.slug}/leads/{lead.pk}/"
    page = online.person(cast.rep)
    page.goto(f"/p/{cast.program.slug}/accounts/")
    expect(page.locator("#live-status")).to_have_attribute("data-state", "live")
    bell = page.locator("#bell")
    expect(bell).to_have_accessible_name("Notices, none unread")
    told(cast, "one", path)
    expect(bell).to_have_accessible_name("Notices, 1 unread")
    told(cast, "two", path)
    expect(bell).to_have_accessible_name("Notices, 2 unread")
    bell.click()
    menu = page.locator("#bell-menu")
    expect(menu.get_by_role("button", name="First contact")).to_have_count(2)
    menu.get_by_role("button", name="First contact came too late (two)").click()
    page.wait_for_url(f"**{path}")
    expect(bell).to_have_accessible_name("Notices, 1 unread")
    bell.click()
    menu.get_by_role("link", name="All notices").click()
    expect(page.get_by_role("button", name="Not read yet: First contact")).to_have_count(1)
    page.get_by_role("button", name="Mark all as read").click()
    expect(page.get_by_role("button", name="Not read yet: First contact")).to_have_count(0)
    expect(bell).to_have_accessible_name("Notices, none unread")
    assert not Notice.objects.in_program(cast.program).filter(read_at=None).exists()


def test_the_list_without_script(cast: Cast, online: Online) -> None:
    told(cast, "one", f"/p/{cast.program.slug}/leads/")
    told(cast, "two", f"/p/{cast.program.slug}/leads/")
    page = online.person(cast.rep, java_script_enabled=False)
    page.goto(f"/p/{cast.program.slug}/notices/")
    page.get_by_role("button", name="First contact came too late (one)").first.click()
    page.wait_for_url("**/leads/")
    page.goto(f"/p/{cast.program.slug}/notices/")
    page.get_by_role("button", name="Mark as read: First contact came too late (two)").click()
    expect(page.get_by_role("button", name="Mark all as read")).to_have_count(0)
    page.goto(f"/p/{cast.program.slug}/notices/choices/")
    row = page.get_by_role("row", name="A promise is broken")
    row.get_by_role("radio", name="Once a day, together").check()
    page.get_by_role("button", name="Save").click()
    expect(row.get_by_role("radio", name="Once a day, together")).to_be_checked()


def test_connecting_a_system(cast: Cast, online: Online) -> None:
    online.expected.add(422)
    page = online.person(cast.owner)
    page.goto(f"/p/{cast.program.slug}/settings/")
    page.get_by_role("link", name="Slack and webhooks").click()
    page.get_by_label("Webhook").check()
    page.get_by_label("Name").fill("CRM")
    page.get_by_label("Address").fill("https://169.254.169.254/latest/")
    page.get_by_label("A promise is broken").check()
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Give the name of a host, not its number.")).to_be_visible()
    expect(page.get_by_label("A promise is broken")).to_be_checked()
    page.get_by_label("Address").fill("https://hooks.receiver.invalid/in")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_text("Nothing was sent yet.")).to_be_visible()
    page.get_by_text("Show the secret").click()
    expect(page.locator(".secret__text")).to_contain_text("whsec_")
    page.get_by_role("button", name="Send a test").click()
    # The worker cannot resolve the name, and the log shows so by itself.
    log = page.get_by_role("row", name="Test")
    expect(log).to_contain_text("The name is not known: hooks.receiver.invalid")
    expect(log.get_by_role("button", name="Try now")).to_be_visible()
