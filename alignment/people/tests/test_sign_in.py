"""Signing in, sessions, preferences and the first page."""

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
)
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from time_machine import TimeMachineFixture

from alignment.people.actions.addresses import send_confirmations
from alignment.people.actions.passwords import answer_resets
from alignment.people.adapters import MfaAdapter
from alignment.people.models import Role, Theme
from tests import cast as play
from tests.cast import PASSWORD, Cast

LOGIN = "/sign-in/login/"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def sign_in(browser: Client, email: str, password: str = PASSWORD) -> int:
    return browser.post(LOGIN, {"login": email, "password": password}).status_code


@pytest.mark.django_db
def test_password_and_argon2() -> None:
    person = play.user("Paula@Example.com", password=PASSWORD)
    assert person.password.startswith("argon2")
    assert sign_in(Client(), "PAULA@example.com") == 302
    assert sign_in(Client(), "paula@example.com", "wrong") == 200


@pytest.mark.django_db
def test_guessing_is_throttled() -> None:
    play.user("paula@example.com", password=PASSWORD)
    browser = Client()
    for _ in range(5):
        sign_in(browser, "paula@example.com", "wrong")
    sign_in(browser, "paula@example.com")
    assert "_auth_user_id" not in browser.session


@pytest.mark.django_db
def test_another_host_is_no_new_count_of_guesses() -> None:
    """Whoever guesses also chooses the host and port of the request."""
    play.user("paula@example.com", password=PASSWORD)
    guess = {"login": "paula@example.com", "password": "wrong"}
    for port in range(8000, 8005):
        Client().post(LOGIN, guess, HTTP_HOST=f"localhost:{port}")
    browser = Client()
    sign_in(browser, "Paula@example.com")
    assert "_auth_user_id" not in browser.session


@pytest.mark.django_db
def test_no_open_sign_up() -> None:
    page = Client().get("/sign-in/signup/")
    assert "invit" in page.text
    assert "<input" not in page.text.partition("plain__card")[2].partition("</main>")[0]


@pytest.mark.django_db
def test_second_step() -> None:
    person = play.user("paula@example.com", password=PASSWORD)
    TOTP.activate(person, SECRET)
    browser = Client()
    answer = browser.post(LOGIN, {"login": person.email, "password": PASSWORD})
    assert answer["Location"].startswith("/sign-in/2fa/authenticate/")
    assert "_auth_user_id" not in browser.session
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    answer = browser.post("/sign-in/2fa/authenticate/", {"code": code})
    assert answer.status_code == 302, answer.text
    assert browser.session["_auth_user_id"] == str(person.pk)
    assert Authenticator.objects.filter(user=person).count() == 1


