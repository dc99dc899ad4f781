"""Signing in, what a browser remembers, joining by invitation, seats, sessions, the second step."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from playwright.sync_api import Page, expect

from alignment.people.models import Membership, Role, User
from tests.browser.conftest import Server
from tests.browser.journeys import PHONE, Online, mailed_link, tab_to, toast, wait_until_live
from tests.cast import PASSWORD, Cast

CHOSEN_PASSWORD = "a quiet harbour at noon"
PERIOD = 30


def with_password(user: User, password: str = PASSWORD) -> User:
    user.set_password(password)
    user.save()
    return user


def type_sign_in(page: Page, email: str, password: str) -> None:
    """Types as people do: starting in the first field, then Tab and Enter."""
    page.get_by_label("E-mail").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(email)
    tab_to(page, "Password", most=2)
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def choose(page: Page, named: str) -> None:
    """Choose an entry of the user menu, which stays open after a change of theme."""
    menu = page.locator("#user-menu")
    if not menu.is_visible():
        page.get_by_role("button", name="Your menu").click()
    menu.get_by_role("button", name=named, exact=True).click()


def test_signing_in_and_switches_that_stay(cast: Cast, online: Online) -> None:
    with_password(cast.rep)
    page = online.visitor(color_scheme="dark")
    page.goto(f"/p/{cast.program.slug}/leads/")
    type_sign_in(page, cast.rep.email, "not this one at all")
    expect(page.locator(".alert")).to_contain_text("not correct")
    expect(page.get_by_label("E-mail")).to_have_value(cast.rep.email)
    type_sign_in(page, cast.rep.email, PASSWORD)
    expect(page).to_have_url(re.compile(rf"/p/{cast.program.slug}/leads/$"))

    with page.expect_response("**/preferences/"):
        choose(page, "Dark")
    with page.expect_navigation():
        choose(page, "Français")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    # Requests of the page still in progress would set cookies again.
    page.goto("about:blank")
    page.context.clear_cookies()
    page.goto("/")
    type_sign_in_in_french(page, cast.rep.email)
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    cast.rep.refresh_from_db()
    assert (cast.rep.language, cast.rep.theme) == ("fr", "dark")


def test_ones_own_menu_opens_in_the_drawer_of_a_phone(cast: Cast, online: Online) -> None:
    page = online.person(cast.rep, viewport=PHONE)
    page.goto(f"/p/{cast.program.slug}/")
    page.get_by_role("button", name="More").click()
    page.get_by_role("button", name="Your menu").click()
    expect(page.locator("#user-menu").get_by_role("button", name="Sign out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#user-menu")).to_be_hidden()


def type_sign_in_in_french(page: Page, email: str) -> None:
    page.get_by_role("button", name="Français").click()
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page.get_by_role("button", name=re.compile("Ravi"))).to_be_visible()


def test_invited_person_joins_and_changes_seat(cast: Cast, server: Server, online: Online) -> None:
    owner, newcomer = online.person(cast.owner), online.visitor()
    owner.goto(f"/p/{cast.program.slug}/settings/members/")
    owner.get_by_role("button", name="Invite").click()
    dialog = owner.get_by_role("dialog", name="Invite somebody")
    dialog.get_by_label("E-mail address").fill("nina.new@example.com")
    dialog.get_by_label("Role").select_option("member")
    online.expected.add(422)
    dialog.get_by_role("button", name="Send the invitation").click()
    # The dialog is open again, with the error, the entered values, and the wrong field focused.
    expect(dialog).to_contain_text("Managers and members belong to a team.")
    expect(dialog.get_by_label("E-mail address")).to_have_value("nina.new@example.com")
    expect(dialog.get_by_label("Team", exact=True)).to_be_focused()
    dialog.get_by_label("Team").select_option(str(cast.sales.pk))
    dialog.get_by_role("button", name="Send the invitation").click()
    expect(owner.get_by_role("table", name="Open invitations")).to_contain_text("nina.new")

    newcomer.goto(mailed_link(server.mail, "invitation"))
    expect(newcomer.get_by_role("heading", level=1)).to_have_text("Join US mid-market")
    newcomer.get_by_label("Your name").fill("Nina New")
    newcomer.get_by_label("Password").fill("short")
    online.expected.add(422)
    newcomer.get_by_role("button", name="Join").click()
    expect(newcomer.locator(".field__error, .alert")).to_contain_text("too short")
    expect(newcomer.get_by_label("Your name")).to_have_value("Nina New")
    newcomer.get_by_label("Password").fill(CHOSEN_PASSWORD)
    newcomer.keyboard.press("Enter")
    expect(newcomer).to_have_url(re.compile(rf"/p/{cast.program.slug}/$"))

    owner.reload()
    owner.get_by_role("row", name=re.compile("Nina New")).get_by_role("link", name="Change").click()
    owner.get_by_label("Role").select_option("manager")
    owner.get_by_role("button", name="Save").click()
    expect(owner.get_by_role("row", name=re.compile("Nina New"))).to_contain_text("Manager")
    assert (
        Membership.objects.in_program(cast.program).get(user__name="Nina New").role == Role.MANAGER
    )
    newcomer.goto(f"/p/{cast.program.slug}/settings/members/")
    expect(newcomer.get_by_role("button", name="Invite")).to_be_visible()


def test_another_browser_is_signed_out(cast: Cast, online: Online) -> None:
    with_password(cast.rep)
    desk, phone = online.visitor(), online.visitor(user_agent="Phone of Ravi")
    for page in (phone, desk):
        page.goto("/sign-in/login/")
        type_sign_in(page, cast.rep.email, PASSWORD)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_url("**/p/**")
    wait_until_live(phone)
    desk.goto("/sign-in/sessions/")
    row = desk.get_by_role("row", name=re.compile("Phone of Ravi"))
    row.get_by_role("button", name="Sign out").click()
    toast(desk, "That browser is signed out.")
    phone.get_by_role("link", name="Reload").click()
    expect(phone).to_have_url(re.compile("/sign-in/login/"))
    # The stream was refused, as it should be.
    assert all("/live/: 404" in each or "with status 404" in each for each in online.troubles)
    online.troubles.clear()
    assert UserSession.objects.filter(user=cast.rep).count() == 1


def test_second_step(cast: Cast, online: Online) -> None:
    with_password(cast.rep)
    page = online.visitor()
    page.goto("/sign-in/login/")
    type_sign_in(page, cast.rep.email, PASSWORD)
    page.wait_for_url("**/p/**")
    page.goto("/sign-in/2fa/")
    page.get_by_role("link", name="Turn on").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2)).to_have_text("Turn on the authenticator app")
    secret = page.locator("code").first.inner_text()
    page.get_by_label("Authenticator code").fill("000000")
    page.keyboard.press("Enter")
    expect(page.locator(".field--invalid")).to_be_visible()
    # The same secret as before the mistake, so that an app that already scanned it still works.
    assert page.locator("code").first.inner_text() == secret
    page.get_by_label("Authenticator code").fill(code_of(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/**")
    page.goto("/sign-in/2fa/")
    expect(page.get_by_role("link", name="Turn off")).to_be_visible()

    other = online.visitor()
    other.goto("/sign-in/login/")
    type_sign_in(other, cast.rep.email, PASSWORD)
    expect(other.get_by_role("heading", level=1)).to_have_text("Second step")
    other.get_by_label(re.compile("code", re.IGNORECASE)).fill(code_of(secret))
    other.keyboard.press("Enter")
    other.wait_for_url("**/p/**")


def code_of(secret: str) -> str:
    """The code that an authenticator app shows now."""
    digits: str = format_hotp_value(hotp_value(secret, int(time.time()) // PERIOD))
    return digits
