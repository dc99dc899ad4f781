"""Calendar feeds, and the touches that each of them shows."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from alignment.people.models import Membership, Program, User
from alignment.people.permissions import Permission, may
from alignment.people.queries import has_belonged_since, seat_of
from alignment.people.tokens import hash_secret

from ..models import Touch, TouchFeed
from .pages import DONE_ELSEWHERE, lasting_at, named, shown, touches_in

MOST_FEEDS = 200
MOST_TOUCHES = 1_000
BACK, AHEAD = timedelta(days=30), timedelta(days=366)


def feed_scopes(*, program: Program, by: User) -> tuple[str, ...]:
    """The scopes a person may choose for a feed; observers only get their own touches."""
    seat = seat_of(user=by, program=program)
    if seat is None:
        return ()
    mine = (TouchFeed.Scope.PERSON.value,)
    return tuple(TouchFeed.Scope.values) if may(seat.role, Permission.PLAN_TOUCHES) else mine


def feeds_of(program: Program, user: User, *, everybodys: bool) -> list[TouchFeed]:
    """Feeds that work, newest first: one's own, or everybody's."""
    rows = open_feeds(program, user, everybodys=everybodys)
    return list(rows.order_by("-created_at", "-id")[:MOST_FEEDS])


def open_feeds(program: Program, user: User, *, everybodys: bool) -> QuerySet[TouchFeed]:
    """The same, unordered."""
    rows = TouchFeed.objects.in_program(program).filter(revoked_at__isnull=True)
    if not everybodys:
        rows = rows.filter(owner=user)
    return rows.select_related("program", "team", "owner")


def feed_in(*, program: Program, feed_id: int) -> TouchFeed | None:
    rows = TouchFeed.objects.in_program(program).select_related("program")
    return rows.filter(pk=feed_id).first()


def feed_of(secret: str) -> TouchFeed | None:
    """The feed with this secret, while its owner is in the program and may see what it shows. An
    owner who left and came back needs a new one."""
    rows = TouchFeed.objects.across_programs().select_related("program", "owner", "team")
    feed = rows.filter(
        secret_hash=hash_secret(secret), revoked_at__isnull=True, owner__is_active=True
    ).first()
    if feed is None or not has_belonged_since(feed.program_id, feed.owner_id, feed.created_at):
        return None
    return feed if feed.scope in feed_scopes(program=feed.program, by=feed.owner) else None


def touches_of(feed: TouchFeed, now: datetime) -> list[Touch]:
    """Planned or done touches from a month ago to a year ahead, those that still lasted a month ago
    included, without skipped ones: three statements at most."""
    rows = touches_in(feed.program_id).exclude(state=Touch.State.SKIPPED)
    since = now - BACK
    planned = Q(starts_at__gte=since, starts_at__lt=now + AHEAD) | lasting_at(since)
    rows = rows.filter(planned | DONE_ELSEWHERE & Q(done_at__gte=since))
    rows = rows.filter(_shown_by(feed))
    # If there are too many, the latest ones are kept.
    found = shown(rows, feed.program_id).order_by("-starts_at", "-id")[:MOST_TOUCHES]
    return named(feed.program_id, found)[::-1]


def _shown_by(feed: TouchFeed) -> Q:
    if feed.scope == TouchFeed.Scope.PERSON:
        return Q(who=feed.owner_id)
    if feed.scope == TouchFeed.Scope.TEAM:
        team = Membership.objects.in_program(feed.program_id).filter(team=feed.team_id)
        return Q(who__in=team.values("user"))
    return Q()