@pytest.mark.django_db
def test_a_code_works_once_for_as_long_as_it_is_good(time_machine: TimeMachineFixture) -> None:
    person = play.user("paula@example.com", password=PASSWORD)
    TOTP.activate(person, SECRET)
    now = datetime.now(UTC)
    time_machine.move_to(now, tick=False)
    code = format_hotp_value(hotp_value(SECRET, int(now.timestamp()) // 30 + 1))

    def second_step() -> int:
        browser = Client()
        browser.post(LOGIN, {"login": person.email, "password": PASSWORD})
        return browser.post("/sign-in/2fa/authenticate/", {"code": code}).status_code

    assert second_step() == 302
    for seconds in (0, 25, 50):
        time_machine.move_to(now + timedelta(seconds=seconds), tick=False)
        assert second_step() == 200, seconds


@pytest.mark.django_db
def test_a_first_password_needs_the_second_factor_that_there_is() -> None:
    """Whoever finds an open browser could otherwise remove the factor with a password of theirs."""
    person = play.user("paula@example.com")
    person.set_unusable_password()
    person.save()
    TOTP.activate(person, SECRET)
    browser = play.sign_in(person)
    first = {"password1": PASSWORD, "password2": PASSWORD}
    asked = browser.post("/sign-in/password/set/", first)
    assert asked["Location"].startswith("/sign-in/2fa/reauthenticate/")
    person.refresh_from_db()
    assert not person.has_usable_password()
    code = format_hotp_value(hotp_value(SECRET, int(time.time()) // 30))
    browser.post("/sign-in/2fa/reauthenticate/", {"code": code})
    browser.post("/sign-in/password/set/", first)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


@pytest.mark.django_db
def test_password_reset() -> None:
    person = play.user("paula@example.com", password=PASSWORD)
    browser = Client()
    for email in ("paula@example.com", "nobody@example.com"):
        answer = browser.post("/sign-in/password/reset/", {"email": email})
        assert answer["Location"] == "/sign-in/password/reset/done/"
    answer_resets()
    (message,) = mail.outbox
    link = next(word for word in message.body.split() if word.startswith("http"))
    path = link.partition(settings.SITE_ADDRESS)[2]
    form = browser.get(path, follow=True)
    action = form.request["PATH_INFO"]
    new = "another long password"
    browser.post(action, {"password1": new, "password2": new})
    person.refresh_from_db()
    assert person.check_password(new)


def test_mails_name_the_site_and_not_the_host_of_the_request(cast: Cast) -> None:
    """Whoever asks for a new password in somebody's name chooses the request's host."""
    elsewhere = {"HTTP_HOST": "localhost:4444"}
    cast.rep.set_password(PASSWORD)
    cast.rep.save()
    Client().post("/sign-in/password/reset/", {"email": cast.rep.email}, **elsewhere)  # type: ignore[arg-type]
    answer_resets()
    browser = play.sign_in(cast.rep)
    browser.post("/sign-in/reauthenticate/", {"password": PASSWORD})
    form = {"email": "ravi@new.example", "action_add": ""}
    browser.post("/sign-in/email/", form, **elsewhere)  # type: ignore[arg-type]
    send_confirmations()
    assert len(mail.outbox) > 1
    for message in mail.outbox:
        text = f"{message.subject} {message.body}"
        assert settings.SITE_ADDRESS in message.body
        assert "localhost" not in text


def test_sessions_are_listed_and_ended(cast: Cast) -> None:
    cast.rep.set_password(PASSWORD)
    cast.rep.save()
    here, there = Client(headers={"user-agent": "Here"}), Client(headers={"user-agent": "There"})
    sign_in(here, cast.rep.email)
    sign_in(there, cast.rep.email)
    page = here.get("/sign-in/sessions/")
    assert "Here" in page.text
    assert "There" in page.text
    other = UserSession.objects.get(user=cast.rep, user_agent="There")
    assert cast.client("stranger").post(f"/you/sessions/{other.pk}/end/").status_code == 404
    here.post(f"/you/sessions/{other.pk}/end/")
    assert there.get("/you/").status_code == 302
    assert here.get("/you/").status_code == 200


def test_first_page(cast: Cast) -> None:
    assert Client().get("/")["Location"] == f"{LOGIN}?next=/"
    assert cast.client("rep").get("/")["Location"] == f"/p/{cast.program.slug}/"
    nobody = play.sign_in(play.user())
    assert "No program yet" in nobody.get("/").text
    play.member(cast.other_program, cast.rep, Role.OBSERVER)
    browser = play.sign_in(cast.rep)
    assert "Zanzibar Spices" in browser.get("/").text
    browser.get(f"/p/{cast.other_program.slug}/settings/")
    assert browser.get("/")["Location"] == f"/p/{cast.other_program.slug}/"


def test_preferences(cast: Cast) -> None:
    browser = cast.client("rep")
    answer = browser.post("/preferences/", {"theme": "dark", "next": "/you/"})
    assert answer["Location"] == "/you/"
    cast.rep.refresh_from_db()
    assert cast.rep.theme == Theme.DARK
    assert browser.post("/preferences/", {"theme": "pink"}).status_code == 400
    answer = browser.post("/preferences/", {"language": "fr", "next": "//evil.example/"})
    assert answer["Location"] == "/"
    assert 'lang="fr"' in browser.get("/you/").text


@pytest.mark.django_db
def test_the_sign_in_page_remembers() -> None:
    browser = Client()
    browser.post("/preferences/", {"language": "fr"})
    browser.post("/preferences/", {"theme": "dark"})
    page = browser.get(LOGIN).text
    assert '<html lang="fr" data-theme="dark"' in page


def test_profile(cast: Cast) -> None:
    browser = cast.client("rep")
    words = {"name": "Ravi R.", "language": "fr", "time_zone": "America/Denver", "theme": "light"}
    assert browser.post("/you/", words).status_code == 302
    cast.rep.refresh_from_db()
    assert (cast.rep.name, cast.rep.time_zone) == ("Ravi R.", "America/Denver")
    assert browser.post("/you/", words | {"time_zone": "Moon/Base"}).status_code == 422


def test_single_letters_can_be_turned_off(cast: Cast) -> None:
    browser = cast.client("rep")
    assert "data-letter-keys" not in browser.get("/you/").text
    words = {"name": "Ravi", "language": "en", "time_zone": "Europe/Paris", "theme": "light"}
    assert browser.post("/you/", words).status_code == 302
    page = browser.get("/you/").text
    assert '<body data-letter-keys="off">' in page
    assert "Single-letter shortcuts are off." in page
    browser.post("/you/", words | {"letter_keys": "on"})
    assert "data-letter-keys" not in browser.get("/you/").text


@pytest.mark.django_db
def test_the_qr_code_is_read_in_the_dark() -> None:
    """White behind the black, whatever the page's colour."""
    assert "<rect" in MfaAdapter().build_totp_svg("otpauth://totp/x?secret=A")


def test_a_new_address_counts_once_its_owner_opens_the_link(cast: Cast) -> None:
    browser = cast.client("rep")
    browser.post("/sign-in/email/", {"email": "ravi@new.example", "action_add": ""})
    send_confirmations()
    cast.rep.refresh_from_db()
    assert cast.rep.email == "ravi.rep@example.com"
    (message,) = [m for m in mail.outbox if m.to == ["ravi@new.example"]]
    link = next(word for word in message.body.split() if word.startswith("http"))
    path = link.partition(settings.SITE_ADDRESS)[2]
    assert browser.get(path).status_code == 200
    browser.post(path)
    cast.rep.refresh_from_db()
    assert cast.rep.email == "ravi@new.example"


@pytest.mark.parametrize(
    ("path", "labels"),
    [
        (
            "/sign-in/password/change/",
            ["Current password", "New password", "New password, once more"],
        ),
        ("/sign-in/2fa/webauthn/add/", ["Name", "Sign in with it alone, without a password"]),
        ("/sign-in/email/", ["New address"]),
    ],
)
def test_fields_of_the_sign_in_are_called_as_elsewhere(path: str, labels: list[str]) -> None:
    """In sentence case, above the field and not once more inside of it."""
    browser = Client()
    person = play.user("labels@example.com", password=PASSWORD)
    browser.post("/sign-in/login/", {"login": person.email, "password": PASSWORD})
    browser.post("/sign-in/reauthenticate/", {"password": PASSWORD})
    page = browser.get(path).text
    assert [words.strip() for words in re.findall(r"<label[^>]*>([^<]+)", page)] == labels
    assert "placeholder=" not in page.partition("<main")[2].partition("</main>")[0]
