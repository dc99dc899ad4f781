"""On a machine without a mail server no page says that a link was sent."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import Cast

NEW = {"email": "ravi@new.example", "action_add": ""}
NO_MAIL = "No mail server is set up here"


@pytest.fixture(autouse=True)
def fresh_limits(db: None) -> None:
    cache.clear()


def test_a_new_address_is_not_said_to_have_mail(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = cast.client("rep").post("/sign-in/email/", NEW, follow=True).text
    assert NO_MAIL in page
    assert "is on its way" not in page
    assert "email sent" not in page


def test_with_a_mail_server_it_is(cast: Cast) -> None:
    page = cast.client("rep").post("/sign-in/email/", NEW, follow=True).text
    assert NO_MAIL not in page
    assert "A link is on its way to ravi@new.example." in page
    assert "We sent a link" not in page


def test_a_forgotten_password_neither(cast: Cast, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    asked = {"email": cast.rep.email}
    page = Client().post("/sign-in/password/reset/", asked, follow=True).text
    assert NO_MAIL in page
