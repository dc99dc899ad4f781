"""Sessions that have expired do not stay for ever."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from alignment.people.tasks import forget_sessions
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def session_of(cast: Cast, who: str, *, expires_in: timedelta, seen: timedelta) -> str:
    """A session, and what is known of its browser, last seen so long ago."""
    key = str(cast.client(who).session.session_key)
    Session.objects.filter(pk=key).update(expire_date=timezone.now() + expires_in)
    row = UserSession.objects.create(
        session_key=key, user=getattr(cast, who), ip="10.0.0.1", user_agent=""
    )
    UserSession.objects.filter(pk=row.pk).update(last_seen_at=timezone.now() - seen)
    return key


def test_what_has_expired_goes_and_what_serves_stays(cast: Cast) -> None:
    hour, week = timedelta(hours=1), timedelta(days=7)
    session_of(cast, "rep", expires_in=-hour, seen=week)
    serving = session_of(cast, "owner", expires_in=hour, seen=week)
    forget_sessions()
    assert list(Session.objects.values_list("pk", flat=True)) == [serving]
    assert [row.session_key for row in UserSession.objects.all()] == [serving]


def test_a_browser_that_just_signed_in_is_kept(cast: Cast) -> None:
    """Its session may not be committed yet."""
    key = session_of(cast, "rep", expires_in=-timedelta(hours=1), seen=timedelta(minutes=1))
    forget_sessions()
    assert [row.session_key for row in UserSession.objects.all()] == [key]
