"""A forgotten password: the request tells nothing and sends nothing, a worker answers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alignment.people.actions import passwords
from alignment.people.actions.passwords import answer_resets
from alignment.people.actions.waiting_mail import LEASE, RETRY
from alignment.people.models import PasswordReset, User
from tests import cast as play
from tests.cast import PASSWORD

KNOWN, UNKNOWN = "paula@example.com", "nobody@example.com"


class Down(EmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, messages: Any) -> int:
        raise ConnectionRefusedError


@pytest.fixture(autouse=True)
def paula(db: None) -> User:
    cache.clear()
    return play.user(KNOWN, password=PASSWORD, language="fr")


@pytest.fixture
def server_down(settings: Any) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Down"


def ask(email: str) -> tuple[int, str, list[str]]:
    """Status, place and the statements of the answer, without their values."""
    with CaptureQueriesContext(connection) as ran:
        answer = Client().post("/sign-in/password/reset/", {"email": email})
    statements = [re.sub(r"'[^']*'|\d+", "?", each["sql"]) for each in ran.captured_queries]
    return answer.status_code, answer["Location"], statements


def test_the_answer_is_the_same_for_every_address(server_down: None) -> None:
    ask("warm@example.com")
    assert ask(KNOWN) == ask(UNKNOWN)


@pytest.mark.usefixtures("server_down")
def test_the_request_speaks_to_no_mail_server() -> None:
    assert ask(KNOWN)[0] == 302
    assert PasswordReset.objects.filter(email=KNOWN).count() == 1


def test_a_worker_answers_those_who_are_known() -> None:
    ask(KNOWN.upper())
    ask(UNKNOWN)
    assert mail.outbox == []
    assert answer_resets() == 2
    (message,) = mail.outbox
    assert message.to == [KNOWN]
    assert "mot de passe" in message.subject
    assert not PasswordReset.objects.exists()


def test_a_closed_account_gets_no_link(paula: User) -> None:
    paula.is_active = False
    paula.save()
    ask(KNOWN)
    answer_resets()
    assert mail.outbox == []


def test_a_mail_that_the_server_refuses_is_sent_later(settings: Any) -> None:
    ask(KNOWN)
    working, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.Down"
    assert answer_resets() == 0
    settings.EMAIL_BACKEND = working
    assert answer_resets() == 0
    wait(RETRY)
    assert answer_resets() == 1
    assert len(mail.outbox) == 1


def test_a_worker_that_is_killed_loses_no_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    ask(KNOWN)

    def killed(*_: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(passwords, "send_reset", killed)
        with pytest.raises(SystemExit):
            answer_resets()
    assert answer_resets() == 0
    wait(LEASE)
    assert answer_resets() == 1
    assert len(mail.outbox) == 1


def test_what_was_asked_long_ago_is_forgotten() -> None:
    ask(KNOWN)
    wait(passwords.PATIENCE + timedelta(seconds=1))
    assert answer_resets() == 0
    assert mail.outbox == []
    assert not PasswordReset.objects.exists()


def wait(time: timedelta) -> None:
    """The database keeps the time."""
    PasswordReset.objects.update(asked_at=Now() - time, next_try_at=Now())


def test_its_field_is_called_as_on_the_sign_in() -> None:
    page = Client(headers={"Accept-Language": "fr"}).get("/sign-in/password/reset/").text
    assert "E-mail" in page
    assert "Courriel" not in page
