"""Ending sessions, and the live streams of whoever loses access."""

from collections.abc import Iterable
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from alignment.core import audit
from alignment.core.live import bus
from alignment.people.models import Membership, User
from alignment.people.rules import browser_of

# A browser that signs in is known a moment before its session is stored.
STORED_WITHIN = timedelta(days=1)


@transaction.atomic
def end_sessions(*, sessions: Iterable[UserSession], by: User) -> None:
    """Sign these browsers out at once."""
    people: dict[int, User] = {}
    for session in sessions:
        people[session.user_id] = session.user
        audit.record(
            by=by,
            action="session.revoke",
            target=session.user,
            program_id=None,
            browser=browser_of(session.user_agent),
        )
        session.end()
        # Until the commit, a request of that browser may have put it back into the cache.
        transaction.on_commit(partial(_store().delete, session.session_key))
    for person in people.values():
        check_streams(person.pk)


def forget_expired() -> None:
    """Delete the sessions that have expired, and the browsers whose session is gone."""
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    stored = Session.objects.filter(pk=OuterRef("session_key"))
    UserSession.objects.filter(~Exists(stored), last_seen_at__lt=now - STORED_WITHIN).delete()


def _store() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore()


def check_streams(person_id: int) -> None:
    """Let the person's open streams ask again, once this transaction commits, whether they may
    listen.
    """
    seats = Membership.objects.across_programs().filter(user=person_id)
    for program_id in seats.values_list("program_id", flat=True):
        bus.publish_access(program_id, person_id)
