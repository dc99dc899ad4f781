"""The daily digest: once per person, program and day, at 8:00 in the person's time zone."""

from __future__ import annotations

import logging
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection, transaction

from alignment.core.moments import database_now

from ..models import Notice
from ..rules import digest_moment
from . import waking

log = logging.getLogger(__name__)

# One statement per time zone, so that a digest and the notices it takes are written together. The
# unique cause prevents a second digest on the same day, whatever runs at the same time.
_WRITE = """
    WITH waiting AS (
        SELECT n.program_id, n.user_id, array_agg(n.id ORDER BY n.id) AS ids
        FROM notifications_notice n JOIN people_user u ON u.id = n.user_id
        WHERE n.in_digest AND n.read_at IS NULL AND n.created_at < %(moment)s
          AND u.time_zone = %(zone)s
        GROUP BY n.program_id, n.user_id),
    written AS (
        INSERT INTO notifications_delivery (program_id, channel, user_id, event, payload, cause)
        SELECT program_id, 'email', user_id, 'digest', jsonb_build_object('notices', ids),
               'digest-' || user_id || '-' || %(day)s
        FROM waiting ON CONFLICT (program_id, cause) DO NOTHING
        RETURNING program_id, user_id)
    UPDATE notifications_notice n SET in_digest = false, mailed_at = statement_timestamp()
    FROM waiting JOIN written USING (program_id, user_id)
    WHERE n.id = ANY (waiting.ids)"""


def write_digests(*, now: datetime | None = None) -> int:
    """Put due digests into the outbox; returns how many notices went into them.

    `now` is the database's clock unless a test passes it.
    """
    taken = 0
    for name in _zones():
        taken += _write(name, now or database_now())
    return taken


def _zones() -> list[str]:
    """The time zones of people with notices waiting for a digest."""
    rows = Notice.objects.across_programs().filter(in_digest=True, read_at__isnull=True)
    return list(rows.values_list("user__time_zone", flat=True).distinct())


@transaction.atomic
def _write(zone: str, now: datetime) -> int:
    moment = digest_moment(now, _zone(zone))
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, {"zone": zone, "moment": moment, "day": moment.date().isoformat()})
        taken: int = cursor.rowcount
    if taken:
        waking.wake(waking.MAIL)
    return taken


def _zone(name: str) -> ZoneInfo:
    """A zone missing from this machine's tables falls back to UTC: late is better than never."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        log.warning("time zone %r is not known", name)
        return ZoneInfo("UTC")
