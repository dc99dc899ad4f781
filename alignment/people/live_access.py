"""Who may follow a program's live stream: the signed-in members of the program."""

from http.cookies import SimpleCookie
from importlib import import_module
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import close_old_connections
from django.utils.crypto import constant_time_compare

from .models import User
from .queries import membership_in


async def may_listen(scope: dict[str, Any], slug: str) -> int | None:
    """The program id if the session in the request's cookie belongs to a member, else None."""
    header = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    cookie = SimpleCookie(header).get(settings.SESSION_COOKIE_NAME)
    if cookie is None:
        return None
    return await sync_to_async(_program_of)(cookie.value, slug)


def _program_of(session_key: str, slug: str) -> int | None:
    try:
        return program_of(session_key, slug)
    finally:
        close_old_connections()


def program_of(session_key: str, slug: str) -> int | None:
    """The program's id if the session is that of a member, else None."""
    user = _user_of(session_key)
    membership = membership_in(user=user, slug=slug) if user else None
    return membership.program_id if membership else None


def _user_of(session_key: str) -> User | None:
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key).load()
    if session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = User.objects.filter(pk=session.get(SESSION_KEY), is_active=True).first()
    if user is None:
        return None
    stored = session.get(HASH_SESSION_KEY, "")
    return user if constant_time_compare(stored, user.get_session_auth_hash()) else None
