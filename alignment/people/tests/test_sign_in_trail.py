"""What people change of their own sign-in is in the audit trail, without secrets."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
)
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import reverse

from alignment.core.models import AuditEntry
from alignment.people.actions.addresses import send_confirmations
from alignment.people.actions.passwords import answer_resets
from alignment.people.models import User
from tests import cast as play
from tests.cast import PASSWORD

NEW = "another long password"
TWICE = {"password1": NEW, "password2": NEW}
CODES = "/sign-in/2fa/recovery-codes/generate/"


@pytest.fixture
def paula(db: None) -> User:
    cache.clear()
    return play.user("paula@example.com", password=PASSWORD)


@pytest.fixture
def browser(paula: User) -> Client:
    """Signed in, and the password was asked for again a moment ago."""
    made = signed_in(paula)
    made.post("/sign-in/reauthenticate/", {"password": PASSWORD})
    return made


def signed_in(person: User) -> Client:
    made = Client(headers={"user-agent": "Firefox on Linux"})
    made.post("/sign-in/login/", {"login": person.email, "password": PASSWORD})
    return made


def trail(person: User) -> list[tuple[str, dict[str, Any]]]:
    entries = AuditEntry.objects.filter(target="people.user", target_id=person.pk).order_by("id")
    assert {(entry.actor_id, entry.program_id) for entry in entries} <= {(person.pk, None)}
    return [(entry.action, entry.detail) for entry in entries]


def activate_codes(browser: Client) -> str:
    """The secret of the new one-time codes."""
    browser.get("/sign-in/2fa/totp/activate/")
    secret: str = browser.session["mfa.totp.secret"]
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    assert browser.post("/sign-in/2fa/totp/activate/", {"code": code}).status_code == 302
    return secret


def test_a_password_of_ones_own(paula: User, browser: Client) -> None:
    wrong = {"oldpassword": "wrong", **TWICE}
    assert browser.post("/sign-in/password/change/", wrong).status_code == 200
    assert trail(paula) == []
    assert browser.post("/sign-in/password/change/", {**wrong, "oldpassword": PASSWORD})
    assert trail(paula) == [("user.password", {"signed_in": True})]
    paula.refresh_from_db()
    assert paula.check_password(NEW)


def test_a_password_by_a_link(paula: User) -> None:
    browser = Client()
    browser.post("/sign-in/password/reset/", {"email": paula.email})
    answer_resets()
    link = next(word for word in mail.outbox[0].body.split() if word.startswith("http"))
    form = browser.get(link, follow=True)
    browser.post(form.request["PATH_INFO"], TWICE)
    assert trail(paula) == [("user.password", {"signed_in": False})]


def test_one_time_codes(paula: User, browser: Client) -> None:
    assert browser.post("/sign-in/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    assert trail(paula) == []
    secret = activate_codes(browser)
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    added = [("second_factor.add", {"factor": kind}) for kind in ("totp", "recovery_codes")]
    assert trail(paula) == added
    browser.post("/sign-in/2fa/totp/deactivate/")
    removed = [("second_factor.remove", {"factor": each["factor"]}) for _, each in added]
    assert trail(paula) == added + removed
    said = json.dumps(trail(paula))
    assert not [each for each in (secret, *codes) if each in said]


def test_recovery_codes(paula: User, browser: Client) -> None:
    activate_codes(browser)
    before = len(trail(paula))
    assert browser.post(CODES).status_code == 302
    codes = {"factor": "recovery_codes"}
    made = [("second_factor.remove", codes), ("second_factor.add", codes)]
    assert trail(paula)[before:] == made


def test_passkeys(paula: User, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "allauth.mfa.webauthn.forms.AddWebAuthnForm.clean",
        lambda form: {**form.cleaned_data, "passwordless": False},
    )
    browser.get("/sign-in/2fa/webauthn/add/")
    said = {"name": "Laptop", "credential": json.dumps({"id": "x", "rawId": "x"})}
    assert browser.post("/sign-in/2fa/webauthn/add/", said).status_code == 302
    passkey = ("second_factor.add", {"factor": "webauthn", "name": "Laptop"})
    codes = ("second_factor.add", {"factor": "recovery_codes"})
    assert trail(paula) == [passkey, codes]
    pk = Authenticator.objects.get(type="webauthn").pk
    assert browser.post(f"/sign-in/2fa/webauthn/keys/{pk}/remove/").status_code == 302
    assert trail(paula)[2] == ("second_factor.remove", passkey[1])


def test_a_factor_of_somebody_else_stays(paula: User, browser: Client) -> None:
    theirs = WebAuthn.add(play.user(), "Theirs", {"id": "x", "rawId": "x"}).instance
    assert browser.post(f"/sign-in/2fa/webauthn/keys/{theirs.pk}/remove/").status_code == 404
    assert trail(paula) == []


def test_sessions(paula: User, browser: Client) -> None:
    signed_in(paula)
    signed_in(paula)
    ended = ("session.revoke", {"browser": "Firefox · Linux"})
    other = UserSession.objects.filter(user=paula).order_by("-id").first()
    assert other
    browser.post(f"/you/sessions/{other.pk}/end/")
    assert trail(paula) == [ended]
    browser.post("/sign-in/sessions/")
    assert trail(paula) == [ended, ended]
    browser.post("/sign-in/sessions/")
    assert trail(paula) == [ended, ended]
    assert browser.get("/you/").status_code == 200


def test_the_operator_reads_it_in_words(paula: User, browser: Client) -> None:
    signed_in(paula)
    activate_codes(browser)
    browser.post("/sign-in/sessions/")
    operator = play.sign_in(play.user(is_staff=True, is_superuser=True))
    page = operator.get("/admin/core/auditentry/", {"target": "people.user"}).text
    assert "second_factor.add" in page
    assert "session.revoke" in page
    assert "Revoked" in page


def test_a_mail_server_that_is_down_undoes_no_change(
    paula: User, browser: Client, settings: Any
) -> None:
    settings.EMAIL_BACKEND = "alignment.people.tests.test_forgotten_password.Down"
    activate_codes(browser)
    assert browser.post("/sign-in/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.filter(user=paula).exists()


def test_a_new_address_needs_the_password_and_is_in_the_trail(paula: User) -> None:
    """Whoever finds an open browser could otherwise have the next password sent to themselves."""
    browser, new = signed_in(paula), "paula@new.example"
    asked = browser.post("/sign-in/email/", {"email": new, "action_add": ""})
    assert asked["Location"].startswith("/sign-in/reauthenticate/")
    assert mail.outbox == []
    browser.post(asked["Location"], {"password": PASSWORD, "next": "/sign-in/email/"})
    send_confirmations()
    (message,) = [each for each in mail.outbox if each.to == [new]]
    assert trail(paula) == []
    link = next(word for word in message.body.split() if word.startswith("http"))
    browser.post(urlsplit(link).path)
    paula.refresh_from_db()
    assert paula.email == new
    said = {"before": {"email": "paula@example.com"}, "after": {"email": new}}
    assert trail(paula) == [("user.change", said)]


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> None:
    """Providers are configured when the settings are read; here the name is enough."""
    monkeypatch.setattr(SocialAccount, "get_provider", lambda *_: SimpleNamespace(name="Google"))
    monkeypatch.setattr(SocialAccount, "__str__", lambda account: account.uid)


def login_with(person: User | None = None) -> SocialLogin:
    account = SocialAccount(provider="google", uid="117", extra_data={"email": "paula@gmail.com"})
    return SocialLogin(user=person, account=account, provider=SimpleNamespace(name="Google"))


GOOGLE = {"provider": "google", "account": "117", "email": "paula@gmail.com"}


@pytest.mark.usefixtures("google")
def test_an_account_elsewhere_that_is_connected_and_disconnected(
    paula: User, browser: Client, settings: Any
) -> None:
    request = RequestFactory().get("/")
    request.user, request.session = paula, browser.session
    with request_context(request):
        login_with().connect(request, paula)
    added = ("connected_account.add", GOOGLE)
    assert trail(paula) == [added]
    account = SocialAccount.objects.get(user=paula)
    settings.EMAIL_BACKEND = "alignment.people.tests.test_forgotten_password.Down"
    assert browser.post(reverse("socialaccount_connections"), {"account": account.pk + 1})
    assert trail(paula) == [added]
    assert browser.post(reverse("socialaccount_connections"), {"account": account.pk})
    assert not SocialAccount.objects.exists()
    assert trail(paula) == [added, ("connected_account.remove", GOOGLE)]


@pytest.mark.usefixtures("google")
def test_a_disconnection_that_cannot_be_recorded_is_none(
    paula: User, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = SocialAccount.objects.create(user=paula, provider="google", uid="117")

    def full(**_: Any) -> None:
        raise OSError

    monkeypatch.setattr("alignment.core.audit.record", full)
    with pytest.raises(OSError):  # noqa: PT011
        browser.post(reverse("socialaccount_connections"), {"account": account.pk})
    assert SocialAccount.objects.filter(pk=account.pk).exists()


@pytest.mark.usefixtures("google")
def test_who_joins_with_an_account_elsewhere_is_connected_with_it(db: None) -> None:
    request = RequestFactory().get("/")
    request.user, request.session = AnonymousUser(), Client().session
    with request_context(request):
        login = login_with(User(email="new@example.com", name="New"))
        joined = get_adapter().save_user(request, login)
    assert trail(joined) == [("connected_account.add", GOOGLE)]


def test_an_operator_removes_a_factor_and_reads_no_secret(paula: User) -> None:
    factor = WebAuthn.add(paula, "Lost key", {"id": "hidden", "rawId": "hidden"}).instance
    operator = play.user(is_staff=True, is_superuser=True)
    browser, address = play.sign_in(operator), f"/admin/mfa/authenticator/{factor.pk}/"
    page = browser.get(f"{address}change/").text
    assert "hidden&quot;" not in page
    assert 'name="data"' not in page
    assert browser.post(f"{address}change/", {"data": "{}"}).status_code == 403
    assert browser.post(f"{address}delete/", {"post": "yes"}).status_code == 302
    (entry,) = AuditEntry.objects.filter(target="people.user", target_id=paula.pk)
    assert (entry.action, entry.actor_id) == ("second_factor.remove", operator.pk)
    assert not Authenticator.objects.filter(user=paula).exists()


@pytest.mark.usefixtures("google")
def test_an_operator_disconnects_an_account_and_connects_none(paula: User) -> None:
    """An account of their own, connected here, would open everybody's."""
    account = SocialAccount.objects.create(
        user=paula, provider="google", uid="117", extra_data={"email": "paula@gmail.com"}
    )
    operator = play.user(is_staff=True, is_superuser=True)
    browser, address = play.sign_in(operator), "/admin/socialaccount/socialaccount/"
    mine = {"user": paula.pk, "provider": "google", "uid": "666", "extra_data": "{}"}
    assert browser.post(f"{address}add/", mine).status_code == 403
    assert browser.post(f"{address}{account.pk}/change/", mine).status_code == 403
    assert browser.get(address, {"q": "paula"}).status_code == 200
    assert browser.post(f"{address}{account.pk}/delete/", {"post": "yes"}).status_code == 302
    (entry,) = AuditEntry.objects.filter(target="people.user", target_id=paula.pk)
    assert (entry.action, entry.actor_id) == ("connected_account.remove", operator.pk)
    assert entry.detail == GOOGLE
    assert not SocialAccount.objects.exists()
