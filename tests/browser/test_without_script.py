"""The product works in a browser without scripts, and in French."""

import re

from django.utils import translation
from django.utils.translation import gettext
from playwright.sync_api import expect

from accounts.models import Lead
from tests import cast as play
from tests.browser.journeys import PHONE, Online
from tests.browser.test_people import with_password
from tests.browser.test_spine import GOOD_COMPANY, nearly_qualified
from tests.cast import PASSWORD, Cast


def french(text: str) -> str:
    """The translation, which must exist: otherwise the test would run in English."""
    with translation.override("fr"):
        translated = gettext(text)
    assert translated != text, f"{text!r} is not in the French catalogue"
    return translated


def test_claiming_and_editing_without_script(cast: Cast, online: Online) -> None:
    with_password(cast.rep)
    person = nearly_qualified(cast)
    play.nobody_takes_turns(cast)
    play.engage(person, "pricing_page_view")
    lead = Lead.objects.in_program(cast.program).get(stakeholder=person)
    page = online.visitor(java_script_enabled=False)
    page.goto(f"/p/{cast.program.slug}/leads/")
    page.get_by_label("E-mail").fill(cast.rep.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")

    page.get_by_role("link", name="Dana Fox", exact=True).click()
    expect(page.locator(".score-head__total b")).to_have_text("50")
    page.get_by_role("button", name="Claim").click()
    expect(page.get_by_text("Dana Fox is yours.")).to_be_visible()
    lead.refresh_from_db()
    assert lead.owner == cast.rep

    page.get_by_role("link", name="Record call").click()
    page.get_by_label("What you learned").fill("They need it before spring.")
    page.get_by_label("Need validated").check()
    page.get_by_role("button", name="Record the call").click()
    said = page.get_by_text("They need it before spring.").locator("visible=true")
    expect(said.first).to_be_visible()

    page.locator(".page-header").get_by_role("link", name=str(GOOD_COMPANY["name"])).click()
    page.locator(".page-header").get_by_role("link", name="Edit facts").click()
    page.get_by_label("City").fill("Oakland")
    online.expected.add(422)
    page.get_by_label("Name", exact=True).fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".field__error")).to_be_visible()
    expect(page.get_by_label("City")).to_have_value("Oakland")
    page.get_by_label("Name", exact=True).fill("Cascade Robotics")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".page-header")).to_contain_text("Oakland")


def test_a_call_in_french_on_a_dark_phone(cast: Cast, online: Online) -> None:
    cast.rep.language, cast.rep.theme = "fr", "dark"
    cast.rep.save()
    person = nearly_qualified(cast)
    play.engage(person, "pricing_page_view")
    page = online.person(cast.rep, viewport=PHONE, has_touch=True, is_mobile=True, locale="fr-FR")
    page.goto(f"/p/{cast.program.slug}/queue/")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", background)[:3]) < 60, background
    page.get_by_role("link", name="Dana Fox", exact=True).tap()
    page.locator(".page-header").get_by_role("link", name=french("Record call")).tap()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(french("Need validated")).check()
    dialog.get_by_role("button", name=french("Record the call")).tap()
    expect(page.locator(".stages")).to_be_visible()
    expect(page.get_by_text(french("Validation calls"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
