"""The shared calendar in a browser: a touch is dragged, a collision is refused with free slots."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from playwright.sync_api import Page, Route, expect

from alignment.workspace.calendar.tests.scenes import at, day_of, monday, planned, someone
from campaigns.calendar.models import Touch
from tests.browser.journeys import PHONE, Online
from tests.cast import Cast


def week(cast: Cast, moment: datetime) -> str:
    return f"{at(cast, 'calendar')}?view=week&day={day_of(moment)}"


def drag(page: Page, touch: Touch, cell: str) -> None:
    chip, place = page.locator(f"#touch-{touch.pk}"), page.locator(cell)
    chip.scroll_into_view_if_needed()
    chip.hover()
    page.mouse.down()
    place.hover(force=True)
    place.hover(force=True)
    page.mouse.up()


def hour_of(moment: datetime, zone: Any) -> str:
    there = moment.astimezone(zone)
    return f'[data-drop][data-drop-day="{there.date()}"][data-drop-hour="{there.hour}"]'


def test_both_teams_plan_in_one_calendar(cast: Cast, online: Online) -> None:
    person = someone(cast, first_name="Dana", last_name="Field")
    for user in (cast.rep, cast.marketer):
        user.time_zone = "America/Chicago"
        user.save()
    call = planned(person, cast.rep, monday(9))
    mail = planned(person, cast.marketer, monday(14, weeks=2), channel="email")
    zone = monday().tzinfo
    rep, marketer = online.person(cast.rep), online.person(cast.marketer)
    marketer.goto(week(cast, monday()))
    expect(marketer.locator(f"#touch-{call.pk}")).to_contain_text("9:00 AM")
    # The rep moves the call to the afternoon; marketing sees it without a reload.
    rep.goto(week(cast, monday()))
    drag(rep, call, hour_of(monday(15), zone))
    expect(rep.locator(f"#touch-{call.pk}")).to_contain_text("3:00 PM")
    expect(marketer.locator(f"#touch-{call.pk}")).to_contain_text("3:00 PM")
    # Marketing moves a touch to the same person close to it: refused, with free slots offered.
    online.expected.add(409)
    marketer.goto(f"{at(cast, 'touch_move', mail.pk)}")
    marketer.fill("[name=starts_at]", monday(14).strftime("%Y-%m-%dT%H:%M"))
    marketer.get_by_role("button", name="Move").click()
    refused = marketer.locator(".refused")
    expect(refused).to_contain_text("Ravi Rep already reaches Dana Field")
    refused.locator("[name=slot]").last.click()
    expect(marketer.get_by_text("nothing stands against it.")).to_be_visible()
    expect(marketer.get_by_role("button", name="Move")).to_be_focused()
    marketer.keyboard.press("Enter")
    expect(marketer.get_by_text("Moved. Both teams see it.").first).to_be_visible()
    mail.refresh_from_db()
    assert mail.starts_at > monday(15)


def test_a_refused_drop_comes_back_with_places(cast: Cast, online: Online) -> None:
    person = someone(cast, first_name="Dana", last_name="Field")
    cast.marketer.time_zone = "America/Chicago"
    cast.marketer.save()
    planned(person, cast.rep, monday(9))
    mail = planned(person, cast.marketer, monday(9).replace(hour=9) + timedelta(days=4))
    page = online.person(cast.marketer)
    online.expected.add(409)
    page.goto(week(cast, monday()))
    drag(page, mail, hour_of(monday(11), monday().tzinfo))
    expect(page.locator("#touch .refused")).to_contain_text("This cannot be planned")
    page.keyboard.press("Escape")
    expect(
        page.locator(f'[data-drop-day="{(monday() + timedelta(days=4)).date()}"] #touch-{mail.pk}')
    ).to_be_visible()


def test_the_form_says_at_once_what_stands_against_it(cast: Cast, online: Online) -> None:
    person = someone(cast, first_name="Dana", last_name="Field")
    page = online.person(cast.rep, viewport=PHONE)
    page.goto(f"{at(cast, 'touch_plan')}?account={person.account_id}")
    page.get_by_label("Dana Field").check()
    expect(page.locator("#verdict")).to_contain_text("nothing stands against it")
    page.fill("[name=starts_at]", monday(2).strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=message]").click()
    expect(page.locator("#verdict")).to_contain_text("quiet hours")
    page.fill("[name=reason]", "She asked for it.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("She asked for it.")).to_be_visible()


def test_a_phone_opens_the_calendar_at_today(cast: Cast, online: Online) -> None:
    for days in range(1, 9):
        touch = planned(someone(cast, f"Company {days}"), cast.rep, monday(8 + days))
        past = timezone.now() - timedelta(days=days)
        Touch.objects.in_program(cast.program).filter(pk=touch.pk).update(starts_at=past)
    page = online.person(cast.rep, viewport=PHONE)
    page.goto(at(cast, "calendar"))
    expect(page.locator("[data-today]")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 0)")
    page.locator("#board").get_by_role("link", name="Today").click()
    expect(page.locator("[data-today]")).to_be_in_viewport()
    # The title fits beside the actions.
    title = page.locator(".crumbs [aria-current]")
    assert title.evaluate("title => title.scrollWidth <= title.clientWidth")
    expect(page.get_by_role("link", name="Plan a touch").first).to_be_visible()


def test_what_is_typed_before_the_page_is_ready_is_searched_too(cast: Cast, online: Online) -> None:
    someone(cast, "Acme Steel")
    rep = online.person(cast.rep)
    scripts: list[Route] = []
    rep.route("**/htmx.min*.js", lambda route: scripts.append(route))
    rep.goto(at(cast, "touch_plan"), wait_until="commit")
    rep.get_by_label("Account", exact=True).press_sequentially("stee")
    rep.wait_for_function("document.activeElement.value === 'stee'")
    for script in scripts:
        script.continue_()
    expect(rep.locator("#found").get_by_role("link", name="Acme Steel")).to_be_visible()
    expect(rep.locator("#found")).to_contain_text("1 account")


def test_the_account_of_a_touch_is_found_while_typing(cast: Cast, online: Online) -> None:
    someone(cast, "Acme Steel", first_name="Dana", last_name="Field")
    someone(cast, "Borel Foundries")
    rep = online.person(cast.rep, viewport=PHONE)
    rep.goto(week(cast, monday()))
    rep.get_by_role("link", name="Plan a touch").first.click()
    rep.get_by_label("Account", exact=True).press_sequentially("stee")
    offered = rep.locator("#found").get_by_role("link", name="Acme Steel")
    expect(offered).to_be_visible()
    expect(rep.locator("#found")).not_to_contain_text("Borel")
    offered.click()
    expect(rep.get_by_label("Dana Field")).to_be_visible()
    # Enter selects the account, because only one matches.
    rep.goto(at(cast, "touch_plan"))
    rep.get_by_label("Account", exact=True).fill("borel foundries")
    rep.keyboard.press("Enter")
    expect(rep.get_by_role("heading", name="Plan a touch")).to_be_visible()
    expect(rep.get_by_role("link", name="Borel Foundries")).to_be_visible()
