"""Who counts as known before Django handles the request."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.utils import timezone

from alignment.people.asgi_access import is_known, may_listen
from alignment.people.models import ApiKey
from tests import cast as play
from tests.cast import Cast


@pytest.fixture(autouse=True)
def one_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests close old connections; here that would close the test's own."""
    monkeypatch.setattr("alignment.people.asgi_access.close_old_connections", lambda: None)


def asking(**headers: str) -> dict[str, Any]:
    return {"headers": [(name.encode(), value.encode()) for name, value in headers.items()]}


def with_session(key: str) -> dict[str, Any]:
    return asking(cookie=f"theme=dark; sessionid={key}")


def known(scope: dict[str, Any]) -> bool:
    return bool(async_to_sync(is_known)(scope))


def test_a_session_or_a_key(cast: Cast) -> None:
    session = cast.client("observer").session.session_key
    assert session
    secret = play.api_key(cast.program, cast.owner)
    assert known(with_session(session))
    assert known(asking(authorization=f"Bearer {secret}"))
    for nobody in ("", "x" * 32, "x" * 5_000):
        assert not known(with_session(nobody))
        assert not known(asking(authorization=f"Bearer {nobody}"))
        assert async_to_sync(may_listen)(with_session(nobody), cast.program.slug) is None
    assert not known(asking())
    cast.observer.is_active = False
    cast.observer.save()
    assert not known(with_session(session))


def test_a_session_outlives_the_secret_key_by_which_it_began(cast: Cast, settings: Any) -> None:
    session = cast.client("observer").session.session_key
    assert session
    settings.SECRET_KEY, former = "another", settings.SECRET_KEY
    assert not known(with_session(session))
    settings.SECRET_KEY_FALLBACKS = [former]
    assert known(with_session(session))


def test_cookies_and_keys_are_read_as_django_reads_them(cast: Cast) -> None:
    """Others on the domain set cookies too, whose names may be none by the letter of the RFC."""
    session = cast.client("observer").session.session_key
    odd = asking(cookie=f"a(b=1; sessionid={session}")
    assert known(odd)
    assert async_to_sync(may_listen)(odd, cast.program.slug) is not None
    secret = play.api_key(cast.program, cast.owner)
    assert known(asking(authorization=f"bearer {secret}"))


def test_a_key_that_works_no_more_is_nobodys(cast: Cast) -> None:
    secret = play.api_key(cast.program, cast.owner)
    keys = ApiKey.objects.in_program(cast.program)
    keys.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert not known(asking(authorization=f"Bearer {secret}"))
    keys.update(expires_at=None)
    assert known(asking(authorization=f"Bearer {secret}"))
    cast.owner.is_active = False
    cast.owner.save()
    assert not known(asking(authorization=f"Bearer {secret}"))
