"""Secret addresses of calendar feeds: made, read by calendar apps, revoked."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from alignment.core.audit import record
from alignment.people.models import Program, Team, User
from alignment.people.permissions import Permission, may
from alignment.people.queries import seat_of
from alignment.people.tokens import hash_secret, new_secret

from ..models import TouchFeed
from ..queries.feeds import feed_scopes

# Nobody needs more, and forgotten addresses are a risk.
MOST_OPEN = 10


@transaction.atomic
def open_touch_feed(*, program: Program, scope: str, team: Team | None, by: User) -> str:
    """Create a feed and return its secret, which is not stored. Raises `ValidationError` by
    field."""
    if scope not in TouchFeed.Scope.values:
        raise ValidationError({"scope": _("Choose what it shows.")})
    if scope not in feed_scopes(program=program, by=by):
        raise ValidationError({"scope": _("Observers make feeds of their own touches only.")})
    is_ours = team is not None and team.program_id == program.pk
    if (scope == TouchFeed.Scope.TEAM) != is_ours:
        raise ValidationError({"team": _("Choose a team of this program.")})
    # The lock serialises concurrent requests, so that the count is right.
    User.objects.select_for_update().get(pk=by.pk)
    mine = TouchFeed.objects.in_program(program).filter(owner=by, revoked_at__isnull=True)
    if mine.count() >= MOST_OPEN:
        raise ValidationError({"scope": _("You have many addresses already: revoke one first.")})
    secret = new_secret()
    feed = TouchFeed.objects.create(
        program=program, scope=scope, team=team, owner=by, secret_hash=hash_secret(secret)
    )
    record(by=by, action="touch_feed.opened", target=feed, program_id=program.pk, scope=scope)
    return secret


def record_access(*, feed: TouchFeed) -> None:
    rows = TouchFeed.objects.in_program(feed.program_id).filter(pk=feed.pk)
    rows.update(read_at=timezone.now())


@transaction.atomic
def revoke_touch_feed(*, feed: TouchFeed, by: User) -> bool:
    """Revoke one's own feed, or any feed if one manages keys. False if it was already revoked."""
    seat = seat_of(user=by, program=feed.program)
    if feed.owner_id != by.pk and not (seat and may(seat.role, Permission.MANAGE_KEYS)):
        raise PermissionDenied
    rows = TouchFeed.objects.in_program(feed.program_id).filter(pk=feed.pk)
    if not rows.filter(revoked_at__isnull=True).update(revoked_at=timezone.now()):
        return False
    record(by=by, action="touch_feed.revoked", target=feed, program_id=feed.program_id)
    return True
