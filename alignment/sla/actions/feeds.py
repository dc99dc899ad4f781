"""A person's calendar feed: opened, read by calendar apps, closed."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from alignment.core import audit
from alignment.people.models import Program, User
from alignment.people.tokens import hash_secret, new_secret

from ..models import CalendarFeed


@transaction.atomic
def open_feed(*, program: Program, by: User) -> str:
    """Return a new secret address for the person's own promises; an earlier one stops working."""
    secret = new_secret()
    feed, _made = CalendarFeed.objects.in_program(program).update_or_create(
        user=by,
        defaults={
            "program": program,
            "secret_hash": hash_secret(secret),
            "created_at": timezone.now(),
            "read_at": None,
        },
    )
    audit.record(by=by, action="feed.opened", target=feed, program_id=program.pk)
    return secret


def record_access(*, feed: CalendarFeed) -> None:
    rows = CalendarFeed.objects.in_program(feed.program_id).filter(pk=feed.pk)
    rows.update(read_at=timezone.now())


@transaction.atomic
def close_feed(*, program: Program, by: User) -> bool:
    """Return False when there was no feed."""
    feed = CalendarFeed.objects.in_program(program).filter(user=by).first()
    if feed is None:
        return False
    audit.record(by=by, action="feed.closed", target=feed, program_id=program.pk)
    feed.delete()
    return True
