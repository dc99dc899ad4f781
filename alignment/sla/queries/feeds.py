"""Calendar feeds of promises."""

from __future__ import annotations

from alignment.people.models import Membership
from alignment.people.tokens import hash_secret

from ..models import CalendarFeed


def feed_of(secret: str) -> CalendarFeed | None:
    """The feed behind a secret address, if its person still belongs to the program."""
    rows = CalendarFeed.objects.across_programs().select_related("program", "user")
    feed = rows.filter(secret_hash=hash_secret(secret), user__is_active=True).first()
    if feed is None:
        return None
    members = Membership.objects.in_program(feed.program_id)
    # Somebody who left and came back needs a new address.
    back = members.filter(user=feed.user_id, created_at__lte=feed.created_at)
    return feed if back.exists() else None
