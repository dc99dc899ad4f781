"""Identifies the caller of what is answered before Django, by session cookie or API key."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import close_old_connections
from django.http import parse_cookie
from django.utils.crypto import constant_time_compare

from alignment.core.live.sse import Listener

from .key_lookup import key_of
from .models import User
from .permissions import Permission, Seat, allows
from .queries import membership_in

T = TypeVar("T")
# Django's session keys have 32 characters; a much longer one is no valid cache key.
LONGEST_SESSION_KEY = 64


async def may_listen(scope: dict[str, Any], slug: str) -> Listener | None:
    """Who listens to which program, if the session in the request's cookie is of somebody who may
    read there, else None.
    """
    session_key = _session_key(scope)
    return await _asked(lambda: listener_of(session_key, slug)) if session_key else None


async def is_known(scope: dict[str, Any]) -> bool:
    """Whether the request comes from a signed-in user or carries a key that works."""
    session_key = _session_key(scope)
    scheme, _space, secret = _header(scope, b"authorization").partition(" ")
    secret = secret.strip() if scheme.lower() == "bearer" else ""
    by_session = bool(session_key) and await _asked(lambda: _user_of(session_key)) is not None
    return by_session or (bool(secret) and await _asked(lambda: key_of(secret)) is not None)


def _session_key(scope: dict[str, Any]) -> str:
    key = parse_cookie(_header(scope, b"cookie")).get(settings.SESSION_COOKIE_NAME, "")
    return key if len(key) <= LONGEST_SESSION_KEY else ""


def _header(scope: dict[str, Any], name: bytes) -> str:
    value: bytes = dict(scope["headers"]).get(name, b"")
    return value.decode("latin-1")


async def _asked(question: Callable[[], T]) -> T:
    def ask() -> T:
        try:
            return question()
        finally:
            close_old_connections()

    return await sync_to_async(ask)()


def listener_of(session_key: str, slug: str) -> Listener | None:
    """The listener if the session belongs to somebody who may read in the program, else None."""
    user = _user_of(session_key)
    membership = membership_in(user=user, slug=slug) if user else None
    if membership is None or not allows(Seat.of(membership), Permission.READ):
        return None
    return Listener(membership.program_id, membership.user_id)


def _user_of(session_key: str) -> User | None:
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key).load()
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = User.objects.filter(pk=session.get(SESSION_KEY), is_active=True).first()
    if user is None:
        return None
    stored = session.get(HASH_SESSION_KEY, "")
    # By a former SECRET_KEY too: the next page renews it.
    known = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return user if any(constant_time_compare(stored, each) for each in known) else None
