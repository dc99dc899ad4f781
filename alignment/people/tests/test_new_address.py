"""A new address: the request sends nothing, a worker sends the link to confirm it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db.models import F
from django.test import Client

from alignment.people.actions.addresses import PATIENCE, send_confirmations
from alignment.people.actions.passwords import answer_resets
from alignment.people.actions.waiting_mail import RETRY
from alignment.people.adapters import SocialAccountAdapter
from alignment.people.models import AddressConfirmation, User
from tests import cast as play
from tests.cast import PASSWORD

NEW = "paula@new.example"


@pytest.fixture
def paula(db: None) -> User:
    cache.clear()
    return play.user("paula@example.com", password=PASSWORD, language="fr")


@pytest.fixture
def browser(paula: User) -> Client:
    """Signed in, and the password was asked for a moment ago."""
    made = Client()
    made.post("/sign-in/login/", {"login": paula.email, "password": PASSWORD})
    made.post("/sign-in/reauthenticate/", {"password": PASSWORD})
    return made


def ask(browser: Client) -> str:
    sent = {"email": NEW, "action_add": ""}
    return str(browser.post("/sign-in/email/", sent, follow=True).text)


def test_a_mail_server_that_is_down_neither_fails_the_request_nor_loses_the_mail(
    paula: User, browser: Client, settings: Any
) -> None:
    working, settings.EMAIL_BACKEND = (
        settings.EMAIL_BACKEND,
        "alignment.people.tests.test_forgotten_password.Down",
    )
    assert NEW in ask(browser)
    assert send_confirmations() == 0
    settings.EMAIL_BACKEND = working
    assert send_confirmations() == 0
    AddressConfirmation.objects.update(next_try_at=F("next_try_at") - RETRY)
    assert send_confirmations() == 1
    assert send_confirmations() == 0
    (message,) = mail.outbox
    assert message.to == [NEW]
    assert "nouvelle adresse" in message.subject
    link = next(word for word in message.body.split() if word.startswith("http"))
    browser.post(urlsplit(link).path)
    paula.refresh_from_db()
    assert paula.email == NEW


@pytest.mark.parametrize("way", ["action_remove", "gone"])
def test_no_link_leaves_once_the_old_address_is_kept(browser: Client, way: str) -> None:
    ask(browser)
    if way == "action_remove":
        browser.post("/sign-in/email/", {"email": NEW, way: ""})
    else:
        AddressConfirmation.objects.update(asked_at=F("asked_at") - PATIENCE)
    send_confirmations()
    assert [message for message in mail.outbox if message.to == [NEW]] == []
    assert not AddressConfirmation.objects.exists()


def test_asked_twice_it_is_sent_once(paula: User, browser: Client) -> None:
    ask(browser)
    cache.clear()
    browser.post("/sign-in/email/", {"email": NEW, "action_send": ""})
    assert send_confirmations() == 1
    assert [message.to for message in mail.outbox] == [[NEW]]


def test_until_it_is_confirmed_it_gives_no_new_password(paula: User, browser: Client) -> None:
    """Whoever has an address that was mistyped long ago would have the account."""
    ask(browser)
    for asked in (NEW, paula.email):
        Client().post("/sign-in/password/reset/", {"email": asked})
    answer_resets()
    assert [message.to for message in mail.outbox] == [[paula.email]]


@pytest.mark.parametrize("is_proven", [False, True])
def test_until_it_is_confirmed_no_account_elsewhere_opens_this_one(
    paula: User, browser: Client, is_proven: bool
) -> None:
    ask(browser)
    EmailAddress.objects.filter(email=NEW).update(verified=is_proven)
    known = SimpleNamespace(app=None, get_settings=dict)
    theirs = EmailAddress(email=NEW, verified=True)
    elsewhere: Any = SimpleNamespace(provider=known, email_addresses=[theirs])
    found = SocialAccountAdapter().authenticate_by_email(elsewhere)
    assert found == ((paula, NEW) if is_proven else None)
