"""Calendar feeds of promises."""

from __future__ import annotations

from alignment.people.queries import has_belonged_since
from alignment.people.tokens import hash_secret

from ..models import CalendarFeed


def feed_of(secret: str) -> CalendarFeed | None:
    """The feed behind a secret address, if its person still belongs to the program. Somebody who
    left and came back needs a new address."""
    rows = CalendarFeed.objects.across_programs().select_related("program", "user")
    feed = rows.filter(secret_hash=hash_secret(secret), user__is_active=True).first()
    if feed is None or not has_belonged_since(feed.program_id, feed.user_id, feed.created_at):
        return None
    return feed
